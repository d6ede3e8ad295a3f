package trueapi_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/sync/centralsim"
	"kassa/sync/trueapi"
)

const (
	token = "0123abcd-secret-token"
	km    = "0104600000000015215AbC!d9<&\x1d93Zz9Q"
	ki    = "0104600000000015215AbC!d9<&"
	drive = "7380440700000001"
)

const (
	budget = 150 * time.Millisecond // stands for the 1.5 s of a scan where nothing answers in time
	late   = 30 * time.Millisecond  // how much after its deadline a check may end
	ample  = 30 * time.Second       // where the answer comes at once, however busy the machine is
)

func TestTheRequestIsTheGuidesToTheByte(t *testing.T) {
	for _, c := range []struct {
		name string
		ask  func(*trueapi.Client)
		want string
	}{
		{
			name: "a check of one code",
			ask: func(c *trueapi.Client) {
				c.Check(t.Context(), marking.Query{Code: code(t), Drive: drive, TimeZone: 5})
			},
			want: "POST /api/v4/true-api/codes/check HTTP/1.1\r\nHost: HOST\r\nUser-Agent: kassa\r\nContent-Length: 105\r\n" +
				"Content-Type: application/json\r\nX-API-KEY: 0123abcd-secret-token\r\n\r\n" +
				`{"codes":["0104600000000015215AbC!d9<&\u001d93Zz9Q"],"fiscalDriveNumber":"7380440700000001","timeZone":5}`,
		},
		{
			name: "the list of sites",
			ask:  func(c *trueapi.Client) { _, _ = c.Info(t.Context()) },
			want: "GET /api/v4/true-api/cdn/info HTTP/1.1\r\nHost: HOST\r\nUser-Agent: kassa\r\n" +
				"Content-Type: application/json\r\nX-API-KEY: 0123abcd-secret-token\r\nConnection: close\r\n\r\n",
		},
		{
			name: "health of a site",
			ask:  func(c *trueapi.Client) { _, _ = c.Health(t.Context()) },
			want: "GET /api/v4/true-api/cdn/health/check HTTP/1.1\r\nHost: HOST\r\nUser-Agent: kassa\r\n" +
				"Content-Type: application/json\r\nX-API-KEY: 0123abcd-secret-token\r\nConnection: close\r\n\r\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer l.Close()
			got := make(chan string, 1) // one request is read
			go func() { got <- readRequest(l) }()
			c.ask(client(t, "http://"+l.Addr().String()))
			require.Equal(t, strings.Replace(c.want, "HOST", l.Addr().String(), 1), <-got)
		})
	}
}

// readRequest takes the bytes of one request and closes the connection.
func readRequest(l net.Listener) string {
	conn, err := l.Accept()
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	var raw bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &raw)))
	if err != nil {
		return err.Error()
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return err.Error()
	}
	return raw.String()
}

func TestACheckThatIsAnswered(t *testing.T) {
	lab := newLab(t)
	lab.put(`[{"cis":"` + ki + `","groupIds":[3,15],"sold":true,"isBlocked":true,"ogvs":["RAR"],"isOwner":false,"isTracking":true,
		"grayZone":false,"expireDate":"2027-03-01T00:00:00.000Z","mrp":20500,"smp":15300.0,"packageQuantity":10,
		"packageType":"GROUP","parent":"00046000000000000012","realizable":null,"new":{"x":1}}]`)
	a := lab.client.Check(t.Context(), marking.Query{Code: code(t)})

	require.True(t, a.Answered(), a.Detail)
	require.Regexp(t, `^[0-9a-f-]{36}$`, a.ReqID)
	require.Equal(t, lab.now.UnixMilli(), a.ReqTimestamp)
	yes, no := true, false
	mrp, smp := money.Kopecks(20500), money.Kopecks(15300)
	require.Equal(t, `{"codes":["0104600000000015215AbC!d9<&\u001d93Zz9Q"]}`, a.Sent)
	require.Contains(t, a.Got, a.ReqID)
	a.ReqID, a.ReqTimestamp, a.Latency, a.Sent, a.Got = "", 0, 0, "", ""
	require.Equal(t, marking.OnlineAnswer{
		Path: marking.PathTrueAPI, Site: strings.TrimPrefix(lab.url, "http://"),
		Found: &yes, Valid: &yes, Verified: &yes, Realizable: nil, Utilised: &yes, Blocked: &yes, Owner: &no, Tracking: &yes, Sold: &yes, GreyZone: &no,
		Groups: []marking.ProductGroup{marking.Tobacco, marking.Beer}, Authorities: []string{"RAR"},
		ExpireDate: "2027-03-01T00:00:00.000Z", MRP: &mrp, SMP: &smp,
		PackageQuantity: 10, PackageType: "GROUP", Parent: "00046000000000000012",
	}, a)
}

