package shtrih

import (
	"context"
	"errors"
	"fmt"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// Status asks for everything the till shows (10h, 11h, FF01h, FF03h, FF39h, FF40h, register 241).
func (d *Driver) Status(ctx context.Context) (fiscal.Status, error) {
	const op = "read status"
	if err := d.acquire(ctx); err != nil {
		return fiscal.Status{}, failure(op, fiscal.NotDone, err)
	}
	defer d.release()
	s, err := d.status(ctx)
	if err != nil {
		return fiscal.Status{}, failure(op, fiscal.NotDone, err)
	}
	return s, nil
}

func (d *Driver) status(ctx context.Context) (fiscal.Status, error) {
	now, err := d.state(ctx)
	if err != nil {
		return fiscal.Status{}, err
	}
	clock, err := d.clock(ctx)
	if err != nil {
		return fiscal.Status{}, err
	}
	drive, err := d.drive(ctx)
	if err != nil {
		return fiscal.Status{}, err
	}
	shift, err := d.shift(ctx)
	if err != nil {
		return fiscal.Status{}, err
	}
	s := fiscal.Status{
		Model:        d.model.name,
		Serial:       d.model.serial,
		INN:          d.model.inn,
		Drive:        drive.drive,
		LastDocument: drive.last,
		Shift:        shift.number,
		ShiftState:   fiscal.ShiftClosed,
		ReceiptOpen:  now.mode == modeDocument,
		Paper:        !now.paperOut() && (!d.model.caps.has(capReceiptPaper) || now.flags&flagReceiptPaper != 0),
		CoverOpen:    d.coverOpen(now),
		PrintWaits:   now.submode == submodeWaits || now.submode == submodePaperBroke,
		Clock:        clock.at,
		FFD:          ffdName(d.model.ffd),
	}
	if s.Serial == "" && clock.serial != 0 {
		s.Serial = fmt.Sprint(clock.serial)
	}
	switch {
	case now.mode == modeShiftExpired:
		s.ShiftState = fiscal.ShiftExpired
	case shift.open:
		s.ShiftState = fiscal.ShiftIsOpen
	}
	if s.CashInDrawer, err = d.register(ctx, registerDrawer); err != nil {
		return fiscal.Status{}, err
	}
	if f, err := d.query(ctx, with(cmdDriveExpiry, d.settings.AdminPassword)); err != nil {
		return fiscal.Status{}, err
	} else if s.DriveEnds, err = decodeDay(f, d.settings.Location); err != nil {
		return fiscal.Status{}, err
	}
	f, err := d.query(ctx, with(cmdOFDStatus, d.settings.AdminPassword))
	if err != nil {
		return fiscal.Status{}, err
	}
	waiting, err := decodeUnsent(f, d.settings.Location)
	s.Unsent, s.UnsentSince = waiting.count, waiting.since
	return s, err
}

// Mark tells where the drive stands (FF01h, FF40h, 11h, registers 241–243).
func (d *Driver) Mark(ctx context.Context) (fiscal.Mark, error) {
	const op = "read mark"
	if err := d.acquire(ctx); err != nil {
		return fiscal.Mark{}, failure(op, fiscal.NotDone, err)
	}
	defer d.release()
	m, err := d.mark(ctx)
	if err != nil {
		return fiscal.Mark{}, failure(op, fiscal.NotDone, err)
	}
	return m, nil
}

func (d *Driver) mark(ctx context.Context) (fiscal.Mark, error) {
	drive, err := d.drive(ctx)
	if err != nil {
		return fiscal.Mark{}, err
	}
	shift, err := d.shift(ctx)
	if err != nil {
		return fiscal.Mark{}, err
	}
	clock, err := d.clock(ctx)
	if err != nil {
		return fiscal.Mark{}, err
	}
	m := fiscal.Mark{
		Drive: drive.drive, Document: drive.last,
		Shift: shift.number, ShiftOpen: shift.open, ReceiptNumber: shift.receipt,
		PrinterClock: clock.at,
	}
	if m.CashInDrawer, err = d.register(ctx, registerDrawer); err != nil {
		return fiscal.Mark{}, err
	}
	if m.CashIn, err = d.register(ctx, registerCashIn); err != nil {
		return fiscal.Mark{}, err
	}
	if m.CashOut, err = d.register(ctx, registerCashOut); err != nil {
		return fiscal.Mark{}, err
	}
	return m, nil
}

// Find reads a document of the drive (FF0Ah), and the till's id of a receipt from its tags (FF3Ah, FF3Bh).
func (d *Driver) Find(ctx context.Context, number uint32) (fiscal.Record, error) {
	const op = "find document"
	if err := d.acquire(ctx); err != nil {
		return fiscal.Record{}, failure(op, fiscal.NotDone, err)
	}
	defer d.release()
	r, err := d.find(ctx, number)
	if err != nil {
		return fiscal.Record{}, failure(op, fiscal.NotDone, err)
	}
	return r.Record, nil
}

// Continue prints what paper or cover interrupted.
func (d *Driver) Continue(ctx context.Context) error {
	const op = "continue print"
	if err := d.acquire(ctx); err != nil {
		return failure(op, fiscal.NotDone, err)
	}
	defer d.release()
	now, err := d.idle(ctx)
	switch {
	case err != nil:
		return failure(op, fiscal.NotDone, err)
	case d.coverOpen(now):
		return failure(op, fiscal.NotDone, refusal(fiscal.ProblemCover, "открыта крышка"))
	case now.paperOut():
		return failure(op, fiscal.NotDone, refusal(fiscal.ProblemPaper, "нет бумаги"))
	}
	return nil
}

// idle waits while the printer prints, and finishes an interrupted print when paper is back (B0h).
func (d *Driver) idle(ctx context.Context) (state, error) {
	patience := d.newPatience()
	for {
		now, err := d.state(ctx)
		if err != nil {
			return now, err
		}
		switch {
		case now.submode == submodeWaits:
			// Lost or refused: the next question tells. A print continued twice is one print.
			if _, err := d.run(ctx, with(cmdContinuePrint, d.settings.OperatorPassword)); err != nil {
				d.log.Debug("print not continued", "err", err)
			}
		case !now.printing():
			return now, nil
		}
		if err := patience.wait(ctx); err != nil {
			return now, err
		}
	}
}

func (d *Driver) state(ctx context.Context) (state, error) {
	f, err := d.query(ctx, with(cmdShortStatus, d.settings.AdminPassword))
	if err != nil {
		return state{}, err
	}
	return decodeState(f)
}

// coverOpen believes the sensor only where there is one.
func (d *Driver) coverOpen(now state) bool {
	return d.model.caps.has(capCover) && now.flags&flagCoverOpen != 0
}

func (d *Driver) clock(ctx context.Context) (clock, error) {
	f, err := d.query(ctx, with(cmdFullStatus, d.settings.AdminPassword))
	if err != nil {
		return clock{}, err
	}
	return decodeClock(f, d.settings.Location)
}

func (d *Driver) drive(ctx context.Context) (driveStatus, error) {
	f, err := d.query(ctx, with(cmdDriveStatus, d.settings.AdminPassword))
	if err != nil {
		return driveStatus{}, err
	}
	return decodeDriveStatus(f, d.settings.Location)
}

func (d *Driver) shift(ctx context.Context) (shift, error) {
	f, err := d.query(ctx, with(cmdShift, d.settings.AdminPassword))
	if err != nil {
		return shift{}, err
	}
	return decodeShift(f)
}

func (d *Driver) register(ctx context.Context, number byte) (money.Kopecks, error) {
	f, err := d.query(ctx, with(cmdMoneyRegister, d.settings.AdminPassword, number))
	if err != nil {
		return 0, err
	}
	return decodeRegister(f)
}

// found is a document of the drive with what its tags tell.
type found struct {
	fiscal.Record
	tagged  bool // its tags could be read
	shift   int  // tag 1038; 0: not told
	receipt int  // tag 1042; 0: not told
}

func (d *Driver) find(ctx context.Context, number uint32) (found, error) {
	f, err := d.query(ctx, with(cmdFindDocument, d.settings.AdminPassword).uint(uint64(number), 4))
	if err != nil {
		return found{}, err
	}
	record, err := decodeRecord(f, d.settings.Location)
	if err != nil {
		return found{}, fmt.Errorf("document %d: %w", number, err)
	}
	if record.Document != number {
		return found{}, fmt.Errorf("asked for document %d, got %d", number, record.Document)
	}
	r := found{Record: record, shift: record.Shift}
	if record.Kind != fiscal.Sale && record.Kind != fiscal.Return {
		return r, nil
	}
	tags, err := d.document(ctx, number)
	var refused *deviceError
	switch {
	case errors.As(err, &refused), errors.Is(err, errTLV):
		// An old printer, or a document that the drive no longer holds in full: sum and time must do.
		d.log.Debug("document without tags", "document", number, "err", err)
		return r, nil
	case err != nil:
		return found{}, fmt.Errorf("tags of document %d: %w", number, err)
	}
	r.tagged = true
	r.ReceiptID = receiptID(tags)
	r.shift, r.receipt = int(number16(tags, tagShift)), int(number16(tags, tagReceiptNumber))
	return r, nil
}

// number16 reads a small number of a document; more than two bytes of it do not occur.
func number16(tags []element, tag uint16) uint16 { return uint16(number(find(tags, tag))) }

// document reads a document as TLV: FF3Ah, then FF3Bh until «no data» (§2.6). A lost block begins it anew.
func (d *Driver) document(ctx context.Context, number uint32) ([]element, error) {
	for try := 1; ; try++ {
		b, err := d.blocks(ctx, number)
		var refused *deviceError
		if err == nil {
			return parseTLV(b)
		}
		if errors.As(err, &refused) || try == readTries || ctx.Err() != nil {
			return nil, err
		}
	}
}

func (d *Driver) blocks(ctx context.Context, number uint32) ([]byte, error) {
	if _, err := d.query(ctx, with(cmdDocumentTLV, d.settings.AdminPassword).uint(uint64(number), 4)); err != nil {
		return nil, err
	}
	var all []byte
	for {
		f, err := d.call(ctx, with(cmdNextTLV, d.settings.AdminPassword)) // not run: a new line has lost its place
		var refused *deviceError
		if errors.As(err, &refused) && refused.code == codeNoData {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if len(f.b) == 0 || len(all)+len(f.b) > maxDocument {
			return nil, fmt.Errorf("%w: block of %d bytes after %d", errTLV, len(f.b), len(all))
		}
		all = append(all, f.b...)
	}
}
