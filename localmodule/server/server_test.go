package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kassa/app/feed"
	"kassa/localmodule/api"
	"kassa/localmodule/cache"
	"kassa/localmodule/cache/cachetest"
	"kassa/localmodule/server"
	"kassa/localmodule/upstream"
	"kassa/localmodule/upstream/feedtest"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	inn      = "7700000009"
	login    = "till-1"
	password = "correct horse"
	gtinA    = "04600000000015"
	gtinB    = "04600000000022"
	free     = "01" + gtinA + "215AbC!d9"
	blocked  = "01" + gtinA + "21blocked"
	pack     = gtinB + "kT7!aZ<" // 21 characters, of the blocked GTIN
)

var start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// shop is a module with a centre behind it, and a till's hand on it.
type shop struct {
	testing.TB
	mu     sync.Mutex // guards at
	at     time.Time
	centre *feedtest.Centre
	cache  *cache.Cache
	runner *upstream.Runner
	server *server.Server
	url    string
}

// newShop starts a module that listens. With an owner it has synced once and is ready.
func newShop(t testing.TB, change func(*cache.Owner)) *shop {
	s := &shop{TB: t, at: start}
	log := slog.New(slog.DiscardHandler)
	s.centre = feedtest.New(t, s.now)
	s.centre.Publish([]string{feed.Canonical(gtinA, "blocked")}, []string{feed.CanonicalGTIN(gtinB)})
	var err error
	s.cache, err = cache.Open(t.Context(), t.TempDir(), cache.Settings{Now: s.now, Log: log})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.cache.Close()) })
	source, err := upstream.NewFeed(upstream.FeedSettings{URL: s.centre.URL, Cache: s.cache, Log: log})
	require.NoError(t, err)
	t.Cleanup(source.Close)
	s.runner = upstream.NewRunner(source, log)
	if change != nil {
		o := cache.Owner{INN: inn, Login: login, Password: cachetest.Hash(t, password), Token: "t0ken", AllowBasic: true}
		change(&o)
		require.NoError(t, s.cache.Init(t.Context(), o))
		s.sync()
	}
	s.server = server.New(server.Settings{Cache: s.cache, Sync: s.runner, ServiceURL: "https://sync.example", Log: log})
	s.server.Probe(t.Context())
	srv := httptest.NewServer(s.server.Handler())
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func asIs(*cache.Owner) {}

func (s *shop) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *shop) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

func (s *shop) sync() {
	s.Helper()
	_, err := s.runner.Sync(s.Context(), false, nil)
	require.NoError(s, err)
}

// call asks with the right login and gives status and body.
func (s *shop) call(method, path, body string) (int, string) {
	s.Helper()
	status, _, text := s.callAs(method, path, body, login, password)
	return status, text
}

func (s *shop) callAs(method, path, body, login, password string) (int, http.Header, string) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s, err)
	if login != "" {
		req.SetBasicAuth(login, password)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(s, err)
	return resp.StatusCode, resp.Header, string(data)
}

func (s *shop) check(cis string) api.Result {
	s.Helper()
	body, err := json.Marshal(api.OutCheckRequest{CISList: []api.Asked{{CIS: cis}}})
	require.NoError(s, err)
	status, text := s.call("POST", api.PathOutCheck, string(body))
	require.Equal(s, 200, status, text)
	var answer api.OutCheckAnswer
	require.NoError(s, json.Unmarshal([]byte(text), &answer))
	require.Len(s, answer.Results, 1)
	return answer.Results[0]
}

// golden compares with a file; what is made up at random is replaced first.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

var randomUUID = regexp.MustCompile(`"(reqId|inst)":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"`)

