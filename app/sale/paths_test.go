package sale_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
)

// answerOf is what one path says, and when.
type answerOf struct {
	after  time.Duration
	answer marking.OnlineAnswer
}

func TestThePathsToTheCentreAreAskedInTheirOrder(t *testing.T) {
	type want struct {
		decision marking.Decision
		source   marking.Source
		elapsed  time.Duration
		second   int // times that the second path was asked
	}
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	yes, sold, fault := saletest.OnlineYes(), saletest.OnlineSold(), saletest.OnlineFault
	for name, c := range map[string]struct {
		first, second answerOf
		want          want
	}{
		"the first one answers: the second is not asked": {
			answerOf{ms(100), yes}, answerOf{0, sold}, want{marking.Allow, marking.SourceOnline, ms(1000), 0}},
		"the first one fails at once: the second decides": {
			answerOf{0, fault(marking.FaultServer)}, answerOf{ms(500), yes}, want{marking.Allow, marking.SourceOnline, ms(1000), 1}},
		"the first one is silent: the second is asked beside it": {
			answerOf{saletest.Never, yes}, answerOf{ms(100), sold}, want{marking.Forbid, marking.SourceOnline, ms(850), 1}},
		"the first one answers while the second is asked": {
			answerOf{ms(900), yes}, answerOf{saletest.Never, sold}, want{marking.Allow, marking.SourceOnline, ms(1000), 1}},
		"both fail: the module decides": {
			answerOf{ms(10), fault(marking.FaultUnauthorised)}, answerOf{ms(20), fault(marking.FaultUnreachable)},
			want{marking.Allow, marking.SourceModule, ms(30), 1}},
		"both are silent: the module decides at the end of the budget": {
			answerOf{saletest.Never, yes}, answerOf{saletest.Never, yes}, want{marking.Allow, marking.SourceModule, budget, 1}},
		"the first one tells of an emergency": {
			answerOf{ms(10), marking.OnlineAnswer{Emergency: true}}, answerOf{0, yes}, want{marking.Allow, marking.SourceEmergency, ms(1000), 0}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first, second, module := saletest.NewOnline(), saletest.NewOnline(), saletest.NewModule()
				first.Set(c.first.after, c.first.answer)
				second.Set(c.second.after, c.second.answer)
				if c.want.source != marking.SourceModule {
					module.Set(saletest.Never, marking.FaultNone)
				}
				j := sale.NewJudge(module, sale.JudgeSettings{Now: time.Now, OfflineOn: true}, first, second)
				defer j.Close()
				start := time.Now()
				got := j.Check(t.Context(), query(t), start)
				require.Equal(t, c.want, want{got.Verdict.Decision, got.Verdict.Source, time.Since(start), second.Asked()})
			})
		})
	}
}

func TestASilentPathIsLeftAloneAndTheNextOneAskedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := saletest.NewOnline(), saletest.NewOnline()
		first.Set(saletest.Never, marking.OnlineAnswer{})
		first.SetProbe(sale.OnlineState{Fault: marking.FaultUnreachable})
		second.Set(saletest.Never, marking.OnlineAnswer{})
		j := sale.NewJudge(nil, sale.JudgeSettings{Now: time.Now}, first, second)
		defer j.Close()
		for range 3 {
			j.Check(t.Context(), query(t), time.Now())
		}
		require.False(t, j.BreakerOpen(), "the second path had only half of the time: it is not to blame")
		second.Set(100*time.Millisecond, saletest.OnlineYes())
		start := time.Now()
		require.Equal(t, marking.SourceOnline, j.Check(t.Context(), query(t), start).Verdict.Source)
		require.Equal(t, 100*time.Millisecond, time.Since(start))
		require.Equal(t, 3, first.Asked())
	})
}

