package shtrih

import (
	"context"
	"errors"
	"fmt"

	"kassa/app/fiscal"
)

// Register executes doc once and says what became of it, see device.FiscalPrinter.
func (d *Driver) Register(ctx context.Context, doc fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error) {
	op := "register " + doc.Kind.String()
	if err := d.acquire(ctx); err != nil {
		return fiscal.Registered{}, failure(op, fiscal.NotDone, err)
	}
	defer d.release()

	before, err := d.prepare(ctx, &doc, mark)
	if err != nil {
		return fiscal.Registered{}, failure(op, fiscal.NotDone, err)
	}
	if before.place == placeFormed {
		d.log.Warn("document had been formed already", "kind", doc.Kind.String(), "document", before.registered.Document)
		return before.registered, nil
	}
	if doc.Kind == fiscal.Sale || doc.Kind == fiscal.Return {
		return d.registerReceipt(ctx, op, &doc, mark)
	}
	return d.registerOther(ctx, op, &doc, mark)
}

// prepare brings the printer to where doc may be sent. Nothing of doc is sent by it, so that any error means
// NotDone; a document that stands in the drive already is given back.
func (d *Driver) prepare(ctx context.Context, doc *fiscal.Document, mark fiscal.Mark) (position, error) {
	switch doc.Kind {
	case fiscal.OpenShift, fiscal.CloseShift, fiscal.Sale, fiscal.Return, fiscal.XReport:
	case fiscal.CashIn, fiscal.CashOut:
		if !isSum(doc.Sum) || doc.Sum == 0 {
			return position{}, refusal(fiscal.ProblemRefused, "сумма вне допустимых границ")
		}
	default:
		return position{}, refusal(fiscal.ProblemUnsupported, "этот документ драйвер не формирует")
	}
	now, err := d.idle(ctx)
	if err != nil {
		return position{}, err
	}
	p, err := d.lookup(ctx, doc, mark)
	switch {
	case err != nil || p.place == placeFormed:
		return p, err
	case p.place == placeForeign:
		return p, foreign(mark, p.drive.last)
	case d.coverOpen(now):
		return p, refusal(fiscal.ProblemCover, "открыта крышка")
	case now.paperOut():
		return p, refusal(fiscal.ProblemPaper, "нет бумаги")
	}
	if now.mode == modeDocument || p.drive.openDocument != 0 {
		if p.drive.last != mark.Document {
			return p, refusal(fiscal.ProblemReceiptOpen, "в ККТ открыт чек другой программы")
		}
		d.log.Warn("open receipt found in the printer, cancelling it")
		if err := d.clear(ctx, now); err != nil {
			return p, err
		}
		if now, err = d.idle(ctx); err != nil {
			return p, err
		}
	}
	return p, admits(now, doc.Kind)
}

// admits tells whether the mode allows the document. The printer would refuse it as well; here nothing has
// been sent yet.
func admits(now state, kind fiscal.Kind) error {
	switch now.mode {
	case modeDate:
		return refusal(fiscal.ProblemClock, "ККТ ждёт подтверждения даты")
	case modeLocked, modePoint, modeReset, modeTestRun:
		return refusal(fiscal.ProblemService, fmt.Sprintf("ККТ в режиме %d, нужен сервисный специалист", now.mode))
	case modeDocument:
		return refusal(fiscal.ProblemReceiptOpen, "в ККТ открыт документ")
	case modeShiftOpen:
		if kind == fiscal.OpenShift {
			return refusal(fiscal.ProblemShiftOpen, "смена уже открыта")
		}
	case modeShiftExpired:
		if kind != fiscal.CloseShift && kind != fiscal.XReport {
			return refusal(fiscal.ProblemShiftExpired, "смена превысила 24 часа")
		}
	case modeShiftClosed:
		if kind == fiscal.Sale || kind == fiscal.Return || kind == fiscal.CloseShift {
			return refusal(fiscal.ProblemShiftClosed, "смена закрыта")
		}
	}
	return nil
}

