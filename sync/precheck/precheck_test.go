package precheck_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/stock"
	"kassa/app/store"
	"kassa/sync/centralsim"
	"kassa/sync/precheck"
	"kassa/sync/trueapi"
)

// centre is the far side: it notes when it was asked about what, and answers as its test says.
type centre struct {
	answer func(ctx context.Context, asked []string) ([]marking.OnlineAnswer, error) // nil: all is well
	start  time.Time

	mu    sync.Mutex // guards: below
	asked []request
}

type request struct {
	at    time.Duration // since the start
	codes []string
}

func (c *centre) CheckMany(ctx context.Context, codes []string, drive string, zone int) ([]marking.OnlineAnswer, error) {
	c.mu.Lock()
	c.asked = append(c.asked, request{time.Since(c.start), codes})
	c.mu.Unlock()
	if drive != "7380440700000001" || zone != 2 {
		return nil, fmt.Errorf("drive %q zone %d", drive, zone)
	}
	if c.answer == nil {
		return good(len(codes)), nil
	}
	return c.answer(ctx, codes)
}

// times of the requests, and how many codes each had.
func (c *centre) times() (at []time.Duration, sizes []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.asked {
		at, sizes = append(at, r.at), append(sizes, len(r.codes))
	}
	return at, sizes
}

func good(n int) []marking.OnlineAnswer {
	yes, no := true, false
	answers := make([]marking.OnlineAnswer, n)
	for i := range answers {
		answers[i] = marking.OnlineAnswer{
			ReqID: "5d0c1c0e", ReqTimestamp: 1795300000123, Groups: []marking.ProductGroup{marking.Milk},
			Found: &yes, Valid: &yes, Verified: &yes, Realizable: &yes, Utilised: &yes, Blocked: &no, Sold: &no,
		}
	}
	return answers
}

func refusal(f marking.Fault) error { return &trueapi.Error{Op: "check many", Fault: f} }

// shop is a worker with a real store around it, on the clock of a synctest bubble.
type shop struct {
	t      *testing.T
	db     *store.Store
	centre *centre
	set    precheck.Settings
	busy   atomic.Bool // a receipt is being made
	key    atomic.Value
	log    bytes.Buffer // read it after the worker has ended
}

func newShop(t *testing.T) *shop {
	db, err := store.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := &shop{t: t, db: db, centre: &centre{start: time.Now()}}
	s.key.Store("first")
	s.set = precheck.Settings{
		Drive: "7380440700000001", Zone: 2, Now: time.Now, Log: slog.New(slog.NewTextHandler(&s.log, nil)),
		Idle: func() bool { return !s.busy.Load() }, Key: func() string { return s.key.Load().(string) },
	}
	return s
}

// units puts n units into stock, with their check parts.
func (s *shop) units(n int) {
	s.t.Helper()
	codes := make([]stock.Code, n)
	for i := range codes {
		ki := kiOf(i)
		codes[i] = stock.Code{KI: ki, KM: ki + "\x1d93Zz9Q", GTIN: "04600000000015", Group: marking.Milk, Item: "Молоко", Arrived: time.Now()}
	}
	_, err := s.db.AddStockCodes(s.t.Context(), codes)
	require.NoError(s.t, err)
}

func kiOf(i int) string { return fmt.Sprintf("010460000000001521%06d", i) }

// run lets the worker run for some time of the bubble's clock.
func (s *shop) run(w *precheck.Worker, d time.Duration) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), d)
	defer cancel()
	require.ErrorIs(s.t, w.Run(ctx), context.DeadlineExceeded)
}

func (s *shop) worker() *precheck.Worker { return precheck.New(s.set, s.db, s.centre) }

// suspects by КИ.
func (s *shop) suspects() map[string]marking.Reason {
	s.t.Helper()
	list, _, err := s.db.Suspects(s.t.Context(), journal.SuspectQuery{Origin: journal.FromPreCheck})
	require.NoError(s.t, err)
	found := map[string]marking.Reason{}
	for _, v := range list {
		found[v.KI] = v.Reason
	}
	return found
}

