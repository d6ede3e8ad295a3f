package sale_test

import (
	"fmt"
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

// journalled is the moment after the last one of the printer: the result is on disk.
const journalled saletest.Moment = 100

// dropAt drops the engine at a moment of the printer's work, once.
func dropAt(w *world, x *saletest.Till, at saletest.Moment) {
	w.Printer.Hook(func(m saletest.Moment) bool {
		if m != at {
			return false
		}
		w.Printer.Hook(nil)
		x.Drop()
		return true
	})
}

// act is a command that makes a document, with what has to be there before it.
type act struct {
	kind    fiscal.Kind
	prepare func(x *saletest.Till)
	do      sale.Command
	receipt bool // the document is of a receipt
}

// acts are the documents of a till. Each begins with an open shift and a sold receipt of a loaf and a unit.
func acts() map[string]act {
	pay := func(x *saletest.Till) { x.Must(sale.Pay{Kind: till.Cash, Sum: x.Receipt().Due()}) }
	return map[string]act{
		"opening a shift": {fiscal.OpenShift, func(x *saletest.Till) { x.Must(sale.CloseShift{}) }, sale.OpenShift{}, false},
		"a sale": {fiscal.Sale, func(x *saletest.Till) {
			x.Must(scan(saletest.Bread))
			x.ScanUnit(saletest.Milk, 2)
			pay(x)
		}, sale.Close{}, true},
		"a return": {fiscal.Return, func(x *saletest.Till) {
			x.Must(sale.StartReturn{ReceiptID: x.Latest().Last.ReceiptID})
			pay(x)
		}, sale.Close{}, true},
		"cash in": {fiscal.CashIn, func(*saletest.Till) {}, sale.MoveCash{Kind: till.CashIn, Sum: 100_00, Reason: "размен"}, false},
		"Z":       {fiscal.CloseShift, func(*saletest.Till) {}, sale.CloseShift{}, false},
	}
}

// soldOne is a till that has sold a loaf and a unit of milk.
func soldOne(t *testing.T, w *world) *saletest.Till {
	t.Helper()
	x := w.Open(t)
	x.Must(scan(saletest.Bread))
	x.ScanUnit(saletest.Milk, 1)
	x.PayAll()
	told(t, w, x)
	return x
}

func TestADroppedEngineIsFollowedByOneThatFinishes(t *testing.T) {
	moments := []struct {
		name string
		at   saletest.Moment
		// outcome of the next start, for a document of a receipt and for another
		receipt, other sale.RecoverOutcome
		exists         bool // the document, before the next start
	}{
		{"asked where the drive stands", saletest.Marked, sale.RecoverCompleted, sale.RecoverNothing, false},
		{"journalled, not sent", saletest.Received, sale.RecoverCompleted, sale.RecoverCancelled, false},
		{"sent, not formed", saletest.Forming, sale.RecoverCompleted, sale.RecoverCancelled, false},
		{"formed, not journalled", saletest.Formed, sale.RecoverPrintedAlready, sale.RecoverPrintedAlready, true},
		{"journalled", journalled, sale.RecoverNothing, sale.RecoverNothing, true},
	}
	for name, a := range acts() {
		for _, m := range moments {
			t.Run(name+", "+m.name, func(t *testing.T) {
				w := newWorld(t)
				x := soldOne(t, w)
				a.prepare(x)
				before := len(w.Printer.Of(a.kind))
				var id string
				if a.receipt {
					id = x.Receipt().ID
				}
				if m.at == journalled {
					x.Must(a.do)
				} else {
					dropAt(w, x, m.at)
					require.Error(t, x.Try(a.do))
				}
				require.Equal(t, m.exists, len(w.Printer.Of(a.kind)) == before+1)

				x = w.restart(t, x)
				got := x.Recovered()
				want := m.other
				if a.receipt {
					want = m.receipt
				}
				require.Equal(t, want, got.Outcome)
				require.Empty(t, got.Reason)
				if want == sale.RecoverCompleted || want == sale.RecoverPrintedAlready {
					require.Equal(t, id, got.ReceiptID)
				}
				require.Equal(t, sale.StepLogin, x.Latest().Step)
				require.Nil(t, x.Latest().Cashier, "nobody is logged in by a recovery")
				x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN})
				if !a.receipt && !m.exists {
					x.Must(a.do)
				}
				require.Len(t, w.Printer.Of(a.kind), before+1, "exactly one document")
				requireAgreement(t, w, x)
				if id != "" {
					require.Equal(t, w.Printer.Of(a.kind)[before].Registered.Sign, w.closed(t, id).Fiscal.Sign)
				}
			})
		}
	}
}

