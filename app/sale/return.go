package sale

import (
	"strconv"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// startReturn opens a receipt that gives back lines of a closed sale.
func (e *Engine) startReturn(c StartReturn) error {
	if err := e.inSale(); err != nil {
		return err
	}
	if e.receipt != nil {
		return till.Fail(till.ReceiptOpenStill)
	}
	sold, err := e.ports.Journal.Receipt(e.ctx, c.ReceiptID)
	if err != nil {
		return err
	}
	if sold.Kind != till.Sale || sold.State != till.Closed {
		return till.Fail(till.ReceiptMissing, c.ReceiptID)
	}
	back, err := e.ports.Journal.Returned(e.ctx, sold.ID)
	if err != nil {
		return err
	}
	wanted := c.Lines
	if len(wanted) == 0 {
		for i := range sold.Lines {
			if l := &sold.Lines[i]; !l.Removed && back[l.No] < l.Quantity {
				wanted = append(wanted, l.No)
			}
		}
	}
	next := e.nextReceipt()
	next.Kind, next.ReturnOf = till.Return, sold.ID
	seen := map[int]bool{}
	for _, no := range wanted {
		l := sold.Line(no)
		if l == nil || l.Removed || seen[no] {
			return till.Fail(till.ReturnLineBad, strconv.Itoa(no))
		}
		seen[no] = true
		left := l.Quantity - back[no]
		if left <= 0 {
			return till.Fail(till.ReturnTooMuch, left.String(), back[no].String())
		}
		line := *l
		line.No, line.ReturnOf = len(next.Lines)+1, no
		line.Quantity = left
		line.Discount = line.Full() - givenBack(l, back[no], left)
		next.Lines = append(next.Lines, line)
	}
	if len(next.Lines) == 0 {
		return till.Fail(till.ReturnTooMuch, "0", "")
	}
	return e.commitReceipt(journal.Change{Entry: journal.Entry{Kind: "return", Body: c}, Lines: next.Lines}, next, 1)
}

// setReturned sets how much of a sold line is given back: no more than is left of it.
func (e *Engine) setReturned(saleID string, line *till.Line, quantity money.Millis) error {
	sale, err := e.ports.Journal.Receipt(e.ctx, saleID)
	if err != nil {
		return err
	}
	back, err := e.ports.Journal.Returned(e.ctx, saleID)
	if err != nil {
		return err
	}
	sold := sale.Line(line.ReturnOf)
	if sold == nil {
		return till.Fail(till.ReturnLineBad, strconv.Itoa(line.ReturnOf))
	}
	before := back[sold.No]
	if left := sold.Quantity - before; quantity > left {
		return till.Fail(till.ReturnTooMuch, left.String(), before.String())
	}
	line.Quantity = quantity
	line.Discount = line.Full() - givenBack(sold, before, quantity)
	return nil
}

// givenBack is what the customer gets for a quantity of a sold line of which `before` was given back
// already. The parts of a line add up to exactly what was paid for it, whatever their rounding, so one
// part may differ from price × quantity by a kopeck. The limits of lines keep the product inside int64.
func givenBack(sold *till.Line, before, quantity money.Millis) money.Kopecks {
	upTo := func(q money.Millis) money.Kopecks {
		return money.Kopecks(int64(sold.Sum()) * int64(q) / int64(sold.Quantity))
	}
	return upTo(before+quantity) - upTo(before)
}

// pickCode ticks a unit that the customer brings back: it must belong to the receipt's sale.
func (e *Engine) pickCode(code marking.MarkingCode) error {
	if e.pick(func(l *till.Line) bool { return l.Mark.Identity() == code.Identity() }) {
		return nil
	}
	e.show(&Stop{Code: till.MarkNotInReceipt, Masked: code.Masked()})
	return till.Fail(till.MarkNotInReceipt)
}

// pickItem ticks the line of a plain item by its barcode or id. Nothing can be added to a return.
func (e *Engine) pickItem(barcode, itemID string) error {
	found := e.pick(func(l *till.Line) bool {
		return barcode != "" && l.Barcode == barcode || itemID != "" && l.ItemID == itemID
	})
	if !found {
		return till.Fail(till.ReturnLineBad)
	}
	return nil
}

// pick selects the first line that fits.
func (e *Engine) pick(fits func(*till.Line) bool) bool {
	for i := range e.receipt.Lines {
		if l := &e.receipt.Lines[i]; !l.Removed && fits(l) {
			e.selected, e.dirty = l.No, true
			return true
		}
	}
	return false
}
