package store

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// evidenceOf is a whole row of the book of checks.
func evidenceOf(receipt string, line int, raw string, v marking.Verdict, when time.Time) journal.Evidence {
	s, err := marking.Parse([]byte(raw))
	if err != nil {
		panic(err) // one of the codes above
	}
	yes, price := true, money.Kopecks(89_90)
	return journal.Evidence{
		At: when, ReceiptID: receipt, Line: line, Item: "Молоко «<&>»", Group: marking.Milk, GTIN: s.Code.GTIN(), KI: s.Code.KI(), Price: price,
		Drive: "7380440700000001", Till: "Касса 1", Person: till.Person{ID: "p1", Name: "Анна"}, Verdict: v,
		Online: marking.OnlineAnswer{
			Path: marking.PathTrueAPI, Site: "cdn-a.example", Sent: `{"codes":["` + raw + `"]}`, Got: `{"code":0}`,
			Latency: 120 * time.Millisecond, ReqID: "5d0c1c0e", ReqTimestamp: 1795300000123, Found: &yes, MRP: &price, Groups: []marking.ProductGroup{8},
		},
		Module:  marking.ModuleAnswer{API: "v2", Sent: "{}", Got: "{}", Latency: 9 * time.Millisecond, ReqID: "9b7e", Inst: "i", Version: "v", DataAt: when},
		Elapsed: 321 * time.Millisecond,
	}
}

// record writes rows into the book of checks.
func record(t testing.TB, s *Store, rows ...journal.Evidence) {
	t.Helper()
	for i := range rows {
		require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{At: rows[i].At, Kind: "check"}, Evidence: &rows[i]}))
	}
}

func TestTheBookOfChecksGivesBackWhatWasWritten(t *testing.T) {
	s := open(t, t.TempDir())
	r := receiptOf(t, "r1", marked[0])
	r.Fiscal.Document = 77
	put(t, s, r)
	want := evidenceOf("r1", 1, marked[0], marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceOnline, Tag1265: "UUID=1&Time=2", Rules: "7"}, at)
	want.Late, want.Risk, want.Emergency = true, true, marking.Emergency{Since: at, Manual: true, By: "Анна", Reason: "объявление"}
	record(t, s, want)
	got, err := s.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	want.Seq, want.Document = 1, 77
	require.Equal(t, []journal.Evidence{want}, got)
}

