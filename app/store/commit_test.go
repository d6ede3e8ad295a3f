package store

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

var at = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// marked are codes of every form, with the characters that JSON escapes.
var marked = []string{
	"0104612345678903215abCd;\x1d93aB7z",
	"0104612345678903215aB1?x7\x1d93Kd4x\x1d3350000030",
	"0104612345678903215abCdEfGhIjKl\x1d91EE11\x1d92S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk=",
	"04612345678903aB1?x<7ADc8Kd4x",
	"010461234567890321aB1?x<7\x1d8005215000\x1d93Kd4x",
}

func code(t testing.TB, raw string) marking.MarkingCode {
	t.Helper()
	s, err := marking.Parse([]byte(raw))
	require.NoError(t, err)
	require.False(t, s.Code.IsZero(), raw)
	return s.Code
}

// receiptOf is a receipt with a line for each marking code.
func receiptOf(t testing.TB, id string, codes ...string) *till.Receipt {
	t.Helper()
	r := &till.Receipt{ID: id, Kind: till.Sale, Number: 1, Shift: 1, Cashier: till.Person{ID: "p1", Name: "Анна"}, OpenedAt: at, State: till.Open, Age: 18}
	for i, c := range codes {
		r.Lines = append(r.Lines, till.Line{
			No: i + 1, ItemID: "i", Name: "Молоко «<&>» 3,2 %", Price: 89_90, Quantity: money.Unit, VAT: money.VAT10, Group: marking.Milk,
			Discount: 1, Percent: 500, Mark: code(t, c), MarkState: till.MarkAllowed, CheckTime: 400 * time.Millisecond,
			Verdict: marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceOnline, Tag1265: "UUID=1&Time=2", DataAt: at},
		})
	}
	return r
}

// put commits a whole receipt.
func put(t testing.TB, s *Store, r *till.Receipt) {
	t.Helper()
	require.NoError(t, s.Commit(ctx, change(r)))
}

func change(r *till.Receipt) journal.Change {
	return journal.Change{
		Entry:   journal.Entry{At: at, Kind: "test", ReceiptID: r.ID},
		Receipt: r, Lines: r.Lines, Payments: r.Payments, SetPayments: true,
	}
}

func TestAReceiptComesBackWhole(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	r := receiptOf(t, "r1", marked...)
	r.Payments = []till.Payment{{No: 1, Kind: till.Card, Kopecks: 100, At: at}, {No: 2, Kind: till.Cash, Kopecks: 500_00, At: at}}
	r.Lines[1].Removed, r.Lines[1].Why = true, "cashier"
	put(t, s, r)
	require.NoError(t, s.Close())
	s = open(t, dir)
	got, err := s.Receipt(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, r, got)
	for i, raw := range marked {
		require.Equal(t, raw, got.Lines[i].Mark.KM(), "the whole code with its tail")
	}
	_, err = s.Receipt(ctx, "r2")
	require.Equal(t, till.ReceiptMissing, till.CodeOf(err))
}

