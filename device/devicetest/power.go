package devicetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
)

var power = map[string]func(*testing.T, Bench){
	"a printer that is off takes nothing":                       printerIsOff,
	"power lost before the drive has the sale: not done":        diesBefore,
	"power lost after the drive has the sale: done":             diesAfter,
	"power lost around a shift's document":                      diesAroundShift,
	"a receipt of a killed till is cancelled by the next one":   leftOpen,
	"a receipt lost in the drive is cancelled by an X report":   leftOpenBeforeReport,
	"while the printer is silent nobody knows, then it is told": silentThenTold,
}

func printerIsOff(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	before := len(b.journal(t))
	b.faults(t, Faults{PowerOff: true})
	_, err := b.Printer.Register(t.Context(), sale(idA), mark)
	requireFailure(t, err, fiscal.NotDone, fiscal.ProblemSilent)
	_, err = b.Printer.Status(t.Context())
	requireFailure(t, err, fiscal.NotDone, fiscal.ProblemSilent)
	_, err = b.Printer.Mark(t.Context())
	requireFailure(t, err, fiscal.NotDone, fiscal.ProblemSilent)
	requireFailure(t, b.Printer.Continue(t.Context()), fiscal.NotDone, fiscal.ProblemSilent)
	require.Len(t, b.journal(t), before)
	b.faults(t, Faults{})
	_, err = b.Printer.Register(t.Context(), sale(idA), mark)
	require.NoError(t, err)
	require.Len(t, b.journal(t), before+1)
}

func diesBefore(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.faults(t, Faults{DieBeforeCommit: b.Forming[fiscal.Sale]})
	_, err := b.Printer.Register(t.Context(), sale(idA), mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemSilent)

	b.faults(t, Faults{})
	_, err = b.Printer.Settle(t.Context(), sale(idA), mark)
	require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err), "%v", err)
	require.False(t, b.status(t).ReceiptOpen, "nothing is left in the printer")
	require.Empty(t, b.ofType(t, "sale"))
	b.register(t, sale(idA))
	require.Len(t, b.ofType(t, "sale"), 1)
}

func diesAfter(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.faults(t, Faults{DieAfterCommit: b.Forming[fiscal.Sale]})
	_, err := b.Printer.Register(t.Context(), sale(idA), mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemSilent)

	b.faults(t, Faults{})
	reg, err := b.Printer.Settle(t.Context(), sale(idA), mark)
	require.NoError(t, err)
	require.Len(t, b.ofType(t, "sale"), 1)
	requireSame(t, b.newest(t), reg)
	require.EqualValues(t, 9010, reg.Change)
	require.Equal(t, mark.ReceiptNumber+1, reg.ReceiptNumber)
}

func diesAroundShift(t *testing.T, b Bench) {
	for _, step := range []struct {
		kind fiscal.Kind
		name string
	}{{fiscal.OpenShift, "open-shift"}, {fiscal.CloseShift, "z"}} {
		doc := fiscal.Document{Kind: step.kind}
		mark := b.mark(t)
		b.faults(t, Faults{DieBeforeCommit: b.Forming[step.kind]})
		_, err := b.Printer.Register(t.Context(), doc, mark)
		requireFailure(t, err, fiscal.Unknown, fiscal.ProblemSilent)
		b.faults(t, Faults{})
		_, err = b.Printer.Settle(t.Context(), doc, mark)
		require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err), "%v", err)
		require.Empty(t, b.ofType(t, step.name))

		b.faults(t, Faults{DieAfterCommit: b.Forming[step.kind]})
		_, err = b.Printer.Register(t.Context(), doc, mark)
		requireFailure(t, err, fiscal.Unknown, fiscal.ProblemSilent)
		b.faults(t, Faults{})
		reg, err := b.Printer.Settle(t.Context(), doc, mark)
		require.NoError(t, err)
		require.Len(t, b.ofType(t, step.name), 1)
		requireSame(t, b.newest(t), reg)
	}
}

func leftOpen(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{DieBeforeCommit: b.Forming[fiscal.Sale]})
	_, err := b.Printer.Register(t.Context(), sale(idA), b.mark(t))
	require.Equal(t, fiscal.Unknown, fiscal.OutcomeOf(err))
	b.faults(t, Faults{})
	require.True(t, b.status(t).ReceiptOpen)
	b.register(t, purchase(idB, 100))
	require.Len(t, b.ofType(t, "sale"), 1)
	require.Equal(t, idB, b.newest(t).ReceiptID)
	require.Len(t, b.newest(t).Lines, 1)
}

