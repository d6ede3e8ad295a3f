package sale

import (
	"context"
	"errors"
	"strconv"
	"time"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/till"
)

// begin says that the printer is busy with us from now on; kind is zero for a mere question.
func (e *Engine) begin(kind fiscal.Kind) {
	e.sending, e.doing, e.since, e.dirty = true, kind, e.set.Now(), true
	e.talks++
}

func (e *Engine) end() { e.sending, e.doing, e.dirty = false, 0, true }

// register sends a document to the fiscal printer:
//
//	1 ask the drive where it stands (Mark)            nothing is journalled, a failure changes nothing
//	2 journal the document and the mark, «sending»    from here on a start asks the drive
//	3 send                                            the driver settles a lost answer by itself
//	4 journal the result: done | refused | unknown
//
// A document that certainly was not formed because the line was lost is sent once more by itself:
// nothing can be doubled then, and the queue does not wait for a person.
func (e *Engine) register(doc fiscal.Document, why string, done func(error)) {
	by := *e.cashier // who may lock the till while the printer works
	e.begin(doc.Kind)
	e.askMark(func(mark fiscal.Mark, err error) {
		if err == nil {
			err = e.rightDrive(doc, mark)
		}
		if err != nil {
			e.end()
			done(e.notSent(doc, err))
			return
		}
		e.send(&journal.Pending{ID: e.set.NewID(), Document: doc, Mark: mark, Attempt: 1, At: e.set.Now(), By: by, Reason: why}, done)
	})
}

// askMark asks the drive where it stands and goes on with the answer on the loop.
func (e *Engine) askMark(then func(fiscal.Mark, error)) {
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, statusPatience)
		defer cancel()
		mark, err := e.ports.Printer.Mark(ctx)
		return func() {
			if err != nil {
				err = notAsked(err)
			}
			then(mark, err)
		}
	})
}

// rightDrive refuses a drive that is not the one of the open shift.
func (e *Engine) rightDrive(doc fiscal.Document, mark fiscal.Mark) error {
	if doc.Kind != fiscal.OpenShift && e.shift.Open && mark.Drive != e.state.Drive {
		return till.Fail(till.PrinterForeign, mark.Drive, e.state.Drive)
	}
	return nil
}

// notSent keeps the reason with the receipt that doc is of: it stays Paid.
func (e *Engine) notSent(doc fiscal.Document, err error) error {
	r := e.receipt
	if r == nil || doc.ReceiptID != r.ID || r.Failure == till.CodeOf(err) {
		return err
	}
	next := r.Clone()
	next.Failure = till.CodeOf(err)
	if err2 := e.commitReceipt(journal.Change{Entry: journal.Entry{Kind: "not-sent", Body: next.Failure}}, next, e.selected); err2 != nil {
		return err2
	}
	return err
}

// send journals the intent, then sends.
func (e *Engine) send(p *journal.Pending, done func(error)) {
	c := journal.Change{Entry: journal.Entry{Kind: "send", Body: sendBody(p)}, Pending: p}
	next := e.inState(p, till.Printing, &c)
	if err := e.commit(c); err != nil {
		e.end()
		if e.pending != nil { // the second try: the disk still says that the first is being sent
			e.unknown = true
		}
		done(err)
		return
	}
	e.pending, e.unknown = p, false
	e.setReceipt(next)
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, printerPatience)
		defer cancel()
		reg, err := e.ports.Printer.Register(ctx, p.Document, p.Mark)
		return func() { e.result(reg, err, done) }
	})
}

func sendBody(p *journal.Pending) any {
	return struct {
		Pending, Kind string
		After         uint32
		Attempt       int
	}{p.ID, p.Document.Kind.String(), p.Mark.Document, p.Attempt}
}

// inState adds the receipt of the pending document, in another state, to the change; nil when the
// document is not of a receipt.
func (e *Engine) inState(p *journal.Pending, s till.State, c *journal.Change) *till.Receipt {
	if e.receipt == nil || p.Document.ReceiptID != e.receipt.ID {
		return nil
	}
	next := e.receipt.Clone()
	next.State = s
	c.Receipt, c.Entry.ReceiptID = next, next.ID
	return next
}

