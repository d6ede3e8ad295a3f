package devicesim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFaultsAndStateGoOverHTTP(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("50", cashier, le(50000, 5))
	server := httptest.NewServer(b.sim.Control())
	defer server.Close()
	state := func() map[string]any {
		answer, err := http.Get(server.URL + "/lab/state")
		require.NoError(t, err)
		defer answer.Body.Close()
		require.Equal(t, http.StatusOK, answer.StatusCode)
		var got map[string]any
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&got))
		return got
	}
	post := func(body string) (int, string) {
		answer, err := http.Post(server.URL+"/lab/faults", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	got := state()
	for member, want := range map[string]any{
		"mode": 2.0, "submode": 0.0, "shift": 1.0, "shift_open": true, "last_document": 2.0, "cash_kopecks": 50000.0,
		"drive": "9999000000000001", "unsent": 1.0, "receipt_open": false, "model": "ИМИТАТОР ШТРИХ-М", "power": true,
	} {
		require.Equal(t, want, got[member], member)
	}
	require.NotEmpty(t, got["slip"])

	status, _ := post(`{"drop_reply":"FF45","drop_after_bytes":3,"paper_out":true,"nak":2,"slow_ms":10}`)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, map[string]any{"drop_reply": "FF45", "drop_after_bytes": 3.0, "paper_out": true, "nak": 2.0, "slow_ms": 10.0}, state()["faults"])
	require.EqualValues(t, 1, state()["submode"])
	status, _ = post(`{"power_off":true}`)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, map[string]any{"power_off": true}, state()["faults"], "each set replaces the whole")
	status, _ = post(`{}`)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, true, state()["power"])

	for _, bad := range []string{
		`{"nack":1}`, `{"nak":-1}`, `{"drop_reply":"close"}`, `{"refuse":{"command":"FF46","code":"XX"}}`, `{"refuse":{"code":"4E"}}`,
		`{"slow_ms":99999999}`, `{"drop_after_bytes":-1}`, `{} {}`, ``, `[]`,
	} {
		status, text := post(bad)
		require.Equal(t, http.StatusBadRequest, status, bad)
		require.Contains(t, text, `"error"`, bad)
	}
	require.Empty(t, state()["faults"], "a bad set changes nothing")
}

// postFaults calls the control API without a socket.
func postFaults(t *testing.T, handler http.Handler, body []byte) (int, string) {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/lab/faults", bytes.NewReader(body)))
	return answer.Code, answer.Body.String()
}
