package centralsim_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFaultsActOnTheCheckUntilTheyAreCleared(t *testing.T) {
	w := newWorld(t)
	check := func() (int, []byte) {
		return send(t, http.MethodPost, w.url+"/api/v4/true-api/codes/check", `{"codes":["`+ki+`"]}`, "X-API-KEY", "k", "Content-Type", "application/json")
	}
	for _, c := range []struct {
		faults string
		status int
		code   float64
	}{
		{`{"status":500}`, 500, 500},
		{`{"status":500,"body_code":5000}`, 500, 5000},
		{`{"body_code":404}`, 200, 404},
		{`{"status":203}`, 203, 203},
		{`{"status":401,"on":"check"}`, 401, 401},
		{`{"delay_ms":1}`, 200, 0},
	} {
		w.lab(http.MethodPost, "/lab/faults", c.faults)
		status, data := check()
		require.Equal(t, c.status, status, c.faults)
		require.Equal(t, c.code, object(t, data)["code"], c.faults)
		status, _ = send(t, http.MethodGet, w.url+"/feed/v1/keys", "")
		require.Equal(t, 200, status, "the rest is well")
	}
	w.lab(http.MethodPost, "/lab/faults", `{"garbage":true}`)
	status, data := check()
	require.Equal(t, 200, status)
	require.False(t, json.Valid(data))

	w.lab(http.MethodPost, "/lab/faults", `{"status":503,"on":"all"}`)
	for _, path := range []string{"/feed/v1/keys", "/feed/v1/blocked_cis/head", "/api/v4/true-api/cdn/info"} {
		status, _ = send(t, http.MethodGet, w.url+path, "", "X-API-KEY", "k")
		require.Equal(t, 503, status, path)
	}
	w.lab(http.MethodPost, "/lab/faults", `{}`)
	status, _ = check()
	require.Equal(t, 200, status)
}

func TestAFaultMayHitOneMethodAlone(t *testing.T) {
	w := newWorld(t)
	const api = "/api/v4/true-api/"
	for _, c := range []struct{ on, hit string }{{"check", "codes/check"}, {"info", "cdn/info"}, {"health", "cdn/health/check"}} {
		t.Run(c.on, func(t *testing.T) {
			w.lab(http.MethodPost, "/lab/faults", `{"status":503,"on":"`+c.on+`"}`)
			for _, path := range []string{"codes/check", "cdn/info", "cdn/health/check"} {
				method, body, want := http.MethodGet, "", 200
				if path == "codes/check" {
					method, body = http.MethodPost, `{"codes":["x"]}`
				}
				if path == c.hit {
					want = 503
				}
				status, _ := send(t, method, w.url+api+path, body, "X-API-KEY", "k", "Content-Type", "application/json")
				require.Equal(t, want, status, path)
			}
		})
	}
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{"status":42}`, `{"status":600}`, `{"delay_ms":-1}`, `{"on":"feed"}`, `{"drip":1}`, `[]`, ``} {
		status, data := send(t, http.MethodPost, w.control+"/lab/faults", body)
		require.Equal(t, http.StatusBadRequest, status, "%q: %s", body, data)
	}
}

func TestResetIsARealReset(t *testing.T) {
	w := newWorld(t)
	w.lab(http.MethodPost, "/lab/faults", `{"reset":true}`)
	conn := dialCheck(t, w)
	_, err := conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, syscall.ECONNRESET)
}

func TestABlackHoleTakesTheRequestAndIsSilent(t *testing.T) {
	w := newWorld(t)
	w.lab(http.MethodPost, "/lab/faults", `{"blackhole":true}`)
	conn := dialCheck(t, w)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err := conn.Read(make([]byte, 1))
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	require.True(t, timeout.Timeout())
}

func TestADripSendsItsAnswerByteByByte(t *testing.T) {
	w := newWorld(t)
	w.lab(http.MethodPost, "/lab/faults", `{"drip":true}`)
	conn := dialCheck(t, w)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.Equal(t, 200, resp.StatusCode)
	first := make([]byte, 8)
	n, err := resp.Body.Read(first)
	require.NoError(t, err)
	require.Equal(t, "{", string(first[:n]))
	require.NoError(t, conn.Close(), "closing the body would wait for the rest")
}

func TestRequestsAreRememberedWithTokensAndCodesMasked(t *testing.T) {
	w := newWorld(t)
	w.check(km, "hello", pack)
	w.lab(http.MethodPost, "/lab/faults", `{"status":500}`)
	_, _ = send(t, http.MethodPost, w.url+"/api/v4/true-api/codes/check", `{}`, "X-API-KEY", "short", "Content-Type", "application/json")
	_, _ = send(t, http.MethodGet, w.url+"/feed/v1/keys", "")

	data := w.lab(http.MethodGet, "/lab/requests", "")
	var got []map[string]any
	require.NoError(t, json.Unmarshal(data, &got))
	at := w.now.Format(time.RFC3339)
	require.Equal(t, []map[string]any{
		{"time": at, "method": "POST", "path": "/api/v4/true-api/codes/check", "token": "…cdef",
			"codes": []any{"04600000000015/5Ab…", "…", "04600000000022/5kT…"}, "status": 200.0, "duration_ms": 0.0},
		{"time": at, "method": "POST", "path": "/api/v4/true-api/codes/check", "token": "…", "status": 500.0, "duration_ms": 0.0},
		{"time": at, "method": "GET", "path": "/feed/v1/keys", "status": 200.0, "duration_ms": 0.0},
	}, got)
	require.NotContains(t, string(data), "93Zz9Q")
	require.NotContains(t, string(data), "0123456789abcdef")
}

func TestOnlyTheLastRequestsAreRemembered(t *testing.T) {
	w := newWorld(t)
	central, err := w.open()
	require.NoError(t, err)
	handler := central.Handler()
	for i := range 1100 {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, fmt.Sprintf("/%d", i), nil)
		require.NoError(t, err)
		handler.ServeHTTP(discard{}, req)
	}
	answer := &kept{}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "/lab/requests", nil)
	require.NoError(t, err)
	central.Control().ServeHTTP(answer, req)
	var got []map[string]any
	require.NoError(t, json.Unmarshal([]byte(answer.String()), &got))
	require.Len(t, got, 1000)
	require.Equal(t, "/100", got[0]["path"])
	require.Equal(t, "/1099", got[999]["path"])
}

// dialCheck sends one check on a connection of its own.
func dialCheck(t *testing.T, w *world) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	body := `{"codes":["` + ki + `"]}`
	_, err = fmt.Fprintf(conn, "POST /api/v4/true-api/codes/check HTTP/1.1\r\nHost: central\r\nX-API-KEY: k\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	require.NoError(t, err)
	return conn
}

// discard is an answer that nobody reads.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) WriteHeader(int)             {}
func (discard) Write(p []byte) (int, error) { return io.Discard.Write(p) }

// kept is an answer kept as text.
type kept struct{ strings.Builder }

func (*kept) Header() http.Header { return http.Header{} }
func (*kept) WriteHeader(int)     {}
