package sale_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
)

const budget = 1500 * time.Millisecond

// judge is a Judge over the fakes, inside a bubble: its clock is the bubble's.
func judge(online *saletest.Online, module *saletest.Module) *sale.Judge {
	return sale.NewJudge(module, sale.JudgeSettings{Now: time.Now, OfflineOn: true}, online)
}

func query(t *testing.T) marking.Query {
	t.Helper()
	s, err := marking.Parse(saletest.Unit(saletest.Milk, 1))
	require.NoError(t, err)
	return marking.Query{Code: s.Code, Group: marking.Milk, Price: 89_90, At: time.Now()}
}

func TestTheBudgetOfACheck(t *testing.T) {
	const (
		ready = iota
		away
		sold
		hangs
		slow // answers after 900 ms
	)
	type want struct {
		decision marking.Decision
		source   marking.Source
		elapsed  time.Duration
	}
	yes, none := saletest.OnlineYes(), marking.OnlineAnswer{}
	cases := map[string]struct {
		online time.Duration
		answer marking.OnlineAnswer
		module int
		want   want
	}{
		"yes at 1.499 s, module ready":        {1499 * time.Millisecond, yes, ready, want{marking.Allow, marking.SourceOnline, 1499 * time.Millisecond}},
		"yes at 1.499 s, module away":         {1499 * time.Millisecond, yes, away, want{marking.Allow, marking.SourceOnline, 1499 * time.Millisecond}},
		"yes at 1.499 s, sold in the module":  {1499 * time.Millisecond, yes, sold, want{marking.Forbid, marking.SourceModule, 0}},
		"yes at 1.501 s, module ready":        {1501 * time.Millisecond, yes, ready, want{marking.Allow, marking.SourceModule, budget}},
		"yes at 1.501 s, module away":         {1501 * time.Millisecond, yes, away, want{marking.Unchecked, marking.SourceNone, budget}},
		"yes at 1.501 s, sold in the module":  {1501 * time.Millisecond, yes, sold, want{marking.Forbid, marking.SourceModule, 0}},
		"never, module ready":                 {saletest.Never, none, ready, want{marking.Allow, marking.SourceModule, budget}},
		"never, module hangs":                 {saletest.Never, none, hangs, want{marking.Unchecked, marking.SourceNone, budget}},
		"yes at once, module hangs":           {0, yes, hangs, want{marking.Allow, marking.SourceOnline, time.Second}},
		"yes at once, module slow":            {0, yes, slow, want{marking.Allow, marking.SourceOnline, 900 * time.Millisecond}},
		"yes at 0.4 s, module hangs":          {400 * time.Millisecond, yes, hangs, want{marking.Allow, marking.SourceOnline, time.Second}},
		"yes at once, module ready":           {0, yes, ready, want{marking.Allow, marking.SourceOnline, 0}},
		"no at once does not wait for anyone": {0, saletest.OnlineSold(), hangs, want{marking.Forbid, marking.SourceOnline, 0}},
		"refused at once, module slow":        {0, saletest.OnlineFault(marking.FaultUnreachable), slow, want{marking.Allow, marking.SourceModule, 900 * time.Millisecond}},
		"refused at once, module hangs":       {0, saletest.OnlineFault(marking.FaultServer), hangs, want{marking.Unchecked, marking.SourceNone, time.Second}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				online, module := saletest.NewOnline(), saletest.NewModule()
				online.Set(c.online, c.answer)
				q := query(t)
				switch c.module {
				case away:
					module.Set(0, marking.FaultUnreachable)
				case sold:
					require.NoError(t, module.Sold(t.Context(), []string{q.Code.KI()}))
				case hangs:
					module.Set(saletest.Never, marking.FaultNone)
				case slow:
					module.Set(900*time.Millisecond, marking.FaultNone)
				}
				j := judge(online, module)
				defer j.Close()
				start := time.Now()
				got := j.Check(t.Context(), q, start)
				require.Equal(t, c.want, want{got.Verdict.Decision, got.Verdict.Source, time.Since(start)})
				require.Equal(t, c.want.elapsed, got.Elapsed)
				require.Equal(t, c.want.elapsed == budget, got.Overtime)
			})
		})
	}
}

func TestTheBudgetRunsFromTheScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online, module := saletest.NewOnline(), saletest.NewModule()
		online.Set(saletest.Never, marking.OnlineAnswer{})
		j := judge(online, module)
		defer j.Close()
		scanned := time.Now()
		time.Sleep(400 * time.Millisecond) // the bubble's clock: the scan waited for the till
		got := j.Check(t.Context(), query(t), scanned)
		require.Equal(t, budget, time.Since(scanned))
		require.Equal(t, budget, got.Elapsed)
	})
}

func TestTheBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online, module := saletest.NewOnline(), saletest.NewModule()
		online.Set(saletest.Never, marking.OnlineAnswer{})
		online.SetProbe(sale.OnlineState{Fault: marking.FaultUnreachable})
		j := judge(online, module)
		defer j.Close()
		check := func() (sale.Checked, time.Duration) {
			start := time.Now()
			c := j.Check(t.Context(), query(t), start)
			return c, time.Since(start)
		}
		for range 2 {
			_, took := check()
			require.Equal(t, budget, took)
			require.False(t, j.BreakerOpen())
		}
		check()
		require.True(t, j.BreakerOpen(), "three time-outs open it")

		c, took := check()
		require.Zero(t, took, "nobody waits for the centre any more")
		require.Equal(t, marking.FaultBreaker, c.Verdict.OnlineFault)
		require.Equal(t, marking.SourceModule, c.Verdict.Source)
		require.Equal(t, 3, online.Asked())

		time.Sleep(30 * time.Second)
		check() // sends the probe, which fails
		synctest.Wait()
		require.True(t, j.BreakerOpen())
		require.Equal(t, 3, online.Asked(), "a probe asks about no code")

		online.SetProbe(sale.OnlineState{})
		online.Set(0, saletest.OnlineYes())
		check()
		synctest.Wait()
		require.True(t, j.BreakerOpen(), "the next probe has its time too")
		time.Sleep(30 * time.Second)
		check()
		synctest.Wait()
		require.False(t, j.BreakerOpen())
		c, _ = check()
		require.Equal(t, marking.SourceOnline, c.Verdict.Source)
	})
}

// plain hides Health: an online source that cannot be probed.
type plain struct{ sale.Online }

func TestWithoutAProbeTheNextCodeIsTheProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online := saletest.NewOnline()
		online.Set(saletest.Never, marking.OnlineAnswer{})
		j := sale.NewJudge(nil, sale.JudgeSettings{Now: time.Now}, plain{online})
		defer j.Close()
		for range 4 {
			j.Check(t.Context(), query(t), time.Now())
		}
		require.Equal(t, 3, online.Asked())
		time.Sleep(30 * time.Second)
		online.Set(0, saletest.OnlineYes())
		require.Equal(t, marking.SourceOnline, j.Check(t.Context(), query(t), time.Now()).Verdict.Source)
		require.False(t, j.BreakerOpen())
	})
}

func TestAnswersAndSalesKnownToTheModuleDoNotOpenTheBreaker(t *testing.T) {
	cases := map[string]func(*saletest.Online, *saletest.Module, marking.Query){
		"errors that come at once": func(o *saletest.Online, _ *saletest.Module, _ marking.Query) {
			o.Set(0, saletest.OnlineFault(marking.FaultServer))
		},
		"a module that forbids before the centre answers": func(o *saletest.Online, m *saletest.Module, q marking.Query) {
			o.Set(time.Second, saletest.OnlineYes())
			if err := m.Sold(context.Background(), []string{q.Code.KI()}); err != nil {
				panic(err)
			}
		},
	}
	for name, arrange := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				online, module := saletest.NewOnline(), saletest.NewModule()
				arrange(online, module, query(t))
				j := judge(online, module)
				defer j.Close()
				for range 5 {
					c := j.Check(t.Context(), query(t), time.Now())
					require.False(t, c.Overtime)
				}
				require.False(t, j.BreakerOpen())
			})
		})
	}
}

func TestAForeignOrAbsentModuleIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online, module := saletest.NewOnline(), saletest.NewModule()
		online.Set(0, saletest.OnlineFault(marking.FaultUnreachable))
		j := judge(online, module)
		defer j.Close()
		j.SetForeign(true)
		require.Equal(t, marking.FaultForeign, j.Check(t.Context(), query(t), time.Now()).Verdict.ModuleFault)
		off := sale.NewJudge(module, sale.JudgeSettings{Now: time.Now})
		defer off.Close()
		v := off.Check(t.Context(), query(t), time.Now()).Verdict
		require.Equal(t, marking.FaultOff, v.ModuleFault)
		require.Equal(t, marking.FaultNotBound, v.OnlineFault)
	})
}

func TestASoldOfTheModuleIsWaitedForButNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online, module := saletest.NewOnline(), saletest.NewModule()
		j := judge(online, module)
		defer j.Close()
		require.NoError(t, module.Sold(t.Context(), []string{query(t).Code.KI()}))
		module.Set(450*time.Millisecond, marking.FaultNone)
		require.Equal(t, marking.ReasonSoldHere, j.Check(t.Context(), query(t), time.Now()).Verdict.Reason, "it forbids always")

		check := func() (time.Duration, sale.Checked) {
			start := time.Now()
			c := j.Check(t.Context(), query(t), start)
			return time.Since(start), c
		}
		module.Set(saletest.Never, marking.FaultNone)
		for range 3 {
			took, c := check()
			require.Equal(t, time.Second, took)
			require.Equal(t, marking.FaultTimeout, c.Module.Fault)
		}
		took, c := check()
		require.Zero(t, took, "a module that hangs does not hinder the online check")
		require.Equal(t, marking.Allow, c.Verdict.Decision)
		require.Equal(t, marking.FaultNotNeeded, c.Module.Fault)

		module.Set(0, marking.FaultNone)
		online.Set(100*time.Millisecond, saletest.OnlineYes())
		check()
		module.Set(450*time.Millisecond, marking.FaultNone)
		took, c = check()
		require.Equal(t, 450*time.Millisecond, took, "it is back, and waited for")
		require.Equal(t, marking.ReasonSoldHere, c.Verdict.Reason)
	})
}

// described is a centre that tells what it asks.
type described struct{ *saletest.Online }

func (described) Asked(marking.Query) marking.OnlineAnswer {
	return marking.OnlineAnswer{Path: marking.PathTrueAPI, Site: "cdn-a.example", Sent: "the question"}
}

func TestAQuestionWithoutAnAnswerIsInTheEvidence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online, module := saletest.NewOnline(), saletest.NewModule()
		online.Set(saletest.Never, marking.OnlineAnswer{})
		j := sale.NewJudge(module, sale.JudgeSettings{Now: time.Now, OfflineOn: true}, described{online})
		defer j.Close()
		c := j.Check(t.Context(), query(t), time.Now())
		require.Equal(t, marking.OnlineAnswer{Path: marking.PathTrueAPI, Site: "cdn-a.example", Sent: "the question",
			Fault: marking.FaultTimeout, Detail: "no answer before the verdict", Latency: budget}, c.Online)
		require.True(t, c.Overtime)

		require.NoError(t, module.Sold(t.Context(), []string{query(t).Code.KI()}))
		c = j.Check(t.Context(), query(t), time.Now())
		require.Equal(t, marking.FaultNotNeeded, c.Online.Fault, "nobody waited for it: that is no time-out")
		require.False(t, c.Overtime)
		require.Equal(t, "the question", c.Online.Sent)
	})
}
