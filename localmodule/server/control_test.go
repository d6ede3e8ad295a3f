package server_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"kassa/app/feed"
	"kassa/localmodule/api"
	"kassa/localmodule/server"
	"kassa/localmodule/upstream"

	"github.com/stretchr/testify/require"
)

func TestControlSyncsAndReportsBesideTheServer(t *testing.T) {
	s := newShop(t, asIs)
	dir := s.cache.Dir()
	_, err := server.Dial(dir)
	require.ErrorIs(t, err, server.ErrNotRunning)

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	listening, err := s.server.OpenControl()
	require.NoError(t, err)
	go func() { ended <- listening.Serve(ctx) }()
	path := filepath.Join(dir, server.ControlFile)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	control, err := server.Dial(dir)
	require.NoError(t, err)
	s.centre.Publish([]string{feed.Canonical(gtinA, "5AbC!d9")}, nil)
	var phases []string
	result, err := control.Sync(t.Context(), false, func(p upstream.Progress) { phases = append(phases, p.Phase) })
	require.NoError(t, err)
	require.True(t, result.Lists[0].Changed)
	require.Subset(t, phases, []string{"download", "build"})
	require.True(t, s.check(free).Codes[0].IsBlocked, "the new version answers when sync returns")

	s.centre.Spoil(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(500); return true })
	_, err = control.Sync(t.Context(), true, func(upstream.Progress) {})
	require.ErrorContains(t, err, "answered 500")
	st, err := control.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, api.StatusReady, st.Status)
	require.Contains(t, st.LastError, "answered 500")
	_, text := s.call("GET", api.PathStatus, "")
	require.NotContains(t, text, "answered 500", "strangers do not see errors")

	// A stranger on the computer knows the port but not the secret.
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var known struct{ Address, Secret string }
	require.NoError(t, json.Unmarshal(data, &known))
	resp, err := http.Post("http://"+known.Address+"/sync", "", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, 403, resp.StatusCode)

	stop()
	require.NoError(t, <-ended)
	require.NoFileExists(t, path)
	_, err = control.Status(t.Context())
	require.ErrorIs(t, err, server.ErrNotRunning)
}

func TestAModuleWithoutAnUpstreamSaysSo(t *testing.T) {
	s := newShop(t, asIs)
	alone := server.New(server.Settings{Cache: s.cache, Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	listening, err := alone.OpenControl()
	require.NoError(t, err)
	go func() { ended <- listening.Serve(ctx) }()
	control, err := server.Dial(s.cache.Dir())
	require.NoError(t, err)
	_, err = control.Sync(t.Context(), false, func(upstream.Progress) {})
	require.ErrorIs(t, err, server.ErrNoUpstream)
	stop()
	require.NoError(t, <-ended)
}