func leftOpenBeforeReport(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{DieBeforeCommit: b.Forming[fiscal.Sale]})
	_, err := b.Printer.Register(t.Context(), sale(idA), b.mark(t))
	require.Equal(t, fiscal.Unknown, fiscal.OutcomeOf(err))
	b.faults(t, Faults{})
	b.register(t, fiscal.Document{Kind: fiscal.XReport})
	require.Equal(t, "x", b.newest(t).Type)
	require.False(t, b.status(t).ReceiptOpen)
}

func silentThenTold(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.faults(t, Faults{DieAfterCommit: b.Forming[fiscal.Sale]})
	_, err := b.Printer.Register(t.Context(), sale(idA), mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemSilent)
	_, err = b.Printer.Settle(t.Context(), sale(idA), mark)
	requireFailure(t, err, fiscal.Unknown, fiscal.ProblemSilent)
	b.faults(t, Faults{})
	reg, err := b.Printer.Settle(t.Context(), sale(idA), mark)
	require.NoError(t, err)
	requireSame(t, b.newest(t), reg)
	require.Len(t, b.ofType(t, "sale"), 1)
}

var papers = map[string]func(*testing.T, Bench){
	"without paper nothing begins":                    noPaper,
	"with an open cover nothing begins":               coverOpen,
	"paper that ends in the slip is owed, not lost":   paperEndsInSlip,
	"paper that ends in the shift's report is owed":   paperEndsInReport,
	"an interrupted print is finished by the next":    nextFinishesPrint,
	"settling without paper tells that it was formed": settleWithoutPaper,
	"nothing to print is no error":                    nothingToPrint,
}

func noPaper(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{PaperOut: true})
	require.False(t, b.status(t).Paper)
	b.refused(t, sale(idA), fiscal.ProblemPaper)
	b.faults(t, Faults{})
	require.True(t, b.status(t).Paper)
	b.register(t, sale(idA))
}

func coverOpen(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{CoverOpen: true})
	require.True(t, b.status(t).CoverOpen)
	b.refused(t, sale(idA), fiscal.ProblemCover)
	b.faults(t, Faults{})
	b.register(t, sale(idA))
}

func paperEndsInSlip(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.faults(t, Faults{BreakPrint: b.Forming[fiscal.Sale]})
	reg, err := b.Printer.Register(t.Context(), sale(idA), mark)
	require.NoError(t, err, "the document was formed: paper is only owed")
	require.True(t, reg.PaperOwed)
	requireSame(t, b.newest(t), reg)
	require.True(t, b.status(t).PrintWaits)
	requireFailure(t, b.Printer.Continue(t.Context()), fiscal.NotDone, fiscal.ProblemPaper)

	b.faults(t, Faults{})
	require.NoError(t, b.Printer.Continue(t.Context()))
	require.False(t, b.status(t).PrintWaits)
	require.Len(t, b.ofType(t, "sale"), 1, "printing again forms nothing")
	b.register(t, purchase(idB, 100))
}

func paperEndsInReport(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{BreakPrint: b.Forming[fiscal.CloseShift]})
	reg := b.register(t, fiscal.Document{Kind: fiscal.CloseShift})
	require.True(t, reg.PaperOwed)
	requireSame(t, b.newest(t), reg)
	b.faults(t, Faults{})
	require.NoError(t, b.Printer.Continue(t.Context()))
	require.Len(t, b.ofType(t, "z"), 1)
}

func nextFinishesPrint(t *testing.T, b Bench) {
	b.openShift(t)
	b.faults(t, Faults{BreakPrint: b.Forming[fiscal.Sale]})
	require.True(t, b.register(t, sale(idA)).PaperOwed)
	b.faults(t, Faults{})
	b.register(t, purchase(idB, 100))
	require.False(t, b.status(t).PrintWaits)
	require.Len(t, b.ofType(t, "sale"), 2)
}

func settleWithoutPaper(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	b.faults(t, Faults{BreakPrint: b.Forming[fiscal.Sale], On: b.Forming[fiscal.Sale], DropAfterBytes: new(int)})
	reg, err := b.Printer.Register(t.Context(), sale(idA), mark)
	require.NoError(t, err)
	require.True(t, reg.PaperOwed)
	require.Len(t, b.ofType(t, "sale"), 1)
	again, err := b.Printer.Settle(t.Context(), sale(idA), mark)
	require.NoError(t, err)
	require.True(t, again.PaperOwed)
	require.Equal(t, reg.Document, again.Document)
}

func nothingToPrint(t *testing.T, b Bench) {
	require.NoError(t, b.Printer.Continue(t.Context()))
	require.Empty(t, b.ofType(t, "x"))
}
