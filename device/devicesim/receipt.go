package devicesim

import (
	"math/bits"
	"slices"
	"strings"

	"kassa/app/money"
)

// Kinds of receipts as 8Dh counts them. FF46h and tag 1054 count otherwise: 1 приход, 2 возврат прихода, 3 расход,
// 4 возврат расхода (§2.6).
const (
	kindSale           byte = 0 // приход
	kindPurchase       byte = 1 // расход
	kindReturn         byte = 2 // возврат прихода
	kindPurchaseReturn byte = 3 // возврат расхода

	correctionBit byte = 0x80
)

// receiptTypes name the kinds in the journal.
var receiptTypes = [...]string{TypeSale, TypePurchase, TypeReturn, TypePurchaseReturn}

// signOfKind is tag 1054, kindOfSign its reverse.
func signOfKind(kind byte) byte { return [...]byte{1, 3, 2, 4}[kind] }
func kindOfSign(sign byte) byte {
	return [...]byte{kindSale, kindReturn, kindPurchase, kindPurchaseReturn}[(sign-1)&3]
}

// openReceipt is the receipt in the printer.
type openReceipt struct {
	operator   int
	kind       byte
	correction bool
	inDrive    bool // false after a loss of power: the drive has forgotten it (§3.1 p. 4)
	tags       []byte
	lines      []line
	texts      []string      // printed lines between the items
	adjust     money.Kopecks // FF4Bh: charges less discounts

	// What FF4Dh and FF67h gave for the next FF46h, on the cash core.
	nextTags []byte
	nextMark *markResult
}

// line is one FF46h.
type line struct {
	name                        string
	hidden                      bool // sent to the ОФД, not printed
	price, sum                  money.Kopecks
	micros                      int64 // quantity in millionths
	vat                         money.VATRate
	method, subject, department byte
	tags                        []byte
	mark                        *markResult
}

func (r *openReceipt) hasData() bool { return len(r.lines) > 0 || len(r.tags) > 0 }

func (r *openReceipt) total() money.Kopecks {
	sum := r.adjust
	for i := range r.lines {
		sum += r.lines[i].sum
	}
	return sum
}

// size is about what the receipt will take in the drive.
func (r *openReceipt) size() int {
	n := len(r.tags)
	for i := range r.lines {
		n += len(r.lines[i].encode()) + 4
	}
	return n
}

// vat sums the tax by rate in the order of the rates: of each line, or of the rate's turnover (table 1 field 14).
func (r *openReceipt) vat(onTotal bool) []vatSum {
	turnover, tax := map[money.VATRate]money.Kopecks{}, map[money.VATRate]money.Kopecks{}
	var rates []money.VATRate
	for i := range r.lines {
		l := &r.lines[i]
		if !slices.Contains(rates, l.vat) {
			rates = append(rates, l.vat)
		}
		turnover[l.vat] += l.sum
		tax[l.vat] += l.vat.Included(l.sum)
	}
	slices.Sort(rates)
	var list []vatSum
	for _, rate := range rates {
		switch {
		case rate == money.VAT0 || rate == money.VATNone:
			list = append(list, vatSum{rate, turnover[rate]})
		case onTotal:
			list = append(list, vatSum{rate, rate.Included(turnover[rate])})
		default:
			list = append(list, vatSum{rate, tax[rate]})
		}
	}
	return list
}

// openReceipt is 8Dh: type 1.
func (s *Shtrih) openReceipt(c *call) ([]byte, code) {
	kind := byte(c.p.num(1))
	switch {
	case !c.p.end():
		return nil, badLength
	case kind&^correctionBit > kindPurchaseReturn:
		return nil, badParams
	case s.receipt != nil:
		return nil, receiptIsOpen
	case s.begun != nil:
		return nil, driveState
	case s.mode() == modeShiftExpired:
		return nil, shiftExpired
	case !s.memory.shiftOpen && !s.opts.AutoOpenShift:
		return nil, shiftIsClosed
	}
	if result := s.refuses(false); result != ok {
		return nil, result
	}
	if !s.memory.shiftOpen {
		if result := s.formShift(c, false, nil); result != ok {
			return nil, result
		}
	}
	s.receipt = &openReceipt{operator: c.operator, kind: kind &^ correctionBit, correction: kind&correctionBit != 0, inDrive: true}
	return nil, ok
}