func TestAnswersAreTheGuidesToTheByte(t *testing.T) {
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
	}{
		"outcheck":       {"POST", api.PathOutCheck, `{"cis_list":[{"cis":"` + free + `"},{"cis":"` + blocked + `"},{"cis":"` + pack + `","pg":3}]}`, 200},
		"outcheck-pg16":  {"POST", api.PathOutCheck, `{"cis_list":[{"cis":"` + free + `","pg":16}]}`, 200},
		"outcheck-sold":  {"POST", api.PathOutCheck, `{"cis_list":[{"cis":"01` + gtinA + `21sold&gone"}]}`, 200},
		"outcheck-wrong": {"POST", api.PathOutCheck, `{"cis_list":[{"cis":"4600000000015"},{"cis":"` + free + `"}]}`, 200},
		"sell":           {"POST", api.PathSell, `{"cis_list":["` + free + `","no code"]}`, 201},
		"return":         {"POST", api.PathReturn, `{"cis_list":["01` + gtinA + `21sold&gone","` + free + `"]}`, 200},
		"status":         {"GET", api.PathStatus, "", 200},
		"init":           {"POST", api.PathInit, `{"token":"new","clearSold":false,"activationKey":"x"}`, 200},
		"health":         {"GET", api.PathHealth, "", 200},
		"ready":          {"GET", api.PathReady, "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, asIs)
			status, text := s.call("POST", api.PathSell, `{"cis_list":["01`+gtinA+`21sold&gone"]}`)
			require.Equal(t, 201, status, text)
			s.wait(90*time.Minute + time.Millisecond)
			status, text = s.call(tc.method, tc.path, tc.body)
			require.Equal(t, tc.status, status, text)
			golden(t, name, randomUUID.ReplaceAllString(text, `"$1":"<random UUID>"`))
		})
	}
}

func TestEveryCodeHasItsOwnReqIDAndAllShareInstanceAndVersion(t *testing.T) {
	s := newShop(t, asIs)
	_, text := s.call("POST", api.PathOutCheck, `{"cis_list":[{"cis":"`+free+`"},{"cis":"`+free+`"}]}`)
	var answer api.OutCheckAnswer
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	one, two := answer.Results[0], answer.Results[1]
	require.NotEqual(t, one.ReqID, two.ReqID)
	_, text = s.call("GET", api.PathStatus, "")
	var st api.Status
	require.NoError(t, json.Unmarshal([]byte(text), &st))
	for _, r := range answer.Results {
		require.Equal(t, []string{st.Inst, st.DBVersion}, []string{r.Inst, r.Version})
		require.Equal(t, start.UnixMilli(), r.DataTimestamp)
	}
	require.Contains(t, text, `"data_at":`+strconv.FormatInt(start.UnixMilli(), 10))
}

func TestACodeIsUnderstoodHoweverATillCutsIt(t *testing.T) {
	s := newShop(t, asIs)
	for name, tc := range map[string]struct {
		cis     string
		blocked bool
	}{
		"КИ":                             {blocked, true},
		"КМ that was not cut at its GS":  {blocked + "\x1d93Zz9Q", true},
		"another code of the same GTIN":  {free, false},
		"tobacco pack of a blocked GTIN": {pack, true},
		"the same pack in carton form":   {"01" + gtinB + "21" + pack[14:], true},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.check(tc.cis)
			require.Equal(t, tc.cis, r.Codes[0].CIS, "the answer repeats what was asked")
			require.Equal(t, tc.blocked, r.Codes[0].IsBlocked)
		})
	}
}

func TestSaleAndReturn(t *testing.T) {
	s := newShop(t, asIs)
	body := `{"cis_list":["` + free + `"]}`
	require.False(t, s.check(free).Codes[0].Sold)
	for range 2 {
		status, text := s.call("POST", api.PathSell, body)
		require.Equal(t, 201, status)
		require.JSONEq(t, `{"results":[{"success":true,"cis":"`+free+`"}]}`, text)
	}
	require.True(t, s.check(free).Codes[0].Sold)
	require.True(t, s.check(free + "\x1d93Zz9Q").Codes[0].Sold)
	_, text := s.call("POST", api.PathReturn, body)
	require.JSONEq(t, `{"results":[{"success":true,"cis":"`+free+`"}]}`, text)
	require.False(t, s.check(free).Codes[0].Sold)
	_, text = s.call("POST", api.PathReturn, body)
	require.JSONEq(t, `{"results":[{"success":false,"cis":"`+free+`"}]}`, text, "nothing was there to remove")
}

