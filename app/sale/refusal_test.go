package sale_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

func TestARefusalTellsWhereThisTillSoldTheUnit(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	number := x.Receipt().Number
	x.PayAll()
	w.Online.Set(0, saletest.OnlineSold())
	x.ScanUnit(saletest.Milk, 1)
	stop := x.Latest().Stop
	require.NotNil(t, stop)
	require.Equal(t, number, stop.SoldHere.Number)
	require.Equal(t, "Касса 1", stop.SoldHere.Till)
	require.WithinDuration(t, w.Clock.Now(), stop.SoldHere.At, 0)

	x.Must(sale.Dismiss{})
	x.ScanUnit(saletest.Milk, 2)
	require.Zero(t, x.Latest().Stop.SoldHere, "sold, but not here")
}

// cigarettes is a pack with the price 215.00 inside its code (marking-codes §2.1).
const (
	cigarettes = "4600000000107"
	pack       = "04600000000107aB1?x<7ADc8Kd4x"
)

func TestThePriceOnThePackIsTakenWithOneKey(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.Store.PutItems(ctx, []till.Item{{ID: "cigarettes", Name: "Сигареты", Price: 210_00, HasPrice: true,
		VAT: money.VAT22, Group: marking.Tobacco, Barcodes: []string{cigarettes}}}))
	x := w.Open(t)
	x.Refused(till.NotSupported, sale.TakeLimitPrice{})
	x.Must(sale.Scan{Raw: []byte(pack)})
	x.Checked()
	stop := x.Latest().Stop
	require.NotNil(t, stop)
	require.True(t, stop.TakesLimit)
	require.Equal(t, money.Kopecks(215_00), stop.Verdict.Limit)
	x.Must(sale.TakeLimitPrice{})
	s := x.Checked()
	require.Nil(t, s.Stop)
	line := s.Receipt.Line(2)
	require.Equal(t, money.Kopecks(215_00), line.Price)
	require.Equal(t, till.MarkAllowed, line.MarkState)
	x.PayAll()
}

func TestRefusedUnitsAndTheAdviceOfTheStockAreOnOneListApart(t *testing.T) {
	w := newWorld(t)
	advice := journal.Suspect{KI: saletest.KI(saletest.Milk, 1), GTIN: "0" + saletest.Milk, Item: "Молоко",
		Reason: marking.ReasonExpired, Origin: journal.FromPreCheck, At: w.Clock.Now()}
	require.NoError(t, w.Store.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "test"}, Suspects: []journal.Suspect{advice}}))
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	s := x.Latest()
	require.Equal(t, sale.NoticeQuarantine, s.Notice.Code)
	require.Equal(t, []string{"Молоко", "expired"}, s.Notice.Args)
	require.Equal(t, till.MarkAllowed, s.Receipt.Line(1).MarkState, "advice decides nothing")

	w.Online.Set(0, saletest.OnlineSold())
	x.ScanUnit(saletest.Milk, 2)
	refused, found, err := w.Store.Suspect(ctx, saletest.KI(saletest.Milk, 2))
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, journal.FromSale, refused.Origin)
	require.Equal(t, marking.ReasonSold, refused.Reason)
	require.Equal(t, "Анна", refused.Person)
}

func TestCodesReadInPartAreCounted(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	incomplete := sale.Scan{Raw: []byte("010461234567890321500001")}
	for _, want := range []string{"1", "2", "3"} {
		x.Refused(till.MarkIncomplete, incomplete)
		require.Equal(t, []string{want}, x.Latest().Stop.Args)
		x.Must(sale.Dismiss{})
	}
	x.ScanUnit(saletest.Milk, 1)
	x.Refused(till.MarkIncomplete, incomplete)
	require.Equal(t, []string{"1"}, x.Latest().Stop.Args)
}

func TestAPackageAndAUnitOfItAreNotSoldTogether(t *testing.T) {
	group := func(q marking.Query) marking.OnlineAnswer {
		a := saletest.OnlineYes()
		if q.Code.KI() == saletest.KI(saletest.Water, 1) {
			a.PackageType = "GROUP"
		} else {
			a.PackageType, a.Parent = "UNIT", saletest.KI(saletest.Water, 1)
		}
		return a
	}
	for name, scans := range map[string][2]sale.Scan{
		"the package first": {unit(saletest.Water, 1), unit(saletest.Water, 2)},
		"the unit first":    {unit(saletest.Water, 2), unit(saletest.Water, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Online.SetFunc(group)
			x := w.Open(t)
			x.Must(scans[0])
			x.Checked()
			x.Must(scans[1])
			x.Checked()
			require.Equal(t, till.MarkAllowed, x.Receipt().Line(1).MarkState)
			require.Equal(t, till.MarkRefused, x.Receipt().Line(2).MarkState)
			require.Equal(t, marking.ReasonInPackage, x.Latest().Stop.Verdict.Reason)
			x.Must(sale.Dismiss{}, sale.Remove{Line: 1})
			x.Must(scans[1])
			x.Checked()
			require.Equal(t, till.MarkAllowed, x.Receipt().Line(3).MarkState)
		})
	}
}
