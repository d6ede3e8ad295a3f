package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kassa/app/feed"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/localmodule/api"
	"kassa/localmodule/cache"
	"kassa/localmodule/cache/cachetest"
	"kassa/localmodule/client"
	"kassa/localmodule/server"
	"kassa/localmodule/upstream"
	"kassa/localmodule/upstream/feedtest"

	"github.com/stretchr/testify/require"
)

const (
	login    = "till-1"
	password = "correct horse"
	gtin     = "04600000000015"
	ki       = "01" + gtin + "215AbC!d9<&>+%"
)

var start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

func query(t *testing.T, raw string, group marking.ProductGroup) marking.Query {
	t.Helper()
	scan, err := marking.Parse([]byte(raw))
	require.NoError(t, err)
	require.Equal(t, marking.KindMarking, scan.Kind, "%+v", scan)
	return marking.Query{Code: scan.Code, Group: group}
}

func newClient(t *testing.T, url string) *client.Client {
	c := client.New(client.Settings{URL: url, Login: login, Password: password, Timeout: time.Minute, Now: time.Now}, slog.New(slog.DiscardHandler))
	t.Cleanup(c.Close)
	return c
}

// module answers with what a row says.
func module(t *testing.T, answer http.HandlerFunc) string {
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	return srv.URL
}

