package devicetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
)

var states = map[string]func(*testing.T, Bench){
	"the status tells who and where the printer is":  statusTells,
	"an open shift is not opened again":              shiftIsOpen,
	"with a closed shift nothing is sold":            shiftIsClosed,
	"after 24 hours the shift can only be closed":    shiftExpires,
	"an ended context sends nothing":                 endedContext,
	"calls from several goroutines wait their turns": severalCallers,
	"a closed driver connects again when asked":      closedDriver,
}

func statusTells(t *testing.T, b Bench) {
	s := b.status(t)
	require.Len(t, s.Drive, 16)
	require.NotEmpty(t, s.Model)
	require.NotEmpty(t, s.Serial)
	require.NotEmpty(t, s.INN)
	require.Equal(t, "1.2", s.FFD)
	require.Equal(t, fiscal.ShiftClosed, s.ShiftState)
	require.True(t, s.Paper)
	require.False(t, s.CoverOpen)
	require.False(t, s.ReceiptOpen)
	require.False(t, s.PrintWaits)
	require.True(t, s.DriveEnds.After(s.Clock))
	require.Equal(t, b.mark(t).Document, s.LastDocument)
	b.openShift(t)
	s = b.status(t)
	require.Equal(t, fiscal.ShiftIsOpen, s.ShiftState)
	require.Equal(t, b.newest(t).Shift, s.Shift)
	require.Positive(t, s.Unsent)
	require.False(t, s.UnsentSince.IsZero())
}

func shiftIsOpen(t *testing.T, b Bench) {
	b.openShift(t)
	b.refused(t, fiscal.Document{Kind: fiscal.OpenShift}, fiscal.ProblemShiftOpen)
}

func shiftIsClosed(t *testing.T, b Bench) {
	b.refused(t, purchase(idA, 100), fiscal.ProblemShiftClosed)
	b.refused(t, fiscal.Document{Kind: fiscal.CloseShift}, fiscal.ProblemShiftClosed)
}

func shiftExpires(t *testing.T, b Bench) {
	b.openShift(t)
	b.Advance(24*time.Hour + time.Minute)
	require.Equal(t, fiscal.ShiftExpired, b.status(t).ShiftState)
	b.refused(t, purchase(idA, 100), fiscal.ProblemShiftExpired)
	b.register(t, fiscal.Document{Kind: fiscal.CloseShift})
	b.openShift(t)
	b.register(t, purchase(idA, 100))
}

func endedContext(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := len(b.journal(t))
	_, err := b.Printer.Register(ctx, purchase(idA, 100), mark)
	require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err))
	require.Len(t, b.journal(t), before)
	_, err = b.Printer.Settle(ctx, purchase(idA, 100), mark)
	require.Equal(t, fiscal.Unknown, fiscal.OutcomeOf(err))
	b.register(t, purchase(idA, 100))
}

func severalCallers(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	const many, times = 4, 5
	errs := make(chan error, many*times) // room for all: nobody waits
	var callers sync.WaitGroup
	for range many {
		callers.Go(func() {
			for range times {
				_, err := b.Printer.Status(t.Context())
				errs <- err
			}
		})
	}
	_, err := b.Printer.Register(t.Context(), sale(idA), mark)
	require.NoError(t, err)
	callers.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	require.Len(t, b.ofType(t, "sale"), 1)
}

func closedDriver(t *testing.T, b Bench) {
	b.openShift(t)
	require.NoError(t, b.Printer.Close())
	b.register(t, purchase(idA, 100))
}

var lines = map[string]func(*testing.T, Bench){
	"an answer kept back at any command leaves one receipt":     keptBack,
	"a line broken at any command leaves one receipt":           broken,
	"a line broken in the middle of any answer does as well":    brokenInside,
	"a lost answer leaves one of each other document":           otherDocumentsLost,
	"refused and damaged frames are sent again":                 badLine,
	"a line that refuses everything sends nothing":              refusingLine,
	"a frame that was not acknowledged is not sent twice":       lostACK,
	"a stale answer is not taken for the next one":              staleAnswer,
	"a slow answer is waited for":                               slowAnswer,
	"a print that takes its time holds the next document":       slowPrint,
	"a line broken before the answer never makes two documents": severalTimesBroken,
}

