package sale_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

// dayStep is one thing that a cashier wants done, and how he sees that it is.
type dayStep struct {
	do   sale.Command
	done func(s sale.Snapshot) bool
}

// aDay is a short day with every kind of document. want is asked before each try: what is done already
// is not asked for again.
func aDay() []dayStep {
	positions := func(n int) func(sale.Snapshot) bool {
		return func(s sale.Snapshot) bool { return s.Receipt != nil && s.Receipt.Positions() == n }
	}
	state := func(st till.State) func(sale.Snapshot) bool {
		return func(s sale.Snapshot) bool { return s.Receipt != nil && s.Receipt.State == st }
	}
	receipts := func(n int) func(sale.Snapshot) bool {
		return func(s sale.Snapshot) bool { return s.Shift.Totals.Receipts == n && s.Receipt == nil }
	}
	return []dayStep{
		{sale.OpenShift{}, func(s sale.Snapshot) bool { return s.Shift.Open }},
		{sale.MoveCash{Kind: till.CashIn, Sum: 100_00}, func(s sale.Snapshot) bool { return s.Shift.Totals.CashIn == 100_00 }},
		{scan(saletest.Bread), positions(1)},
		{unit(saletest.Milk, 1), positions(2)},
		{sale.Suspend{}, func(s sale.Snapshot) bool { return len(s.Suspended) == 1 }},
		{sale.Resume{}, positions(2)},
		{sale.Pay{Kind: till.Card, Sum: 35_40}, state(till.Paying)},
		{sale.Pay{Kind: till.Cash, Sum: 200_00}, state(till.Paid)},
		{sale.Close{}, receipts(1)},
		{sale.StartReturn{Lines: []int{1}}, positions(1)},
		{sale.Pay{Kind: till.Cash, Sum: 45_50}, state(till.Paid)},
		{sale.Close{}, receipts(2)},
		{sale.CloseShift{}, func(s sale.Snapshot) bool { return s.Shift.Number == 1 && !s.Shift.Open }},
	}
}

// runDay does the steps, trying each again after a failure as a person would: he reads the stop, waits for
// the fate of a document, and repeats what is not done.
func runDay(t *testing.T, w *world, x *saletest.Till) {
	t.Helper()
	x.Recovered()
	sold := ""
	for _, step := range aDay() {
		for try := 0; ; try++ {
			require.Less(t, try, 6, "%T is never done: %+v", step.do, x.Latest().Receipt)
			if x.Latest().Cashier == nil {
				_ = x.Try(sale.Login{Person: "Анна", PIN: saletest.PIN})
				continue
			}
			if x.Latest().Step == sale.StepUnknown {
				_ = x.Try(sale.Settle{})
			}
			if x.Latest().Stop != nil {
				x.Must(sale.Dismiss{})
			}
			if x.Checked(); step.done(x.Latest()) && x.Latest().Step != sale.StepUnknown {
				break
			}
			_ = x.Try(named(step.do, x.Latest(), sold))
			requireOnDisk(t, w, x)
		}
		if last := x.Latest().Last; last != nil && last.ReceiptID != "" && sold == "" {
			sold = last.ReceiptID
		}
	}
}

// named fills in the ids that a person would tap on.
func named(c sale.Command, s sale.Snapshot, sold string) sale.Command {
	switch c := c.(type) {
	case sale.Resume:
		if len(s.Suspended) > 0 {
			c.ID = s.Suspended[0].ID
		}
		return c
	case sale.StartReturn:
		c.ReceiptID = sold
		return c
	}
	return c
}

// requireOnDisk compares what is shown with what the next start would find.
func requireOnDisk(t *testing.T, w *world, x *saletest.Till) {
	t.Helper()
	s := settledSnapshot(x)
	saved, err := w.Store.Load(ctx)
	require.NoError(t, err)
	require.Equal(t, s.Shift.Open, saved.Shift.Open)
	require.Equal(t, s.Shift.Totals.Receipts, saved.Shift.Receipts)
	require.Equal(t, s.Shift.Totals.CashIn, saved.Shift.CashIn)
	if s.Receipt == nil {
		require.Nil(t, saved.Receipt)
		return
	}
	require.NotNil(t, saved.Receipt, "a receipt is shown that is not on disk")
	require.Equal(t, rounded(s.Receipt), rounded(saved.Receipt))
}

