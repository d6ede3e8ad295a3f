package sale

import (
	"context"
	"time"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/till"
)

// shiftLimit is the law's 24 hours; the printer refuses receipts after it, our check comes first and keeps the receipt.
const shiftLimit = 24 * time.Hour

func (e *Engine) shiftExpired() bool {
	return e.shift.Open && (e.expired || e.set.Now().Sub(e.shift.OpenedAt) >= shiftLimit)
}

func (e *Engine) login(c Login, done func(error)) {
	person, pause, err := e.ports.Staff.Verify(e.ctx, c.Person, c.PIN, e.set.Now())
	e.loginWait, e.dirty = pause, true
	if err != nil {
		if err2 := e.commit(journal.Change{Entry: journal.Entry{Kind: "login-refused", Body: c.Person}}); err2 != nil {
			err = err2
		}
		done(err)
		return
	}
	before := e.cashier
	e.cashier = &person
	if err := e.commit(journal.Change{Entry: journal.Entry{Kind: "login"}}); err != nil {
		e.cashier = before
		done(err)
		return
	}
	done(nil)
}

func (e *Engine) logout() error {
	if err := e.commit(journal.Change{Entry: journal.Entry{Kind: "logout"}}); err != nil {
		return err
	}
	e.cashier = nil
	return nil
}

// openShift first looks at the printer: a shift that is open there already is taken over, another
// organisation's printer is refused.
func (e *Engine) openShift(done func(error)) {
	if e.shift.Open {
		done(till.Fail(till.ShiftOpen))
		return
	}
	e.withStatus(done, func(s fiscal.Status) {
		if e.set.INN != "" && s.INN != "" && s.INN != e.set.INN {
			done(till.Fail(till.PrinterForeign, s.INN, e.set.INN))
			return
		}
		if s.ShiftState == fiscal.ShiftIsOpen || s.ShiftState == fiscal.ShiftExpired {
			done(e.adoptShift(s))
			return
		}
		e.register(fiscal.Document{Kind: fiscal.OpenShift, Operator: e.operator(*e.cashier)}, "", done)
	})
}

// adoptShift takes over a shift that somebody opened at the printer itself. Its beginning is not known
// here: the printer's own clock of 24 hours decides.
func (e *Engine) adoptShift(s fiscal.Status) error {
	shift := till.Shift{Number: s.Shift, Open: true, OpenedAt: e.set.Now(), OpenedBy: *e.cashier}
	state := e.state
	state.Drive = s.Drive
	if err := e.commit(journal.Change{Entry: journal.Entry{Kind: "adopt-shift", Body: s.Shift}, Shift: &shift, State: &state}); err != nil {
		return err
	}
	e.shift, e.state, e.expired = shift, state, s.ShiftState == fiscal.ShiftExpired
	return nil
}

// withStatus asks the printer for its state and goes on with it.
func (e *Engine) withStatus(done func(error), then func(fiscal.Status)) {
	e.sending, e.since, e.dirty = true, e.set.Now(), true
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, statusPatience)
		defer cancel()
		s, err := e.ports.Printer.Status(ctx)
		return func() {
			e.sending, e.dirty = false, true
			e.seen(s, err)
			if err != nil {
				done(reason(&fiscal.Error{Op: "status", Outcome: fiscal.NotDone, Problem: problemOr(err, fiscal.ProblemSilent), Err: err}))
				return
			}
			then(s)
		}
	})
}

func problemOr(err error, p fiscal.Problem) fiscal.Problem {
	if known := fiscal.ProblemOf(err); known != 0 {
		return known
	}
	return p
}

func (e *Engine) closeShift(done func(error)) {
	switch {
	case !e.shift.Open:
		done(till.Fail(till.ShiftClosed))
	case e.receipt != nil:
		done(till.Fail(till.ReceiptOpenStill))
	default:
		e.register(fiscal.Document{Kind: fiscal.CloseShift, Operator: e.operator(*e.cashier)}, "", done)
	}
}

func (e *Engine) reportX(done func(error)) {
	e.register(fiscal.Document{Kind: fiscal.XReport, Operator: e.operator(*e.cashier)}, "", done)
}

func (e *Engine) moveCash(c MoveCash, done func(error)) {
	kind := fiscal.CashIn
	if c.Kind == till.CashOut {
		kind = fiscal.CashOut
	}
	switch {
	case c.Kind != till.CashIn && c.Kind != till.CashOut, c.Sum <= 0, c.Sum > maxPayment:
		done(till.Fail(till.PaymentBad, c.Sum.String()))
		return
	}
	if err := e.inSale(); err != nil {
		done(err)
		return
	}
	e.register(fiscal.Document{Kind: kind, Operator: e.operator(*e.cashier), Sum: c.Sum}, c.Reason, done)
}
