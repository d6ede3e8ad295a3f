package shtrih

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// errShort is reported for an answer that ends before its fields do.
var errShort = errors.New("answer is too short")

// fields reads an answer from left to right, after its command and error bytes. A field that is not there is
// zero and leaves an error, so that a decoder asks once.
type fields struct {
	b   []byte
	err error
}

func (f *fields) take(n int) []byte {
	if len(f.b) < n {
		f.b, f.err = nil, errShort
		return make([]byte, n)
	}
	b := f.b[:n]
	f.b = f.b[n:]
	return b
}

func (f *fields) skip(n int)                 { f.take(n) }
func (f *fields) byte() byte                 { return f.take(1)[0] }
func (f *fields) uint16() uint16             { return uint16(number(f.take(2))) }
func (f *fields) uint32() uint32             { return uint32(number(f.take(4))) }
func (f *fields) sum(size int) money.Kopecks { return money.Kopecks(number(f.take(size))) }

// moment reads YY MM DD HH MM (commands FFxx). No date gives the zero time.
func (f *fields) moment(zone *time.Location) time.Time {
	b := f.take(5)
	return date(b[0], b[1], b[2], b[3], b[4], 0, zone)
}

func date(year, month, day, hour, minute, second byte, zone *time.Location) time.Time {
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}
	}
	return time.Date(2000+int(year), time.Month(month), int(day), int(hour), int(minute), int(second), 0, zone)
}

// Modes (§2.1): the low nibble of the mode byte.
const (
	modeShiftOpen    = 2
	modeShiftExpired = 3
	modeShiftClosed  = 4
	modeLocked       = 5
	modeDate         = 6
	modePoint        = 7
	modeDocument     = 8
	modeReset        = 9
	modeTestRun      = 10
	modeReport       = 11
)

// Submodes (§2.1).
const (
	submodeNoPaper    = 1 // idle, paper is out
	submodePaperBroke = 2 // paper ran out in the middle of a print
	submodeWaits      = 3 // paper is back, B0h is waited for
	submodeFullReport = 4
	submodePrinting   = 5
	flagReceiptPaper  = 1 << 7
	flagCoverOpen     = 1 << 10
	capReceiptPaper   = 1 << 3
	capCover          = 1 << 4
	capCashCore       = 1 << 23
)

// state is the answer to 10h.
type state struct {
	flags   uint16
	mode    byte // low nibble only
	submode byte
}

func decodeState(f fields) (state, error) {
	var s state
	f.skip(1) // operator
	s.flags = f.uint16()
	s.mode = f.byte() & 0x0F
	s.submode = f.byte()
	f.skip(8) // operations, voltages, reserve
	return s, f.err
}

// printing tells that nothing can be asked of the printer yet.
func (s state) printing() bool {
	return s.submode == submodePrinting || s.submode == submodeFullReport || s.mode == modeReport
}

// paperOut tells that paper stops the printer.
func (s state) paperOut() bool { return s.submode == submodeNoPaper || s.submode == submodePaperBroke }

// clock is what the driver wants of the answer to 11h.
type clock struct {
	at     time.Time
	serial uint32 // 0: not entered
}

func decodeClock(f fields, zone *time.Location) (clock, error) {
	f.skip(1 + 2 + 2 + 3 + 1 + 2) // operator, firmware, hall, document
	f.skip(2 + 1 + 1 + 1 + 7)     // flags, mode, submode, port, reserve
	d, t := f.take(3), f.take(3)  // DD MM YY, HH MM SS
	c := clock{at: date(d[2], d[1], d[0], t[0], t[1], t[2], zone)}
	f.skip(1)
	if c.serial = f.uint32(); c.serial == 0xFFFFFFFF {
		c.serial = 0
	}
	return c, f.err
}

// driveStatus is the answer to FF01h.
type driveStatus struct {
	openDocument byte // 0: none; 4: receipt (§2.6)
	shiftOpen    bool
	at           time.Time // of the last document
	drive        string
	last         uint32 // ФД
}

func decodeDriveStatus(f fields, zone *time.Location) (driveStatus, error) {
	var s driveStatus
	f.skip(1) // phase
	s.openDocument = f.byte()
	f.skip(1) // document data
	s.shiftOpen = f.byte() != 0
	f.skip(1) // warnings
	s.at = f.moment(zone)
	s.drive = decodeText(charmap.CodePage866, f.take(16))
	s.last = f.uint32()
	return s, f.err
}

// shift is the answer to FF40h.
type shift struct {
	open    bool
	number  int
	receipt int
}

func decodeShift(f fields) (shift, error) {
	s := shift{open: f.byte() != 0, number: int(f.uint16()), receipt: int(f.uint16())}
	return s, f.err
}

// unsent is the answer to FF39h: what the ОФД has not got yet.
type unsent struct {
	count int
	since time.Time
}

func decodeUnsent(f fields, zone *time.Location) (unsent, error) {
	f.skip(2) // status, read state
	u := unsent{count: int(f.uint16())}
	f.skip(4) // number of the first
	if first := f.moment(zone); u.count > 0 {
		u.since = first
	}
	return u, f.err
}

// decodeDay reads FF03h: YY MM DD, more may follow.
func decodeDay(f fields, zone *time.Location) (time.Time, error) {
	b := f.take(3)
	return date(b[0], b[1], b[2], 0, 0, 0, zone), f.err
}

