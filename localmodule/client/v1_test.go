package client_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/localmodule/client"

	"github.com/stretchr/testify/require"
)

// goodV1 is an answer of a module of version 1 (marking-check §4.5), changed where a row says so.
func goodV1(old, new string) string {
	return strings.Replace(`{"code":0,"description":"ok","reqId":"9b7e0c52-0000-4000-8000-000000000001","reqTimestamp":1795300002000,`+
		`"inst":"0f1e2d3c-4b5a-4678-9abc-def012345678","version":"a1b2c3d4-0000-4111-8222-333344445555",`+
		`"codes":[{"cis":`+quoted(ki)+`,"printView":"x","gtin":"04600000000015","isBlocked":true,"isGreyGtin":false,"sold":false}]}`, old, new, 1)
}

// statusV1 is a status of version 1 with everything that is "unknown".
const statusV1 = `{"version":"1.5.2-600","status":"ready","operationMode":"active","inst":"0f1e2d3c-4b5a-4678-9abc-def012345678","inn":"7700000009",
	"dbVersion":"a1b2c3d4-0000-4111-8222-333344445555","lastSync":1795300000000,"lastUpdate":"unknown","requiresDownload":false,
	"replicationStatus":{"blocked_cis":{"localDocCount":785214,"serverDocCount":"unknown","timeLag":"unknown"},"blocked_gtin":{"localDocCount":"unknown"}}}`

// oldModule is a module that may be replaced by one of another version while a till runs.
type oldModule struct {
	mu      sync.Mutex // guards: all below
	answers map[string]string
	asked   []string // method and path of every call since the last look
	last    *http.Request
	body    string
}

// The kinds of modules, by what they answer; anything else is 404, the wrong method 405.
var (
	module1Get = map[string]string{"GET /api/v1/status": statusV1, "GET /api/v1/cis/outCheck": goodV1("", "")}
	module1    = map[string]string{"GET /api/v1/status": statusV1, "POST /api/v1/cis/outCheck": goodV1("", "")}
	module2    = map[string]string{"GET /api/v2/status": `{"version":"2.1.0-627","status":"ready","inn":"7700000009"}`, "POST /api/v2/cis/outCheck": good("", ""),
		"POST /api/v2/cis/sell": `{"results":[{"success":true,"cis":"x"}]}`}
	moduleBoth = map[string]string{"GET /api/v2/status": module2["GET /api/v2/status"], "POST /api/v2/cis/outCheck": good("", ""),
		"GET /api/v1/status": strings.Replace(statusV1, "1.5.2-600", "2.1.0-627", 1), "POST /api/v1/cis/outCheck": goodV1("", "")}
)

func newOldModule(t *testing.T, kind map[string]string) (*oldModule, string) {
	m := &oldModule{answers: kind}
	return m, module(t, m.serve)
}

func (m *oldModule) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, r.Method+" "+r.URL.Path)
	m.last, m.body = r, string(body)
	l, p, _ := r.BasicAuth()
	answer, ok := m.answers[r.Method+" "+r.URL.Path]
	switch {
	case l != login || p != password:
		w.WriteHeader(http.StatusUnauthorized)
	case !ok && (m.answers["GET "+r.URL.Path] != "" || m.answers["POST "+r.URL.Path] != ""):
		w.WriteHeader(http.StatusMethodNotAllowed)
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	case strings.HasSuffix(r.URL.Path, "/sell"):
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, answer)
	default:
		_, _ = io.WriteString(w, answer)
	}
}

// replace puts another module in its place.
func (m *oldModule) replace(kind map[string]string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers = kind
}

// calls gives what was asked since the last look.
func (m *oldModule) calls() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := m.asked
	m.asked = nil
	return calls
}

