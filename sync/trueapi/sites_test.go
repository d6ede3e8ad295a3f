package trueapi_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/trueapi"
)

// The table of guide §1.4 (marking-check §2.5): a is the best site, b is the next one and well.
func TestEveryOutcomeOfACheckIsTreatedAsTheGuideSays(t *testing.T) {
	const (
		ok       = `{}`
		slow     = `{"delay_ms":1600}`
		silent   = `{"blackhole":true}`
		busy     = `{"status":429}`
		failing  = `{"status":500}`
		outside  = `{"status":500,"body_code":5000}`
		bodyBusy = `{"body_code":429}`
	)
	for _, c := range []struct {
		name   string
		script []string
		more   time.Duration // beyond the scan's 1.5 s
		fault  marking.Fault
		from   string // who answered last
		asked  [2]int // a and b
		out    bool
		misses int
		took   time.Duration
	}{
		{name: "an answer is an answer", script: []string{ok}, from: "a", asked: [2]int{1, 0}},
		{name: "an answer after 1.4 s is in time", script: []string{`{"delay_ms":1400}`}, from: "a", asked: [2]int{1, 0}, took: 1400 * time.Millisecond},
		{name: "an answer after 1.6 s is a miss", script: []string{slow}, fault: marking.FaultTimeout, from: "a", asked: [2]int{1, 0}, misses: 1, took: 1500 * time.Millisecond},
		{name: "an answer after 1.6 s is still an answer for who waits, and a miss", script: []string{slow}, more: time.Second, from: "a", asked: [2]int{1, 0}, misses: 1, took: 1600 * time.Millisecond},
		{name: "silence is a miss and no other site is asked", script: []string{silent}, fault: marking.FaultTimeout, from: "a", asked: [2]int{1, 0}, misses: 1, took: 1500 * time.Millisecond},
		{name: "a byte now and then is a miss", script: []string{`{"drip":true}`}, fault: marking.FaultTimeout, from: "a", asked: [2]int{1, 0}, misses: 1, took: 1500 * time.Millisecond},
		{name: "a bad request is final", script: []string{`{"status":400}`}, fault: marking.FaultBadRequest, from: "a", asked: [2]int{1, 0}},
		{name: "an unknown method is final", script: []string{`{"status":404}`}, fault: marking.FaultBadRequest, from: "a", asked: [2]int{1, 0}},
		{name: "a refused key is final", script: []string{`{"status":401}`}, fault: marking.FaultUnauthorised, from: "a", asked: [2]int{1, 0}},
		{name: "a path that was switched off is final", script: []string{`{"status":410}`}, fault: marking.FaultGone, from: "a", asked: [2]int{1, 0}},
		{name: "busy, then free", script: []string{busy, ok}, from: "a", asked: [2]int{2, 0}},
		{name: "busy twice: out, the next site answers", script: []string{busy}, from: "b", asked: [2]int{2, 1}, out: true},
		{name: "busy twice inside of answers: out", script: []string{bodyBusy}, from: "b", asked: [2]int{2, 1}, out: true},
		{name: "failing, then well", script: []string{failing, ok}, from: "a", asked: [2]int{2, 0}},
		{name: "failing twice: out, the next site answers", script: []string{failing}, from: "b", asked: [2]int{2, 1}, out: true},
		{name: "failing, then busy: out", script: []string{failing, busy}, from: "b", asked: [2]int{2, 1}, out: true},
		{name: "a silent issuer twice: the site is fine", script: []string{outside}, fault: marking.FaultOutside, from: "a", asked: [2]int{2, 0}},
		{name: "a silent issuer, then an answer", script: []string{outside, ok}, from: "a", asked: [2]int{2, 0}},
		{name: "failing, then a silent issuer: the site is fine", script: []string{failing, outside}, fault: marking.FaultOutside, from: "a", asked: [2]int{2, 0}},
		{name: "a reset: a miss, and another site may do better", script: []string{`{"reset":true}`}, from: "b", asked: [2]int{1, 1}, misses: 1},
		{name: "nonsense: a miss, and another site may do better", script: []string{`{"garbage":true}`}, from: "b", asked: [2]int{1, 1}, misses: 1},
		{name: "slow failures: the site is put out after the scan, the next scan has the next site",
			script: []string{`{"status":500,"delay_ms":1400}`}, fault: marking.FaultTimeout, from: "a", asked: [2]int{2, 0}, out: true, took: 1500 * time.Millisecond},
		{name: "slow failures: who waits longer has the next site's answer",
			script: []string{`{"status":500,"delay_ms":1400}`}, more: 2 * time.Second, from: "b", asked: [2]int{2, 1}, out: true, took: 2800 * time.Millisecond},
		{name: "failing, then silent: no failure twice, and a miss", script: []string{failing, silent}, fault: marking.FaultTimeout, from: "a", asked: [2]int{2, 0}, misses: 1, took: 1500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, "a", "b")
				n.hosts["b"].faults(`{"delay_ms":10,"on":"health"}`)
				pool := n.pool()
				n.serve(pool)
				synctest.Wait()
				time.Sleep(time.Second) // the sites are measured
				require.Equal(t, []string{"a", "b"}, ranks(pool))

				n.hosts["a"].follow(c.script...)
				start := time.Now()
				a := scan(t, pool, c.more)
				require.Equal(t, c.took, time.Since(start))
				require.Equal(t, c.took, a.Latency)
				require.Equal(t, c.fault, a.Fault, a.Detail)
				require.Equal(t, marking.PathTrueAPI, a.Path)
				require.Equal(t, c.from+".lab", a.Site)
				require.JSONEq(t, `{"codes":["0104600000000015215AbC!d9<&\u001d93Zz9Q"]}`, a.Sent)
				time.Sleep(10 * time.Second) // what goes on after the scan is over
				require.Len(t, n.hosts["a"].asked(check), c.asked[0])
				require.Len(t, n.hosts["b"].asked(check), c.asked[1])
				require.Equal(t, c.out, state(t, pool, "a").Out)
				require.Equal(t, c.misses, state(t, pool, "a").Misses)
				require.False(t, state(t, pool, "b").Out)
			})
		})
	}
}

