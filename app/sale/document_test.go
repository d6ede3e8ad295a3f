package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

// paidReceipt is a till with a loaf on the receipt, paid in cash.
func paidReceipt(t *testing.T, w *world) *saletest.Till {
	t.Helper()
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.Pay{Kind: till.Cash, Sum: 50_00})
	return x
}

func TestWhatThePrinterDoesDecidesAboutThePaidReceipt(t *testing.T) {
	refuses := func(p fiscal.Problem) saletest.Try { return saletest.Try{Fate: saletest.Refuses, Problem: p} }
	loses := saletest.Try{Fate: saletest.LosesBefore}
	cases := map[string]struct {
		tries   []saletest.Try
		code    till.Code // of Close, "" when it succeeds
		printed int
		owed    bool
	}{
		"formed":                     {nil, "", 1, false},
		"formed, the paper is owed":  {[]saletest.Try{{Fate: saletest.Forms, PaperOwed: true}}, "", 1, true},
		"no paper":                   {[]saletest.Try{refuses(fiscal.ProblemPaper)}, till.PrinterPaper, 0, false},
		"cover open":                 {[]saletest.Try{refuses(fiscal.ProblemCover)}, till.PrinterCover, 0, false},
		"busy":                       {[]saletest.Try{refuses(fiscal.ProblemBusy)}, till.PrinterBusy, 0, false},
		"the drive is full":          {[]saletest.Try{refuses(fiscal.ProblemDrive)}, till.PrinterService, 0, false},
		"nothing sent to the ОФД":    {[]saletest.Try{refuses(fiscal.ProblemOFD)}, till.OFDOverdue, 0, false},
		"refused for another reason": {[]saletest.Try{refuses(fiscal.ProblemRefused)}, till.PrinterRefused, 0, false},
		"silent once":                {[]saletest.Try{loses}, "", 1, false},
		"silent twice":               {[]saletest.Try{loses, loses}, till.PrinterSilent, 0, false},
		"silent, then no paper":      {[]saletest.Try{loses, refuses(fiscal.ProblemPaper)}, till.PrinterPaper, 0, false},
		"unclear, not formed":        {[]saletest.Try{{Fate: saletest.UnclearBefore}}, till.PrinterUnclear, 0, false},
		"unclear, formed":            {[]saletest.Try{{Fate: saletest.UnclearAfter}}, till.PrinterUnclear, 1, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := paidReceipt(t, w)
			id := x.Receipt().ID
			w.Printer.Next(c.tries...)
			if c.code == "" {
				x.Must(sale.Close{})
			} else {
				x.Refused(c.code, sale.Close{})
			}
			require.Len(t, w.Printer.Of(fiscal.Sale), c.printed)
			s := x.Latest()
			switch {
			case c.code == "":
				require.Equal(t, c.owed, s.Last.PaperOwed)
				w.closed(t, id)
				return
			case c.code == till.PrinterUnclear:
				require.Equal(t, till.Unknown, s.Receipt.State)
				require.Equal(t, sale.StepUnknown, s.Step)
				for _, c := range []sale.Command{sale.Close{}, sale.Cancel{}, scan(saletest.Bread), sale.MoveCash{Kind: till.CashIn, Sum: 1}, sale.CloseShift{}} {
					x.Refused(till.PrinterUnclear, c)
				}
				err := x.Try(sale.Settle{})
				require.Equal(t, c.printed == 0, err != nil, "settling tells: %v", err)
			default:
				require.Equal(t, till.Paid, s.Receipt.State)
				require.Equal(t, c.code, s.Receipt.Failure)
				require.Equal(t, sale.StepPayment, s.Step)
			}
			if c.printed == 0 {
				require.Equal(t, till.Paid, x.Receipt().State)
				require.Equal(t, rounded(x.Receipt()), rounded(w.onDisk(t)))
				x.Must(sale.Close{}) // the retry
			}
			require.Len(t, w.Printer.Of(fiscal.Sale), 1)
			require.Equal(t, w.Printer.Of(fiscal.Sale)[0].Registered.Sign, w.closed(t, id).Fiscal.Sign)
			require.Equal(t, money.Kopecks(45_50), w.Printer.Drawer())
			require.Equal(t, money.Kopecks(45_50), x.Latest().Shift.Totals.SalesCash)
		})
	}
}

func TestASecondTryIsMadeOnce(t *testing.T) {
	w := newWorld(t)
	x := paidReceipt(t, w)
	received := 0
	w.Printer.Hook(func(m saletest.Moment) bool {
		if m == saletest.Received {
			received++
		}
		return false
	})
	w.Printer.Silence(true)
	x.Refused(till.PrinterSilent, sale.Close{})
	require.Zero(t, received, "a printer that does not tell where it stands gets nothing")
	w.Printer.Silence(false)
	w.Printer.Next(saletest.Try{Fate: saletest.LosesBefore}, saletest.Try{Fate: saletest.LosesBefore}, saletest.Try{Fate: saletest.LosesBefore})
	x.Refused(till.PrinterSilent, sale.Close{})
	require.Equal(t, 2, received)
}

