package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"kassa/app/feed"
)

// The filter answers «surely not in the base» from memory for all but about 0.4 % of the codes that are
// not there, which is nearly every check: a hard disk of an old till would cost 10 ms each. It is a bloom
// filter whose bits for one key lie in one 64-byte block (one cache line). Measured: engine.md §2.3.
const (
	blockWords = 8  // of 64 bits
	bitsPerKey = 12 // 1.5 bytes a key, 0.4 % false positives
)

type filter struct {
	words []uint64 // blockWords for each block
}

// newFilter makes an empty filter for a number of keys.
func newFilter(keys int64) (*filter, error) {
	if keys < 0 || keys > feed.MaxEntries {
		return nil, fmt.Errorf("filter for %d keys, at most %d", keys, feed.MaxEntries)
	}
	blocks := keys*bitsPerKey/(blockWords*64) + 1
	return &filter{words: make([]uint64, blocks*blockWords)}, nil
}

// spot gives the block of a key and 48 bits that choose one bit in each of its words. A key is a hash
// already; the multiplication keeps the choice of the bits apart from the choice of the block.
func (f *filter) spot(key uint64) (block []uint64, bits uint64) {
	blocks := uint64(len(f.words) / blockWords)
	at := (key >> 32) * blocks >> 32 * blockWords
	return f.words[at : at+blockWords : at+blockWords], key * 0x9E3779B97F4A7C15 >> 16
}

func (f *filter) add(key uint64) {
	block, bits := f.spot(key)
	for i := range block {
		block[i] |= 1 << (bits & 63)
		bits >>= 6
	}
}

// mayHave tells whether the key may be in the set; false is certain.
func (f *filter) mayHave(key uint64) bool {
	block, bits := f.spot(key)
	for i := range block {
		if block[i]>>(bits&63)&1 == 0 {
			return false
		}
		bits >>= 6
	}
	return true
}

// The file: magic, digest of the set (64 hexadecimal digits), number of words (8 bytes, little-endian, as
// all numbers here), words, SHA-256 of everything before. A wrong bit would make a blocked code look free,
// hence a strong sum.
const filterMagic = "kassaflt1"

var errFilter = errors.New("damaged filter file")

// save writes the filter of the set with this digest.
func (f *filter) save(path string, digest feed.Digest) error {
	intro := filterMagic + digest.String()
	var b bytes.Buffer
	b.Grow(len(intro) + 8 + 8*len(f.words) + sha256.Size)
	b.WriteString(intro)
	b.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(f.words))))
	for _, w := range f.words {
		b.Write(binary.LittleEndian.AppendUint64(b.AvailableBuffer(), w))
	}
	sum := sha256.Sum256(b.Bytes())
	b.Write(sum[:])
	return WriteFile(path, b.Bytes())
}

// loadFilter reads the filter of a set; anything else is an error, and the filter is then made anew from
// the base.
func loadFilter(path string, set feed.State) (*filter, error) {
	f, err := newFilter(set.Count)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	intro := filterMagic + set.Digest.String()
	want := len(intro) + 8 + 8*len(f.words) + sha256.Size
	data, err := io.ReadAll(io.LimitReader(file, int64(want)+1))
	if err != nil {
		return nil, err
	}
	if len(data) != want {
		return nil, fmt.Errorf("%d bytes, want %d: %w", len(data), want, errFilter)
	}
	body, sum := data[:want-sha256.Size], data[want-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return nil, fmt.Errorf("sum: %w", errFilter)
	}
	rest, ours := bytes.CutPrefix(body, []byte(intro))
	if !ours || binary.LittleEndian.Uint64(rest) != uint64(len(f.words)) {
		return nil, fmt.Errorf("made for another set: %w", errFilter)
	}
	for i := range f.words {
		f.words[i] = binary.LittleEndian.Uint64(rest[8+8*i:])
	}
	return f, nil
}