func TestThreeScansWithoutAnAnswerInARowPutASiteOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab", "http://b.lab"} })
		a := n.hosts["a"]
		const silent, ok, refused = `{"blackhole":true}`, `{}`, `{"status":401}`
		a.follow(silent, silent, ok, silent, silent, refused, silent)
		for _, want := range []marking.Fault{
			marking.FaultTimeout, marking.FaultTimeout, marking.FaultNone,
			marking.FaultTimeout, marking.FaultTimeout, marking.FaultUnauthorised,
			marking.FaultTimeout, marking.FaultTimeout,
		} {
			require.Equal(t, want, scan(t, pool, 0).Fault)
			require.False(t, state(t, pool, "a").Out, "an answer between them begins the row anew")
		}
		require.Equal(t, marking.FaultTimeout, scan(t, pool, 0).Fault)
		require.True(t, state(t, pool, "a").Out)
		require.Equal(t, time.Now().Add(15*time.Minute), state(t, pool, "a").Until)
		answer := scan(t, pool, 0)
		require.True(t, answer.Answered(), answer.Detail)
		require.Equal(t, "b.lab", answer.Site)
	})
}

func TestABlockEndsWithAHealthCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		n.hosts["b"].faults(`{"delay_ms":10,"on":"health"}`)
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Minute)
		n.hosts["a"].follow(`{"status":500,"on":"all"}`)
		require.Equal(t, "b.lab", scan(t, pool, 0).Site)
		blocked := time.Now()
		asked := len(n.hosts["a"].asked(health))
		n.hosts["a"].follow()

		time.Sleep(15*time.Minute - time.Nanosecond)
		require.Len(t, n.hosts["a"].asked(health), asked, "a site that is out is left alone")
		time.Sleep(time.Second)
		require.Len(t, n.hosts["a"].asked(health), asked+1)
		require.True(t, state(t, pool, "a").Out, "no health: another 15 minutes")
		require.WithinDuration(t, blocked.Add(30*time.Minute), state(t, pool, "a").Until, time.Second)
		require.Equal(t, "b.lab", scan(t, pool, 0).Site)

		n.hosts["a"].faults(`{"delay_ms":30,"on":"health"}`)
		time.Sleep(15 * time.Minute)
		require.False(t, state(t, pool, "a").Out)
		require.Equal(t, []string{"b", "a"}, ranks(pool), "with the rank that it has now")
		require.Equal(t, 30*time.Millisecond, state(t, pool, "a").Latency)
	})
}