func TestADriveThatHasMovedOnGetsNoSecondTry(t *testing.T) {
	w := newWorld(t)
	x := paidReceipt(t, w)
	w.Printer.Next(saletest.Try{Fate: saletest.LosesBefore})
	w.Printer.Hook(func(m saletest.Moment) bool {
		if m == saletest.Received {
			w.Printer.Hook(nil)
			w.Printer.Foreign(fiscal.Document{Kind: fiscal.CloseShift})
		}
		return false
	})
	x.Refused(till.PrinterUnclear, sale.Close{})
	require.Equal(t, till.Unknown, x.Receipt().State)
	require.Empty(t, w.Printer.Of(fiscal.Sale))
}

func TestAnUnknownDocumentIsAskedForUntilItsFateIsKnown(t *testing.T) {
	for name, fate := range map[string]saletest.Fate{"it was formed": saletest.UnclearAfter, "it was not": saletest.UnclearBefore} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Settings.SettleEvery = time.Millisecond
			x := paidReceipt(t, w)
			id := x.Receipt().ID
			w.Printer.Next(saletest.Try{Fate: fate})
			w.Printer.SettleUnclear(3)
			x.Refused(till.PrinterUnclear, sale.Close{})
			s := x.Until("an answer", func(s sale.Snapshot) bool { return s.Step != sale.StepUnknown && !s.Printing.Active })
			if fate == saletest.UnclearAfter {
				require.Nil(t, s.Receipt)
				require.Equal(t, sale.NoticeReceiptClosed, s.Notice.Code)
				w.closed(t, id)
			} else {
				require.Equal(t, till.Paid, s.Receipt.State)
				require.Equal(t, sale.NoticeRefused, s.Notice.Code, "the person who waits is told")
			}
			require.Len(t, w.entries(t, "unknown"), 1, "what is not known is journalled once, not at every question")
		})
	}
}

func TestSomebodyElsesDocumentLeavesOursUnknown(t *testing.T) {
	w := newWorld(t)
	x := paidReceipt(t, w)
	w.Printer.Next(saletest.Try{Fate: saletest.UnclearAfter})
	x.Refused(till.PrinterUnclear, sale.Close{})
	w.Printer.Foreign(fiscal.Document{Kind: fiscal.CloseShift})
	x.Refused(till.PrinterUnclear, sale.Settle{})
	require.Equal(t, sale.StepUnknown, x.Latest().Step)
	require.Len(t, w.Printer.Of(fiscal.Sale), 1)
}

func TestOtherDocumentsAreSettledToo(t *testing.T) {
	cases := map[string]struct {
		do   sale.Command
		kind fiscal.Kind
	}{
		"cash in": {sale.MoveCash{Kind: till.CashIn, Sum: 10_00}, fiscal.CashIn},
		"Z":       {sale.CloseShift{}, fiscal.CloseShift},
	}
	for name, c := range cases {
		for fate, formed := range map[saletest.Fate]bool{saletest.UnclearAfter: true, saletest.UnclearBefore: false} {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t)
				x := w.Open(t)
				w.Printer.Next(saletest.Try{Fate: fate})
				x.Refused(till.PrinterUnclear, c.do)
				require.Equal(t, sale.StepUnknown, x.Latest().Step)
				x.Refused(till.PrinterUnclear, scan(saletest.Bread))
				err := x.Try(sale.Settle{})
				require.Equal(t, formed, err == nil, "%v", err)
				if !formed {
					x.Must(c.do)
				}
				require.Len(t, w.Printer.Of(c.kind), 1)
				require.Equal(t, w.Printer.Drawer(), x.Latest().Shift.Totals.CashIn)
				require.Equal(t, c.kind != fiscal.CloseShift, x.Latest().Shift.Open)
			})
		}
	}
}

func TestOwedPaperIsPrintedWhenThePrinterCan(t *testing.T) {
	w := newWorld(t)
	w.Settings.Poll = time.Millisecond
	x := paidReceipt(t, w)
	w.Printer.Next(saletest.Try{Fate: saletest.Forms, PaperOwed: true})
	x.Must(sale.Close{})
	x.Until("the paper", func(s sale.Snapshot) bool { return s.Last != nil && !s.Last.PaperOwed })
}

func TestTheModuleIsToldWhatWasSoldAlsoLater(t *testing.T) {
	w := newWorld(t)
	w.Settings.Poll = time.Millisecond
	w.Module.Set(0, marking.FaultUnreachable)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1, 2)
	id := x.Receipt().ID
	x.PayAll()
	require.Equal(t, 2, x.Latest().Lights.Queue)
	x.Must(sale.StartReturn{ReceiptID: id, Lines: []int{2}})
	x.PayAll()
	require.Equal(t, 3, x.Latest().Lights.Queue)
	require.Empty(t, w.Module.Told())

	x = w.restart(t, x)
	x.Recovered()
	require.Equal(t, 3, x.Latest().Lights.Queue, "the queue survives a restart")
	w.Module.Set(0, marking.FaultNone)
	require.Equal(t, []saletest.Told{
		{KI: saletest.KI(saletest.Milk, 1)}, {KI: saletest.KI(saletest.Milk, 2)}, {KI: saletest.KI(saletest.Milk, 2), Returned: true},
	}, told(t, w, x))
	untold, err := w.Store.Untold(ctx, 10)
	require.NoError(t, err)
	require.Empty(t, untold)
}
