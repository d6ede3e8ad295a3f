package trueapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/centralsim"
	"kassa/sync/pipetest"
	"kassa/sync/trueapi"
)

// The budget of a scan to the nanosecond: client and central system on a clock of their own.
func TestAScanHasOneAndAHalfSecondsAndNotMore(t *testing.T) {
	const scan = 1500 * time.Millisecond
	for _, c := range []struct {
		name   string
		faults string
		want   marking.Fault
		took   time.Duration
	}{
		{"an answer after 0.2 s is used", `{"delay_ms":200}`, marking.FaultNone, 200 * time.Millisecond},
		{"an answer after 1.4 s is used", `{"delay_ms":1400}`, marking.FaultNone, 1400 * time.Millisecond},
		{"an answer after 1.499 s is used", `{"delay_ms":1499}`, marking.FaultNone, 1499 * time.Millisecond},
		{"an answer after 1.501 s is late", `{"delay_ms":1501}`, marking.FaultTimeout, scan},
		{"an answer after 1.6 s is late", `{"delay_ms":1600}`, marking.FaultTimeout, scan},
		{"silence ends with the scan", `{"blackhole":true}`, marking.FaultTimeout, scan},
		{"a byte now and then ends with the scan", `{"drip":true}`, marking.FaultTimeout, scan},
		{"a slow error leaves time for a second try, which ends with the scan", `{"delay_ms":1000,"status":500}`, marking.FaultTimeout, scan},
		{"two quick errors are told at once", `{"delay_ms":300,"status":500}`, marking.FaultServer, 600 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				central, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
				require.NoError(t, err)
				set := httptest.NewRecorder()
				central.Control().ServeHTTP(set, httptest.NewRequest(http.MethodPost, "/lab/faults", strings.NewReader(c.faults)))
				require.Equal(t, http.StatusOK, set.Code)
				wire := pipetest.New()
				server := &http.Server{Handler: central.Handler()}
				go func() { _ = server.Serve(wire) }()
				defer server.Close()
				checker := client(t, "http://127.0.0.1:1", func(s *trueapi.Settings) { s.Dial = wire.Dial })
				defer checker.CloseIdle()

				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), scan)
				defer cancel()
				a := checker.Check(ctx, marking.Query{Code: code(t)})
				require.Equal(t, c.want, a.Fault, a.Detail)
				require.Equal(t, c.took, time.Since(start))
				require.Equal(t, c.took, a.Latency)
			})
		})
	}
}