func TestAnAnswerAfterTheVerdictIsHeardStill(t *testing.T) {
	for name, c := range map[string]struct {
		after  time.Duration
		answer marking.OnlineAnswer
		heard  bool
		want   marking.Decision
	}{
		"a yes":                {1600 * time.Millisecond, saletest.OnlineYes(), true, marking.Allow},
		"a no":                 {4 * time.Second, saletest.OnlineSold(), true, marking.Forbid},
		"too late for anybody": {6 * time.Second, saletest.OnlineSold(), false, 0},
		"a fault":              {2 * time.Second, saletest.OnlineFault(marking.FaultServer), false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				online := saletest.NewOnline()
				online.Set(c.after, c.answer)
				j := judge(online, saletest.NewModule())
				defer j.Close()
				got := j.Check(t.Context(), query(t), time.Now())
				require.Equal(t, marking.SourceModule, got.Verdict.Source)
				require.NotNil(t, got.Late)
				late, heard := <-got.Late
				require.Equal(t, c.heard, heard)
				if heard {
					require.Equal(t, c.want, late.Verdict.Decision)
					require.True(t, late.IsLate)
					require.Equal(t, marking.SourceOnline, late.Verdict.Source)
				}
			})
		})
	}
	t.Run("nothing is awaited when the centre was in time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			j := judge(saletest.NewOnline(), saletest.NewModule())
			defer j.Close()
			require.Nil(t, j.Check(t.Context(), query(t), time.Now()).Late)
		})
	})
	t.Run("the end of the till ends the wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			online := saletest.NewOnline()
			online.Set(saletest.Never, marking.OnlineAnswer{})
			j := judge(online, saletest.NewModule())
			start := time.Now()
			got := j.Check(t.Context(), query(t), start)
			j.Close()
			_, heard := <-got.Late
			require.False(t, heard)
			require.Equal(t, budget, time.Since(start))
		})
	})
}

// wall is a clock that tells no monotonic time and may be set.
type wall struct{ shift time.Duration }

func (w *wall) now() time.Time { return time.Now().Add(w.shift).Round(0) }

func TestAClockThatIsSetDoesNotChangeTheBudget(t *testing.T) {
	for name, jump := range map[string]time.Duration{
		"a day back": -24 * time.Hour, "a day ahead": 24 * time.Hour, "a minute ahead": time.Minute,
	} {
		t.Run(name+", before the scan is judged", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clock := &wall{}
				online := saletest.NewOnline()
				online.Set(saletest.Never, marking.OnlineAnswer{})
				j := sale.NewJudge(saletest.NewModule(), sale.JudgeSettings{Now: clock.now, OfflineOn: true}, online)
				defer j.Close()
				scanned, start := clock.now(), time.Now()
				clock.shift = jump
				got := j.Check(t.Context(), query(t), scanned)
				require.Equal(t, marking.SourceModule, got.Verdict.Source, "the module is asked, whatever the clock says")
				require.LessOrEqual(t, time.Since(start), budget)
				require.LessOrEqual(t, got.Elapsed, 2*budget)
				require.Positive(t, got.Elapsed)
			})
		})
	}
	t.Run("a breaker does not stay open for a day", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			clock := &wall{shift: 24 * time.Hour}
			online := saletest.NewOnline()
			online.Set(saletest.Never, marking.OnlineAnswer{})
			j := sale.NewJudge(nil, sale.JudgeSettings{Now: clock.now}, online)
			defer j.Close()
			for range 3 {
				j.Check(t.Context(), query(t), clock.now())
			}
			require.True(t, j.BreakerOpen())
			clock.shift = 0 // the clock is put right
			j.Check(t.Context(), query(t), clock.now())
			synctest.Wait()
			require.False(t, j.BreakerOpen(), "the probe went out at once")
		})
	})
}

func TestInAnEmergencyTheCentreIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online, module := saletest.NewOnline(), saletest.NewModule()
		online.Set(0, saletest.OnlineSold())
		j := judge(online, module)
		defer j.Close()
		began := time.Now()
		j.SetEmergency(marking.Emergency{Since: began, Until: began.Add(time.Hour), Manual: true, By: "Анна", Reason: "объявлена"})
		c := j.Check(t.Context(), query(t), time.Now())
		require.Equal(t, marking.SourceEmergency, c.Verdict.Source)
		require.True(t, c.Verdict.MaySell)
		require.Empty(t, c.Verdict.Tag1265)
		require.Equal(t, "Анна", c.Emergency.By)
		require.Zero(t, online.Asked())

		require.NoError(t, module.Sold(t.Context(), []string{query(t).Code.KI()}))
		require.Equal(t, marking.ReasonSoldHere, j.Check(t.Context(), query(t), time.Now()).Verdict.Reason)

		time.Sleep(time.Hour) // over: the days after it run
		require.Equal(t, marking.Forbid, j.Check(t.Context(), query(t), time.Now()).Verdict.Decision)
		synctest.Wait()
		require.Equal(t, 1, online.Asked(), "it is asked again")
	})
}

