package sale

import (
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
	e.begin(p.Document.Kind)
	e.askSettle(p, func(reg fiscal.Registered, err error) {
		e.end()
		err = e.outcome(p, reg, err)
		switch {
		case e.pending != nil: // unclear, or the disk did not take the answer
			e.recoveredAs(RecoverNeedsPerson, p.Document.ReceiptID, 0, err)
		case err == nil:
			if p.Document.ReceiptID != "" {
				e.say(true, NoticeFoundPrinted, strconv.Itoa(e.last.Number))
			}
			e.recoveredAs(RecoverPrintedAlready, p.Document.ReceiptID, reg.Document, nil)
		case p.Document.ReceiptID == "":
			e.recoveredAs(RecoverCancelled, "", 0, nil)
		default:
			e.recoverReceipt()
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
		if err != nil {
			e.recoveredAs(RecoverNeedsPerson, r.ID, 0, err)
			return
		}
		e.say(true, NoticeCompleted, strconv.Itoa(r.Number))
		e.recoveredAs(RecoverCompleted, r.ID, e.last.Fiscal.Document, nil)
	})
}

// recoveredAs ends the recovery: the till takes commands from now on.
func (e *Engine) recoveredAs(o RecoverOutcome, receiptID string, document uint32, err error) {
	e.recovered = &Recovered{Outcome: o, ReceiptID: receiptID, Document: document, Reason: till.CodeOf(err)}
	e.log.Info("recovered", "outcome", string(o), "receipt", receiptID, "document", document, "error", err)
	e.step, e.dirty = StepLogin, true
	e.watchPrinter()
}