func TestACodeThatTheCentreDoesNotKnow(t *testing.T) {
	a := newLab(t).client.Check(t.Context(), marking.Query{Code: code(t)})
	require.True(t, a.Answered(), a.Detail)
	require.False(t, *a.Found)
	require.Equal(t, 10, a.ErrorCode)
	require.NotEmpty(t, a.Message)
}

func TestEveryFailureIsAFaultWithinTheBudget(t *testing.T) {
	lab := newLab(t)
	for _, c := range []struct {
		name      string
		faults    string
		want      marking.Fault
		emergency bool
	}{
		{name: "a slow answer", faults: `{"delay_ms":20}`, want: marking.FaultNone},
		{name: "an answer too late", faults: `{"delay_ms":60000}`, want: marking.FaultTimeout},
		{name: "no answer ever", faults: `{"blackhole":true}`, want: marking.FaultTimeout},
		{name: "a byte now and then", faults: `{"drip":true}`, want: marking.FaultTimeout},
		{name: "a refused key", faults: `{"status":401}`, want: marking.FaultUnauthorised},
		{name: "a way of asking that was switched off", faults: `{"status":410}`, want: marking.FaultGone},
		{name: "a request that the site does not like", faults: `{"status":400}`, want: marking.FaultBadRequest},
		{name: "a method that is not there", faults: `{"status":404}`, want: marking.FaultBadRequest},
		{name: "too many requests", faults: `{"status":429}`, want: marking.FaultBusy},
		{name: "a failing site", faults: `{"status":500}`, want: marking.FaultServer},
		{name: "a gateway without its site", faults: `{"status":502}`, want: marking.FaultServer},
		{name: "a foreign issuer that is silent", faults: `{"status":500,"body_code":5000}`, want: marking.FaultOutside},
		{name: "a foreign issuer that is silent, told with 503", faults: `{"status":503,"body_code":5000}`, want: marking.FaultOutside},
		{name: "an error inside of an answer", faults: `{"body_code":500}`, want: marking.FaultServer},
		{name: "a refused key inside of an answer", faults: `{"body_code":401}`, want: marking.FaultUnauthorised},
		{name: "a silent issuer inside of an answer", faults: `{"body_code":5000}`, want: marking.FaultOutside},
		{name: "an error that nobody knows inside of an answer", faults: `{"body_code":7}`, want: marking.FaultGarbage},
		{name: "an emergency", faults: `{"status":203}`, want: marking.FaultNone, emergency: true},
		{name: "no content", faults: `{"status":204}`, want: marking.FaultGarbage},
		{name: "no JSON", faults: `{"garbage":true}`, want: marking.FaultGarbage},
		{name: "a reset connection", faults: `{"reset":true}`, want: marking.FaultUnreachable},
		{name: "a redirect without a target", faults: `{"status":302}`, want: marking.FaultGarbage},
	} {
		t.Run(c.name, func(t *testing.T) {
			lab.faults(c.faults)
			a := checkWanting(t, lab.client, c.want)
			require.Equal(t, c.emergency, a.Emergency)
			require.Equal(t, c.want == marking.FaultNone && !c.emergency, a.Answered())
			if c.want != marking.FaultNone {
				require.NotEmpty(t, a.Detail)
			}
		})
	}
}

