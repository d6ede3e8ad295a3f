package sale

import (
	"slices"
	"strconv"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/till"
)

// suspend puts the receipt aside; also when the shift is over its 24 hours or closed.
func (e *Engine) suspend(c Suspend) error {
	r := e.receipt
	switch {
	case r == nil || r.State == till.Open && r.Positions() == 0:
		return till.Fail(till.ReceiptEmpty)
	case r.State != till.Open || r.Kind == till.Return:
		return till.Fail(till.ReceiptBusy)
	}
	for i := range r.Lines {
		if !r.Lines[i].Removed && r.Lines[i].MarkState == till.MarkChecking {
			return till.Fail(till.ReceiptChecking, strconv.Itoa(r.Lines[i].No))
		}
	}
	next := r.Clone()
	next.State, next.Comment = till.Suspended, c.Comment
	if err := e.finishReceipt(journal.Change{Entry: journal.Entry{Kind: "suspend", Body: c.Comment}}, next); err != nil {
		return err
	}
	e.hold(next)
	e.say(true, NoticeSuspended, strconv.Itoa(next.Number))
	return nil
}

// resume takes a receipt up again. Its marked units are checked again: they may have been sold elsewhere
// meanwhile, and the evidence of a check belongs to the day of the sale (till-ux SU-3).
func (e *Engine) resume(c Resume) error {
	if err := e.inSale(); err != nil {
		return err
	}
	if e.receipt != nil {
		return till.Fail(till.ReceiptOpenStill)
	}
	r, err := e.ports.Journal.Receipt(e.ctx, c.ID)
	if err != nil {
		return err
	}
	if r.State != till.Suspended {
		return till.Fail(till.ReceiptMissing, c.ID)
	}
	next := r.Clone()
	next.State, next.Shift = till.Open, e.shift.Number
	var marked []till.Line
	for i := range next.Lines {
		if l := &next.Lines[i]; !l.Removed && !l.Mark.IsZero() {
			l.MarkState, l.Verdict, l.CheckTime = till.MarkChecking, marking.Verdict{}, 0
			marked = append(marked, *l)
		}
	}
	state := e.state
	state.ReceiptID = r.ID
	err = e.commit(journal.Change{
		Entry: journal.Entry{Kind: "resume", ReceiptID: r.ID}, Receipt: next, Lines: marked, State: &state,
	})
	if err != nil {
		return err
	}
	e.state, e.receipt, e.selected = state, next, lastShown(next)
	e.release(r)
	e.recheck()
	return nil
}

// hold adds a receipt to the list of suspended ones and reserves its codes; release takes it out.
// The list is replaced, never changed: snapshots share it.
func (e *Engine) hold(r *till.Receipt) {
	e.suspended = append(slices.Clone(e.suspended), viewOf(r))
	for i := range r.Lines {
		if l := &r.Lines[i]; !l.Removed && !l.Mark.IsZero() {
			e.held[l.Mark.Identity()] = r.ID
		}
	}
}

func (e *Engine) release(r *till.Receipt) {
	e.suspended = slices.DeleteFunc(slices.Clone(e.suspended), func(v SuspendedView) bool { return v.ID == r.ID })
	for code, id := range e.held {
		if id == r.ID {
			delete(e.held, code)
		}
	}
}