// eachSaleCommand sells once with the fault that each command of a sale meets.
func eachSaleCommand(t *testing.T, b Bench, fault func(command string) Faults) {
	b.openShift(t)
	for _, command := range b.SaleCommands {
		sold := len(b.ofType(t, "sale"))
		b.faults(t, fault(command))
		reg, _ := b.surely(t, sale(idA))
		b.faults(t, Faults{})
		require.Len(t, b.ofType(t, "sale"), sold+1, "at command %s", command)
		require.Equal(t, b.newest(t).FD, reg.Document, "at command %s", command)
		require.Equal(t, b.newest(t).Sign, reg.Sign, "at command %s", command)
		require.Len(t, b.newest(t).Lines, 4, "at command %s", command)
	}
}

func keptBack(t *testing.T, b Bench) {
	eachSaleCommand(t, b, func(command string) Faults { return Faults{DropReply: command} })
}

func broken(t *testing.T, b Bench) {
	eachSaleCommand(t, b, func(command string) Faults { return Faults{On: command, DropAfterBytes: new(int)} })
}

func brokenInside(t *testing.T, b Bench) {
	eachSaleCommand(t, b, func(command string) Faults {
		inside := 3
		return Faults{On: command, DropAfterBytes: &inside}
	})
}

func otherDocumentsLost(t *testing.T, b Bench) {
	for _, step := range []struct {
		doc  fiscal.Document
		kind string
	}{
		{fiscal.Document{Kind: fiscal.OpenShift}, "open-shift"},
		{fiscal.Document{Kind: fiscal.CashIn, Sum: 70000}, "cash-in"},
		{fiscal.Document{Kind: fiscal.CashOut, Sum: 20000}, "cash-out"},
		{fiscal.Document{Kind: fiscal.CloseShift}, "z"},
	} {
		b.faults(t, Faults{On: b.Forming[step.doc.Kind], DropAfterBytes: new(int)})
		reg, times := b.surely(t, step.doc)
		require.Equal(t, 1, times, "%s was executed: it is not sent again", step.kind)
		require.Len(t, b.ofType(t, step.kind), 1)
		require.Equal(t, b.newest(t).FD, reg.Document, step.kind)
		require.Equal(t, b.newest(t).Shift, reg.Shift, step.kind)
	}
}

func badLine(t *testing.T, b Bench) {
	b.openShift(t)
	for name, f := range map[string]Faults{
		"frames refused":           {NAK: 5},
		"answers damaged":          {GarbleLRC: 5},
		"ENQ not answered":         {NoENQ: 5},
		"junk before control byte": {FFJunk: 5},
	} {
		t.Run(name, func(t *testing.T) {
			sold := len(b.ofType(t, "sale"))
			mark := b.mark(t)
			b.faults(t, f)
			_, err := b.Printer.Register(t.Context(), sale(idA), mark)
			require.NoError(t, err)
			require.Len(t, b.ofType(t, "sale"), sold+1)
		})
	}
}

func refusingLine(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	before := len(b.journal(t))
	b.faults(t, Faults{NAK: 10_000})
	_, err := b.Printer.Register(t.Context(), sale(idA), mark)
	requireFailure(t, err, fiscal.NotDone, fiscal.ProblemSilent)
	require.Len(t, b.journal(t), before)
	b.faults(t, Faults{})
	b.register(t, sale(idA))
}

func lostACK(t *testing.T, b Bench) {
	b.openShift(t)
	for range b.SaleCommands {
		b.faults(t, Faults{DropACK: 1})
		b.surely(t, sale(idA))
	}
	require.Len(t, b.ofType(t, "sale"), len(b.SaleCommands))
}

func staleAnswer(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{Stale: true}) // the printer does not hear that its next answer has come
	before := b.mark(t)
	require.Equal(t, b.newest(t).FD, before.Document)
	require.Equal(t, b.newest(t).Shift, before.Shift)
	b.register(t, sale(idA))
	require.Len(t, b.ofType(t, "sale"), 1)
}

func slowAnswer(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.faults(t, Faults{On: b.Forming[fiscal.Sale], SlowMS: 500})
	_, err := b.Printer.Register(t.Context(), sale(idA), mark)
	require.NoError(t, err)
	require.Len(t, b.ofType(t, "sale"), 1)
}

func slowPrint(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{PrintMS: 700})
	b.register(t, purchase(idA, 100))
	b.register(t, purchase(idB, 100))
	require.Len(t, b.ofType(t, "sale"), 2)
}

func severalTimesBroken(t *testing.T, b Bench) {
	b.openShift(t)
	for range 3 {
		b.faults(t, Faults{On: b.Forming[fiscal.Sale], DropAfterBytes: new(int), NAK: 2, GarbleLRC: 1, NoENQ: 2})
		_, times := b.surely(t, purchase(idA, 100))
		require.Equal(t, 1, times)
	}
	require.Len(t, b.ofType(t, "sale"), 3)
}