func TestACommitIsAllOrNothing(t *testing.T) {
	r := receiptOf(t, "r1", marked[0])
	good := change(r)
	good.State = &journal.State{ReceiptID: "r1", NextNumber: 2, Drive: "9999"}
	good.Shift = &till.Shift{Number: 1, Open: true, OpenedAt: at}
	good.Pending = &journal.Pending{ID: "d1", Document: fiscal.Document{Kind: fiscal.Sale, ReceiptID: "r1"}, At: at}
	good.News = []journal.CodeNews{{KI: "ki"}}
	good.Stock = []journal.StockMove{{ItemID: "i", ReceiptID: "r1", Line: 1, Quantity: -1000, At: at}}

	cases := map[string]struct {
		ctx func() context.Context
		c   func(journal.Change) journal.Change
	}{
		"a line of no receipt": {nil, func(c journal.Change) journal.Change { c.Receipt = nil; return c }},
		"a body that is no JSON": {nil, func(c journal.Change) journal.Change {
			c.Entry.Body = func() {}
			return c
		}},
		"the same movement twice": {nil, func(c journal.Change) journal.Change {
			c.Stock = append(c.Stock, c.Stock[0])
			return c
		}},
		"the engine has ended": {func() context.Context {
			ended, cancel := context.WithCancel(ctx)
			cancel()
			return ended
		}, func(c journal.Change) journal.Change { return c }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			with := ctx
			if c.ctx != nil {
				with = c.ctx()
			}
			require.Error(t, s.Commit(with, c.c(good)))
			saved, err := s.Load(ctx)
			require.NoError(t, err)
			require.Equal(t, journal.Saved{}, saved)
			for _, table := range []string{"journal", "receipts", "lines", "payments", "shifts", "documents", "state", "stock_moves", "code_news"} {
				var n int
				require.NoError(t, s.read.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n))
				require.Zero(t, n, table)
			}
			require.NoError(t, s.Commit(ctx, good), "the next one is taken")
			saved, err = s.Load(ctx)
			require.NoError(t, err)
			require.Equal(t, r, saved.Receipt)
			require.Equal(t, good.Pending, saved.Pending)
			require.Equal(t, *good.Shift, saved.Shift)
			require.Equal(t, *good.State, saved.State)
			require.Equal(t, 1, saved.Untold)
		})
	}
}

func TestADocumentIsPendingUntilItIsSettled(t *testing.T) {
	s := open(t, t.TempDir())
	p := &journal.Pending{ID: "d1", Document: fiscal.Document{Kind: fiscal.Sale, ReceiptID: "r1"}, Mark: fiscal.Mark{Drive: "9999", Document: 7}, Attempt: 1, At: at}
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "send"}, Pending: p}))
	second := *p
	second.Attempt = 2
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "send"}, Pending: &second}))
	saved, err := s.Load(ctx)
	require.NoError(t, err)
	require.Equal(t, &second, saved.Pending)

	reg := fiscal.Registered{Drive: "9999", Document: 8, Sign: 42, Shift: 1, At: at}
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "result"}, Settled: "d1", Result: &reg}))
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "refused"}, Settled: "d1"}), "what is formed stays formed")
	other := &journal.Pending{ID: "d2", Document: fiscal.Document{Kind: fiscal.CashIn}, At: at.Add(time.Second)}
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "send"}, Pending: other}))
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "refused"}, Settled: "d2"}))
	saved, err = s.Load(ctx)
	require.NoError(t, err)
	require.Nil(t, saved.Pending)
	docs, err := s.DocumentsSince(ctx, at)
	require.NoError(t, err)
	require.Equal(t, []Document{{Pending: second, Formed: true, Result: reg}, {Pending: *other}}, docs)
	docs, err = s.DocumentsSince(ctx, at.Add(time.Second))
	require.NoError(t, err)
	require.Len(t, docs, 1)
}

func TestOnlyClosedReturnsCount(t *testing.T) {
	s := open(t, t.TempDir())
	back := func(id string, state till.State, line int, q money.Millis) {
		r := receiptOf(t, id, marked[0], marked[1])
		r.Kind, r.ReturnOf, r.State = till.Return, "sale", state
		r.Lines[0].ReturnOf, r.Lines[0].Quantity = line, q
		r.Lines[1].ReturnOf, r.Lines[1].Removed = line, true
		put(t, s, r)
	}
	back("r1", till.Closed, 1, 1000)
	back("r2", till.Closed, 1, 500)
	back("r3", till.Closed, 2, 2000)
	back("r4", till.Cancelled, 1, 4000)
	back("r5", till.Open, 1, 8000)
	got, err := s.Returned(ctx, "sale")
	require.NoError(t, err)
	require.Equal(t, map[int]money.Millis{1: 1500, 2: 2000}, got)
	got, err = s.Returned(ctx, "other")
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestCodeNews(t *testing.T) {
	s := open(t, t.TempDir())
	news := func(n ...journal.CodeNews) {
		require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "test"}, News: n}))
	}
	sold := func(ki string) bool {
		where, err := s.SoldHere(ctx, ki)
		require.NoError(t, err)
		return where != journal.SoldHere{}
	}
	news(journal.CodeNews{KI: "a"}, journal.CodeNews{KI: "b"})
	news(journal.CodeNews{KI: "a", Returned: true})
	require.Equal(t, []bool{false, true, false}, []bool{sold("a"), sold("b"), sold("c")})
	untold, err := s.Untold(ctx, 2)
	require.NoError(t, err)
	require.Equal(t, []journal.CodeNews{{Seq: 1, KI: "a"}, {Seq: 2, KI: "b"}}, untold)
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "told"}, Told: []int64{1, 2}}))
	untold, err = s.Untold(ctx, 2)
	require.NoError(t, err)
	require.Equal(t, []journal.CodeNews{{Seq: 3, KI: "a", Returned: true}}, untold)
	require.True(t, sold("b"), "told or not, it is sold")
}

