package sale

import (
	"context"
	"strconv"
	"time"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/money"
	"kassa/app/till"
)

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
	e.sending, e.since, e.dirty = true, e.set.Now(), true
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, statusPatience)
		defer cancel()
		mark, err := e.ports.Printer.Mark(ctx)
		return func() {
			if err == nil {
				err = e.rightDrive(doc, mark)
			}
			if err != nil {
				e.sending = false
				done(e.notSent(reason(err)))
				return
			}
			p := &journal.Pending{ID: e.set.NewID(), Document: doc, Mark: mark, Attempt: 1, At: e.set.Now(), By: *e.cashier, Reason: why}
			e.send(p, done)
		}
	})
}

// rightDrive refuses a drive that is not the one of the open shift.
func (e *Engine) rightDrive(doc fiscal.Document, mark fiscal.Mark) error {
	if doc.Kind != fiscal.OpenShift && e.state.Drive != "" && mark.Drive != e.state.Drive {
		return till.Fail(till.PrinterForeign, mark.Drive, e.state.Drive)
	}
	return nil
}

// notSent keeps the reason with the receipt: it stays Paid.
func (e *Engine) notSent(err error) error {
	if r := e.receipt; r != nil && r.State == till.Paid && r.Failure != till.CodeOf(err) {
		next := r.Clone()
		next.Failure = till.CodeOf(err)
		if e2 := e.commitReceipt(journal.Change{Entry: journal.Entry{Kind: "not-sent", Body: next.Failure}}, next, e.selected); e2 != nil {
			return e2
		}
	}
	e.dirty = true
	return err
}

// send journals the intent, then sends.
func (e *Engine) send(p *journal.Pending, done func(error)) {
	c := journal.Change{Entry: journal.Entry{Kind: "send", Body: sendBody(p)}, Pending: p}
	next := e.inState(p, till.Printing, &c)
	if err := e.commit(c); err != nil {
		e.sending = false
		done(err)
		return
	}
	e.pending, e.unknown, e.sending, e.dirty = p, false, true, true
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
	e.sending, e.dirty = false, true
	switch fiscal.OutcomeOf(err) {
	case fiscal.Done:
		done(e.formed(p, reg))
	case fiscal.NotDone:
		if fiscal.ProblemOf(err) == fiscal.ProblemSilent && p.Attempt == 1 {
			e.again(p, done)
			return
		}
		done(e.refused(p, reason(err)))
	default:
		e.log.Warn("document unknown", "kind", p.Document.Kind.String(), "receipt", p.Document.ReceiptID, "error", err)
		c := journal.Change{Entry: journal.Entry{Kind: "unknown", Body: errText(err)}, Pending: p}
		next := e.inState(p, till.Unknown, &c)
		if err2 := e.commit(c); err2 != nil {
			e.log.Error("unknown document not journalled", "error", err2) // the pending row says so already
		} else {
			e.setReceipt(next)
		}
		e.unknown = true
		done(&till.Error{Code: till.PrinterUnclear, Err: err})
	}
}

// again sends the document a second time after the drive has said that it has not got it.
func (e *Engine) again(p *journal.Pending, done func(error)) {
	e.sending = true
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, statusPatience)
		defer cancel()
		mark, err := e.ports.Printer.Mark(ctx)
		return func() {
			if err == nil && mark.Drive != p.Mark.Drive {
				err = till.Fail(till.PrinterForeign, mark.Drive, p.Mark.Drive)
			}
			if err != nil {
				e.sending = false
				done(e.refused(p, reason(err)))
				return
			}
			retry := *p
			retry.Mark, retry.Attempt = mark, p.Attempt+1
			e.send(&retry, done)
		}
	})
}