func (e *Engine) setReceipt(r *till.Receipt) {
	if r != nil {
		e.receipt = r
	}
}

// result journals what became of the pending document.
func (e *Engine) result(reg fiscal.Registered, err error, done func(error)) {
	p := e.pending
	if fiscal.OutcomeOf(err) == fiscal.NotDone && fiscal.ProblemOf(err) == fiscal.ProblemSilent && p.Attempt == 1 {
		e.again(p, done)
		return
	}
	e.end()
	done(e.outcome(p, reg, err))
}

// outcome journals one of the three outcomes; afterwards the document is formed, not formed, or unknown.
func (e *Engine) outcome(p *journal.Pending, reg fiscal.Registered, err error) error {
	switch fiscal.OutcomeOf(err) {
	case fiscal.Done:
		return e.formed(p, reg)
	case fiscal.NotDone:
		return e.refused(p, Reason(err))
	}
	if !e.unknown { // told once, not at every question
		e.log.Warn("document unknown", "kind", p.Document.Kind.String(), "receipt", p.Document.ReceiptID, "error", err)
		c := journal.Change{Entry: journal.Entry{Kind: "unknown", Body: err.Error()}}
		next := e.inState(p, till.Unknown, &c)
		if e.commit(c) == nil { // else the pending row on the disk says as much
			e.setReceipt(next)
		}
	}
	e.unknown = true
	return &till.Error{Code: till.PrinterUnclear, Err: err}
}

// errMoved: the driver said that nothing was formed, yet the drive does not stand where it stood.
var errMoved = errors.New("the drive has moved on since the document was sent")

// again sends the document a second time after the drive has said that it has not got it.
func (e *Engine) again(p *journal.Pending, done func(error)) {
	e.askMark(func(mark fiscal.Mark, err error) {
		switch {
		case err != nil:
			err = e.refused(p, err)
		case mark.Drive != p.Mark.Drive:
			err = e.refused(p, till.Fail(till.PrinterForeign, mark.Drive, p.Mark.Drive))
		case mark.Document != p.Mark.Document || mark.CashIn != p.Mark.CashIn || mark.CashOut != p.Mark.CashOut:
			err = e.outcome(p, fiscal.Registered{}, &fiscal.Error{Op: "send again", Outcome: fiscal.Unknown, Problem: fiscal.ProblemForeign, Err: errMoved})
		default:
			retry := *p
			retry.Mark, retry.Attempt = mark, p.Attempt+1
			e.send(&retry, done)
			return
		}
		e.end()
		done(err)
	})
}

// refused ends the pending document: it was not formed. A receipt goes back to Paid with the reason.
func (e *Engine) refused(p *journal.Pending, err error) error {
	c := journal.Change{Entry: journal.Entry{Kind: "refused", Body: err.Error()}, Settled: p.ID}
	next := e.inState(p, till.Paid, &c)
	if next != nil {
		next.Failure = till.CodeOf(err)
	}
	if err2 := e.commit(c); err2 != nil {
		e.unknown = true // on the disk it is being sent: it is asked for again until it can be ended there too
		return err2
	}
	e.pending, e.unknown = nil, false
	e.setReceipt(next)
	return err
}