func TestTheBookOfChecksIsSearched(t *testing.T) {
	s := open(t, t.TempDir())
	allow := marking.Verdict{Decision: marking.Allow, Source: marking.SourceOnline}
	sold := marking.Verdict{Decision: marking.Forbid, Source: marking.SourceModule, Reason: marking.ReasonSoldHere}
	silent := marking.Verdict{Decision: marking.Unchecked, Source: marking.SourceNone, Reason: marking.ReasonNoAnswer}
	rows := []journal.Evidence{
		evidenceOf("r1", 1, marked[0], allow, at),
		evidenceOf("r1", 2, marked[3], sold, at.Add(time.Minute)),
		evidenceOf("r2", 1, marked[2], silent, at.Add(2*time.Minute)),
		evidenceOf("r2", 2, marked[1], allow, at.Add(-time.Hour)), // the clock went back
	}
	rows[2].Overtime = true
	record(t, s, rows...)
	const milk = "04612345678903"
	cases := map[string]struct {
		query journal.EvidenceQuery
		want  []int64 // Seq
	}{
		"everything, the newest first":          {journal.EvidenceQuery{}, []int64{4, 3, 2, 1}},
		"since a moment":                        {journal.EvidenceQuery{Since: at.Add(time.Minute)}, []int64{3, 2}},
		"before a moment":                       {journal.EvidenceQuery{Before: at.Add(time.Minute)}, []int64{4, 1}},
		"between two":                           {journal.EvidenceQuery{Since: at, Before: at.Add(time.Minute)}, []int64{1}},
		"of a receipt":                          {journal.EvidenceQuery{ReceiptID: "r1"}, []int64{2, 1}},
		"of a receipt, in a time":               {journal.EvidenceQuery{ReceiptID: "r1", Since: at.Add(time.Second)}, []int64{2}},
		"of a product":                          {journal.EvidenceQuery{GTIN: milk}, []int64{4, 3, 2, 1}},
		"of another product":                    {journal.EvidenceQuery{GTIN: "04600000000015"}, nil},
		"of a product, refused":                 {journal.EvidenceQuery{GTIN: milk, Decision: marking.Forbid}, []int64{2}},
		"of a unit":                             {journal.EvidenceQuery{KI: rows[0].KI}, []int64{1}},
		"of units that begin so":                {journal.EvidenceQuery{KI: "01" + milk + "215a"}, []int64{4, 3, 1}},
		"of units that begin so, and of these":  {journal.EvidenceQuery{KI: "01" + milk + "215a", Decision: marking.Allow}, []int64{4, 1}},
		"forbidden":                             {journal.EvidenceQuery{Decision: marking.Forbid}, []int64{2}},
		"decided by the centre":                 {journal.EvidenceQuery{Source: marking.SourceOnline}, []int64{4, 1}},
		"for a reason":                          {journal.EvidenceQuery{Reason: marking.ReasonSoldHere}, []int64{2}},
		"missed the budget":                     {journal.EvidenceQuery{Overtime: true}, []int64{3}},
		"missed the budget, and allowed":        {journal.EvidenceQuery{Overtime: true, Decision: marking.Allow}, nil},
		"the next page":                         {journal.EvidenceQuery{Under: 3}, []int64{2, 1}},
		"the next page of a time":               {journal.EvidenceQuery{Since: at, Under: 3}, []int64{2, 1}},
		"two rows":                              {journal.EvidenceQuery{Limit: 2}, []int64{4, 3}},
		"two rows of a time, by number":         {journal.EvidenceQuery{Since: at.Add(-2 * time.Hour), Limit: 2}, []int64{4, 3}},
		"a percent sign is no pattern":          {journal.EvidenceQuery{KI: "%"}, nil},
		"what is asked for cannot break out":    {journal.EvidenceQuery{GTIN: "' OR 1=1 --"}, nil},
		"all that can be asked, and one has it": {journal.EvidenceQuery{Since: at, Before: at.Add(time.Hour), ReceiptID: "r2", GTIN: milk, KI: rows[2].KI, Decision: marking.Unchecked, Source: marking.SourceNone, Reason: marking.ReasonNoAnswer, Overtime: true, Under: 4}, []int64{3}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			found, err := s.Evidence(ctx, c.query)
			require.NoError(t, err)
			var got []int64
			for _, e := range found {
				got = append(got, e.Seq)
			}
			require.Equal(t, c.want, got)
			n, err := s.CountEvidence(ctx, c.query)
			require.NoError(t, err)
			if c.query.Limit == 0 {
				require.Equal(t, len(c.want), n)
			} else {
				require.Equal(t, 4, n, "a count knows no limit")
			}
		})
	}
}

func TestAPageHasALimitAndAStreamHasNone(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, 250, at)
	page, err := s.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, page, evidenceRows)
	n := 0
	require.NoError(t, s.EachEvidence(ctx, journal.EvidenceQuery{}, func(journal.Evidence) error { n++; return nil }))
	require.Equal(t, 250, n)
	enough := errors.New("enough")
	require.ErrorIs(t, s.EachEvidence(ctx, journal.EvidenceQuery{}, func(e journal.Evidence) error {
		if e.Seq == 240 {
			return enough
		}
		return nil
	}), enough)
}

// fill writes n rows a second apart in one transaction.
func fill(t testing.TB, s *Store, n int, from time.Time) {
	t.Helper()
	require.NoError(t, inTx(ctx, s.write, func(tx *sql.Tx) error {
		w := writer{ctx: ctx, tx: tx}
		for i := range n {
			e := evidenceOf(fmt.Sprintf("r%d", i/5), i%5+1, marked[i%len(marked)], marking.Verdict{Decision: marking.Allow, Source: marking.SourceOnline}, from.Add(time.Duration(i)*time.Second))
			e.Online.Got, e.Module.Got = strings.Repeat("o", 900), strings.Repeat("m", 500)
			w.evidence(&e)
		}
		return w.err
	}))
}

