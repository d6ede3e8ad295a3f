package sale_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

func TestADayFromOpeningToZ(t *testing.T) {
	w := newWorld(t)
	x := w.Start(t)
	require.Equal(t, sale.RecoverNothing, x.Recovered().Outcome)
	require.Equal(t, sale.StepLogin, x.Latest().Step)
	x.Refused(till.LoginNeeded, sale.OpenShift{})
	x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN})
	require.Equal(t, sale.StepShift, x.Latest().Step)
	for _, c := range []sale.Command{scan(saletest.Bread), sale.AddItem{}, sale.MoveCash{Kind: till.CashIn, Sum: 1}, sale.CloseShift{}, sale.StartReturn{}} {
		x.Refused(till.ShiftClosed, c)
	}
	x.Must(sale.OpenShift{})
	require.Equal(t, sale.StepSale, x.Latest().Step)
	require.Equal(t, sale.NoticeShiftOpened, x.Latest().Notice.Code)
	x.Refused(till.ShiftOpen, sale.OpenShift{})
	x.Must(scan(saletest.Bread))
	x.Refused(till.ReceiptOpenStill, sale.CloseShift{})
	x.PayAll()
	x.Must(sale.ReportX{}, sale.CloseShift{})
	s := x.Latest()
	require.Equal(t, sale.StepShift, s.Step)
	require.False(t, s.Shift.Open)
	require.Equal(t, money.Kopecks(45_50), s.Shift.Totals.SalesCash)
	require.Equal(t, saletest.Cashier, s.Shift.Totals.OpenedBy)
	require.Equal(t, saletest.Cashier, s.Shift.Totals.ClosedBy)
	var kinds []fiscal.Kind
	for _, d := range w.Printer.Documents() {
		kinds = append(kinds, d.Document.Kind)
	}
	require.Equal(t, []fiscal.Kind{fiscal.OpenShift, fiscal.Sale, fiscal.XReport, fiscal.CloseShift}, kinds)

	x.Must(sale.OpenShift{})
	require.Equal(t, 2, x.Latest().Shift.Number)
	require.Zero(t, x.Latest().Shift.Totals.SalesCash, "a new shift counts from nothing")
}

func TestTheNewestShiftIsTheOneOpenedLastWhateverTheClocksSay(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(sale.CloseShift{})
	w.Clock.Advance(-3 * time.Hour) // the printer's clock was set back
	x.Must(sale.OpenShift{})
	x = w.restart(t, x)
	x.Recovered()
	require.Equal(t, 2, x.Latest().Shift.Number)
	require.True(t, x.Latest().Shift.Open)
}

func TestLockingKeepsTheReceipt(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.Logout{})
	require.Equal(t, sale.StepLogin, x.Latest().Step)
	x.Refused(till.LoginNeeded, scan(saletest.Bread))
	x.Refused(till.LoginWrong, sale.Login{Person: "Анна", PIN: "1111"})
	x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN})
	require.Equal(t, sale.StepSale, x.Latest().Step)
	x.PayAll()
}

func TestLockingWhileThePrinterWorksChangesNothing(t *testing.T) {
	for name, c := range map[string]sale.Command{
		"X report": sale.ReportX{}, "cash": sale.MoveCash{Kind: till.CashIn, Sum: 1}, "Z": sale.CloseShift{}, "sale": sale.Close{},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			if name == "sale" {
				x.Must(scan(saletest.Bread), sale.Pay{Kind: till.Cash, Sum: 45_50})
			}
			before := len(w.Printer.Documents())
			at, goOn := make(chan struct{}), make(chan struct{})
			open := sync.OnceFunc(func() { close(goOn) })
			defer open()
			w.Printer.Hook(func(m saletest.Moment) bool {
				if m == saletest.Marked {
					close(at)
					<-goOn
				}
				return false
			})
			done := make(chan error)
			go func() { done <- x.Try(c) }()
			<-at
			s := x.Until("the document", func(s sale.Snapshot) bool { return s.Printing.Active })
			require.Equal(t, sale.StepPrinting, s.Step)
			x.Refused(till.ReceiptBusy, scan(saletest.Bread))
			x.Must(sale.Logout{})
			open()
			require.NoError(t, <-done)
			docs := w.Printer.Documents()
			require.Len(t, docs, before+1)
			require.Equal(t, "Анна", docs[before].Document.Operator.Name)
			require.False(t, x.Latest().Printing.Active)
		})
	}
}

