package sale

import (
	"strconv"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/money"
	"kassa/app/till"
)

// maxPayment guards against a barcode typed as a sum: 10 million roubles.
const maxPayment money.Kopecks = 10_000_000_00

func (e *Engine) pay(c Pay) error {
	if err := e.inSale(); err != nil {
		return err
	}
	if err := payable(e.receipt); err != nil {
		return err
	}
	r := e.receipt
	switch {
	case c.Sum <= 0 || c.Sum > maxPayment:
		return till.Fail(till.PaymentBad, c.Sum.String())
	case c.Kind == 0 || c.Kind > till.Credit:
		return till.Fail(till.PaymentBad)
	case c.Sum > r.Due() && (c.Kind != till.Cash || r.Kind == till.Return):
		// Only cash may exceed what is due, and a return gives back no more than was paid.
		return till.Fail(till.PaymentCardOver, r.Due().String())
	}
	next := r.Clone()
	next.Payments = append(next.Payments, till.Payment{No: len(next.Payments) + 1, Kind: c.Kind, Kopecks: c.Sum, At: e.set.Now()})
	next.State = till.Paying
	if next.Due() == 0 {
		next.State = till.Paid
	}
	return e.commitReceipt(journal.Change{
		Entry:    journal.Entry{Kind: "pay", Body: next.Payments[len(next.Payments)-1]},
		Payments: next.Payments, SetPayments: true,
	}, next, e.selected)
}

// payable tells whether money may be taken: something to pay, and every marked line complete.
func payable(r *till.Receipt) error {
	if r == nil {
		return till.Fail(till.ReceiptMissing)
	}
	if r.State != till.Open && r.State != till.Paying {
		return till.Fail(till.ReceiptBusy)
	}
	if r.Positions() == 0 || r.Total() <= 0 {
		return till.Fail(till.ReceiptEmpty)
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Removed {
			continue
		}
		switch l.MarkState {
		case till.MarkChecking:
			return till.Fail(till.ReceiptChecking, strconv.Itoa(l.No))
		case till.MarkNeeded:
			return till.Fail(till.ReceiptIncomp, strconv.Itoa(l.No))
		}
	}
	return nil
}

// unpay takes back the recorded parts of an unfinished payment.
func (e *Engine) unpay() error {
	if e.receipt == nil || e.receipt.State != till.Paying {
		return till.Fail(till.ReceiptBusy)
	}
	next := e.receipt.Clone()
	next.Payments, next.State = nil, till.Open
	return e.commitReceipt(journal.Change{Entry: journal.Entry{Kind: "unpay"}, SetPayments: true}, next, e.selected)
}

// close registers the paid receipt.
func (e *Engine) close(done func(error)) {
	r := e.receipt
	switch {
	case r == nil:
		done(till.Fail(till.ReceiptMissing))
		return
	case r.State == till.Open || r.State == till.Paying:
		done(till.Fail(till.PaymentShort, r.Due().String()))
		return
	case r.State != till.Paid:
		done(till.Fail(till.ReceiptBusy))
		return
	}
	doc, err := fiscal.FromReceipt(r, e.operator(r.Cashier), e.set.TaxSystem)
	if err != nil {
		done(err)
		return
	}
	e.register(doc, "", done)
}

func (e *Engine) operator(p till.Person) fiscal.Operator {
	return fiscal.Operator{Name: p.Name, INN: p.INN}
}

// cancel ends a receipt that has no document. Cash goes back to the customer; a card payment has to be
// returned by a document, so a receipt with one cannot be cancelled.
func (e *Engine) cancel(c Cancel) error {
	r := e.receipt
	if r == nil {
		return till.Fail(till.ReceiptMissing)
	}
	if r.State != till.Open && r.State != till.Paying && r.State != till.Paid {
		return till.Fail(till.ReceiptBusy)
	}
	for _, p := range r.Payments {
		if p.Kind != till.Cash {
			return till.Fail(till.ReceiptBusy)
		}
	}
	next := r.Clone()
	next.State, next.ClosedAt = till.Cancelled, e.set.Now()
	if err := e.finishReceipt(journal.Change{Entry: journal.Entry{Kind: "cancel", Body: c}}, next); err != nil {
		return err
	}
	e.stop, e.later = nil, nil
	return nil
}

// finishReceipt writes next and frees the till for the next receipt.
func (e *Engine) finishReceipt(c journal.Change, next *till.Receipt) error {
	state := e.state
	state.ReceiptID = ""
	c.State, c.Receipt, c.Entry.ReceiptID = &state, next, next.ID
	if err := e.commit(c); err != nil {
		return err
	}
	e.state, e.receipt, e.selected = state, nil, 0
	e.closeLine()
	return nil
}