func TestAModuleOfVersion1IsAskedInItsOwnForm(t *testing.T) {
	m, url := newOldModule(t, module1)
	c := newClient(t, url)
	got := c.Check(t.Context(), marking.Query{Code: query(t, ki+"\x1d93Zz9Q", 0).Code, Group: marking.Nicotine, Drive: "7380440700000001"})
	require.True(t, got.Answered(), got.Detail)
	require.Equal(t, []string{"POST /api/v2/cis/outCheck", "POST /api/v1/cis/outCheck"}, m.calls(), "the first scan finds out")
	require.Equal(t, `{"cis_list":["`+ki+`"]}`+"\n", m.body)
	require.Equal(t, "7380440700000001", m.last.Header.Get("X-ClientId"))
	require.Equal(t, "v1", got.API)
	require.Equal(t, m.body, got.Sent)
	require.Equal(t, goodV1("", ""), got.Got)
	got.Latency, got.API, got.Sent, got.Got = 0, "", "", ""
	require.Equal(t, marking.ModuleAnswer{ReqID: "9b7e0c52-0000-4000-8000-000000000001", ReqTimestamp: 1795300002000,
		Inst: "0f1e2d3c-4b5a-4678-9abc-def012345678", Version: "a1b2c3d4-0000-4111-8222-333344445555", Blocked: true}, got)

	require.True(t, c.Check(t.Context(), query(t, ki+"\x1d93Zz9Q", 0)).Answered())
	require.Equal(t, []string{"POST /api/v1/cis/outCheck"}, m.calls(), "the next one knows")
	require.Equal(t, marking.FaultNone, c.State(t.Context()).Fault)
	require.Equal(t, "7380440700000001", m.last.Header.Get("X-ClientId"), "the till's ФН is named in every call")
}

func TestTheOldestModulesAreAskedByGETWithEverythingEscaped(t *testing.T) {
	m, url := newOldModule(t, module1Get)
	c := newClient(t, url)
	q := query(t, ki+"\x1d93Zz9Q", 0)
	require.Equal(t, marking.FaultBadRequest, c.Check(t.Context(), q).Fault, "no time for a third question in one scan")
	require.Equal(t, []string{"POST /api/v2/cis/outCheck", "POST /api/v1/cis/outCheck"}, m.calls())
	got := c.Check(t.Context(), q)
	require.True(t, got.Answered(), got.Detail)
	require.Equal(t, []string{"GET /api/v1/cis/outCheck"}, m.calls())
	require.Equal(t, "cis=0104600000000015215AbC%21d9%3C%26%3E%2B%25", m.last.URL.RawQuery)
	require.Empty(t, m.body)
	require.Equal(t, "/api/v1/cis/outCheck?"+m.last.URL.RawQuery, got.Sent)
	require.Equal(t, marking.FaultNone, c.State(t.Context()).Fault)
	m.calls()
	require.True(t, c.Check(t.Context(), q).Answered())
	require.Equal(t, []string{"GET /api/v1/cis/outCheck"}, m.calls(), "its status does not change how it is asked")
}

