package gatewaysim_test

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/sync/gatewaysim"
)

const (
	km   = "0104600000000015215AbC!d9\x1d93Zz9Q"
	ki   = "0104600000000015215AbC!d9"
	pack = "046000000000225kT7!aZAC=UabcD" // a pack of tobacco: its КИ is the first 21 characters
)

// world is a gateway with a centre and a module that answer what a test says.
type world struct {
	t               *testing.T
	url, control    string
	centre, module  http.HandlerFunc
	centreBody      string // that was asked
	moduleBody      string
	moduleDrive     string
	moduleAuth      bool
	centralAPIToken string
}

func newWorld(t *testing.T, api int) *world {
	w := &world{t: t, centre: answer(200, onlineAnswer), module: answer(200, moduleAnswer)}
	centre := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.centreBody, w.centralAPIToken = string(body), r.Header.Get("X-API-KEY")
		w.centre(rw, r)
	}))
	module := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v2/status" {
			fmt.Fprint(rw, `{"version":"2.1.0-627","status":"ready","lastSync":1795299990000}`)
			return
		}
		body, _ := io.ReadAll(r.Body)
		login, password, _ := r.BasicAuth()
		w.moduleBody, w.moduleDrive, w.moduleAuth = string(body), r.Header.Get("X-ClientId"), login == "l" && password == "p"
		w.module(rw, r)
	}))
	g := gatewaysim.New(gatewaysim.Options{
		Central: centre.URL, Token: "key", Module: module.URL, Login: "l", Password: "p", API: api,
		Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }, Log: slog.New(slog.DiscardHandler),
	})
	server, control := httptest.NewServer(g.Handler()), httptest.NewServer(g.Control())
	for _, s := range []*httptest.Server{server, control, centre, module} {
		t.Cleanup(s.Close)
		t.Cleanup(s.CloseClientConnections)
	}
	t.Cleanup(g.Close)
	w.url, w.control = server.URL, control.URL
	return w
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

const (
	onlineAnswer = `{"code":0,"description":"ok","codes":[{"cis":"x","found":true,"mrp":20500,"new":{"x":1}}],"reqId":"5d0c1c0e","reqTimestamp":1795300000123}`
	moduleAnswer = `{"results":[{"code":0,"description":"ok","reqId":"7c0a","reqTimestamp":1795300001500,"inst":"0f1e","version":"a1b2",
		"codes":[{"cis":"` + ki + `","gtin":"04600000000015","isBlocked":true,"isGreyGtin":true,"sold":false,"smp":15300}]}]}`
)

// ask gives status and answer.
func (w *world) ask(method, path, body string) (int, map[string]any) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	require.NoError(w.t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	var v map[string]any
	_ = json.Unmarshal(data, &v) // not every refusal is JSON
	return resp.StatusCode, v
}

func request(codes string) string {
	return `{"codes":[` + codes + `],"client_info":{"name":"Kassa","version":"1.0","id":"11111111-2222-4333-8444-555555555555","token":""}}`
}

func text(code string) string { return `"` + base64.StdEncoding.EncodeToString([]byte(code)) + `"` }