func TestOldEvidenceIsTrimmed(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, 105, at)
	left := func() int {
		n, err := s.CountEvidence(ctx, journal.EvidenceQuery{})
		require.NoError(t, err)
		return n
	}
	for _, c := range []struct {
		before      time.Time
		most        int
		taken, left int
	}{
		{at, 100, 0, 105},
		{at.Add(time.Minute), 33, 33, 72},
		{at.Add(time.Minute), 100, 27, 45},
		{at.Add(time.Minute), 100, 0, 45},
		{at.Add(time.Hour), 0, 0, 45},
		{at.Add(time.Hour), 1000, 45, 0},
	} {
		taken, err := s.TrimEvidence(ctx, c.before, c.most)
		require.NoError(t, err)
		require.Equal(t, c.taken, taken)
		require.Equal(t, c.left, left())
	}
	record(t, s, evidenceOf("r", 1, marked[0], marking.Verdict{}, at))
	found, err := s.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.EqualValues(t, 106, found[0].Seq, "a number is never given twice")
}

func TestASaleIsFoundByTheUnitUntilItIsTakenBack(t *testing.T) {
	s := open(t, t.TempDir())
	ki := code(t, marked[0]).KI()
	closed := func(id string, number int, kind till.ReceiptKind, when time.Time) {
		r := receiptOf(t, id, marked[0])
		r.Number, r.Kind, r.State, r.ClosedAt = number, kind, till.Closed, when
		c := change(r)
		c.News = []journal.CodeNews{{KI: ki, Returned: kind == till.Return}}
		require.NoError(t, s.Commit(ctx, c))
	}
	sold := func() journal.SoldHere {
		v, err := s.SoldHere(ctx, ki)
		require.NoError(t, err)
		return v
	}
	require.Zero(t, sold())
	closed("r1", 118, till.Sale, at.Add(time.Minute))
	require.Equal(t, 118, sold().Number)
	require.WithinDuration(t, at.Add(time.Minute), sold().At, 0)
	require.Empty(t, sold().Till)
	closed("r2", 119, till.Return, at.Add(2*time.Minute))
	require.Zero(t, sold())
	closed("r3", 120, till.Sale, at.Add(3*time.Minute))
	require.Equal(t, 120, sold().Number)
	other, err := s.SoldHere(ctx, ki[:len(ki)-1])
	require.NoError(t, err)
	require.Zero(t, other)
}

// A file of the first schema, with sales in it: after the upgrade each sold unit knows its receipt.
func TestAnUpgradeFindsTheReceiptsOfSoldUnits(t *testing.T) {
	dir := t.TempDir()
	first, err := schemas.ReadFile("schema/till-0001.sql")
	require.NoError(t, err)
	path := filepath.Join(dir, tillFile)
	require.NoError(t, touch(path))
	db, err := sql.Open("sqlite", dsn(path, "FULL", false))
	require.NoError(t, err)
	require.NoError(t, migrate(ctx, db, fstest.MapFS{"schema/till-0001.sql": {Data: first}}, "till"))
	pack := "04612345678903aB1?x<7ADc8Kd4x"
	require.Equal(t, pack, marked[3])
	require.NoError(t, inTx(ctx, db, func(tx *sql.Tx) error {
		w := writer{ctx: ctx, tx: tx}
		for i, r := range []*till.Receipt{receiptOf(t, "a", marked...), receiptOf(t, "b", marked[0]), receiptOf(t, "c", marked[0]), receiptOf(t, "d", marked[1])} {
			r.Number, r.State, r.ClosedAt = 100+i, till.Closed, at.Add(time.Duration(i)*time.Minute)
			if i == 1 {
				r.Kind = till.Return
			}
			if i == 3 {
				r.State = till.Cancelled
			}
			w.receipt(r)
			w.lines(r.ID, r.Lines)
			for _, l := range r.Lines {
				if r.State == till.Closed {
					w.exec("INSERT INTO code_news (ki, returned) VALUES (?, ?)", l.Mark.KI(), r.Kind == till.Return)
				}
			}
		}
		return w.err
	}))
	require.NoError(t, db.Close())

	s := open(t, dir)
	want := []int{102, 100, 100, 100, 100}
	for i, raw := range marked {
		sold, err := s.SoldHere(ctx, code(t, raw).KI())
		require.NoError(t, err)
		require.Equal(t, want[i], sold.Number, raw)
	}
	var without int
	require.NoError(t, s.read.QueryRowContext(ctx, "SELECT count(*) FROM code_news WHERE receipt_id = ''").Scan(&without))
	require.Zero(t, without)
}