func (s *shop) due() int {
	s.t.Helper()
	found, err := s.db.DueStockCodes(s.t.Context(), time.Now(), 24*time.Hour, 1000)
	require.NoError(s.t, err)
	return len(found)
}

func TestUnitsAreAskedAboutInBatchesWithPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(120)
		s.set.Again = time.Hour
		s.run(s.worker(), 59*time.Minute)
		at, sizes := s.centre.times()
		require.Equal(t, []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second}, at)
		require.Equal(t, []int{50, 50, 20}, sizes)
		require.Equal(t, kiOf(0)+"\x1d93Zz9Q", s.centre.asked[0].codes[0], "with the check part")
		require.Contains(t, s.log.String(), "asked=120")
		require.NotContains(t, s.log.String(), kiOf(0)[18:])

		s.run(s.worker(), 3*time.Minute)
		_, sizes = s.centre.times()
		require.Equal(t, []int{50, 50, 20, 50, 50, 20}, sizes)
	})
}

func TestNothingIsAskedWhileAReceiptIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(1)
		s.busy.Store(true)
		w := s.worker()
		s.run(w, 5*time.Minute)
		at, _ := s.centre.times()
		require.Empty(t, at)
		s.busy.Store(false)
		s.run(w, 11*time.Second)
		at, _ = s.centre.times()
		require.Len(t, at, 1)
	})
}

func TestARequestIsGivenUpWhenAReceiptBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(3)
		slow := true
		s.centre.answer = func(ctx context.Context, codes []string) ([]marking.OnlineAnswer, error) {
			if slow {
				time.AfterFunc(2*time.Second, func() { s.busy.Store(true) })
				began := time.Now()
				<-ctx.Done()
				require.LessOrEqual(t, time.Since(began), 2200*time.Millisecond)
				return nil, refusal(marking.FaultTimeout)
			}
			return good(len(codes)), nil
		}
		w := s.worker()
		s.run(w, time.Minute)
		at, _ := s.centre.times()
		require.Len(t, at, 1)
		require.Equal(t, 3, s.due(), "they wait")
		require.NotContains(t, s.log.String(), "timeout", "that was us")
		slow = false
		s.busy.Store(false)
		s.run(w, 11*time.Second)
		require.Zero(t, s.due())
	})
}

func TestACentreInTroubleIsLeftAloneLongerEachTime(t *testing.T) {
	emergency := func(_ context.Context, codes []string) ([]marking.OnlineAnswer, error) {
		answers := make([]marking.OnlineAnswer, len(codes))
		for i := range answers {
			answers[i].Emergency = true
		}
		return answers, nil
	}
	cases := map[string]func(context.Context, []string) ([]marking.OnlineAnswer, error){
		"an emergency":    emergency,
		"too few answers": func(context.Context, []string) ([]marking.OnlineAnswer, error) { return good(1), nil },
		"another error":   func(context.Context, []string) ([]marking.OnlineAnswer, error) { return nil, errors.New("no luck") },
	}
	for _, f := range []marking.Fault{
		marking.FaultBusy, marking.FaultServer, marking.FaultOutside, marking.FaultTimeout, marking.FaultUnreachable, marking.FaultGarbage, marking.FaultNotBound,
	} {
		cases[f.String()] = func(context.Context, []string) ([]marking.OnlineAnswer, error) { return nil, refusal(f) }
	}
	for name, trouble := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newShop(t)
				s.units(2)
				s.centre.answer = trouble
				w := s.worker()
				s.run(w, 6*time.Hour)
				var want []time.Duration
				at := 10 * time.Second
				for pause := 10 * time.Second; at < 6*time.Hour; pause = min(2*pause, time.Hour) {
					want = append(want, at)
					at += pause
				}
				got, _ := s.centre.times()
				require.Equal(t, want, got)
				require.Equal(t, 2, s.due(), "nothing was said of them")
				require.Empty(t, s.suspects())

				// It is well again: from now on in the usual pauses.
				s.centre.answer, s.centre.asked = nil, nil
				s.run(w, 11*time.Second)
				require.Zero(t, s.due())
			})
		})
	}
}

