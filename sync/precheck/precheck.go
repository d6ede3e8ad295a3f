package precheck

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kassa/app/marking"
	"kassa/app/stock"
	"kassa/sync/trueapi"
)

// Stock keeps the units; app/store fits.
type Stock interface {
	// DueStockCodes are units that were never asked about, and those whose last answer is older than again.
	DueStockCodes(ctx context.Context, now time.Time, again time.Duration, limit int) ([]stock.CodeState, error)
	// KeepStockAnswers writes what was found, all or nothing.
	KeepStockAnswers(ctx context.Context, found []stock.CodeState) error
}

// Centre answers about many codes, КМ or КИ, in their order; trueapi.Sites fits. drive and zone are as in
// marking.Query. The error is a *trueapi.Error.
type Centre interface {
	CheckMany(ctx context.Context, codes []string, drive string, zone int) ([]marking.OnlineAnswer, error)
}

// Settings of a Worker. Now and Log are needed.
type Settings struct {
	Batch int           // codes of a request, 0: 50
	Every time.Duration // pause between requests, 0: 10 s
	Again time.Duration // when a unit is asked about once more, 0: 24 h

	Drive string         // ФН number, may be empty
	Zone  int            // as tag 1011, 0: not given
	Rules *marking.Rules // nil: the built-in table

	// Idle tells that no receipt is being made; nil: never is one. It is called often and by two goroutines.
	Idle func() bool
	// Key is the key of the centre, to notice another one after a refusal; nil: it does not change.
	Key func() string
	Now func() time.Time
	Log *slog.Logger
}

const (
	defaultBatch = 50
	defaultEvery = 10 * time.Second
	defaultAgain = 24 * time.Hour
	// longestPause is how long a centre is left alone that fails, or refuses the key.
	longestPause = time.Hour
	// look is how often Idle is asked while that matters.
	look = 100 * time.Millisecond
)

// Result is what a pass came to.
type Result struct {
	Asked    int                    // units that were answered about
	Suspects map[marking.Reason]int // units against which something is said
}

// Worker asks about the stock. One goroutine uses it.
type Worker struct {
	set    Settings
	stock  Stock
	centre Centre
	log    *slog.Logger

	single   int       // so many units are asked about one by one: some request with them was refused
	failures int       // in a row
	refused  time.Time // the key was refused then; zero: it was not
	key      string    // that was refused
}

// New makes a worker; it asks nothing yet.
func New(set Settings, units Stock, centre Centre) *Worker {
	if set.Batch == 0 {
		set.Batch = defaultBatch
	}
	if set.Every == 0 {
		set.Every = defaultEvery
	}
	if set.Again == 0 {
		set.Again = defaultAgain
	}
	if set.Idle == nil {
		set.Idle = func() bool { return true }
	}
	if set.Key == nil {
		set.Key = func() string { return "" }
	}
	return &Worker{set: set, stock: units, centre: centre, log: set.Log}
}

// Run asks about what is due, and waits for more, until ctx ends. It returns the context's error.
func (w *Worker) Run(ctx context.Context) error {
	round := newResult()
	for pause := w.set.Every; ; {
		if !wait(ctx, pause) {
			return ctx.Err()
		}
		pause = w.step(ctx, &round)
	}
}

// step sends one request when it may, and tells how long to wait before the next.
func (w *Worker) step(ctx context.Context, round *Result) time.Duration {
	if !w.set.Idle() {
		return look
	}
	if w.isRefused() {
		return w.set.Every
	}
	more, err := w.batch(ctx, w.set.Now(), round)
	switch {
	case errors.Is(err, errReceipt) || ctx.Err() != nil:
		return w.set.Every // that was us
	case errors.Is(err, errOneByOne):
		w.log.Warn("check of the stock: a request was refused, units are asked about one by one", "units", w.single)
	case err != nil:
		return w.failed(err)
	case !more && round.Asked > 0:
		w.log.Info("check of the stock", "asked", round.Asked, "suspects", round.Suspects)
		*round = newResult()
	}
	w.failures = 0
	return w.set.Every
}

// failed notes a failure and tells how long the centre is left alone.
func (w *Worker) failed(err error) time.Duration {
	if fault := faultOf(err); fault == marking.FaultUnauthorised || fault == marking.FaultGone {
		w.refused, w.key = w.set.Now(), w.set.Key()
		w.log.Error("check of the stock: the key is refused", "error", err)
		return w.set.Every
	}
	pause := w.set.Every
	for i := 0; i < w.failures && pause < longestPause; i++ {
		pause *= 2
	}
	pause = min(pause, longestPause)
	w.failures++
	w.log.Warn("check of the stock", "error", err, "pause", pause)
	return pause
}

