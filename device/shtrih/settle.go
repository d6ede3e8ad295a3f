package shtrih

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/text/encoding/charmap"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// place is where a document stands that was, or may have been, sent after a mark.
type place uint8

const (
	placeNotFormed place = 1
	placeFormed    place = 2
	placeForeign   place = 3 // something else was formed after the mark
)

// position is what the drive tells of a document.
type position struct {
	place      place
	drive      driveStatus
	registered fiscal.Registered // of placeFormed
}

// maxForeign bounds the walk over documents that other programs have formed after the mark.
const maxForeign = 200

// Settle finds out whether doc was formed, see device.FiscalPrinter. The algorithm is §3.2 of the reference.
func (d *Driver) Settle(ctx context.Context, doc fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error) {
	if err := d.acquire(ctx); err != nil {
		return fiscal.Registered{}, failure("settle "+doc.Kind.String(), fiscal.Unknown, err)
	}
	defer d.release()
	return d.settle(ctx, &doc, mark)
}

func (d *Driver) settle(ctx context.Context, doc *fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error) {
	op := "settle " + doc.Kind.String()
	now, err := d.idle(ctx)
	if err != nil {
		return fiscal.Registered{}, failure(op, fiscal.Unknown, err)
	}
	p, err := d.lookup(ctx, doc, mark)
	switch {
	case err != nil:
		return fiscal.Registered{}, failure(op, fiscal.Unknown, err)
	case p.place == placeFormed:
		p.registered.PaperOwed = now.submode == submodePaperBroke
		return p.registered, nil
	case p.place == placeForeign:
		return fiscal.Registered{}, failure(op, fiscal.Unknown, foreign(mark, p.drive.last))
	}
	if p.drive.last == mark.Document && (now.mode == modeDocument || p.drive.openDocument != 0) {
		if now.paperOut() { // a cancellation is printed
			return fiscal.Registered{}, failure(op, fiscal.Unknown, refusal(fiscal.ProblemPaper, "нет бумаги, чек в ККТ не отменён"))
		}
		if err := d.clear(ctx, now); err != nil {
			return fiscal.Registered{}, failure(op, fiscal.Unknown, err)
		}
	}
	return fiscal.Registered{}, &fiscal.Error{Op: op, Outcome: fiscal.NotDone, Err: errors.New("document was not formed")}
}

func foreign(mark fiscal.Mark, last uint32) error {
	return refusal(fiscal.ProblemForeign, fmt.Sprintf("последний документ ФН был %d, теперь %d: на ККТ работала другая программа", mark.Document, last))
}

// lookup compares the drive with the mark. It only reads.
func (d *Driver) lookup(ctx context.Context, doc *fiscal.Document, mark fiscal.Mark) (position, error) {
	drive, err := d.drive(ctx)
	if err != nil {
		return position{}, err
	}
	if drive.drive != mark.Drive {
		return position{}, refusal(fiscal.ProblemOtherDrive, fmt.Sprintf("в ККТ другой ФН: %s вместо %s", drive.drive, mark.Drive))
	}
	p := position{place: placeNotFormed, drive: drive}
	switch {
	case doc.Kind.Numbered():
		return d.lookupDocument(ctx, doc, mark, p)
	case doc.Kind == fiscal.CashIn:
		return d.lookupCash(ctx, doc, mark, p, registerCashIn, mark.CashIn)
	case doc.Kind == fiscal.CashOut:
		return d.lookupCash(ctx, doc, mark, p, registerCashOut, mark.CashOut)
	}
	// An X report leaves no trace and changes nothing: printing it again is right in any case.
	return p, nil
}

// lookupDocument walks over what was formed after the mark.
func (d *Driver) lookupDocument(ctx context.Context, doc *fiscal.Document, mark fiscal.Mark, p position) (position, error) {
	last := p.drive.last
	if last == mark.Document {
		return p, nil
	}
	p.place = placeForeign
	if last < mark.Document || last-mark.Document > maxForeign {
		return p, nil
	}
	for n := mark.Document + 1; n <= last; n++ {
		r, err := d.find(ctx, n)
		if err != nil {
			return p, err
		}
		if !matches(doc, mark, &r) {
			continue
		}
		p.place = placeFormed
		p.registered, err = d.registered(ctx, doc, mark, &r, n == last)
		return p, err
	}
	return p, nil
}

