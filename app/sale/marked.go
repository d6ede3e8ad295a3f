package sale

import (
	"context"
	"strconv"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// scanMarked puts a marked unit on the receipt, on disk, and starts its check.
func (e *Engine) scanMarked(s marking.Scan, at time.Time) error {
	code := s.Code
	if !code.HasCheckPart() {
		return e.incomplete(code.Masked())
	}
	if e.receipt != nil && e.receipt.Kind == till.Return {
		return e.pickCode(code)
	}
	item, err := e.ports.Catalog.ByGTIN(e.ctx, code.GTIN())
	if err != nil {
		return e.unknownItem(err, code.GTIN())
	}
	if w := e.wanted(); w != nil && w.ID != item.ID {
		e.show(&Stop{Code: till.MarkOther, Args: []string{w.Name, item.Name}, Item: w.Name, Wanted: w})
		return till.Fail(till.MarkOther, w.Name, item.Name)
	}
	if no := lineWith(e.receipt, code); no != 0 {
		e.show(&Stop{Code: till.MarkRepeated, Args: []string{strconv.Itoa(no)}, Item: item.Name, Masked: code.Masked()})
		return till.Fail(till.MarkRepeated, strconv.Itoa(no))
	}
	if id, ok := e.held[code.Identity()]; ok {
		e.show(&Stop{Code: till.MarkInSuspended, Item: item.Name, Masked: code.Masked()})
		return till.Fail(till.MarkInSuspended, id)
	}
	return e.add(wish{item: item, barcode: code.GTIN(), code: code}, at)
}

// lineWith is the number of the line with this unit, 0 when there is none.
func lineWith(r *till.Receipt, code marking.MarkingCode) int {
	if r == nil {
		return 0
	}
	for i := range r.Lines {
		if l := &r.Lines[i]; !l.Removed && l.Mark.Identity() == code.Identity() {
			return l.No
		}
	}
	return 0
}

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
		checked := e.judge.Check(ctx, q, scanned)
		return func() { e.checked(receiptID, line.No, checked) }
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
func (e *Engine) checked(receiptID string, no int, c Checked) {
	delete(e.checks, checkKey{receiptID, no})
	e.lightsAfterCheck(c)
	if e.receipt == nil || e.receipt.ID != receiptID {
		return // cancelled meanwhile
	}
	next := e.receipt.Clone()
	line := next.Line(no)
	if line == nil || line.Removed || line.MarkState != till.MarkChecking {
		return
	}
	err := e.soldBefore(line, &c.Verdict)
	if err == nil {
		err = e.judged(next, line, c)
	}
	if err != nil {
		// The line stays «checking»: it cannot be paid. It is checked again when the stop is closed, or by a restart.
		e.queue(&Stop{Code: till.DiskFailed, Item: line.Name, Line: no})
		return
	}
	e.log.Info("check", "receipt", receiptID, "line", no, "code", line.Mark, "decision", c.Verdict.Decision.String(),
		"reason", string(c.Verdict.Reason), "source", c.Verdict.Source.String(), "elapsed_ms", c.Elapsed.Milliseconds(),
		"online", c.Verdict.OnlineFault.String(), "module", c.Verdict.ModuleFault.String())
	switch line.MarkState {
	case till.MarkRefused:
		v := c.Verdict
		e.queue(&Stop{Code: till.MarkForbidden, Item: line.Name, Line: no, Verdict: &v, Masked: line.Mark.Masked(), Elapsed: c.Elapsed})
	case till.MarkUnchecked:
		e.say(false, NoticeUnchecked, line.Name)
	}
	e.recheck()
}

// soldBefore: without the centre's word the till's own journal counts (till-ux MK-5): what it has sold and
// not taken back is not sold again.
func (e *Engine) soldBefore(line *till.Line, v *marking.Verdict) error {
	if !v.MaySell || v.Source == marking.SourceOnline {
		return nil
	}
	sold, err := e.ports.Journal.CodeSold(e.ctx, line.Mark.KI())
	if err != nil {
		e.log.Error("sold codes", "code", line.Mark, "error", err)
		return err
	}
	if sold {
		v.Decision, v.MaySell, v.Reason = marking.Forbid, false, marking.ReasonSoldHere
	}
	return nil
}

// judged gives the line of next its verdict and commits both with the evidence.
func (e *Engine) judged(next *till.Receipt, line *till.Line, c Checked) error {
	line.Verdict, line.CheckTime = c.Verdict, c.Elapsed
	switch {
	case c.Verdict.Decision == marking.Allow:
		line.MarkState = till.MarkAllowed
	case c.Verdict.MaySell:
		line.MarkState = till.MarkUnchecked
	default:
		line.MarkState, line.Removed, line.Why = till.MarkRefused, true, "refused"
	}
	return e.commitReceipt(journal.Change{
		Entry:    journal.Entry{Kind: "check", Body: checkEntry{line.No, c.Verdict.Decision.String(), c.Verdict.Reason, c.Verdict.Source.String()}},
		Evidence: e.evidence(next.ID, line, c),
		Lines:    []till.Line{*line},
	}, next, e.selectedAfter(*line, next))
}

// checkEntry is the line of the journal; the book of checks has the rest.
type checkEntry struct {
	Line     int
	Decision string
	Reason   marking.Reason
	Source   string
}

// evidence is the row of the book of checks.
func (e *Engine) evidence(receiptID string, line *till.Line, c Checked) *journal.Evidence {
	v := &journal.Evidence{
		At: e.set.Now(), ReceiptID: receiptID, Line: line.No, Item: line.Name, Group: line.Group,
		GTIN: line.Mark.GTIN(), KI: line.Mark.KI(), Price: unitPrice(*line), Drive: e.state.Drive, Till: e.set.TillName,
		Verdict: c.Verdict, Online: c.Online, Module: c.Module, Elapsed: c.Elapsed, Overtime: c.Overtime,
		Risk: c.Verdict.Decision == marking.Unchecked && c.Verdict.MaySell,
	}
	if e.cashier != nil {
		v.Person = *e.cashier
	}
	if c.Verdict.Source == marking.SourceEmergency {
		v.Emergency = e.state.Emergency
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