// isRefused tells that the key was refused and nothing has changed since.
func (w *Worker) isRefused() bool {
	if w.refused.IsZero() {
		return false
	}
	if w.set.Now().Sub(w.refused) < longestPause && w.set.Key() == w.key {
		return true
	}
	w.refused = time.Time{}
	return false
}

// Once asks about everything that is due at this moment, with the usual pauses, and ends. The first failure of
// the centre ends it too.
func (w *Worker) Once(ctx context.Context) (Result, error) {
	result, began := newResult(), w.set.Now()
	for {
		if err := w.awaitIdle(ctx); err != nil {
			return result, err
		}
		more, err := w.batch(ctx, began, &result)
		if err != nil && !errors.Is(err, errReceipt) && !errors.Is(err, errOneByOne) || err == nil && !more {
			return result, err
		}
		if !wait(ctx, w.set.Every) {
			return result, ctx.Err()
		}
	}
}

// awaitIdle waits until no receipt is being made.
func (w *Worker) awaitIdle(ctx context.Context) error {
	for said := false; !w.set.Idle(); said = true {
		if !said {
			w.log.Info("check of the stock: waits for the end of a receipt")
		}
		if !wait(ctx, look) {
			return ctx.Err()
		}
	}
	return nil
}

func newResult() Result { return Result{Suspects: map[marking.Reason]int{}} }

var (
	// errReceipt: a receipt was begun, the request was given up.
	errReceipt = errors.New("a receipt is being made")
	// errOneByOne: the centre does not like this request; the units are asked about one by one to find out which.
	errOneByOne = errors.New("the request was refused")
	// ErrEmergency: nothing is known of any code (HTTP 203).
	ErrEmergency = errors.New("the centre is in an emergency")
)

// batch asks about some of the units that are due at a moment, keeps what is found and adds it to sum. more tells that
// it was a full batch: others may be due.
func (w *Worker) batch(ctx context.Context, at time.Time, sum *Result) (more bool, err error) {
	size := w.set.Batch
	if w.single > 0 {
		size = 1
	}
	due, err := w.stock.DueStockCodes(ctx, at, w.set.Again, size)
	if err != nil || len(due) == 0 {
		w.single = 0
		return false, err
	}
	answers, err := w.ask(ctx, due)
	if faultOf(err) == marking.FaultBadRequest {
		if len(due) > 1 {
			w.single = len(due)
			return true, errOneByOne
		}
		// This one it is. It waits its turn like the others, and what was known of it stays.
		w.log.Warn("check of the stock: a unit cannot be asked about", "gtin", due[0].GTIN, "error", err)
		answers, err = []marking.OnlineAnswer{{Fault: marking.FaultBadRequest}}, nil
	}
	if err != nil {
		return false, err
	}
	found := w.judge(due, answers)
	if err := w.stock.KeepStockAnswers(ctx, due); err != nil {
		return false, err
	}
	w.single = max(0, w.single-1)
	sum.Asked += found.Asked
	for reason, n := range found.Suspects {
		sum.Suspects[reason] += n
	}
	return len(due) == size, nil
}

// judge puts into units what is said of them now; a unit without an answer of its own keeps what was said before.
func (w *Worker) judge(units []stock.CodeState, answers []marking.OnlineAnswer) Result {
	now, found := w.set.Now(), newResult()
	for i := range units {
		u := &units[i]
		u.Asked = now
		if !answers[i].Answered() {
			continue
		}
		found.Asked++
		u.Reason, u.Until = marking.Advise(answers[i], u.Group, now, u.HasTail(), w.set.Rules)
		if u.Reason != marking.ReasonNone {
			found.Suspects[u.Reason]++
		}
	}
	return found
}

// ask sends one request and gives it up when a receipt is begun.
func (w *Worker) ask(ctx context.Context, units []stock.CodeState) ([]marking.OnlineAnswer, error) {
	codes := make([]string, len(units))
	for i := range units {
		codes[i] = units[i].Ask()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var watch sync.WaitGroup
	defer watch.Wait()
	defer cancel(nil)
	watch.Go(func() {
		for wait(ctx, look) {
			if !w.set.Idle() {
				cancel(errReceipt)
			}
		}
	})
	answers, err := w.centre.CheckMany(ctx, codes, w.set.Drive, w.set.Zone)
	switch {
	case err != nil && errors.Is(context.Cause(ctx), errReceipt):
		return nil, errReceipt
	case err != nil:
		return nil, err
	case len(answers) != len(codes):
		return nil, fmt.Errorf("%d answers to %d codes", len(answers), len(codes))
	case answers[0].Emergency:
		return nil, ErrEmergency
	}
	return answers, nil
}

// faultOf is the fault of a request, FaultNone for other errors and for none.
func faultOf(err error) marking.Fault {
	var failed *trueapi.Error
	if errors.As(err, &failed) {
		return failed.Fault
	}
	return marking.FaultNone
}

// wait tells whether d passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
