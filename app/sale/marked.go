package sale

import (
	"strconv"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/till"
)

// scanMarked puts a marked unit on the receipt, on disk, and starts its check.
func (e *Engine) scanMarked(s marking.Scan, at time.Time) error {
	code := s.Code
	if !code.HasCheckPart() {
		return e.incomplete(code.Masked())
	}
	e.incompletes = 0
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

// warnOfSuspect tells what the check of the stock knows against a unit. It is advice: the check at the till
// decides (till-ux MK-6).
func (e *Engine) warnOfSuspect(item string, code marking.MarkingCode) {
	s, found, err := e.ports.Journal.Suspect(e.ctx, code.KI())
	if err != nil {
		e.log.Error("list of suspects", "code", code, "error", err)
		return
	}
	if found && s.Origin == journal.FromPreCheck {
		e.say(false, NoticeQuarantine, item, string(s.Reason))
	}
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
