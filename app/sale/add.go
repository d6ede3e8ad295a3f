package sale

import (
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// Limits against a code typed as a quantity and against slips of the finger (till-ux WG-4). With maxPrice
// they keep every sum of a receipt far inside int64.
const (
	maxPieces = 99 * money.Unit
	maxWeight = 30 * money.Unit
	maxLines  = 1000
	maxPrice  = maxPayment
)

// wish is what is to be put on the receipt: a piece, a weighed portion, or a marked unit.
type wish struct {
	item    till.Item
	barcode string // as scanned, may be empty
	weight  money.Millis
	weighed bool          // weight is set: a line of its own
	price   money.Kopecks // in place of the item's, when priced
	priced  bool
	code    marking.MarkingCode // of a marked unit: a line of its own
}

func (e *Engine) addItem(c AddItem) error {
	r, err := e.editable()
	if err != nil {
		return err
	}
	if r != nil && r.Kind == till.Return {
		return e.pickItem("", c.ItemID)
	}
	item, err := e.ports.Catalog.ByID(e.ctx, c.ItemID)
	if err != nil {
		return e.unknownItem(err, c.ItemID)
	}
	return e.add(wish{item: item}, e.set.Now())
}

// add puts a wish on the receipt when nothing stands against it, or shows what does. at is when it was
// scanned.
func (e *Engine) add(w wish, at time.Time) error {
	item := &w.item
	marked := !w.code.IsZero()
	err := sellable(item)
	switch {
	case err != nil:
	case item.Marked() && !marked:
		e.show(&Stop{Code: till.MarkWanted, Item: item.Name, Wanted: item})
		return till.Fail(till.MarkWanted, item.Name)
	case item.NoPieces && (!w.weighed || w.weight <= 0):
		err = till.Fail(till.ItemNeedsWeight, item.Name)
	case w.weight > maxWeight:
		err = till.Fail(till.QuantityLarge, w.weight.String())
	case item.MinAge > e.age():
		return e.askAge(w)
	default:
		return e.put(w, at)
	}
	e.show(&Stop{Code: till.CodeOf(err), Args: argsOf(err), Item: item.Name})
	return err
}

// put writes the line and starts the check of a marked unit.
func (e *Engine) put(w wish, at time.Time) error {
	next := e.nextReceipt()
	if line := lastLike(next, w); line != nil {
		if line.Quantity+money.Unit > limitOf(line.Measure) {
			return till.Fail(till.QuantityLarge, (line.Quantity + money.Unit).String())
		}
		line.Quantity += money.Unit
		applyPercent(line)
		return e.commitLine("add", next, *line)
	}
	if len(next.Lines) >= maxLines {
		return till.Fail(till.ReceiptBusy)
	}
	line := newLine(next, w)
	next.Lines = append(next.Lines, line)
	kind := "add"
	if !w.code.IsZero() {
		kind = "scan"
	}
	if err := e.commitLine(kind, next, line); err != nil {
		return err
	}
	if e.wanted() != nil { // it is here
		e.closeStop()
	}
	if line.MarkState == till.MarkChecking {
		e.startCheck(next.ID, line, at)
		e.warnOfSuspect(line.Name, line.Mark)
	}
	return nil
}

// sellable: an item without price or VAT cannot be sold (till-ux SL-8).
func sellable(item *till.Item) error {
	switch {
	case !item.HasPrice || item.Price < 0 || item.Price > maxPrice:
		return till.Fail(till.ItemNoPrice, item.Name)
	case !item.VAT.Known():
		return till.Fail(till.ItemNoVAT, item.Name)
	}
	return nil
}

// lastLike is the line that one more piece of a plain item joins, nil when a new line is due.
func lastLike(r *till.Receipt, w wish) *till.Line {
	if w.weighed || !w.code.IsZero() {
		return nil
	}
	for i := len(r.Lines) - 1; i >= 0; i-- {
		l := &r.Lines[i]
		if !l.Removed && l.ItemID == w.item.ID && l.Price == w.item.Price && l.VAT == w.item.VAT && l.Mark.IsZero() {
			return l
		}
	}
	return nil
}

func newLine(r *till.Receipt, w wish) till.Line {
	item := &w.item
	line := till.Line{
		No: len(r.Lines) + 1, ItemID: item.ID, Name: item.Name, Barcode: w.barcode,
		Price: item.Price, Quantity: money.Unit, Measure: item.Measure, VAT: item.VAT,
		Group: item.Group, MinAge: item.MinAge, MinPrice: item.MinPrice,
	}
	if w.barcode == "" && len(item.Barcodes) > 0 {
		line.Barcode = item.Barcodes[0]
	}
	if w.weighed {
		line.Quantity = w.weight
	}
	if w.priced {
		line.Price = w.price
	}
	if !w.code.IsZero() {
		line.Mark, line.MarkState = w.code, till.MarkChecking
	}
	return line
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
