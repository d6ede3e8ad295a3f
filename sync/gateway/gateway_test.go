package gateway_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
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
	"kassa/sync/gateway"
	"kassa/sync/gatewaysim"
)

const (
	token    = "0123abcd-secret-token"
	password = "module-password"
	km       = "0104600000000015215AbC!d9<&\x1d93Zz9Q"
	ki       = "0104600000000015215AbC!d9<&"
)

const (
	budget = 150 * time.Millisecond // stands for the 1.5 s of a scan where nothing answers in time
	late   = 30 * time.Millisecond  // how much after its deadline a check may end
	ample  = 30 * time.Second       // where the answer comes at once, however busy the machine is
)

// lab is a gateway behind real TLS, with a centre and maybe a module behind it.
type lab struct {
	t            *testing.T
	url, control string
	fingerprint  string
	central      string // control API of the centre
	now          time.Time
	client       *gateway.Client
}

// newLab starts a gateway that offers the versions up to api.
func newLab(t *testing.T, api int, module string) *lab {
	l := &lab{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	log := slog.New(slog.DiscardHandler)
	now := func() time.Time { return l.now }
	centre, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: now, Log: log})
	require.NoError(t, err)
	centreServer, centreControl := httptest.NewServer(centre.Handler()), httptest.NewServer(centre.Control())
	g := gatewaysim.New(gatewaysim.Options{Central: centreServer.URL, Token: "key", Module: module, Login: "kassa", Password: password, API: api, Now: now, Log: log})
	cert, fingerprint, err := gatewaysim.NewCertificate(time.Now())
	require.NoError(t, err)
	server, control := httptest.NewUnstartedServer(g.Handler()), httptest.NewServer(g.Control())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	for _, s := range []*httptest.Server{server, control, centreServer, centreControl} {
		t.Cleanup(s.Close)
		t.Cleanup(s.CloseClientConnections)
	}
	t.Cleanup(g.Close)
	l.url, l.control, l.fingerprint, l.central = server.URL, control.URL, fingerprint, centreControl.URL
	l.client = l.newClient()
	return l
}

func (l *lab) newClient(change ...func(*gateway.Settings)) *gateway.Client {
	return newClient(l.t, l.url, append([]func(*gateway.Settings){func(s *gateway.Settings) { s.Fingerprint = l.fingerprint }}, change...)...)
}

func newClient(t *testing.T, url string, change ...func(*gateway.Settings)) *gateway.Client {
	s := settings(url)
	for _, f := range change {
		f(&s)
	}
	c := gateway.New(s, slog.New(slog.DiscardHandler))
	t.Cleanup(c.CloseIdle)
	return c
}

func settings(url string) gateway.Settings {
	return gateway.Settings{
		URL: url, Timeout: ample, Now: time.Now,
		Client: gateway.ClientInfo{Name: "Kassa", Version: "1.0", ID: "11111111-2222-4333-8444-555555555555", Token: func() string { return token }},
	}
}

func (l *lab) faults(body string) { l.send(http.MethodPost, l.control+"/lab/faults", body) }

func (l *lab) send(method, url, body string) {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), method, url, strings.NewReader(body))
	require.NoError(l.t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(l.t, err)
	defer resp.Body.Close()
	require.Equal(l.t, http.StatusOK, resp.StatusCode)
}

func code(t *testing.T) marking.MarkingCode {
	t.Helper()
	s, err := marking.Parse([]byte(km))
	require.NoError(t, err)
	require.Equal(t, km, s.Code.KM())
	return s.Code
}