// good is an answer of an official module, changed where a row says so.
func good(old, new string) string {
	return strings.Replace(`{"results":[{"code":0,"description":"ok","reqId":"7c0a0000-0000-4000-8000-000000000001","reqTimestamp":1795300001500,`+
		`"inst":"0f1e2d3c-4b5a-4678-9abc-def012345678","version":"a1b2c3d4-0000-4111-8222-333344445555",`+
		`"codes":[{"cis":`+quoted(ki)+`,"gtin":"04600000000015","isBlocked":true,"isGreyGtin":true,"sold":true,"mrp":20500,"smp":15300,"printView":"x"}]}]}`, old, new, 1)
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestEveryMemberOfAnAnswerBecomesAFact(t *testing.T) {
	var asked, contentType string
	url := module(t, func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		asked, contentType = string(data), r.Header.Get("Content-Type")
		l, p, _ := r.BasicAuth()
		if l != login || p != password || r.URL.Path != "/api/v2/cis/outCheck" || r.Method != "POST" || r.Header.Get("Idempotency-Key") != "" {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		_, _ = io.WriteString(w, good(`"version"`, `"dataTimestamp":1795300000000,"version"`))
	})
	got := newClient(t, url+"/").Check(t.Context(), query(t, ki+"\x1d93Zz9Q", marking.Nicotine))
	require.Equal(t, `{"cis_list":[{"cis":"`+ki+`","pg":16}]}`+"\n", asked)
	require.Equal(t, "application/json; charset=utf-8", contentType)
	require.Positive(t, got.Latency)
	require.Equal(t, "v2", got.API)
	require.Equal(t, asked, got.Sent)
	require.Equal(t, good(`"version"`, `"dataTimestamp":1795300000000,"version"`), got.Got)
	got.Latency, got.API, got.Sent, got.Got = 0, "", "", ""
	mrp, smp := money.Kopecks(20500), money.Kopecks(15300)
	require.Equal(t, marking.ModuleAnswer{ReqID: "7c0a0000-0000-4000-8000-000000000001", ReqTimestamp: 1795300001500,
		Inst: "0f1e2d3c-4b5a-4678-9abc-def012345678", Version: "a1b2c3d4-0000-4111-8222-333344445555",
		Blocked: true, GreyGTIN: true, Sold: true, MRP: &mrp, SMP: &smp, DataAt: time.UnixMilli(1795300000000).UTC()}, got)
}

func TestATobaccoPackIsAskedByItsFirst21Characters(t *testing.T) {
	const pack = "04600000000015kT7!aZ1"
	var asked string
	url := module(t, func(_ http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		asked = string(data)
	})
	newClient(t, url).Check(t.Context(), query(t, pack+"AC=UabcD", 0))
	require.JSONEq(t, `{"cis_list":[{"cis":"`+pack+`"}]}`, asked)
}

func TestWhateverFailsIsAFault(t *testing.T) {
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   marking.Fault
	}{
		"a good answer":                    {status(200, good("", "")), marking.FaultNone},
		"a price that is null":             {status(200, good("20500", "null")), marking.FaultNone},
		"not configured":                   {status(400, `{"errorCode":4045,"message":"x"}`), marking.FaultNotReady},
		"sync error":                       {status(400, `{"errorCode":4050}`), marking.FaultStale},
		"another 400":                      {status(400, `{"message":"x"}`), marking.FaultBadRequest},
		"a 400 without a body":             {status(400, ""), marking.FaultBadRequest},
		"401":                              {status(401, ""), marking.FaultUnauthorised},
		"404":                              {status(404, "<html>"), marking.FaultBadRequest},
		"410":                              {status(410, ""), marking.FaultGone},
		"413":                              {status(413, ""), marking.FaultBadRequest},
		"429":                              {status(429, ""), marking.FaultBusy},
		"500":                              {status(500, ""), marking.FaultServer},
		"503":                              {status(503, ""), marking.FaultServer},
		"201 instead of 200":               {status(201, good("", "")), marking.FaultGarbage},
		"a redirect":                       {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, marking.FaultGarbage},
		"no JSON":                          {status(200, "<html>"), marking.FaultGarbage},
		"nothing":                          {status(200, ""), marking.FaultGarbage},
		"no results":                       {status(200, `{"results":[]}`), marking.FaultGarbage},
		"two results":                      {status(200, `{"results":[{},{}]}`), marking.FaultGarbage},
		"an error of this code":            {status(200, good(`"code":0`, `"code":404`)), marking.FaultBadRequest},
		"a server's error of this code":    {status(200, good(`"code":0`, `"code":503`)), marking.FaultServer},
		"no codes":                         {status(200, good(`"codes":[`, `"codes":[],"x":[`)), marking.FaultGarbage},
		"another code":                     {status(200, good("5AbC", "5AbD")), marking.FaultGarbage},
		"a reqId that is no UUID":          {status(200, good("7c0a0000-", "7c0a0000&Time=1-")), marking.FaultGarbage},
		"a reqId in braces":                {status(200, good(`"7c0a0000-0000-4000-8000-000000000001"`, `"{7c0a0000-0000-4000-8000-000000000001}"`)), marking.FaultGarbage},
		"no instance":                      {status(200, good(`"inst"`, `"x"`)), marking.FaultGarbage},
		"no version":                       {status(200, good(`"version"`, `"ver"`)), marking.FaultGarbage},
		"a time as text":                   {status(200, good("1795300001500", `"1795300001500"`)), marking.FaultGarbage},
		"no time":                          {status(200, good("1795300001500", "0")), marking.FaultGarbage},
		"a price with a point":             {status(200, good("20500", "20500.5")), marking.FaultGarbage},
		"a price below zero":               {status(200, good("20500", "-1")), marking.FaultGarbage},
		"an endless answer":                {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, spaces{}, 2<<20) }, marking.FaultGarbage},
		"a connection that breaks at once": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, marking.FaultUnreachable},
		"an answer that breaks off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"results":`)
		}, marking.FaultUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			got := newClient(t, module(t, tc.answer)).Check(t.Context(), query(t, ki+"\x1d93Zz9Q", 0))
			require.Equal(t, tc.want.String(), got.Fault.String(), got.Detail)
			require.Equal(t, tc.want == marking.FaultNone, got.Answered())
			require.Equal(t, tc.want == marking.FaultNone, got.Detail == "")
		})
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAModuleThatIsNotThere(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := "http://" + ln.Addr().String()
	require.NoError(t, ln.Close())
	q := query(t, ki+"\x1d93Zz9Q", 0)
	for url, want := range map[string]marking.Fault{closed: marking.FaultUnreachable, "": marking.FaultNotBound, "http://\x00": marking.FaultNotBound} {
		c := newClient(t, url)
		require.Equal(t, want, c.Check(t.Context(), q).Fault)
		require.Equal(t, want, c.State(t.Context()).Fault)
		require.Error(t, c.Sold(t.Context(), []string{ki}))
		require.Error(t, c.Returned(t.Context(), []string{ki}))
	}
	require.Equal(t, marking.FaultBadRequest, newClient(t, closed).Check(t.Context(), marking.Query{}).Fault)
}