func TestWrongPINsAreCountedOverRestarts(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.Store.AddPerson(ctx, saletest.Cashier, saletest.PIN))
	w.Staff = w.Store
	wrong := sale.Login{Person: "Анна", PIN: "9999"}
	right := sale.Login{Person: "Анна", PIN: saletest.PIN}
	x := w.Start(t)
	x.Recovered()
	require.Equal(t, []till.Person{saletest.Cashier}, x.Latest().People)
	x.Refused(till.LoginWrong, wrong)
	require.Equal(t, []string{"login-wrong", "4"}, x.Latest().Notice.Args, "and how many tries are left")
	x.Refused(till.LoginWrong, sale.Login{Person: "Никто", PIN: saletest.PIN})
	x.Refused(till.LoginWrong, wrong)
	x.Refused(till.LoginWrong, wrong)

	w.reopen(t, x)
	w.Staff = w.Store
	x = w.Start(t)
	x.Recovered()
	x.Refused(till.LoginWrong, wrong)
	x.Refused(till.LoginPaused, wrong)
	require.Equal(t, w.Clock.Now().Add(30*time.Second).UnixMilli(), x.Latest().LoginWait.UnixMilli())
	x.Refused(till.LoginPaused, right)
	w.Clock.Advance(30*time.Second - time.Millisecond)
	x.Refused(till.LoginPaused, right)
	w.Clock.Advance(time.Millisecond)
	x.Refused(till.LoginPaused, wrong) // the sixth: a minute now
	w.Clock.Advance(time.Minute)
	x.Must(right)
	require.Zero(t, x.Latest().LoginWait)
	x.Must(sale.Logout{})
	x.Refused(till.LoginWrong, wrong)
	require.Equal(t, "4", x.Latest().Notice.Args[1], "counting begins anew")
	for _, body := range w.entries(t, "login-refused") {
		require.NotContains(t, body, "9999")
	}
}

func TestAShiftOver24HoursIsClosedAndTheReceiptGoesOnInTheNext(t *testing.T) {
	for name, state := range map[string]till.State{"an open one": till.Open, "a paid one": till.Paid} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Must(scan(saletest.Bread))
			id := x.Receipt().ID
			if state == till.Paid {
				x.Must(sale.Pay{Kind: till.Card, Sum: 45_50})
			}
			w.Clock.Advance(24*time.Hour - time.Millisecond)
			x.Must(sale.Select{Line: 1})
			require.False(t, x.Latest().Shift.Expired)
			w.Clock.Advance(time.Millisecond)
			x.Must(sale.Select{Line: 1})
			s := x.Latest()
			require.True(t, s.Shift.Expired)
			require.Equal(t, sale.StepShift, s.Step)
			require.NotNil(t, s.Receipt, "the cart is kept")
			x.Refused(till.ShiftExpired, scan(saletest.Bread))
			x.Refused(till.ShiftExpired, sale.Pay{Kind: till.Cash, Sum: 1})
			x.Refused(till.ShiftExpired, sale.MoveCash{Kind: till.CashIn, Sum: 1})
			if state == till.Paid {
				x.Refused(till.ShiftExpired, sale.Close{})
				require.Equal(t, till.ShiftExpired, x.Receipt().Failure)
			}
			x.Must(sale.CloseShift{}, sale.OpenShift{})
			require.Equal(t, state, x.Receipt().State)
			if state == till.Paid {
				x.Must(sale.Close{})
			} else {
				x.PayAll()
			}
			require.Equal(t, 2, w.closed(t, id).Shift)
			require.Equal(t, 1, x.Latest().Shift.Totals.Receipts)
			require.Len(t, w.Printer.Of(fiscal.Sale), 1)
		})
	}
}

