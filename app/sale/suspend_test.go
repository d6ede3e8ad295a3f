package sale_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

func TestASuspendedReceiptComesBackAsItWas(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Refused(till.ReceiptEmpty, sale.Suspend{})
	x.Must(scan(saletest.Bread), sale.Discount{Line: 1, Percent: 1000})
	x.ScanUnit(saletest.Milk, 1)
	x.Must(scan(saletest.Bag), sale.Remove{Line: 3})
	before := x.Receipt()
	x.Must(sale.Suspend{Comment: "за сумкой"})
	s := x.Latest()
	require.Nil(t, s.Receipt)
	require.Equal(t, []sale.SuspendedView{{
		ID: before.ID, Number: before.Number, At: before.OpenedAt, Cashier: "Анна", Total: before.Total(), First: "Хлеб, Молоко", Comment: "за сумкой",
	}}, s.Suspended)

	x.Must(scan(saletest.Bag))
	x.Refused(till.ReceiptOpenStill, sale.Resume{ID: before.ID})
	x.PayAll()

	x = w.restart(t, x)
	require.Equal(t, sale.RecoverNothing, x.Recovered().Outcome)
	require.Len(t, x.Latest().Suspended, 1, "it survives a restart")
	x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN}, sale.Resume{ID: before.ID})
	x.Checked()
	after := x.Receipt()
	require.Equal(t, before.Total(), after.Total())
	require.Equal(t, before.Number, after.Number)
	require.Len(t, after.Lines, 3)
	require.Empty(t, x.Latest().Suspended)
	x.Refused(till.ReceiptOpenStill, sale.Resume{ID: before.ID})
	x.PayAll()
	x.Refused(till.ReceiptMissing, sale.Resume{ID: before.ID})
	x.Refused(till.ReceiptMissing, sale.Resume{ID: "none"})
}

func TestAResumedReceiptIsCheckedAgain(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1, 2, 3, 4, 5, 6, 7)
	x.Must(scan(saletest.Bread), sale.Suspend{})
	id := x.Latest().Suspended[0].ID
	asked := w.Online.Asked()
	w.Online.SetFunc(func(q marking.Query) marking.OnlineAnswer {
		if q.Code.KI() == saletest.KI(saletest.Milk, 4) {
			return saletest.OnlineSold() // at another till meanwhile
		}
		return saletest.OnlineYes()
	})
	x.Must(sale.Resume{ID: id})
	s := x.Checked()
	require.Equal(t, 7, w.Online.Asked()-asked)
	require.Equal(t, till.MarkForbidden, s.Stop.Code)
	require.Equal(t, 4, s.Stop.Line)
	require.Equal(t, 7, s.Receipt.Positions())
}

func TestSuspendedReceiptsOutliveTheShift(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.Suspend{}, sale.CloseShift{})
	id := x.Latest().Suspended[0].ID
	x.Refused(till.ShiftClosed, sale.Resume{ID: id})
	x.Must(sale.OpenShift{}, sale.Resume{ID: id})
	require.Equal(t, 2, x.Receipt().Shift)
	x.PayAll()
	require.Equal(t, 2, w.closed(t, id).Fiscal.Shift)
}

func TestReturns(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.SetQuantity{Line: 1, Quantity: 3000}, scan(saletest.Bag))
	x.ScanUnit(saletest.Milk, 1, 2)
	x.Must(sale.Remove{Line: 2})
	saleID := x.Receipt().ID
	x.Refused(till.ReceiptOpenStill, sale.StartReturn{ReceiptID: saleID})
	x.PayAll()
	paid := w.Printer.Drawer()

	x.Refused(till.ReceiptMissing, sale.StartReturn{ReceiptID: "none"})
	x.Refused(till.ReturnLineBad, sale.StartReturn{ReceiptID: saleID, Lines: []int{2}})
	x.Refused(till.ReturnLineBad, sale.StartReturn{ReceiptID: saleID, Lines: []int{1, 1}})
	require.Nil(t, x.Latest().Receipt)

	// The first return: one loaf of three and one unit of milk.
	x.Must(sale.StartReturn{ReceiptID: saleID, Lines: []int{1, 3}})
	require.Equal(t, till.Return, x.Receipt().Kind)
	x.Refused(till.ReturnTooMuch, sale.SetQuantity{Line: 1, Quantity: 4000})
	x.Refused(till.LineMarked, sale.SetQuantity{Line: 2, Quantity: 2000})
	x.Refused(till.DiscountBad, sale.Discount{Line: 1, Percent: 100})
	x.Refused(till.ReceiptBusy, sale.Suspend{})
	x.Must(sale.SetQuantity{Line: 1, Quantity: 1000})
	first := x.Receipt().ID
	require.Equal(t, money.Kopecks(45_50+89_90), x.Receipt().Total())
	x.Refused(till.PaymentCardOver, sale.Pay{Kind: till.Cash, Sum: 200_00})
	x.PayAll()
	require.Equal(t, paid-45_50-89_90, w.Printer.Drawer())
	doc := w.Printer.Of(fiscal.Return)[0].Document
	require.Equal(t, fiscal.PieceReturned, doc.Lines[1].Marked.Status)
	moves, err := w.Store.StockOf(ctx, first)
	require.NoError(t, err)
	require.Equal(t, map[int]money.Millis{1: 1000, 2: 1000}, moves)
	require.Equal(t, money.Kopecks(45_50+89_90), x.Latest().Shift.Totals.ReturnsCash)

	// The second: what is left.
	x.Refused(till.ReturnTooMuch, sale.StartReturn{ReceiptID: saleID, Lines: []int{3}})
	x.Must(sale.StartReturn{ReceiptID: saleID})
	require.Equal(t, []int{1, 4}, []int{x.Receipt().Lines[0].ReturnOf, x.Receipt().Lines[1].ReturnOf})
	require.Equal(t, money.Millis(2000), x.Receipt().Lines[0].Quantity)
	x.Refused(till.ReturnTooMuch, sale.SetQuantity{Line: 1, Quantity: 3000})
	x.PayAll()
	require.Zero(t, w.Printer.Drawer())

	x.Refused(till.ReturnTooMuch, sale.StartReturn{ReceiptID: saleID})
	x.Refused(till.ReceiptMissing, sale.StartReturn{ReceiptID: first})
	require.Equal(t, []saletest.Told{
		{KI: saletest.KI(saletest.Milk, 1)}, {KI: saletest.KI(saletest.Milk, 2)},
		{KI: saletest.KI(saletest.Milk, 1), Returned: true}, {KI: saletest.KI(saletest.Milk, 2), Returned: true},
	}, told(t, w, x))
}

