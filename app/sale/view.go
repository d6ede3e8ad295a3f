package sale

import (
	"strings"

	"kassa/app/till"
)

// snapshot draws the whole state. Everything it points to is never changed afterwards.
func (e *Engine) snapshot() Snapshot {
	e.seq++
	s := Snapshot{
		Seq: e.seq, At: e.set.Now(), Step: e.currentStep(),
		TillName: e.set.TillName, Organisation: e.set.Organisation, Emulated: e.set.Emulated,
		People: e.people, Cashier: e.cashier, LoginWait: e.loginWait,
		Shift: ShiftView{
			Known: e.shift.Number != 0, Open: e.shift.Open, Expired: e.shiftExpired(),
			Number: e.shift.Number, OpenedAt: e.shift.OpenedAt, Totals: e.shift,
		},
		Receipt: e.receipt, Selected: e.selected, Stop: e.stop, Notice: e.notice,
		Last: e.last, Suspended: e.suspended, Lights: e.lights, Recovered: e.recovered,
		Emergency: e.emergencyView(),
	}
	if e.sending {
		s.Printing = Printing{Active: true, Since: e.since, Kind: e.doing.String()}
	}
	if e.ports.Module == nil {
		s.Lights.Queue = 0 // nobody to tell
	}
	return s
}

func (e *Engine) currentStep() Step {
	switch {
	case e.step == StepStarting:
		return StepStarting
	case e.unknown:
		return StepUnknown
	case e.cashier == nil:
		return StepLogin
	case e.sending:
		return StepPrinting
	case !e.shift.Open || e.shiftExpired():
		return StepShift
	case e.receipt != nil && (e.receipt.State == till.Paying || e.receipt.State == till.Paid):
		return StepPayment
	}
	return StepSale
}

// viewOf is a row of the list of suspended receipts.
func viewOf(r *till.Receipt) SuspendedView {
	var names []string
	for i := range r.Lines {
		if !r.Lines[i].Removed && len(names) < 3 {
			names = append(names, r.Lines[i].Name)
		}
	}
	return SuspendedView{
		ID: r.ID, Number: r.Number, At: r.OpenedAt, Cashier: r.Cashier.Name,
		Total: r.Total(), First: strings.Join(names, ", "), Comment: r.Comment,
	}
}
