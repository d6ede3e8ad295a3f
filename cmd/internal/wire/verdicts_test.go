package wire

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/feed"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/store"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/localmodule/cache"
	"kassa/localmodule/cache/cachetest"
	"kassa/localmodule/client"
	"kassa/localmodule/server"
	"kassa/localmodule/upstream"
	"kassa/localmodule/upstream/feedtest"
	"kassa/sync/centralsim"
	"kassa/sync/pipetest"
	"kassa/sync/trueapi"
)

var update = flag.Bool("update", false, "write the golden file anew")

// The whole way of a verdict, every fault of the centre with every state of the module and every policy: the
// engine, the real clients, the real module, the simulated centre, the receipt. Client and servers speak
// through pipes in memory, on a clock of their own: 1.4 s are in time and 1.6 s are late, exactly.

// onlineCases are what the centre does to a check.
var onlineCases = []struct{ name, faults string }{
	{"0.2 s", `{"delay_ms":200}`},
	{"1.4 s", `{"delay_ms":1400}`},
	{"1.6 s", `{"delay_ms":1600}`},
	{"never", `{"blackhole":true}`},
	{"401", `{"status":401}`},
	{"429", `{"status":429}`},
	{"500", `{"status":500}`},
	{"500 with 5000", `{"status":500,"body_code":5000}`},
	{"203", `{"status":203}`},
	{"garbage", `{"garbage":true}`},
	{"drip", `{"drip":true}`},
	{"reset", `{"reset":true}`},
	{"broken TLS", `{}`},
}

// moduleCases are the states of the module.
var moduleCases = []string{"ready", "stale 25 h", "stale 73 h", "sold", "blocked", "off", "not bound"}

// policyCases are the shop's words for the case that nobody answers.
var policyCases = []struct {
	name   string
	policy marking.Policy
}{
	{"forbid", marking.Policy{NoAnswer: marking.NoAnswerForbid}},
	{"allow", marking.Policy{NoAnswer: marking.NoAnswerAllow}},
	{"allow this group", marking.Policy{NoAnswerIn: map[marking.ProductGroup]marking.NoAnswer{marking.Milk: marking.NoAnswerAllow}}},
}

// expected is the table of marking-check §5.1 and §6 in words, written from the document, not from the code.
func expected(online, module, policy string) (source string, maySell bool, tagParts int) {
	answers := online == "0.2 s" || online == "1.4 s"
	offline := module == "ready" || module == "stale 25 h"
	switch {
	case module == "sold": // «sold» of the module forbids whatever the centre says
		return "module", false, 0
	case online == "203":
		return "emergency", true, 0
	case answers:
		return "online", true, 2
	case module == "blocked":
		return "module", false, 0
	case offline:
		return "module", true, 4
	}
	return "none", policy != "forbid", 0
}

func TestEveryFaultWithEveryModuleAndEveryPolicy(t *testing.T) {
	zone := time.Local
	time.Local = time.FixedZone("shop", 5*60*60)
	defer func() { time.Local = zone }()
	for name, way := range map[string]func(trueapi.Settings) (sale.Online, func()){"one site": askOneSite, "the best of the sites": askSites} {
		t.Run(name, func(t *testing.T) { golden(t, "testdata/verdicts.golden", verdictTable(t, way)) })
	}
}

// askOneSite and askSites are the ways to the centre by path A; the function closes them.
func askOneSite(set trueapi.Settings) (sale.Online, func()) {
	c := trueapi.New(set, slog.New(slog.DiscardHandler))
	return oneSite{c}, c.CloseIdle
}

func askSites(set trueapi.Settings) (sale.Online, func()) {
	s := trueapi.NewSites(trueapi.SitesSettings{Entry: set.URL, BuiltIn: []string{set.URL}, Token: set.Token, Now: set.Now, Dial: set.Dial},
		slog.New(slog.DiscardHandler))
	return manySites{s, func() time.Time { return time.Time{} }}, s.Close
}

