package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

func TestASaleOfSeveralLinesBecomesOneDocumentWithTheSameSums(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), scan(saletest.Bread), scan(saletest.Bag))
	x.ScanUnit(saletest.Milk, 1, 2)
	id := x.Receipt().ID
	require.Equal(t, []int{1, 2, 3, 4}, numbers(x.Receipt()), "one line a code, one line for two loaves")
	require.Equal(t, money.Kopecks(2*45_50+5_00+2*89_90), x.Receipt().Total())
	x.Must(sale.Pay{Kind: till.Cash, Sum: 500_00}, sale.Close{})

	s := x.Latest()
	require.Nil(t, s.Receipt)
	require.Equal(t, sale.StepSale, s.Step)
	require.Equal(t, money.Kopecks(500_00-275_80), s.Last.Change)
	require.Equal(t, sale.NoticeReceiptClosed, s.Notice.Code)
	printed := w.Printer.Of(fiscal.Sale)
	require.Len(t, printed, 1)
	doc := printed[0].Document
	require.Equal(t, money.Kopecks(275_80), doc.Total())
	require.Equal(t, fiscal.Payments{Cash: 500_00}, doc.Payments)
	require.Equal(t, id, doc.ReceiptID)
	require.Equal(t, fiscal.Operator{Name: saletest.Cashier.Name, INN: saletest.Cashier.INN}, doc.Operator)
	require.Equal(t, saletest.Unit(saletest.Milk, 1), doc.Lines[2].Marked.Code, "the whole code goes into tag 2000")
	require.NotNil(t, doc.Lines[2].Industry, "and the evidence of its check into tag 1260")
	require.Equal(t, money.Kopecks(275_80), w.Printer.Drawer())

	r := w.closed(t, id)
	require.Equal(t, printed[0].Registered.Document, r.Fiscal.Document)
	require.Equal(t, printed[0].Registered.Sign, r.Fiscal.Sign)
	require.Equal(t, money.Kopecks(275_80), s.Shift.Totals.SalesCash)
	require.Equal(t, 1, s.Shift.Totals.Receipts)
	moves, err := w.Store.StockOf(ctx, id)
	require.NoError(t, err)
	require.Equal(t, map[int]money.Millis{1: -2000, 2: -1000, 3: -1000, 4: -1000}, moves)
}

func numbers(r *till.Receipt) []int {
	var n []int
	for _, l := range r.Lines {
		n = append(n, l.No)
	}
	return n
}

func TestWhatIsShownIsOnDisk(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	for _, c := range []sale.Command{
		scan(saletest.Bread), scan(saletest.Bread), unit(saletest.Milk, 1), scan(saletest.Bag),
		sale.SetQuantity{Line: 1, Quantity: 3000}, sale.Discount{Line: 1, Percent: 500}, sale.Remove{Line: 3},
		sale.Pay{Kind: till.Card, Sum: 100_00}, sale.Unpay{}, sale.Pay{Kind: till.Cash, Sum: 300_00},
	} {
		x.Must(c)
		shown := x.Checked().Receipt
		require.Equal(t, rounded(shown), rounded(w.onDisk(t)), "after %T", c)
	}
}

// rounded is a receipt with the times that JSON keeps: without a time zone's name.
func rounded(r *till.Receipt) *till.Receipt {
	r = r.Clone()
	r.OpenedAt, r.ClosedAt = r.OpenedAt.UTC(), r.ClosedAt.UTC()
	for i := range r.Lines {
		r.Lines[i].Verdict.DataAt = r.Lines[i].Verdict.DataAt.UTC()
	}
	for i := range r.Payments {
		r.Payments[i].At = r.Payments[i].At.UTC()
	}
	if len(r.Payments) == 0 {
		r.Payments = nil
	}
	return r
}