// requireAgreement compares journal, printer, stock, code news and the shift's sums: every document stands
// in both, receipts and documents tell the same sums, goods moved once, each code's news were told once.
func requireAgreement(t *testing.T, w *world, x *saletest.Till) {
	t.Helper()
	saved, err := w.Store.Load(ctx)
	require.NoError(t, err)
	require.Nil(t, saved.Pending)
	docs, err := w.Store.DocumentsSince(ctx, time.Time{})
	require.NoError(t, err)
	var formed []fiscal.Registered
	for _, d := range docs {
		require.False(t, d.Open)
		if d.Formed {
			formed = append(formed, d.Result)
		}
	}
	var printed []fiscal.Registered
	var drawer money.Kopecks
	for _, d := range w.Printer.Documents() {
		printed = append(printed, d.Registered)
		if d.Document.ReceiptID != "" {
			r := w.closed(t, d.Document.ReceiptID)
			require.Equal(t, d.Document.Total(), r.Total())
			moves, err := w.Store.StockOf(ctx, r.ID)
			require.NoError(t, err)
			require.Len(t, moves, r.Positions())
		}
		switch d.Document.Kind {
		case fiscal.Sale:
			drawer += d.Document.Total() - d.Document.Payments.Card
		case fiscal.Return:
			drawer -= d.Document.Payments.Cash
		case fiscal.CashIn:
			drawer += d.Document.Sum
		case fiscal.CashOut:
			drawer -= d.Document.Sum
		}
	}
	require.Equal(t, len(printed), len(formed))
	for i := range printed {
		require.Equal(t, printed[i].Document, formed[i].Document)
		require.Equal(t, printed[i].Sign, formed[i].Sign)
	}
	require.Equal(t, drawer, w.Printer.Drawer())
	receipts, err := w.Store.ReceiptsSince(ctx, time.Time{})
	require.NoError(t, err)
	var news []saletest.Told
	for _, r := range receipts {
		if r.State != till.Closed {
			continue
		}
		for _, l := range r.Lines {
			if !l.Removed && !l.Mark.IsZero() {
				news = append(news, saletest.Told{KI: l.Mark.KI(), Returned: r.Kind == till.Return})
			}
		}
	}
	require.ElementsMatch(t, news, w.news(), "each code's news are written once")
	// A till that dies between telling and noting it tells again: telling is idempotent.
	heard := map[saletest.Told]bool{}
	for _, n := range told(t, w, x) {
		heard[n] = true
	}
	for _, n := range news {
		require.True(t, heard[n], "%v", n)
	}
	require.Len(t, heard, len(news))
}

func TestARecoveryThatIsCutOffGoesOnAtTheNextStart(t *testing.T) {
	for _, first := range []saletest.Moment{saletest.Marked, saletest.Received, saletest.Forming, saletest.Formed} {
		for _, second := range []saletest.Moment{saletest.Marked, saletest.Received, saletest.Forming, saletest.Formed} {
			t.Run(fmt.Sprint(first, " then ", second), func(t *testing.T) {
				w := newWorld(t)
				x := soldOne(t, w)
				acts()["a sale"].prepare(x)
				dropAt(w, x, first)
				require.Error(t, x.Try(sale.Close{}))

				w.reopen(t, x)
				var next *saletest.Till
				started := make(chan struct{})
				w.Printer.Hook(func(m saletest.Moment) bool {
					if m != second {
						return false
					}
					<-started
					w.Printer.Hook(nil)
					next.Drop()
					return true
				})
				next = w.Start(t)
				close(started)
				if first == saletest.Formed {
					next.Recovered() // there is nothing to send: it is not cut off
				} else {
					next.Ended()
				}
				w.Printer.Hook(nil)
				x = w.restart(t, next)
				r := x.Recovered()
				require.NotEqual(t, sale.RecoverNeedsPerson, r.Outcome)
				require.Len(t, w.Printer.Of(fiscal.Sale), 2)
				requireAgreement(t, w, x)
			})
		}
	}
}