// inReceipt tells why a command about the open receipt cannot be carried out.
func (s *Shtrih) inReceipt(c *call, byOpener bool) code {
	switch {
	case s.receipt == nil:
		return receiptIsClosed
	case byOpener && c.operator != s.receipt.operator:
		return otherOperator
	case !s.receipt.inDrive:
		return driveState
	}
	return ok
}

// vatCodes are the tax codes of FF46h (§2.6); C1h..CCh are the generic form, C0h + number of tag 1199.
var vatCodes = map[byte]money.VATRate{
	0x01: money.VAT20, 0x02: money.VAT10, 0x04: money.VAT0, 0x08: money.VATNone, 0x10: money.VAT20Calc, 0x20: money.VAT10Calc,
	0x81: money.VAT5, 0x82: money.VAT7, 0x84: money.VAT5Calc, 0x88: money.VAT7Calc,
}

func vatOfCode(b byte) (money.VATRate, bool) {
	if rate, known := vatCodes[b]; known {
		return rate, true
	}
	rate := money.VATRate(b - 0xC0)
	return rate, b > 0xC0 && rate.Known()
}

const (
	notGiven   = 1<<40 - 1 // FFFFFFFFFF
	maxSum     = 1<<40 - 2
	maxName    = 128
	maxSubject = 33
	maxMethod  = 7
	maxSection = 16
)

// operation is FF46h.
func (s *Shtrih) operation(c *call) ([]byte, code) {
	kind := byte(c.p.num(1))
	micros, price, sum := c.p.num(6), c.p.num(5), c.p.num(5)
	c.p.take(5) // tax sum: the printer computes it
	tax, department := byte(c.p.num(1)), byte(c.p.num(1))
	method, subject := byte(c.p.num(1)), byte(c.p.num(1))
	name := c.p.rest()
	if c.p.short || len(name) > maxName {
		return nil, badLength
	}
	if result := s.inReceipt(c, true); result != ok {
		return nil, result
	}
	r := s.receipt
	rate, known := vatOfCode(tax)
	switch {
	case kind != signOfKind(r.kind):
		return nil, otherReceipt
	case !known || method < 1 || method > maxMethod || subject < 1 || subject > maxSubject:
		return nil, badParams
	case department > maxSection:
		return nil, badDepartment
	case micros == 0:
		return nil, badQuantity
	case price > maxSum:
		return nil, badPrice
	}
	cost, fits := costOf(price, micros)
	if !fits {
		return nil, totalOverflow
	}
	if sum == notGiven {
		sum = cost
	} else if sum > cost+1 || cost > sum+1 {
		return nil, badParams
	}
	l := line{
		name: fromWin1251(name), price: money.Kopecks(price), sum: money.Kopecks(sum), micros: int64(micros), vat: s.rateInForce(rate),
		method: method, subject: subject, department: department, tags: r.nextTags, mark: r.nextMark,
	}
	l.name, l.hidden = strings.CutPrefix(l.name, "//")
	if r.total()+l.sum > maxSum {
		return nil, totalOverflow
	}
	if r.size()+len(l.encode()) > receiptBytes {
		return nil, bufferFull
	}
	r.lines = append(r.lines, l)
	r.nextTags, r.nextMark = nil, nil
	return nil, ok
}

// costOf is price × quantity rounded half up to a kopeck; false when it does not fit a sum.
func costOf(price, micros uint64) (uint64, bool) {
	const million = 1_000_000
	hi, lo := bits.Mul64(price, micros)
	if hi >= million {
		return 0, false
	}
	cost, rest := bits.Div64(hi, lo, million)
	if rest >= million/2 {
		cost++
	}
	return cost, cost <= maxSum
}

