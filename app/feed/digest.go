package feed

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Digest is the sum of a set of entries, independent of their order: for every entry SHA-256(list name,
// key, value), key and value big-endian, read as four big-endian numbers and added number by number
// modulo 2^64. The zero value is the empty set. Compare with == or Equal.
//
// It catches our own mistakes; authenticity comes from the signature and the objects' hashes.
// Source: engine.md §4.3.
type Digest [4]uint64

// Add takes an entry into the set.
func (d *Digest) Add(list List, e Entry) {
	for i, n := range lanes(list, e) {
		d[i] += n
	}
}

// Remove takes an entry out of the set, with the value that it had there.
func (d *Digest) Remove(list List, e Entry) {
	for i, n := range lanes(list, e) {
		d[i] -= n
	}
}

// Equal compares two sets.
func (d Digest) Equal(other Digest) bool { return d == other }

// String is 64 lower-case hexadecimal digits.
func (d Digest) String() string {
	var b [32]byte
	for i, n := range d {
		binary.BigEndian.PutUint64(b[8*i:], n)
	}
	return hex.EncodeToString(b[:])
}

// MarshalText is String.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what String wrote.
func (d *Digest) UnmarshalText(text []byte) error {
	var b [32]byte
	if len(text) != hex.EncodedLen(len(b)) {
		return fmt.Errorf("digest of %d characters: %w", len(text), ErrFormat)
	}
	if _, err := hex.Decode(b[:], text); err != nil {
		return fmt.Errorf("digest: %w: %w", ErrFormat, err)
	}
	for i := range d {
		d[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return nil
}

func lanes(list List, e Entry) Digest {
	var room [64]byte
	buf := append(room[:0], list...)
	buf = binary.BigEndian.AppendUint64(buf, e.Key)
	buf = binary.BigEndian.AppendUint32(buf, e.Value)
	sum := sha256.Sum256(buf)
	var d Digest
	for i := range d {
		d[i] = binary.BigEndian.Uint64(sum[8*i:])
	}
	return d
}
