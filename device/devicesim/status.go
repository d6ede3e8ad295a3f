package devicesim

import (
	"fmt"
	"strconv"
	"time"

	"kassa/app/money"
)

// Flags of 10h and 11h (§2.1).
const (
	flagRollPresent  = 1 << 1
	flagTwoDecimals  = 1 << 4
	flagPaper        = 1 << 7
	flagLever        = 1 << 9
	flagCoverOpen    = 1 << 10
	allFlagsOfHealth = flagRollPresent | flagTwoDecimals | flagPaper | flagLever
)

func (s *Shtrih) flags() uint64 {
	flags := uint64(allFlagsOfHealth)
	if s.faults.PaperOut {
		flags &^= flagRollPresent | flagPaper
	}
	if s.faults.CoverOpen {
		flags |= flagCoverOpen
	}
	return flags
}

// Values of lastPrint in 10h.
const (
	lastPrintOK      = 0
	lastPrintPaper   = 1
	lastPrintRunning = 5
)

func (s *Shtrih) lastPrint() byte {
	switch {
	case s.paper.broken:
		return lastPrintPaper
	case s.printing():
		return lastPrintRunning
	}
	return lastPrintOK
}

// shortStatus is 10h, the form of 17 bytes.
func (s *Shtrih) shortStatus(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	operations := 0
	if s.receipt != nil {
		operations = len(s.receipt.lines)
	}
	out := appendLE(nil, s.flags(), 2)
	out = append(out, s.mode(), s.submode(), byte(operations), 0, 0, 0, 0, byte(operations>>8), 0, 0, 0)
	return append(out, s.lastPrint()), ok
}

// Version of the simulated firmware, as 11h tells it.
const (
	firmwareBuild = 1
	fontsCount    = 7
)

var firmwareDate = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// fullStatus is 11h, the form of 52 bytes.
func (s *Shtrih) fullStatus(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	serial, err := strconv.ParseUint(s.opts.Serial, 10, 48)
	if err != nil {
		return nil, badParams
	}
	inn, err := strconv.ParseUint(s.opts.INN, 10, 48)
	if err != nil {
		return nil, badParams
	}
	closed := s.memory.shift
	if s.memory.shiftOpen {
		closed--
	}
	now := s.clock()
	out := append([]byte("S1"), appendLE(nil, firmwareBuild, 2)...)
	out = classicDate(out, firmwareDate)
	out = append(out, 1) // hall
	out = appendLE(out, uint64(s.memory.documents), 2)
	out = appendLE(out, s.flags(), 2)
	out = append(out, s.mode(), s.submode(), c.port, 0, 0, 0, 0, 0, 0, 0)
	out = classicDate(out, now)
	out = append(out, byte(now.Hour()), byte(now.Minute()), byte(now.Second()), 0)
	out = appendLE(out, serial, 4)
	out = appendLE(out, uint64(max(0, closed)), 2)
	out = append(out, 0, 0, 1, 29)
	out = appendLE(out, inn, 6)
	out = append(out, 0, 0)
	return appendLE(out, serial>>32, 2), ok
}

// Money registers (§2.2).
const (
	registerPayments = 193 // ..208
	registerDrawer   = 241
	registerCashIn   = 242
	registerCashOut  = 243
)

// moneyRegister is 1Ah; the number is one byte or two. Registers without a documented meaning hold zero.
func (s *Shtrih) moneyRegister(c *call) ([]byte, code) {
	if n := len(c.p.b); n != 1 && n != 2 {
		return nil, badLength
	}
	var sum money.Kopecks
	switch n := int(getLE(c.p.rest())); {
	case n >= registerPayments && n < registerPayments+len(s.memory.payments):
		sum = s.memory.payments[n-registerPayments]
	case n == registerDrawer:
		sum = s.memory.drawer
	case n == registerCashIn:
		sum = s.memory.cashIn
	case n == registerCashOut:
		sum = s.memory.cashOut
	}
	return appendLE(nil, uint64(sum), 6), ok
}

// Operation registers (§2.2).
const (
	registerReceipts  = 148 // ..151, by kind as 8Dh counts
	registerDocuments = 152
)

// operationRegister is 1Bh.
func (s *Shtrih) operationRegister(c *call) ([]byte, code) {
	number := int(c.p.num(1))
	if !c.p.end() {
		return nil, badLength
	}
	value := 0
	switch {
	case number >= registerReceipts && number < registerReceipts+len(s.memory.receipts):
		value = s.memory.receipts[number-registerReceipts]
	case number == registerDocuments:
		value = s.memory.documents
	}
	return appendLE(nil, uint64(value), 2), ok
}

// beep is 13h.
func (s *Shtrih) beep(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	return nil, ok
}

// techReset is 16h: allowed in mode 9 only, which the simulator does not get into.
func (s *Shtrih) techReset(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	return nil, wrongMode
}