func TestSuspendedReceiptsComeOldestFirst(t *testing.T) {
	s := open(t, t.TempDir())
	for i, id := range []string{"r3", "r1", "r2"} {
		r := receiptOf(t, id, marked[0])
		r.State, r.OpenedAt = till.Suspended, at.Add(time.Duration(i)*time.Minute)
		put(t, s, r)
	}
	open := receiptOf(t, "r4", marked[1])
	put(t, s, open)
	list, err := s.Suspended(ctx)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, []string{"r3", "r1", "r2"}, []string{list[0].ID, list[1].ID, list[2].ID})
	since, err := s.ReceiptsSince(ctx, at.Add(time.Minute))
	require.NoError(t, err)
	require.Len(t, since, 2)
}

// childVariable tells a test process that it is the child of the kill test; its value is the folder.
const childVariable = "KASSA_STORE_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		commitForEver(dir)
	}
	os.Exit(m.Run())
}

// commitForEver commits receipts and tells each one's id after it is acknowledged, until it is killed.
func commitForEver(dir string) {
	s, err := Open(ctx, dir)
	if err != nil {
		panic(err)
	}
	receipts, err := s.ReceiptsSince(ctx, time.Time{})
	if err != nil {
		panic(err)
	}
	for n := len(receipts); ; n++ {
		r := &till.Receipt{ID: fmt.Sprintf("r%06d", n), Kind: till.Sale, Number: n, OpenedAt: at, State: till.Closed}
		for i := range 5 {
			r.Lines = append(r.Lines, till.Line{No: i + 1, Name: "Товар", Price: 100, Quantity: money.Unit})
		}
		r.Payments = []till.Payment{{No: 1, Kind: till.Cash, Kopecks: 500, At: at}}
		if err := s.Commit(ctx, change(r)); err != nil {
			panic(err)
		}
		os.Stdout.WriteString(r.ID + "\n")
	}
}

func TestAKilledProcessLosesNothingThatWasAcknowledged(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	for round := range 5 {
		out := filepath.Join(t.TempDir(), "out")
		f, err := os.Create(out)
		require.NoError(t, err)
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+dir)
		child.Stdout = f
		require.NoError(t, child.Start())
		want := 20 * (round + 1)
		require.Eventually(t, func() bool {
			b, err := os.ReadFile(out)
			return err == nil && strings.Count(string(b), "\n") >= want
		}, 30*time.Second, time.Millisecond)
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
		require.NoError(t, f.Close())
		b, err := os.ReadFile(out)
		require.NoError(t, err)
		for id := range strings.Lines(string(b)) {
			if id, whole := strings.CutSuffix(id, "\n"); whole {
				require.False(t, acknowledged[id], "%s was acknowledged twice", id)
				acknowledged[id] = true
			}
		}
	}
	s := open(t, dir)
	require.NoError(t, s.Check(ctx))
	receipts, err := s.ReceiptsSince(ctx, time.Time{})
	require.NoError(t, err)
	for _, r := range receipts {
		require.Len(t, r.Lines, 5, "a receipt is there whole")
		require.Len(t, r.Payments, 1)
		delete(acknowledged, r.ID)
	}
	require.Empty(t, acknowledged, "acknowledged, and not there")
}
