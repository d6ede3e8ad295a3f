package feed

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const maxKeys = 32 // root or head keys in one file, signatures of one file

// PublicKey is a key with its id.
type PublicKey struct {
	ID      string `json:"id"`      // KeyID of the key
	Ed25519 []byte `json:"ed25519"` // 32 bytes, base64
}

// HeadKey may sign heads from From until To.
type HeadKey struct {
	PublicKey
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Keys is keys.json: who may sign heads, and who may sign the next keys.json. Source: engine.md §4.3.
type Keys struct {
	Version   int64       `json:"version"`
	Expires   time.Time   `json:"expires"`
	Threshold int         `json:"threshold"` // root keys that must sign the next file
	Root      []PublicKey `json:"root"`
	Heads     []HeadKey   `json:"heads"`
}

// Trust is what the next keys.json is verified with. As feed-root.json it is pinned at a module's first setup.
type Trust struct {
	Feed      string      `json:"feed,omitempty"`    // name of the feed; empty when the first contact pins it
	Version   int64       `json:"version,omitempty"` // lowest acceptable version of keys.json
	Threshold int         `json:"threshold"`
	Root      []PublicKey `json:"root"`
}

// NewPublicKey gives a key its id.
func NewPublicKey(key ed25519.PublicKey) PublicKey { return PublicKey{ID: KeyID(key), Ed25519: key} }

// KeyID is the first 8 bytes of SHA-256 of a public key, in hexadecimal.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// Trust is what pins these keys, or verifies their successor.
func (k Keys) Trust(feed string) Trust {
	return Trust{Feed: feed, Version: k.Version, Threshold: k.Threshold, Root: k.Root}
}

// Fingerprint is for people to compare: SHA-256 over threshold and root keys, in groups of four digits.
func (t Trust) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d", t.Threshold)
	for _, k := range t.Root {
		h.Write(k.Ed25519)
	}
	digits := hex.EncodeToString(h.Sum(nil)[:16])
	var groups []byte
	for i := 0; i < len(digits); i += 4 {
		if i > 0 {
			groups = append(groups, ' ')
		}
		groups = append(groups, digits[i:i+4]...)
	}
	return string(groups)
}

// ParseTrust reads feed-root.json.
func ParseTrust(data []byte) (Trust, error) {
	var t Trust
	if err := json.Unmarshal(data, &t); err != nil {
		return Trust{}, fmt.Errorf("parse root keys: %w: %w", ErrFormat, err)
	}
	if err := checkRoot(t.Root, t.Threshold); err != nil {
		return Trust{}, fmt.Errorf("parse root keys: %w: %w", ErrFormat, err)
	}
	return t, nil
}

// parseKeys reads verified bytes.
func parseKeys(body []byte) (Keys, error) {
	var k Keys
	if err := json.Unmarshal(body, &k); err != nil {
		return Keys{}, fmt.Errorf("parse keys: %w: %w", ErrFormat, err)
	}
	if err := k.check(); err != nil {
		return Keys{}, fmt.Errorf("parse keys: %w: %w", ErrFormat, err)
	}
	return k, nil
}

func (k Keys) check() error {
	if k.Version < 1 {
		return fmt.Errorf("version %d", k.Version)
	}
	if len(k.Heads) == 0 || len(k.Heads) > maxKeys {
		return fmt.Errorf("%d head keys", len(k.Heads))
	}
	for _, h := range k.Heads {
		if err := h.PublicKey.check(); err != nil {
			return err
		}
	}
	return checkRoot(k.Root, k.Threshold)
}

func checkRoot(root []PublicKey, threshold int) error {
	if len(root) == 0 || len(root) > maxKeys || threshold < 1 || threshold > len(root) {
		return fmt.Errorf("%d root keys with a threshold of %d", len(root), threshold)
	}
	seen := map[string]bool{}
	for _, r := range root {
		if err := r.check(); err != nil {
			return err
		}
		// One key listed twice would reach a threshold of two alone.
		if seen[r.ID] {
			return errors.New("root key listed twice")
		}
		seen[r.ID] = true
	}
	return nil
}

func (k PublicKey) check() error {
	if len(k.Ed25519) != ed25519.PublicKeySize || k.ID != KeyID(k.Ed25519) {
		return fmt.Errorf("key %.80q does not fit its id", k.ID)
	}
	return nil
}

// find gives the key with an id.
func find(keys []PublicKey, id string) (ed25519.PublicKey, bool) {
	for _, k := range keys {
		if k.ID == id {
			return k.Ed25519, true
		}
	}
	return nil, false
}

// same tells whether two lists of root keys are equal.
func same(a, b []PublicKey) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID || !bytes.Equal(a[i].Ed25519, b[i].Ed25519) {
			return false
		}
	}
	return true
}