var others = map[string]func(*testing.T, Bench){
	"a document sent twice by mistake is formed once":        sentTwice,
	"another program's document after the mark stops both":   foreignDocument,
	"ours is found behind another program's document":        oursBehindForeign,
	"ours is found before another program's document":        oursBeforeForeign,
	"another drive is never taken for the old one":           foreignDrive,
	"what was never sent is not done":                        neverSent,
	"a cash move by another program stops the settling":      foreignCash,
	"a receipt of the same sum but another id is not ours":   sameSumOtherID,
	"settling twice tells the same and sends nothing at all": settledTwice,
}

func sentTwice(t *testing.T, b Bench) {
	b.openShift(t)
	for _, doc := range []fiscal.Document{sale(idA), {Kind: fiscal.CashIn, Sum: 900}, {Kind: fiscal.CloseShift}} {
		mark := b.mark(t)
		first, err := b.Printer.Register(t.Context(), doc, mark)
		require.NoError(t, err)
		formed := len(b.journal(t))
		again, err := b.Printer.Register(t.Context(), doc, mark)
		require.NoError(t, err)
		require.Equal(t, first.Document, again.Document)
		require.Equal(t, first.Sign, again.Sign)
		require.Len(t, b.journal(t), formed)
	}
}

func foreignDocument(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	_, err := b.Printer.Register(t.Context(), purchase(idB, 700), mark)
	require.NoError(t, err)
	before := len(b.journal(t))
	_, err = b.Printer.Settle(t.Context(), purchase(idA, 100), mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemForeign)
	_, err = b.Printer.Register(t.Context(), purchase(idA, 100), mark)
	requireFailure(t, err, fiscal.NotDone, fiscal.ProblemForeign)
	require.Len(t, b.journal(t), before)
}

func oursBehindForeign(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.register(t, purchase(idB, 100))
	ours := b.register(t, purchase(idA, 100))
	found, err := b.Printer.Settle(t.Context(), purchase(idA, 100), mark)
	require.NoError(t, err)
	require.Equal(t, ours.Document, found.Document)
	require.Equal(t, ours.Sign, found.Sign)
}

func oursBeforeForeign(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	ours := b.register(t, purchase(idA, 100))
	b.register(t, purchase(idB, 100))
	found, err := b.Printer.Settle(t.Context(), purchase(idA, 100), mark)
	require.NoError(t, err)
	require.Equal(t, ours.Document, found.Document)
	require.Equal(t, ours.Sign, found.Sign)
	require.Equal(t, ours.Shift, found.Shift)
	require.Equal(t, ours.ReceiptNumber, found.ReceiptNumber)
}

func foreignDrive(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	mark.Drive = "9999000000000009"
	before := len(b.journal(t))
	_, err := b.Printer.Register(t.Context(), purchase(idA, 100), mark)
	requireFailure(t, err, fiscal.NotDone, fiscal.ProblemOtherDrive)
	_, err = b.Printer.Settle(t.Context(), purchase(idA, 100), mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemOtherDrive)
	require.Len(t, b.journal(t), before)
}

func neverSent(t *testing.T, b Bench) {
	b.openShift(t)
	before := len(b.journal(t))
	for _, doc := range []fiscal.Document{
		sale(idA), {Kind: fiscal.CloseShift}, {Kind: fiscal.CashIn, Sum: 100}, {Kind: fiscal.CashOut, Sum: 100}, {Kind: fiscal.XReport},
	} {
		_, err := b.Printer.Settle(t.Context(), doc, b.mark(t))
		require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err), "%s: %v", doc.Kind, err)
	}
	require.Len(t, b.journal(t), before)
}

func foreignCash(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.register(t, fiscal.Document{Kind: fiscal.CashIn, Sum: 300})
	_, err := b.Printer.Settle(t.Context(), fiscal.Document{Kind: fiscal.CashIn, Sum: 500}, mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemForeign)
}

func sameSumOtherID(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.register(t, purchase(idB, 100))
	_, err := b.Printer.Settle(t.Context(), purchase(idA, 100), mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemForeign)
}

func settledTwice(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	reg := b.register(t, sale(idA))
	formed := len(b.journal(t))
	for range 2 {
		found, err := b.Printer.Settle(t.Context(), sale(idA), mark)
		require.NoError(t, err)
		require.Equal(t, reg.Document, found.Document)
		require.Equal(t, reg.Change, found.Change)
		require.Equal(t, reg.ReceiptNumber, found.ReceiptNumber)
	}
	require.Len(t, b.journal(t), formed)
}
