package sale

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kassa/app/feed"
	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/till"
)

func (e *Engine) firstLights() Lights {
	now := e.set.Now()
	l := Lights{
		Printer: Light{State: LightWait, Code: LightCodeAsking, Since: now},
		Online:  Light{State: LightUnset, Code: LightCodeNotSetUp, Since: now},
		Module:  Light{State: LightUnset, Code: LightCodeNotSetUp, Since: now},
	}
	if len(e.ports.Online) > 0 {
		l.Online = Light{State: LightWait, Code: LightCodeAsking, Since: now}
	}
	switch {
	case !e.set.OfflineOn:
		l.Module.Code = marking.FaultOff.String()
	case e.ports.Module != nil:
		l.Module = Light{State: LightWait, Code: LightCodeAsking, Since: now}
	}
	return l
}

// light changes a light and tells whether it was another one before; its Since stays while nothing changes.
func (e *Engine) light(l *Light, state LightState, code string, args ...string) bool {
	if l.State == state && l.Code == code && slices.Equal(l.Args, args) {
		return false
	}
	*l = Light{State: state, Code: code, Args: args, Since: e.set.Now()}
	e.dirty = true
	return true
}

// onlineEvery: the centre is asked at every sixth poll only; its sites count connections (marking-check §2.4).
const onlineEvery = 6

// watch asks printer, centre and module how they are, each beside the loop.
func (e *Engine) watch() {
	e.watchPrinter()
	e.watchSources()
}

// watchPrinter asks the printer, but not while a document is with it.
func (e *Engine) watchPrinter() {
	if e.sending {
		return
	}
	talks := e.talks
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, statusPatience)
		defer cancel()
		s, err := e.ports.Printer.Status(ctx)
		return func() {
			if talks == e.talks { // else it tells how the printer was before a document
				e.seen(s, err)
			}
		}
	})
}

// watchSources asks the centre and the module.
func (e *Engine) watchSources() {
	if len(e.checks) == 0 && e.polls%onlineEvery == 0 &&
		(e.phase() != marking.EmergencyOn || e.set.Now().Sub(e.probedAt) >= e.set.EmergencyProbe) {
		e.probeCentre()
	}
	if e.ports.Module != nil && e.set.OfflineOn {
		e.spawn(func(ctx context.Context) func() {
			ctx, cancel := context.WithTimeout(ctx, modulePatience)
			defer cancel()
			s := e.ports.Module.State(ctx)
			return func() { e.seenModule(s) }
		})
	}
	e.polls++
}

// seen takes in the printer's state.
func (e *Engine) seen(s fiscal.Status, err error) {
	switch {
	case err != nil:
		e.light(&e.lights.Printer, LightStop, string(till.CodeOf(notAsked(err))))
		return
	case s.CoverOpen:
		e.light(&e.lights.Printer, LightStop, string(till.PrinterCover))
	case !s.Paper:
		e.light(&e.lights.Printer, LightStop, string(till.PrinterPaper))
	case e.state.Drive != "" && e.shift.Open && s.Drive != e.state.Drive:
		e.light(&e.lights.Printer, LightStop, string(till.PrinterForeign), s.Drive)
	default:
		e.light(&e.lights.Printer, LightOK, LightCodeReady)
	}
	if s.PrintWaits && s.Paper && !s.CoverOpen && !e.sending {
		e.spawn(func(ctx context.Context) func() {
			ctx, cancel := context.WithTimeout(ctx, printerPatience)
			defer cancel()
			err := e.ports.Printer.Continue(ctx)
			return func() {
				if err == nil && e.last != nil && e.last.PaperOwed {
					last := *e.last
					last.PaperOwed = false
					e.last, e.dirty = &last, true
				}
			}
		})
	}
	if s.ShiftState == fiscal.ShiftClosed && e.shift.Open && e.pending == nil && s.Drive == e.state.Drive {
		_ = e.endedElsewhere("closed at the printer") // a disk that fails now is asked again at the next poll
		return
	}
	if expired := s.ShiftState == fiscal.ShiftExpired; e.shift.Open && expired != e.expired {
		e.expired, e.dirty = expired, true
	}
}

// keyWarning is how long before its last day a key is warned of.
const keyWarning = 14 * 24 * time.Hour

// seenOnline takes in what the paths to the centre say of themselves, in their order: one that works is
// enough, else the first one's fault counts. fresh: no 203 has come since they were asked.
func (e *Engine) seenOnline(states []OnlineState, fresh bool) {
	s := states[0]
	for _, other := range states {
		if s.Fault != marking.FaultNone && other.Fault == marking.FaultNone {
			s = other
		}
	}
	emergency := func(s OnlineState) bool { return s.Emergency }
	confirmed := func(s OnlineState) bool { return s.Emergency && s.Confirmed }
	if slices.ContainsFunc(states, emergency) {
		e.foundEmergency(slices.ContainsFunc(states, confirmed))
	} else if fresh {
		e.noEmergency(s.Fault == marking.FaultNone)
	}
	switch {
	case e.judge.BreakerOpen():
		e.lightOnline(LightWarn, marking.FaultBreaker.String())
	case s.Fault != marking.FaultNone:
		e.lightOnline(lightOfOnline(s.Fault), s.Fault.String())
	case !s.KeyUntil.IsZero() && s.KeyUntil.Sub(e.set.Now()) < keyWarning:
		e.lightOnline(LightWarn, LightCodeKeyEnds, s.KeyUntil.Format(time.DateOnly))
	default:
		e.lightOnline(LightOK, LightCodeReady)
	}
}

