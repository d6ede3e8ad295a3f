package trueapi_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/trueapi"
)

// BenchmarkAScanUnderAFault measures, over 1,000 scans for each fault on real sockets, how much later than its
// 1.5 s a scan ends. Fifty run side by side, each with a pool of its own.
func BenchmarkAScanUnderAFault(b *testing.B) {
	const scans, sideBySide = 1000, 50
	parsed, err := marking.Parse([]byte(km))
	require.NoError(b, err)
	for _, c := range ailments() {
		b.Run(strings.ReplaceAll(c.name, " ", "-"), func(b *testing.B) {
			for b.Loop() {
				var all sync.WaitGroup
				took := make([]time.Duration, scans)
				for lane := range sideBySide {
					w := newWard(b, c)
					all.Go(func() {
						for i := lane; i < scans; i += sideBySide {
							start := time.Now()
							ctx, cancel := context.WithTimeout(b.Context(), trueapi.DefaultBudget)
							a := w.pool.Check(ctx, marking.Query{Code: parsed.Code})
							cancel()
							took[i] = time.Since(start)
							if a.Fault == marking.FaultNone {
								b.Errorf("scan %d was answered", i)
							}
						}
					})
				}
				all.Wait()
				slices.Sort(took)
				b.ReportMetric(float64(took[scans/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[scans*99/100].Microseconds())/1000, "p99-ms")
				b.ReportMetric(float64(took[scans-1].Microseconds())/1000, "max-ms")
			}
		})
	}
}
