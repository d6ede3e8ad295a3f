package scanner_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device"
	"kassa/device/scanner"
	"kassa/device/wire"
)

var silent = slog.New(slog.DiscardHandler)

var _ device.Scanner = (*scanner.Scanner)(nil)

// pipePort is a line inside the test: its deadlines follow the bubble's clock.
type pipePort struct{ net.Conn }

func (pipePort) Purge() error { return nil }

func TestSilenceOfFiftyMillisecondsEndsAScanWithoutSuffix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sender, far := net.Pipe()
		scans, stop := serve(t, scanner.Settings{
			Name: "counter", Address: "pipe",
			Dial: func(context.Context, string) (wire.Port, error) { return pipePort{far}, nil },
		})
		defer stop()

		write(t, sender, "460645")
		time.Sleep(49 * time.Millisecond) // the bubble's clock
		synctest.Wait()
		require.Empty(t, scans)
		write(t, sender, "3849072")
		time.Sleep(49 * time.Millisecond)
		synctest.Wait()
		require.Empty(t, scans)
		time.Sleep(time.Millisecond)
		synctest.Wait()
		require.Len(t, scans, 1)
		scan := <-scans
		require.Equal(t, "4606453849072", string(scan.Data))
		require.Equal(t, "counter", scan.Source)
		require.Equal(t, time.Now(), scan.At)
	})
}

func TestAScannerThatIsAwayIsTriedAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries []time.Duration
		start := time.Now()
		away := errors.New("unplugged")
		s, err := scanner.New(scanner.Settings{
			Name: "counter", Address: "nowhere",
			Dial: func(context.Context, string) (wire.Port, error) {
				tries = append(tries, time.Since(start))
				return nil, away
			},
		}, silent)
		require.NoError(t, err)
		require.Equal(t, scanner.State{}, s.State())
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		require.ErrorIs(t, s.Serve(ctx, func(device.Scan) {}), context.DeadlineExceeded)
		require.Equal(t, scanner.State{Since: start, Err: away}, s.State())

		require.GreaterOrEqual(t, len(tries), 6)
		for i, want := range []time.Duration{250, 500, 1000, 2000, 5000} {
			want *= time.Millisecond
			require.InDelta(t, want, tries[i+1]-tries[i], float64(want/5), "pause %d", i+1)
		}
	})
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	long := string(make([]byte, 33))
	for name, settings := range map[string]scanner.Settings{
		"no name":          {Address: "serial:/dev/ttyACM0"},
		"no address":       {Name: "a"},
		"a long prefix":    {Name: "a", Address: "b", Prefix: long},
		"a long suffix":    {Name: "a", Address: "b", Suffix: long},
		"negative silence": {Name: "a", Address: "b", Silence: -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scanner.New(settings, silent)
			require.Error(t, err)
		})
	}
}

// serve runs a scanner; stop ends it and waits.
func serve(t *testing.T, settings scanner.Settings) (scans chan device.Scan, stop func()) {
	t.Helper()
	s, err := scanner.New(settings, silent)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	scans = make(chan device.Scan, 10) // more than any test sends
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, func(scan device.Scan) { scans <- scan }) }()
	return scans, func() {
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	}
}

func write(t *testing.T, w interface{ Write([]byte) (int, error) }, s string) {
	t.Helper()
	_, err := w.Write([]byte(s))
	require.NoError(t, err)
}