func TestASiteThatRefusesTheKeyIsThereAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		n.hosts["b"].faults(`{"delay_ms":10,"on":"health"}`)
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Minute)
		n.hosts["a"].follow(`{"status":500}`)
		require.Equal(t, "b.lab", scan(t, pool, 0).Site)
		n.hosts["a"].faults(`{"status":401,"on":"health"}`)
		time.Sleep(15*time.Minute + time.Second)
		require.False(t, state(t, pool, "a").Out)
		require.Equal(t, []string{"a", "b"}, ranks(pool), "with the rank that it had")
	})
}

func TestAProbeThatIsCutBlamesNoSite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab", "http://b.lab"} })
		n.hosts["a"].faults(`{"blackhole":true,"on":"all"}`)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.Equal(t, marking.FaultNone, pool.Probe(ctx).Fault)
		require.False(t, state(t, pool, "a").Out)
	})
}

func TestKeyAndCodeStayOutOfThePoolsLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		var text bytes.Buffer
		pool := trueapi.NewSites(trueapi.SitesSettings{
			Entry: entry, BuiltIn: []string{"http://a.lab", "http://b.lab", "http://u:secret@c.lab"}, Token: func() string { return token },
			Now: time.Now, Dial: n.dial,
		}, slog.New(slog.NewJSONHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})))
		n.hosts["b"].faults(`{"delay_ms":10,"on":"health"}`)
		stop := n.serve(pool)
		time.Sleep(time.Minute)
		n.hosts["a"].follow(`{"blackhole":true}`, `{"status":500}`, `{"status":500}`, `{"status":401}`, `{"garbage":true}`, `{}`, `{"status":203}`)
		for range 7 {
			scan(t, pool, time.Second)
		}
		_, err := pool.CheckMany(t.Context(), []string{km, ki}, drive, 5)
		require.NoError(t, err)
		stop()
		pool.Close()
		require.Contains(t, text.String(), "04600000000015/5Ab…")
		require.Contains(t, text.String(), "no answer within the budget")
		for _, secret := range []string{token, "93Zz9Q", "5AbC", "secret"} {
			require.NotContains(t, text.String(), secret)
		}
	})
}

func TestWhenAllSitesAreOutTheListIsReadAnewAndTheMarksAreCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b", "c")
		n.list("a", "b")
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Hour)
		require.Len(t, n.hosts["entry"].asked(info), 1)
		n.hosts["a"].follow(`{"status":429}`)
		n.hosts["b"].follow(`{"status":429}`)
		n.list("b", "c")
		n.hosts["entry"].faults(`{"delay_ms":10,"on":"info"}`) // the scan is over before the new list is there
		require.Equal(t, marking.FaultBusy, scan(t, pool, 0).Fault)
		time.Sleep(time.Second)
		require.Len(t, n.hosts["entry"].asked(info), 2)
		require.ElementsMatch(t, []string{"b", "c"}, ranks(pool))
		require.False(t, state(t, pool, "b").Out)
		require.Zero(t, state(t, pool, "b").Misses)

		n.hosts["b"].follow(`{}`)
		require.True(t, scan(t, pool, 0).Answered())
	})
}

func TestANewListOfSitesThatAreOutIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		n.hosts["b"].faults(`{"delay_ms":10,"on":"health"}`)
		pool := n.pool()
		n.serve(pool)
		time.Sleep(6*time.Hour - time.Minute)
		n.hosts["a"].follow(`{"status":500}`, `{"status":500}`, `{}`)
		require.Equal(t, "b.lab", scan(t, pool, 0).Site)
		n.list("a")
		time.Sleep(2 * time.Minute)
		require.Equal(t, []string{"a"}, ranks(pool))
		require.True(t, scan(t, pool, 0).Answered())
	})
}

func TestAnOutageOfAllIsNoStormOfQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Minute)
		for _, h := range n.hosts {
			h.faults(`{"status":503,"on":"all"}`)
		}
		before := map[string]int{"entry": len(n.hosts["entry"].asked(info)), "a": len(n.hosts["a"].asked(health))}
		for range 100 {
			require.Equal(t, marking.FaultServer, scan(t, pool, 0).Fault)
			time.Sleep(36 * time.Second)
		}
		require.InDelta(t, 7, len(n.hosts["entry"].asked(info))-before["entry"], 2, "an hour: pauses of 2, 4, 8 and then 15 minutes")
		require.InDelta(t, 7, len(n.hosts["a"].asked(health))-before["a"], 3)
	})
}

func TestOneScanAsksNoMoreThanThreeSites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b", "c", "d")
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Minute)
		for _, name := range []string{"a", "b", "c"} {
			n.hosts[name].follow(`{"status":500}`)
		}
		first := ranks(pool)
		n.hosts["d"].follow(`{"status":500}`)
		require.Equal(t, marking.FaultServer, scan(t, pool, 0).Fault)
		for _, name := range first[:3] {
			require.Len(t, n.hosts[name].asked(check), 2)
			require.True(t, state(t, pool, name).Out)
		}
		require.Empty(t, n.hosts[first[3]].asked(check), "it serves the next scan")
		n.hosts[first[3]].follow(`{}`)
		require.True(t, scan(t, pool, 0).Answered())
	})
}

func TestTheFirstScanWaitsForNoList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		n.hosts["entry"].faults(`{"blackhole":true,"on":"all"}`)
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
		n.serve(pool)
		start := time.Now()
		answer := scan(t, pool, 0)
		require.True(t, answer.Answered(), answer.Detail)
		require.Zero(t, time.Since(start))
		require.Equal(t, trueapi.SourceBuiltIn, pool.State().Source)
	})
}

func TestACallThatWasCutLeavesAConnectionForTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
		a := n.hosts["a"]
		a.follow(`{"delay_ms":300}`, `{}`)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		cut := pool.Check(ctx, marking.Query{Code: code(t)})
		require.Equal(t, marking.FaultTimeout, cut.Fault)
		require.Equal(t, 100*time.Millisecond, cut.Latency)
		require.NotEmpty(t, cut.Sent)
		time.Sleep(time.Second)
		require.Zero(t, state(t, pool, "a").Misses, "the site answered within its time")
		require.True(t, scan(t, pool, 0).Answered())
		require.Equal(t, 1, a.dials())

		pool.CloseIdle()
		require.True(t, scan(t, pool, 0).Answered())
		require.Equal(t, 2, a.dials(), "the next receipt opens a new one")
	})
}

func TestAConnectionThatIsBusyAtTheEndOfItsReceiptIsClosedAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
		n.hosts["a"].follow(`{"delay_ms":2000}`, `{}`)
		require.Equal(t, marking.FaultTimeout, scan(t, pool, 0).Fault)
		pool.CloseIdle()
		time.Sleep(time.Second)
		require.True(t, scan(t, pool, 0).Answered())
		require.Equal(t, 2, n.hosts["a"].dials())
	})
}

func TestClosingEndsTheCallsThatRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
		n.hosts["a"].follow(`{"blackhole":true}`)
		done := make(chan marking.OnlineAnswer, 1) // one scan
		go func() { done <- scan(t, pool, time.Hour) }()
		synctest.Wait()
		start := time.Now()
		pool.Close()
		require.Equal(t, marking.FaultTimeout, (<-done).Fault)
		require.Zero(t, time.Since(start))
		require.Zero(t, state(t, pool, "a").Misses, "that was us")
		require.Equal(t, marking.FaultTimeout, scan(t, pool, 0).Fault, "nothing is asked any more")
		require.Len(t, n.hosts["a"].asked(check), 1)
	})
}

func TestManyCodesAreAskedAtOnceAndAnsweredInTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		a := n.hosts["a"]
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
		a.control("PUT", "/lab/codes", `[{"cis":"`+ki+`","sold":true,"parent":"p"},{"cis":"0104600000000022215kT7!aZ","packageType":"UNIT"}]`)
		require.True(t, scan(t, pool, 0).Answered(), "a receipt is open")

		answers, err := pool.CheckMany(t.Context(), []string{"0104600000000022215kT7!aZ\x1d93Zz9Q", km, "nonsense", ki}, drive, 5)
		require.NoError(t, err)
		require.Len(t, answers, 4)
		require.Equal(t, "UNIT", answers[0].PackageType)
		require.True(t, *answers[1].Sold)
		require.Equal(t, "p", answers[1].Parent)
		require.False(t, *answers[2].Valid)
		require.True(t, *answers[3].Sold)
		require.Equal(t, "a.lab", answers[3].Site)
		require.Equal(t, 2, a.dials(), "on a connection of its own")
		require.True(t, scan(t, pool, 0).Answered())
		require.Equal(t, 2, a.dials(), "which leaves the sale's alone")

		for faults, want := range map[string]marking.Fault{
			`{"blackhole":true}`: marking.FaultTimeout, `{"status":429}`: marking.FaultBusy, `{"status":401}`: marking.FaultUnauthorised,
			`{"status":410}`: marking.FaultGone, `{"garbage":true}`: marking.FaultGarbage, `{"reset":true}`: marking.FaultUnreachable,
		} {
			a.faults(faults)
			asked := len(a.asked(check))
			_, err = pool.CheckMany(t.Context(), []string{km, ki}, drive, 5)
			require.Equal(t, want, fault(t, err), faults)
			require.Len(t, a.asked(check), asked+1, "tries are the caller's affair")
		}
		require.Zero(t, state(t, pool, "a").Misses, "no score is kept")
		require.False(t, state(t, pool, "a").Out)

		a.faults(`{"status":203}`)
		answers, err = pool.CheckMany(t.Context(), []string{km, ki}, drive, 5)
		require.NoError(t, err)
		require.True(t, answers[0].Emergency && answers[1].Emergency)
	})
}

func TestTooManyCodesAreNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
		for _, codes := range [][]string{nil, make([]string, trueapi.MaxMany+1)} {
			_, err := pool.CheckMany(t.Context(), codes, drive, 5)
			require.Equal(t, marking.FaultBadRequest, fault(t, err))
		}
		require.Empty(t, n.hosts["a"].asked(check))
	})
}

