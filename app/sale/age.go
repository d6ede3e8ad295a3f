package sale

import (
	"strconv"

	"kassa/app/journal"
	"kassa/app/till"
)

// The question «Покупателю есть 18 лет?»: once per receipt (till-ux DL-5). The receipt remembers the
// answer, also while it is suspended; no time-out answers it.

// age is the age that the customer of this receipt was confirmed to have.
func (e *Engine) age() int {
	if e.receipt == nil {
		return 0
	}
	return e.receipt.Age
}

// askAge shows the question; the stop carries what is to be added.
func (e *Engine) askAge(w wish) error {
	args := []string{w.item.Name, strconv.Itoa(w.item.MinAge)}
	e.show(&Stop{Code: till.ItemNeedsAge, Args: args, Item: w.item.Name, Masked: w.code.Masked(), Asked: &w.item, asked: &w})
	return till.Fail(till.ItemNeedsAge, args...)
}

// ageAnswer is the body of the journal's entry.
type ageAnswer struct {
	ItemID string
	MinAge int
	Yes    bool
}

// confirmAge takes the answer: it is on disk before the item is on the receipt.
func (e *Engine) confirmAge(c ConfirmAge) error {
	if e.stop == nil || e.stop.asked == nil {
		return till.Fail(till.NotSupported, c.name())
	}
	if _, err := e.editable(); err != nil {
		return err
	}
	w := *e.stop.asked
	entry := journal.Entry{Kind: c.name(), Body: ageAnswer{w.item.ID, w.item.MinAge, c.Yes}}
	if !c.Yes {
		if e.receipt != nil {
			entry.ReceiptID = e.receipt.ID
		}
		if err := e.commit(journal.Change{Entry: entry}); err != nil {
			return err
		}
		e.closeStop()
		return nil
	}
	next := e.nextReceipt()
	next.Age = w.item.MinAge
	if err := e.commitReceipt(journal.Change{Entry: entry}, next, e.selected); err != nil {
		return err
	}
	e.closeStop()
	return e.put(w, e.set.Now())
}
