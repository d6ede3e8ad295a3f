package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/stock"
	"kassa/app/till"
)

// unit is a code of the stock with its check part.
func unit(t testing.TB, raw string) stock.Code {
	t.Helper()
	c := code(t, raw)
	return stock.Code{KI: c.KI(), KM: c.KM(), GTIN: c.GTIN(), Group: marking.Milk, Item: "Молоко", Arrived: at.Local(), Document: "УПД 118 от 20.11.2026"}
}

// due are the КИ of the units that are to be asked about now.
func due(t testing.TB, s *Store, now time.Time) []string {
	t.Helper()
	found, err := s.DueStockCodes(ctx, now, 24*time.Hour, 100)
	require.NoError(t, err)
	var ki []string
	for _, c := range found {
		ki = append(ki, c.KI)
	}
	return ki
}

func add(t testing.TB, s *Store, codes ...stock.Code) int {
	t.Helper()
	n, err := s.AddStockCodes(ctx, codes)
	require.NoError(t, err)
	return n
}

// found is what a check says of a unit.
func found(c stock.Code, when time.Time, reason marking.Reason) stock.CodeState {
	return stock.CodeState{Code: c, Asked: when, Reason: reason}
}

func keep(t testing.TB, s *Store, states ...stock.CodeState) {
	t.Helper()
	require.NoError(t, s.KeepStockAnswers(ctx, states))
}

// advised are the КИ on the list by advice.
func advised(t testing.TB, s *Store) []string {
	t.Helper()
	list, _, err := s.Suspects(ctx, journal.SuspectQuery{Origin: journal.FromPreCheck})
	require.NoError(t, err)
	var ki []string
	for _, v := range list {
		ki = append(ki, v.KI)
	}
	return ki
}

func sell(t testing.TB, s *Store, ki string, returned bool) {
	t.Helper()
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "result"}, News: []journal.CodeNews{{KI: ki, Returned: returned}}}))
}

func TestAUnitComesIntoStockOnce(t *testing.T) {
	s := open(t, t.TempDir())
	milk, pack := unit(t, marked[0]), unit(t, marked[3])
	bare := milk
	bare.KM, bare.Document = "", "УПД 1"
	require.Equal(t, 1, add(t, s, bare))
	require.Equal(t, 1, add(t, s, bare, pack, bare))
	got, err := s.DueStockCodes(ctx, at, 24*time.Hour, 10)
	require.NoError(t, err)
	require.ElementsMatch(t, []stock.CodeState{{Code: bare}, {Code: pack}}, got)
	require.False(t, got[0].HasTail() && got[1].HasTail())

	// Its check part comes later: the unit is asked about once more.
	keep(t, s, found(bare, at, ""), found(pack, at, ""))
	require.Empty(t, due(t, s, at.Add(time.Hour)))
	require.Zero(t, add(t, s, milk), "it is no new unit")
	got, err = s.DueStockCodes(ctx, at.Add(time.Hour), 24*time.Hour, 10)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, milk.KM, got[0].Ask())
	require.Equal(t, "УПД 1", got[0].Document)
}

func TestALongListComesIntoStockInParts(t *testing.T) {
	s := open(t, t.TempDir())
	var codes []stock.Code
	for i := range 2*stockRows + 7 {
		codes = append(codes, stock.Code{KI: fmt.Sprintf("010460000000001521%06d", i), GTIN: "04600000000015", Arrived: at})
	}
	require.Equal(t, len(codes), add(t, s, codes...))
	require.Zero(t, add(t, s, codes...))
	require.Len(t, due(t, s, at), 100, "the limit of a question")
}

func TestUnitsAreAskedAboutInTurnAndAgainInTime(t *testing.T) {
	s := open(t, t.TempDir())
	a, b, c := unit(t, marked[0]), unit(t, marked[1]), unit(t, marked[2])
	add(t, s, a, b, c)
	keep(t, s, found(b, at, ""), found(a, at.Add(time.Hour), ""))
	require.Equal(t, []string{c.KI}, due(t, s, at.Add(2*time.Hour)), "never asked")
	keep(t, s, found(c, at.Add(2*time.Hour), ""))
	require.Empty(t, due(t, s, at.Add(23*time.Hour)))
	require.Equal(t, []string{b.KI}, due(t, s, at.Add(24*time.Hour)))
	require.Equal(t, []string{b.KI, a.KI, c.KI}, due(t, s, at.Add(26*time.Hour)), "the longest waiting first")
}

