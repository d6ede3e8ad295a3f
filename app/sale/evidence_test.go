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

// A refused unit is not in the document.
func TestARefusedUnitIsInNoDocument(t *testing.T) {
	w := newWorld(t)
	w.Online.Set(0, saletest.OnlineSold())
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	x.Must(sale.Dismiss{})
	w.Online.Set(0, saletest.OnlineYes())
	x.ScanUnit(saletest.Milk, 2)
	x.PayAll()
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{Decision: marking.Forbid})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Zero(t, rows[0].Document, "the inspector reads that a forbidden unit stands in this ФД")
}

// What was asked and answered belongs into the book, whoever took the line away meanwhile.
func TestTheEvidenceOfALineThatWasRemovedMeanwhileIsKept(t *testing.T) {
	w := newWorld(t)
	release := holdOnline(w)
	x := w.Open(t)
	x.Must(unit(saletest.Milk, 1), sale.Remove{Line: 1}, unit(saletest.Milk, 2))
	release()
	x.Checked()
	x.Until("both in the book: the centre was asked twice", func(sale.Snapshot) bool {
		rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{})
		return err == nil && len(rows) == 2
	})
}

// The check that a restart repeats has a person.
func TestTheEvidenceOfARepeatedCheckNamesTheCashier(t *testing.T) {
	w := newWorld(t)
	w.Online.Set(saletest.Never, marking.OnlineAnswer{})
	w.Settings.Budget = time.Hour
	w.Module.Set(saletest.Never, marking.FaultNone)
	x := w.Open(t)
	x.Must(unit(saletest.Milk, 1))
	w.Online.Set(0, saletest.OnlineYes())
	w.Module.Set(0, marking.FaultNone)
	x = w.restart(t, x)
	x.Recovered()
	x.Checked()
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.Equal(t, saletest.Cashier.Name, rows[0].Person.Name)
}

// The till has no module. A short outage opens the breaker; hours later the centre is back and the till's own
// probes see it every minute; the next unit is refused all the same.
func TestTheBreakerClosesWithoutAScan(t *testing.T) {
	w := newWorld(t)
	w.Module, w.Settings.OfflineOn = nil, false
	w.Settings.Poll = time.Millisecond
	w.Online.Set(0, saletest.OnlineFault(marking.FaultTimeout))
	w.Online.SetProbe(sale.OnlineState{Fault: marking.FaultUnreachable})
	x := w.Open(t)
	for n := range 3 {
		x.ScanUnit(saletest.Milk, n+1)
		x.Must(sale.Dismiss{})
	}
	w.Online.Set(0, saletest.OnlineYes())
	w.Online.SetProbe(sale.OnlineState{})
	w.Clock.Advance(2 * time.Hour)
	x.Until("an answered probe", func(s sale.Snapshot) bool { return s.Lights.Online.Code == sale.LightCodeReady })
	x.ScanUnit(saletest.Milk, 9)
	require.Equal(t, till.MarkAllowed, x.Receipt().Line(4).MarkState, "the centre has been back for two hours")
}

// A cancelled receipt's checks hold all the places; when they end nobody starts those of the resumed one.
func TestAResumedReceiptIsCheckedThoughOldChecksRan(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	x.Must(sale.Suspend{})
	id := x.Latest().Suspended[0].ID
	gate := make(chan struct{})
	w.Online.SetFunc(func(marking.Query) marking.OnlineAnswer { <-gate; return saletest.OnlineYes() })
	for n := range 5 {
		x.Must(unit(saletest.Milk, 10+n))
	}
	x.Must(sale.Cancel{}, sale.Resume{ID: id})
	close(gate)
	x.Until("line 1 stays «checking» for ever: the receipt can be neither paid nor suspended", func(s sale.Snapshot) bool { return s.Receipt.Line(1).MarkState == till.MarkAllowed })
}
