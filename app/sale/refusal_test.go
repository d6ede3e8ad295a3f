package sale_test

import (
	"os"
	"strings"
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

// The first marked unit with an age limit of every receipt is not warned of.
func TestTheWarningOfTheStockIsGivenAfterTheQuestionOfAge(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.Store.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "test"}, Suspects: []journal.Suspect{{
		KI: saletest.KI(saletest.Beer, 1), Item: "Пиво", Reason: marking.ReasonExpired, Origin: journal.FromPreCheck, At: w.Clock.Now()}}}))
	x := w.Open(t)
	x.Refused(till.ItemNeedsAge, unit(saletest.Beer, 1))
	x.Must(sale.ConfirmAge{Yes: true})
	require.Equal(t, sale.NoticeQuarantine, x.Latest().Notice.Code)
}

// TakeLimitPrice does not look whether the unit has come into the receipt meanwhile.
func TestThePriceOnThePackDoesNotSellAUnitTwice(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.Store.PutItems(ctx, []till.Item{{ID: "cigarettes", Name: "Сигареты", Price: 210_00, HasPrice: true,
		VAT: money.VAT22, Group: marking.Tobacco, Barcodes: []string{cigarettes}}}))
	x := w.Open(t)
	gate := make(chan struct{})
	w.Online.SetFunc(func(marking.Query) marking.OnlineAnswer { <-gate; return saletest.OnlineYes() })
	x.Must(sale.Scan{Raw: []byte(pack)})
	x.Refused(till.MarkWanted, scan(cigarettes)) // the cashier scans the bars of the same pack meanwhile
	close(gate)
	x.Until("it", func(s sale.Snapshot) bool { return s.Receipt.Line(1).Removed })
	require.NoError(t, w.Store.PutItems(ctx, []till.Item{{ID: "cigarettes", Name: "Сигареты", Price: 215_00, HasPrice: true,
		VAT: money.VAT22, Group: marking.Tobacco, Barcodes: []string{cigarettes}}})) // the office has put the price right
	x.Must(sale.Scan{Raw: []byte(pack)})
	x.Checked()
	require.True(t, x.Latest().Stop.TakesLimit, "the refusal of line 1, which waited its turn")
	_ = x.Try(sale.TakeLimitPrice{})
	x.Checked()
	n := 0
	for _, l := range x.Receipt().Lines {
		if !l.Removed {
			n++
		}
	}
	require.Equal(t, 1, n, "one pack, two lines")
}

// A pack that was refused for the price in the till and sold at the price on it is no suspect.
func TestAUnitThatWasSoldLeavesTheList(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.Store.PutItems(ctx, []till.Item{{ID: "cigarettes", Name: "Сигареты", Price: 210_00, HasPrice: true,
		VAT: money.VAT22, Group: marking.Tobacco, Barcodes: []string{cigarettes}}}))
	x := w.Open(t)
	x.Must(sale.Scan{Raw: []byte(pack)})
	x.Checked()
	x.Must(sale.TakeLimitPrice{})
	x.Checked()
	x.PayAll()
	found, _, err := w.Store.Suspects(ctx, journal.SuspectQuery{})
	require.NoError(t, err)
	require.Empty(t, found)
}

// The verdict is for the price that was asked about, not for the one that is sold at.
func TestAPriceThatChangesDuringTheCheckIsChecked(t *testing.T) {
	w := newWorld(t)
	const barcode = "4600000000114"
	require.NoError(t, w.Store.PutItems(ctx, []till.Item{{ID: "x", Name: "Жидкость", Price: 500_00, HasPrice: true, VAT: money.VAT22, Barcodes: []string{barcode}}}))
	asked, gate := make(chan money.Kopecks, 2), make(chan struct{})
	mrp := money.Kopecks(450_00)
	w.Online.SetFunc(func(q marking.Query) marking.OnlineAnswer {
		asked <- q.Price
		<-gate
		a := saletest.OnlineYes()
		a.Groups, a.MRP = []marking.ProductGroup{marking.Nicotine}, &mrp
		return a
	})
	x := w.Open(t)
	x.Must(unit(barcode, 1))
	<-asked
	x.Must(sale.Discount{Line: 1, Percent: 50_00})
	close(gate)
	x.Checked()
	line := x.Receipt().Line(1)
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.True(t, line.Removed || line.Sum() >= mrp, "allowed at %d, the minimum price is %d; the book says the price %d was judged", line.Sum(), mrp, rows[0].Price)
}

// The table of rules is data; which lines may have a discount is a list of groups in the code.
func TestADiscountDoesNotBreakAPriceRuleOfTheTableInForce(t *testing.T) {
	text, err := os.ReadFile("../marking/rules.json")
	require.NoError(t, err)
	own := strings.Replace(strings.Replace(string(text), `"groups": ["otp"]`, `"groups": ["otp", "water"]`, 1), `"version": "17.1"`, `"version": "own"`, 1)
	w := newWorld(t)
	w.Settings.Policy.Rules, err = marking.ParseRules([]byte(own))
	require.NoError(t, err)
	mrp := money.Kopecks(25_00)
	a := saletest.OnlineYes()
	a.MRP = &mrp
	w.Online.Set(0, a)
	x := w.Open(t)
	x.ScanUnit(saletest.Water, 1) // 30.00
	require.Equal(t, till.MarkAllowed, x.Receipt().Line(1).MarkState)
	_ = x.Try(sale.Discount{Line: 1, Percent: 50_00})
	x.Checked()
	line := x.Receipt().Line(1)
	require.True(t, line.Removed || line.Sum() >= mrp, "sold at %s, the table in force wants %s", line.Sum(), mrp)
}