// decodeRegister reads 1Ah.
func decodeRegister(f fields) (money.Kopecks, error) {
	f.skip(1) // operator
	n := f.sum(6)
	return n, f.err
}

// decodeDeviceType reads FCh: the model's name.
func decodeDeviceType(f fields) (string, error) {
	f.skip(6) // type, subtype, protocol, model, language
	if f.err != nil {
		return "", f.err
	}
	return decodeText(charmap.Windows1251, f.b), nil
}

// capabilities is the answer to F7h, type 1. Old printers answer less or nothing: then the fields are zero.
type capabilities struct {
	bits     uint64
	ffdTable byte
	ffdField byte
}

func (c capabilities) has(bit uint64) bool { return c.bits&bit != 0 }

func decodeCapabilities(f fields) (capabilities, error) {
	c := capabilities{bits: number(f.take(8))}
	if f.err != nil {
		return c, f.err
	}
	const before = 7 + 4 + 4 + 1 + 1 + 2 + 1 + 1 + 2 + 1 + 1 + 1 // widths, digits, passwords, graphics, tables
	if len(f.b) >= before+2 {
		c.ffdTable, c.ffdField = f.b[before], f.b[before+1]
	}
	return c, nil
}

// decodeTableFields reads 2Dh: how many fields the table has.
func decodeTableFields(f fields) (int, error) {
	f.skip(40 + 2) // name, rows
	n := f.byte()
	return int(n), f.err
}

// closed is the answer to FF45h.
type closed struct {
	change   money.Kopecks
	document uint32
	sign     uint32
	at       time.Time // zero: the printer does not tell (F7h bit 50)
}

func decodeClosed(f fields, zone *time.Location) (closed, error) {
	c := closed{change: f.sum(5), document: f.uint32(), sign: f.uint32()}
	if f.err == nil && len(f.b) >= 5 {
		c.at = f.moment(zone)
	}
	return c, f.err
}

// Types of FF0Ah (§2.6).
const (
	foundShiftOpened = 2
	foundReceipt     = 3
	foundShiftClosed = 5
	foundCorrection  = 31
)

// decodeRecord reads FF0Ah by its length: what follows the sign depends on the type. A document of another
// kind gives a record without a kind.
func decodeRecord(f fields, zone *time.Location) (fiscal.Record, error) {
	var r fiscal.Record
	kind := f.byte()
	f.skip(1) // ticket
	r.At = f.moment(zone)
	r.Document = f.uint32()
	r.Sign = f.uint32()
	switch kind {
	case foundShiftOpened, foundShiftClosed:
		r.Kind = fiscal.OpenShift
		if kind == foundShiftClosed {
			r.Kind = fiscal.CloseShift
		}
		r.Shift = int(f.uint16())
	case foundReceipt:
		switch f.byte() {
		case 1:
			r.Kind = fiscal.Sale
		case 2:
			r.Kind = fiscal.Return
		}
		r.Sum = f.sum(5)
	case foundCorrection:
		r.Kind = fiscal.Correction
		f.skip(1)
		r.Sum = f.sum(5)
	}
	return r, f.err
}

// Bits of tags 2004 and 2106 (§7.2).
const (
	markChecked      = 1 << 0
	markGenuine      = 1 << 1
	markStatusAsked  = 1 << 2
	markStatusRight  = 1 << 3
	markAnswerHalted = 3 // tag 2109: turnover suspended
)

// markCheck is the answer to FF61h.
type markCheck struct {
	drive  byte // tag 2004
	online bool // the server answered; then result and halted are set
	result byte // tag 2106
	halted bool // turnover of the item is suspended
}

func decodeMarkCheck(f fields) (markCheck, error) {
	var c markCheck
	c.drive = f.byte()
	f.skip(2) // why the drive did not check, type of the code
	more := int(f.byte())
	ext := fields{b: f.take(more), err: f.err}
	if ext.err != nil || more < 2 {
		return c, ext.err
	}
	if failed := ext.byte(); failed != 0 {
		return c, nil // FFh: no answer in time; 20h: what follows is a cause, no result
	}
	c.online, c.result = true, ext.byte()
	list, err := parseTLV(ext.b)
	if err != nil {
		return c, fmt.Errorf("server's part of the check: %w", err)
	}
	c.halted = number(find(list, tagOperatorsAnswer)) == markAnswerHalted
	return c, nil
}

// refusal says what is certainly wrong with the code; empty: nothing is. A code that could not be checked is
// not refused: that decision belongs to the marking rules of the till (§8).
func (c markCheck) refusal() string {
	result, tag := c.drive, "2004"
	if c.online {
		result, tag = c.result, "2106"
	}
	var why []string
	if result&(markChecked|markGenuine) == markChecked {
		why = append(why, "код проверен с отрицательным результатом")
	}
	if c.online && result&(markStatusAsked|markStatusRight) == markStatusAsked {
		why = append(why, "статус товара не позволяет эту операцию")
	}
	if c.halted {
		why = append(why, "оборот товара приостановлен")
	}
	if why == nil {
		return ""
	}
	return fmt.Sprintf("%s (тег %s = %02Xh)", strings.Join(why, ", "), tag, result)
}
