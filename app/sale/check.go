package sale

import (
	"context"
	"sync"
	"time"

	"kassa/app/marking"
)

// Judge asks both sources about a code within one budget and lets marking.Decide decide.
// It is safe for several goroutines.
type Judge struct {
	online Online
	module Module
	set    JudgeSettings

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	work sync.WaitGroup

	mu      sync.Mutex // guards: all below
	misses  int        // time-outs in a row
	until   time.Time  // the breaker is open until then
	probing bool
	foreign bool // the module belongs to another organisation
}

// JudgeSettings of a Judge.
type JudgeSettings struct {
	Now       func() time.Time
	Budget    time.Duration // from the scan to the verdict
	Policy    marking.Policy
	OfflineOn bool
	INN       string
}

const (
	breakerMisses = 3 // time-outs in a row that open the breaker (engine §3)
	breakerOpen   = 30 * time.Second
	probePatience = 2 * time.Second
)

// Checked is a verdict with what it rests on.
type Checked struct {
	Verdict marking.Verdict
	Online  marking.OnlineAnswer
	Module  marking.ModuleAnswer
	Elapsed time.Duration
	// Overtime: the centre was asked and did not answer within the budget.
	Overtime bool
}

// NewJudge joins the sources; either may be nil. Close ends what it runs.
func NewJudge(online Online, module Module, set JudgeSettings) *Judge {
	if set.Budget == 0 {
		set.Budget = defaultBudget
	}
	j := &Judge{online: online, module: module, set: set}
	j.ctx, j.stop = context.WithCancel(context.Background())
	return j
}

// Close ends the questions that are still under way and waits for them. No Check may run or follow.
func (j *Judge) Close() {
	j.stop()
	j.work.Wait()
}

// Check judges one code. scanned is when the scan arrived: the budget runs from there. It returns when
// the verdict cannot change any more, and never later than the budget.
//
// Both sources are asked at once. The module's «sold» forbids without waiting for the centre; the
// centre's answer decides when it comes in time; else the module's does, which is there already.
func (j *Judge) Check(ctx context.Context, q marking.Query, scanned time.Time) Checked {
	spent := max(0, j.set.Now().Sub(scanned))
	ctx, cancel := context.WithTimeout(ctx, j.set.Budget-spent)
	defer cancel()
	patience := time.NewTimer(moduleHead - spent)
	defer patience.Stop()

	onlineCh, moduleCh := j.askOnline(ctx, q), j.askModule(ctx, q)
	c := Checked{
		Online: marking.OnlineAnswer{Fault: marking.FaultTimeout, Detail: noAnswerYet},
		Module: marking.ModuleAnswer{Fault: marking.FaultTimeout, Detail: noAnswerYet},
	}
	haveOnline, haveModule, headOver, over := false, false, false, false
	for !over && !(haveOnline && haveModule) {
		select {
		case c.Online = <-onlineCh:
			haveOnline, onlineCh = true, nil
		case c.Module = <-moduleCh:
			haveModule, moduleCh = true, nil
		case <-patience.C:
			headOver = true
		case <-ctx.Done():
			// What has not come by now does not count. An answer that arrived in the same moment does.
			select {
			case c.Online = <-onlineCh:
				haveOnline = true
			default:
			}
			select {
			case c.Module = <-moduleCh:
			default:
			}
			over = true
		}
		if haveModule && c.Module.Answered() && c.Module.Sold {
			break
		}
		if haveOnline && (c.Online.Answered() || c.Online.Emergency) && (headOver || j.final(q, c.Online)) {
			break
		}
	}
	if haveOnline {
		j.note(c.Online.Fault)
	} else if over {
		j.note(marking.FaultTimeout)
	}
	c.Overtime = over && !haveOnline || haveOnline && c.Online.Fault == marking.FaultTimeout
	c.Verdict = marking.Decide(q, c.Online, c.Module, j.set.Policy)
	c.Elapsed = max(0, j.set.Now().Sub(scanned))
	return c
}

// final tells that nothing the module may say changes the centre's word.
func (j *Judge) final(q marking.Query, online marking.OnlineAnswer) bool {
	silent := marking.ModuleAnswer{Fault: marking.FaultTimeout}
	return marking.Decide(q, online, silent, j.set.Policy).Decision == marking.Forbid
}

// noAnswerYet stands in the evidence where a source had not answered when the verdict was found.
const noAnswerYet = "no answer before the verdict"

const (
	// moduleHead is how long a «yes» of the centre waits for a «sold» of the module, counted from the
	// scan (till-ux PF-4: 300 ms). A module that is away costs no more than that.
	moduleHead = 300 * time.Millisecond
	// modulePart is when the module is given up (PF-4).
	modulePart = time.Second
)

func (j *Judge) askOnline(ctx context.Context, q marking.Query) <-chan marking.OnlineAnswer {
	ch := make(chan marking.OnlineAnswer, 1)
	switch {
	case j.online == nil:
		ch <- marking.OnlineAnswer{Fault: marking.FaultNotBound}
	case j.open():
		ch <- marking.OnlineAnswer{Fault: marking.FaultBreaker}
	default:
		j.work.Go(func() { ch <- j.online.Check(ctx, q) })
	}
	return ch
}

func (j *Judge) askModule(ctx context.Context, q marking.Query) <-chan marking.ModuleAnswer {
	ch := make(chan marking.ModuleAnswer, 1)
	j.mu.Lock()
	foreign := j.foreign
	j.mu.Unlock()
	switch {
	case !j.set.OfflineOn:
		ch <- marking.ModuleAnswer{Fault: marking.FaultOff}
	case j.module == nil:
		ch <- marking.ModuleAnswer{Fault: marking.FaultNotBound}
	case foreign:
		ch <- marking.ModuleAnswer{Fault: marking.FaultForeign}
	default:
		j.work.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, modulePart)
			defer cancel()
			ch <- j.module.Check(ctx, q)
		})
	}
	return ch
}

// note counts misses. Only silence opens the breaker: an answer, even a refusal, costs no time.
func (j *Judge) note(fault marking.Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch fault {
	case marking.FaultTimeout:
		j.misses++
		if j.misses >= breakerMisses {
			j.until = j.set.Now().Add(breakerOpen)
		}
	case marking.FaultBreaker:
	default:
		j.misses = 0
	}
}

// open tells whether the centre is left alone now; when its time is over one probe goes out in the
// background, and verdicts still come from the module until the probe has succeeded.
func (j *Judge) open() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.misses < breakerMisses {
		return false
	}
	if j.set.Now().Before(j.until) || j.probing {
		return true
	}
	prober, ok := j.online.(Prober)
	if !ok {
		return false // nothing to probe with: the next code is the probe
	}
	j.probing = true
	j.work.Go(func() {
		ctx, cancel := context.WithTimeout(j.ctx, probePatience)
		defer cancel()
		state := prober.Probe(ctx)
		j.mu.Lock()
		defer j.mu.Unlock()
		j.probing = false
		if state.Fault == marking.FaultNone {
			j.misses = 0
		} else {
			j.until = j.set.Now().Add(breakerOpen)
		}
	})
	return true
}

// BreakerOpen tells whether verdicts come without the centre now.
func (j *Judge) BreakerOpen() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.misses >= breakerMisses
}

// SetForeign tells the judge that the module is (not) another organisation's.
func (j *Judge) SetForeign(foreign bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.foreign = foreign
}