func TestPayments(t *testing.T) {
	const due = 50_50 // a loaf and a bag
	cash := func(k money.Kopecks) sale.Command { return sale.Pay{Kind: till.Cash, Sum: k} }
	card := func(k money.Kopecks) sale.Command { return sale.Pay{Kind: till.Card, Sum: k} }
	cases := map[string]struct {
		pay     []sale.Command
		refused till.Code // of the last one
		change  money.Kopecks
		sent    fiscal.Payments
		drawer  money.Kopecks
	}{
		"exact cash gives no change":              {pay: []sale.Command{cash(due)}, sent: fiscal.Payments{Cash: due}, drawer: due},
		"more cash gives change":                  {pay: []sale.Command{cash(100_00)}, change: 49_50, sent: fiscal.Payments{Cash: 100_00}, drawer: due},
		"a card pays exactly":                     {pay: []sale.Command{card(due)}, sent: fiscal.Payments{Card: due}},
		"СБП goes where cards go":                 {pay: []sale.Command{sale.Pay{Kind: till.FastPay, Sum: due}}, sent: fiscal.Payments{Card: due}},
		"parts add up, change only from the cash": {pay: []sale.Command{card(20_00), cash(50_00)}, change: 19_50, sent: fiscal.Payments{Card: 20_00, Cash: 50_00}, drawer: 30_50},
		"two cards and cash":                      {pay: []sale.Command{card(10_00), card(10_50), cash(30_00)}, sent: fiscal.Payments{Card: 20_50, Cash: 30_00}, drawer: 30_00},
		"a card never pays more than is due":      {pay: []sale.Command{card(50_51)}, refused: till.PaymentCardOver},
		"nor what is left of it":                  {pay: []sale.Command{cash(50_00), card(51)}, refused: till.PaymentCardOver},
		"nothing is no payment":                   {pay: []sale.Command{cash(0)}, refused: till.PaymentBad},
		"nor is less than nothing":                {pay: []sale.Command{cash(-1)}, refused: till.PaymentBad},
		"a barcode typed as a sum is refused":     {pay: []sale.Command{cash(4600000000015)}, refused: till.PaymentBad},
		"an unknown way is refused":               {pay: []sale.Command{sale.Pay{Kind: 9, Sum: due}}, refused: till.PaymentBad},
		"paid is paid":                            {pay: []sale.Command{cash(due), cash(due)}, refused: till.ReceiptBusy},
		"a part is not enough to close":           {pay: []sale.Command{cash(50_49), sale.Close{}}, refused: till.PaymentShort},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Must(scan(saletest.Bread), scan(saletest.Bag))
			if c.refused != "" {
				x.Must(c.pay[:len(c.pay)-1]...)
				x.Refused(c.refused, c.pay[len(c.pay)-1])
				require.Empty(t, w.Printer.Of(fiscal.Sale))
				return
			}
			x.Must(c.pay...)
			require.Equal(t, till.Paid, x.Receipt().State)
			require.Equal(t, sale.StepPayment, x.Latest().Step)
			x.Must(sale.Close{})
			require.Equal(t, c.change, x.Latest().Last.Change)
			require.Equal(t, c.sent, w.Printer.Of(fiscal.Sale)[0].Document.Payments)
			require.Equal(t, c.drawer, w.Printer.Drawer())
			require.Equal(t, c.drawer, x.Latest().Shift.Totals.SalesCash)
			require.Equal(t, money.Kopecks(due)-c.drawer, x.Latest().Shift.Totals.SalesCard)
		})
	}
}

func TestPartsOfAPaymentCanBeTakenBackUntilAllIsPaid(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.Pay{Kind: till.Cash, Sum: 10_00})
	x.Refused(till.ReceiptBusy, scan(saletest.Bag))
	x.Must(sale.Unpay{}, scan(saletest.Bag))
	require.Equal(t, till.Open, x.Receipt().State)
	require.Empty(t, x.Receipt().Payments)
	x.Must(sale.Pay{Kind: till.Cash, Sum: 50_50})
	x.Refused(till.ReceiptBusy, sale.Unpay{})
}

func TestACardPaymentKeepsAReceiptFromBeingCancelled(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.Pay{Kind: till.Card, Sum: 10_00})
	x.Refused(till.ReceiptBusy, sale.Cancel{})
	x.Must(sale.Unpay{}, sale.Pay{Kind: till.Cash, Sum: 45_50})
	id := x.Receipt().ID
	x.Must(sale.Cancel{Reason: "раздумал"})
	require.Nil(t, x.Latest().Receipt)
	r, err := w.Store.Receipt(ctx, id)
	require.NoError(t, err)
	require.Equal(t, till.Cancelled, r.State)
	require.Empty(t, w.Printer.Of(fiscal.Sale))
	require.Zero(t, x.Latest().Shift.Totals.SalesCash)
	x.Refused(till.ReceiptMissing, sale.Cancel{})
}