func TestARefusedKeyIsNotTriedAgainForAnHourOrUntilThereIsAnother(t *testing.T) {
	for _, fault := range []marking.Fault{marking.FaultUnauthorised, marking.FaultGone} {
		t.Run(fault.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newShop(t)
				s.units(1)
				s.centre.answer = func(context.Context, []string) ([]marking.OnlineAnswer, error) { return nil, refusal(fault) }
				w := s.worker()
				s.run(w, 50*time.Minute)
				at, _ := s.centre.times()
				require.Equal(t, []time.Duration{10 * time.Second}, at)
				s.run(w, 20*time.Minute)
				at, _ = s.centre.times()
				require.Len(t, at, 2, "an hour has gone")

				s.key.Store("second")
				s.centre.answer = nil
				s.run(w, 11*time.Second)
				require.Zero(t, s.due(), "another key is tried at once")
				require.Contains(t, s.log.String(), "the key is refused")
				require.NotContains(t, s.log.String(), "first")
			})
		})
	}
}

func TestOneUnitThatTheCentreRefusesDoesNotStopTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(60)
		poison := kiOf(7) + "\x1d93Zz9Q"
		s.centre.answer = func(_ context.Context, codes []string) ([]marking.OnlineAnswer, error) {
			if slices.Contains(codes, poison) {
				return nil, refusal(marking.FaultBadRequest)
			}
			return good(len(codes)), nil
		}
		s.run(s.worker(), 10*time.Minute)
		_, sizes := s.centre.times()
		want := append([]int{50}, slices.Repeat([]int{1}, 50)...)
		require.Equal(t, append(want, 10), sizes, "one by one, then as usual")
		require.Zero(t, s.due())
		require.Contains(t, s.log.String(), "gtin=04600000000015")
		require.NotContains(t, s.log.String(), "000007")
	})
}

func TestWhatIsSaidAgainstAUnitIsAnAdvice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(6)
		bare := stock.Code{KI: kiOf(90), GTIN: "04600000000015", Group: marking.Milk, Arrived: time.Now()}
		_, err := s.db.AddStockCodes(t.Context(), []stock.Code{bare})
		require.NoError(t, err)
		yes, no := true, false
		fine := false
		s.centre.answer = func(_ context.Context, codes []string) ([]marking.OnlineAnswer, error) {
			answers := good(len(codes))
			for i, code := range codes {
				ki, tail, _ := strings.Cut(code, "\x1d")
				a := &answers[i]
				switch {
				case fine:
				case ki == kiOf(1):
					a.Blocked = &yes
				case ki == kiOf(2):
					a.ExpireDate = time.Now().Add(-time.Hour).Format("2006-01-02T15:04:05.000Z")
				case ki == kiOf(3):
					a.Verified, a.Valid = &no, &no
				case ki == kiOf(4):
					a.Sold = &yes
				case ki == kiOf(5):
					*a = marking.OnlineAnswer{Fault: marking.FaultGarbage}
				case ki == bare.KI:
					require.Empty(t, tail)
					a.Verified, a.Valid = &no, &no
				}
			}
			return answers, nil
		}
		s.set.Again = time.Hour
		w := s.worker()
		s.run(w, time.Minute)
		require.Equal(t, map[string]marking.Reason{
			kiOf(1): marking.ReasonBlocked, kiOf(2): marking.ReasonExpired, kiOf(3): marking.ReasonBadCheck, kiOf(4): marking.ReasonSold,
		}, s.suspects(), "without a check part nobody can say that it is wrong")
		advice, ok, err := s.db.Suspect(t.Context(), kiOf(2))
		require.NoError(t, err)
		require.True(t, ok)
		require.NotEmpty(t, advice.Until)
		require.Equal(t, "Молоко", advice.Item)
		require.Empty(t, advice.Person)

		fine = true
		s.run(w, 61*time.Minute)
		require.Empty(t, s.suspects(), "fine again")
	})
}

func TestASoldUnitIsNotAskedAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(2)
		require.NoError(t, s.db.Commit(t.Context(), journal.Change{Entry: journal.Entry{Kind: "result"}, News: []journal.CodeNews{{KI: kiOf(0)}}}))
		s.run(s.worker(), time.Minute)
		require.Len(t, s.centre.asked, 1)
		require.Equal(t, []string{kiOf(1) + "\x1d93Zz9Q"}, s.centre.asked[0].codes)
	})
}

func TestOnePassAsksWhatIsDueAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(60)
		yes := true
		s.centre.answer = func(_ context.Context, codes []string) ([]marking.OnlineAnswer, error) {
			answers := good(len(codes))
			answers[0].Blocked = &yes
			return answers, nil
		}
		result, err := s.worker().Once(t.Context())
		require.NoError(t, err)
		require.Equal(t, precheck.Result{Asked: 60, Suspects: map[marking.Reason]int{marking.ReasonBlocked: 2}}, result)
		at, _ := s.centre.times()
		require.Equal(t, []time.Duration{0, 10 * time.Second}, at)

		result, err = s.worker().Once(t.Context())
		require.NoError(t, err)
		require.Zero(t, result.Asked, "nothing is due")

		s.units(61)
		s.centre.answer = func(context.Context, []string) ([]marking.OnlineAnswer, error) {
			return nil, refusal(marking.FaultUnreachable)
		}
		_, err = s.worker().Once(t.Context())
		var failed *trueapi.Error
		require.ErrorAs(t, err, &failed, "a failure ends it")
		_, sizes := s.centre.times()
		require.Equal(t, []int{50, 10, 1}, sizes)
	})
}

func TestOnePassWithAUnitThatTheCentreRefusesAsksTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(55)
		s.centre.answer = func(_ context.Context, codes []string) ([]marking.OnlineAnswer, error) {
			if slices.Contains(codes, kiOf(49)+"\x1d93Zz9Q") {
				return nil, refusal(marking.FaultBadRequest)
			}
			return good(len(codes)), nil
		}
		result, err := s.worker().Once(t.Context())
		require.NoError(t, err)
		require.Equal(t, 54, result.Asked)
		require.Zero(t, s.due())
	})
}

func TestOnePassWaitsForTheReceiptThatIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		s.units(1)
		s.busy.Store(true)
		time.AfterFunc(time.Minute, func() { s.busy.Store(false) })
		result, err := s.worker().Once(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, result.Asked)
		at, _ := s.centre.times()
		require.GreaterOrEqual(t, at[0], time.Minute)

		s.busy.Store(true)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = s.worker().Once(ended)
		require.ErrorIs(t, err, context.Canceled)
	})
}

// Real HTTP, the client of path A and the central system of the lab.
func TestTheCentreIsAskedOverHTTP(t *testing.T) {
	central, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		central.Handler().ServeHTTP(w, r)
	}))
	defer server.Close()
	facts := fmt.Sprintf(`[{"cis":%q,"groupIds":[8]},{"cis":%q,"isBlocked":true,"ogvs":["RSHN"]},{"cis":%q,"groupIds":[8],"expireDate":"2020-01-01T00:00:00.000Z"}]`, kiOf(0), kiOf(1), kiOf(2))
	put := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/lab/codes", strings.NewReader(facts))
	answer := httptest.NewRecorder()
	central.Control().ServeHTTP(answer, put)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)

	sites := trueapi.NewSites(trueapi.SitesSettings{
		Entry: server.URL, BuiltIn: []string{server.URL}, Token: func() string { return "t" }, Now: time.Now,
	}, slog.New(slog.DiscardHandler))
	defer sites.Close()
	s := newShop(t)
	s.units(4)
	s.set.Batch, s.set.Every = 3, time.Millisecond
	result, err := precheck.New(s.set, s.db, sites).Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, 4, result.Asked)
	require.EqualValues(t, 2, requests.Load(), "two batches")
	require.Equal(t, map[string]marking.Reason{
		kiOf(1): marking.ReasonBlocked, kiOf(2): marking.ReasonExpired, kiOf(3): marking.ReasonNotFound,
	}, s.suspects())
}