func TestMembersOfVersion1(t *testing.T) {
	smp := money.Kopecks(15300)
	for name, tc := range map[string]struct {
		body                string
		want                marking.Fault
		blocked, grey, sold bool
		smp                 *money.Kopecks
	}{
		"an answer":                     {goodV1("", ""), marking.FaultNone, true, false, false, nil},
		"before guide v10: ver":         {goodV1(`"version"`, `"ver"`), marking.FaultNone, true, false, false, nil},
		"before guide v12: no sold":     {goodV1(`,"sold":false`, ``), marking.FaultNone, true, false, false, nil},
		"sold and grey":                 {goodV1(`"isGreyGtin":false,"sold":false`, `"isGreyGtin":true,"sold":true`), marking.FaultNone, true, true, true, nil},
		"prices, one of them null":      {goodV1(`"sold":false`, `"sold":false,"mrp":null,"smp":15300`), marking.FaultNone, true, false, false, &smp},
		"two codes for one":             {goodV1(`"codes":[`, `"codes":[{"cis":"y","isBlocked":false},`), marking.FaultGarbage, false, false, false, nil},
		"no codes":                      {goodV1(`"codes"`, `"kodes"`), marking.FaultGarbage, false, false, false, nil},
		"another code, escaped wrongly": {goodV1("+%", " %"), marking.FaultGarbage, false, false, false, nil},
		"nothing said of a block":       {goodV1(`"isBlocked":true,`, ``), marking.FaultGarbage, false, false, false, nil},
		"a block that is a text":        {goodV1(`"isBlocked":true`, `"isBlocked":"unknown"`), marking.FaultGarbage, false, false, false, nil},
		"a price below zero":            {goodV1(`"sold":false`, `"smp":-1`), marking.FaultGarbage, false, false, false, nil},
		"an error of this code":         {goodV1(`"code":0`, `"code":503`), marking.FaultServer, false, false, false, nil},
		"a reqId that changes the tag":  {goodV1("9b7e0c52-", "9b7e0c52&Time=1-"), marking.FaultGarbage, false, false, false, nil},
		"neither ver nor version":       {goodV1(`"version"`, `"v"`), marking.FaultGarbage, false, false, false, nil},
		"no time":                       {goodV1("1795300002000", "0"), marking.FaultGarbage, false, false, false, nil},
		"an answer in version 2's form": {good("", ""), marking.FaultGarbage, false, false, false, nil},
		"nothing":                       {``, marking.FaultGarbage, false, false, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, url := newOldModule(t, map[string]string{"POST /api/v1/cis/outCheck": tc.body + " "}) // an empty text would be no method
			a := newClient(t, url).Check(t.Context(), query(t, ki+"\x1d93Zz9Q", 0))
			require.Equal(t, tc.want.String(), a.Fault.String(), a.Detail)
			require.Equal(t, tc.blocked, a.Blocked)
			require.Equal(t, tc.grey, a.GreyGTIN)
			require.Equal(t, tc.sold, a.Sold)
			require.Equal(t, tc.smp, a.SMP)
			require.Nil(t, a.MRP)
			require.Equal(t, tc.body+" ", a.Got, "an answer of no use is evidence too")
		})
	}
}

func TestRefusalsOfVersion1(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   string
		want   marking.Fault
	}{
		"not ready":          {400, `{"errorCode":4045,"message":"x"}`, marking.FaultNotReady},
		"too old":            {400, `{"errorCode":4050}`, marking.FaultStale},
		"another 400":        {400, `{"message":"x"}`, marking.FaultBadRequest},
		"a wrong password":   {401, ``, marking.FaultUnauthorised},
		"a module that fell": {500, `<html>`, marking.FaultServer},
	} {
		t.Run(name, func(t *testing.T) {
			url := module(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/api/v2/") {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			})
			c := newClient(t, url)
			a := c.Check(t.Context(), query(t, ki+"\x1d93Zz9Q", 0))
			require.Equal(t, tc.want.String(), a.Fault.String(), a.Detail)
			require.Equal(t, "v1", a.API)
			require.Equal(t, tc.want.String(), c.State(t.Context()).Fault.String())
		})
	}
}

func TestStatesOfVersion1(t *testing.T) {
	at := time.UnixMilli(1795300000000).UTC()
	for name, tc := range map[string]struct {
		old, new string
		want     client.State
	}{
		"ready, with numbers that are unknown": {"", "", client.State{INN: "7700000009", DataAt: at}},
		"the last sync is unknown":             {`"lastSync":1795300000000`, `"lastSync":"unknown"`, client.State{INN: "7700000009"}},
		"the last sync is a text":              {`"lastSync":1795300000000`, `"lastSync":"1795300000000"`, client.State{INN: "7700000009", DataAt: at}},
		"it requires a download":               {`"requiresDownload":false`, `"requiresDownload":true`, client.State{Fault: marking.FaultNotReady, Detail: "ready, but requires a download", INN: "7700000009", DataAt: at}},
		"sync error":                           {`"ready"`, `"sync_error"`, client.State{Fault: marking.FaultStale, Detail: "sync_error", INN: "7700000009", DataAt: at}},
		"initialization":                       {`"ready"`, `"initialization"`, client.State{Fault: marking.FaultNotReady, Detail: "initialization", INN: "7700000009", DataAt: at}},
		"a word of its own":                    {`"ready"`, `"great"`, client.State{Fault: marking.FaultGarbage, Detail: `status "great"`, INN: "7700000009", DataAt: at}},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(statusV1, tc.old, tc.new, 1)
			m, url := newOldModule(t, map[string]string{"GET /api/v1/status": body})
			require.Equal(t, tc.want, newClient(t, url).State(t.Context()))
			require.Equal(t, []string{"GET /api/v2/status", "GET /api/v1/status"}, m.calls())
		})
	}
}

