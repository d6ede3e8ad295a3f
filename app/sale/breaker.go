package sale

import (
	"context"
	"sync"
	"time"

	"kassa/app/marking"
)

const (
	breakerMisses = 3 // time-outs in a row that open the breaker (engine §3)
	breakerOpen   = 30 * time.Second
	probePatience = 2 * time.Second
)

// breaker leaves one path to the centre alone when it has been silent, so that an outage does not cost the
// budget at every scan.
type breaker struct {
	online Online

	mu      sync.Mutex // guards: all below
	misses  int        // time-outs in a row
	until   time.Time  // left alone until then
	probing bool
}

// note counts misses. Only silence opens the breaker: an answer, even a refusal, costs no time.
func (b *breaker) note(fault marking.Fault, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if fault != marking.FaultTimeout {
		b.misses = 0
		return
	}
	b.misses++
	if b.misses >= breakerMisses {
		b.until = now.Add(breakerOpen)
	}
}

// open tells whether the path is left alone now. When its time is over one probe goes out in the
// background, by run; the path stays alone until the probe has succeeded.
func (b *breaker) open(now time.Time, run func(func(context.Context)), again func() time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.misses < breakerMisses {
		return false
	}
	// A clock that was set back must not keep the path alone for longer than was meant.
	if now.Before(b.until) && b.until.Sub(now) <= breakerOpen || b.probing {
		return true
	}
	prober, ok := b.online.(Prober)
	if !ok {
		return false // nothing to probe with: the next code is the probe
	}
	b.probing = true
	run(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, probePatience)
		defer cancel()
		state := prober.Probe(ctx)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.probing = false
		if state.Fault == marking.FaultNone {
			b.misses = 0
		} else {
			b.until = again().Add(breakerOpen)
		}
	})
	return true
}

// seen takes in a probe that somebody else has sent: one that was answered closes a breaker whose time is over.
func (b *breaker) seen(state OnlineState, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if state.Fault == marking.FaultNone && !(now.Before(b.until) && b.until.Sub(now) <= breakerOpen) {
		b.misses = 0
	}
}

func (b *breaker) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.misses >= breakerMisses
}