// settledSnapshot is the newest one with no check and no document under way.
func settledSnapshot(x *saletest.Till) sale.Snapshot {
	x.Until("rest", func(s sale.Snapshot) bool { return !s.Printing.Active })
	return x.Checked()
}

func TestADiskThatFailsOnceAtAnyCommitDoublesAndLosesNothing(t *testing.T) {
	total := 0
	for k := 0; k == 0 || k <= total; k++ {
		w := newWorld(t)
		if k > 0 {
			w.disk.failAt(func(n int, _ string) bool { return n == k })
		}
		x := w.Start(t)
		runDay(t, w, x)
		w.disk.mu.Lock()
		commits := w.disk.commits
		w.disk.mu.Unlock()
		if k == 0 {
			total = commits
			require.Greater(t, total, 20)
		}
		requireTheDay(t, w, x)
		x.Kill()
	}
}

// requireTheDay: whatever went wrong, the day has its documents once each and its sums.
func requireTheDay(t *testing.T, w *world, x *saletest.Till) {
	t.Helper()
	for _, kind := range []fiscal.Kind{fiscal.OpenShift, fiscal.CashIn, fiscal.Sale, fiscal.Return, fiscal.CloseShift} {
		require.Len(t, w.Printer.Of(kind), 1, "%s", kind)
	}
	require.Equal(t, money.Kopecks(100_00+100_00-45_50), w.Printer.Drawer())
	totals := x.Latest().Shift.Totals
	require.Equal(t, money.Kopecks(100_00), totals.SalesCash)
	require.Equal(t, money.Kopecks(35_40), totals.SalesCard)
	require.Equal(t, money.Kopecks(45_50), totals.ReturnsCash)
	requireAgreement(t, w, x)
}

func TestAFullDiskStopsTheTillWithoutALie(t *testing.T) {
	for name, kind := range map[string]string{
		"the line": "add", "the payment": "pay", "the intent": "send", "the result": "result", "the verdict": "check", "the suspension": "suspend",
	} {
		t.Run(name+" is not written", func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			w.disk.failAt(func(_ int, k string) bool { return k == kind })
			var failed []error
			for _, c := range []sale.Command{
				scan(saletest.Bread), unit(saletest.Milk, 1), sale.Suspend{}, sale.Pay{Kind: till.Cash, Sum: 1000_00}, sale.Close{},
			} {
				if _, isSuspend := c.(sale.Suspend); isSuspend && kind != "suspend" {
					continue
				}
				err := x.Try(c)
				if err != nil {
					failed = append(failed, err)
				}
				if x.Latest().Stop == nil {
					requireOnDisk(t, w, x)
				}
			}
			codes := map[till.Code]bool{}
			for _, err := range failed {
				codes[till.CodeOf(err)] = true
			}
			if kind == "check" {
				require.Equal(t, till.DiskFailed, x.Latest().Stop.Code)
				require.Equal(t, till.MarkChecking, x.Receipt().Line(2).MarkState, "it cannot be paid")
				require.Empty(t, w.Printer.Of(fiscal.Sale))
			} else {
				require.True(t, codes[till.DiskFailed], "D-02 is told: %v", failed)
			}

			w.disk.failAt(nil) // somebody has made room
			if kind == "result" {
				require.Equal(t, sale.StepUnknown, x.Latest().Step)
				require.Len(t, w.Printer.Of(fiscal.Sale), 1)
				x.Must(sale.Settle{})
				require.Nil(t, x.Latest().Receipt)
			}
			if x.Latest().Stop != nil {
				x.Must(sale.Dismiss{})
				x.Checked()
			}
			if r := x.Latest().Receipt; r != nil {
				if r.State == till.Open {
					x.Must(sale.Pay{Kind: till.Cash, Sum: r.Due()})
				}
				x.Must(sale.Close{})
			}
			require.Len(t, w.Printer.Of(fiscal.Sale), 1)
			requireAgreement(t, w, x)
		})
	}
}

func TestAnUnreadableJournalStartsNoTill(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.Store.Close())
	set := w.Settings
	set.Now, set.NewID = w.Clock.Now, w.IDs.Next
	e := sale.New(set, w.Ports())
	require.ErrorContains(t, e.Serve(ctx), "load the journal")
	require.ErrorIs(t, e.Do(ctx, sale.Dismiss{}), sale.ErrStopped)
}