// setTime is 21h: HH MM SS. The clock is not moved under an open receipt.
func (s *Shtrih) setTime(c *call) ([]byte, code) {
	hour, minute, second := int(c.p.num(1)), int(c.p.num(1)), int(c.p.num(1))
	if !c.p.end() {
		return nil, badLength
	}
	if hour > 23 || minute > 59 || second > 59 {
		return nil, badParams
	}
	if s.receipt != nil {
		return nil, receiptIsOpen
	}
	now := s.clock()
	s.setClock(time.Date(now.Year(), now.Month(), now.Day(), hour, minute, second, 0, now.Location()))
	return nil, ok
}

// setDate is 22h: DD MM YY, with the shift closed; it has to be confirmed by 23h (mode 6).
func (s *Shtrih) setDate(c *call) ([]byte, code) {
	day, result := s.dateOf(c)
	if result != ok {
		return nil, result
	}
	if s.memory.shiftOpen {
		return nil, shiftIsOpen
	}
	s.unconfirmed = day
	return nil, ok
}

// confirmSetDate is 23h with the same date.
func (s *Shtrih) confirmSetDate(c *call) ([]byte, code) {
	day, result := s.dateOf(c)
	if result != ok {
		return nil, result
	}
	if s.unconfirmed.IsZero() {
		return nil, wrongMode
	}
	if !day.Equal(s.unconfirmed) {
		return nil, dateMismatch
	}
	now := s.clock()
	s.setClock(day.Add(time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute + time.Duration(now.Second())*time.Second))
	s.unconfirmed = time.Time{}
	return nil, ok
}

func (s *Shtrih) dateOf(c *call) (time.Time, code) {
	day, month, year := int(c.p.num(1)), time.Month(c.p.num(1)), 2000+int(c.p.num(1))
	if !c.p.end() {
		return time.Time{}, badLength
	}
	date := time.Date(year, month, day, 0, 0, 0, 0, s.clock().Location())
	if date.Day() != day || date.Month() != month || year > 2099 {
		return time.Time{}, badDate
	}
	return date, ok
}

func (s *Shtrih) setClock(t time.Time) { s.clockOffset += t.Sub(s.clock()) }

// errorText is 6Bh: the text of a code, WIN-1251.
func (s *Shtrih) errorText(c *call) ([]byte, code) {
	number := code(c.p.num(1))
	if !c.p.end() {
		return nil, badLength
	}
	text, known := codeTexts[number]
	if !known {
		text = fmt.Sprintf("Ошибка %02X", int(number))
	}
	return win1251(text, 0), ok
}

// Bits of the extended request F7h (§2.1).
const (
	hasPaperSensor    = 1 << 3
	hasCoverSensor    = 1 << 4
	hasCutter         = 1 << 13
	hasCashCore       = 1 << 23
	hasErrorText      = 1 << 36
	hasDrive          = 1 << 43
	hasFFD11          = 1 << 47
	hasCorrection     = 1 << 48
	hasExtendedAnswer = 1 << 50
)

// extendedRequest is F7h, type 1.
func (s *Shtrih) extendedRequest(c *call) ([]byte, code) {
	kind := c.p.num(1)
	if !c.p.end() {
		return nil, badLength
	}
	if kind != 1 {
		return nil, badParams
	}
	bits := uint64(hasPaperSensor | hasCoverSensor | hasCutter | hasErrorText | hasDrive | hasFFD11 | hasCorrection)
	ffdTable, ffdField := byte(17), byte(17)
	if s.opts.CashCore {
		bits |= hasCashCore
		ffdTable, ffdField = 10, 38
	}
	if s.opts.ExtendedAnswers {
		bits |= hasExtendedAnswer
	}
	out := appendLE(nil, bits, 8)
	out = append(out, columns, columns/2, 1, 12, 16, 16, 14) // line widths, first line, digits of INN, РНМ, long РНМ, long serial
	out = appendLE(out, 0, 4)                                // tax inspector's password
	out = appendLE(out, 30, 4)                               // system administrator's password
	out = append(out, 0, 14)                                 // Bluetooth table, field of the tax mode in table 1
	out = appendLE(out, 255, 2)                              // longest message
	out = append(out, 60)                                    // bytes of a graphic line
	out = appendLE(out, 0, 2)                                // graphics 512: none
	out = appendLE(out, 0, 2)
	return append(out, 18, 19, 0, ffdTable, ffdField), ok
}

// deviceType is FCh. Model 255 is no model of the vendor's.
func (s *Shtrih) deviceType(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	return append([]byte{0, 0, 1, 15, 255, 0}, win1251(simModel, 0)...), ok
}

// fontMetrics is 26h: width of the line in dots 2, width and height of a character, count of fonts.
func (s *Shtrih) fontMetrics(c *call) ([]byte, code) {
	font := c.p.num(1)
	if !c.p.end() {
		return nil, badLength
	}
	if font < 1 || font > fontsCount {
		return nil, badParams
	}
	width := byte(12)
	if font == 2 {
		width = 24 // double width
	}
	return append(appendLE(nil, columns*12, 2), width, 24, fontsCount), ok
}
