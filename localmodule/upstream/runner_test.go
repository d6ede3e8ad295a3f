package upstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"kassa/localmodule/upstream"

	"github.com/stretchr/testify/require"
)

func itoa(n int) string { return strconv.Itoa(n) }

func writeJSON(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

// source is an upstream that notes when it was asked.
type source struct {
	answer func(call int) (upstream.Result, error)
	at     []time.Time
	busy   bool
}

func (s *source) Sync(ctx context.Context, _ bool, _ func(upstream.Progress)) (upstream.Result, error) {
	if s.busy {
		return upstream.Result{}, errors.New("two syncs at once")
	}
	s.busy = true
	defer func() { s.busy = false }()
	s.at = append(s.at, time.Now())
	time.Sleep(time.Second) // of the bubble's clock: a sync takes time
	return s.answer(len(s.at))
}

// gaps are the pauses between calls, without the second that a call takes.
func (s *source) gaps() []time.Duration {
	var found []time.Duration
	for i := 1; i < len(s.at); i++ {
		found = append(found, s.at[i].Sub(s.at[i-1])-time.Second)
	}
	return found
}

func serve(t *testing.T, s *source, work func(*testing.T, *upstream.Runner)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		r := upstream.NewRunner(s, slog.New(slog.DiscardHandler))
		ended := make(chan error, 1)
		go func() { ended <- r.Serve(ctx) }()
		defer func() {
			stop()
			require.NoError(t, <-ended)
		}()
		synctest.Wait() // Serve is in its first sync
		work(t, r)
	})
}

func requireAbout(t *testing.T, want, got time.Duration) {
	t.Helper()
	require.InDelta(t, want.Seconds(), got.Seconds(), want.Seconds()/5+0.001)
}

func TestTheCentreSetsThePaceWithinBounds(t *testing.T) {
	for name, tc := range map[string]struct{ wish, want time.Duration }{
		"as wished":          {15 * time.Minute, 15 * time.Minute},
		"not told":           {0, 15 * time.Minute},
		"unreasonably often": {time.Millisecond, 10 * time.Second},
		"unreasonably rare":  {1000 * time.Hour, 6 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			s := &source{answer: func(int) (upstream.Result, error) { return upstream.Result{NextAfter: tc.wish}, nil }}
			serve(t, s, func(*testing.T, *upstream.Runner) { time.Sleep(10*tc.want + time.Minute) })
			require.GreaterOrEqual(t, len(s.at), 5)
			for _, gap := range s.gaps() {
				requireAbout(t, tc.want, gap)
			}
		})
	}
}

func TestPausesGrowWithFailuresAndASuccessEndsThem(t *testing.T) {
	s := &source{answer: func(call int) (upstream.Result, error) {
		if call == 8 {
			return upstream.Result{NextAfter: time.Hour}, nil
		}
		return upstream.Result{}, errors.New("no route")
	}}
	serve(t, s, func(*testing.T, *upstream.Runner) { time.Sleep(3 * time.Hour) })
	want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute,
		time.Hour, 30 * time.Second}
	require.GreaterOrEqual(t, len(s.gaps()), len(want))
	for i, w := range want {
		requireAbout(t, w, s.gaps()[i])
	}
}

func TestAKickAndASyncByHandTakeTurnsWithTheRunner(t *testing.T) {
	s := &source{answer: func(int) (upstream.Result, error) { return upstream.Result{NextAfter: time.Hour}, nil }}
	serve(t, s, func(t *testing.T, r *upstream.Runner) {
		_, err := r.Sync(t.Context(), true, nil) // while the first one runs
		require.NoError(t, err)
		require.Len(t, s.at, 2)
		r.Kick()
		synctest.Wait() // Serve is in its next sync
		r.Kick()
		r.Kick()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Len(t, s.at, 4, "two wishes at a time are one")
	})
}

func TestASyncByHandCanBeGivenUpWhileItWaits(t *testing.T) {
	s := &source{answer: func(int) (upstream.Result, error) { return upstream.Result{}, nil }}
	serve(t, s, func(t *testing.T, r *upstream.Runner) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := r.Sync(ctx, true, nil)
		require.ErrorIs(t, err, context.Canceled)
	})
}
