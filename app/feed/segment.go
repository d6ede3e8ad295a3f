package feed

import (
	"errors"
	"fmt"
	"hash/crc32"
)

// A segment file, all numbers big-endian:
//
//	header   magic "KASSEG1\n", list name (1 byte length, bytes), epoch, from, to (8 bytes each), CRC32C
//	block    op (1), count (2), Rice parameter (1), payload length (4), first key (8), payload, CRC32C
//	…        additions in ascending order of keys, then removals in ascending order
//	footer   op 3 (1), additions, removals (8 bytes each), CRC32C; nothing follows
//
// Every CRC covers all bytes of its own part. A block holds at most 4096 keys and can be read alone. Its
// payload: for every key after the first the gap to its predecessor minus one, Rice-coded (quotient as ones
// and a zero, then the low bits), most significant bit first, padded with zeros to a byte; then one byte 0
// and a varint when all values of the block are equal, or one byte 1 and a varint for each key.
//
// The Rice parameter stands in each block and not once in the header, so that a writer need not know the
// count beforehand and a few removals do not pay for the density of many additions.
// Prices travel in the same format as keys of CanonicalPrice: one reader for all lists.
// Source: engine.md §4.2, §4.3.
const (
	magic        = "KASSEG1\n"
	blockKeys    = 4096
	blockHead    = 1 + 2 + 1 + 4 + 8
	footerSize   = 1 + 8 + 8
	crcSize      = 4
	maxPayload   = 64 << 10 // a full block of 64-bit gaps and 5-byte values has less
	maxListName  = 64
	maxRice      = 63
	valuesEqual  = 0
	valuesListed = 1
)

// MaxEntries is the most that a segment may hold: ten times the largest list that is planned for (engine.md §1).
const MaxEntries = 100_000_000

// Op says what a segment does with an entry.
type Op uint8

const (
	Addition Op = 1
	Removal  Op = 2 // Entry.Value is 0: the owner of the list knows what stands there
	footer   Op = 3
)

// ErrOrder is reported by a writer for entries out of order.
var ErrOrder = errors.New("entries out of order")

// ErrDamaged is reported for a segment that was cut off or changed.
var ErrDamaged = errors.New("damaged segment")

// SegmentHeader says what a segment leads from and to. From is 0 for a snapshot.
type SegmentHeader struct {
	List     List
	Epoch    int64
	From, To int64
}

func (h SegmentHeader) check() error {
	if h.List == "" || len(h.List) > maxListName || h.Epoch < 0 || h.From < 0 || h.To < h.From {
		return fmt.Errorf("segment of %.80q, epoch %d, from %d to %d: %w", h.List, h.Epoch, h.From, h.To, ErrFormat)
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)