func TestLines(t *testing.T) {
	two := []sale.Command{scan(saletest.Bread), scan(saletest.Bag)}
	quantity := func(line int, q money.Millis) sale.Command { return sale.SetQuantity{Line: line, Quantity: q} }
	cases := map[string]struct {
		do      []sale.Command
		refused till.Code // of the last one
		total   money.Kopecks
	}{
		"quantity multiplies":                       {do: []sale.Command{quantity(1, 3000)}, total: 141_50},
		"pieces are whole":                          {do: []sale.Command{quantity(1, 1500)}, refused: till.QuantityBad, total: 50_50},
		"nothing is no quantity":                    {do: []sale.Command{quantity(1, 0)}, refused: till.QuantityBad, total: 50_50},
		"99 pieces are a line":                      {do: []sale.Command{quantity(2, 99_000)}, total: 45_50 + 99*5_00},
		"100 are a slip of the finger":              {do: []sale.Command{quantity(2, 100_000)}, refused: till.QuantityLarge, total: 50_50},
		"the hundredth scan too":                    {do: []sale.Command{quantity(2, 99_000), scan(saletest.Bag)}, refused: till.QuantityLarge, total: 45_50 + 99*5_00},
		"no such line":                              {do: []sale.Command{quantity(3, 1000)}, refused: till.LineMissing, total: 50_50},
		"a discount is rounded to a kopeck":         {do: []sale.Command{sale.Discount{Line: 1, Percent: 333}}, total: 50_50 - 1_52},
		"it follows the quantity":                   {do: []sale.Command{sale.Discount{Line: 1, Percent: 1000}, quantity(1, 2000)}, total: 91_00 - 9_10 + 5_00},
		"and one more scan":                         {do: []sale.Command{sale.Discount{Line: 1, Percent: 1000}, scan(saletest.Bread)}, total: 91_00 - 9_10 + 5_00},
		"it can be taken away":                      {do: []sale.Command{sale.Discount{Line: 1, Percent: 1000}, sale.Discount{Line: 1}}, total: 50_50},
		"down to the floor":                         {do: []sale.Command{sale.Discount{Line: 2, Percent: 1000}}, total: 50_00},
		"not below the shop's floor":                {do: []sale.Command{sale.Discount{Line: 2, Percent: 1020}}, refused: till.DiscountBad, total: 50_50},
		"no more than all":                          {do: []sale.Command{sale.Discount{Line: 1, Percent: 10001}}, refused: till.DiscountBad, total: 50_50},
		"no surcharge":                              {do: []sale.Command{sale.Discount{Line: 1, Percent: -1}}, refused: till.DiscountBad, total: 50_50},
		"a removed line costs nothing":              {do: []sale.Command{sale.Remove{Line: 1}}, total: 5_00},
		"and is gone":                               {do: []sale.Command{sale.Remove{Line: 1}, sale.Remove{Line: 1}}, refused: till.LineMissing, total: 5_00},
		"its number is never used again":            {do: []sale.Command{sale.Remove{Line: 2}, scan(saletest.Bag), sale.Remove{Line: 3}}, total: 45_50},
		"a removed line cannot be selected":         {do: []sale.Command{sale.Remove{Line: 2}, sale.Select{Line: 2}}, refused: till.LineMissing, total: 45_50},
		"a receipt of removed lines cannot be paid": {do: []sale.Command{sale.Remove{Line: 1}, sale.Remove{Line: 2}, sale.Pay{Kind: till.Cash, Sum: 1}}, refused: till.ReceiptEmpty, total: 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Must(two...)
			last := len(c.do) - 1
			x.Must(c.do[:last]...)
			if c.refused != "" {
				x.Refused(c.refused, c.do[last])
			} else {
				x.Must(c.do[last])
			}
			require.Equal(t, c.total, x.Receipt().Total())
			require.Equal(t, c.total, w.onDisk(t).Total())
		})
	}
}