func TestASilentPathIsLeftAloneWhenTheNextOneAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := saletest.NewOnline(), saletest.NewOnline()
		first.Set(saletest.Never, marking.OnlineAnswer{})
		first.SetProbe(sale.OnlineState{Fault: marking.FaultUnreachable})
		second.Set(100*time.Millisecond, saletest.OnlineYes())
		j := sale.NewJudge(nil, sale.JudgeSettings{Now: time.Now}, first, second)
		defer j.Close()
		for range 10 {
			j.Check(t.Context(), query(t), time.Now())
		}
		start := time.Now()
		require.Equal(t, marking.SourceOnline, j.Check(t.Context(), query(t), start).Verdict.Source)
		require.Equal(t, 100*time.Millisecond, time.Since(start), "the eleventh scan still waits for the silent path first")
	})
}

// An answer that a gateway took from its module is a module's answer: the centre's own word by the next
// path, in time, must decide (marking-check §5.1).
func TestAnOfflineAnswerOfTheGatewayDoesNotHideTheCentresNo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gateway, trueapi := saletest.NewOnline(), saletest.NewOnline()
		f := false
		gateway.Set(100*time.Millisecond, marking.OnlineAnswer{Path: marking.PathGateway, ReqID: "r", ReqTimestamp: 1, Offline: true, Inst: "i", Version: "v", Sold: &f, Blocked: &f})
		trueapi.Set(100*time.Millisecond, saletest.OnlineSold())
		j := sale.NewJudge(nil, sale.JudgeSettings{Now: time.Now}, gateway, trueapi)
		defer j.Close()
		c := j.Check(t.Context(), query(t), time.Now())
		require.Equal(t, marking.Forbid, c.Verdict.Decision)
		require.Equal(t, marking.SourceOnline, c.Verdict.Source)
	})
}

// A 203 that comes after the budget is a 203 all the same.
func TestALate203IsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online := saletest.NewOnline()
		online.Set(2*time.Second, marking.OnlineAnswer{Emergency: true})
		j := judge(online, saletest.NewModule())
		defer j.Close()
		c := j.Check(t.Context(), query(t), time.Now())
		require.NotNil(t, c.Late)
		late, heard := <-c.Late
		require.True(t, heard)
		require.True(t, late.Online.Emergency)
	})
}

// ticking is a clock that goes on with every look, as real ones do.
type ticking struct{ looks atomic.Int64 }

func (c *ticking) now() time.Time {
	return time.Now().Add(time.Duration(c.looks.Add(1)) * time.Microsecond)
}

func TestAPathThatHadHalfOfTheBudgetIsNotToBlame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := &ticking{}
		first, second := saletest.NewOnline(), saletest.NewOnline()
		for _, path := range []*saletest.Online{first, second} {
			path.Set(saletest.Never, marking.OnlineAnswer{})
			path.SetProbe(sale.OnlineState{Fault: marking.FaultUnreachable})
		}
		j := sale.NewJudge(nil, sale.JudgeSettings{Now: clock.now}, first, second)
		defer j.Close()
		for range 3 {
			j.Check(t.Context(), query(t), clock.now())
		}
		require.False(t, j.BreakerOpen())
	})
}

func TestABreakerOpensWhateverTheBudgetIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online := saletest.NewOnline()
		online.Set(saletest.Never, marking.OnlineAnswer{})
		j := sale.NewJudge(nil, sale.JudgeSettings{Now: time.Now, Budget: 20 * time.Millisecond}, online)
		defer j.Close()
		for range 3 {
			j.Check(t.Context(), query(t), time.Now())
		}
		require.True(t, j.BreakerOpen())
	})
}
