package wire

import (
	"math/rand/v2"
	"time"
)

// pauses between attempts to open a lost device; the last one repeats for ever.
var pauses = [...]time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second}

// Backoff counts the failed attempts to open a device. The zero value is ready. Not for several goroutines.
type Backoff struct{ failures int }

// Next is how long to wait before the next attempt: 0.25, 0.5, 1, 2, then 5 s for ever, give or take 20 %.
func (b *Backoff) Next() time.Duration {
	pause := pauses[min(b.failures, len(pauses)-1)]
	b.failures++
	fifth := pause / 5
	return pause - fifth + rand.N(2*fifth)
}

// Reset forgets the failures: the device is there.
func (b *Backoff) Reset() { b.failures = 0 }
