package trueapi

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"kassa/app/marking"
)

const (
	// DefaultBudget is when a site has missed a scan (guide §1.4).
	DefaultBudget = 1500 * time.Millisecond
	// patience is how long an answer is waited for that comes too late for its scan.
	patience = 5 * time.Second
	// infoTimeout bounds cdn/info, for which nobody waits.
	infoTimeout = 10 * time.Second
	// sitesPerScan: more would not fit into the budget, and an outage must not become a storm of requests.
	sitesPerScan = 3
)

// SitesSettings of a pool. Entry, Token and Now are needed, the rest may be zero.
type SitesSettings struct {
	Entry   string        // the host that lists the sites: ProductionEntry, or that of another contour
	BuiltIn []string      // sites for when there is no list; nil: the guide's, or outside of production the entry itself
	File    string        // keeps list and ranks between runs; empty: nothing is kept
	Token   func() string // the key of the legal entity; asked for each call, since it may be replaced at any time
	Drive   string        // ФН number, 16 digits, for queries that have none
	// Budget is when an unanswered scan counts against its site, zero: DefaultBudget. It does not end a call:
	// the call's context does, and an answer that comes late is still an answer.
	Budget time.Duration
	// HealthTimeout of one health/check, zero: DefaultTimeout; bad links may need up to 10 s (guide §1.3).
	HealthTimeout time.Duration
	Now           func() time.Time
	Jitter        func(below time.Duration) time.Duration // zero: at random

	TLS  *tls.Config                                                          // zero: the system's roots
	Dial func(ctx context.Context, network, address string) (net.Conn, error) // zero: the system's
}

// Sites asks the best of the sites that cdn/info lists. It may be used by several goroutines. Serve must run
// beside it, else the list stays as it is and a site that was put out stays out. Close ends it.
type Sites struct {
	set    SitesSettings
	log    *slog.Logger
	entry  *Client // nil when the entry is of no use
	roster *roster

	emergency atomic.Bool // some call has said 203 and no probe has taken it back

	ctx  context.Context // of calls that outlive their caller
	stop context.CancelFunc

	mu      sync.Mutex // guards: all below
	closed  bool
	calls   sync.WaitGroup // Add under mu and before closed only
	source  Source
	asked   time.Time     // last cdn/info that was answered
	refused marking.Fault // of the last cdn/info
}

// Source says where the list of sites is from.
type Source string

const (
	SourceInfo    Source = "cdn/info"
	SourceKept    Source = "kept" // in the file, from an earlier run
	SourceBuiltIn Source = "built-in"
)

// NewSites makes a pool; it reads the kept list and opens no connection: the first scan asks a site at once.
// With an entry or a key that is of no use every call says FaultNotBound.
func NewSites(set SitesSettings, log *slog.Logger) *Sites {
	if set.Budget == 0 {
		set.Budget = DefaultBudget
	}
	if set.HealthTimeout == 0 {
		set.HealthTimeout = DefaultTimeout
	}
	if set.Jitter == nil {
		set.Jitter = func(below time.Duration) time.Duration { return rand.N(below) }
	}
	s := &Sites{set: set, log: log, roster: newRoster(set.Now), source: SourceBuiltIn}
	s.ctx, s.stop = context.WithCancel(context.Background())
	entry, err := parseSite(set.Entry, true)
	if err != nil {
		log.Error("the central system cannot be asked", "error", err)
		return s
	}
	s.entry = New(Settings{Token: set.Token, Drive: set.Drive, Now: set.Now, TLS: set.TLS, Dial: set.Dial}, log).at(entry, infoTimeout)
	if !s.load() {
		s.roster.replace(s.sitesAt(s.builtIn()))
	}
	return s
}

func (s *Sites) builtIn() []*url.URL {
	if s.set.BuiltIn == nil {
		return builtIn(s.entry.site)
	}
	sites, bad := parseSites(s.set.BuiltIn, s.lab())
	if bad != nil {
		s.log.Error("a built-in site is left out", "error", bad)
	}
	return sites
}

// lab tells that plain http is allowed: the settings' own entry is so.
func (s *Sites) lab() bool { return s.entry.site.Scheme == "http" }

// sitesAt makes sites; all share the connections of the entry's client.
func (s *Sites) sitesAt(urls []*url.URL) []*site {
	sites := make([]*site, len(urls))
	for i, u := range urls {
		sites[i] = &site{url: u, client: s.entry.at(u, s.set.HealthTimeout)}
	}
	return sites
}