func TestTheStateFollowsTheDataToTheMillisecond(t *testing.T) {
	s := newShop(t, asIs)
	check := func() (int, string) { return s.call("POST", api.PathOutCheck, `{"cis_list":[{"cis":"`+free+`"}]}`) }
	state := func() api.Status {
		_, _, text := s.callAs("GET", api.PathStatus, "", "", "")
		var st api.Status
		require.NoError(t, json.Unmarshal([]byte(text), &st))
		return st
	}
	for _, step := range []struct {
		at     time.Duration
		status string
		hours  int64
		code   int
		body   string
	}{
		{0, api.StatusReady, 72, 200, ""},
		{time.Millisecond, api.StatusReady, 71, 200, ""},
		{71 * time.Hour, api.StatusReady, 1, 200, ""},
		{72*time.Hour - time.Millisecond, api.StatusReady, 0, 200, ""},
		{72 * time.Hour, api.StatusSyncError, 0, 400, `{"errorCode":4050,"message":"the data are older than 72 h: sync_error"}`},
		{240 * time.Hour, api.StatusSyncError, 0, 400, `{"errorCode":4050,"message":"the data are older than 72 h: sync_error"}`},
	} {
		s.wait(start.Add(step.at).Sub(s.now()))
		st := state()
		require.Equal(t, step.status, st.Status, "%v", step.at)
		require.Equal(t, step.hours, *st.HoursToStop, "%v", step.at)
		require.Equal(t, int64(step.at/time.Second), *st.AgeS, "%v", step.at)
		code, text := check()
		require.Equal(t, step.code, code, text)
		if step.body != "" {
			require.JSONEq(t, step.body, text)
		}
	}
	code, text := s.call("POST", api.PathSell, `{"cis_list":["`+free+`"]}`)
	require.Equal(t, 201, code, "what was sold is kept in every state: %s", text)
	code, text = s.call("GET", api.PathReady, "")
	require.Equal(t, "503 sync_error\n", fmt.Sprint(code, " ", text))

	s.sync()
	require.Equal(t, api.StatusReady, state().Status, "sync_error ends with a good sync")
	code, _ = check()
	require.Equal(t, 200, code)
}

func TestAClockSetBackDoesNotMakeDataYounger(t *testing.T) {
	s := newShop(t, asIs)
	s.wait(time.Hour)
	s.sync()
	s.wait(-48 * time.Hour)
	st := s.server.Status()
	require.Zero(t, *st.AgeS)
	require.EqualValues(t, 72, *st.HoursToStop)
}

func TestASyncWithAnOldHeadDoesNotMakeDataYounger(t *testing.T) {
	s := newShop(t, asIs)
	s.centre.Change(func(h *feed.Head) { h.Issued, h.ValidUntil = start, start.Add(24*time.Hour) })
	s.wait(23 * time.Hour)
	s.sync()
	s.wait(49*time.Hour - time.Second)
	require.Equal(t, api.StatusReady, s.server.Status().Status)
	s.wait(time.Second)
	require.Equal(t, api.StatusSyncError, s.server.Status().Status, "72 h since the centre issued them")
}

func TestAModuleIsNotReadyBeforeALiveLookUpHasWorked(t *testing.T) {
	s := newShop(t, asIs)
	log := slog.New(slog.DiscardHandler)
	fresh := server.New(server.Settings{Cache: s.cache, Log: log})
	require.Equal(t, api.StatusInitialization, fresh.Status().Status, "data are there, but nobody has looked")
	fresh.Probe(t.Context())
	require.Equal(t, api.StatusReady, fresh.Status().Status)
}

func TestWithoutListsTheStateIsInitialization(t *testing.T) {
	s := newShop(t, nil)
	require.NoError(t, s.cache.Init(t.Context(), cache.Owner{INN: inn, Login: login, Password: cachetest.Hash(t, password), Token: "t", AllowBasic: true}))
	code, text := s.call("POST", api.PathOutCheck, `{"cis_list":[{"cis":"`+free+`"}]}`)
	require.Equal(t, 400, code)
	require.JSONEq(t, `{"errorCode":4045,"message":"not ready: initialization"}`, text)
	st := s.server.Status()
	require.Nil(t, st.AgeS)
	require.Zero(t, st.LastSync)
}

