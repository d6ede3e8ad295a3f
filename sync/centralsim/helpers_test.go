package centralsim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/sync/centralsim"
)

const (
	ki   = "0104600000000015215AbC!d9"
	km   = ki + "\x1d93Zz9Q"
	pack = "046000000000225kT7!aZ"
)

// world is a central system behind real sockets, with a clock that the test moves.
type world struct {
	t            *testing.T
	dir          string
	now          time.Time
	url, control string
	stop         func()
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	w.start()
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) start() {
	w.t.Helper()
	central, err := w.open()
	require.NoError(w.t, err)
	server, control := httptest.NewServer(central.Handler()), httptest.NewServer(central.Control())
	w.url, w.control = server.URL, control.URL
	w.stop = func() {
		server.CloseClientConnections()
		server.Close()
		control.Close()
	}
}

func (w *world) open() (*centralsim.Central, error) {
	return centralsim.New(centralsim.Options{Dir: w.dir, Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler)})
}

func (w *world) restart() {
	w.stop()
	w.start()
}

// send gives the status and the body of an answer.
func send(t *testing.T, method, url, body string, header ...string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header[header[i]] = append(req.Header[header[i]], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, data
}

// lab calls the control API, which must accept.
func (w *world) lab(method, path, body string) []byte {
	w.t.Helper()
	status, data := send(w.t, method, w.control+path, body)
	require.Equal(w.t, http.StatusOK, status, "%s", data)
	return data
}

// check asks about codes and gives the whole answer.
func (w *world) check(codes ...string) map[string]any {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"codes": codes, "fiscalDriveNumber": "7380440700000001", "timeZone": 5})
	require.NoError(w.t, err)
	status, data := send(w.t, http.MethodPost, w.url+"/api/v4/true-api/codes/check", string(body),
		"X-API-KEY", "0123456789abcdef", "Content-Type", "application/json")
	require.Equal(w.t, http.StatusOK, status, "%s", data)
	return object(w.t, data)
}

func object(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.NewDecoder(bytes.NewReader(data)).Decode(&v), "%s", data)
	return v
}