// module answers outCheck and status as ЛМ ЧЗ does (marking-check §4.4).
func module(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v2/cis/outCheck":
			body, _ := io.ReadAll(r.Body)
			login, pass, _ := r.BasicAuth()
			if login != "kassa" || pass != password || !json.Valid(body) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			fmt.Fprint(w, `{"results":[{"code":0,"description":"ok","reqId":"7c0a0000-0000-4000-8000-000000000001","reqTimestamp":1795300001500,
				"inst":"0f1e2d3c-4b5a-4678-9abc-def012345678","version":"a1b2c3d4-0000-4111-8222-333344445555",
				"codes":[{"cis":"x","gtin":"04600000000015","isBlocked":true,"isGreyGtin":true,"sold":false,"mrp":null,"smp":15300}]}]}`)
		case "/api/v2/status":
			fmt.Fprint(w, `{"version":"2.1.0-627","status":"ready","lastSync":1795299990000}`)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestEveryVersionOfTheProtocolIsFoundAndGivesTheSameFacts(t *testing.T) {
	yes, no := true, false
	mrp := money.Kopecks(20500)
	for api := 1; api <= 3; api++ {
		t.Run(fmt.Sprint("version ", api), func(t *testing.T) {
			l := newLab(t, api, "")
			l.send(http.MethodPut, l.central+"/lab/codes", `[{"cis":"`+ki+`","groupIds":[15],"isBlocked":true,"ogvs":["RAR"],"mrp":20500,"expireDate":"2027-03-01T00:00:00.000Z"}]`)
			for _, c := range []*gateway.Client{l.client, l.newClient(func(s *gateway.Settings) { s.API = api })} {
				a := c.Check(t.Context(), marking.Query{Code: code(t), Group: marking.Beer})
				require.True(t, a.Answered(), a.Detail)
				require.Regexp(t, `^[0-9a-f-]{36}$`, a.ReqID)
				require.Equal(t, l.now.UnixMilli(), a.ReqTimestamp)
				require.Positive(t, a.Latency)
				require.Contains(t, a.Sent, `"client_info":{"name":"Kassa"`)
				require.Contains(t, a.Got, a.ReqID)
				a.ReqID, a.ReqTimestamp, a.Latency, a.Sent, a.Got = "", 0, 0, "", ""
				require.Equal(t, marking.OnlineAnswer{
					Path: marking.PathGateway, Site: strings.TrimPrefix(l.url, "https://"),
					Found: &yes, Valid: &yes, Verified: &yes, Realizable: &yes, Utilised: &yes, Blocked: &yes, Sold: &no,
					Groups: []marking.ProductGroup{marking.Beer}, Authorities: []string{"RAR"}, MRP: &mrp, ExpireDate: "2027-03-01T00:00:00.000Z",
				}, a)
			}
		})
	}
}

func TestAnAnswerFromTheGatewaysModuleIsMarkedOffline(t *testing.T) {
	for api := 1; api <= 3; api++ {
		t.Run(fmt.Sprint("version ", api), func(t *testing.T) {
			l := newLab(t, api, module(t))
			l.send(http.MethodPost, l.central+"/lab/faults", `{"status":500}`)
			a := l.client.Check(t.Context(), marking.Query{Code: code(t)})
			require.True(t, a.Answered(), a.Detail)
			require.True(t, a.Offline)
			require.Equal(t, "0f1e2d3c-4b5a-4678-9abc-def012345678", a.Inst)
			require.Equal(t, "a1b2c3d4-0000-4111-8222-333344445555", a.Version)
			require.EqualValues(t, 1795300001500, a.ReqTimestamp)
			require.True(t, *a.Blocked)
			require.False(t, *a.Sold)
			require.False(t, *a.Found, "passed on as it came; the decision leaves it out")
			require.Equal(t, money.Kopecks(15300), *a.SMP)
			require.Nil(t, a.MRP)
			if api > 1 { // version 1 has no such member
				require.True(t, *a.GreyGTIN)
			}
		})
	}
}

func TestEveryRefusalIsAFault(t *testing.T) {
	l := newLab(t, 3, "")
	for _, c := range []struct {
		name      string
		faults    string
		want      marking.Fault
		detail    string
		emergency bool
	}{
		{name: "a slow answer", faults: `{"delay_ms":20}`, want: marking.FaultNone},
		{name: "no answer ever", faults: `{"blackhole":true}`, want: marking.FaultTimeout},
		{name: "an answer too late", faults: `{"delay_ms":60000}`, want: marking.FaultTimeout},
		{name: "a byte now and then", faults: `{"drip":true}`, want: marking.FaultTimeout},
		{name: "an emergency", faults: `{"status":203}`, want: marking.FaultNone, emergency: true},
		{name: "an emergency inside of an answer", faults: `{"body_code":203}`, want: marking.FaultNone, emergency: true},
		{name: "a request that it does not like", faults: `{"status":400}`, want: marking.FaultBadRequest},
		{name: "no licence", faults: `{"status":403}`, want: marking.FaultUnauthorised, detail: "licence"},
		{name: "no licence inside of an answer", faults: `{"body_code":403}`, want: marking.FaultUnauthorised, detail: "licence"},
		{name: "a method that is not there", faults: `{"status":404}`, want: marking.FaultBadRequest},
		{name: "a failing gateway", faults: `{"status":500}`, want: marking.FaultServer},
		{name: "a gateway without its source", faults: `{"status":504}`, want: marking.FaultServer},
		{name: "nobody behind it answered", faults: `{"status":514}`, want: marking.FaultTimeout, detail: "neither"},
		{name: "nobody behind it answered, inside of an answer", faults: `{"body_code":514}`, want: marking.FaultTimeout, detail: "neither"},
		{name: "a silent issuer inside of an answer", faults: `{"body_code":5000}`, want: marking.FaultOutside},
		{name: "an error that nobody knows inside of an answer", faults: `{"body_code":7}`, want: marking.FaultGarbage},
		{name: "no content", faults: `{"status":204}`, want: marking.FaultGarbage},
		{name: "no JSON", faults: `{"garbage":true}`, want: marking.FaultGarbage},
		{name: "a reset connection", faults: `{"reset":true}`, want: marking.FaultUnreachable},
		{name: "a redirect", faults: `{"status":302}`, want: marking.FaultGarbage},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.faults(`{}`)
			_, err := l.client.Info(t.Context()) // the version is known, a 404 may have made it unknown
			require.NoError(t, err)
			l.faults(c.faults)
			a := checkWanting(t, l.client, c.want)
			require.Equal(t, c.emergency, a.Emergency)
			require.Equal(t, c.want == marking.FaultNone && !c.emergency, a.Answered())
			require.Equal(t, c.want == marking.FaultNone, a.Detail == "", a.Detail)
			require.Contains(t, a.Detail, c.detail)
			require.NotEmpty(t, a.Sent, "what was asked is evidence")
		})
	}
}

