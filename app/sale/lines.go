package sale

import (
	"errors"
	"strconv"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// Limits against a code typed as a quantity and against slips of the finger (till-ux WG-4).
const (
	maxPieces = 99 * money.Unit
	maxWeight = 30 * money.Unit
	maxLines  = 1000
)

// scan is what a scanner read: an item's barcode or a marking code.
func (e *Engine) scan(c Scan) error {
	if c.At.IsZero() {
		c.At = e.set.Now()
	}
	if _, err := e.editable(); err != nil {
		return err
	}
	s, err := marking.Parse(c.Raw)
	if err != nil {
		return &till.Error{Code: till.ScanUnreadable, Err: err}
	}
	for _, r := range s.Repairs {
		if r == marking.RepairLayout || r == marking.RepairCaps {
			e.say(true, NoticeLayout)
		}
	}
	switch s.Kind {
	case marking.KindMarking:
		return e.scanMarked(s, c)
	case marking.KindGTIN, marking.KindWeight:
		return e.scanBarcode(s.Barcode)
	default:
		return e.scanBarcode(s.Text)
	}
}

func (e *Engine) scanBarcode(barcode string) error {
	item, err := e.ports.Catalog.ByBarcode(e.ctx, barcode)
	if err != nil {
		return e.unknownItem(err, barcode)
	}
	return e.add(item, barcode)
}

// unknownItem shows an unknown code as a stop: the cashier must not believe that it was sold.
func (e *Engine) unknownItem(err error, code string) error {
	if till.CodeOf(err) != till.ItemUnknown {
		return err
	}
	e.show(&Stop{Code: till.ItemUnknown, Args: []string{code}})
	return till.Fail(till.ItemUnknown, code)
}

func (e *Engine) addItem(c AddItem) error {
	if _, err := e.editable(); err != nil {
		return err
	}
	item, err := e.ports.Catalog.ByID(e.ctx, c.ItemID)
	if err != nil {
		return e.unknownItem(err, c.ItemID)
	}
	return e.add(item, "")
}

// add puts one piece of a plain item on the receipt, or asks for the code of a marked one.
func (e *Engine) add(item till.Item, barcode string) error {
	if err := sellable(item); err != nil {
		e.show(&Stop{Code: till.CodeOf(err), Args: argsOf(err), Item: item.Name})
		return err
	}
	if item.Marked() {
		if e.stop != nil && e.stop.Wanted != nil {
			e.show(&Stop{Code: till.MarkWanted, Item: e.stop.Item, Wanted: e.stop.Wanted})
		} else {
			e.show(&Stop{Code: till.MarkWanted, Item: item.Name, Wanted: &item})
		}
		return till.Fail(till.MarkWanted, item.Name)
	}
	if e.stop != nil { // a plain item was scanned where a code is waited for
		return till.Fail(till.StopShown)
	}
	if item.NoPieces {
		e.show(&Stop{Code: till.ItemNeedsWeight, Item: item.Name})
		return till.Fail(till.ItemNeedsWeight, item.Name)
	}
	next := e.nextReceipt()
	line := lastLike(next, item)
	if line != nil {
		if line.Quantity+money.Unit > limitOf(line.Measure) {
			return till.Fail(till.QuantityLarge, (line.Quantity + money.Unit).String())
		}
		line.Quantity += money.Unit
		applyPercent(line)
	} else {
		if len(next.Lines) >= maxLines {
			return till.Fail(till.ReceiptBusy)
		}
		next.Lines = append(next.Lines, newLine(next, item, barcode))
		line = &next.Lines[len(next.Lines)-1]
	}
	return e.commitLine("add", next, *line)
}

// sellable: an item without price or VAT cannot be sold (till-ux SL-8).
func sellable(item till.Item) error {
	switch {
	case !item.HasPrice || item.Price < 0:
		return till.Fail(till.ItemNoPrice, item.Name)
	case !item.VAT.Known():
		return till.Fail(till.ItemNoVAT, item.Name)
	case item.MinAge > 0:
		return till.Fail(till.ItemNeedsAge, item.Name, strconv.Itoa(item.MinAge))
	}
	return nil
}

// lastLike is the line of the same plain item at the same price, nil when a new line is due.
func lastLike(r *till.Receipt, item till.Item) *till.Line {
	for i := len(r.Lines) - 1; i >= 0; i-- {
		l := &r.Lines[i]
		if !l.Removed && l.ItemID == item.ID && l.Price == item.Price && l.VAT == item.VAT && l.Mark.IsZero() && l.ReturnOf == 0 {
			return l
		}
	}
	return nil
}

func newLine(r *till.Receipt, item till.Item, barcode string) till.Line {
	if barcode == "" && len(item.Barcodes) > 0 {
		barcode = item.Barcodes[0]
	}
	return till.Line{
		No: len(r.Lines) + 1, ItemID: item.ID, Name: item.Name, Barcode: barcode,
		Price: item.Price, Quantity: money.Unit, Measure: item.Measure, VAT: item.VAT,
		Group: item.Group, MinAge: item.MinAge, MinPrice: item.MinPrice,
	}
}

// nextReceipt is a copy of the receipt to change, or a new one.
func (e *Engine) nextReceipt() *till.Receipt {
	if e.receipt != nil {
		return e.receipt.Clone()
	}
	return &till.Receipt{
		ID: e.set.NewID(), Kind: till.Sale, Number: e.state.NextNumber, Shift: e.shift.Number,
		Cashier: *e.cashier, OpenedAt: e.set.Now(), State: till.Open,
	}
}

// commitLine writes one changed line of next and makes next the receipt.
func (e *Engine) commitLine(kind string, next *till.Receipt, line till.Line) error {
	return e.commitReceipt(journal.Change{
		Entry: journal.Entry{Kind: kind, Body: line}, Lines: []till.Line{line},
	}, next, line.No)
}

// commitReceipt writes the header of next with the change, and makes next the receipt.
func (e *Engine) commitReceipt(c journal.Change, next *till.Receipt, selected int) error {
	state := e.state
	if e.receipt == nil {
		state.ReceiptID = next.ID
		state.NextNumber = next.Number + 1
		c.State = &state
	}
	c.Receipt, c.Entry.ReceiptID = next, next.ID
	if err := e.commit(c); err != nil {
		return err
	}
	e.state, e.receipt, e.selected = state, next, selected
	return nil
}

func (e *Engine) setQuantity(c SetQuantity) error {
	next, line, err := e.lineToChange(c.Line)
	if err != nil {
		return err
	}
	switch {
	case !line.Mark.IsZero():
		return till.Fail(till.LineMarked, line.Name)
	case c.Quantity <= 0, line.Measure.Whole() && !c.Quantity.IsWhole():
		return till.Fail(till.QuantityBad, c.Quantity.String())
	case c.Quantity > limitOf(line.Measure):
		return till.Fail(till.QuantityLarge, c.Quantity.String())
	}
	if line.ReturnOf != 0 {
		if err := e.mayReturn(next.ReturnOf, line.ReturnOf, c.Quantity); err != nil {
			return err
		}
	}
	line.Quantity = c.Quantity
	applyPercent(line)
	return e.commitLine("quantity", next, *line)
}

func limitOf(m till.Measure) money.Millis {
	if m.Whole() {
		return maxPieces
	}
	return maxWeight
}

func (e *Engine) discount(c Discount) error {
	next, line, err := e.lineToChange(c.Line)
	if err != nil {
		return err
	}
	if c.Percent < 0 || c.Percent > money.Whole || next.Kind == till.Return || fixedPrice(line.Group) {
		return till.Fail(till.DiscountBad, line.Name)
	}
	line.Percent = c.Percent
	applyPercent(line)
	if line.Sum() < money.Cost(line.MinPrice, line.Quantity) {
		return till.Fail(till.DiscountBad, line.Name)
	}
	return e.commitLine("discount", next, *line)
}

// fixedPrice: groups whose price follows a rule of the law; a discount would break it (till-ux DL-2).
func fixedPrice(g marking.ProductGroup) bool {
	return g == marking.Tobacco || g == marking.OTP || g == marking.Nicotine
}

func applyPercent(l *till.Line) { l.Discount = money.Share(l.Full(), l.Percent) }

func (e *Engine) remove(no int, why string) error {
	next, line, err := e.lineToChange(no)
	if err != nil {
		return err
	}
	line.Removed, line.Why = true, why
	if err := e.commitLine("remove", next, *line); err != nil {
		return err
	}
	e.selected = lastShown(next)
	if e.stop != nil && e.stop.Line == no {
		e.stop = nil
	}
	return nil
}

func lastShown(r *till.Receipt) int {
	for i := len(r.Lines) - 1; i >= 0; i-- {
		if !r.Lines[i].Removed {
			return r.Lines[i].No
		}
	}
	return 0
}

func (e *Engine) selectLine(c Select) error {
	if e.receipt == nil || e.receipt.Line(c.Line) == nil {
		return till.Fail(till.LineMissing)
	}
	e.selected, e.dirty = c.Line, true
	return nil
}

// lineToChange is a copy of the receipt and the line in it.
func (e *Engine) lineToChange(no int) (*till.Receipt, *till.Line, error) {
	r, err := e.editable()
	if err != nil {
		return nil, nil, err
	}
	if r == nil {
		return nil, nil, till.Fail(till.ReceiptMissing)
	}
	next := r.Clone()
	line := next.Line(no)
	if line == nil || line.Removed {
		return nil, nil, till.Fail(till.LineMissing, strconv.Itoa(no))
	}
	return next, line, nil
}

func (e *Engine) show(s *Stop) {
	e.stop, e.dirty = s, true
}

func argsOf(err error) []string {
	var known *till.Error
	if errors.As(err, &known) {
		return known.Args
	}
	return nil
}