func TestTheCentresWordIsPassedOn(t *testing.T) {
	w := newWorld(t, 3)
	status, got := w.ask(http.MethodPost, "/api/v3/codes/check", request(`{"cis":`+text(km)+`,"pg":15}`))
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"codes":["0104600000000015215AbC!d9\u001d93Zz9Q"],"fiscalDriveNumber":"9999078900000001"}`, w.centreBody)
	require.Equal(t, "key", w.centralAPIToken)
	body, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, `{"codesResponse":[{"code":0,"description":"ok","codes":[{"cis":"x","found":true,"mrp":20500,"new":{"x":1}}],
		"reqId":"5d0c1c0e","reqTimestamp":1795300000123,"isCheckedOffline":false}]}`, string(body))

	status, got = w.ask(http.MethodPost, "/api/v1/codes/check", request(text(km)))
	require.Equal(t, 200, status)
	inner := got["codesResponse"].(map[string]any)["codesResponse"].([]any)[0].(map[string]any)
	require.Equal(t, "1795300000123", inner["reqTimestamp"], "64 bits are text in version 1")
	require.EqualValues(t, 20500, inner["codes"].([]any)[0].(map[string]any)["mrp"], "32 bits are not")
}

func TestTheModulesWordComesWhenTheCentreHasNone(t *testing.T) {
	w := newWorld(t, 3)
	w.centre = answer(500, `{"code":5000}`)
	status, got := w.ask(http.MethodPost, "/api/v2/codes/check", request(text(km)))
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"cis_list":[{"cis":"`+ki+`"}]}`, w.moduleBody)
	require.True(t, w.moduleAuth)
	require.Equal(t, "9999078900000001", w.moduleDrive)
	body, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, `{"codesResponse":[{"code":0,"description":"ok","reqId":"7c0a","reqTimestamp":1795300001500,"inst":"0f1e","version":"a1b2","isCheckedOffline":true,
		"codes":[{"cis":"`+ki+`","printView":"`+ki+`","gtin":"04600000000015","isBlocked":true,"isGreyGtin":true,"sold":false,"smp":15300,
		"found":false,"valid":false,"verified":false,"realizable":false,"utilised":false,"groupIds":[],"ogvs":[]}]}]}`, string(body))

	_, got = w.ask(http.MethodPost, "/api/v3/codes/check", request(`{"cis":`+text(pack)+`,"pg":3}`))
	require.NotNil(t, got["codesResponse"])
	require.JSONEq(t, `{"cis_list":[{"cis":"`+pack[:21]+`","pg":3}]}`, w.moduleBody)
}

func TestStatusesOfTheGateway(t *testing.T) {
	w := newWorld(t, 3)
	check := func() (int, any) {
		status, got := w.ask(http.MethodPost, "/api/v2/codes/check", request(text(km)))
		return status, got["code"]
	}
	w.centre = answer(203, ``)
	status, code := check()
	require.Equal(t, 203, status)
	require.EqualValues(t, 203, code)
	w.centre = answer(200, `{"code":500}`)
	w.module = answer(400, `{"errorCode":4045}`)
	status, code = check()
	require.Equal(t, 514, status)
	require.EqualValues(t, 514, code)
	for _, module := range []string{`{"results":[]}`, `{"results":[{"code":404}]}`, `{"results":["x"]}`, `[]`, ``} {
		w.module = answer(200, module)
		status, _ = check()
		require.Equal(t, 514, status, module)
	}
}

func TestASecondCheckBesideOneFindsTheDriveBusy(t *testing.T) {
	w := newWorld(t, 3)
	asked, end := make(chan struct{}), make(chan struct{})
	w.centre = func(rw http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-end
		fmt.Fprint(rw, onlineAnswer)
	}
	first := make(chan int, 1) // one status
	go func() {
		resp, err := http.Post(w.url+"/api/v2/codes/check", "application/json", strings.NewReader(request(text(km))))
		if err != nil {
			first <- 0
			return
		}
		_ = resp.Body.Close()
		first <- resp.StatusCode
	}()
	<-asked
	status, got := w.ask(http.MethodPost, "/api/v2/codes/check", request(text(km)))
	require.Equal(t, 407, status)
	require.EqualValues(t, 407, got["code"])
	close(end)
	require.Equal(t, 200, <-first)
}

