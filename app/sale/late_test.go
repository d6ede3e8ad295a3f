package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

// slowCentre answers when it is told to, after the verdict.
func slowCentre(w *world) (say func(marking.OnlineAnswer)) {
	w.Settings.Budget = 20 * time.Millisecond
	answers := make(chan marking.OnlineAnswer, 1)
	w.Online.SetFunc(func(marking.Query) marking.OnlineAnswer { return <-answers })
	return func(a marking.OnlineAnswer) { answers <- a }
}

func TestALateNoTakesTheUnitOffTheReceipt(t *testing.T) {
	w := newWorld(t)
	say := slowCentre(w)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, marking.SourceModule, x.Receipt().Line(1).Verdict.Source)
	say(saletest.OnlineSold())
	s := x.Until("the stop", func(s sale.Snapshot) bool { return s.Stop != nil })
	require.Equal(t, till.MarkForbidden, s.Stop.Code)
	require.Equal(t, marking.ReasonSold, s.Stop.Verdict.Reason)
	require.True(t, s.Receipt.Line(1).Removed)
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, []bool{true, false}, []bool{rows[0].Late, rows[1].Late}, "the verdict of then stays")
	require.Equal(t, marking.Allow, rows[1].Verdict.Decision)
}

func TestALateNoAfterTheReceiptIsToldAndKept(t *testing.T) {
	w := newWorld(t)
	say := slowCentre(w)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	id := x.Receipt().ID
	x.PayAll()
	say(saletest.OnlineSold())
	x.Until("the news", func(s sale.Snapshot) bool { return s.Notice.Code == sale.NoticeLateRefused })
	require.False(t, w.closed(t, id).Line(1).Removed)
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{ReceiptID: id})
	require.NoError(t, err)
	require.True(t, rows[0].Late)
	require.Equal(t, marking.Forbid, rows[0].Verdict.Decision)
}

func TestALateYesGivesAnUncheckedUnitItsTag(t *testing.T) {
	w := newWorld(t)
	w.Module = nil
	w.Settings.Policy.NoAnswer = marking.NoAnswerAllow
	say := slowCentre(w)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, till.MarkUnchecked, x.Receipt().Line(1).MarkState)
	say(saletest.OnlineYes())
	s := x.Until("the tag", func(s sale.Snapshot) bool { return s.Receipt.Line(1).Verdict.Tag1265 != "" })
	require.Equal(t, till.MarkAllowed, s.Receipt.Line(1).MarkState)
	require.Nil(t, s.Stop)
}