func TestWithoutAnOwnerNothingIsAnsweredButTheStatus(t *testing.T) {
	s := newShop(t, nil)
	for _, who := range [][2]string{{"", ""}, {"admin", "admin"}, {login, password}} {
		code, _, text := s.callAs("POST", api.PathOutCheck, `{"cis_list":[{"cis":"`+free+`"}]}`, who[0], who[1])
		require.Equal(t, 400, code)
		require.JSONEq(t, `{"errorCode":4045,"message":"not ready: not_configured"}`, text)
		code, _, _ = s.callAs("POST", api.PathInit, `{"token":"x"}`, who[0], who[1])
		require.Equal(t, 400, code, "an owner is set up on the computer itself")
	}
	code, text := s.call("GET", api.PathStatus, "")
	require.Equal(t, 200, code)
	golden(t, "status-not-configured", text)
}

func TestWhoMayAsk(t *testing.T) {
	allowed := newShop(t, asIs)
	closed := newShop(t, func(o *cache.Owner) { o.AllowBasic = false })
	for name, tc := range map[string]struct {
		shop            *shop
		login, password string
		want            int
	}{
		"the owner's login":                     {allowed, login, password, 200},
		"the owner's login a second time":       {allowed, login, password, 200},
		"no login":                              {allowed, "", "", 401},
		"a wrong password":                      {allowed, login, "correct hors", 401},
		"a wrong login":                         {allowed, "till-2", password, 401},
		"the pair that scripts like":            {allowed, "admin", "admin", 401},
		"an empty password":                     {allowed, login, "", 401},
		"the right login where plain is not on": {closed, login, password, 401},
		"no login where plain is not on":        {closed, "", "", 401},
	} {
		t.Run(name, func(t *testing.T) {
			for path, body := range map[string]string{
				api.PathOutCheck: `{"cis_list":[{"cis":"` + free + `"}]}`,
				api.PathReturn:   `{"cis_list":["` + free + `"]}`,
				api.PathInit:     `{"token":"t"}`,
			} {
				// Every row comes from the same address, which may be wrong a few times only.
				tc.shop.wait(10 * time.Second)
				code, header, text := tc.shop.callAs("POST", path, body, tc.login, tc.password)
				require.Equal(t, tc.want, code, "%s: %s", path, text)
				if code == 401 {
					require.Contains(t, header.Get("WWW-Authenticate"), "Basic ")
					require.Contains(t, text, `"message"`)
				}
			}
			for _, path := range []string{api.PathStatus, api.PathHealth, api.PathReady} {
				code, _, _ := tc.shop.callAs("GET", path, "", tc.login, tc.password)
				require.Equal(t, 200, code, path)
			}
		})
	}
}

func TestGuessingPasswordsIsSlowedDownButNotTheOwner(t *testing.T) {
	s := newShop(t, asIs)
	code, _ := s.call("POST", api.PathReturn, `{"cis_list":["`+free+`"]}`)
	require.Equal(t, 200, code)
	var codes []int
	for range 7 {
		code, _, _ := s.callAs("POST", api.PathReturn, `{"cis_list":["`+free+`"]}`, login, "guess")
		codes = append(codes, code)
	}
	// The first login of the owner took one of the five as well.
	require.Equal(t, []int{401, 401, 401, 401, 429, 429, 429}, codes)
	code, _ = s.call("POST", api.PathReturn, `{"cis_list":["`+free+`"]}`)
	require.Equal(t, 200, code)
	s.wait(2 * time.Second)
	code, _, _ = s.callAs("POST", api.PathReturn, `{"cis_list":["`+free+`"]}`, login, "guess")
	require.Equal(t, 401, code)
}