// checkWanting checks one code and wants a fault. Where the fault is silence the check must end with its
// context: at most late after another waiter of the same context was woken, so that a busy machine is not
// taken for a slow client.
func checkWanting(t *testing.T, c *gateway.Client, want marking.Fault) marking.OnlineAnswer {
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
	if ctx.Err() != nil {
		require.Equal(t, marking.FaultTimeout, want)
		require.Less(t, end.Sub(<-over), late)
	}
	return a
}

func TestASelfSignedGatewayMustBeTheTrustedOne(t *testing.T) {
	l := newLab(t, 3, "")
	cert, err := gateway.Certificate(t.Context(), gateway.Settings{URL: l.url})
	require.NoError(t, err)
	require.Equal(t, l.fingerprint, gateway.Fingerprint(cert))
	require.Contains(t, cert.Subject.CommonName, "имитатор")

	var colons []string
	for i := 0; i < len(l.fingerprint); i += 2 {
		colons = append(colons, strings.ToUpper(l.fingerprint[i:i+2]))
	}
	other := strings.Repeat("0", 62) + l.fingerprint[62:]
	for name, c := range map[string]struct {
		pin  string
		want marking.Fault
	}{
		"as it was printed":       {l.fingerprint, marking.FaultNone},
		"as browsers print it":    {strings.Join(colons, ":"), marking.FaultNone},
		"of another certificate":  {other, marking.FaultUnreachable},
		"none: the roots decide":  {"", marking.FaultUnreachable},
		"of another length":       {l.fingerprint[:40], marking.FaultNotBound},
		"that is no hex":          {strings.Repeat("x", 64), marking.FaultNotBound},
		"with one digit too many": {l.fingerprint + "0", marking.FaultNotBound},
	} {
		t.Run(name, func(t *testing.T) {
			g := newClient(t, l.url, func(s *gateway.Settings) { s.Fingerprint = c.pin })
			a := g.Check(t.Context(), marking.Query{Code: code(t)})
			require.Equal(t, c.want, a.Fault, a.Detail)
		})
	}
}