func TestABrokenNetworkIsAFaultWithinTheBudget(t *testing.T) {
	serve := func(h http.HandlerFunc) func(*testing.T) *trueapi.Client {
		return func(t *testing.T) *trueapi.Client {
			s := httptest.NewServer(h)
			t.Cleanup(s.Close)
			return client(t, s.URL)
		}
	}
	listen := func(scheme string, talk func(net.Conn)) func(*testing.T) *trueapi.Client {
		return func(t *testing.T) *trueapi.Client { return client(t, scheme+"://"+listener(t, talk)) }
	}
	for _, c := range []struct {
		name   string
		client func(*testing.T) *trueapi.Client
		want   marking.Fault
	}{
		{"nobody listens", func(t *testing.T) *trueapi.Client {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			require.NoError(t, l.Close())
			return client(t, "http://"+l.Addr().String())
		}, marking.FaultUnreachable},
		{"a name that is looked up for ever", func(t *testing.T) *trueapi.Client {
			return client(t, "http://slow.example", func(s *trueapi.Settings) {
				s.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
					<-t.Context().Done() // deaf to its own context, as the worst resolver
					return nil, ctx.Err()
				}
			})
		}, marking.FaultTimeout},
		{"a certificate that nobody vouches for", func(t *testing.T) *trueapi.Client {
			s := httptest.NewUnstartedServer(http.NotFoundHandler())
			s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			s.StartTLS()
			t.Cleanup(s.Close)
			return client(t, s.URL)
		}, marking.FaultUnreachable},
		{"TLS that is no TLS", listen("https", func(c net.Conn) { fmt.Fprint(c, "220 mail.example ESMTP\r\n"); _ = c.Close() }), marking.FaultUnreachable},
		{"a handshake that stalls", listen("https", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }), marking.FaultTimeout},
		{"a header that never ends", listen("http", func(c net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(c))
			for {
				if _, err := fmt.Fprint(c, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 64<<10)); err != nil {
					return
				}
			}
		}), marking.FaultUnreachable},
		{"an answer that is cut off", listen("http", func(c net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(c))
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"code\":0,")
			_ = c.Close()
		}), marking.FaultUnreachable},
		{"a refusal that is cut off is still a refusal", listen("http", func(c net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(c))
			fmt.Fprint(c, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 500\r\n\r\n{\"code\":4")
			_ = c.Close()
		}), marking.FaultUnauthorised},
		{"a redirect, which is not followed", serve(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				panic("the key was carried elsewhere")
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}), marking.FaultGarbage},
		{"a huge answer", serve(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20+1))
		}), marking.FaultGarbage},
		{"an endless answer", serve(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(bytes.Repeat([]byte(" "), 64<<10)); err != nil {
					return
				}
			}
		}), marking.FaultGarbage},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := checkWanting(t, c.client(t), c.want)
			require.NotEmpty(t, a.Detail)
		})
	}
}

func TestACallWithoutALimitOfItsOwnEndsByTheSettings(t *testing.T) {
	lab := newLab(t)
	lab.faults(`{"blackhole":true,"on":"all"}`)
	c := client(t, lab.url, func(s *trueapi.Settings) { s.Timeout = budget })
	require.Equal(t, marking.FaultTimeout, c.Check(t.Context(), marking.Query{Code: code(t)}).Fault)
	_, err := c.Info(t.Context())
	require.Equal(t, marking.FaultTimeout, fault(t, err))
	_, err = c.Health(t.Context())
	require.Equal(t, marking.FaultTimeout, fault(t, err))
}

func TestACheckThatIsGivenUpEndsAtOnce(t *testing.T) {
	lab := newLab(t)
	lab.faults(`{"blackhole":true}`)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan marking.OnlineAnswer, 1) // one check is made
	go func() { done <- lab.client.Check(ctx, marking.Query{Code: code(t)}) }()
	cancel()
	require.Equal(t, marking.FaultTimeout, (<-done).Fault)
}

