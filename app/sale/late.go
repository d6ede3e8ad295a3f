package sale

import (
	"context"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/till"
)

// awaitLate waits beside the loop for what the centre says after the verdict.
func (e *Engine) awaitLate(receiptID string, line till.Line, c Checked) {
	if c.Late == nil {
		return
	}
	e.spawn(func(ctx context.Context) func() {
		select {
		case late, ok := <-c.Late:
			if ok {
				return func() { e.late(receiptID, line, late) }
			}
		case <-ctx.Done():
		}
		return func() {}
	})
}

// late takes in an answer that came after the verdict (engine §3). A «no» takes the unit off a receipt that is
// not fiscalised yet (cash that was taken goes back), later it is told and kept for the inspector; a «yes» gives a unit that was sold unchecked its tag.
func (e *Engine) late(receiptID string, line till.Line, c Checked) {
	if c.Online.Emergency {
		e.foundEmergency(false)
		return
	}
	e.lightOnline(LightOK, LightCodeReady)
	e.log.Info("late answer", "receipt", receiptID, "line", line.No, "code", line.Mark, "decision", c.Verdict.Decision.String(),
		"reason", string(c.Verdict.Reason), "latency_ms", c.Online.Latency.Milliseconds())
	if next, changed := e.lateChange(receiptID, line.No, c.Verdict); changed != nil {
		checkPackages(next, changed, &c.Verdict)
		if err := e.judged(next, changed, c); err != nil {
			e.queue(&Stop{Code: till.DiskFailed, Item: line.Name, Line: line.No})
			e.unheard = append(e.unheard, func() { e.late(receiptID, line, c) }) // once more when the stop is closed
		} else if changed.MarkState == till.MarkRefused {
			e.queue(refusal(changed, c, journal.SoldHere{}))
		}
		return
	}
	err := e.commit(journal.Change{
		Entry:    journal.Entry{Kind: "check-late", ReceiptID: receiptID, Body: checkEntryOf(line.No, c.Verdict)},
		Evidence: e.evidence(receiptID, &line, c),
	})
	if err == nil && c.Verdict.Decision == marking.Forbid && !e.taken(receiptID, line.No) {
		e.say(false, NoticeLateRefused, line.Name)
	}
}

// lateChange is a copy of the receipt and its line when a late verdict still changes it.
func (e *Engine) lateChange(receiptID string, no int, v marking.Verdict) (*till.Receipt, *till.Line) {
	if e.receipt == nil || e.receipt.ID != receiptID {
		return nil, nil
	}
	next := e.receipt.Clone()
	line := next.Line(no)
	switch next.State {
	case till.Open:
	case till.Paying, till.Paid:
		// Nothing is fiscalised yet: cash goes back, and the lines are open again. A card has been charged.
		if e.sending || v.Decision != marking.Forbid || next.Given(till.Cash) != next.Given(0) {
			return nil, nil
		}
		next.State, next.Payments, next.Failure = till.Open, nil, ""
	default:
		return nil, nil
	}
	switch {
	case line == nil || line.Removed:
	case line.MarkState == till.MarkChecking && v.Decision == marking.Forbid: // asked again meanwhile
		return next, line
	case line.MarkState == till.MarkAllowed && v.Decision == marking.Forbid,
		line.MarkState == till.MarkUnchecked && v.Decision != marking.Unchecked:
		return next, line
	}
	return nil, nil
}

// taken tells that the line is off the receipt already, or the receipt is not a sale: nothing was sold.
func (e *Engine) taken(receiptID string, no int) bool {
	r := e.receipt
	if r == nil || r.ID != receiptID {
		var err error
		if r, err = e.ports.Journal.Receipt(e.ctx, receiptID); err != nil {
			return false
		}
	}
	line := r.Line(no)
	return r.State == till.Cancelled || r.State == till.Suspended || line == nil || line.Removed
}