func verdictTable(t *testing.T, way func(trueapi.Settings) (sale.Online, func())) string {
	var table bytes.Buffer
	for _, module := range moduleCases {
		w := newVerdictWorld(t, module)
		w.way = way
		synctest.Test(t, func(t *testing.T) {
			network := w.serve(t)
			defer network.close()
			for _, online := range onlineCases {
				for _, policy := range policyCases {
					name := strings.Join([]string{online.name, module, policy.name}, " / ")
					got := w.sell(t, network, online.name, online.faults, policy.policy)
					source, maySell, parts := expected(online.name, module, policy.name)
					require.Equal(t, source, got.verdict.Source.String(), name)
					require.Equal(t, maySell, got.verdict.MaySell, name)
					require.Equal(t, parts, len(strings.FieldsFunc(got.tag, func(r rune) bool { return r == '&' })), name)
					require.LessOrEqual(t, got.took, 1500*time.Millisecond, name)
					if module == "sold" { // which of two answers of one moment came first is nobody's business
						got.log = regexp.MustCompile(`online=\S+`).ReplaceAllString(got.log, "online=*")
					}
					fmt.Fprintf(&table, "%s\n    %s\n    tag 1265: %s\n    log: %s\n", name, got.text, got.tag, got.log)
				}
			}
		})
	}
	return table.String()
}

// golden compares with a file, ids and times of the answers aside.
func golden(t *testing.T, file, got string) {
	t.Helper()
	got = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).ReplaceAllString(got, "<uuid>")
	got = regexp.MustCompile(`Time=\d+`).ReplaceAllString(got, "Time=<ms>")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	wants, gots := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	require.Len(t, gots, len(wants))
	for i := range wants {
		require.Equal(t, wants[i], gots[i], "line %d, after %s", i+1, wants[i-i%4])
	}
}

// verdictWorld is a till beside one module; the centre comes with the network.
type verdictWorld struct {
	*saletest.World
	kind   string
	way    func(trueapi.Settings) (sale.Online, func())
	module *server.Server
	log    lockedBuffer
	unit   int
}

const moduleLogin, modulePassword = "till-1", "correct horse"

// syncedAt is when the module has loaded its lists; the bubbles' clocks are set to now.
var (
	now      = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	dataAges = map[string]time.Duration{"stale 25 h": 25 * time.Hour, "stale 73 h": 73 * time.Hour}
)

func newVerdictWorld(t *testing.T, kind string) *verdictWorld {
	w := &verdictWorld{World: saletest.NewWorld(), kind: kind}
	db, err := store.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.PutItems(t.Context(), saletest.Goods()))
	w.Journal, w.Catalog = db, db

	at := now.Add(-dataAges[kind])
	clock := func() time.Time { return at }
	discard := slog.New(slog.DiscardHandler)
	lists := feedtest.New(t, clock)
	if kind == "blocked" {
		lists.Publish(nil, []string{feed.CanonicalGTIN("0" + saletest.Milk)})
	}
	data, err := cache.Open(t.Context(), t.TempDir(), cache.Settings{Now: func() time.Time { return clock() }, Log: discard})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, data.Close()) })
	source, err := upstream.NewFeed(upstream.FeedSettings{URL: lists.URL, Cache: data, Log: discard})
	require.NoError(t, err)
	t.Cleanup(source.Close)
	require.NoError(t, data.Init(t.Context(), cache.Owner{INN: saletest.INN, Login: moduleLogin,
		Password: cachetest.Hash(t, modulePassword), Token: "token", AllowBasic: true}))
	runner := upstream.NewRunner(source, discard)
	_, err = runner.Sync(t.Context(), false, nil)
	require.NoError(t, err)
	clock = func() time.Time { return now }
	w.module = server.New(server.Settings{Cache: data, Sync: runner, ServiceURL: "https://sync.example", Log: discard})
	w.module.Probe(t.Context())
	return w
}

// network joins clients and servers inside a bubble.
type network struct {
	centre, module *pipetest.Network
	control        http.Handler
	servers        []*http.Server
}

func (w *verdictWorld) serve(t *testing.T) *network {
	central, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: clockOf(), Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	n := &network{centre: pipetest.New(), module: pipetest.New(), control: central.Control()}
	facts := make([]string, 200)
	for i := range facts {
		facts[i] = fmt.Sprintf(`{"cis":%q,"groupIds":[8]}`, saletest.KI(saletest.Milk, i))
	}
	n.tell(t, http.MethodPut, "/lab/codes", "["+strings.Join(facts, ",")+"]")
	for wire, handler := range map[*pipetest.Network]http.Handler{n.centre: central.Handler(), n.module: w.module.Handler()} {
		s := &http.Server{Handler: handler}
		n.servers = append(n.servers, s)
		go func() { _ = s.Serve(wire) }() // it ends with close
	}
	return n
}