func TestInfoOfEveryVersion(t *testing.T) {
	w := newWorld(t, 3)
	for path, method := range map[string]string{"/api/v1/info": http.MethodPost, "/api/v2/info": http.MethodGet, "/api/v3/info": http.MethodGet} {
		status, got := w.ask(method, path, `{}`)
		require.Equal(t, 200, status, path)
		require.Equal(t, "9999078900000001", got["fnSerial"])
		require.Equal(t, "7700000009", got["kktInn"])
		lm := got["lm"].(map[string]any)
		require.Equal(t, "ready", lm["status"])
		require.Equal(t, "2026-03-02T12:00:00Z", lm["expDate"])
		require.Equal(t, "127.0.0.1", lm["ip"])
		if path == "/api/v1/info" {
			require.Equal(t, "1800", got["codesCheckTimeout"])
			require.Equal(t, "1795299990000", lm["lastSync"])
		} else {
			require.EqualValues(t, 1800, got["codesCheckTimeout"])
			require.EqualValues(t, 1795299990000, lm["lastSync"])
		}
	}
	status, _ := w.ask(http.MethodGet, "/api/v1/info", ``)
	require.Equal(t, http.StatusMethodNotAllowed, status)
}

func TestOnlyTheOfferedVersionsAreThere(t *testing.T) {
	w := newWorld(t, 1)
	for path, want := range map[string]int{"/api/v1/info": 200, "/api/v2/info": 404, "/api/v3/info": 404, "/api/v2/codes/check": 404} {
		status, _ := w.ask(http.MethodPost, path, `{}`)
		require.Equal(t, want, status, path)
	}
}

func TestRequestsThatAreWrongAreRefused(t *testing.T) {
	w := newWorld(t, 3)
	for _, c := range []struct{ name, path, body string }{
		{"no JSON", "v2", `<xml>`},
		{"no codes", "v2", request(``)},
		{"too many", "v2", request(strings.TrimSuffix(strings.Repeat(`"eA==",`, 101), ","))},
		{"no base64", "v2", request(`"` + km[:20] + `!"`)},
		{"an empty code", "v2", request(`""`)},
		{"version 3's form in version 2", "v2", request(`{"cis":` + text(km) + `}`)},
		{"version 2's form in version 3", "v3", request(text(km))},
		{"nobody asks", "v2", `{"codes":[` + text(km) + `]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, got := w.ask(http.MethodPost, "/api/"+c.path+"/codes/check", c.body)
			require.Equal(t, 400, status)
			require.EqualValues(t, 400, got["code"])
			require.NotEmpty(t, got["message"])
		})
	}
}

func TestFaultsAreSetByTheControlAPI(t *testing.T) {
	w := newWorld(t, 3)
	for _, status := range []int{203, 407, 403, 500, 504, 514} {
		resp, err := http.Post(w.control+"/lab/faults", "application/json", strings.NewReader(fmt.Sprintf(`{"status":%d}`, status)))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		got, body := w.ask(http.MethodPost, "/api/v3/codes/check", request(`{"cis":`+text(km)+`}`))
		require.Equal(t, status, got)
		require.EqualValues(t, status, body["code"])
		got, _ = w.ask(http.MethodGet, "/api/v3/info", ``)
		require.Equal(t, 200, got, "info is well")
	}
}

func TestACertificateVouchesForItself(t *testing.T) {
	cert, fingerprint, err := gatewaysim.NewCertificate(time.Now())
	require.NoError(t, err)
	sum := sha256.Sum256(cert.Certificate[0])
	require.Equal(t, hex.EncodeToString(sum[:]), fingerprint)
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	defer s.Close()
	conn, err := tls.Dial("tcp", s.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	require.NoError(t, err)
	defer conn.Close()
	shown := conn.ConnectionState().PeerCertificates[0]
	require.Equal(t, cert.Certificate[0], shown.Raw)
	require.NoError(t, shown.CheckSignature(shown.SignatureAlgorithm, shown.RawTBSCertificate, shown.Signature), "signed by itself")
	require.NoError(t, shown.VerifyHostname("127.0.0.1"))
	_, other, err := gatewaysim.NewCertificate(time.Now())
	require.NoError(t, err)
	require.NotEqual(t, fingerprint, other, "made at each start")
}
