package scan_test

import (
	"fmt"
	"time"

	"kassa/app/scan"
)

// A window that gives runes only: a scan, then two letters typed by hand.
func ExampleWedge() {
	w := scan.NewWedge(scan.Settings{})
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, r := range "4612345678903" {
		w.Key(scan.Key{Rune: r, At: at})
		at = at.Add(8 * time.Millisecond)
	}
	r := w.Key(scan.Key{Code: scan.Enter, At: at})
	fmt.Println(r.Kind == scan.Scan, string(r.Data))

	at = at.Add(time.Second)
	r = w.Key(scan.Key{Rune: 'ч', At: at})
	fmt.Println(r.Kind == scan.Held, r.Until.Sub(at))
	fmt.Println(w.Expire(r.Until).Text)
	// Output:
	// true 4612345678903
	// true 45ms
	// ч
}
