package devicesim

import (
	"encoding/hex"
	"math/bits"
	"slices"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// closing is what FF45h brings.
type closing struct {
	payments  [16]money.Kopecks
	rounding  money.Kopecks
	taxSystem byte
	text      string
}

// readClosing reads FF45h: payments 16×5, rounding 1, taxes 6×5, tax system 1, text ≤64; a text of 64 may be
// followed by four more taxes. The taxes are not looked at: the printer computes them.
func readClosing(p *params) (closing, bool) {
	var f closing
	for i := range f.payments {
		f.payments[i] = kopecks(p, 5)
	}
	f.rounding = kopecks(p, 1)
	p.take(6 * 5)
	f.taxSystem = byte(p.num(1))
	text := p.rest()
	if len(text) == 64+4*5 {
		text = text[:64]
	}
	f.text = fromWin1251(text)
	return f, !p.short && len(text) <= 64
}

// closeReceipt is FF45h: change 5, ФД 4, ФП 4.
func (s *Shtrih) closeReceipt(c *call) ([]byte, code) {
	form, whole := readClosing(&c.p)
	if !whole {
		return nil, badLength
	}
	if result := s.inReceipt(c, true); result != ok {
		return nil, result
	}
	r := s.receipt
	if form.taxSystem&simTaxes == 0 || bits.OnesCount8(form.taxSystem) != 1 {
		return nil, badParams
	}
	total := r.total() - form.rounding
	if form.rounding > r.total()%100 { // the whole roubles must not change (§8)
		return nil, badParams
	}
	if len(r.lines) == 0 || total == 0 && s.setting(1, 23) == 1 {
		return nil, zeroReceipt
	}
	change, result := s.settlement(r, &form, total)
	if result != ok {
		return nil, result
	}
	if s.marks.pending != nil {
		return nil, markOrder
	}
	if _, given := findTag(r.tags, tagCorrectionType); r.correction && !given {
		return nil, tagMissing
	}
	if result := s.refuses(false); result != ok {
		return nil, result
	}
	if form.text != "" {
		r.texts = append(r.texts, form.text)
	}
	e := s.receiptEntry(r, &form, total, change)
	if result := s.commit(c, e); result != ok {
		return nil, result
	}
	out := appendLE(appendLE(appendLE(nil, uint64(change), 5), uint64(e.FD), 4), uint64(e.Sign), 4)
	return s.extended(out, e), ok
}

// settlement checks the payments and gives the change.
func (s *Shtrih) settlement(r *openReceipt, form *closing, total money.Kopecks) (money.Kopecks, code) {
	var paid money.Kopecks
	for _, p := range form.payments {
		paid += p
	}
	cash := form.payments[payCash]
	switch {
	case paid-cash > total:
		return 0, cardOverTotal
	case paid < total && paid == cash:
		return 0, cashLess
	case paid < total:
		return 0, paymentsLess
	}
	change := paid - total
	gives := r.kind == kindReturn || r.kind == kindPurchase
	if gives && cash-change > s.memory.drawer {
		return 0, drawerShort
	}
	return change, ok
}

func (s *Shtrih) receiptEntry(r *openReceipt, form *closing, total, change money.Kopecks) *Entry {
	e := &Entry{
		FD: s.memory.lastFD + 1, Shift: s.memory.shift, Time: s.clock(), Type: receiptTypes[r.kind], Total: total,
		Cash: form.payments[payCash] - change, Change: change,
		Receipt: s.memory.receipt + 1, Kind: signOfKind(r.kind), TaxSystem: form.taxSystem,
		Cashier: s.cashier(r.tags, r.operator), ReceiptID: receiptID(r.tags),
	}
	if r.correction {
		e.Type = TypeCorrection
	}
	for _, p := range form.payments[payCash+1 : payPrepaid] {
		e.Card += p
	}
	last := len(form.payments)
	for last > 0 && form.payments[last-1] == 0 {
		last--
	}
	e.Payments = slices.Clone(form.payments[:last])
	for i := range r.lines {
		e.Lines = append(e.Lines, r.lines[i].entry())
	}
	e.Tags = hex.EncodeToString(s.seal(e, s.receiptTags(e, r)))
	return e
}

func (l *line) entry() EntryLine {
	e := EntryLine{
		Name: l.name, Price: l.price, Sum: l.sum, VAT: l.vat.String(), Millis: money.Millis(l.micros / 1000), Hidden: l.hidden,
	}
	if l.micros%1000 != 0 {
		e.Micros = l.micros
	}
	if l.mark != nil {
		e.KM, e.Tag2106 = string(l.mark.code), &l.mark.t2106
	}
	if v, given := findTag(l.tags, tagIndustry, tagIndustryValue); given {
		e.Tag1265 = fromCP866(v)
	}
	return e
}

// cashier is tag 1021 of the host, or the operator's name of table 2.
func (s *Shtrih) cashier(tags []byte, operator int) string {
	if v, given := findTag(tags, tagCashier); given {
		return fromCP866(v)
	}
	return s.text(2, operator, 2)
}

// receiptID is the till's id of the receipt, by the name that the till gives its user attribute.
func receiptID(tags []byte) string {
	name, named := findTag(tags, tagUserAttribute, tagAttributeName)
	value, given := findTag(tags, tagUserAttribute, tagAttributeValue)
	if !named || !given || fromCP866(name) != fiscal.ReceiptIDAttribute {
		return ""
	}
	return fromCP866(value)
}

// extended adds the document's time where the printer is set so (F7h bit 50).
func (s *Shtrih) extended(out []byte, e *Entry) []byte {
	if !s.opts.ExtendedAnswers {
		return out
	}
	return driveTime(out, e.Time)
}