func (d *Driver) registerReceipt(ctx context.Context, op string, doc *fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error) {
	r, err := d.settings.compose(doc, &d.model)
	if err != nil {
		return fiscal.Registered{}, failure(op, fiscal.NotDone, err)
	}
	if err := d.sell(ctx, r); err != nil {
		// The closing command was never sent: nothing is formed, whatever was lost.
		d.abandon(ctx, mark)
		return fiscal.Registered{}, failure(op, fiscal.NotDone, err)
	}
	c, err := d.pay(ctx, r)
	if err != nil {
		return d.resolve(ctx, op, doc, mark, err)
	}
	reg := fiscal.Registered{Drive: mark.Drive, Document: c.document, Sign: c.sign, At: c.at, Change: c.change}
	d.complete(ctx, &reg)
	return reg, nil
}

// complete adds what the closing answer does not tell. The receipt is formed: what cannot be learnt now is
// left out.
func (d *Driver) complete(ctx context.Context, reg *fiscal.Registered) {
	err := sleep(ctx, d.settings.AfterClosePause)
	if err == nil {
		reg.PaperOwed, err = d.paperOwed(ctx)
	}
	if err == nil {
		var s shift
		s, err = d.shift(ctx)
		reg.Shift, reg.ReceiptNumber = s.number, s.receipt
	}
	if err == nil && reg.At.IsZero() {
		var r found
		r, err = d.find(ctx, reg.Document)
		reg.At = r.At
	}
	if err != nil {
		d.log.Warn("receipt is formed, its details could not be read", "document", reg.Document, "err", err)
	}
}

func (d *Driver) paperOwed(ctx context.Context) (bool, error) {
	now, err := d.state(ctx)
	return now.submode == submodePaperBroke || now.submode == submodeWaits, err
}

// registerOther executes the documents of one command.
func (d *Driver) registerOther(ctx context.Context, op string, doc *fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error) {
	var message request
	switch doc.Kind {
	case fiscal.OpenShift:
		message = with(cmdOpenShift, d.settings.OperatorPassword)
	case fiscal.CloseShift:
		message = with(cmdZReport, d.settings.AdminPassword)
	case fiscal.XReport:
		message = with(cmdXReport, d.settings.AdminPassword)
	case fiscal.CashIn:
		message = with(cmdCashIn, d.settings.OperatorPassword).money5(doc.Sum)
	case fiscal.CashOut:
		message = with(cmdCashOut, d.settings.OperatorPassword).money5(doc.Sum)
	}
	_, err := d.run(ctx, message)
	if errors.Is(err, errNotSent) {
		return fiscal.Registered{}, failure(op, fiscal.NotDone, err)
	}
	if err != nil {
		return d.resolve(ctx, op, doc, mark, err)
	}
	if doc.Kind.Numbered() {
		// The answer does not tell number and sign: the drive does.
		return d.resolve(ctx, op, doc, mark, errors.New("executed, but not found in the drive"))
	}
	reg := fiscal.Registered{Drive: mark.Drive, Shift: mark.Shift}
	if reg.PaperOwed, err = d.paperOwed(ctx); err == nil {
		var c clock
		c, err = d.clock(ctx)
		reg.At = c.at
	}
	if err != nil {
		d.log.Warn("done, its details could not be read", "kind", doc.Kind.String(), "err", err)
	}
	return reg, nil
}

// resolve asks the drive what became of a document whose forming command ended with cause.
func (d *Driver) resolve(ctx context.Context, op string, doc *fiscal.Document, mark fiscal.Mark, cause error) (fiscal.Registered, error) {
	reg, err := d.settle(ctx, doc, mark)
	switch {
	case err == nil:
		return reg, nil
	case fiscal.OutcomeOf(err) == fiscal.NotDone:
		return fiscal.Registered{}, failure(op, fiscal.NotDone, cause)
	}
	d.log.Warn("fate of a document is not known", "kind", doc.Kind.String(), "after", mark.Document, "cause", cause, "err", err)
	return fiscal.Registered{}, err
}

// abandon cancels what an interrupted receipt has left behind, where the printer answers. Where it does not,
// the next document does so before it begins.
func (d *Driver) abandon(ctx context.Context, mark fiscal.Mark) {
	now, err := d.idle(ctx)
	if err == nil {
		var drive driveStatus
		if drive, err = d.drive(ctx); err == nil && drive.drive == mark.Drive && drive.last == mark.Document {
			err = d.clear(ctx, now)
		}
	}
	if err != nil {
		d.log.Warn("interrupted receipt is left in the printer until the next document", "err", err)
	}
}