// formed journals a document that exists, with all that follows from it, in one transaction.
func (e *Engine) formed(p *journal.Pending, reg fiscal.Registered) error {
	c := journal.Change{Entry: journal.Entry{Kind: "result", Body: reg}, Settled: p.ID, Result: &reg}
	shift, state := e.shift, e.state
	if reg.Drive != "" {
		state.Drive = reg.Drive
	}
	var closed *till.Receipt
	switch p.Document.Kind {
	case fiscal.OpenShift:
		shift = till.Shift{Number: reg.Shift, Open: true, OpenedAt: stamp(reg, e.set.Now()), OpenedBy: p.By}
	case fiscal.CloseShift:
		shift.Open, shift.ClosedAt, shift.ClosedBy = false, stamp(reg, e.set.Now()), p.By
	case fiscal.CashIn:
		shift.CashIn += p.Document.Sum
	case fiscal.CashOut:
		shift.CashOut += p.Document.Sum
	case fiscal.Sale, fiscal.Return:
		if closed = e.inState(p, till.Closed, &c); closed == nil {
			e.unknown = true
			return till.Fail(till.Internal) // the journal names its receipt in the same row: cannot be
		}
		closed.Failure, closed.ClosedAt = "", e.set.Now()
		closed.Fiscal = till.Fiscal{Document: reg.Document, Sign: reg.Sign, Drive: reg.Drive, Shift: reg.Shift, Number: reg.ReceiptNumber, At: reg.At}
		if reg.Shift != 0 {
			closed.Shift = reg.Shift // a receipt may outlive the shift it was begun in
		}
		state.ReceiptID = ""
		c.Stock, c.News = stockMoves(closed), codeNews(closed)
		count(&shift, closed)
	}
	c.Shift, c.State = &shift, &state
	if err := e.commit(c); err != nil {
		e.unknown = true // the document exists, the disk does not know it yet: it is asked for again until it does
		return err
	}
	e.shift, e.state, e.pending, e.unknown = shift, state, nil, false
	e.last = lastOf(p, reg, closed)
	if e.set.Slip != nil {
		e.last.Slip = e.set.Slip(closed, p.Document, reg)
	}
	if p.Document.Kind == fiscal.OpenShift || p.Document.Kind == fiscal.CloseShift {
		e.expired = false
	}
	e.announce(p, reg, closed)
	if closed != nil {
		e.receipt, e.selected = nil, 0
		e.lights.Queue += len(c.News)
		e.tellModule()
		e.closeLine()
	}
	return nil
}

// lastOf is what the screen shows of a document; closed is nil when it is not of a receipt.
func lastOf(p *journal.Pending, reg fiscal.Registered, closed *till.Receipt) *LastDocument {
	l := &LastDocument{Kind: p.Document.Kind.String(), PaperOwed: reg.PaperOwed, Total: p.Document.Sum}
	if closed == nil {
		l.Fiscal = till.Fiscal{Document: reg.Document, Sign: reg.Sign, Drive: reg.Drive, Shift: reg.Shift, At: reg.At}
		return l
	}
	l.ReceiptID, l.Number, l.Total = closed.ID, closed.Number, closed.Total()
	l.Given, l.Change, l.Fiscal = closed.Given(0), closed.Change(), closed.Fiscal
	return l
}

func (e *Engine) announce(p *journal.Pending, reg fiscal.Registered, closed *till.Receipt) {
	switch p.Document.Kind {
	case fiscal.OpenShift:
		e.say(true, NoticeShiftOpened, strconv.Itoa(reg.Shift))
	case fiscal.CloseShift:
		e.say(true, NoticeShiftClosed, strconv.Itoa(reg.Shift))
	case fiscal.CashIn, fiscal.CashOut:
		e.say(true, NoticeCashMoved, p.Document.Sum.String())
	case fiscal.Sale, fiscal.Return:
		e.say(true, NoticeReceiptClosed, strconv.Itoa(closed.Number), closed.Change().String())
	}
	if reg.PaperOwed {
		e.say(false, NoticePaperOwed)
	}
}

// stamp is the printer's time of the document, ours when it does not tell.
func stamp(reg fiscal.Registered, now time.Time) time.Time {
	if reg.At.IsZero() {
		return now
	}
	return reg.At
}

// settle asks the printer for the fate of the pending document.
func (e *Engine) settle(done func(error)) {
	p := e.pending
	switch {
	case p == nil:
		done(nil)
		return
	case e.sending:
		done(till.Fail(till.ReceiptBusy))
		return
	}
	e.begin(p.Document.Kind)
	e.askSettle(p, func(reg fiscal.Registered, err error) {
		e.end()
		done(e.outcome(p, reg, err))
	})
}

// askSettle asks for the fate of p and goes on with the answer on the loop.
func (e *Engine) askSettle(p *journal.Pending, then func(fiscal.Registered, error)) {
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, printerPatience)
		defer cancel()
		reg, err := e.ports.Printer.Settle(ctx, p.Document, p.Mark)
		return func() { then(reg, err) }
	})
}

// settledByItself tells the person who waits that the document was not formed. That it was is announced
// by formed; while nothing is known there is nothing to say.
func (e *Engine) settledByItself(err error) {
	if err != nil && !e.unknown {
		e.refuse(Settle{}, err)
	}
}