func TestAStartThatCannotFinishCallsAPerson(t *testing.T) {
	cases := map[string]struct {
		at      saletest.Moment
		arrange func(*saletest.Printer)
		reason  till.Code
		repair  func(*saletest.Printer)
		unknown bool
	}{
		"the printer is off and the document's fate open": {saletest.Formed, func(p *saletest.Printer) { p.Silence(true) }, till.PrinterUnclear, func(p *saletest.Printer) { p.Silence(false) }, true},
		"the printer is off, nothing was sent":            {saletest.Marked, func(p *saletest.Printer) { p.Silence(true) }, till.PrinterSilent, func(p *saletest.Printer) { p.Silence(false) }, false},
		"no paper, nothing was sent": {saletest.Marked, func(p *saletest.Printer) {
			p.Next(saletest.Try{Fate: saletest.Refuses, Problem: fiscal.ProblemPaper})
		}, till.PrinterPaper, func(*saletest.Printer) {}, false},
		"another drive": {saletest.Forming, func(p *saletest.Printer) { p.ReplaceDrive("9999078900002222") }, till.PrinterUnclear, nil, true},
		"somebody else's document": {saletest.Forming, func(p *saletest.Printer) {
			p.Foreign(fiscal.Document{Kind: fiscal.CloseShift})
		}, till.PrinterUnclear, nil, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := soldOne(t, w)
			acts()["a sale"].prepare(x)
			dropAt(w, x, c.at)
			require.Error(t, x.Try(sale.Close{}))
			c.arrange(w.Printer)
			x = w.restart(t, x)
			r := x.Recovered()
			require.Equal(t, sale.RecoverNeedsPerson, r.Outcome)
			require.Equal(t, c.reason, r.Reason)
			require.Equal(t, c.unknown, x.Latest().Step == sale.StepUnknown)
			printed := len(w.Printer.Of(fiscal.Sale))
			if c.repair == nil {
				x.Refused(till.PrinterUnclear, sale.Settle{})
				require.Len(t, w.Printer.Of(fiscal.Sale), printed, "nothing is sent while the fate is open")
				return
			}
			c.repair(w.Printer)
			x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN}, sale.Settle{})
			if x.Latest().Receipt != nil {
				x.Must(sale.Close{})
			}
			require.Len(t, w.Printer.Of(fiscal.Sale), 2)
			requireAgreement(t, w, x)
		})
	}
}

func TestAnUnpaidReceiptIsKept(t *testing.T) {
	cases := map[string]struct {
		last  sale.Command
		state till.State
	}{
		"open":        {scan(saletest.Bag), till.Open},
		"partly paid": {sale.Pay{Kind: till.Card, Sum: 10_00}, till.Paying},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Must(scan(saletest.Bread))
			x.ScanUnit(saletest.Milk, 1)
			x.Must(c.last)
			before := rounded(x.Receipt())
			x = w.restart(t, x)
			require.Equal(t, sale.Recovered{Outcome: sale.RecoverKept, ReceiptID: before.ID}, x.Recovered())
			require.Equal(t, sale.NoticeRestored, x.Latest().Notice.Code)
			require.Equal(t, before, rounded(x.Receipt()))
			require.Equal(t, c.state, x.Receipt().State)
			x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN})
			x.PayAll()
		})
	}
}

func TestAStopCutsOffACheckAndTheNextStartMakesIt(t *testing.T) {
	w := newWorld(t)
	w.Online.Set(saletest.Never, saletest.OnlineYes())
	w.Module.Set(saletest.Never, marking.FaultNone)
	w.Settings.Budget = time.Hour
	x := w.Open(t)
	x.Must(unit(saletest.Milk, 1))
	x.Kill()
	require.Equal(t, till.MarkChecking, w.onDisk(t).Line(1).MarkState)
	w.Online.Set(0, saletest.OnlineYes())
	x = w.restart(t, x)
	require.Equal(t, sale.RecoverKept, x.Recovered().Outcome)
	require.Equal(t, till.MarkAllowed, x.Checked().Receipt.Line(1).MarkState)
}