// Check asks the best site about one code; it ends with ctx. The request itself goes on for a while after
// that: its connection is then not lost for the next code, and the site is judged by its own time.
func (s *Sites) Check(ctx context.Context, q marking.Query) marking.OnlineAnswer {
	start := s.set.Now()
	at := s.roster.pick()
	if at == nil {
		return marking.OnlineAnswer{Path: marking.PathTrueAPI, Fault: marking.FaultNotBound, Detail: errNoSite.Error()}
	}
	done := make(chan marking.OnlineAnswer, 1) // one answer is given
	cut := at.client.Asked(q)
	cut.Fault, cut.Detail = marking.FaultTimeout, "no answer before the end of the call"
	if !s.begin(func() { done <- s.ask(ctx, at, q) }) {
		cut.Detail = errClosed.Error()
		return cut
	}
	var a marking.OnlineAnswer
	select {
	case a = <-done:
	case <-ctx.Done():
		select {
		case a = <-done: // it came in the same moment
		default:
			a = cut
		}
	}
	a.Latency = s.entry.since(start)
	return a
}

// Asked is the question that Check would send now, for the evidence of one that gets no answer.
func (s *Sites) Asked(q marking.Query) marking.OnlineAnswer {
	if at := s.roster.pick(); at != nil {
		return at.client.Asked(q)
	}
	return marking.OnlineAnswer{Path: marking.PathTrueAPI}
}

// begin runs a call that Close waits for; false: there are no more calls.
func (s *Sites) begin(call func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.calls.Go(call)
	}
	return !s.closed
}

// ask follows the table of guide §1.4 (marking-check §2.5) for one scan. Further tries are made as long as the
// caller waits; what he does not wait for serves the next scan.
func (s *Sites) ask(ctx context.Context, at *site, q marking.Query) marking.OnlineAnswer {
	var tried []*site
	for {
		tried = append(tried, at)
		a, err := s.askSite(ctx, at, q)
		if !elsewhere(err) || ctx.Err() != nil || len(tried) == sitesPerScan {
			return a
		}
		if at = s.roster.pick(tried...); at == nil {
			return a
		}
	}
}

// elsewhere tells that another site may do better: this one fails, or could not be reached at all.
func elsewhere(err *Error) bool {
	return err != nil && (failing(err) || err.Fault == marking.FaultUnreachable || err.Fault == marking.FaultGarbage)
}

func failing(err *Error) bool {
	return err != nil && (err.Fault == marking.FaultBusy || err.Fault == marking.FaultServer)
}

// askSite asks one site, and once more when it is busy or failing. Failing again puts it out.
func (s *Sites) askSite(ctx context.Context, at *site, q marking.Query) (marking.OnlineAnswer, *Error) {
	a, err := s.askOnce(at, q)
	if !worthAgain(err) || ctx.Err() != nil {
		return a, err
	}
	a, err = s.askOnce(at, q)
	if failing(err) {
		s.roster.block(at, blockFor)
		s.log.Warn("a site is left alone: it failed twice", "site", at.url.Host, "for", blockFor, "error", err)
	}
	return a, err
}

// askOnce sends one request and keeps the score of its site: silence beyond the budget is a miss, as is a
// site that cannot be reached or talks nonsense.
func (s *Sites) askOnce(at *site, q marking.Query) (marking.OnlineAnswer, *Error) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	silent := time.AfterFunc(s.set.Budget, func() {
		s.log.Warn("no answer within the budget", "site", at.url.Host, "code", q.Code.Masked(), "budget", s.set.Budget)
		s.missed(at)
	})
	a, err := at.client.checkOnce(ctx, q)
	at.client.note(ctx, q, a, err)
	if a.Emergency {
		s.emergency.Store(true)
	}
	switch {
	case !silent.Stop(): // the miss is counted, whatever came after it
	case err == nil:
		s.roster.answered(at)
	case err.Fault == marking.FaultUnreachable, err.Fault == marking.FaultGarbage, err.Fault == marking.FaultTimeout && s.ctx.Err() == nil:
		s.missed(at)
	case err.Status != 0:
		s.roster.answered(at)
	}
	return a, err
}

// missed counts a scan that a site left without an answer.
func (s *Sites) missed(at *site) {
	if s.roster.missed(at) >= missesToBlock {
		s.log.Warn("a site is left alone: it missed scans in a row", "site", at.url.Host, "misses", missesToBlock, "for", blockFor)
	}
}

// CloseIdle drops the kept connections, a busy one when its call is over; call it after the receipt (guide
// §1.5.4.1).
func (s *Sites) CloseIdle() {
	if s.entry != nil {
		s.entry.CloseIdle()
	}
}

// Close ends the calls that run and waits for them. Whoever runs Serve ends it first.
func (s *Sites) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.calls.Wait()
	s.roster.stop()
	s.CloseIdle()
}

// State is the pool as the till sees it now.
type State struct {
	Source  Source
	Asked   time.Time     // when cdn/info was answered last, zero: never
	Refused marking.Fault // of the last cdn/info, FaultNone: it was answered or not asked yet
	Sites   []SiteState   // by rank
}

// State is for diagnostics.
func (s *Sites) State() State {
	s.mu.Lock()
	state := State{Source: s.source, Asked: s.asked, Refused: s.refused}
	s.mu.Unlock()
	state.Sites = s.roster.view()
	return state
}

var errClosed = errors.New("the pool of sites is closed")
