package sale

import (
	"context"
	"sync"
	"time"

	"kassa/app/marking"
)

// Judge asks the sources about a code within one budget and lets marking.Decide decide. It is safe for
// several goroutines.
type Judge struct {
	paths  []*breaker // ways to the centre in the order in which they are asked
	module Module
	set    JudgeSettings

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	work sync.WaitGroup

	mu        sync.Mutex // guards: all below
	foreign   bool       // the module belongs to another organisation
	misses    int        // of the module, in a row
	emergency marking.Emergency
}

// JudgeSettings of a Judge.
type JudgeSettings struct {
	Now       func() time.Time
	Budget    time.Duration // from the scan to the verdict
	Policy    marking.Policy
	OfflineOn bool
}

const (
	// modulePart is when the module is given up, counted from the question (till-ux PF-4). So long a «yes» of
	// the centre waits for its «sold», which forbids always (marking-check §3.1).
	modulePart = time.Second
	// moduleMisses in a row are enough: a module that hangs must not hinder the online check (guide §5). It
	// is asked all the same, and waited for again once it has answered in time.
	moduleMisses = 3
	// leastPatience is left for the sources however long the scan had waited, or whatever a clock that was
	// set says of it.
	leastPatience = 250 * time.Millisecond
	// latePatience is how long after the scan the centre's answer is still waited for in the background.
	latePatience = 5 * time.Second
)

// noAnswerYet stands in the evidence where a source had not answered when the verdict was found.
const noAnswerYet = "no answer before the verdict"

// Checked is a verdict with what it rests on.
type Checked struct {
	Verdict marking.Verdict
	Online  marking.OnlineAnswer
	Module  marking.ModuleAnswer
	Elapsed time.Duration
	// Overtime: the centre was asked and did not answer within the budget.
	Overtime bool
	// Emergency that was in force or in its days after, zero when none.
	Emergency marking.Emergency
	// IsLate: the centre's answer came after the verdict that was given.
	IsLate bool
	// Late gives what the centre said after the verdict, judged, and is closed; nil when nothing can come.
	Late <-chan Checked
}

// NewJudge joins the module, which may be nil, and the paths to the centre in the order in which they are
// asked. Close ends what it runs.
func NewJudge(module Module, set JudgeSettings, paths ...Online) *Judge {
	if set.Budget == 0 {
		set.Budget = defaultBudget
	}
	j := &Judge{module: module, set: set}
	for _, p := range paths {
		j.paths = append(j.paths, &breaker{online: p})
	}
	j.ctx, j.stop = context.WithCancel(context.Background())
	return j
}

// Close ends the questions that are still under way and waits for them. No Check may run or follow.
func (j *Judge) Close() {
	j.stop()
	j.work.Wait()
}

// Check judges one code. scanned is when the scan arrived: the budget runs from there. It returns when
// the verdict cannot change any more, and not later than the budget; a scan that had waited for longer already
// gets leastPatience.
//
// Both sources are asked at once. The module's «sold» forbids without waiting for the centre; the
// centre's answer decides when it comes in time; else the module's does, which is there already.
func (j *Judge) Check(ctx context.Context, q marking.Query, scanned time.Time) Checked {
	began := j.set.Now()
	waited := waitedSince(scanned, began)
	spent := min(waited, max(0, j.set.Budget-leastPatience))
	policy := j.set.Policy
	c := Checked{Module: marking.ModuleAnswer{Fault: marking.FaultNotNeeded, Detail: noAnswerYet}}
	policy.Emergency, c.Emergency = j.phase(q.At)

	budget, cancel := context.WithTimeout(ctx, j.set.Budget-spent)
	defer cancel()
	moduleHead := j.moduleHead()
	head := time.NewTimer(moduleHead)
	defer head.Stop()

	centre := j.askCentre(ctx, q, policy.Emergency, latePatience-spent)
	module := j.askModule(budget, q)
	haveModule, headOver, over := false, false, false
	for !over && !(centre.told && haveModule) {
		select {
		case a := <-centre.answers:
			centre.take(a)
		case <-centre.next:
			centre.overtake()
		case c.Module = <-module:
			haveModule, module = true, nil
		case <-head.C:
			headOver = true
		case <-budget.Done():
			// What has not come by now does not count. An answer that arrived in the same moment does.
			select {
			case a := <-centre.answers:
				centre.take(a)
			default:
			}
			select {
			case c.Module = <-module:
				haveModule = true
			default:
			}
			over = true
		}
		if haveModule && c.Module.Answered() && c.Module.Sold {
			break
		}
		if centre.told && (centre.answer.Answered() || centre.answer.Emergency) &&
			(headOver || final(q, centre.answer, policy)) {
			break
		}
	}
	if !haveModule && (over || headOver && moduleHead > 0) {
		c.Module.Fault = marking.FaultTimeout
	}
	j.noteModule(c.Module.Fault)
	c.Online = centre.word(over)
	c.Overtime = over && c.Online.Fault == marking.FaultTimeout
	c.Verdict = marking.Decide(q, c.Online, c.Module, policy)
	c.Elapsed = waited + max(0, j.set.Now().Sub(began))
	if over {
		centre.missed()
	}
	if over && !centre.told && ctx.Err() == nil {
		c.Late = j.late(centre, q, c, policy)
	} else {
		centre.leave()
	}
	return c
}

