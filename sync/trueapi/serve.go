package trueapi

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"kassa/app/marking"
)

const (
	// The list is asked for anew not before 6 h and not after 7 h; the spread keeps tills that were switched on
	// together from asking together (guide §1.4).
	refreshAfter  = 6 * time.Hour
	refreshSpread = 10 * time.Minute
	// Between two questions for the list lie at least restFirst, and after failures in a row up to restMost.
	restFirst = time.Minute
	restMost  = 15 * time.Minute
	// measuredAtOnce is how many sites are measured side by side: few enough not to spoil each other's time.
	measuredAtOnce = 4
)

// Serve keeps the list fresh and looks after sites that are out, until ctx ends. Durations are timers and never
// differences of the clock's readings: a clock that jumps neither skips a refresh nor puts one off.
func (s *Sites) Serve(ctx context.Context) error {
	if s.entry == nil {
		<-ctx.Done()
		return nil
	}
	due := time.NewTimer(s.untilRefresh())
	defer due.Stop()
	rest := time.NewTimer(0)
	defer rest.Stop()
	wanted, rested, pause := false, false, restFirst
	for {
		select {
		case <-ctx.Done():
			s.keep()
			return nil
		case <-due.C:
			wanted = true
		case <-rest.C:
			rested = true
		case <-s.roster.wake:
			wanted = s.roster.wished() || wanted
		}
		s.measure(ctx, s.roster.overdue())
		if wanted && rested {
			listed, alive := s.refresh(ctx)
			if listed {
				due.Reset(refreshAfter + s.set.Jitter(refreshSpread))
			}
			if listed && alive {
				pause = restFirst
			} else {
				pause = min(2*pause, restMost)
			}
			wanted, rested = !listed, false
			rest.Reset(pause)
		}
		s.keep()
	}
}

// untilRefresh is how long the kept list is still good. Its age is told by the clock, since a timer does not
// outlive the program; an age that cannot be means that the clock was set, and the list is asked for at once.
func (s *Sites) untilRefresh() time.Duration {
	s.mu.Lock()
	asked := s.asked
	s.mu.Unlock()
	age := s.set.Now().Sub(asked)
	if asked.IsZero() || age < 0 {
		return 0
	}
	return max(0, refreshAfter+s.set.Jitter(refreshSpread)-age)
}

// refresh asks for the list and measures its sites. Without a list those known are measured. It tells whether
// there is a new list and whether any site is healthy.
func (s *Sites) refresh(ctx context.Context) (listed, alive bool) {
	info, failed := s.entry.info(ctx)
	if ctx.Err() != nil {
		return false, false
	}
	switch {
	case failed != nil:
		s.noteInfo(failed.Fault)
		s.log.Warn("the list of sites could not be read", "error", failed)
	case info.Emergency:
		s.emergency.Store(true)
		s.noteInfo(marking.FaultNone)
		s.log.Warn("cdn/info says emergency")
	case len(info.Hosts) == 0:
		s.noteInfo(marking.FaultGarbage)
		s.log.Warn("the list of sites is empty")
	default:
		listed = true
		s.noteInfo(marking.FaultNone)
		s.take(info)
	}
	return listed, s.measure(ctx, s.roster.best(maxHosts)) > 0
}

func (s *Sites) noteInfo(fault marking.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = fault
}

// take makes a new list the one in use.
func (s *Sites) take(info Info) {
	urls, _ := parseSites(info.Hosts, s.lab()) // Info has left the bad ones out
	s.mu.Lock()
	s.source, s.asked = SourceInfo, s.set.Now()
	s.mu.Unlock()
	s.roster.replace(s.sitesAt(urls))
	s.log.Info("list of sites", "sites", len(urls), "latency", info.Latency)
}

// measure asks sites for their health and gives the number of those that answered.
func (s *Sites) measure(ctx context.Context, sites []*site) int {
	var answered atomic.Int64
	var all sync.WaitGroup
	seats := make(chan struct{}, measuredAtOnce)
	for _, at := range sites {
		seats <- struct{}{}
		all.Go(func() {
			defer func() { <-seats }()
			if _, err := s.health(ctx, at); err == nil {
				answered.Add(1)
			}
		})
	}
	all.Wait()
	return int(answered.Load())
}

// health asks one site, ranks it, puts it out when it does not answer and takes it back when it does.
func (s *Sites) health(ctx context.Context, at *site) (Health, *Error) {
	h, failed := at.client.health(ctx)
	switch {
	case failed == nil:
		if h.Emergency {
			s.emergency.Store(true)
		}
		s.roster.healthy(at, max(h.Latency, time.Microsecond)) // 0 would mean that it was not measured
	case failed.Fault == marking.FaultUnauthorised, failed.Fault == marking.FaultGone, failed.Fault == marking.FaultBadRequest,
		failed.Fault == marking.FaultNotBound:
		s.roster.healthy(at, 0) // the site is there, it is our key or our request that it does not like
	case ctx.Err() == nil:
		s.roster.block(at, blockFor)
		s.log.Warn("a site is left alone: its health is not known", "site", at.url.Host, "for", blockFor, "error", failed)
	}
	return h, failed
}

// Probed is what a probe of the centre came to.
type Probed struct {
	Fault     marking.Fault // FaultNone: a site answered, or it is an emergency
	Detail    string        // for the log
	Emergency bool          // HTTP 203, of a site or of cdn/info
	Confirmed bool          // cdn/info said it
}

// probedAtOnce is how many sites a probe asks side by side: one of them may be the one that is silent.
const probedAtOnce = 3

// Probe asks the best sites how they are, without asking about a code. Once any call has said 203, cdn/info is
// asked too, until both are well again.
func (s *Sites) Probe(ctx context.Context) Probed {
	sites := s.roster.best(probedAtOnce)
	if len(sites) == 0 {
		return Probed{Fault: marking.FaultNotBound, Detail: errNoSite.Error()}
	}
	type told struct {
		health Health
		err    *Error
	}
	answers := make([]told, len(sites))
	var info Info
	var infoFailed *Error
	asksInfo := s.emergency.Load()
	var all sync.WaitGroup
	for i, at := range sites {
		all.Go(func() { answers[i].health, answers[i].err = s.health(ctx, at) })
	}
	if asksInfo {
		all.Go(func() { info, infoFailed = s.entry.info(ctx) })
	}
	all.Wait()

	p := Probed{Fault: answers[0].err.fault(), Emergency: info.Emergency, Confirmed: info.Emergency}
	for _, a := range answers {
		if a.err == nil {
			p.Fault = marking.FaultNone
			p.Emergency = p.Emergency || a.health.Emergency
		} else {
			p.Detail = a.err.Error()
		}
	}
	if p.Emergency {
		p.Fault = marking.FaultNone
	}
	if p.Fault == marking.FaultNone {
		p.Detail = ""
		s.emergency.Store(p.Emergency || infoFailed != nil)
	}
	return p
}