func TestTheAdviceFollowsWhatIsSaidOfAUnit(t *testing.T) {
	s := open(t, t.TempDir())
	a, b := unit(t, marked[0]), unit(t, marked[3])
	add(t, s, a, b)
	refused := journal.Suspect{KI: a.KI, Origin: journal.FromSale, Reason: marking.ReasonSold, At: at}
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "check"}, Suspects: []journal.Suspect{refused}}))

	expired := stock.CodeState{Code: a, Asked: at, Reason: marking.ReasonExpired, Until: "2026-11-20T00:00:00.000Z"}
	keep(t, s, expired, found(b, at, marking.ReasonNone))
	advice, ok, err := s.Suspect(ctx, a.KI)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, journal.Suspect{
		KI: a.KI, GTIN: a.GTIN, Item: "Молоко", Reason: marking.ReasonExpired, Until: expired.Until, Origin: journal.FromPreCheck, At: at,
	}, normal(advice))
	require.Equal(t, []string{a.KI}, advised(t, s))

	expired.Asked = at.Add(24 * time.Hour)
	keep(t, s, expired)
	advice, _, err = s.Suspect(ctx, a.KI)
	require.NoError(t, err)
	require.Equal(t, at, normal(advice).At, "since then")

	keep(t, s, found(a, at.Add(48*time.Hour), marking.ReasonNone))
	require.Empty(t, advised(t, s), "it is fine again")
	official, ok, err := s.Suspect(ctx, a.KI)
	require.NoError(t, err)
	require.True(t, ok, "the official answer stays")
	require.Equal(t, journal.FromSale, official.Origin)
}

func normal(s journal.Suspect) journal.Suspect {
	s.At = s.At.UTC()
	return s
}

func TestAnAdviceThatWasResolvedComesBackOnlyWithAnotherReason(t *testing.T) {
	s := open(t, t.TempDir())
	a := unit(t, marked[0])
	add(t, s, a)
	keep(t, s, found(a, at, marking.ReasonBlocked))
	require.NoError(t, s.ResolveSuspect(ctx, a.KI, journal.FromPreCheck, till.Person{ID: "p9", Name: "Борис"}, at))
	keep(t, s, found(a, at.Add(24*time.Hour), marking.ReasonBlocked))
	require.Empty(t, advised(t, s))
	keep(t, s, found(a, at.Add(48*time.Hour), marking.ReasonExpired))
	require.Equal(t, []string{a.KI}, advised(t, s))
}

func TestASoldUnitIsLeftAloneUntilItIsTakenBack(t *testing.T) {
	s := open(t, t.TempDir())
	a, b, before := unit(t, marked[0]), unit(t, marked[3]), unit(t, marked[2])
	sell(t, s, before.KI, false)
	add(t, s, a, b, before)
	require.ElementsMatch(t, []string{a.KI, b.KI}, due(t, s, at), "what was sold before it was written down is sold")
	keep(t, s, found(a, at, marking.ReasonBlocked), found(b, at, ""))

	sell(t, s, a.KI, false)
	require.Empty(t, advised(t, s), "there is nothing to advise about")
	later := at.Add(72 * time.Hour)
	require.Equal(t, []string{b.KI}, due(t, s, later))
	keep(t, s, found(a, later, marking.ReasonExpired))
	require.Empty(t, advised(t, s), "sold while the centre was asked")

	sell(t, s, a.KI, true)
	require.Equal(t, []string{a.KI, b.KI}, due(t, s, later), "back in stock, at once")
	keep(t, s, found(a, later, marking.ReasonBlocked))
	require.Equal(t, []string{a.KI}, advised(t, s), "with the same reason as before it was sold")
}

func TestAnswersAboutTheStockAreKeptAllOrNone(t *testing.T) {
	s := open(t, t.TempDir())
	a := unit(t, marked[0])
	add(t, s, a)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	require.Error(t, s.KeepStockAnswers(ended, []stock.CodeState{found(a, at, marking.ReasonBlocked)}))
	require.Empty(t, advised(t, s))
	require.Equal(t, []string{a.KI}, due(t, s, at))
	keep(t, s, found(unit(t, marked[1]), at, marking.ReasonBlocked))
	require.Empty(t, advised(t, s), "of a unit that nobody has written down nothing is kept")
}

// While a long list is written and an old book is trimmed, sales go on: each waits for one small transaction.
func TestASaleDoesNotWaitForTheEndOfLongWork(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, 2000, at)
	var codes []stock.Code
	for i := range 5000 {
		codes = append(codes, stock.Code{KI: fmt.Sprintf("010460000000001521%06d", i), GTIN: "04600000000015", Arrived: at})
	}
	for name, work := range map[string]func() error{
		"trimming the book of checks": func() error { _, err := s.TrimEvidence(ctx, at.Add(time.Hour), 2000); return err },
		"a long list for the stock":   func() error { _, err := s.AddStockCodes(ctx, codes); return err },
	} {
		t.Run(name, func(t *testing.T) {
			changed := func() int {
				var n int
				require.NoError(t, s.read.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM stock_codes) - (SELECT count(*) FROM checks)").Scan(&n))
				return n
			}
			begin, ended := changed(), make(chan error, 1)
			go func() { ended <- work() }()
			for changed() == begin {
			}
			sold := 0
			for {
				select {
				case err := <-ended:
					require.NoError(t, err)
					require.Greater(t, sold, 10, "sales came between")
					return
				default:
					sell(t, s, "ki", false)
					sold++
				}
			}
		})
	}
}
