package sale

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/staff"
	"kassa/app/till"
)

const (
	// maxEmergency is the furthest end a person may declare: a slip of the finger must not switch checks off for years.
	maxEmergency = 30 * 24 * time.Hour
	// maxReason is the longest reason, in characters.
	maxReason = 200
	// defaultEmergencyProbe is how often the centre is asked whether an emergency is over.
	defaultEmergencyProbe = 5 * time.Minute
	// unconfirmedEmergency is how long one 203 holds when the centre cannot be reached to say it again.
	unconfirmedEmergency = 15 * time.Minute
	// confirmedEmergency is how long a confirmed one holds without another 203; a start counts as one.
	confirmedEmergency = 24 * time.Hour
)

// phase is where the till stands to an emergency now.
func (e *Engine) phase() marking.EmergencyPhase {
	return e.state.Emergency.Phase(e.set.Now(), e.set.Policy.Rules.EmergencyAfter())
}

func (e *Engine) emergencyView() EmergencyView {
	v := EmergencyView{Phase: e.phase()}
	if v.Phase == marking.EmergencyNone {
		return v
	}
	v.Emergency = e.state.Emergency
	if !v.Until.IsZero() {
		v.Ends = v.Until.Add(e.set.Policy.Rules.EmergencyAfter())
	}
	return v
}

func (e *Engine) declareEmergency(c DeclareEmergency) error {
	if e.cashier.Role < staff.Senior {
		return till.Fail(till.RightMissing)
	}
	now, reason := e.set.Now(), strings.TrimSpace(c.Reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxReason || !c.Until.After(now) || c.Until.Sub(now) > maxEmergency {
		return till.Fail(till.EmergencyBad)
	}
	return e.setEmergency("declare", marking.Emergency{Since: now, Until: c.Until, Manual: true, By: e.cashier.Name, Reason: reason})
}

// endEmergency ends it now; the days after it follow.
func (e *Engine) endEmergency() error {
	if e.cashier.Role < staff.Senior {
		return till.Fail(till.RightMissing)
	}
	if e.phase() != marking.EmergencyOn {
		return nil // it is over already
	}
	over := e.state.Emergency
	over.Until = e.set.Now()
	return e.setEmergency("end", over)
}

// foundEmergency takes in a 203. A check's, and one site's, is asked about at once.
func (e *Engine) foundEmergency(confirmed bool) {
	known := e.state.Emergency
	e.heard203 = e.set.Now()
	e.alarms++
	phase := e.phase()
	if phase == marking.EmergencyAfter && !confirmed {
		return // it must not take the days after an earlier one away; the probe of the next poll asks cdn/info
	}
	if phase == marking.EmergencyOn {
		if confirmed && !known.Manual && !known.Confirmed {
			known.Confirmed = true
			_ = e.setEmergency("confirmed", known) // a disk that fails now: the next probe says it again
		}
		return
	}
	if e.setEmergency("found", marking.Emergency{Since: e.set.Now(), Confirmed: confirmed}) == nil && !confirmed {
		e.probeCentre()
	}
}

// noEmergency takes in a normal answer of a probe, or its silence: what a 203 began ends with the first, and
// with a long enough silence too: sooner when nobody ever confirmed it.
func (e *Engine) noEmergency(answered bool) {
	known := e.state.Emergency
	if e.phase() != marking.EmergencyOn || known.Manual {
		return
	}
	limit, since := unconfirmedEmergency, known.Since
	if known.Confirmed {
		limit, since = confirmedEmergency, e.heard203
	}
	if answered || e.set.Now().Sub(since) > limit {
		known.Until = e.set.Now()
		_ = e.setEmergency("over", known) // a disk that fails now: the next probe says it again
	}
}

// setEmergency keeps a new state of it on disk first: sales without a check must be explained later.
func (e *Engine) setEmergency(what string, next marking.Emergency) error {
	before := e.phase()
	state := e.state
	state.Emergency = next
	if err := e.commit(journal.Change{Entry: journal.Entry{Kind: "emergency-" + what, Body: next}, State: &state}); err != nil {
		return err
	}
	e.state = state
	e.log.Warn("emergency", "what", what, "manual", next.Manual, "until", next.Until, "by", next.By)
	e.emergencyChanged(before)
	return nil
}

// emergencyChanged tells the judge and the people; before is the phase that they know of.
func (e *Engine) emergencyChanged(before marking.EmergencyPhase) {
	e.judge.SetEmergency(e.state.Emergency)
	e.lightOnline(e.lights.Online.State, e.lights.Online.Code, e.lights.Online.Args...) // its end may be another one
	phase := e.phase()
	if phase == before {
		return
	}
	switch {
	case phase == marking.EmergencyOn:
		e.say(false, NoticeEmergency)
	case before == marking.EmergencyOn:
		e.say(false, NoticeEmergencyOver)
	}
	e.emergencyPhase, e.dirty = phase, true
	e.lightOnline(LightWait, LightCodeAsking)
}

// watchEmergency notices the phases that begin by time alone.
func (e *Engine) watchEmergency() {
	if before := e.emergencyPhase; e.phase() != before {
		e.emergencyChanged(before)
	}
}

// lightOnline changes the light of the centre. While goods are sold without checks it says that before all.
func (e *Engine) lightOnline(state LightState, code string, args ...string) {
	v := e.emergencyView()
	if v.Phase != marking.EmergencyNone {
		state, code, args = LightWarn, LightCodeEmergency, nil
		if v.Phase == marking.EmergencyAfter {
			code = LightCodeAfterEmergency
		}
		if !v.Ends.IsZero() {
			args = []string{v.Ends.Format(time.RFC3339)}
		}
	}
	e.light(&e.lights.Online, state, code, args...)
}

// probeCentre asks every path how it is, all at once and beside the loop.
func (e *Engine) probeCentre() {
	e.probedAt = e.set.Now()
	var probers []Prober
	var breakers []*breaker
	for _, path := range e.judge.paths {
		if p, ok := path.online.(Prober); ok {
			probers, breakers = append(probers, p), append(breakers, path)
		}
	}
	if len(probers) == 0 {
		e.noEmergency(false)
		return
	}
	alarms := e.alarms
	e.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, probePatience)
		defer cancel()
		states := make([]OnlineState, len(probers))
		var all sync.WaitGroup
		for i, p := range probers {
			all.Go(func() { states[i] = p.Probe(ctx) })
		}
		all.Wait()
		return func() {
			for i, b := range breakers {
				b.seen(states[i], e.set.Now())
			}
			e.seenOnline(states, alarms == e.alarms)
		}
	})
}
