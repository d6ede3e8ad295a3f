package devicesim

import "slices"

// field describes one field of a table (2Eh).
type field struct {
	name     string
	char     bool // CHAR in WIN-1251; otherwise BIN, little-endian
	size     int
	min, max uint64 // of BIN
	fixed    bool   // not written by 1Eh: error 7Ah
	inShift  bool   // not written while a shift is open: error C7h
	// live computes the value at each reading; nil: the cell holds it.
	live func(s *Shtrih) []byte
}

// table is one table of settings. Written values live as long as the simulator.
type table struct {
	number byte
	name   string
	rows   int
	fields []field
	cells  map[cell][]byte
}

type cell struct{ row, field int }

func (t *table) has(row, field int) bool {
	return row >= 1 && row <= t.rows && field >= 1 && field <= len(t.fields)
}

// read gives the value at its full size.
func (t *table) read(s *Shtrih, row, number int) []byte {
	f := t.fields[number-1]
	if f.live != nil {
		return f.live(s)
	}
	if v, set := t.cells[cell{row, number}]; set {
		return v
	}
	return make([]byte, f.size)
}

func (t *table) setNumber(row, number int, v uint64) {
	t.cells[cell{row, number}] = appendLE(nil, v, t.fields[number-1].size)
}

func (t *table) setText(row, number int, text string) {
	t.cells[cell{row, number}] = win1251(text, t.fields[number-1].size)
}

func (s *Shtrih) table(number byte) *table {
	i := slices.IndexFunc(s.tables, func(t *table) bool { return t.number == number })
	if i < 0 {
		return nil
	}
	return s.tables[i]
}

// setting is the number in row 1 of a table that the printer has.
func (s *Shtrih) setting(number byte, field int) uint64 {
	return getLE(s.table(number).read(s, 1, field))
}

// text is the text of a cell of a table that the printer has.
func (s *Shtrih) text(number byte, row, field int) string {
	return fromWin1251(s.table(number).read(s, row, field))
}

// cellOf reads table, row and field of 1Eh and 1Fh.
func (s *Shtrih) cellOf(c *call) (*table, cell, code) {
	number, at := byte(c.p.num(1)), cell{row: int(c.p.num(2)), field: int(c.p.num(1))}
	if c.p.short {
		return nil, cell{}, badLength
	}
	t := s.table(number)
	if t == nil {
		return nil, cell{}, noTable
	}
	if !t.has(at.row, at.field) {
		return nil, cell{}, badParams
	}
	return t, at, ok
}

// readTable is 1Fh.
func (s *Shtrih) readTable(c *call) ([]byte, code) {
	t, at, result := s.cellOf(c)
	if result != ok {
		return nil, result
	}
	if !c.p.end() {
		return nil, badLength
	}
	return t.read(s, at.row, at.field), ok
}

// writeTable is 1Eh. A shorter text is filled up with zeros.
func (s *Shtrih) writeTable(c *call) ([]byte, code) {
	t, at, result := s.cellOf(c)
	if result != ok {
		return nil, result
	}
	f, value := t.fields[at.field-1], c.p.rest()
	switch {
	case f.fixed || f.live != nil:
		return nil, fieldReadOnly
	case f.inShift && s.memory.shiftOpen:
		return nil, readOnlyNow
	case len(value) > f.size || !f.char && len(value) != f.size:
		return nil, badLength
	case !f.char && (getLE(value) < f.min || getLE(value) > f.max):
		return nil, badParams
	}
	full := make([]byte, f.size)
	copy(full, value)
	t.cells[at] = full
	return nil, ok
}

// tableStructure is 2Dh: name 40, rows 2, fields 1.
func (s *Shtrih) tableStructure(c *call) ([]byte, code) {
	number := byte(c.p.num(1))
	if !c.p.end() {
		return nil, badLength
	}
	t := s.table(number)
	if t == nil {
		return nil, noTable
	}
	return append(appendLE(win1251(t.name, 40), uint64(t.rows), 2), byte(len(t.fields))), ok
}

// fieldStructure is 2Eh: name 40, type 1, size 1, for BIN min and max of that size.
func (s *Shtrih) fieldStructure(c *call) ([]byte, code) {
	number, at := byte(c.p.num(1)), int(c.p.num(1))
	if !c.p.end() {
		return nil, badLength
	}
	t := s.table(number)
	if t == nil {
		return nil, noTable
	}
	if !t.has(1, at) {
		return nil, badParams
	}
	f := t.fields[at-1]
	out := win1251(f.name, 40)
	if f.char {
		return append(out, 1, byte(f.size)), ok
	}
	out = append(out, 0, byte(f.size))
	return appendLE(appendLE(out, f.min, f.size), f.max, f.size), ok
}