func TestGoodsThatCannotBeSoldShowAStop(t *testing.T) {
	cases := map[string]struct {
		scan sale.Command
		code till.Code
	}{
		"unknown barcode":             {scan("4609999999990"), till.ItemUnknown},
		"unknown item of a tile":      {sale.AddItem{ItemID: "none"}, till.ItemUnknown},
		"no price":                    {scan(saletest.NoPrice), till.ItemNoPrice},
		"no rate of VAT":              {scan(saletest.NoVAT), till.ItemNoVAT},
		"weight goods without weight": {scan(saletest.Cheese), till.ItemNeedsWeight},
		"a label with zero grams":     {sale.Scan{Raw: saletest.Label(saletest.CheesePLU, 0)}, till.ItemNeedsWeight},
		"a label with 31 kg":          {sale.Scan{Raw: saletest.Label(saletest.CheesePLU, 31_000)}, till.QuantityLarge},
		"a label of an unknown item":  {sale.Scan{Raw: saletest.Label("00999", 500)}, till.ItemUnknown},
		"half a marking code":         {sale.Scan{Raw: []byte("0104612345678903215abCd;")}, till.MarkIncomplete},
		"a code of an unknown item":   {unit("4609999999990", 1), till.ItemUnknown},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Refused(c.code, c.scan)
			require.Equal(t, c.code, x.Latest().Stop.Code)
			require.Nil(t, x.Latest().Receipt)
			x.Must(sale.Dismiss{})
			require.Nil(t, x.Latest().Stop)
			x.Must(scan(saletest.Bread))
		})
	}
}

func TestALabelOfScalesAddsItsWeight(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(sale.Scan{Raw: saletest.Label(saletest.CheesePLU, 313)}, sale.Scan{Raw: saletest.Label(saletest.CheesePLU, 250)})
	r := x.Receipt()
	require.Len(t, r.Lines, 2, "two portions are two lines")
	require.Equal(t, money.Millis(313), r.Lines[0].Quantity)
	require.Equal(t, money.Kopecks(250_37), r.Lines[0].Sum())
	x.Must(sale.SetQuantity{Line: 1, Quantity: 314})
	x.PayAll()
	require.Len(t, w.Printer.Of(fiscal.Sale), 1)
}

func TestAnEmptyScanAndAnEndlessOneAreNotRead(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Refused(till.ScanUnreadable, scan(""))
	x.Refused(till.ScanUnreadable, sale.Scan{Raw: make([]byte, 1<<20)})
	require.Equal(t, sale.NoticeRefused, x.Latest().Notice.Code)
}

func TestCashIsMovedWithinTheDrawer(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(sale.MoveCash{Kind: till.CashIn, Sum: 1000_00, Reason: "размен"})
	x.Refused(till.DrawerShort, sale.MoveCash{Kind: till.CashOut, Sum: 1000_01})
	x.Must(sale.MoveCash{Kind: till.CashOut, Sum: 400_00})
	x.Refused(till.PaymentBad, sale.MoveCash{Kind: till.CashIn, Sum: 0})
	x.Refused(till.PaymentBad, sale.MoveCash{Kind: 3, Sum: 1})
	require.Equal(t, money.Kopecks(600_00), w.Printer.Drawer())
	require.Equal(t, money.Kopecks(1000_00), x.Latest().Shift.Totals.CashIn)
	require.Equal(t, money.Kopecks(400_00), x.Latest().Shift.Totals.CashOut)
	docs, err := w.Store.DocumentsSince(ctx, time.Time{})
	require.NoError(t, err)
	require.Equal(t, "размен", docs[1].Reason)
}

func TestSnapshotsAreNotChangedAfterwards(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread))
	before := x.Latest()
	total := before.Receipt.Total()
	x.Must(scan(saletest.Bread), sale.Discount{Line: 1, Percent: 1000}, sale.Suspend{Comment: "за сумкой"})
	require.Equal(t, total, before.Receipt.Total())
	require.Len(t, before.Receipt.Lines, 1)
	require.Equal(t, money.Unit, before.Receipt.Lines[0].Quantity)
	require.Empty(t, before.Suspended)
}

func TestACommandAfterTheEndIsAnError(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Kill()
	require.ErrorIs(t, x.Do(ctx, scan(saletest.Bread)), sale.ErrStopped)
}