func TestTheStatusTellsHowToAsk(t *testing.T) {
	const oldAtV2 = `{"version":"1.5.2-600","status":"ready"}`
	q := query(t, ki+"\x1d93Zz9Q", 0)
	for name, tc := range map[string]struct {
		kind map[string]string
		want []string
	}{
		"a module of version 2": {module2, []string{"POST /api/v2/cis/outCheck"}},
		"one of both versions":  {moduleBoth, []string{"POST /api/v2/cis/outCheck"}},
		"a module of version 1": {module1, []string{"POST /api/v1/cis/outCheck"}},
		"a program 1.x that has the paths of version 2": {map[string]string{"GET /api/v2/status": oldAtV2, "POST /api/v2/cis/outCheck": good("", ""), "POST /api/v1/cis/outCheck": goodV1("", "")},
			[]string{"POST /api/v1/cis/outCheck"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, url := newOldModule(t, tc.kind)
			c := newClient(t, url)
			require.Equal(t, marking.FaultNone, c.State(t.Context()).Fault)
			m.calls()
			a := c.Check(t.Context(), q)
			require.True(t, a.Answered(), a.Detail)
			require.Equal(t, tc.want, m.calls())
		})
	}
}

func TestAModuleThatIsReplacedWhileTheTillRuns(t *testing.T) {
	m, url := newOldModule(t, module1)
	c := newClient(t, url)
	q := query(t, ki+"\x1d93Zz9Q", 0)
	check := func(api string) {
		t.Helper()
		a := c.Check(t.Context(), q)
		require.Equal(t, api, a.API, a.Detail)
		require.LessOrEqual(t, len(m.calls()), 2, "a scan has time for one more question")
	}
	must := func(api string) {
		t.Helper()
		check(api)
		check(api)
		require.True(t, c.Check(t.Context(), q).Answered())
		require.Len(t, m.calls(), 1, "it is known by now")
	}
	must("v1")
	require.ErrorIs(t, c.Sold(t.Context(), []string{ki}), client.ErrNoSoldBase, "the news stays with the till")
	require.ErrorIs(t, c.Returned(t.Context(), []string{ki}), client.ErrNoSoldBase)
	m.calls()

	m.replace(module2) // upgraded: version 1 is gone, and two forms of it are in the way
	check("v1")
	must("v2")
	require.NoError(t, c.Sold(t.Context(), []string{ki}), "and is taken by the new one")
	m.calls()

	m.replace(module1) // and back
	must("v1")

	m.replace(moduleBoth) // upgraded to one that still speaks version 1: only its status tells
	must("v1")
	require.Equal(t, marking.FaultNone, c.State(t.Context()).Fault)
	m.calls()
	must("v2")
}

func TestVersion2IsLookedForEveryTenMinutes(t *testing.T) {
	m, url := newOldModule(t, module1)
	now := start
	c := client.New(client.Settings{URL: url, Login: login, Password: password, Timeout: time.Minute, Now: func() time.Time { return now }}, slog.New(slog.DiscardHandler))
	defer c.Close()
	both, known := []string{"GET /api/v2/status", "GET /api/v1/status"}, []string{"GET /api/v1/status"}
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{
		{0, both}, {10 * time.Second, known}, {9 * time.Minute, known}, {time.Minute, both}, {time.Second, known},
		{-time.Hour, both}, {time.Second, known}, // a clock that was set back must not keep it from looking
	} {
		now = now.Add(step.after)
		require.Equal(t, marking.FaultNone, c.State(t.Context()).Fault)
		require.Equal(t, step.want, m.calls(), step.after)
	}
	m.replace(module2)
	require.Equal(t, marking.FaultNone, c.State(t.Context()).Fault)
	require.Equal(t, []string{"GET /api/v1/status", "GET /api/v2/status"}, m.calls())
	m.replace(nil)
	require.Equal(t, marking.FaultBadRequest, c.State(t.Context()).Fault)
	m.replace(module1)
	m.calls()
	require.Equal(t, marking.FaultNone, c.State(t.Context()).Fault)
	require.Equal(t, both, m.calls(), "what has failed may be another module now")
}
