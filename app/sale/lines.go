package sale

import (
	"errors"
	"strconv"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

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
		if err := e.setReturned(next.ReturnOf, line, c.Quantity); err != nil {
			return err
		}
	} else {
		line.Quantity = c.Quantity
		applyPercent(line)
	}
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
	if c.Percent > 0 && line.Sum() < money.Cost(line.MinPrice, line.Quantity) {
		return till.Fail(till.DiscountBad, line.Name)
	}
	if !line.Mark.IsZero() && next.Kind == till.Sale {
		line.MarkState = till.MarkChecking // its verdict was about another price
	}
	if err := e.commitLine("discount", next, *line); err != nil {
		return err
	}
	e.recheck()
	return nil
}

// fixedPrice: groups whose price follows a rule of the law; a discount would break it (till-ux DL-2).
func fixedPrice(g marking.ProductGroup) bool {
	return g == marking.Tobacco || g == marking.OTP || g == marking.Nicotine
}

func applyPercent(l *till.Line) { l.Discount = money.Share(l.Full(), l.Percent) }

func (e *Engine) remove(no int) error {
	next, line, err := e.lineToChange(no)
	if err != nil {
		return err
	}
	line.Removed, line.Why = true, "cashier"
	if err := e.commitLine("remove", next, *line); err != nil {
		return err
	}
	e.selected = lastShown(next)
	if e.stop != nil && e.stop.Line == no {
		e.closeStop()
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
	if e.receipt == nil {
		return till.Fail(till.ReceiptMissing)
	}
	if l := e.receipt.Line(c.Line); l == nil || l.Removed {
		return till.Fail(till.LineMissing, strconv.Itoa(c.Line))
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

func argsOf(err error) []string {
	var known *till.Error
	if errors.As(err, &known) {
		return known.Args
	}
	return nil
}
