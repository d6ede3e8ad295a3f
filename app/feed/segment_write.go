package feed

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// SegmentWriter writes a segment as a stream: first all additions, then all removals, each in ascending
// order of keys. After an error it is of no use.
type SegmentWriter struct {
	w         io.Writer
	op        Op
	block     []Entry
	last      uint64
	any       bool // last is set
	additions int64
	removals  int64
	buf       []byte
}

// NewSegmentWriter writes the header. The caller closes w itself, after Close.
func NewSegmentWriter(w io.Writer, h SegmentHeader) (*SegmentWriter, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	s := &SegmentWriter{w: w, op: Addition, block: make([]Entry, 0, blockKeys)}
	s.buf = append(s.buf, magic...)
	s.buf = append(s.buf, byte(len(h.List)))
	s.buf = append(s.buf, h.List...)
	for _, n := range []int64{h.Epoch, h.From, h.To} {
		s.buf = binary.BigEndian.AppendUint64(s.buf, uint64(n))
	}
	if err := s.flush(); err != nil {
		return nil, fmt.Errorf("write segment header: %w", err)
	}
	return s, nil
}

// Add writes an addition. ErrOrder for a key that is not above the last, or after a removal.
func (s *SegmentWriter) Add(e Entry) error {
	if s.op != Addition {
		return fmt.Errorf("addition after a removal: %w", ErrOrder)
	}
	s.additions++
	return s.put(e)
}

// Remove writes a removal; no addition may follow. ErrOrder for a key that is not above the last removal.
func (s *SegmentWriter) Remove(key uint64) error {
	if s.op == Addition {
		if err := s.writeBlock(); err != nil {
			return err
		}
		s.op, s.any = Removal, false
	}
	s.removals++
	return s.put(Entry{Key: key})
}

// Close writes what is left and the footer.
func (s *SegmentWriter) Close() error {
	if err := s.writeBlock(); err != nil {
		return err
	}
	s.buf = append(s.buf, byte(footer))
	s.buf = binary.BigEndian.AppendUint64(s.buf, uint64(s.additions))
	s.buf = binary.BigEndian.AppendUint64(s.buf, uint64(s.removals))
	if err := s.flush(); err != nil {
		return fmt.Errorf("write segment footer: %w", err)
	}
	return nil
}

func (s *SegmentWriter) put(e Entry) error {
	if s.any && e.Key <= s.last {
		return fmt.Errorf("key %016x after %016x: %w", e.Key, s.last, ErrOrder)
	}
	if s.additions+s.removals > MaxEntries {
		return fmt.Errorf("more than %d entries: %w", MaxEntries, ErrFormat)
	}
	s.last, s.any = e.Key, true
	s.block = append(s.block, e)
	if len(s.block) < blockKeys {
		return nil
	}
	return s.writeBlock()
}

func (s *SegmentWriter) writeBlock() error {
	if len(s.block) == 0 {
		return nil
	}
	first, last := s.block[0].Key, s.block[len(s.block)-1].Key
	k := riceParameter(last-first, len(s.block)-1)
	s.buf = append(s.buf, byte(s.op))
	s.buf = binary.BigEndian.AppendUint16(s.buf, uint16(len(s.block)))
	s.buf = append(s.buf, k)
	s.buf = append(s.buf, 0, 0, 0, 0) // the payload's length, known below
	s.buf = binary.BigEndian.AppendUint64(s.buf, first)
	s.buf = appendGaps(s.buf, s.block, k)
	s.buf = appendValues(s.buf, s.block)
	binary.BigEndian.PutUint32(s.buf[4:], uint32(len(s.buf)-blockHead))
	s.block = s.block[:0]
	if err := s.flush(); err != nil {
		return fmt.Errorf("write segment block: %w", err)
	}
	return nil
}

func appendGaps(buf []byte, block []Entry, k uint8) []byte {
	w := newBitWriter(buf)
	for i := 1; i < len(block); i++ {
		w.rice(block[i].Key-block[i-1].Key-1, k)
	}
	return w.flush()
}

func appendValues(buf []byte, block []Entry) []byte {
	equal := true
	for _, e := range block {
		equal = equal && e.Value == block[0].Value
	}
	if equal {
		return binary.AppendUvarint(append(buf, valuesEqual), uint64(block[0].Value))
	}
	buf = append(buf, valuesListed)
	for _, e := range block {
		buf = binary.AppendUvarint(buf, uint64(e.Value))
	}
	return buf
}

// flush ends a part with its CRC and sends it.
func (s *SegmentWriter) flush() error {
	s.buf = binary.BigEndian.AppendUint32(s.buf, crc32.Checksum(s.buf, castagnoli))
	_, err := s.w.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}