func TestSettingsOfNoUseAskNobody(t *testing.T) {
	for name, change := range map[string]func(*gateway.Settings){
		"no address":                 func(s *gateway.Settings) { s.URL = "" },
		"an address without scheme":  func(s *gateway.Settings) { s.URL = "gateway.example" },
		"an address with a password": func(s *gateway.Settings) { s.URL = "https://user:secret@gateway.example" },
		"another protocol":           func(s *gateway.Settings) { s.URL = "ftp://127.0.0.1" },
		"http over the network":      func(s *gateway.Settings) { s.URL = "http://192.0.2.1:51401" },
		"a version to come":          func(s *gateway.Settings) { s.API = 4 },
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, "https://127.0.0.1:1", change)
			a := c.Check(t.Context(), marking.Query{Code: code(t)})
			require.Equal(t, marking.FaultNotBound, a.Fault)
			require.NotEmpty(t, a.Detail)
			require.NotContains(t, a.Detail, "secret")
			_, err := c.Info(t.Context())
			require.Equal(t, marking.FaultNotBound, fault(t, err))
		})
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	allowed := newClient(t, strings.Replace(closed.URL, "127.0.0.1", "localhost", 1), func(s *gateway.Settings) { s.AllowHTTP = true })
	require.Equal(t, marking.FaultUnreachable, allowed.Check(t.Context(), marking.Query{Code: code(t)}).Fault)
	require.Equal(t, marking.FaultBadRequest, allowed.Check(t.Context(), marking.Query{}).Fault, "no code, no question")
}

// fault takes the fault out of an error of Info.
func fault(t *testing.T, err error) marking.Fault {
	t.Helper()
	var failed *gateway.Error
	require.True(t, errors.As(err, &failed), "%v", err)
	return failed.Fault
}

func TestOneConnectionServesAReceipt(t *testing.T) {
	l := newLab(t, 3, "")
	var dialled atomic.Int64
	c := l.newClient(func(s *gateway.Settings) { s.Dial = counting(&dialled) })
	check := func() {
		a := c.Check(t.Context(), marking.Query{Code: code(t)})
		require.True(t, a.Answered(), a.Detail)
	}
	check()
	check()
	require.EqualValues(t, 1, dialled.Load(), "the codes of a receipt share a connection")
	c.CloseIdle()
	check()
	require.EqualValues(t, 2, dialled.Load(), "the next receipt opens a new one")
}

func TestTokenAndCodeStayOutOfLogsAndTheTokenOutOfTheEvidence(t *testing.T) {
	var text bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
	encoded := base64.StdEncoding.EncodeToString([]byte(km))
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.HasSuffix(r.URL.Path, "info") {
			fmt.Fprint(w, `{"tspiotId":"1"}`)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"code": 400, "message": fmt.Sprint("\n"+strings.Repeat("x", 100), km, ki, string(body))})
	}))
	defer echo.Close()
	l := newLab(t, 3, "")
	details, evidence := "", ""
	for _, url := range []string{echo.URL, l.url, "http://127.0.0.1:1", "no url"} {
		s := settings(url)
		s.Fingerprint = l.fingerprint
		c := gateway.New(s, log)
		a := c.Check(t.Context(), marking.Query{Code: code(t)})
		details += a.Detail
		evidence += a.Sent + a.Got
		c.CloseIdle()
	}
	require.NotContains(t, details, "\n", "what a gateway says stays on one line")
	require.Contains(t, text.String(), "04600000000015/5Ab…")
	for _, secret := range []string{token, token[:8], "93Zz9Q", "5AbC", encoded} {
		require.NotContains(t, text.String(), secret)
		require.NotContains(t, details, secret)
	}
	require.Contains(t, evidence, encoded, "the evidence is whole but for the token")
	require.NotContains(t, evidence, token)
}