// matches tells whether a document of the drive is ours.
func matches(doc *fiscal.Document, mark fiscal.Mark, r *found) bool {
	if r.Kind != doc.Kind {
		return false
	}
	switch doc.Kind {
	case fiscal.OpenShift:
		return r.Shift == mark.Shift+1
	case fiscal.CloseShift:
		return r.Shift == mark.Shift
	}
	if r.Sum != doc.Total() {
		return false
	}
	if r.tagged && doc.ReceiptID != "" {
		return r.ReceiptID == tillID(doc.ReceiptID)
	}
	return !r.At.Before(mark.PrinterClock.Truncate(time.Minute)) // the drive tells minutes only
}

// tillID is the till's id of a receipt as it comes back from the drive.
func tillID(id string) string { return decodeText(charmap.CodePage866, tlvText(id, 256)) }

// registered is what the till is told of a document found in the drive.
func (d *Driver) registered(ctx context.Context, doc *fiscal.Document, mark fiscal.Mark, r *found, newest bool) (fiscal.Registered, error) {
	reg := fiscal.Registered{
		Drive: mark.Drive, Document: r.Document, Sign: r.Sign, At: r.At,
		Shift: r.shift, ReceiptNumber: r.receipt,
	}
	if doc.Kind != fiscal.Sale && doc.Kind != fiscal.Return {
		return reg, nil
	}
	reg.Change = max(0, doc.Payments.Sum()-doc.Total())
	if newest && (reg.Shift == 0 || reg.ReceiptNumber == 0) {
		s, err := d.shift(ctx)
		if err != nil {
			return reg, err
		}
		reg.Shift, reg.ReceiptNumber = s.number, s.receipt
	}
	return reg, nil
}

// lookupCash compares a money register with the mark: cash moves have no number in the drive.
func (d *Driver) lookupCash(ctx context.Context, doc *fiscal.Document, mark fiscal.Mark, p position, register byte, before money.Kopecks) (position, error) {
	sum, err := d.register(ctx, register)
	if err != nil {
		return p, err
	}
	switch sum {
	case before:
		return p, nil
	case before + doc.Sum:
		c, err := d.clock(ctx)
		if err != nil {
			return p, err
		}
		p.place = placeFormed
		p.registered = fiscal.Registered{Drive: mark.Drive, Shift: mark.Shift, At: c.at}
		return p, nil
	}
	p.place = placeForeign
	return p, nil
}

// clear cancels an open receipt (88h), and the document in the drive where that stayed (FF08h, §3.2).
func (d *Driver) clear(ctx context.Context, now state) error {
	if now.mode == modeDocument {
		if err := d.cancelReceipt(ctx); err != nil {
			return fmt.Errorf("cancel receipt: %w", err)
		}
	}
	drive, err := d.drive(ctx)
	if err != nil || drive.openDocument == 0 {
		return err
	}
	if _, err := d.run(ctx, with(cmdCancelDocument, d.settings.AdminPassword)); err != nil {
		return fmt.Errorf("cancel document in the drive: %w", err)
	}
	return nil
}

// cancelReceipt cancels what is open, whoever has opened it. A lost answer needs no care: the mode tells, and
// a receipt cancelled twice is cancelled.
func (d *Driver) cancelReceipt(ctx context.Context) error {
	err := d.cancelAs(ctx, d.settings.OperatorPassword)
	if isOtherOperator(err) {
		err = d.cancelAs(ctx, d.settings.AdminPassword)
	}
	for row := uint16(1); row <= 30 && isOtherOperator(err); row++ { // table 2 holds every operator's password
		f, tableErr := d.query(ctx, readTable(d.settings.AdminPassword, 2, row, 1))
		if tableErr != nil {
			return errors.Join(err, tableErr)
		}
		err = d.cancelAs(ctx, uint32(number(f.b)))
	}
	return err
}

// cancelAs ends with nil only when no receipt is open any more.
func (d *Driver) cancelAs(ctx context.Context, password uint32) error {
	for try := 1; ; try++ {
		_, err := d.run(ctx, with(cmdCancelReceipt, password))
		var refused *deviceError
		if errors.As(err, &refused) {
			return err
		}
		now, stateErr := d.idle(ctx)
		switch {
		case stateErr != nil:
			return errors.Join(err, stateErr)
		case now.mode != modeDocument:
			return nil
		case try == readTries:
			return errors.Join(refusal(fiscal.ProblemReceiptOpen, "чек в ККТ не отменяется"), err)
		}
	}
}

func isOtherOperator(err error) bool {
	var refused *deviceError
	return errors.As(err, &refused) && refused.code == codeOtherOperator
}
