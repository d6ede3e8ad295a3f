package trueapi

import (
	"cmp"
	"net/url"
	"slices"
	"sync"
	"time"
)

const (
	// blockFor is how long a site is left alone, missesToBlock how many scans in a row it may leave unanswered
	// (guide §1.3, §1.4).
	blockFor      = 15 * time.Minute
	missesToBlock = 3
)

// site is one place where codes can be checked.
type site struct {
	url    *url.URL
	client *Client

	// The rest belongs to the roster.
	latency time.Duration // of health/check; 0: not measured
	misses  int           // in a row
	out     *time.Timer   // of the block; nil: in use
	until   time.Time     // end of the block, for people
	due     bool          // the block's time is over: health/check first
}

// roster is the list of sites with ranks and marks. It does no I/O: its lock costs a scan nothing. Blocks
// are ended by timers and never by comparing times, so a clock that jumps cannot make one last for ever.
type roster struct {
	now   func() time.Time
	wake  chan struct{} // one place: there is something to do; a second call finds it said already
	mu    sync.Mutex    // guards: all below, and the roster's part of each site
	sites []*site       // by rank
	wish  bool          // a new list is needed
	dirty bool          // the kept file is older than the list
}

func newRoster(now func() time.Time) *roster { return &roster{now: now, wake: make(chan struct{}, 1)} }

// poke wakes whoever serves the list. The lock is held.
func (r *roster) poke() {
	r.dirty = true
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// pick is the best site in use that is not among tried, nil when there is none.
func (r *roster) pick(tried ...*site) *site {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.sites {
		if s.out == nil && !slices.Contains(tried, s) {
			return s
		}
	}
	return nil
}

// best are up to n sites in use, by rank.
func (r *roster) best(n int) []*site {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*site
	for _, s := range r.sites {
		if s.out == nil && len(found) < n {
			found = append(found, s)
		}
	}
	return found
}

// overdue are the sites whose block is over but for their health.
func (r *roster) overdue() []*site {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*site
	for _, s := range r.sites {
		if s.due {
			found = append(found, s)
		}
	}
	return found
}

// answered ends a row of misses.
func (r *roster) answered(s *site) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.misses = 0
}

// missed counts a scan that got no answer in time, and tells how many it were in a row.
func (r *roster) missed(s *site) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.misses++
	n := s.misses
	if n >= missesToBlock {
		r.putOut(s, blockFor)
	}
	return n
}

// block puts a site out; d is blockFor, or what is left of it.
func (r *roster) block(s *site, d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.putOut(s, d)
}

// putOut puts a site out for a while; when it was the last one all marks are cleared and a new list is
// wished for (guide §1.4). The lock is held.
func (r *roster) putOut(s *site, d time.Duration) {
	s.unmark()
	s.until = r.now().Add(d)
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if s.out == timer { // and not unblocked or blocked anew meanwhile
			s.due = true
			r.poke()
		}
	})
	s.out = timer
	if r.clearedAll() {
		r.wish = true
	}
	r.poke()
}

// clearedAll clears all marks when no site is in use: somebody must be asked. The lock is held.
func (r *roster) clearedAll() bool {
	if slices.ContainsFunc(r.sites, func(s *site) bool { return s.out == nil }) {
		return false
	}
	for _, s := range r.sites {
		s.unmark()
	}
	return true
}

// healthy takes a site into use with a new rank; latency 0 leaves the rank as it is. A measure that changes no
// order is not worth a write to the disk.
func (r *roster) healthy(s *site, latency time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := slices.Clone(r.sites)
	changed := s.out != nil || s.latency == 0 && latency > 0
	if s.out != nil {
		s.unmark()
	}
	if latency > 0 {
		s.latency = latency
	}
	r.rank()
	if changed || !slices.Equal(before, r.sites) {
		r.poke()
	}
}

// unmark takes a block and its misses away. The roster's lock is held.
func (s *site) unmark() {
	if s.out != nil {
		s.out.Stop()
	}
	s.out, s.due, s.until, s.misses = nil, false, time.Time{}, 0
}

// rank sorts by latency; sites that were not measured come last, in the order of the list. The lock is held.
func (r *roster) rank() {
	slices.SortStableFunc(r.sites, func(a, b *site) int {
		if (a.latency == 0) != (b.latency == 0) {
			return cmp.Compare(b.latency, a.latency)
		}
		return cmp.Compare(a.latency, b.latency)
	})
}

// replace sets a new list. A site that stays keeps rank and marks until it is measured anew.
func (r *roster) replace(next []*site) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.sites
	r.sites = make([]*site, 0, len(next))
	for _, s := range next {
		if i := slices.IndexFunc(old, func(o *site) bool { return *o.url == *s.url }); i >= 0 {
			s = old[i]
		}
		r.sites = append(r.sites, s)
	}
	for _, s := range old {
		if !slices.Contains(r.sites, s) {
			s.unmark()
		}
	}
	r.clearedAll() // of the old list those may be left that are out
	r.rank()
	r.poke()
}

// wished tells once that a new list is needed.
func (r *roster) wished() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.wish
	r.wish = false
	return w
}

// changed tells once that the list differs from the kept one.
func (r *roster) changed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.dirty
	r.dirty = false
	return d
}

// SiteState is one site as the till sees it now.
type SiteState struct {
	URL     string
	Latency time.Duration // of health/check, the rank; 0: not measured
	Misses  int           // scans in a row without an answer in time
	Out     bool          // left alone until Until, then until it is healthy
	Until   time.Time
}

func (r *roster) view() []SiteState {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := make([]SiteState, len(r.sites))
	for i, s := range r.sites {
		v[i] = SiteState{URL: s.url.String(), Latency: s.latency, Misses: s.misses, Out: s.out != nil, Until: s.until}
	}
	return v
}

// stop ends the timers.
func (r *roster) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.sites {
		s.unmark()
	}
}