func TestAnExpiredReceiptCanBePutAside(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread))
	w.Clock.Advance(25 * time.Hour)
	x.Must(sale.Suspend{}, sale.CloseShift{})
	require.Len(t, x.Latest().Suspended, 1)
}

func TestAShiftThatWasOpenedAtThePrinterIsTakenOver(t *testing.T) {
	w := newWorld(t)
	w.Printer.Foreign(fiscal.Document{Kind: fiscal.OpenShift})
	x := w.Open(t)
	require.Equal(t, 1, x.Latest().Shift.Number)
	require.Len(t, w.Printer.Documents(), 1, "nothing was printed for it")
	x.Must(scan(saletest.Bread))
	x.PayAll()
}

func TestAShiftThatWasClosedAtThePrinterIsNoticed(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.Pay{Kind: till.Card, Sum: 45_50})
	w.Printer.Foreign(fiscal.Document{Kind: fiscal.CloseShift})
	x.Refused(till.ShiftClosed, sale.Close{})
	x = w.restart(t, x)
	r := x.Recovered()
	require.Equal(t, sale.Recovered{Outcome: sale.RecoverNeedsPerson, ReceiptID: x.Receipt().ID, Reason: till.ShiftClosed}, r)
	x.Until("the printer's word", func(s sale.Snapshot) bool { return !s.Shift.Open })
	x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN})
	require.Equal(t, sale.StepShift, x.Latest().Step)
	x.Must(sale.OpenShift{})
	require.Equal(t, sale.StepPayment, x.Latest().Step)
	x.Must(sale.Close{})
	require.Len(t, w.Printer.Of(fiscal.Sale), 1)
}

func TestAnotherDriveGetsNoDocumentOfThisShift(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Must(scan(saletest.Bread), sale.Pay{Kind: till.Cash, Sum: 45_50})
	w.Printer.ReplaceDrive("9999078900002222")
	for _, c := range []sale.Command{sale.Close{}, sale.ReportX{}, sale.MoveCash{Kind: till.CashIn, Sum: 1}} {
		x.Refused(till.PrinterForeign, c)
	}
	require.Equal(t, till.PrinterForeign, x.Receipt().Failure)
	require.Len(t, w.Printer.Documents(), 1)

	// Whoever replaced it opens a new shift on it, when it is the same organisation's.
	w.Printer.SetINN("7700000017")
	x.Refused(till.PrinterForeign, sale.OpenShift{})
	w.Printer.SetINN(saletest.INN)
	x.Must(sale.OpenShift{}, sale.Close{})
	require.Equal(t, "9999078900002222", w.Printer.Of(fiscal.Sale)[0].Registered.Drive)
}

func TestAnotherOrganisationsPrinterOpensNoShift(t *testing.T) {
	w := newWorld(t)
	w.Printer.SetINN("7700000017")
	x := w.Start(t)
	x.Recovered()
	x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN})
	x.Refused(till.PrinterForeign, sale.OpenShift{})
	require.Empty(t, w.Printer.Documents())
}

// late keeps the answer to the first question about the state back.
type late struct {
	*saletest.Printer
	asked, answer chan struct{}
	second        atomic.Bool
}

func (l *late) Status(ctx context.Context) (fiscal.Status, error) {
	s, err := l.Printer.Status(ctx)
	if !l.second.Swap(true) {
		close(l.asked)
		<-l.answer
	}
	return s, err
}

func TestAStateFromBeforeADocumentIsOldNews(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Kill()
	w.Clock.Advance(25 * time.Hour)
	l := &late{Printer: w.Printer, asked: make(chan struct{}), answer: make(chan struct{})}
	open := sync.OnceFunc(func() { close(l.answer) })
	defer open()
	w.Device = l
	x = w.Start(t)
	<-l.asked // it says that the shift is over 24 hours
	x.Recovered()
	x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN}, sale.CloseShift{}, sale.OpenShift{})
	open()
	x.Must(scan(saletest.Bread))
	x.PayAll()
	require.True(t, x.Latest().Shift.Open)
	require.False(t, x.Latest().Shift.Expired)
}
