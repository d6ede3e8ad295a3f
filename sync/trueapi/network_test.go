package trueapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/centralsim"
	"kassa/sync/pipetest"
	"kassa/sync/trueapi"
)

const entry = "http://entry.lab"

// network is an entry and some sites in memory, each a central system of its own with its own faults, on the
// clock of a synctest bubble. Site a is http://a.lab.
type network struct {
	t     *testing.T
	hosts map[string]*host
	kept  string
}

type host struct {
	t       *testing.T
	central *centralsim.Central
	wire    *pipetest.Network

	mu      sync.Mutex // guards: all below
	dialled int
	script  []string // faults of the next codes/check, one set each; the last one stays
}

func newNetwork(t *testing.T, sites ...string) *network {
	n := &network{t: t, hosts: map[string]*host{}, kept: filepath.Join(t.TempDir(), trueapi.SitesFile)}
	for _, name := range append([]string{"entry"}, sites...) {
		central, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		h := &host{t: t, central: central, wire: pipetest.New()}
		server := &http.Server{Handler: http.HandlerFunc(h.serve), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
		go func() { _ = server.Serve(h.wire) }()
		t.Cleanup(func() { _ = server.Close() })
		n.hosts[name] = h
	}
	n.list(sites...)
	return n
}

// list makes the entry list these sites.
func (n *network) list(sites ...string) {
	urls := make([]string, len(sites))
	for i, name := range sites {
		urls[i] = "http://" + name + ".lab"
	}
	body, err := json.Marshal(urls)
	require.NoError(n.t, err)
	n.hosts["entry"].control(http.MethodPut, "/lab/hosts", string(body))
}

func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	name, ok := strings.CutSuffix(address, ".lab:80")
	h := n.hosts[name]
	if !ok || h == nil {
		return nil, &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}
	}
	h.mu.Lock()
	h.dialled++
	h.mu.Unlock()
	return h.wire.Dial(ctx, network, address)
}

// pool makes a pool that is closed with the test.
func (n *network) pool(change ...func(*trueapi.SitesSettings)) *trueapi.Sites {
	set := trueapi.SitesSettings{
		Entry: entry, File: n.kept, Token: func() string { return token }, Now: time.Now, Dial: n.dial,
		Jitter: func(time.Duration) time.Duration { return 0 },
	}
	for _, f := range change {
		f(&set)
	}
	s := trueapi.NewSites(set, slog.New(slog.DiscardHandler))
	n.t.Cleanup(s.Close)
	return s
}

// serve runs Serve until the returned function is called, at the latest to the end of the test.
func (n *network) serve(s *trueapi.Sites) (stop func()) {
	ctx, cancel := context.WithCancel(n.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Serve(ctx) // it gives no error
	}()
	stop = func() { cancel(); <-ended }
	n.t.Cleanup(stop)
	return stop
}

func (h *host) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/codes/check") {
		h.mu.Lock()
		if len(h.script) > 0 {
			h.control(http.MethodPost, "/lab/faults", h.script[0])
			if len(h.script) > 1 {
				h.script = h.script[1:]
			}
		}
		h.mu.Unlock()
	}
	h.central.Handler().ServeHTTP(w, r)
}

func (h *host) control(method, path, body string) []byte {
	answer := httptest.NewRecorder()
	h.central.Control().ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	require.Equal(h.t, http.StatusOK, answer.Code, answer.Body)
	return answer.Body.Bytes()
}

func (h *host) faults(body string) { h.control(http.MethodPost, "/lab/faults", body) }

func (h *host) follow(script ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.script = script
}

func (h *host) dials() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dialled
}

// asked are the moments at which a method was asked.
func (h *host) asked(method string) []time.Time {
	var lines []struct {
		Time time.Time
		Path string
	}
	require.NoError(h.t, json.Unmarshal(h.control(http.MethodGet, "/lab/requests", ""), &lines))
	var at []time.Time
	for _, l := range lines {
		if strings.HasSuffix(l.Path, method) {
			at = append(at, l.Time)
		}
	}
	return at
}

const (
	check  = "/codes/check"
	info   = "/cdn/info"
	health = "/cdn/health/check"
)

// scan checks one code within a scan's time; more is how much longer a late answer is waited for.
func scan(t *testing.T, s *trueapi.Sites, more time.Duration) marking.OnlineAnswer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), trueapi.DefaultBudget+more)
	defer cancel()
	a := s.Check(ctx, marking.Query{Code: code(t)})
	synctest.Wait() // a miss is counted in the same moment in which the scan ends
	return a
}

// state is the pool's view of one site.
func state(t *testing.T, s *trueapi.Sites, name string) trueapi.SiteState {
	t.Helper()
	for _, at := range s.State().Sites {
		if at.URL == "http://"+name+".lab" {
			return at
		}
	}
	require.FailNow(t, "no such site", name)
	return trueapi.SiteState{}
}

// ranks are the names of the sites in use order.
func ranks(s *trueapi.Sites) []string {
	var names []string
	for _, at := range s.State().Sites {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(at.URL, "http://"), ".lab"))
	}
	return names
}
