package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
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

// engine §3: a late «no» that arrives before the receipt is fiscalised removes the line.
func TestALateNoWhileMoneyIsTakenIsNotForgotten(t *testing.T) {
	w := newWorld(t)
	say := slowCentre(w)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	x.Must(sale.Pay{Kind: till.Cash, Sum: 10_00})
	say(saletest.OnlineSold())
	x.Until("the late answer on disk", func(sale.Snapshot) bool { return len(w.entries(t, "check-late"))+len(w.entries(t, "check")) == 2 })
	_ = x.Try(sale.Unpay{}) // back to the lines
	if x.Latest().Stop != nil {
		x.Must(sale.Dismiss{})
	}
	_ = x.Try(sale.Pay{Kind: till.Cash, Sum: 89_90})
	_ = x.Try(sale.Close{})
	require.Empty(t, w.Printer.Of(fiscal.Sale), "sold, minutes after the centre has said no")
}

// A late «no» during an X report (or a cash move) beside an open receipt.
func TestALateNoDuringAnXReportTakesTheUnitOff(t *testing.T) {
	w := newWorld(t)
	say := slowCentre(w)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	gate := make(chan struct{})
	w.Printer.Hook(func(m saletest.Moment) bool {
		if m == saletest.Forming {
			<-gate
		}
		return false
	})
	done := make(chan error, 1)
	go func() { done <- x.Do(ctx, sale.ReportX{}) }()
	x.Until("printing", func(s sale.Snapshot) bool { return s.Printing.Active })
	say(saletest.OnlineSold())
	x.Until("the late answer on disk", func(sale.Snapshot) bool { return len(w.entries(t, "check-late"))+len(w.entries(t, "check")) == 2 })
	close(gate)
	require.NoError(t, <-done)
	require.True(t, x.Receipt().Line(1).Removed)
}

// A late «no» that the disk does not take must not be lost.
func TestALateNoThatTheDiskDidNotTakeIsNotLost(t *testing.T) {
	w := newWorld(t)
	say := slowCentre(w)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	w.disk.failAt(func(n int, kind string) bool { return kind == "check" && n == 1 })
	say(saletest.OnlineSold())
	x.Until("the stop", func(s sale.Snapshot) bool { return s.Stop != nil && s.Stop.Code == till.DiskFailed })
	x.Must(sale.Dismiss{}) // there is room again
	x.Until("the unit stays allowed, the centre's «no» is gone", func(s sale.Snapshot) bool { return s.Receipt.Line(1).Removed })
}

// Nothing was sold: nobody may be told that it was.
func TestALateNoForACancelledReceiptIsNoNews(t *testing.T) {
	w := newWorld(t)
	say := slowCentre(w)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	x.Must(sale.Cancel{})
	say(saletest.OnlineSold())
	x.Until("the late answer on disk", func(sale.Snapshot) bool { return len(w.entries(t, "check-late")) == 1 })
	x.Must(scan(saletest.Bread)) // what the late answer had to say was said before
	require.NotEqual(t, sale.NoticeLateRefused, x.Latest().Notice.Code, "nothing was sold")
}

// A package and its unit, when the centre's word about the unit came late.
func TestALateYesLooksAtThePackagesToo(t *testing.T) {
	w := newWorld(t)
	w.Module = nil
	w.Settings.Policy.NoAnswer = marking.NoAnswerAllow
	w.Settings.Budget = 20 * time.Millisecond
	gate := make(chan struct{})
	w.Online.SetFunc(func(q marking.Query) marking.OnlineAnswer {
		a := saletest.OnlineYes()
		if q.Code.KI() == saletest.KI(saletest.Water, 1) {
			a.PackageType = "GROUP"
			return a
		}
		<-gate
		a.PackageType, a.Parent = "UNIT", saletest.KI(saletest.Water, 1)
		return a
	})
	x := w.Open(t)
	x.ScanUnit(saletest.Water, 1)
	require.Equal(t, till.MarkAllowed, x.Receipt().Line(1).MarkState)
	x.ScanUnit(saletest.Water, 2)
	require.Equal(t, till.MarkUnchecked, x.Receipt().Line(2).MarkState)
	close(gate)
	x.Until("it", func(s sale.Snapshot) bool { return s.Receipt.Line(2).Removed })
}
