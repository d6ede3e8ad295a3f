package sale_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

// machine is a till under random commands, a random printer and random deaths, beside a model of
// what the receipt being made costs.
type machine struct {
	outer *testing.T
	w     *world
	x     *saletest.Till
	units int    // marked units scanned so far
	sold  string // the last closed sale

	total   money.Kopecks // of the receipt being made
	steps   int
	printed int // receipts in the printer's memory at the last comparison
}

// TestMain makes the random days of this package few and long; -rapid.checks and -rapid.steps change it.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "40", "rapid.steps": "50"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestRandomDays runs about 2,000 steps. A failure prints the shortest day that fails.
func TestRandomDays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{outer: t, w: newWorld(t)}
		defer os.RemoveAll(m.w.dir)
		defer func() {
			m.x.Kill()
			require.NoError(rt, m.w.Store.Close())
		}()
		m.x = m.w.Open(t)
		rt.Repeat(map[string]func(*rapid.T){
			"scan a plain item":   m.scanPlain,
			"scan a marked unit":  m.scanMarked,
			"set a quantity":      m.setQuantity,
			"remove a line":       m.remove,
			"pay":                 m.pay,
			"close":               m.close,
			"close unluckily":     m.closeUnluckily,
			"die while closing":   m.dieWhileClosing,
			"cancel":              func(*rapid.T) { m.try(sale.Cancel{}) },
			"suspend":             func(*rapid.T) { m.try(sale.Suspend{}) },
			"resume":              m.resume,
			"return":              m.giveBack,
			"move cash":           m.moveCash,
			"close the shift":     func(*rapid.T) { m.try(sale.CloseShift{}) },
			"die":                 func(rt *rapid.T) { m.restart(rt) },
			"ask after the paper": func(*rapid.T) { m.try(sale.Settle{}) },
			"let hours pass": func(rt *rapid.T) {
				m.w.Clock.Advance(time.Duration(rapid.IntRange(1, 9).Draw(rt, "hours")) * time.Hour)
			},
			"": m.invariants,
		})
	})
}

// try does a command that may be refused, and opens the shift when that is what is missing.
func (m *machine) try(c sale.Command) bool {
	s := m.x.Latest()
	if s.Stop != nil {
		m.x.Must(sale.Dismiss{})
	}
	if s.Shift.Expired {
		_ = m.x.Try(sale.CloseShift{})
	}
	if !m.x.Latest().Shift.Open {
		_ = m.x.Try(sale.OpenShift{})
	}
	return m.x.Try(c) == nil
}

func (m *machine) scanPlain(rt *rapid.T) {
	goods := map[string]money.Kopecks{saletest.Bread: 45_50, saletest.Bag: 5_00}
	barcode := rapid.SampledFrom([]string{saletest.Bread, saletest.Bag}).Draw(rt, "barcode")
	if m.isReturn() {
		return // a scan only ticks there
	}
	if m.try(scan(barcode)) {
		m.total += goods[barcode]
	}
}

func (m *machine) isReturn() bool {
	r := m.x.Latest().Receipt
	return r != nil && r.Kind == till.Return
}

func (m *machine) scanMarked(*rapid.T) {
	m.units++
	if !m.isReturn() && m.try(unit(saletest.Milk, m.units)) {
		m.total += 89_90
		m.x.Checked()
	}
}

// line draws a line of the receipt; false when there is none.
func (m *machine) line(rt *rapid.T) (till.Line, bool) {
	r := m.x.Latest().Receipt
	if r == nil || len(r.Lines) == 0 {
		return till.Line{}, false
	}
	return rapid.SampledFrom(r.Lines).Draw(rt, "line"), true
}

func (m *machine) setQuantity(rt *rapid.T) {
	line, ok := m.line(rt)
	quantity := money.Millis(rapid.IntRange(-1, 101).Draw(rt, "pieces")) * money.Unit
	if ok && m.try(sale.SetQuantity{Line: line.No, Quantity: quantity}) {
		m.total += money.Cost(line.Price, quantity) - line.Sum()
	}
}

func (m *machine) remove(rt *rapid.T) {
	if line, ok := m.line(rt); ok && m.try(sale.Remove{Line: line.No}) {
		m.total -= line.Sum()
	}
}

func (m *machine) pay(rt *rapid.T) {
	kind := rapid.SampledFrom([]till.PaymentKind{till.Cash, till.Card}).Draw(rt, "kind")
	m.try(sale.Pay{Kind: kind, Sum: money.Kopecks(rapid.SampledFrom([]int64{1, 50_00, 100_00, 1000_00, int64(m.total)}).Draw(rt, "sum"))})
}

// ready makes a paid receipt when it can; false when there is none.
func (m *machine) ready(rt *rapid.T) bool {
	if m.x.Latest().Receipt == nil {
		m.scanPlain(rt)
	}
	if r := m.x.Latest().Receipt; r != nil && r.Due() > 0 {
		m.try(sale.Pay{Kind: till.Cash, Sum: r.Due()})
	}
	r := m.x.Latest().Receipt
	return r != nil && r.State == till.Paid
}

func (m *machine) close(rt *rapid.T) {
	m.ready(rt)
	m.try(sale.Close{})
}