func TestTheCallersBudgetAndTheTimeoutEndACall(t *testing.T) {
	// The module reads the question and never answers.
	reached := make(chan struct{}, 8)
	url := module(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		reached <- struct{}{}
		<-r.Context().Done()
	})
	q := query(t, ki+"\x1d93Zz9Q", 0)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	require.Equal(t, marking.FaultTimeout, newClient(t, url).Check(ctx, q).Fault)
	impatient := client.New(client.Settings{URL: url, Login: login, Timeout: 20 * time.Millisecond, Now: time.Now}, slog.New(slog.DiscardHandler))
	defer impatient.Close()
	require.Equal(t, marking.FaultTimeout, impatient.Check(t.Context(), q).Fault)
}

func TestOneWarmConnectionServesAllScansAndIsReplacedWhenTheModuleClosesIt(t *testing.T) {
	var mu sync.Mutex // guards the two below
	opened, answered := map[string]bool{}, 0
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		opened[r.RemoteAddr] = true
		answered++
		_, _ = io.WriteString(w, good("", ""))
	}))
	srv.Start()
	defer srv.Close()
	c := newClient(t, srv.URL)
	q := query(t, ki+"\x1d93Zz9Q", 0)
	for range 5 {
		require.True(t, c.Check(t.Context(), q).Answered())
	}
	require.Len(t, opened, 1)
	srv.CloseClientConnections()
	require.True(t, c.Check(t.Context(), q).Answered())
	require.Len(t, opened, 2)
	require.Equal(t, 6, answered)
}

func TestStates(t *testing.T) {
	at := time.UnixMilli(1795300000000).UTC()
	for name, tc := range map[string]struct {
		body string
		want client.State
	}{
		"ready":             {`{"status":"ready","inn":"7700000009","data_at":1795300000000,"lastSync":1795300009999}`, client.State{INN: "7700000009", DataAt: at}},
		"an official one":   {`{"status":"ready","inn":"7700000009","lastSync":1795300000000}`, client.State{INN: "7700000009", DataAt: at}},
		"sync error":        {`{"status":"sync_error","inn":"7700000009","data_at":1795300000000}`, client.State{Fault: marking.FaultStale, Detail: "sync_error", INN: "7700000009", DataAt: at}},
		"initialization":    {`{"status":"initialization","inn":"7700000009","data_at":null}`, client.State{Fault: marking.FaultNotReady, Detail: "initialization", INN: "7700000009"}},
		"not configured":    {`{"status":"not_configured"}`, client.State{Fault: marking.FaultNotReady, Detail: "not_configured"}},
		"failure":           {`{"status":"failure"}`, client.State{Fault: marking.FaultNotReady, Detail: "failure"}},
		"a word of its own": {`{"status":"great"}`, client.State{Fault: marking.FaultGarbage, Detail: `status "great"`}},
	} {
		t.Run(name, func(t *testing.T) {
			url := module(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "GET" && r.URL.Path == "/api/v2/status" {
					_, _ = io.WriteString(w, tc.body)
				}
			})
			require.Equal(t, tc.want, newClient(t, url).State(t.Context()))
		})
	}
}

