package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

// BenchmarkScanToVerdict is the engine's own part of a check, from the scan to the verdict on the disk and
// in a snapshot: two commits and the decision. The sources answer at once. Compare it with BareFsync of app/store.
func BenchmarkScanToVerdict(b *testing.B) {
	cases := map[string]func(b *testing.B, w *world){
		"online":      func(*testing.B, *world) {},
		"module-only": func(_ *testing.B, w *world) { w.Online.Set(0, saletest.OnlineFault(marking.FaultUnreachable)) },
		"breaker-open": func(_ *testing.B, w *world) {
			w.Settings.Budget = time.Millisecond // the breaker opens fast; its 30 s never pass: the clock stands still
			w.Online.Set(saletest.Never, marking.OnlineAnswer{})
		},
	}
	for name, arrange := range cases {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			arrange(b, w)
			x := w.Open(b)
			unit := 0
			next := func() {
				unit++
				x.ScanUnit(saletest.Milk, unit)
			}
			for range 3 {
				next()
			}
			for b.Loop() {
				next()
				if unit%100 == 0 { // a receipt has an end
					b.StopTimer()
					x.Must(sale.Cancel{})
					b.StartTimer()
				}
			}
			if name == "breaker-open" {
				require.Equal(b, 3, w.Online.Asked())
			}
		})
	}
}

// BenchmarkWholeReceipt is a receipt of five plain lines: scans, payment, document, all on the disk. The
// printer takes no time.
func BenchmarkWholeReceipt(b *testing.B) {
	w := newWorld(b)
	x := w.Open(b)
	for b.Loop() {
		x.Must(scan(saletest.Bread), scan(saletest.Bag), sale.SetQuantity{Line: 2, Quantity: 2000}, scan(saletest.Bread),
			sale.Scan{Raw: saletest.Label(saletest.CheesePLU, 313)}, sale.Scan{Raw: saletest.Label(saletest.CheesePLU, 250)},
			sale.Pay{Kind: till.Cash, Sum: 1000_00}, sale.Close{})
	}
}
