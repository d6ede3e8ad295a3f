package sale

import (
	"context"
	"strconv"

	"kassa/app/fiscal"
	"kassa/app/till"
)

// Recovered says what a start found unfinished and what became of it.
type Recovered struct {
	Outcome   RecoverOutcome
	ReceiptID string
	Document  uint32
	Reason    till.Code // why a person is needed
}

// RecoverOutcome: the names are public (tillctl recover).
type RecoverOutcome string

const (
	RecoverNothing        RecoverOutcome = "nothing"
	RecoverKept           RecoverOutcome = "kept"            // open and unpaid: restored as it was
	RecoverCompleted      RecoverOutcome = "completed"       // paid: the document was formed now
	RecoverPrintedAlready RecoverOutcome = "printed-already" // the document had been formed before the stop
	RecoverCancelled      RecoverOutcome = "cancelled"       // a document without a receipt was not formed; nothing is owed
	RecoverNeedsPerson    RecoverOutcome = "needs-person"
)

// recover finishes what the last run left, before anything else may happen:
//
//	pending document   drive says        end
//	any                formed            printed-already
//	receipt            not formed        the receipt is Paid: sent now, completed
//	shift, cash, X     not formed        cancelled: nobody has been told that it happened
//	any                silent, unclear   needs-person; asked again every SettleEvery
//
//	receipt without a pending document
//	Open, Paying       -                 kept (lines whose check was cut off are checked again)
//	Paid               -                 sent now: completed, or needs-person with the printer's reason
func (e *Engine) recover() {
	p := e.pending
	if p == nil {
		e.recoverReceipt()
		return
	}
	e.sending = true
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, printerPatience)
		defer cancel()
		reg, err := e.ports.Printer.Settle(ctx, p.Document, p.Mark)
		return func() {
			e.sending = false
			switch fiscal.OutcomeOf(err) {
			case fiscal.Done:
				err := e.formed(p, reg)
				e.say(true, NoticeFoundPrinted)
				e.recoveredAs(RecoverPrintedAlready, p.Document.ReceiptID, reg.Document, err)
			case fiscal.NotDone:
				_ = e.refused(p, reason(err)) // its answer is the reason we just gave it
				if p.Document.ReceiptID == "" {
					e.recoveredAs(RecoverCancelled, "", 0, nil)
					return
				}
				e.recoverReceipt()
			default:
				e.unknown = true
				e.recoveredAs(RecoverNeedsPerson, p.Document.ReceiptID, 0, &till.Error{Code: till.PrinterUnclear, Err: err})
			}
		}
	})
}

func (e *Engine) recoverReceipt() {
	r := e.receipt
	switch {
	case r == nil:
		e.recoveredAs(RecoverNothing, "", 0, nil)
	case r.State == till.Paid:
		e.complete(r)
	default:
		e.selected = lastShown(r)
		e.say(true, NoticeRestored, strconv.Itoa(r.Number))
		e.recoveredAs(RecoverKept, r.ID, 0, nil)
		e.recheck()
	}
}

// complete sends a paid receipt in the name of the cashier who made it.
func (e *Engine) complete(r *till.Receipt) {
	who := r.Cashier
	e.cashier = &who
	e.close(func(err error) {
		e.cashier = nil
		switch till.CodeOf(err) {
		case "":
			e.say(true, NoticeCompleted, strconv.Itoa(r.Number))
			e.recoveredAs(RecoverCompleted, r.ID, e.last.Fiscal.Document, nil)
		default:
			e.recoveredAs(RecoverNeedsPerson, r.ID, 0, err)
		}
	})
}

// recoveredAs ends the recovery: the till takes commands from now on.
func (e *Engine) recoveredAs(o RecoverOutcome, receiptID string, document uint32, err error) {
	e.recovered = &Recovered{Outcome: o, ReceiptID: receiptID, Document: document, Reason: till.CodeOf(err)}
	if err != nil {
		e.recovered.Outcome = RecoverNeedsPerson
	}
	e.log.Info("recovered", "outcome", string(e.recovered.Outcome), "receipt", receiptID, "document", document, "error", err)
	e.step, e.dirty = StepLogin, true
}

// recheck starts the checks that a stop cut off, and those of a resumed receipt.
func (e *Engine) recheck() {
	if e.receipt == nil {
		return
	}
	for _, l := range e.receipt.Lines {
		if !l.Removed && l.MarkState == till.MarkChecking {
			e.startCheck(e.receipt.ID, l, e.set.Now())
		}
	}
}
