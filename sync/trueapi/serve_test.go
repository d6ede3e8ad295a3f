package trueapi_test

import (
	"encoding/json"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/trueapi"
)

func TestSitesAreRankedByTheirOwnMeasuredHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b", "c", "d", "e")
		for name, faults := range map[string]string{
			"a": `{"delay_ms":300,"on":"health"}`, "b": `{"delay_ms":20,"on":"health"}`, "c": `{"delay_ms":1999,"on":"health"}`,
			"d": `{"delay_ms":2001,"on":"health"}`, "e": `{"status":401,"on":"health"}`,
		} {
			n.hosts[name].faults(faults)
		}
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Minute)
		require.Equal(t, []string{"b", "a", "c", "d", "e"}, ranks(pool))
		require.Equal(t, 20*time.Millisecond, state(t, pool, "b").Latency)
		require.True(t, state(t, pool, "d").Out, "no answer in 2 s")
		require.Equal(t, trueapi.SiteState{URL: "http://e.lab"}, state(t, pool, "e"), "a refused key says nothing of the site")
		require.Equal(t, "b.lab", scan(t, pool, 0).Site)
		require.Len(t, n.hosts["a"].asked(health), 1)
	})
}

func TestSilentSitesAreMeasuredSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		n := newNetwork(t, names...)
		for _, name := range names[:7] {
			n.hosts[name].faults(`{"blackhole":true,"on":"all"}`)
		}
		pool := n.pool()
		n.serve(pool)
		time.Sleep(4*time.Second + time.Millisecond)
		require.Equal(t, "h", ranks(pool)[0], "eight in two rounds of 2 s")
		for _, name := range names[:7] {
			require.Len(t, n.hosts[name].asked(health), 1)
			require.True(t, state(t, pool, name).Out)
		}
	})
}

func TestTheListIsReadAnewAfterSixHoursAndItsJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		n.list("a")
		pool := n.pool(func(s *trueapi.SitesSettings) {
			s.Jitter = func(below time.Duration) time.Duration {
				require.Equal(t, 10*time.Minute, below)
				return 7 * time.Minute
			}
		})
		n.serve(pool)
		start := time.Now()
		time.Sleep(5 * time.Hour)
		require.Equal(t, trueapi.SourceInfo, pool.State().Source)
		require.True(t, start.Equal(pool.State().Asked))
		n.list("b")
		time.Sleep(2 * time.Hour)
		require.Equal(t, []string{"b"}, ranks(pool))
		require.Equal(t, "b.lab", scan(t, pool, 0).Site)
		n.hosts["entry"].faults(`{"status":502,"on":"all"}`)
		time.Sleep(7 * time.Hour)
		var asked []time.Duration
		for _, at := range n.hosts["entry"].asked(info) {
			asked = append(asked, at.Sub(start))
		}
		next := 6*time.Hour + 7*time.Minute
		require.Equal(t, []time.Duration{
			0, next, 2 * next,
			2*next + 2*time.Minute, 2*next + 6*time.Minute, 2*next + 14*time.Minute, 2*next + 29*time.Minute, 2*next + 44*time.Minute,
		}, asked[:8], "then tried again, well within the seventh hour")
		require.Equal(t, []string{"b"}, ranks(pool), "the old list stays until there is a new one")
		require.Equal(t, marking.FaultServer, pool.State().Refused)
		require.True(t, scan(t, pool, 0).Answered())
	})
}

func TestTheUsualJitterIsWithinTheSeventhHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.Jitter = nil })
		n.serve(pool)
		start := time.Now()
		time.Sleep(6*time.Hour - time.Nanosecond)
		require.Len(t, n.hosts["entry"].asked(info), 1)
		time.Sleep(10 * time.Minute)
		require.Len(t, n.hosts["entry"].asked(info), 2)
		require.Less(t, n.hosts["entry"].asked(info)[1].Sub(start), 7*time.Hour)
	})
}

func TestListAndRanksOutliveTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b", "c")
		n.hosts["a"].faults(`{"delay_ms":50,"on":"health"}`)
		n.hosts["c"].faults(`{"status":500,"on":"health"}`)
		pool := n.pool()
		stop := n.serve(pool)
		time.Sleep(50 * time.Minute)
		stop()
		pool.Close()
		file, err := os.Stat(n.kept)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), file.Mode().Perm())
		body, err := os.ReadFile(n.kept)
		require.NoError(t, err)
		require.NotContains(t, string(body), token)
		before := pool.State()

		n.hosts["entry"].faults(`{"blackhole":true,"on":"all"}`)
		asked := len(n.hosts["entry"].asked(info))
		again := n.pool()
		require.Equal(t, trueapi.SourceKept, again.State().Source)
		require.Equal(t, []string{"b", "a", "c"}, ranks(again))
		require.Equal(t, 50*time.Millisecond, state(t, again, "a").Latency)
		require.True(t, before.Asked.Equal(again.State().Asked))
		require.True(t, state(t, again, "c").Out, "what was left of its block")
		answer := scan(t, again, 0)
		require.True(t, answer.Answered(), answer.Detail)
		require.Equal(t, "b.lab", answer.Site)

		n.serve(again)
		time.Sleep(5*time.Hour + 9*time.Minute)
		require.Len(t, n.hosts["entry"].asked(info), asked, "the six hours go on")
		time.Sleep(2 * time.Minute)
		require.Len(t, n.hosts["entry"].asked(info), asked+1)
	})
}

func TestTheFileIsWrittenWhenTheListHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a", "b")
		n.hosts["a"].faults(`{"delay_ms":20,"on":"health"}`)
		n.hosts["b"].faults(`{"delay_ms":50,"on":"health"}`)
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Minute)
		require.NoError(t, os.Remove(n.kept))
		n.hosts["a"].faults(`{"delay_ms":30,"on":"health"}`)
		require.Equal(t, trueapi.Probed{}, pool.Probe(t.Context()))
		synctest.Wait()
		require.Equal(t, 30*time.Millisecond, state(t, pool, "a").Latency)
		require.NoFileExists(t, n.kept, "the order is the same")

		n.hosts["a"].faults(`{"delay_ms":60,"on":"health"}`)
		require.Equal(t, trueapi.Probed{}, pool.Probe(t.Context()))
		synctest.Wait()
		require.Equal(t, []string{"b", "a"}, ranks(pool))
		require.FileExists(t, n.kept)
	})
}

func TestADamagedOrForeignFileIsNotUsed(t *testing.T) {
	good := func(entry string) string {
		return `{"version":1,"entry":"` + entry + `","asked":"2000-01-01T00:00:00Z","sites":[{"url":"http://b.lab","latency_us":1000}]}`
	}
	for _, c := range []struct {
		name, body string
		used       bool
	}{
		{"a good one", good(entry), true},
		{"empty", "", false},
		{"half of it", good(entry)[:60], false},
		{"zeros, as a disk leaves them after a power cut", strings.Repeat("\x00", 200), false},
		{"of another version", strings.Replace(good(entry), `"version":1`, `"version":2`, 1), false},
		{"of another contour", good("http://other.lab"), false},
		{"without sites", strings.Replace(good(entry), `{"url":"http://b.lab","latency_us":1000}`, "", 1), false},
		{"with a site that is none", strings.Replace(good(entry), "http://b.lab", "ftp://b.lab", 1), false},
		{"with a rank that cannot be", strings.Replace(good(entry), "1000", "-1", 1), false},
		{"too long", good(entry) + strings.Repeat(" ", 64<<10), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, "a", "b")
				require.NoError(t, os.WriteFile(n.kept, []byte(c.body), 0o600))
				pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
				want := "a.lab"
				if c.used {
					want = "b.lab"
				}
				require.Equal(t, want, scan(t, pool, 0).Site)
			})
		})
	}
}

func TestADiskThatFailsCostsTheListOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		pool := n.pool(func(s *trueapi.SitesSettings) { s.File = n.kept + "/no/such/folder" })
		n.serve(pool)
		time.Sleep(time.Hour)
		require.Equal(t, trueapi.SourceInfo, pool.State().Source)
		require.True(t, scan(t, pool, 0).Answered())
	})
}

func TestAListThatSaysNothingChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name, hosts, faults string
		fault               marking.Fault
	}{
		{"no sites", `[]`, `{}`, marking.FaultGarbage},
		{"sites with users only", `["http://u:p@b.lab"]`, `{}`, marking.FaultGarbage},
		{"too many sites", longList(101), `{}`, marking.FaultGarbage},
		{"an emergency", `["http://b.lab"]`, `{"status":203,"on":"all"}`, marking.FaultNone},
		{"a refused key", `["http://b.lab"]`, `{"status":401,"on":"all"}`, marking.FaultUnauthorised},
		{"a path that was switched off", `["http://b.lab"]`, `{"status":410,"on":"all"}`, marking.FaultGone},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, "a", "b")
				n.hosts["entry"].control("PUT", "/lab/hosts", c.hosts)
				n.hosts["entry"].faults(c.faults)
				pool := n.pool(func(s *trueapi.SitesSettings) { s.BuiltIn = []string{"http://a.lab"} })
				n.serve(pool)
				time.Sleep(time.Minute)
				require.Equal(t, []string{"a"}, ranks(pool))
				require.Equal(t, trueapi.SourceBuiltIn, pool.State().Source)
				require.Equal(t, c.fault, pool.State().Refused)
				require.NoFileExists(t, n.kept)
				require.True(t, scan(t, pool, 0).Answered())
			})
		})
	}
}

func TestABadSiteAmongGoodOnesIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, "a")
		n.hosts["entry"].control("PUT", "/lab/hosts", `["http://u:p@b.lab","http://a.lab","http://A.lab/","ftp://c.lab",""]`)
		pool := n.pool()
		n.serve(pool)
		time.Sleep(time.Minute)
		require.Equal(t, []string{"a"}, ranks(pool))
	})
}

// A clock without monotonic readings that jumps by hours is the worst there is: nothing may rest on it.
func TestAClockThatJumpsChangesNoDuration(t *testing.T) {
	for _, c := range []struct {
		name string
		jump time.Duration
	}{{"forward by a day", 24 * time.Hour}, {"back by a day", -24 * time.Hour}, {"back to the year 1970", -50 * 365 * 24 * time.Hour}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var jump atomic.Int64
				n := newNetwork(t, "a", "b")
				n.hosts["b"].faults(`{"delay_ms":10,"on":"health"}`)
				pool := n.pool(func(s *trueapi.SitesSettings) {
					s.Now = func() time.Time { return time.Now().Round(0).Add(time.Duration(jump.Load())) }
				})
				n.serve(pool)
				start := time.Now()
				time.Sleep(time.Hour)

				n.hosts["a"].follow(`{"delay_ms":1400}`)
				done := make(chan marking.OnlineAnswer, 1) // one scan
				go func() { done <- scan(t, pool, 0) }()
				synctest.Wait()
				jump.Store(int64(c.jump)) // in the middle of a call
				answer := <-done
				require.True(t, answer.Answered(), answer.Detail)
				require.GreaterOrEqual(t, answer.Latency, time.Duration(0))
				require.Zero(t, state(t, pool, "a").Misses)

				n.hosts["a"].follow(`{"blackhole":true}`)
				before := time.Now()
				require.Equal(t, marking.FaultTimeout, scan(t, pool, 0).Fault)
				require.Equal(t, 1500*time.Millisecond, time.Since(before))
				require.Equal(t, 1, state(t, pool, "a").Misses)

				n.hosts["a"].follow(`{"status":500}`)
				require.Equal(t, "b.lab", scan(t, pool, 0).Site)
				jump.Store(0) // and once more while the site is out
				n.hosts["a"].follow(`{}`)
				time.Sleep(15*time.Minute - time.Second)
				require.True(t, state(t, pool, "a").Out)
				time.Sleep(2 * time.Second)
				require.False(t, state(t, pool, "a").Out)

				jump.Store(int64(c.jump)) // and while the list grows old
				time.Sleep(time.Until(start.Add(6*time.Hour - time.Second)))
				require.Len(t, n.hosts["entry"].asked(info), 1)
				time.Sleep(2 * time.Second)
				require.Len(t, n.hosts["entry"].asked(info), 2)
			})
		})
	}
}

func TestAKeptListOfAnImpossibleAgeIsAskedForAnew(t *testing.T) {
	for name, c := range map[string]struct {
		age  time.Duration
		asks bool
	}{
		"an hour old":                                  {time.Hour, false},
		"seven hours old":                              {7 * time.Hour, true},
		"from tomorrow: the clock was set back":        {-24 * time.Hour, true},
		"of 1980: the clock had not been set at first": {20 * 365 * 24 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, "a", "b")
				kept := map[string]any{"version": 1, "entry": entry, "asked": time.Now().Add(-c.age),
					"sites": []any{map[string]any{"url": "http://a.lab", "out_until": time.Now().Add(1000 * time.Hour)}, map[string]any{"url": "http://b.lab"}}}
				body, err := json.Marshal(kept)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(n.kept, body, 0o600))
				pool := n.pool()
				n.serve(pool)
				time.Sleep(time.Second)
				require.Equal(t, c.asks, len(n.hosts["entry"].asked(info)) == 1)
				time.Sleep(15 * time.Minute)
				require.False(t, state(t, pool, "a").Out, "no block is longer than 15 minutes")
			})
		})
	}
}

func longList(n int) string { return `["http://b.lab"` + strings.Repeat(`,"http://b.lab"`, n-1) + `]` }