// refused ends the pending document: it was not formed. A receipt goes back to Paid with the reason.
func (e *Engine) refused(p *journal.Pending, err error) error {
	c := journal.Change{Entry: journal.Entry{Kind: "refused", Body: errText(err)}, Settled: p.ID}
	next := e.inState(p, till.Paid, &c)
	if next != nil {
		next.Failure = till.CodeOf(err)
	}
	if err2 := e.commit(c); err2 != nil {
		return err2
	}
	e.pending, e.unknown = nil, false
	e.setReceipt(next)
	return err
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// formed journals a document that exists, with all that follows from it, in one transaction.
func (e *Engine) formed(p *journal.Pending, reg fiscal.Registered) error {
	c := journal.Change{Entry: journal.Entry{Kind: "result", Body: reg}, Settled: p.ID, Result: &reg}
	shift, state := e.shift, e.state
	state.Drive = reg.Drive
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
		if e.receipt == nil || e.receipt.ID != p.Document.ReceiptID {
			return till.Fail(till.Internal)
		}
		closed = e.receipt.Clone()
		closed.State, closed.Failure, closed.ClosedAt = till.Closed, "", e.set.Now()
		closed.Fiscal = till.Fiscal{Document: reg.Document, Sign: reg.Sign, Drive: reg.Drive, Shift: reg.Shift, Number: reg.ReceiptNumber, At: reg.At}
		state.ReceiptID = ""
		c.Receipt, c.Entry.ReceiptID = closed, closed.ID
		c.Stock = stockMoves(closed)
		c.News = codeNews(closed)
		count(&shift, closed)
	}
	c.Shift, c.State = &shift, &state
	if err := e.commit(c); err != nil {
		return err
	}
	e.shift, e.state, e.pending, e.unknown = shift, state, nil, false
	e.last = &LastDocument{Kind: p.Document.Kind.String(), PaperOwed: reg.PaperOwed, Total: p.Document.Sum}
	if closed != nil {
		e.receipt, e.selected = nil, 0
		e.last.ReceiptID, e.last.Number, e.last.Total = closed.ID, closed.Number, closed.Total()
		e.last.Given, e.last.Change, e.last.Fiscal = closed.Given(0), closed.Change(), closed.Fiscal
		e.lights.Queue += len(c.News)
	} else {
		e.last.Fiscal = till.Fiscal{Document: reg.Document, Sign: reg.Sign, Drive: reg.Drive, Shift: reg.Shift, At: reg.At}
	}
	if e.set.Slip != nil {
		e.last.Slip = e.set.Slip(closed, p.Document, reg)
	}
	e.announce(p, reg, closed)
	if closed != nil {
		e.tellModule()
		e.closeLine()
	}
	return nil
}

func (e *Engine) announce(p *journal.Pending, reg fiscal.Registered, closed *till.Receipt) {
	switch p.Document.Kind {
	case fiscal.OpenShift:
		e.say(true, NoticeShiftOpened, strconv.Itoa(reg.Shift))
	case fiscal.CloseShift:
		e.expired = false
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

// stockMoves: a sale takes goods away, a return brings them back.
func stockMoves(r *till.Receipt) []journal.StockMove {
	var moves []journal.StockMove
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Removed {
			continue
		}
		q := -l.Quantity
		if r.Kind == till.Return {
			q = l.Quantity
		}
		moves = append(moves, journal.StockMove{ItemID: l.ItemID, ReceiptID: r.ID, Line: l.No, Quantity: q, At: r.ClosedAt})
	}
	return moves
}

// codeNews are the codes that the module has to be told of (marking-check §4.4 sell, return).
func codeNews(r *till.Receipt) []journal.CodeNews {
	var news []journal.CodeNews
	for i := range r.Lines {
		if l := &r.Lines[i]; !l.Removed && !l.Mark.IsZero() {
			news = append(news, journal.CodeNews{KI: l.Mark.KI(), Returned: r.Kind == till.Return})
		}
	}
	return news
}

// count adds a closed receipt to the shift's sums. Cash is what stays in the drawer.
func count(s *till.Shift, r *till.Receipt) {
	cash := r.Given(till.Cash) - r.Change()
	var other money.Kopecks
	for _, p := range r.Payments {
		if p.Kind != till.Cash {
			other += p.Kopecks
		}
	}
	if r.Kind == till.Return {
		s.ReturnsCash += cash
		s.ReturnsCard += other
	} else {
		s.SalesCash += cash
		s.SalesCard += other
	}
	s.Receipts++
}

// settle asks the printer for the fate of the pending document.
func (e *Engine) settle(done func(error)) {
	p := e.pending
	if p == nil || e.sending {
		done(nil)
		return
	}
	e.sending, e.dirty = true, true
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, printerPatience)
		defer cancel()
		reg, err := e.ports.Printer.Settle(ctx, p.Document, p.Mark)
		return func() {
			e.sending, e.dirty = false, true
			switch fiscal.OutcomeOf(err) {
			case fiscal.Done:
				done(e.formed(p, reg))
			case fiscal.NotDone:
				done(e.refused(p, reason(err)))
			default:
				e.unknown = true
				done(&till.Error{Code: till.PrinterUnclear, Err: err})
			}
		}
	})
}