func (n *network) tell(t *testing.T, method, path, body string) {
	answer := httptest.NewRecorder()
	n.control.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
}

func (n *network) close() {
	for _, s := range n.servers {
		_ = s.Close()
	}
}

// sold is what came of one unit.
type sold struct {
	verdict        marking.Verdict
	text, tag, log string
	took           time.Duration
}

// sell scans a new unit at a new till, and pays for it when it may be sold.
func (w *verdictWorld) sell(t *testing.T, n *network, name, faults string, policy marking.Policy) sold {
	n.tell(t, http.MethodPost, "/lab/faults", faults)
	url := "http://centre"
	if name == "broken TLS" {
		url = "https://centre" // which answers plain HTTP to a handshake
	}
	quiet := slog.New(slog.DiscardHandler)
	clock := clockOf()
	online, closeOnline := w.way(trueapi.Settings{URL: url, Token: func() string { return "token" }, Now: clock, Dial: n.centre.Dial})
	defer closeOnline()
	local := client.New(client.Settings{URL: "http://module", Login: moduleLogin, Password: modulePassword, Now: clock, Dial: n.module.Dial}, quiet)
	defer local.Close()
	w.unit++
	if w.kind == "sold" {
		require.NoError(t, local.Sold(t.Context(), []string{saletest.KI(saletest.Milk, w.unit)}))
	}
	w.log.reset()
	set := w.Settings
	set.Now, set.NewID, set.Policy, set.OfflineOn = clock, w.IDs.Next, policy, w.kind != "off"
	set.Log = slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	ports := w.Ports()
	ports.Online = []sale.Online{online}
	ports.Module = nil
	if w.kind != "not bound" {
		ports.Module = module{local}
	}
	ctx, stop := context.WithCancel(t.Context())
	engine := sale.New(set, ports)
	ended := make(chan struct{})
	go func() { defer close(ended); _ = engine.Serve(ctx) }() // it ends with the context
	defer func() { stop(); <-ended }()
	do := func(commands ...sale.Command) {
		for _, c := range commands {
			require.NoError(t, engine.Do(ctx, c), "%s: %T", name, c)
		}
	}
	_, err := engine.Wait(ctx, func(s sale.Snapshot) bool { return s.Recovered != nil && s.Step != sale.StepStarting })
	require.NoError(t, err)
	do(sale.Login{Person: saletest.Cashier.Name, PIN: saletest.PIN})
	if !engine.Latest().Shift.Open {
		do(sale.OpenShift{})
	}
	synctest.Wait() // the questions of the start are over
	start := time.Now()
	do(sale.Scan{Raw: saletest.Unit(saletest.Milk, w.unit), At: clock()})
	s, err := engine.Wait(ctx, func(s sale.Snapshot) bool {
		return s.Receipt != nil && s.Receipt.Lines[0].MarkState != till.MarkChecking
	})
	require.NoError(t, err)
	line := s.Receipt.Lines[0]
	got := sold{verdict: line.Verdict, text: texts.Verdict(line.Verdict), took: time.Since(start), log: w.log.line("msg=check ")}
	if line.Removed {
		require.NotNil(t, s.Stop, name)
		do(sale.Dismiss{}, sale.Cancel{})
		return got
	}
	before := len(w.Printer.Documents())
	do(sale.Pay{Kind: till.Cash, Sum: s.Receipt.Due()}, sale.Close{})
	documents := w.Printer.Documents()
	require.Len(t, documents, before+1, name)
	if industry := documents[before].Document.Lines[0].Industry; industry != nil {
		got.tag = industry.Value
	}
	return got
}

// clockOf is the bubble's clock, set to now.
func clockOf() func() time.Time {
	ahead := time.Until(now)
	return func() time.Time { return time.Now().Add(ahead).UTC() }
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == "receipt" || a.Key == "code" {
		return slog.Attr{}
	}
	return a
}

// lockedBuffer is a log that a test reads while it is written.
type lockedBuffer struct {
	mu sync.Mutex // guards: b
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

// line is the first one that holds the text.
func (l *lockedBuffer) line(part string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.b.String()) {
		if strings.Contains(line, part) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