func TestTheListOfSuspects(t *testing.T) {
	s := open(t, t.TempDir())
	milk, bread := code(t, marked[0]), code(t, marked[3])
	suspect := func(c marking.MarkingCode, item string, origin journal.SuspectOrigin, reason marking.Reason, when time.Time) journal.Suspect {
		return journal.Suspect{KI: c.KI(), GTIN: c.GTIN(), Item: item, Origin: origin, Reason: reason, At: when, Till: "Касса 1", Person: "Анна"}
	}
	refused := suspect(milk, "Молоко «Зелёное»", journal.FromSale, marking.ReasonSold, at)
	advised := suspect(milk, "Молоко «Зелёное»", journal.FromPreCheck, marking.ReasonExpired, at.Add(time.Minute))
	pack := suspect(bread, "Сигареты", journal.FromSale, marking.ReasonBlocked, at.Add(2*time.Minute))
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "check"}, Suspects: []journal.Suspect{refused, pack}}))

	found, ok, err := s.Suspect(ctx, milk.KI())
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, refused, found)
	_, ok, err = s.Suspect(ctx, "nothing of the kind")
	require.NoError(t, err)
	require.False(t, ok)
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "test"}, Suspects: []journal.Suspect{advised}}))
	found, _, err = s.Suspect(ctx, milk.KI())
	require.NoError(t, err)
	require.Equal(t, advised, found, "the advice goes first")

	cases := map[string]struct {
		query journal.SuspectQuery
		want  []journal.Suspect
		total int
	}{
		"all, the newest first":       {journal.SuspectQuery{}, []journal.Suspect{pack, advised, refused}, 3},
		"by name":                     {journal.SuspectQuery{Text: "зеленое мол"}, []journal.Suspect{advised, refused}, 2},
		"by GTIN":                     {journal.SuspectQuery{Text: milk.GTIN()}, []journal.Suspect{pack, advised, refused}, 3},
		"by a part of the КИ":         {journal.SuspectQuery{Text: "5abcd;"}, []journal.Suspect{advised, refused}, 2},
		"by a КИ with quotes in it":   {journal.SuspectQuery{Text: bread.KI()}, []journal.Suspect{pack}, 1},
		"by nothing that is there":    {journal.SuspectQuery{Text: "хлеб"}, nil, 0},
		"refused only":                {journal.SuspectQuery{Origin: journal.FromSale}, []journal.Suspect{pack, refused}, 2},
		"advised only, by name":       {journal.SuspectQuery{Origin: journal.FromPreCheck, Text: "молоко"}, []journal.Suspect{advised}, 1},
		"a page":                      {journal.SuspectQuery{Limit: 1, Skip: 1}, []journal.Suspect{advised}, 3},
		"a page after the last":       {journal.SuspectQuery{Skip: 3}, nil, 3},
		"a percent sign finds itself": {journal.SuspectQuery{Text: "%"}, nil, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, total, err := s.Suspects(ctx, c.query)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			require.Equal(t, c.total, total)
		})
	}

	// The same unit refused once more is one row.
	again := refused
	again.At, again.Reason = at.Add(time.Hour), marking.ReasonBlocked
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "check"}, Suspects: []journal.Suspect{again}}))
	got, total, err := s.Suspects(ctx, journal.SuspectQuery{})
	require.NoError(t, err)
	require.Equal(t, 3, total)
	require.Equal(t, again, got[0])
}

func TestAResolvedSuspectLeavesTheListAndStaysInTheJournal(t *testing.T) {
	s := open(t, t.TempDir())
	boss := till.Person{ID: "p9", Name: "Борис"}
	v := journal.Suspect{KI: code(t, marked[0]).KI(), Item: "Молоко", Reason: marking.ReasonSold, Origin: journal.FromSale, At: at}
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "check"}, Suspects: []journal.Suspect{v}}))
	require.ErrorIs(t, s.ResolveSuspect(ctx, v.KI, journal.FromPreCheck, boss, at), ErrNoSuspect)
	require.NoError(t, s.ResolveSuspect(ctx, v.KI, journal.FromSale, boss, at))
	_, ok, err := s.Suspect(ctx, v.KI)
	require.NoError(t, err)
	require.False(t, ok)
	require.ErrorIs(t, s.ResolveSuspect(ctx, v.KI, journal.FromSale, boss, at), ErrNoSuspect)
	var person, body string
	require.NoError(t, s.read.QueryRowContext(ctx, "SELECT person, body FROM journal WHERE kind = 'suspect-resolved'").Scan(&person, &body), "once")
	require.Equal(t, "p9", person)
	require.Contains(t, body, v.KI)
}

