package devicesim

import (
	"encoding/hex"
	"slices"
)

// begunReport is a shift report that the drive has begun (FF41h, FF42h) and that tags may be added to (FF0Ch).
type begunReport struct {
	closes   bool
	operator int
	tags     []byte
}

// openShift is E0h.
func (s *Shtrih) openShift(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	if result := s.shiftRefused(false); result != ok {
		return nil, result
	}
	return nil, s.formShift(c, false, nil)
}

// zReport is 41h: closes the shift.
func (s *Shtrih) zReport(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	if result := s.shiftRefused(true); result != ok {
		return nil, result
	}
	return nil, s.formShift(c, true, nil)
}

// beginOpenShift is FF41h, beginCloseShift FF42h: the report is formed by FF0Bh and FF43h.
func (s *Shtrih) beginOpenShift(c *call) ([]byte, code)  { return s.beginReport(c, false) }
func (s *Shtrih) beginCloseShift(c *call) ([]byte, code) { return s.beginReport(c, true) }

func (s *Shtrih) beginReport(c *call, closes bool) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	if result := s.shiftRefused(closes); result != ok {
		return nil, result
	}
	s.begun = &begunReport{closes: closes, operator: c.operator}
	return nil, ok
}

// formOpenShift is FF0Bh, formCloseShift FF43h: shift 2, ФД 4, ФП 4.
func (s *Shtrih) formOpenShift(c *call) ([]byte, code)  { return s.formBegun(c, false) }
func (s *Shtrih) formCloseShift(c *call) ([]byte, code) { return s.formBegun(c, true) }

func (s *Shtrih) formBegun(c *call, closes bool) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	if s.begun == nil || s.begun.closes != closes {
		return nil, driveState
	}
	if result := s.refuses(closes); result != ok {
		return nil, result
	}
	if result := s.formShift(c, closes, s.begun.tags); result != ok {
		return nil, result
	}
	e := s.memory.last()
	out := appendLE(appendLE(appendLE(nil, uint64(e.Shift), 2), uint64(e.FD), 4), uint64(e.Sign), 4)
	return s.extended(out, e), ok
}

// shiftRefused tells why a shift report cannot be begun.
func (s *Shtrih) shiftRefused(closes bool) code {
	switch {
	case s.receipt != nil:
		return receiptIsOpen
	case s.begun != nil:
		return driveState
	case closes && !s.memory.shiftOpen:
		return shiftIsClosed
	case !closes && s.memory.shiftOpen:
		return shiftIsOpen
	}
	return s.refuses(closes)
}

// formShift forms the report of a shift's beginning or end.
func (s *Shtrih) formShift(c *call, closes bool, tags []byte) code {
	e := &Entry{
		Type: TypeOpenShift, FD: s.memory.lastFD + 1, Shift: s.memory.shift + 1, Time: s.clock(),
		Cashier: s.cashier(tags, c.operator),
	}
	if closes {
		e.Type, e.Shift = TypeZ, s.memory.shift
		e.Total, e.Cash, e.Card = s.memory.inShift.total, s.memory.inShift.cash, s.memory.inShift.card
		e.CashZeroed = s.setting(1, 2) == 1
	}
	body := append(s.fiscalTags(e), s.cashierTags(slices.Clone(tags), c.operator)...)
	e.Tags = hex.EncodeToString(s.seal(e, body))
	if !closes {
		s.offsetAtOD = s.offset()
	}
	return s.commit(c, e)
}

// xReport is 40h: no ФД.
func (s *Shtrih) xReport(c *call) ([]byte, code) {
	if result := s.unnumberedRefused(c); result != ok {
		return nil, result
	}
	sum := s.memory.inShift
	return nil, s.commit(c, &Entry{Type: TypeX, Shift: s.memory.shift, Time: s.clock(), Total: sum.total, Cash: sum.cash, Card: sum.card})
}

// The reports of sections (42h), taxes (43h) and cashiers (44h) are paper only.
func (s *Shtrih) sectionReport(c *call) ([]byte, code) {
	return s.paperReport(c, "ОТЧЁТ ПО СЕКЦИЯМ")
}
func (s *Shtrih) taxReport(c *call) ([]byte, code) {
	return s.paperReport(c, "ОТЧЁТ ПО НАЛОГАМ")
}
func (s *Shtrih) cashierReport(c *call) ([]byte, code) {
	return s.paperReport(c, "ОТЧЁТ ПО КАССИРАМ")
}

func (s *Shtrih) paperReport(c *call, title string) ([]byte, code) {
	if result := s.unnumberedRefused(c); result != ok {
		return nil, result
	}
	sum := s.memory.inShift
	s.print(c, s.slipWith(title, s.clock(), []string{pair("ВЫРУЧКА", sum.total.String())}))
	return nil, ok
}

// unnumberedRefused tells why a report without a number cannot be made: a receipt is open, or nothing else.
func (s *Shtrih) unnumberedRefused(c *call) code {
	switch {
	case !c.p.end():
		return badLength
	case s.receipt != nil:
		return receiptIsOpen
	case s.begun != nil:
		return driveState
	}
	return ok
}

// cashIn is 50h, cashOut 51h: sum 5; the answer is the number of the document 2. No ФД.
func (s *Shtrih) cashIn(c *call) ([]byte, code)  { return s.cashMove(c, TypeCashIn) }
func (s *Shtrih) cashOut(c *call) ([]byte, code) { return s.cashMove(c, TypeCashOut) }

func (s *Shtrih) cashMove(c *call, kind string) ([]byte, code) {
	sum := kopecks(&c.p, 5)
	if result := s.unnumberedRefused(c); result != ok {
		return nil, result
	}
	switch {
	case !s.memory.shiftOpen:
		return nil, shiftIsClosed
	case s.mode() == modeShiftExpired:
		return nil, shiftExpired
	case sum == 0:
		return nil, badParams
	case kind == TypeCashOut && sum > s.memory.drawer:
		return nil, drawerEmpty
	}
	e := &Entry{Type: kind, Shift: s.memory.shift, Time: s.clock(), Total: sum, Cash: sum, Cashier: s.cashier(nil, c.operator)}
	if result := s.commit(c, e); result != ok {
		return nil, result
	}
	return appendLE(nil, uint64(s.memory.documents), 2), ok
}