// rateInForce is what field 17.71 = 1 makes of the 20 % codes from 2026.
func (s *Shtrih) rateInForce(rate money.VATRate) money.VATRate {
	if !s.opts.VAT20As22 || s.setting(17, 71) != 1 || money.StandardVAT(s.clock()) != money.VAT22 {
		return rate
	}
	switch rate {
	case money.VAT20:
		return money.VAT22
	case money.VAT20Calc:
		return money.VAT22Calc
	}
	return rate
}

// tagsOf reads the TLV of FF0Ch and FF4Dh.
func tagsOf(c *call) ([]byte, code) {
	tags := slices.Clone(c.p.rest())
	if len(tags) > documentBytes {
		return nil, driveTooLarge
	}
	if list, err := parseTLV(tags); err != nil || len(list) == 0 {
		return nil, driveBadValue
	}
	return tags, ok
}

// documentTags is FF0Ch: tags of the receipt or of the begun shift report.
func (s *Shtrih) documentTags(c *call) ([]byte, code) {
	tags, result := tagsOf(c)
	if result != ok {
		return nil, result
	}
	switch {
	case s.begun != nil:
		if len(s.begun.tags)+len(tags) > receiptBytes {
			return nil, driveTooLarge
		}
		s.begun.tags = append(s.begun.tags, tags...)
	case s.receipt != nil && s.receipt.inDrive:
		if s.receipt.size()+len(tags) > receiptBytes {
			return nil, driveTooLarge
		}
		s.receipt.tags = append(s.receipt.tags, tags...)
	default:
		return nil, driveState
	}
	return nil, ok
}

// operationTags is FF4Dh: on the cash core tags of the next FF46h, otherwise of the last one. In the wrong order
// they are lost without a word (NGI 180).
func (s *Shtrih) operationTags(c *call) ([]byte, code) {
	tags, result := tagsOf(c)
	if result != ok {
		return nil, result
	}
	if result := s.inReceipt(c, false); result != ok {
		return nil, result
	}
	r := s.receipt
	target := &r.nextTags
	if !s.opts.CashCore {
		if len(r.lines) == 0 {
			return nil, ok
		}
		target = &r.lines[len(r.lines)-1].tags
	}
	if len(*target)+len(tags) > 1024 { // 1059 holds no more (§7.2)
		return nil, driveTooLarge
	}
	*target = append(*target, tags...)
	return nil, ok
}

// receiptDiscount is FF4Bh: discount 5, charge 5, tax 1, text; it changes the receipt's total.
func (s *Shtrih) receiptDiscount(c *call) ([]byte, code) {
	discount, charge := kopecks(&c.p, 5), kopecks(&c.p, 5)
	c.p.take(1)
	text := c.p.rest()
	if c.p.short || len(text) > 128 {
		return nil, badLength
	}
	if result := s.inReceipt(c, false); result != ok {
		return nil, result
	}
	total := s.receipt.total() + charge - discount
	if total < 0 {
		return nil, negativeTotal
	}
	if total > maxSum {
		return nil, totalOverflow
	}
	s.receipt.adjust += charge - discount
	return nil, ok
}

// subtotal is 89h: sum 5.
func (s *Shtrih) subtotal(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	if s.receipt == nil {
		return nil, receiptIsClosed
	}
	return appendLE(nil, uint64(s.receipt.total()), 5), ok
}

// cancelReceipt is 88h. It also ends the receipt that a loss of power has left in the printer alone.
func (s *Shtrih) cancelReceipt(c *call) ([]byte, code) {
	switch {
	case !c.p.end():
		return nil, badLength
	case s.receipt == nil:
		return nil, receiptIsClosed
	case c.operator != s.receipt.operator:
		return nil, otherOperator
	}
	s.dropReceipt()
	return nil, ok
}

func (s *Shtrih) dropReceipt() {
	s.receipt = nil
	s.marks = marks{}
}
