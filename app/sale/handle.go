package sale

import (
	"kassa/app/till"
)

// handle decides whether a command may run now, and runs it. done is called exactly once, on the
// loop or later from it.
func (e *Engine) handle(c Command, done func(error)) {
	finish := func(err error) {
		if err != nil {
			e.log.Info("refused", "command", c.name(), "code", till.CodeOf(err), "error", err)
			e.refuse(c, err)
		}
		// The caller may read the newest snapshot as soon as Do returns.
		if e.dirty {
			e.publish()
		}
		done(err)
	}
	if err := e.mayRun(c); err != nil {
		finish(err)
		return
	}
	switch c := c.(type) {
	case Login:
		e.login(c, finish)
	case Logout:
		finish(e.logout())
	case OpenShift:
		e.openShift(finish)
	case CloseShift:
		e.closeShift(finish)
	case ReportX:
		e.reportX(finish)
	case MoveCash:
		e.moveCash(c, finish)
	case Scan:
		finish(e.scan(c))
	case AddItem:
		finish(e.addItem(c))
	case SetQuantity:
		finish(e.setQuantity(c))
	case Discount:
		finish(e.discount(c))
	case Remove:
		finish(e.remove(c.Line))
	case Select:
		finish(e.selectLine(c))
	case Dismiss:
		finish(e.dismiss())
	case ConfirmAge:
		finish(e.confirmAge(c))
	case Pay:
		finish(e.pay(c))
	case Unpay:
		finish(e.unpay())
	case Close:
		e.close(finish)
	case Cancel:
		finish(e.cancel(c))
	case Suspend:
		finish(e.suspend(c))
	case Resume:
		finish(e.resume(c))
	case StartReturn:
		finish(e.startReturn(c))
	case DeclareEmergency:
		finish(e.declareEmergency(c))
	case EndEmergency:
		finish(e.endEmergency())
	case TakeLimitPrice:
		finish(e.takeLimitPrice())
	case Settle:
		e.settle(finish)
	default:
		finish(till.Fail(till.NotSupported, c.name()))
	}
}

// refuse shows a refusal that the command itself has not shown as a Stop already.
func (e *Engine) refuse(c Command, err error) {
	code := till.CodeOf(err)
	if e.stop != nil && (code == e.stop.Code || code == till.StopShown) {
		if _, isScan := c.(Scan); isScan && code == till.StopShown {
			e.say(false, NoticeScanInStop)
		}
		return
	}
	e.say(false, NoticeRefused, append([]string{string(code)}, argsOf(err)...)...)
}

// mayRun holds the rules that every command shares.
func (e *Engine) mayRun(c Command) error {
	if e.step == StepStarting {
		return till.Fail(till.NeedsRecovery)
	}
	switch c.(type) {
	case Login, Settle:
		return nil
	}
	if e.cashier == nil {
		return till.Fail(till.LoginNeeded)
	}
	if e.stop != nil && !e.fitsStop(c) {
		return till.Fail(till.StopShown)
	}
	switch c.(type) {
	case Logout, Select, Dismiss:
		return nil
	}
	// One document is in flight at a time, and nothing is sold over one whose fate is not known.
	if e.sending {
		return till.Fail(till.ReceiptBusy)
	}
	if e.unknown {
		return till.Fail(till.PrinterUnclear)
	}
	return nil
}

// fitsStop tells which commands are allowed while a Stop is shown.
func (e *Engine) fitsStop(c Command) bool {
	switch c.(type) {
	case Dismiss, Remove, Cancel, Logout:
		return true
	case Scan:
		// «Отсканируйте код маркировки» is answered by a scan.
		return e.stop.Wanted != nil
	case ConfirmAge:
		return e.stop.asked != nil
	case TakeLimitPrice:
		return e.stop.TakesLimit
	}
	return false
}

// inSale tells that the till may sell: the shift is open and within its 24 hours.
func (e *Engine) inSale() error {
	switch {
	case !e.shift.Open:
		return till.Fail(till.ShiftClosed)
	case e.shiftExpired():
		return till.Fail(till.ShiftExpired)
	}
	return nil
}

// editable gives the receipt when its lines may change; nil receipt and nil error when there is none yet.
func (e *Engine) editable() (*till.Receipt, error) {
	if err := e.inSale(); err != nil {
		return nil, err
	}
	if e.receipt != nil && e.receipt.State != till.Open {
		return nil, till.Fail(till.ReceiptBusy)
	}
	return e.receipt, nil
}