func TestAProbeTellsHowTheCentreIs(t *testing.T) {
	const outage, emergency, refused = `{"blackhole":true,"on":"all"}`, `{"status":203,"on":"all"}`, `{"status":401,"on":"all"}`
	for _, c := range []struct {
		name        string
		entry, a, b string // faults
		scanFirst   bool   // a scan is answered before the probe
		want        trueapi.Probed
		took        time.Duration
		asksInfo    int
	}{
		{name: "all is well", want: trueapi.Probed{}},
		{name: "one site is silent", a: outage, want: trueapi.Probed{}, took: 2 * time.Second},
		{name: "all sites are silent", a: outage, b: outage, want: trueapi.Probed{Fault: marking.FaultTimeout}, took: 2 * time.Second},
		{name: "the key is refused", a: refused, b: refused, want: trueapi.Probed{Fault: marking.FaultUnauthorised}},
		{name: "a site says emergency", a: emergency, want: trueapi.Probed{Emergency: true}},
		{name: "a check has said emergency and cdn/info confirms it", a: emergency, entry: emergency, scanFirst: true,
			want: trueapi.Probed{Emergency: true, Confirmed: true}, asksInfo: 1},
		{name: "a check has said emergency and cdn/info does not confirm it", a: `{"status":203}`, scanFirst: true, want: trueapi.Probed{}, asksInfo: 1},
		{name: "cdn/info says emergency while all sites are silent", entry: emergency, a: `{"status":203}`, b: outage, scanFirst: true,
			want: trueapi.Probed{Emergency: true, Confirmed: true}, took: 2 * time.Second, asksInfo: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, "a", "b")
				pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab", "http://b.lab"} })
				for name, faults := range map[string]string{"entry": c.entry, "a": c.a, "b": c.b} {
					if faults != "" {
						n.hosts[name].faults(faults)
					}
				}
				if c.scanFirst {
					require.True(t, scan(t, pool, 0).Emergency)
				}
				start := time.Now()
				got := pool.Probe(t.Context())
				require.Equal(t, c.took, time.Since(start))
				require.Equal(t, c.want.Fault != marking.FaultNone, got.Detail != "")
				got.Detail = ""
				require.Equal(t, c.want, got)
				require.Len(t, n.hosts["entry"].asked(info), c.asksInfo)
			})
		})
	}
}

func TestAfterAnEmergencyTheListIsNotAskedMoreThanNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
		n.hosts["a"].faults(`{"status":203,"on":"all"}`)
		require.True(t, scan(t, pool, 0).Emergency)
		require.True(t, pool.Probe(t.Context()).Emergency)
		n.hosts["a"].faults(`{}`)
		require.Equal(t, trueapi.Probed{}, pool.Probe(t.Context()))
		require.Len(t, n.hosts["entry"].asked(info), 2)
		require.Equal(t, trueapi.Probed{}, pool.Probe(t.Context()))
		require.Len(t, n.hosts["entry"].asked(info), 2, "it is over")
	})
}

func TestAPoolThatIsOfNoUseSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		for name, change := range map[string]func(*trueapi.SitesSettings){
			"no entry":                func(s *trueapi.SitesSettings) { s.Entry = "" },
			"an entry with a user":    func(s *trueapi.SitesSettings) { s.Entry = "https://u:secret@entry.lab" },
			"an entry with a path":    func(s *trueapi.SitesSettings) { s.Entry = "https://entry.lab/api" },
			"no key":                  func(s *trueapi.SitesSettings) { s.Token = func() string { return "" } },
			"a key with a line break": func(s *trueapi.SitesSettings) { s.Token = func() string { return "a\r\nb" } },
		} {
			pool := n.pool(change)
			stop := n.serve(pool)
			time.Sleep(time.Second)
			answer := scan(t, pool, 0)
			require.Equal(t, marking.FaultNotBound, answer.Fault, name)
			require.NotContains(t, answer.Detail, "secret")
			_, err := pool.CheckMany(t.Context(), []string{km}, drive, 5)
			require.Equal(t, marking.FaultNotBound, fault(t, err), name)
			require.Equal(t, marking.FaultNotBound, pool.Probe(t.Context()).Fault, name)
			pool.CloseIdle()
			stop()
		}
		require.Zero(t, n.hosts["entry"].dials()+n.hosts["a"].dials())
	})
}
