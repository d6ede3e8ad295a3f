package sale

import (
	"context"
	"strconv"
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
	if err = e.commit(journal.Change{Entry: journal.Entry{Kind: "login"}}); err != nil {
		e.cashier = before
	}
	done(err)
}

func (e *Engine) logout() error {
	if err := e.commit(journal.Change{Entry: journal.Entry{Kind: "logout"}}); err != nil {
		return err
	}
	e.cashier = nil
	return nil
}

// openShift first looks at the printer: a shift that is open there already is taken over, another
// organisation's printer is refused. A drive that was replaced during a shift begins a new shift; the old
// one ended with its drive.
func (e *Engine) openShift(done func(error)) {
	e.withStatus(done, func(s fiscal.Status) {
		if e.cashier == nil { // locked while the printer was asked
			done(till.Fail(till.LoginNeeded))
			return
		}
		switch {
		case e.set.INN != "" && s.INN != "" && s.INN != e.set.INN:
			done(till.Fail(till.PrinterForeign, s.INN, e.set.INN))
			return
		case e.shift.Open && s.Drive == e.state.Drive:
			done(till.Fail(till.ShiftOpen))
			return
		case e.shift.Open && (e.set.INN == "" || s.INN == ""): // whose drive it is cannot be told
			done(till.Fail(till.PrinterForeign, s.Drive, e.state.Drive))
			return
		case e.shift.Open:
			if err := e.endedElsewhere("drive replaced"); err != nil {
				done(err)
				return
			}
		}
		if s.ShiftState == fiscal.ShiftIsOpen || s.ShiftState == fiscal.ShiftExpired {
			done(e.adoptShift(s))
			return
		}
		e.register(fiscal.Document{Kind: fiscal.OpenShift, Operator: e.operator(*e.cashier)}, "", done)
	})
}

// endedElsewhere takes in that the till's shift is over in the printer without our document.
func (e *Engine) endedElsewhere(why string) error {
	shift := e.shift
	shift.Open, shift.ClosedAt = false, e.set.Now()
	if err := e.commit(journal.Change{Entry: journal.Entry{Kind: "shift-ended-elsewhere", Body: why}, Shift: &shift}); err != nil {
		return err
	}
	e.log.Warn("shift ended at the printer", "shift", shift.Number, "why", why)
	e.shift, e.expired = shift, false
	return nil
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
	e.say(true, NoticeShiftOpened, strconv.Itoa(s.Shift))
	return nil
}

// withStatus asks the printer for its state and goes on with it.
func (e *Engine) withStatus(done func(error), then func(fiscal.Status)) {
	e.begin(0)
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, statusPatience)
		defer cancel()
		s, err := e.ports.Printer.Status(ctx)
		return func() {
			e.end()
			e.seen(s, err)
			if err != nil {
				done(notAsked(err))
				return
			}
			then(s)
		}
	})
}

// closeShift keeps a receipt that is being made for the next shift when the day is over: it can neither be
// registered nor thrown away then.
func (e *Engine) closeShift(done func(error)) {
	switch {
	case !e.shift.Open:
		done(till.Fail(till.ShiftClosed))
	case e.receipt != nil && !e.shiftExpired():
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
	if c.Kind != till.CashIn && c.Kind != till.CashOut || c.Sum <= 0 || c.Sum > maxPayment {
		done(till.Fail(till.PaymentBad, c.Sum.String()))
		return
	}
	if err := e.inSale(); err != nil {
		done(err)
		return
	}
	e.register(fiscal.Document{Kind: kind, Operator: e.operator(*e.cashier), Sum: c.Sum}, c.Reason, done)
}