func (m *machine) closeUnluckily(rt *rapid.T) {
	fate := rapid.SampledFrom([]saletest.Fate{saletest.Refuses, saletest.LosesBefore, saletest.UnclearBefore, saletest.UnclearAfter}).Draw(rt, "fate")
	questions := rapid.IntRange(0, 2).Draw(rt, "questions without an answer")
	ready := m.ready(rt)
	if s := m.x.Latest(); !ready || !s.Shift.Open || s.Shift.Expired {
		return // the script would meet another document
	}
	m.w.Printer.Next(saletest.Try{Fate: fate, Problem: fiscal.ProblemPaper})
	m.w.Printer.SettleUnclear(questions)
	m.try(sale.Close{})
}

func (m *machine) dieWhileClosing(rt *rapid.T) {
	at := rapid.SampledFrom([]saletest.Moment{saletest.Marked, saletest.Received, saletest.Forming, saletest.Formed}).Draw(rt, "moment")
	m.ready(rt)
	dropAt(m.w, m.x, at)
	_ = m.x.Try(sale.Close{})
	m.w.Printer.Hook(nil)
	m.restart(rt)
}

func (m *machine) restart(rt *rapid.T) {
	m.x = m.w.restart(m.outer, m.x)
	r := m.x.Recovered()
	require.NotEmpty(rt, r.Outcome)
	m.x.Must(sale.Login{Person: "Анна", PIN: saletest.PIN})
}

func (m *machine) resume(rt *rapid.T) {
	list := m.x.Latest().Suspended
	if len(list) == 0 {
		return
	}
	v := rapid.SampledFrom(list).Draw(rt, "suspended")
	if m.try(sale.Resume{ID: v.ID}) {
		m.total = v.Total
		m.x.Checked()
	}
}

func (m *machine) giveBack(*rapid.T) {
	if m.sold != "" && m.try(sale.StartReturn{ReceiptID: m.sold}) {
		m.total = m.x.Receipt().Total()
	}
}

func (m *machine) moveCash(rt *rapid.T) {
	kind := rapid.SampledFrom([]till.CashMoveKind{till.CashIn, till.CashOut}).Draw(rt, "kind")
	m.try(sale.MoveCash{Kind: kind, Sum: money.Kopecks(rapid.IntRange(0, 300_00).Draw(rt, "sum"))})
}

func (m *machine) invariants(rt *rapid.T) {
	s := m.x.Until("rest", func(s sale.Snapshot) bool { return !s.Printing.Active })
	if s.Stop != nil && s.Stop.Code == till.MarkForbidden {
		m.total = s.Receipt.Total() // a resumed unit was refused
	}
	if last := s.Last; last != nil && last.Kind == fiscal.Sale.String() {
		m.sold = last.ReceiptID
	}

	once := map[string]bool{}
	var drawer money.Kopecks
	for _, d := range m.w.Printer.Documents() {
		if id := d.Document.ReceiptID; id != "" {
			require.False(rt, once[id], "printed twice: %s", id)
			once[id] = true
		}
		drawer += cashOf(&d.Document)
	}
	require.Equal(rt, drawer, m.w.Printer.Drawer())

	saved, err := m.w.Store.Load(ctx)
	require.NoError(rt, err)
	if s.Receipt != nil {
		require.Equal(rt, m.total, s.Receipt.Total())
		require.Equal(rt, rounded(s.Receipt), rounded(saved.Receipt))
	} else {
		require.Nil(rt, saved.Receipt)
		m.total = 0 // it has ended, whoever did it
	}
	require.Equal(rt, saved.Pending != nil, s.Step == sale.StepUnknown, "a document is pending only while its fate is asked for")
	if m.steps++; len(once) != m.printed || m.steps%10 == 0 {
		m.printed = len(once)
		m.compare(rt, saved, once, drawer)
	}
}

// compare reads the whole journal: each receipt has its document, each document its receipt, and the money
// is the drawer's.
func (m *machine) compare(rt *rapid.T, saved journal.Saved, once map[string]bool, drawer money.Kopecks) {
	docs, err := m.w.Store.DocumentsSince(ctx, time.Time{})
	require.NoError(rt, err)
	var known money.Kopecks
	for _, d := range docs {
		if d.Formed {
			known += cashOf(&d.Document)
		}
	}
	if saved.Pending == nil {
		require.Equal(rt, drawer, known, "the journal and the drawer tell the same money")
	}
	receipts, err := m.w.Store.ReceiptsSince(ctx, time.Time{})
	require.NoError(rt, err)
	for _, r := range receipts {
		switch r.State {
		case till.Closed:
			require.True(rt, once[r.ID], "closed without a document: %s", r.ID)
			require.NotZero(rt, r.Fiscal.Document)
		case till.Unknown:
			require.Equal(rt, r.ID, saved.Pending.Document.ReceiptID)
		case till.Printing:
			require.Fail(rt, "a receipt stays «printing» at rest", r.ID)
		default:
			require.False(rt, once[r.ID], "%s, and it was printed: %s", r.State, r.ID)
		}
	}
}

// cashOf is what a document does to the drawer.
func cashOf(d *fiscal.Document) money.Kopecks {
	switch d.Kind {
	case fiscal.Sale:
		return d.Payments.Cash - (d.Payments.Sum() - d.Total())
	case fiscal.Return:
		return -d.Payments.Cash
	case fiscal.CashIn:
		return d.Sum
	case fiscal.CashOut:
		return -d.Sum
	}
	return 0
}
