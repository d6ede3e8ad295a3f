package device

import (
	"context"
	"time"

	"kassa/app/fiscal"
)

// FiscalPrinter is a ККТ. Methods may be called from several goroutines; the driver runs them one after
// another. Every error is a *fiscal.Error; its Outcome is the truth about what happened.
type FiscalPrinter interface {
	// Status asks for everything the till shows and decides by. Reading only; repeated on a bad line.
	Status(ctx context.Context) (fiscal.Status, error)

	// Mark tells where the drive stands: the till journals it before Register.
	Mark(ctx context.Context) (fiscal.Mark, error)

	// Register executes doc once. mark is what Mark said before. When an answer is lost the driver itself
	// asks the device what happened (Settle), so that Unknown is left only when the device stays silent
	// or somebody else's documents stand between.
	// A document that was formed is Done even when its paper is owed.
	Register(ctx context.Context, doc fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error)

	// Settle finds out whether doc, sent after mark, was formed: nil error: it was, here it is;
	// NotDone: it certainly was not, nothing of it is left in the device, and it may be sent again;
	// Unknown: cannot be told now. It finishes an interrupted print and cancels an open remainder.
	// It never sends the document.
	Settle(ctx context.Context, doc fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error)

	// Find reads a document of the drive by its number (ФД).
	Find(ctx context.Context, number uint32) (fiscal.Record, error)

	// Continue prints what paper or cover interrupted (B0h). Nothing to print is no error.
	Continue(ctx context.Context) error

	Close() error
}

// Scan is one reading of a scanner, without its frame (prefix, suffix), GS kept.
type Scan struct {
	Source string // name of the scanner in the settings
	Data   []byte
	At     time.Time
}

// Scanner delivers scans until ctx ends. It reconnects by itself and reports its state.
type Scanner interface {
	Serve(ctx context.Context, deliver func(Scan)) error
}