func TestWrongRequestsGetAClearAnswer(t *testing.T) {
	s := newShop(t, asIs)
	codes := func(n int) string {
		return `{"cis_list":[` + strings.TrimSuffix(strings.Repeat(`{"cis":"`+free+`"},`, n), ",") + `]}`
	}
	for name, tc := range map[string]struct {
		method, path, body string
		want               int
		says               string
	}{
		"a hundred codes":             {"POST", api.PathOutCheck, codes(100), 200, ""},
		"a hundred and one":           {"POST", api.PathOutCheck, codes(101), 400, "cis_list has 101 codes, at most 100"},
		"no codes":                    {"POST", api.PathOutCheck, `{"cis_list":[]}`, 400, "cis_list is missing or empty"},
		"another member":              {"POST", api.PathOutCheck, `{"codes":[]}`, 400, "cis_list is missing or empty"},
		"an empty code":               {"POST", api.PathOutCheck, `{"cis_list":[{"cis":""}]}`, 400, "cis_list[0] is empty"},
		"a code as a string":          {"POST", api.PathOutCheck, `{"cis_list":["` + free + `"]}`, 400, "member"},
		"a code as an object in sell": {"POST", api.PathSell, `{"cis_list":[{"cis":"x"}]}`, 400, "member"},
		"a code of 300 bytes":         {"POST", api.PathSell, `{"cis_list":["` + strings.Repeat("x", 300) + `"]}`, 400, "cis_list[0] has 300 bytes"},
		"no JSON":                     {"POST", api.PathOutCheck, `<xml/>`, 400, "no JSON object"},
		"an array":                    {"POST", api.PathOutCheck, `[]`, 400, "no JSON object"},
		"nothing":                     {"POST", api.PathOutCheck, ``, 400, "no JSON object"},
		"something behind the object": {"POST", api.PathOutCheck, codes(1) + "{}", 400, "no JSON object"},
		"members that we do not know": {"POST", api.PathOutCheck, `{"x":{"y":1},"cis_list":[{"cis":"` + free + `","z":2}]}`, 200, ""},
		"a body at the limit":         {"POST", api.PathOutCheck, padded(codes(1), api.MaxBody), 200, ""},
		"a body over the limit":       {"POST", api.PathOutCheck, padded(codes(1), api.MaxBody+1), 413, "the body is over 65536 bytes"},
		"a body far over the limit":   {"POST", api.PathSell, padded(codes(1), 10<<20), 413, "the body is over 65536 bytes"},
		"a GET where POST is wanted":  {"GET", api.PathOutCheck, "", 405, ""},
		"a path that is not there":    {"GET", "/api/v2/nothing", "", 404, ""},
		"init without a token":        {"POST", api.PathInit, `{}`, 400, `member \"token\" is missing or unfit`},
		"init with the grey list":     {"POST", api.PathInit, `{"token":"t","enableGreyList":true}`, 400, "the grey list is not offered"},
		"a GET of status with a body": {"GET", api.PathStatus, "x", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			code, text := s.call(tc.method, tc.path, tc.body)
			require.Equal(t, tc.want, code, text)
			require.Contains(t, text, tc.says)
		})
	}
}

// padded fills a JSON text with spaces up to a size.
func padded(body string, size int) string { return body + strings.Repeat(" ", size-len(body)) }

func TestInitOverTheWireTakesATokenAndMayWipeTheSoldBase(t *testing.T) {
	s := newShop(t, asIs)
	_, _ = s.call("POST", api.PathSell, `{"cis_list":["`+free+`"]}`)
	code, _ := s.call("POST", api.PathInit, `{"token":"other"}`)
	require.Equal(t, 200, code)
	require.True(t, s.check(free).Codes[0].Sold)
	code, _ = s.call("POST", api.PathInit, `{"token":"third","clearSold":true}`)
	require.Equal(t, 200, code)
	require.False(t, s.check(free).Codes[0].Sold)
	owner, _ := s.cache.Owner()
	require.Equal(t, "third", owner.Token)
}

