package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"kassa/cmd/internal/cli"
)

func TestCentralServesUntilItIsTold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "central")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	read, write := io.Pipe()
	code := make(chan int, 1) // the command ends once
	var stderr bytes.Buffer
	go func() {
		root := &cobra.Command{Use: "lab"}
		root.AddCommand(commands()...)
		root.SetOut(write)
		root.SetErr(&stderr)
		code <- cli.Run(ctx, root, []string{"central", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", dir}, &stderr)
	}()
	lines := bufio.NewScanner(read)
	require.True(t, lines.Scan())
	shops, ok := strings.CutPrefix(lines.Text(), "listening on ")
	require.True(t, ok, lines.Text())
	require.True(t, lines.Scan())
	control, ok := strings.CutPrefix(lines.Text(), "control on ")
	require.True(t, ok, lines.Text())

	require.Equal(t, http.StatusOK, get(t, ctx, shops+"/feed/v1/keys"))
	require.Equal(t, http.StatusOK, get(t, ctx, control+"/lab/requests"))
	require.Equal(t, http.StatusNotFound, get(t, ctx, shops+"/lab/requests"), "shops cannot reach the control API")
	require.FileExists(t, filepath.Join(dir, "feed-root.json"))

	// A request in a black hole does not keep the command from its end.
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, control+"/lab/faults", strings.NewReader(`{"blackhole":true,"on":"all"}`))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	swallowed := make(chan error, 1) // one request
	go func() {
		resp, err := http.Get(shops + "/feed/v1/keys")
		if err == nil {
			err = resp.Body.Close()
		}
		swallowed <- err
	}()
	stop()
	require.Zero(t, <-code, stderr.String())
	require.Error(t, <-swallowed)
}

func TestCentralSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"no folder", []string{"central"}, 2},
		{"a flag that there is not", []string{"central", "--data", t.TempDir(), "--colour", "red"}, 2},
		{"a folder that is a file", []string{"central", "--data", file}, 1},
		{"an address that is none", []string{"central", "--data", t.TempDir(), "--listen", "nowhere"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := &cobra.Command{Use: "lab"}
			root.AddCommand(commands()...)
			root.SetOut(io.Discard)
			var stderr bytes.Buffer
			require.Equal(t, c.code, cli.Run(t.Context(), root, c.args, &stderr))
			require.Regexp(t, `^error: [^\n]+\n$`, stderr.String())
		})
	}
}

func get(t *testing.T, ctx context.Context, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