// told waits until the module has been told everything.
func told(t *testing.T, w *world, x *saletest.Till) []saletest.Told {
	t.Helper()
	x.Until("an empty queue", func(s sale.Snapshot) bool { return s.Lights.Queue == 0 })
	return w.Module.Told()
}

func TestNothingIsAddedToAReturn(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), scan(saletest.Bag))
	x.ScanUnit(saletest.Milk, 1)
	id := x.Receipt().ID
	x.PayAll()
	x.Must(sale.StartReturn{ReceiptID: id})
	x.Must(scan(saletest.Bag))
	require.Equal(t, 2, x.Latest().Selected, "a scan ticks the line")
	x.Must(unit(saletest.Milk, 1))
	require.Equal(t, 3, x.Latest().Selected)
	x.Must(sale.AddItem{ItemID: "item-" + saletest.Bread})
	require.Equal(t, 1, x.Latest().Selected)
	x.Refused(till.ReturnLineBad, scan(saletest.Energy))
	x.Refused(till.MarkNotInReceipt, unit(saletest.Milk, 2))
	require.Equal(t, till.MarkNotInReceipt, x.Latest().Stop.Code)
	x.Must(sale.Dismiss{})
	x.Refused(till.ItemUnknown, scan("4609999999990"))
	x.Must(sale.Dismiss{})
	require.Len(t, x.Receipt().Lines, 3)
}

func TestReturnsInPartsGiveBackExactlyWhatWasPaid(t *testing.T) {
	cases := map[string]struct {
		sold  []sale.Command
		parts []money.Millis
	}{
		"three pieces with a discount": {
			[]sale.Command{scan(saletest.Bag), sale.SetQuantity{Line: 1, Quantity: 3000}, sale.Discount{Line: 1, Percent: 333}},
			[]money.Millis{1000, 1000, 1000},
		},
		"a weight in odd parts": {
			[]sale.Command{sale.Scan{Raw: saletest.Label(saletest.CheesePLU, 1254)}, sale.Discount{Line: 1, Percent: 777}},
			[]money.Millis{313, 313, 313, 315},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Must(c.sold...)
			id, paid := x.Receipt().ID, x.Receipt().Total()
			x.PayAll()
			for i, part := range c.parts {
				x.Must(sale.StartReturn{ReceiptID: id})
				if i < len(c.parts)-1 {
					x.Must(sale.SetQuantity{Line: 1, Quantity: part})
				}
				require.Equal(t, part, x.Receipt().Lines[0].Quantity)
				x.PayAll()
			}
			require.Equal(t, paid, x.Latest().Shift.Totals.ReturnsCash)
			require.Zero(t, w.Printer.Drawer())
			x.Refused(till.ReturnTooMuch, sale.StartReturn{ReceiptID: id})
		})
	}
}

func TestAReturnDoesNotTakeMoreThanTheDrawerHolds(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread))
	id := x.Receipt().ID
	x.PayAll()
	x.Must(sale.MoveCash{Kind: till.CashOut, Sum: 45_50}, sale.StartReturn{ReceiptID: id}, sale.Pay{Kind: till.Cash, Sum: 45_50})
	x.Refused(till.DrawerShort, sale.Close{})
	require.Equal(t, till.DrawerShort, x.Receipt().Failure)
	x.Must(sale.MoveCash{Kind: till.CashIn, Sum: 45_50}, sale.Close{})
	require.Zero(t, w.Printer.Drawer())
}
