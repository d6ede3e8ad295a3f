package faultsim_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/sync/faultsim"
)

// service is an honest service with faults, behind a real socket.
type service struct {
	t            *testing.T
	url, control string
}

func newService(t *testing.T) service {
	box := faultsim.New(func(w http.ResponseWriter, status, code int) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "refused %d", code)
	}, faultsim.Method{Name: "check", Is: func(path string) bool { return path == "/check" }},
		faultsim.Method{Name: "info", Is: func(path string) bool { return path == "/info" }})
	honest := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "honest %s", body)
	})
	server, control := httptest.NewServer(box.Inject(honest)), httptest.NewServer(http.HandlerFunc(box.Control))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections) // a black hole does not end by itself
	t.Cleanup(control.Close)
	return service{t, server.URL, control.URL}
}

func (s service) set(faults string) (status int) {
	s.t.Helper()
	resp, err := http.Post(s.control, "application/json", strings.NewReader(faults))
	require.NoError(s.t, err)
	require.NoError(s.t, resp.Body.Close())
	return resp.StatusCode
}

func (s service) ask(ctx context.Context, path string) (status int, body string, err error) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, strings.NewReader("q"))
	require.NoError(s.t, err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

func TestFaultsActUntilTheyAreReplaced(t *testing.T) {
	s := newService(t)
	for _, c := range []struct {
		faults, path string
		status       int
		body         string
	}{
		{`{"status":500}`, "/check", 500, "refused 500"},
		{`{"status":500,"body_code":5000}`, "/check", 500, "refused 5000"},
		{`{"body_code":404}`, "/check", 200, "refused 404"},
		{`{"status":203}`, "/check", 203, "refused 203"},
		{`{"status":500}`, "/other", 200, "honest q"},
		{`{"status":500,"on":"check"}`, "/check", 500, "refused 500"},
		{`{"status":500,"on":"info"}`, "/check", 200, "honest q"},
		{`{"status":500,"on":"info"}`, "/info", 500, "refused 500"},
		{`{"status":500,"on":"all"}`, "/other", 500, "refused 500"},
		{`{"delay_ms":1}`, "/check", 200, "honest q"},
		{`{}`, "/check", 200, "honest q"},
	} {
		require.Equal(t, 200, s.set(c.faults))
		status, body, err := s.ask(t.Context(), c.path)
		require.NoError(t, err)
		require.Equal(t, c.status, status, c.faults)
		require.Equal(t, c.body, body, c.faults)
	}
	require.Equal(t, 200, s.set(`{"garbage":true}`))
	_, body, err := s.ask(t.Context(), "/check")
	require.NoError(t, err)
	require.Contains(t, body, "<html>")
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	s := newService(t)
	for _, body := range []string{`{"status":42}`, `{"status":600}`, `{"delay_ms":-1}`, `{"on":"feed"}`, `{"drip":1}`, `[]`, ``, `{}{}`} {
		require.Equal(t, http.StatusBadRequest, s.set(body), body)
	}
}

func TestAResetIsAReset(t *testing.T) {
	s := newService(t)
	s.set(`{"reset":true}`)
	_, _, err := s.ask(t.Context(), "/check")
	require.ErrorIs(t, err, syscall.ECONNRESET)
}

func TestABlackHoleAndADripEndWithTheirClient(t *testing.T) {
	s := newService(t)
	for _, faults := range []string{`{"blackhole":true}`, `{"drip":true}`} {
		s.set(faults)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, _, err := s.ask(ctx, "/check")
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded, faults)
	}
}

func TestADripIsTheWholeAnswer(t *testing.T) {
	s := newService(t)
	s.set(`{"drip":true}`)
	_, body, err := s.ask(t.Context(), "/check")
	require.NoError(t, err)
	require.Equal(t, "honest q", body)
}
