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
func (e *Engine) scanMarked(s marking.Scan, c Scan) error {
	code := s.Code
	if !code.HasCheckPart() {
		e.show(&Stop{Code: till.MarkIncomplete, Masked: code.Masked()})
		return till.Fail(till.MarkIncomplete)
	}
	item, err := e.ports.Catalog.ByGTIN(e.ctx, code.GTIN())
	if err != nil {
		e.stop = nil
		return e.unknownItem(err, code.GTIN())
	}
	if w := e.wanted(); w != nil && w.ID != item.ID {
		e.show(&Stop{Code: till.MarkOther, Args: []string{w.Name, item.Name}, Item: w.Name, Wanted: w})
		return till.Fail(till.MarkOther, w.Name, item.Name)
	}
	if err := sellable(item); err != nil {
		e.show(&Stop{Code: till.CodeOf(err), Args: argsOf(err), Item: item.Name})
		return err
	}
	if r := e.receipt; r != nil {
		if r.Kind == till.Return {
			return e.scanReturned(code)
		}
		for i := range r.Lines {
			if l := &r.Lines[i]; !l.Removed && l.Mark.Identity() == code.Identity() {
				e.show(&Stop{Code: till.MarkRepeated, Args: []string{strconv.Itoa(l.No)}, Item: item.Name, Masked: code.Masked()})
				return till.Fail(till.MarkRepeated, strconv.Itoa(l.No))
			}
		}
		if len(r.Lines) >= maxLines {
			return till.Fail(till.ReceiptBusy)
		}
	}
	if id, ok := e.held[code.Identity()]; ok {
		e.show(&Stop{Code: till.MarkInSuspended, Item: item.Name, Masked: code.Masked()})
		return till.Fail(till.MarkInSuspended, id)
	}
	next := e.nextReceipt()
	line := newLine(next, item, s.Barcode)
	line.Barcode = code.GTIN()
	line.Mark, line.MarkState = code, till.MarkChecking
	next.Lines = append(next.Lines, line)
	if err := e.commitLine("scan", next, line); err != nil {
		return err
	}
	e.stop = nil
	e.startCheck(next.ID, line, c.At)
	return nil
}

func (e *Engine) wanted() *till.Item {
	if e.stop == nil {
		return nil
	}
	return e.stop.Wanted
}

// scanReturned ticks a unit that the customer brings back: it must belong to the receipt's sale.
func (e *Engine) scanReturned(code marking.MarkingCode) error {
	for i := range e.receipt.Lines {
		if l := &e.receipt.Lines[i]; !l.Removed && l.Mark.Identity() == code.Identity() {
			e.selected, e.dirty = l.No, true
			return nil
		}
	}
	e.show(&Stop{Code: till.MarkNotInReceipt, Masked: code.Masked()})
	return till.Fail(till.MarkNotInReceipt)
}

// startCheck asks the sources beside the loop.
func (e *Engine) startCheck(receiptID string, line till.Line, scanned time.Time) {
	q := marking.Query{
		Code: line.Mark, Group: line.Group, Price: unitPrice(line), Drive: e.state.Drive,
		TimeZone: e.set.TimeZone, At: e.set.Now(),
	}
	e.checks++
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
	e.checks--
	e.lightsAfterCheck(c)
	if e.receipt == nil || e.receipt.ID != receiptID {
		return // cancelled meanwhile
	}
	next := e.receipt.Clone()
	line := next.Line(no)
	if line == nil || line.Removed || line.MarkState != till.MarkChecking {
		return
	}
	line.Verdict, line.CheckTime = c.Verdict, c.Elapsed
	switch {
	case c.Verdict.Decision == marking.Allow:
		line.MarkState = till.MarkAllowed
	case c.Verdict.MaySell:
		line.MarkState = till.MarkUnchecked
	default:
		line.MarkState, line.Removed, line.Why = till.MarkRefused, true, "refused"
	}
	err := e.commitReceipt(journal.Change{
		Entry: journal.Entry{Kind: "check", Body: journal.Evidence{
			Line: no, KI: line.Mark.KI(), Verdict: c.Verdict, Online: c.Online, Module: c.Module,
			Elapsed: c.Elapsed, Overtime: c.Online.Fault == marking.FaultTimeout,
		}},
		Lines: []till.Line{*line},
	}, next, e.selectedAfter(*line, next))
	if err != nil {
		// The line stays «checking»: it cannot be paid, and a restart checks it again.
		e.show(&Stop{Code: till.DiskFailed, Item: line.Name, Line: no})
		return
	}
	e.log.Info("check", "receipt", receiptID, "line", no, "code", line.Mark, "decision", c.Verdict.Decision.String(),
		"reason", string(c.Verdict.Reason), "source", c.Verdict.Source.String(), "elapsed_ms", c.Elapsed.Milliseconds(),
		"online", c.Verdict.OnlineFault.String(), "module", c.Verdict.ModuleFault.String())
	switch line.MarkState {
	case till.MarkRefused:
		v := c.Verdict
		e.show(&Stop{Code: till.MarkForbidden, Item: line.Name, Line: no, Verdict: &v, Masked: line.Mark.Masked(), Elapsed: c.Elapsed})
	case till.MarkUnchecked:
		e.say(false, NoticeUnchecked, line.Name)
	}
}

func (e *Engine) selectedAfter(line till.Line, r *till.Receipt) int {
	if line.Removed && e.selected == line.No {
		return lastShown(r)
	}
	return e.selected
}
