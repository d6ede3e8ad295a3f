package feed

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
)

// SegmentReader reads a segment as a stream, block by block, in a fixed amount of memory. What it hands
// out before its end was reached is checked by block only: commit nothing before Next said io.EOF.
type SegmentReader struct {
	r         *bufio.Reader
	header    SegmentHeader
	op        Op
	last      uint64
	any       bool // last is set
	additions int64
	removals  int64
	part      []byte
	block     []Entry
	err       error // what Next says from now on
}

// NewSegmentReader reads the header.
func NewSegmentReader(r io.Reader) (*SegmentReader, error) {
	s := &SegmentReader{r: bufio.NewReaderSize(r, maxPayload), op: Addition, block: make([]Entry, 0, blockKeys)}
	if err := s.readHeader(); err != nil {
		return nil, fmt.Errorf("read segment header: %w", err)
	}
	return s, nil
}

// Header is what the file says of itself.
func (s *SegmentReader) Header() SegmentHeader { return s.header }

// Next gives the entries of one block, all of one kind, in ascending order of keys; the slice is good until the
// next call. io.EOF after the footer was read and agreed with the blocks; ErrDamaged for anything else that is wrong.
func (s *SegmentReader) Next() (Op, []Entry, error) {
	if s.err != nil {
		return 0, nil, s.err
	}
	done, err := s.nextBlock()
	switch {
	case err != nil:
		s.err = fmt.Errorf("read segment after %d entries: %w", s.additions+s.removals, err)
	case done:
		s.err = io.EOF
	default:
		return s.op, s.block, nil
	}
	return 0, nil, s.err
}

func (s *SegmentReader) readHeader() error {
	if err := s.read(len(magic) + 1); err != nil {
		return err
	}
	if string(s.part[:len(magic)]) != magic {
		return fmt.Errorf("no segment file: %w", ErrFormat)
	}
	name := int(s.part[len(magic)])
	if err := s.read(name + 3*8); err != nil {
		return err
	}
	if err := s.readCRC(); err != nil {
		return err
	}
	fields := s.part[len(magic)+1:]
	s.header.List = List(fields[:name])
	for i, n := range []*int64{&s.header.Epoch, &s.header.From, &s.header.To} {
		*n = int64(binary.BigEndian.Uint64(fields[name+8*i:]))
	}
	s.part = s.part[:0]
	return s.header.check()
}

// nextBlock reads a block, or the footer: then done.
func (s *SegmentReader) nextBlock() (done bool, err error) {
	if err := s.read(1); err != nil {
		return false, err
	}
	op := Op(s.part[0])
	switch {
	case op == footer:
		return true, s.readFooter()
	case op != Addition && op != Removal:
		return false, fmt.Errorf("block of kind %d: %w", op, ErrDamaged)
	case op < s.op:
		return false, fmt.Errorf("additions after removals: %w", ErrDamaged)
	case op > s.op:
		s.op, s.any = op, false
	}
	if err := s.read(blockHead - 1); err != nil {
		return false, err
	}
	count := int(binary.BigEndian.Uint16(s.part[1:]))
	k := s.part[3]
	size := binary.BigEndian.Uint32(s.part[4:])
	if count == 0 || count > blockKeys || k > maxRice || size > maxPayload {
		return false, fmt.Errorf("block of %d keys in %d bytes: %w", count, size, ErrDamaged)
	}
	if err := s.read(int(size)); err != nil {
		return false, err
	}
	if err := s.readCRC(); err != nil {
		return false, err
	}
	if err := s.decode(count, k); err != nil {
		return false, err
	}
	s.part = s.part[:0]
	return false, s.count(op, count)
}

func (s *SegmentReader) count(op Op, n int) error {
	if op == Addition {
		s.additions += int64(n)
	} else {
		s.removals += int64(n)
	}
	if s.additions+s.removals > MaxEntries {
		return fmt.Errorf("more than %d entries: %w", MaxEntries, ErrDamaged)
	}
	return nil
}

// decode fills the block from a part whose CRC is right.
func (s *SegmentReader) decode(count int, k uint8) error {
	key := binary.BigEndian.Uint64(s.part[8:])
	if s.any && key <= s.last {
		return fmt.Errorf("blocks out of order: %w", ErrDamaged)
	}
	s.block = append(s.block[:0], Entry{Key: key})
	r := &bitReader{buf: s.part[blockHead:]}
	for range count - 1 {
		gap, ok := r.rice(k)
		next, over := bits.Add64(key, gap, 1)
		if !ok || over != 0 {
			return fmt.Errorf("keys do not fit the block: %w", ErrDamaged)
		}
		key = next
		s.block = append(s.block, Entry{Key: key})
	}
	s.last, s.any = key, true
	values, ok := r.rest()
	if !ok || !readValues(s.block, values) {
		return fmt.Errorf("values do not fit the block: %w", ErrDamaged)
	}
	return nil
}

// readValues fills in the values; false unless the bytes are exactly that.
func readValues(block []Entry, b []byte) bool {
	if len(b) == 0 {
		return false
	}
	mode, b := b[0], b[1:]
	distinct := len(block)
	if mode == valuesEqual {
		distinct = 1
	} else if mode != valuesListed {
		return false
	}
	for i := range distinct {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<32-1 {
			return false
		}
		block[i].Value, b = uint32(v), b[n:]
	}
	for i := distinct; i < len(block); i++ {
		block[i].Value = block[0].Value
	}
	return len(b) == 0
}

func (s *SegmentReader) readFooter() error {
	if err := s.read(footerSize - 1); err != nil {
		return err
	}
	if err := s.readCRC(); err != nil {
		return err
	}
	additions := binary.BigEndian.Uint64(s.part[1:])
	removals := binary.BigEndian.Uint64(s.part[9:])
	if additions != uint64(s.additions) || removals != uint64(s.removals) {
		return fmt.Errorf("footer counts %d and %d: %w", additions, removals, ErrDamaged)
	}
	switch _, err := s.r.ReadByte(); {
	case err == nil:
		return fmt.Errorf("bytes after the footer: %w", ErrDamaged)
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// read appends n bytes to the part.
func (s *SegmentReader) read(n int) error {
	from := len(s.part)
	if cap(s.part) < from+n {
		s.part = append(make([]byte, 0, blockHead+maxPayload), s.part...)
	}
	s.part = s.part[:from+n]
	_, err := io.ReadFull(s.r, s.part[from:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cut off: %w", ErrDamaged)
	}
	return err
}

// readCRC compares the part with the checksum that follows it.
func (s *SegmentReader) readCRC() error {
	var sum [crcSize]byte
	_, err := io.ReadFull(s.r, sum[:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cut off: %w", ErrDamaged)
	}
	if err == nil && binary.BigEndian.Uint32(sum[:]) != crc32.Checksum(s.part, castagnoli) {
		return fmt.Errorf("checksum differs: %w", ErrDamaged)
	}
	return err
}