func TestABusySiteIsAskedOnceMore(t *testing.T) {
	for _, c := range []struct {
		name   string
		status []int // of the answers, the last for all that follow
		want   marking.Fault
		asked  int64
	}{
		{"busy, then free", []int{429, 200}, marking.FaultNone, 2},
		{"failing, then well", []int{503, 200}, marking.FaultNone, 2},
		{"failing twice", []int{500}, marking.FaultServer, 2},
		{"failing, then busy", []int{500, 429}, marking.FaultBusy, 2},
		{"a refused key is final", []int{401}, marking.FaultUnauthorised, 1},
		{"a bad request is final", []int{400}, marking.FaultBadRequest, 1},
		{"an emergency is final", []int{203}, marking.FaultNone, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				n := min(int(asked.Add(1)), len(c.status))
				w.WriteHeader(c.status[n-1])
				fmt.Fprint(w, goodAnswer)
			}))
			defer s.Close()
			a := client(t, s.URL).Check(t.Context(), marking.Query{Code: code(t)})
			require.Equal(t, c.want, a.Fault, a.Detail)
			require.Equal(t, c.asked, asked.Load())
		})
	}
}

func TestOneConnectionServesAReceipt(t *testing.T) {
	var opened atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, goodAnswer) }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := client(t, s.URL)
	check := func() {
		a := c.Check(t.Context(), marking.Query{Code: code(t)})
		require.True(t, a.Answered(), a.Detail)
	}
	check()
	check()
	require.EqualValues(t, 1, opened.Load(), "the codes of a receipt share a connection")
	_, err := c.Health(t.Context())
	require.NoError(t, err)
	check()
	require.EqualValues(t, 2, opened.Load(), "health has one of its own and leaves the kept one alone")
	c.CloseIdle()
	check()
	require.EqualValues(t, 3, opened.Load(), "the next receipt opens a new one")
	s.CloseClientConnections()
	check()
	require.EqualValues(t, 4, opened.Load(), "a connection that the far side dropped is no fault")
}

func TestTokenAndCodeStayOutOfLogsAndErrors(t *testing.T) {
	var text bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var asked struct{ Codes []string }
		_ = json.Unmarshal(body, &asked)
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"code": 400, "description": fmt.Sprint("\n"+strings.Repeat("x", 155), r.Header.Get("X-API-KEY"), asked.Codes)})
	}))
	defer echo.Close()
	lab := newLab(t)
	details := ""
	for _, url := range []string{echo.URL, lab.url, "http://127.0.0.1:1", "no url"} {
		c := trueapi.New(trueapi.Settings{URL: url, Token: func() string { return token }, Now: time.Now}, log)
		answer := c.Check(t.Context(), marking.Query{Code: code(t)})
		require.NotContains(t, answer.Sent+answer.Got, token, "nor is the key in the evidence")
		details += answer.Detail
		if _, err := c.Info(t.Context()); err != nil {
			details += err.Error()
		}
		c.CloseIdle()
	}
	require.NotContains(t, details, "\n", "what a site says stays on one line")
	// The description is long enough to be cut inside of the code, if it were cut before the code is masked.
	require.Contains(t, text.String(), "04600000000015/5Ab…")
	for _, secret := range []string{token, token[:8], "93Zz9Q", "5AbC"} {
		require.NotContains(t, text.String(), secret)
		require.NotContains(t, details, secret)
	}
}

func TestInfoVerifiesAToken(t *testing.T) {
	lab := newLab(t)
	info, err := lab.client.Info(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{lab.url}, info.Hosts)
	health, err := lab.client.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, health.AvgTimeMs)

	bad := client(t, lab.url, func(s *trueapi.Settings) { s.Token = func() string { return "bad-token" } })
	_, err = bad.Info(t.Context())
	require.Equal(t, marking.FaultUnauthorised, fault(t, err))
	_, err = bad.Health(t.Context())
	require.Equal(t, marking.FaultUnauthorised, fault(t, err))

	for faults, want := range map[string]marking.Fault{
		`{"status":410,"on":"all"}`:    marking.FaultGone,
		`{"garbage":true,"on":"all"}`:  marking.FaultGarbage,
		`{"body_code":401,"on":"all"}`: marking.FaultUnauthorised,
		`{"reset":true,"on":"all"}`:    marking.FaultUnreachable,
	} {
		lab.faults(faults)
		_, err = lab.client.Info(t.Context())
		require.Equal(t, want, fault(t, err), faults)
	}
	lab.faults(`{"status":203,"on":"all"}`)
	info, err = lab.client.Info(t.Context())
	require.NoError(t, err)
	require.True(t, info.Emergency)
	health, err = lab.client.Health(t.Context())
	require.NoError(t, err)
	require.True(t, health.Emergency)
}