// A sale is not held up by the trimming: it waits for one small transaction at most.
func BenchmarkTrimBatch(b *testing.B) {
	s := open(b, b.TempDir())
	fill(b, s, 20_000, at)
	b.ResetTimer()
	for range b.N {
		n, err := s.TrimEvidence(ctx, at.Add(24*time.Hour), trimRows)
		if err != nil {
			b.Fatal(err)
		}
		if n < trimRows {
			b.StopTimer()
			fill(b, s, 20_000, at)
			b.StartTimer()
		}
	}
}

// BenchmarkEvidence asks a book of 200,000 rows for a page by what is asked most, and for the rarest of all.
func BenchmarkEvidence(b *testing.B) {
	s := open(b, b.TempDir())
	const rows = 200_000
	for i := range rows / 20_000 {
		fill(b, s, 20_000, at.Add(time.Duration(i)*20_000*time.Second))
	}
	for name, q := range map[string]journal.EvidenceQuery{
		"newest":    {},
		"a day":     {Since: at.Add(100_000 * time.Second), Before: at.Add(186_400 * time.Second)},
		"receipt":   {ReceiptID: "r77"},
		"unit":      {KI: "0104612345678903215abCd;"},
		"forbidden": {Decision: marking.Forbid},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Evidence(ctx, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A till that wakes up in 2015 (its battery is flat) writes rows of 2015 until its clock is put right; the
// trimming of the next hour takes them away, though they are minutes old.
func TestRowsOfAClockThatWasWrongAreNotTrimmed(t *testing.T) {
	s := open(t, t.TempDir())
	v := marking.Verdict{Decision: marking.Allow, Source: marking.SourceModule}
	record(t, s, evidenceOf("r1", 1, marked[0], v, at), evidenceOf("r2", 1, marked[1], v, at.AddDate(-11, 0, 0)))
	taken, err := s.TrimEvidence(ctx, at.AddDate(-3, 0, 0), 100)
	require.NoError(t, err)
	require.Zero(t, taken)
	rows, err := s.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, rows, 2)
}

// A unit that was sold in one receipt and refused in a later one (a removed line of a closed receipt).
func TestAnUpgradeDoesNotTakeARefusedLineForTheSale(t *testing.T) {
	dir := t.TempDir()
	first, err := schemas.ReadFile("schema/till-0001.sql")
	require.NoError(t, err)
	path := filepath.Join(dir, tillFile)
	require.NoError(t, touch(path))
	db, err := sql.Open("sqlite", dsn(path, "FULL", false))
	require.NoError(t, err)
	require.NoError(t, migrate(ctx, db, fstest.MapFS{"schema/till-0001.sql": {Data: first}}, "till"))
	require.NoError(t, inTx(ctx, db, func(tx *sql.Tx) error {
		w := writer{ctx: ctx, tx: tx}
		for i, r := range []*till.Receipt{receiptOf(t, "a", marked[0]), receiptOf(t, "b", marked[0], marked[1])} {
			r.Number, r.State, r.ClosedAt = 100+i, till.Closed, at.Add(time.Duration(i)*time.Minute)
			r.Lines[0].Removed = i == 1
			w.receipt(r)
			w.lines(r.ID, r.Lines)
			for _, l := range r.Lines {
				if !l.Removed {
					w.exec("INSERT INTO code_news (ki, returned) VALUES (?, ?)", l.Mark.KI(), false)
				}
			}
		}
		return w.err
	}))
	require.NoError(t, db.Close())
	sold, err := open(t, dir).SoldHere(ctx, code(t, marked[0]).KI())
	require.NoError(t, err)
	require.Equal(t, 100, sold.Number)
}
