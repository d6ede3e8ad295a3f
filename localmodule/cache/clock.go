package cache

import (
	"sync"
	"time"
)

// clock is the trusted clock: the wall clock, but never before the floor, which is the latest instant that
// a verified head has named plus the time that this process has run since. Setting the computer's clock
// back does not make data younger. The floor is never raised by the wall clock, so that a clock that is
// far ahead for a while leaves no trace. Source: engine.md §9.
type clock struct {
	now func() time.Time

	mu    sync.Mutex // guards the two below
	floor time.Time
	since time.Time // reading of now when floor was true; time.Now brings its monotonic part
}

func newClock(now func() time.Time, floor time.Time) *clock {
	return &clock{now: now, floor: floor, since: now()}
}

// Now is trusted time, UTC.
func (c *clock) Now() time.Time {
	wall := c.now()
	if low := c.low(wall); wall.Before(low) {
		return low.UTC()
	}
	return wall.UTC()
}

// low is the floor as it is by now.
func (c *clock) low(wall time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.floor.IsZero() {
		return c.floor
	}
	return c.floor.Add(max(0, wall.Sub(c.since)))
}

// raise lifts the floor to an instant that a signature vouches for, and gives what to store.
func (c *clock) raise(to time.Time) time.Time {
	wall := c.now()
	low := c.low(wall)
	if to.After(low) {
		low = to
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.floor, c.since = low, wall
	return low
}
