package upstream

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"kassa/app/feed"
)

// The pace of syncs. The centre's own wish is taken within these bounds; after failures the pause doubles.
const (
	shortestPace = 10 * time.Second
	longestPace  = 6 * time.Hour // four contacts a day at least
	defaultPace  = 15 * time.Minute
	firstPause   = 30 * time.Second
	longestPause = 15 * time.Minute
)

// Runner syncs again and again. Sync may be called while Serve runs; they take turns.
type Runner struct {
	source Upstream
	log    *slog.Logger
	turn   chan struct{} // holds one token: whoever has it may sync
	kick   chan struct{} // at most one wish for a sync soon; a second one is the same wish
}

// NewRunner makes a runner; nothing happens before Serve or Sync.
func NewRunner(source Upstream, log *slog.Logger) *Runner {
	r := &Runner{source: source, log: log.With("component", "sync"), turn: make(chan struct{}, 1), kick: make(chan struct{}, 1)}
	r.turn <- struct{}{}
	return r
}

// Serve syncs at once and then at the centre's pace until the context ends; it always returns nil. A
// failure changes nothing but the pause, so that the module leaves sync_error by itself when the link is back.
func (r *Runner) Serve(ctx context.Context) error {
	failures := 0
	for ctx.Err() == nil {
		result, err := r.Sync(ctx, false, nil)
		if ctx.Err() != nil {
			break
		}
		wait := jitter(pace(result.NextAfter))
		if err != nil {
			wait = jitter(pause(failures))
			failures++
			r.logFailure(err, wait)
		} else {
			failures = 0
		}
		next := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-next.C:
		case <-r.kick:
		}
		next.Stop()
	}
	return nil
}

// Sync syncs once now, after the one that may be under way.
func (r *Runner) Sync(ctx context.Context, full bool, progress func(Progress)) (Result, error) {
	select {
	case <-r.turn:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	defer func() { r.turn <- struct{}{} }()
	result, err := r.source.Sync(ctx, full, progress)
	if err != nil {
		return Result{}, err
	}
	for _, l := range result.Lists {
		if l.Changed {
			r.log.Info("new version serves", "list", l.List, "epoch", l.Epoch, "seq", l.Seq, "entries", l.Count)
		}
	}
	return result, nil
}

// Kick asks Serve to sync soon.
func (r *Runner) Kick() {
	select {
	case r.kick <- struct{}{}:
	default: // one is waiting already
	}
}

// logFailure tells a lost link, which heals by itself, from an upstream that must not be believed.
func (r *Runner) logFailure(err error, wait time.Duration) {
	for _, refusal := range []error{feed.ErrSignature, feed.ErrUnknownKey, feed.ErrKeyDates, feed.ErrWrongFeed, feed.ErrRollback,
		feed.ErrFrozen, feed.ErrKeysExpired, ErrObject} {
		if errors.Is(err, refusal) {
			r.log.Error("the upstream is not believed, old data serve on", "error", err, "next", wait)
			return
		}
	}
	r.log.Warn("sync did not succeed, old data serve on", "error", err, "next", wait)
}

// pace is the centre's wish within our bounds.
func pace(wish time.Duration) time.Duration {
	if wish <= 0 {
		return defaultPace
	}
	return min(max(wish, shortestPace), longestPace)
}

// pause is the time to wait after so many failures in a row before this one.
func pause(before int) time.Duration {
	wait := firstPause
	for range before {
		if wait *= 2; wait >= longestPause {
			return longestPause
		}
	}
	return wait
}

// jitter changes a duration by up to 20 % either way, so that shops do not ask in step.
func jitter(d time.Duration) time.Duration {
	fifth := d / 5
	return d - fifth + rand.N(2*fifth+1)
}