func TestWithoutAnAddressOrATokenNothingIsAsked(t *testing.T) {
	for name, c := range map[string]*trueapi.Client{
		"no address":                 client(t, ""),
		"an address without scheme":  client(t, "cdn.example"),
		"an address with a password": client(t, "https://user:secret@cdn.example"),
		"another protocol":           client(t, "ftp://cdn.example"),
		"no token":                   client(t, "http://127.0.0.1:1", func(s *trueapi.Settings) { s.Token = func() string { return "" } }),
		"a token with a line break":  client(t, "http://127.0.0.1:1", func(s *trueapi.Settings) { s.Token = func() string { return "a\r\nb" } }),
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, marking.FaultNotBound, c.Check(t.Context(), marking.Query{Code: code(t)}).Fault)
			_, err := c.Info(t.Context())
			require.Equal(t, marking.FaultNotBound, fault(t, err))
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

const goodAnswer = `{"code":0,"description":"ok","codes":[{"cis":"x","found":true,"valid":true,"verified":true,"realizable":true,"utilised":true}],
	"reqId":"5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f","reqTimestamp":1795300000123}`

// checker is a client or a pool.
type checker interface {
	Check(context.Context, marking.Query) marking.OnlineAnswer
}

// checkWanting checks one code and wants a fault. Where the fault is a timeout the check must end with its
// context: not before it, and at most late after another waiter of the same context was woken, so that a
// busy machine is not taken for a slow client.
func checkWanting(t *testing.T, c checker, want marking.Fault) marking.OnlineAnswer {
	t.Helper()
	q := marking.Query{Code: code(t)}
	limit := ample
	if want == marking.FaultTimeout {
		limit = budget
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	over := make(chan time.Time, 1) // one waiter tells one moment
	go func() {
		<-ctx.Done()
		over <- time.Now()
	}()
	a := c.Check(ctx, q)
	end := time.Now()
	require.Equal(t, want, a.Fault, a.Detail)
	if want == marking.FaultTimeout {
		require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
		require.Less(t, end.Sub(<-over), late)
		return a
	}
	require.NoError(t, ctx.Err())
	return a
}

func code(t *testing.T) marking.MarkingCode {
	t.Helper()
	s, err := marking.Parse([]byte(km))
	require.NoError(t, err)
	require.Equal(t, km, s.Code.KM())
	return s.Code
}

// fault takes the fault out of an error of Info or Health.
func fault(t *testing.T, err error) marking.Fault {
	t.Helper()
	var failed *trueapi.Error
	require.True(t, errors.As(err, &failed), "%v", err)
	return failed.Fault
}

func client(t *testing.T, url string, change ...func(*trueapi.Settings)) *trueapi.Client {
	s := trueapi.Settings{URL: url, Token: func() string { return token }, Timeout: ample, Now: time.Now, TLS: &tls.Config{MinVersion: tls.VersionTLS12}}
	for _, f := range change {
		f(&s)
	}
	c := trueapi.New(s, slog.New(slog.DiscardHandler))
	t.Cleanup(c.CloseIdle)
	return c
}

// listener accepts connections for talk until the test ends, and gives its address.
func listener(t *testing.T, talk func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				talk(conn)
			}()
		}
	}()
	return l.Addr().String()
}

// lab is a central system with a client of it.
type lab struct {
	t       *testing.T
	url     string
	control string
	now     time.Time // of the central system
	client  *trueapi.Client
}

func newLab(t *testing.T) *lab {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	central, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	server, control := httptest.NewServer(central.Handler()), httptest.NewServer(central.Control())
	t.Cleanup(server.Close)
	t.Cleanup(control.Close)
	return &lab{t: t, url: server.URL, control: control.URL, now: now, client: client(t, server.URL)}
}

func (l *lab) put(body string)    { l.send(http.MethodPut, "/lab/codes", body) }
func (l *lab) faults(body string) { l.send(http.MethodPost, "/lab/faults", body) }

func (l *lab) send(method, path, body string) {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.control+path, strings.NewReader(body))
	require.NoError(l.t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(l.t, err)
	defer resp.Body.Close()
	require.Equal(l.t, http.StatusOK, resp.StatusCode)
}
