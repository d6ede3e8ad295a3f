package saletest

import (
	"context"
	"encoding/json"
	"hash/crc32"
	"slices"
	"sync"
	"time"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// Fate is what becomes of one document.
type Fate uint8

const (
	Forms         Fate = 1 // formed, and the till is told
	Refuses       Fate = 2 // not formed; Try.Problem says why
	LosesBefore   Fate = 3 // the line broke before it was formed, and the drive says so: not done, silent
	UnclearBefore Fate = 4 // not formed, and nobody could tell: unknown
	UnclearAfter  Fate = 5 // formed, and nobody could tell: unknown
)

// Try is what the printer does with the next document.
type Try struct {
	Fate      Fate
	Problem   fiscal.Problem
	PaperOwed bool // with Forms
}

// Moment is a point in the printer's work.
type Moment uint8

const (
	Marked   Moment = 1 // it was asked where the drive stands, and has not answered yet
	Received Moment = 2 // a document has come: the till has journalled it
	Forming  Moment = 3 // just before the drive forms it
	Formed   Moment = 4 // the drive has it, the till does not know yet
)

// Printed is a document in the printer's memory. Documents without a number are remembered too.
type Printed struct {
	Document   fiscal.Document
	Registered fiscal.Registered
}

// Printer is a fiscal printer with a drive. It fits sale.Printer. Safe for several goroutines; documents are
// executed one after another.
type Printer struct {
	now func() time.Time

	one sync.Mutex // guards nothing but the order: held during a whole call, as the driver does

	mu      sync.Mutex // guards: all below; never held while the hook runs
	hook    func(Moment) bool
	tries   []Try
	silent  bool
	unclear int // Settle calls that cannot tell
	owed    bool
	inn     string
	drive   string
	last    uint32
	shift   int
	open    bool
	opened  time.Time
	receipt int
	cashIn  money.Kopecks
	cashOut money.Kopecks
	drawer  money.Kopecks
	memory  []Printed
}

// Drive is the number of the drive in a new Printer, INN its owner.
const (
	Drive = "9999078900001111"
	INN   = "7700000009"
)

// NewPrinter makes a printer with a fresh drive and a closed shift.
func NewPrinter(now func() time.Time) *Printer {
	return &Printer{now: now, drive: Drive, inn: INN}
}

// Next scripts the next documents; those after them are formed.
func (p *Printer) Next(tries ...Try) { p.set(func() { p.tries = append(p.tries, tries...) }) }

// Silence switches the printer off (on) while its memory stays.
func (p *Printer) Silence(silent bool) { p.set(func() { p.silent = silent }) }

// SettleUnclear makes the next n questions after a document's fate end without an answer.
func (p *Printer) SettleUnclear(n int) { p.set(func() { p.unclear = n }) }

// Hook is called at every moment of the work; nil for none. When it says true the line is cut there: what
// was done before stays done, nothing more happens, and nobody can tell.
func (p *Printer) Hook(f func(Moment) bool) { p.set(func() { p.hook = f }) }

// ReplaceDrive puts in another drive with a closed shift.
func (p *Printer) ReplaceDrive(number string) {
	p.set(func() { p.drive, p.last, p.shift, p.open = number, 0, 0, false })
}

// SetINN makes it another organisation's printer.
func (p *Printer) SetINN(inn string) { p.set(func() { p.inn = inn }) }

// Foreign lets another program register a document.
func (p *Printer) Foreign(doc fiscal.Document) { p.set(func() { p.form(doc, false) }) }

func (p *Printer) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// Documents are all that were executed, oldest first.
func (p *Printer) Documents() []Printed {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.memory)
}

// Of are the documents of one kind.
func (p *Printer) Of(kind fiscal.Kind) []Printed {
	return slices.DeleteFunc(p.Documents(), func(d Printed) bool { return d.Document.Kind != kind })
}

// Drawer is the cash in the drawer as the printer counts it.
func (p *Printer) Drawer() money.Kopecks {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drawer
}

// reach tells whether the line is cut at this moment.
func (p *Printer) reach(m Moment) bool {
	p.mu.Lock()
	hook := p.hook
	p.mu.Unlock()
	return hook != nil && hook(m)
}

