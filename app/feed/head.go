package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// What a reader takes from outside at most.
const (
	MaxHeadBytes = 256 << 10 // of a head or keys answer, signatures and all
	maxDeltas    = 400       // ten times what the centre keeps
	maxSalt      = 64        // bytes
	minSalt      = 16
)

// Format and HashBits are the only ones there are.
const (
	Format   = 1
	HashBits = 64
)

// ErrFormat is reported for bytes that cannot be read as what they should be.
var ErrFormat = errors.New("malformed feed data")

// State is a set, told in short.
type State struct {
	Count  int64  `json:"count"`
	Digest Digest `json:"digest"`
}

// Object is a segment file.
type Object struct {
	Name  string `json:"object"` // SHA-256 of the file, 64 lower-case hexadecimal digits; its name under /feed/v1/objects/
	Bytes int64  `json:"bytes"`
}

// Snapshot is a full set.
type Snapshot struct {
	Seq int64 `json:"seq"`
	Object
	Count int64 `json:"count"`
	State State `json:"state"`
}

// Delta is a step from one version to another. A key stands among its additions or among its removals,
// never in both; an addition replaces an entry of the same key.
type Delta struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	Object
	Add   int64 `json:"add"`
	Del   int64 `json:"del"`
	State State `json:"state"` // of the whole list after the step
}

// Head is the signed description of a list's newest version. Source: engine.md §4.3.
type Head struct {
	Feed   string `json:"feed"`
	List   List   `json:"list"`
	Format int    `json:"format"`
	// Epoch changes when keys are made otherwise (salt) or after a disaster; Seq grows by one with every published change.
	Epoch int64 `json:"epoch"`
	Seq   int64 `json:"seq"`
	// Issued is when the centre last said that this is the newest version; the data's age counts from it.
	Issued     time.Time `json:"issued"`
	ValidUntil time.Time `json:"validUntil"`
	// NextAfterSeconds is the pace the centre wants; clients add ±20 %.
	NextAfterSeconds int      `json:"nextAfterSeconds"`
	Salt             []byte   `json:"salt"` // base64
	HashBits         int      `json:"hashBits"`
	State            State    `json:"state"`
	Snapshot         Snapshot `json:"snapshot"`
	Deltas           []Delta  `json:"deltas"`
	KeysVersion      int64    `json:"keysVersion"`
}

// parseHead reads verified bytes. Unknown members are ignored: a later centre may say more.
func parseHead(body []byte) (Head, error) {
	var h Head
	if err := json.Unmarshal(body, &h); err != nil {
		return Head{}, fmt.Errorf("parse head: %w: %w", ErrFormat, err)
	}
	if err := h.check(); err != nil {
		return Head{}, fmt.Errorf("parse head: %w: %w", ErrFormat, err)
	}
	return h, nil
}

func (h Head) check() error {
	switch {
	case h.Format != Format:
		return fmt.Errorf("format %d, want %d", h.Format, Format)
	case h.HashBits != HashBits:
		return fmt.Errorf("keys of %d bits, want %d", h.HashBits, HashBits)
	case len(h.Salt) < minSalt || len(h.Salt) > maxSalt:
		return fmt.Errorf("salt of %d bytes", len(h.Salt))
	case h.Epoch < 0 || h.Seq < 0 || h.KeysVersion < 0 || h.NextAfterSeconds < 0 || h.State.Count < 0:
		return errors.New("negative number")
	case h.Issued.IsZero() || !h.ValidUntil.After(h.Issued):
		return fmt.Errorf("valid from %v until %v", h.Issued, h.ValidUntil)
	case len(h.Deltas) > maxDeltas:
		return fmt.Errorf("%d deltas, at most %d", len(h.Deltas), maxDeltas)
	case h.Snapshot.Seq > h.Seq || h.Snapshot.Seq < 0 || h.Snapshot.Count != h.Snapshot.State.Count:
		return errors.New("snapshot does not fit the head")
	}
	if err := h.Snapshot.Object.check(); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	for _, d := range h.Deltas {
		if d.From < 0 || d.To <= d.From || d.To > h.Seq || d.Add < 0 || d.Del < 0 {
			return fmt.Errorf("delta from %d to %d of a list at %d", d.From, d.To, h.Seq)
		}
		if err := d.Object.check(); err != nil {
			return fmt.Errorf("delta from %d to %d: %w", d.From, d.To, err)
		}
	}
	return nil
}

func (o Object) check() error {
	if !IsObjectName(o.Name) || o.Bytes <= 0 {
		return fmt.Errorf("object %.80q of %d bytes", o.Name, o.Bytes)
	}
	return nil
}

// IsObjectName tells whether a name is 64 lower-case hexadecimal digits: safe as a file name, fit for comparison.
func IsObjectName(name string) bool {
	if len(name) != 64 {
		return false
	}
	for i := range len(name) {
		if c := name[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