// The whole way: a till's client, our module on a real socket, and a centre behind it.
func TestAgainstOurOwnModule(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	now := func() time.Time { return start }
	centre := feedtest.New(t, now)
	centre.Publish([]string{feed.Canonical(gtin, "blocked")}, nil)
	data, err := cache.Open(t.Context(), t.TempDir(), cache.Settings{Now: now, Log: log})
	require.NoError(t, err)
	defer func() { require.NoError(t, data.Close()) }()
	require.NoError(t, data.Init(t.Context(), cache.Owner{INN: "7700000009", Login: login, Password: cachetest.Hash(t, password), Token: "t", AllowBasic: true}))
	source, err := upstream.NewFeed(upstream.FeedSettings{URL: centre.URL, Cache: data, Log: log})
	require.NoError(t, err)
	defer source.Close()
	srv := server.New(server.Settings{Cache: data, Log: log})
	c := newClient(t, module(t, srv.Handler().ServeHTTP))

	q := query(t, ki+"\x1d93Zz9Q", 0)
	require.Equal(t, marking.FaultNotReady, c.Check(t.Context(), q).Fault)
	_, err = source.Sync(t.Context(), false, nil)
	require.NoError(t, err)
	srv.Probe(t.Context())
	require.Equal(t, client.State{INN: "7700000009", DataAt: start}, c.State(t.Context()))

	a := c.Check(t.Context(), q)
	require.True(t, a.Answered(), a.Detail)
	require.False(t, a.Blocked || a.Sold)
	require.Equal(t, start, a.DataAt)
	require.True(t, c.Check(t.Context(), query(t, "01"+gtin+"21blocked\x1d93Zz9Q", 0)).Blocked)

	many := make([]string, api.MaxCodes+1)
	for i := range many {
		many[i] = fmt.Sprintf("01%s21n%d", gtin, i)
	}
	many = slices.Insert(many, 0, ki)
	for range 2 {
		require.NoError(t, c.Sold(t.Context(), many))
	}
	require.True(t, c.Check(t.Context(), q).Sold)
	for range 2 {
		require.NoError(t, c.Returned(t.Context(), many))
	}
	require.False(t, c.Check(t.Context(), q).Sold)
	require.ErrorContains(t, c.Sold(t.Context(), []string{ki, "no code"}), "code 2 of 2")

	stranger := client.New(client.Settings{URL: module(t, srv.Handler().ServeHTTP), Login: login, Password: "wrong", Timeout: time.Minute, Now: time.Now}, log)
	defer stranger.Close()
	require.Equal(t, marking.FaultUnauthorised, stranger.Check(t.Context(), q).Fault)
}

func TestLogsHaveMaskedCodesAndNoPassword(t *testing.T) {
	var log bytes.Buffer
	c := client.New(client.Settings{URL: module(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(500)
		_, _ = io.WriteString(w, `{"message":"no place for `+ki+`"}`)
	}), Login: login, Password: password, Now: time.Now},
		slog.New(slog.NewTextHandler(&log, nil)))
	defer c.Close()
	q := query(t, ki+"\x1d93Zz9Q", 0)
	c.Check(t.Context(), q)
	require.Contains(t, log.String(), "fault=server")
	require.Contains(t, log.String(), "no place for")
	require.Contains(t, log.String(), gtin+"/5Ab…")
	require.NotContains(t, log.String(), "5AbC!d9")
	require.NotContains(t, log.String(), password)
}

func FuzzAnswers(f *testing.F) {
	f.Add(200, good("", ""))
	f.Add(400, `{"errorCode":4045}`)
	f.Add(200, `{"results":[{"code":0,"codes":[null]}]}`)
	f.Add(500, ``)
	q := marking.Query{}
	scan, err := marking.Parse([]byte(ki + "\x1d93Zz9Q"))
	require.NoError(f, err)
	q.Code = scan.Code
	var mu sync.Mutex // guards the two below
	status, body := 200, ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	defer srv.Close()
	c := client.New(client.Settings{URL: srv.URL, Login: login, Password: password, Timeout: time.Minute, Now: time.Now}, slog.New(slog.DiscardHandler))
	defer c.Close()
	f.Fuzz(func(t *testing.T, code int, text string) {
		if code < 200 || code > 599 || code == 204 || code == 304 {
			return
		}
		mu.Lock()
		status, body = code, text
		mu.Unlock()
		a := c.Check(t.Context(), q)
		if a.Answered() {
			require.Equal(t, 200, code)
			require.Len(t, a.ReqID, 36)
			require.Len(t, a.Inst, 36)
			require.Len(t, a.Version, 36)
			require.Positive(t, a.ReqTimestamp)
		}
	})
}