var errCut = failure("register", fiscal.Unknown, fiscal.ProblemSilent)

func failure(op string, o fiscal.Outcome, problem fiscal.Problem) error {
	return &fiscal.Error{Op: op, Outcome: o, Problem: problem}
}

// Status tells how the printer is.
func (p *Printer) Status(context.Context) (fiscal.Status, error) {
	p.one.Lock()
	defer p.one.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent {
		return fiscal.Status{}, failure("status", fiscal.NotDone, fiscal.ProblemSilent)
	}
	s := fiscal.Status{
		Model: "fake", INN: p.inn, Drive: p.drive, LastDocument: p.last, Shift: p.shift, ShiftState: fiscal.ShiftClosed,
		Paper: true, PrintWaits: p.owed, Clock: p.now(), CashInDrawer: p.drawer, FFD: "1.2",
	}
	if p.open {
		s.ShiftState = fiscal.ShiftIsOpen
		if p.expired() {
			s.ShiftState = fiscal.ShiftExpired
		}
	}
	return s, nil
}

func (p *Printer) expired() bool { return p.now().Sub(p.opened) >= 24*time.Hour }

// Mark tells where the drive stands.
func (p *Printer) Mark(context.Context) (fiscal.Mark, error) {
	p.one.Lock()
	defer p.one.Unlock()
	cut := p.reach(Marked)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent || cut {
		return fiscal.Mark{}, failure("mark", fiscal.NotDone, fiscal.ProblemSilent)
	}
	return fiscal.Mark{
		Drive: p.drive, Document: p.last, Shift: p.shift, ShiftOpen: p.open, CashIn: p.cashIn, CashOut: p.cashOut,
		CashInDrawer: p.drawer, PrinterClock: p.now(), ReceiptNumber: p.receipt,
	}, nil
}

// Register executes a document, or does what the next Try says.
func (p *Printer) Register(_ context.Context, doc fiscal.Document, _ fiscal.Mark) (fiscal.Registered, error) {
	p.one.Lock()
	defer p.one.Unlock()
	if p.reach(Received) {
		return fiscal.Registered{}, errCut
	}
	try := p.take(&doc)
	switch try.Fate {
	case Refuses, LosesBefore:
		return fiscal.Registered{}, failure("register", fiscal.NotDone, try.Problem)
	case UnclearBefore:
		return fiscal.Registered{}, errCut
	}
	if p.reach(Forming) {
		return fiscal.Registered{}, errCut
	}
	p.mu.Lock()
	reg := p.form(doc, try.PaperOwed)
	p.mu.Unlock()
	if p.reach(Formed) || try.Fate == UnclearAfter {
		return fiscal.Registered{}, errCut
	}
	return reg, nil
}

// take decides what happens to doc: the script's word, unless the device itself cannot take the document.
func (p *Printer) take(doc *fiscal.Document) Try {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent {
		return Try{Fate: LosesBefore, Problem: fiscal.ProblemSilent}
	}
	try := Try{Fate: Forms}
	if len(p.tries) > 0 {
		try, p.tries = p.tries[0], p.tries[1:]
	}
	if try.Fate == LosesBefore {
		try.Problem = fiscal.ProblemSilent
	}
	if problem := p.against(doc); problem != 0 && (try.Fate == Forms || try.Fate == UnclearAfter) {
		return Try{Fate: Refuses, Problem: problem}
	}
	return try
}

// against is what the device itself has against a document (fiscal-printers §2.8, §8).
func (p *Printer) against(doc *fiscal.Document) fiscal.Problem {
	switch {
	case doc.Kind == fiscal.XReport:
		return 0
	case doc.Kind == fiscal.OpenShift && p.open:
		return fiscal.ProblemShiftOpen
	case doc.Kind == fiscal.OpenShift:
		return 0
	case !p.open:
		return fiscal.ProblemShiftClosed
	case doc.Kind == fiscal.CloseShift:
		return 0
	case p.expired():
		return fiscal.ProblemShiftExpired
	case doc.Kind == fiscal.CashOut && doc.Sum > p.drawer, doc.Kind == fiscal.Return && doc.Payments.Cash > p.drawer:
		return fiscal.ProblemDrawerShort
	case doc.Kind == fiscal.Sale || doc.Kind == fiscal.Return:
		if !sumsAgree(doc) {
			return fiscal.ProblemRefused
		}
	}
	return 0
}

