package sale

import (
	"context"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// checkKey names a running check.
type checkKey struct {
	receipt string
	line    int
}

// startCheck asks the sources beside the loop.
func (e *Engine) startCheck(receiptID string, line till.Line, scanned time.Time) {
	q := marking.Query{
		Code: line.Mark, Group: line.Group, Price: unitPrice(line), Drive: e.state.Drive,
		TimeZone: e.set.TimeZone, At: e.set.Now(),
	}
	e.checks[checkKey{receiptID, line.No}] = true
	e.spawn(func(ctx context.Context) func() {
		c := e.judge.Check(ctx, q, scanned)
		return func() {
			e.checked(receiptID, line, q.Price, c)
			e.awaitLate(receiptID, line, c)
		}
	})
}

// unitPrice is what one unit of the line costs after discounts.
func unitPrice(l till.Line) money.Kopecks {
	if l.Quantity == money.Unit {
		return l.Full() - l.Discount
	}
	return l.Price
}

// checked is the end of a check: the evidence and the line's new state go into the journal together.
func (e *Engine) checked(receiptID string, asked till.Line, price money.Kopecks, c Checked) {
	no := asked.No
	delete(e.checks, checkKey{receiptID, no})
	e.lightsAfterCheck(c)
	if c.Online.Emergency {
		e.foundEmergency(false)
	}
	var next *till.Receipt
	var line *till.Line
	if e.receipt != nil && e.receipt.ID == receiptID {
		next = e.receipt.Clone()
		line = next.Line(no)
	}
	if line == nil || line.Removed || line.MarkState != till.MarkChecking { // cancelled or removed meanwhile
		_ = e.commit(journal.Change{
			Entry:    journal.Entry{Kind: "check-unused", ReceiptID: receiptID, Body: checkEntryOf(no, c.Verdict)},
			Evidence: e.evidence(receiptID, &asked, c),
		})
		e.recheck()
		return
	}
	if unitPrice(*line) != price {
		e.recheck() // it has another price by now: the verdict is not about it
		return
	}
	soldHere, err := e.soldHere(line, &c.Verdict)
	if err == nil {
		checkPackages(next, line, &c.Verdict)
		err = e.judged(next, line, c)
	}
	if err != nil {
		// The line stays «checking»: it cannot be paid. It is checked again when the stop is closed, or by a restart.
		e.queue(&Stop{Code: till.DiskFailed, Item: line.Name, Line: no})
		return
	}
	e.log.Info("check", "receipt", receiptID, "line", no, "code", line.Mark, "decision", c.Verdict.Decision.String(),
		"reason", string(c.Verdict.Reason), "source", c.Verdict.Source.String(), "rules", c.Verdict.Rules,
		"elapsed_ms", c.Elapsed.Milliseconds(), "missed", c.Overtime,
		"online", c.Verdict.OnlineFault.String(), "module", c.Verdict.ModuleFault.String())
	switch line.MarkState {
	case till.MarkRefused:
		e.queue(refusal(line, c, soldHere))
	case till.MarkUnchecked:
		e.say(false, NoticeUnchecked, line.Name)
	}
	e.recheck()
}

// refusal is the stop for a unit that may not be sold.
func refusal(line *till.Line, c Checked, soldHere journal.SoldHere) *Stop {
	v := c.Verdict
	return &Stop{
		Code: till.MarkForbidden, Item: line.Name, Line: line.No, Verdict: &v, Masked: line.Mark.Masked(), Elapsed: c.Elapsed,
		SoldHere: soldHere, TakesLimit: v.Reason == marking.ReasonPriceNotMRP && v.Limit > 0,
	}
}

// soldHere looks the unit up in the till's own journal when that matters. Without the centre's word the
// journal counts (till-ux MK-5): what it has sold and not taken back is not sold again. Of a unit that
// others call sold it tells where (M-02).
func (e *Engine) soldHere(line *till.Line, v *marking.Verdict) (journal.SoldHere, error) {
	calledSold := v.Reason == marking.ReasonSold || v.Reason == marking.ReasonSoldHere
	if !calledSold && (!v.MaySell || v.Source == marking.SourceOnline) {
		return journal.SoldHere{}, nil
	}
	sold, err := e.ports.Journal.SoldHere(e.ctx, line.Mark.KI())
	if err != nil {
		e.log.Error("sold codes", "code", line.Mark, "error", err)
		return journal.SoldHere{}, err
	}
	if sold.At.IsZero() {
		return sold, nil
	}
	if sold.Till == "" {
		sold.Till = e.set.TillName
	}
	if !calledSold {
		v.Decision, v.MaySell, v.Reason = marking.Forbid, false, marking.ReasonSoldHere
	}
	return sold, nil
}

// checkPackages refuses a package whose unit is in the receipt already, and the other way round (guide §6).
func checkPackages(r *till.Receipt, line *till.Line, v *marking.Verdict) {
	if v.Decision != marking.Allow {
		return
	}
	for i := range r.Lines {
		other := &r.Lines[i]
		if other.Removed || other.No == line.No || other.Mark.IsZero() {
			continue
		}
		if isPackageOf(other.Mark, other.Verdict, *v) || isPackageOf(line.Mark, *v, other.Verdict) {
			v.Decision, v.MaySell, v.Reason = marking.Forbid, false, marking.ReasonInPackage
			return
		}
	}
}

// isPackageOf tells whether the code is of the package that a unit's verdict names as its parent.
func isPackageOf(code marking.MarkingCode, its, unit marking.Verdict) bool {
	return (its.Package == "GROUP" || its.Package == "PRODUCT_SET") && unit.Parent != "" && unit.Parent == code.KI()
}

// judged gives the line of next its verdict and commits both with the evidence.
func (e *Engine) judged(next *till.Receipt, line *till.Line, c Checked) error {
	line.Verdict, line.CheckTime = c.Verdict, c.Elapsed
	if line.Group == 0 && len(c.Online.Groups) > 0 {
		line.Group = c.Online.Groups[0] // the catalogue did not know; rules of price and discount need it
	}
	change := journal.Change{Entry: journal.Entry{Kind: "check", Body: checkEntryOf(line.No, c.Verdict)}}
	switch {
	case c.Verdict.Decision == marking.Allow:
		line.MarkState = till.MarkAllowed
	case c.Verdict.MaySell:
		line.MarkState = till.MarkUnchecked
	default:
		line.MarkState, line.Removed, line.Why = till.MarkRefused, true, "refused"
		if c.Verdict.Decision == marking.Forbid {
			change.Suspects = []journal.Suspect{e.suspect(line)}
		}
	}
	change.SetPayments, change.Payments = len(next.Payments) != len(e.receipt.Payments), next.Payments
	change.Evidence, change.Lines = e.evidence(next.ID, line, c), []till.Line{*line}
	return e.commitReceipt(change, next, e.selectedAfter(*line, next))
}

// checkEntry is the line of the journal; the book of checks has the rest.
type checkEntry struct {
	Line     int
	Decision string
	Reason   marking.Reason
	Source   string
}

func checkEntryOf(no int, v marking.Verdict) checkEntry {
	return checkEntry{no, v.Decision.String(), v.Reason, v.Source.String()}
}

// suspect puts a refused unit on the manager's list.
func (e *Engine) suspect(line *till.Line) journal.Suspect {
	s := journal.Suspect{
		KI: line.Mark.KI(), GTIN: line.Mark.GTIN(), Item: line.Name, Reason: line.Verdict.Reason, Until: line.Verdict.Until,
		Origin: journal.FromSale, At: e.set.Now(), Till: e.set.TillName,
	}
	if e.cashier != nil {
		s.Person = e.cashier.Name
	}
	return s
}

// evidence is the row of the book of checks.
func (e *Engine) evidence(receiptID string, line *till.Line, c Checked) *journal.Evidence {
	v := &journal.Evidence{
		At: e.set.Now(), ReceiptID: receiptID, Line: line.No, Item: line.Name, Group: line.Group,
		GTIN: line.Mark.GTIN(), KI: line.Mark.KI(), Price: unitPrice(*line), Drive: e.state.Drive, Till: e.set.TillName,
		Verdict: c.Verdict, Online: c.Online, Module: c.Module, Elapsed: c.Elapsed, Overtime: c.Overtime, Late: c.IsLate,
		Risk: c.Verdict.Decision == marking.Unchecked && c.Verdict.MaySell,
	}
	switch {
	case e.cashier != nil:
		v.Person = *e.cashier
	case e.receipt != nil && e.receipt.ID == receiptID: // repeated after a restart: nobody has logged in yet
		v.Person = e.receipt.Cashier
	}
	if c.Verdict.Source == marking.SourceEmergency {
		v.Emergency = c.Emergency
		if v.Emergency.Since.IsZero() { // this answer began it
			v.Emergency = e.state.Emergency
		}
	}
	return v
}

// maxChecks is how many checks that nobody waits at run at once (till-ux MK-3).
const maxChecks = 5

// recheck starts the checks of lines that have none running: those that a stop of the till cut off, and
// those of a resumed receipt. The rest follow as these end.
func (e *Engine) recheck() {
	if e.receipt == nil {
		return
	}
	for _, l := range e.receipt.Lines {
		if len(e.checks) >= maxChecks {
			return
		}
		if !l.Removed && l.MarkState == till.MarkChecking && !e.checks[checkKey{e.receipt.ID, l.No}] {
			e.startCheck(e.receipt.ID, l, e.set.Now())
		}
	}
}

func (e *Engine) selectedAfter(line till.Line, r *till.Receipt) int {
	if line.Removed && e.selected == line.No {
		return lastShown(r)
	}
	return e.selected
}