// lightOfOnline: a key that is of no use does not mend itself.
func lightOfOnline(f marking.Fault) LightState {
	if f == marking.FaultUnauthorised || f == marking.FaultGone {
		return LightStop
	}
	return LightWarn
}

func (e *Engine) seenModule(s ModuleState) {
	foreign := s.Fault == marking.FaultNone && s.INN != "" && e.set.INN != "" && s.INN != e.set.INN
	e.judge.SetForeign(foreign)
	switch {
	case foreign:
		e.light(&e.lights.Module, LightStop, marking.FaultForeign.String(), s.INN)
	case s.Fault == marking.FaultNotReady:
		e.light(&e.lights.Module, LightWait, s.Fault.String())
	case s.Fault == marking.FaultStale:
		e.light(&e.lights.Module, LightStop, s.Fault.String())
	case s.Fault != marking.FaultNone:
		e.light(&e.lights.Module, LightWarn, s.Fault.String())
	case !s.DataAt.IsZero() && e.set.Now().Sub(s.DataAt) > feed.FreshFor:
		left := max(0, feed.UsableFor-e.set.Now().Sub(s.DataAt))
		e.light(&e.lights.Module, LightWarn, LightCodeOld, s.DataAt.Format(time.RFC3339), strconv.Itoa(int(left/time.Hour)))
	default:
		e.light(&e.lights.Module, LightOK, LightCodeReady)
	}
	if s.Fault == marking.FaultNone {
		e.tellModule()
	}
}

// lightsAfterCheck learns from a check what the lights show.
func (e *Engine) lightsAfterCheck(c Checked) {
	switch c.Online.Fault {
	case marking.FaultNone:
		if e.lights.Online.Code != LightCodeKeyEnds { // it answers, its key ends as soon as before
			e.lightOnline(LightOK, LightCodeReady)
		}
	case marking.FaultNotBound:
	case marking.FaultTimeout:
		if c.Overtime {
			e.lightOnline(LightWarn, c.Online.Fault.String())
		}
	default:
		e.lightOnline(lightOfOnline(c.Online.Fault), c.Online.Fault.String())
	}
	switch c.Module.Fault {
	case marking.FaultNone:
		if e.lights.Module.Code != LightCodeOld { // it answers, its data are as old as before
			e.light(&e.lights.Module, LightOK, LightCodeReady)
		}
	case marking.FaultUnreachable:
		if e.light(&e.lights.Module, LightWarn, c.Module.Fault.String()) && c.Verdict.Source == marking.SourceOnline {
			e.say(false, NoticeModuleAway)
		}
	case marking.FaultUnauthorised, marking.FaultStale:
		e.light(&e.lights.Module, LightStop, c.Module.Fault.String())
	}
}

const newsBatch = 50

// tellModule tells the module what was sold and returned, oldest first; what it cannot be told now
// stays in the queue.
func (e *Engine) tellModule() {
	if e.ports.Module == nil || e.telling || e.lights.Queue == 0 {
		return
	}
	news, err := e.ports.Journal.Untold(e.ctx, newsBatch)
	if err != nil {
		e.log.Error("codes to tell", "error", err)
		return
	}
	if len(news) == 0 {
		return
	}
	// One call tells one kind, so that a sale and a return of one code keep their order.
	same := 1
	for same < len(news) && news[same].Returned == news[0].Returned {
		same++
	}
	news = news[:same]
	e.telling = true
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, modulePatience)
		defer cancel()
		ki := make([]string, len(news))
		seqs := make([]int64, len(news))
		for i, n := range news {
			ki[i], seqs[i] = n.KI, n.Seq
		}
		tell := e.ports.Module.Sold
		if news[0].Returned {
			tell = e.ports.Module.Returned
		}
		err := tell(ctx, ki)
		return func() {
			e.telling = false
			if err != nil {
				e.log.Warn("module not told", "codes", len(ki), "error", err)
				return
			}
			if e.commit(journal.Change{Entry: journal.Entry{Kind: "told", Body: seqs}, Told: seqs}) == nil {
				e.lights.Queue = max(0, e.lights.Queue-len(seqs))
				e.tellModule()
			}
		}
	})
}

// closeLine ends the kept connections to the centre after a receipt (marking-check §2.6).
func (e *Engine) closeLine() {
	for _, path := range e.ports.Online {
		if c, ok := path.(interface{ CloseIdle() }); ok {
			c.CloseIdle()
		}
	}
}