// sumsAgree: every line is price × quantity within a kopeck, all is paid, and only cash exceeds the total.
func sumsAgree(doc *fiscal.Document) bool {
	for _, l := range doc.Lines {
		if diff := money.Cost(l.Price, l.Quantity) - l.Sum; diff < -1 || diff > 1 {
			return false
		}
	}
	over := doc.Payments.Sum() - doc.Total()
	return over >= 0 && over <= doc.Payments.Cash
}

// form executes doc. The caller holds mu.
func (p *Printer) form(doc fiscal.Document, owed bool) fiscal.Registered {
	switch doc.Kind {
	case fiscal.OpenShift:
		p.shift++
		p.open, p.opened, p.receipt = true, p.now(), 0
	case fiscal.CloseShift:
		p.open = false
	case fiscal.CashIn:
		p.cashIn += doc.Sum
		p.drawer += doc.Sum
	case fiscal.CashOut:
		p.cashOut += doc.Sum
		p.drawer -= doc.Sum
	case fiscal.Sale:
		p.receipt++
		p.drawer += doc.Payments.Cash - (doc.Payments.Sum() - doc.Total())
	case fiscal.Return:
		p.receipt++
		p.drawer -= doc.Payments.Cash
	}
	reg := fiscal.Registered{Drive: p.drive, Shift: p.shift, ReceiptNumber: p.receipt, At: p.now(), PaperOwed: owed}
	if doc.Kind.Numbered() {
		p.last++
		reg.Document, reg.Sign = p.last, sign(p.last, doc)
	}
	p.owed = p.owed || owed
	p.memory = append(p.memory, Printed{Document: doc, Registered: reg})
	return reg
}

// sign is a stable function of the document.
func sign(number uint32, doc fiscal.Document) uint32 {
	b, err := json.Marshal(doc)
	if err != nil {
		panic(err) // plain values
	}
	return crc32.ChecksumIEEE(b) ^ number
}

// Settle finds out what became of doc, by the rules of fiscal-printers §3.2.
func (p *Printer) Settle(_ context.Context, doc fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error) {
	p.one.Lock()
	defer p.one.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	unknown := func(problem fiscal.Problem) (fiscal.Registered, error) {
		return fiscal.Registered{}, failure("settle", fiscal.Unknown, problem)
	}
	notFormed := func() (fiscal.Registered, error) {
		return fiscal.Registered{}, failure("settle", fiscal.NotDone, fiscal.ProblemRefused)
	}
	if p.silent {
		return unknown(fiscal.ProblemSilent)
	}
	if p.unclear > 0 {
		p.unclear--
		return unknown(fiscal.ProblemBusy)
	}
	if p.drive != mark.Drive {
		return unknown(fiscal.ProblemOtherDrive)
	}
	switch {
	case doc.Kind.Numbered() && p.last == mark.Document,
		doc.Kind == fiscal.CashIn && p.cashIn == mark.CashIn,
		doc.Kind == fiscal.CashOut && p.cashOut == mark.CashOut,
		doc.Kind == fiscal.XReport:
		return notFormed()
	}
	found := p.after(doc, mark)
	if found == nil {
		return unknown(fiscal.ProblemForeign)
	}
	return found.Registered, nil
}

// after finds the one document of the memory that came after the mark and is doc.
func (p *Printer) after(doc fiscal.Document, mark fiscal.Mark) *Printed {
	if doc.Kind.Numbered() && p.last != mark.Document+1 {
		return nil
	}
	for i := len(p.memory) - 1; i >= 0; i-- {
		d := &p.memory[i]
		if d.Document.Kind != doc.Kind || d.Document.Total() != doc.Total() || d.Document.Sum != doc.Sum || d.Document.ReceiptID != doc.ReceiptID {
			continue
		}
		if !doc.Kind.Numbered() || d.Registered.Document == mark.Document+1 {
			return d
		}
	}
	return nil
}

// Continue prints what paper interrupted.
func (p *Printer) Continue(context.Context) error {
	p.set(func() { p.owed = false })
	return nil
}