// late waits for the centre's answer in the background and judges it.
func (j *Judge) late(centre *centreCall, q marking.Query, c Checked, policy marking.Policy) <-chan Checked {
	ch := make(chan Checked, 1)
	j.work.Go(func() {
		defer close(ch)
		defer centre.leave()
		for !centre.told {
			select {
			case a := <-centre.answers:
				centre.take(a)
			case <-centre.ctx.Done():
				return
			}
		}
		if !centre.answer.Answered() && !centre.answer.Emergency || centre.answer.Offline {
			return
		}
		c.Online, c.IsLate = centre.answer, true
		c.Verdict = marking.Decide(q, c.Online, c.Module, policy)
		ch <- c
	})
	return ch
}

// final tells that nothing the module may say changes the centre's word.
func final(q marking.Query, online marking.OnlineAnswer, policy marking.Policy) bool {
	silent := marking.ModuleAnswer{Fault: marking.FaultTimeout}
	return marking.Decide(q, online, silent, policy).Decision == marking.Forbid
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

// noteModule counts how often in a row the module was silent for all its time.
func (j *Judge) noteModule(fault marking.Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch fault {
	case marking.FaultTimeout:
		j.misses++
	case marking.FaultNotNeeded: // nobody waited
	default:
		j.misses = 0
	}
}

// moduleHead is how long a «yes» of the centre waits for the module.
func (j *Judge) moduleHead() time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.misses >= moduleMisses {
		return 0
	}
	return modulePart
}

// longestWait of a scan inside the till; more than that is a clock that was set.
const longestWait = time.Minute

// waitedSince is how long a scan had waited before it is judged.
func waitedSince(scanned, now time.Time) time.Duration {
	if d := now.Sub(scanned); d > 0 && d < longestWait {
		return d
	}
	return 0
}

// BreakerOpen tells whether verdicts come without the centre now: every path to it is left alone.
func (j *Judge) BreakerOpen() bool {
	for _, p := range j.paths {
		if !p.isOpen() {
			return false
		}
	}
	return len(j.paths) > 0
}

// SetForeign tells the judge that the module is (not) another organisation's.
func (j *Judge) SetForeign(foreign bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.foreign = foreign
}

// SetEmergency tells the judge which emergency the till knows of; the zero value is none.
func (j *Judge) SetEmergency(e marking.Emergency) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.emergency = e
}

// phase is where a moment stands to the emergency, and the emergency when it matters.
func (j *Judge) phase(at time.Time) (marking.EmergencyPhase, marking.Emergency) {
	j.mu.Lock()
	e := j.emergency
	j.mu.Unlock()
	phase := e.Phase(at, j.set.Policy.Rules.EmergencyAfter())
	if phase == marking.EmergencyNone {
		e = marking.Emergency{}
	}
	return phase, e
}