func TestAModuleOfTestDataHasNoRateLimit(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*cache.Owner)
		want   int
	}{
		"a real one has": {asIs, 429},
		"a test one not": {func(o *cache.Owner) { o.Test = true }, 200},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, tc.change)
			// The clock stands still, so that nothing is refilled.
			last := 0
			for range 5001 {
				req := httptest.NewRequest("POST", api.PathReturn, strings.NewReader(`{"cis_list":["x"]}`))
				req.SetBasicAuth(login, password)
				answer := httptest.NewRecorder()
				s.server.Handler().ServeHTTP(answer, req)
				last = answer.Code
			}
			require.Equal(t, tc.want, last)
		})
	}
}

func TestServeAnswersUntilItsContextEndsAndLetsRequestsFinish(t *testing.T) {
	s := newShop(t, asIs)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.server.Serve(ctx, ln) }()

	// A request that is being served when the end comes: «100 Continue» says that its body is being read.
	body := `{"cis_list":[{"cis":"` + free + `"}]}`
	conn, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	credentials := base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %s\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
		api.PathOutCheck, credentials, len(body))
	require.NoError(t, err)
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "100 Continue")
	_, err = in.ReadString('\n')
	require.NoError(t, err)
	stop()
	_, err = io.WriteString(conn, body)
	require.NoError(t, err)
	resp, err := http.ReadResponse(in, nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, 200, resp.StatusCode)
	require.NoError(t, <-ended)
	_, err = net.Dial("tcp", ln.Addr().String())
	require.Error(t, err)
}

func TestLogsHaveNoSecretsAndNoWholeCodes(t *testing.T) {
	var log bytes.Buffer
	s := newShop(t, asIs)
	loud := server.New(server.Settings{Cache: s.cache, Sync: s.runner, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	loud.Probe(t.Context())
	for _, who := range []string{password, "wrong password"} {
		for path, body := range map[string]string{api.PathOutCheck: `{"cis_list":[{"cis":"` + free + `"}]}`, api.PathSell: `{"cis_list":["` + free + `"]}`} {
			req := httptest.NewRequest("POST", path, strings.NewReader(body))
			req.SetBasicAuth(login, who)
			loud.Handler().ServeHTTP(httptest.NewRecorder(), req)
		}
	}
	require.Contains(t, log.String(), "wrong login")
	for _, secret := range []string{password, "wrong password", "5AbC!d9", "t0ken"} {
		require.NotContains(t, log.String(), secret)
	}
}

func FuzzBodies(f *testing.F) {
	for _, seed := range []string{`{"cis_list":[{"cis":"` + free + `"}]}`, `{"cis_list":["` + pack + `"]}`, `{"token":"t","clearSold":true}`,
		`{"cis_list":[{"cis":"` + free + `\u001d93Zz9Q","pg":16}]}`, `{`, `null`, `[]`, `{"cis_list":[null]}`, `{"cis_list":[{"cis":"\ud800"}]}`, ``} {
		f.Add(seed)
	}
	s := newShop(f, func(o *cache.Owner) { o.Test = true })
	want := map[string]int{api.PathOutCheck: 200, api.PathSell: 201, api.PathReturn: 200, api.PathInit: 200}
	f.Fuzz(func(t *testing.T, body string) {
		for path, good := range want {
			req := httptest.NewRequest("POST", path, strings.NewReader(body))
			req.SetBasicAuth(login, password)
			answer := httptest.NewRecorder()
			s.server.Handler().ServeHTTP(answer, req)
			switch answer.Code {
			case good:
			case 400, 413:
				var wrong api.Error
				require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &wrong))
				require.NotEmpty(t, wrong.Message)
				require.Zero(t, wrong.ErrorCode, "a wrong request is no fault of the state")
				continue
			default:
				t.Fatalf("%s answered %d to %q", path, answer.Code, body)
			}
			var back struct {
				Results []json.RawMessage
				CISList []json.RawMessage `json:"cis_list"`
			}
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &back))
			results := len(back.Results)
			require.NoError(t, json.Unmarshal([]byte(body), &back))
			if path != api.PathInit {
				require.Equal(t, len(back.CISList), results, "one result for each code")
			}
		}
	})
}
