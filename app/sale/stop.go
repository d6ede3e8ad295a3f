package sale

import (
	"strconv"

	"kassa/app/till"
)

// show puts a stop on the screen in place of the one that is there.
func (e *Engine) show(s *Stop) { e.stop, e.dirty = s, true }

// queue shows a stop that comes by itself, while the cashier may be busy with another one: then it waits
// its turn. None may be lost.
func (e *Engine) queue(s *Stop) {
	if e.stop == nil {
		e.show(s)
		return
	}
	e.later = append(e.later, s)
}

// closeStop takes the stop away and shows the next one that waits.
func (e *Engine) closeStop() {
	e.stop, e.dirty = nil, true
	if len(e.later) > 0 {
		e.stop, e.later = e.later[0], e.later[1:]
	}
}

// wanted is the item whose marking code is waited for, nil when none is.
func (e *Engine) wanted() *till.Item {
	if e.stop == nil {
		return nil
	}
	return e.stop.Wanted
}

// dismiss closes the stop. A question about age that is closed was not answered with yes.
func (e *Engine) dismiss() error {
	if e.stop != nil && e.stop.asked != nil {
		return e.confirmAge(ConfirmAge{Yes: false})
	}
	e.closeStop()
	again := e.unheard
	e.unheard = nil
	for _, f := range again {
		f()
	}
	e.recheck() // a check whose result the disk did not take
	return nil
}

// takeLimitPrice puts the unit that a stop is about on the receipt again, at the price on its pack (M-07).
func (e *Engine) takeLimitPrice() error {
	if e.stop == nil || !e.stop.TakesLimit {
		return till.Fail(till.NotSupported)
	}
	r, err := e.editable()
	if err != nil {
		return err
	}
	if r == nil || r.Line(e.stop.Line) == nil {
		return till.Fail(till.LineMissing, strconv.Itoa(e.stop.Line))
	}
	old, limit := r.Line(e.stop.Line), e.stop.Verdict.Limit
	if no := lineWith(r, old.Mark); no != 0 { // it is here already, at the price of today
		e.closeStop()
		return till.Fail(till.MarkRepeated, strconv.Itoa(no))
	}
	if id, ok := e.held[old.Mark.Identity()]; ok {
		e.closeStop()
		return till.Fail(till.MarkInSuspended, id)
	}
	item, err := e.ports.Catalog.ByID(e.ctx, old.ItemID)
	if err != nil {
		return err
	}
	e.closeStop()
	return e.add(wish{item: item, barcode: old.Barcode, code: old.Mark, price: limit, priced: true}, e.set.Now())
}
