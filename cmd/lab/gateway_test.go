package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/cmd/internal/cli"
	"kassa/sync/centralsim"
	"kassa/sync/gateway"
)

func TestTheGatewayServesUntilItIsTold(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	central, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: time.Now, Log: log})
	require.NoError(t, err)
	centre := httptest.NewServer(central.Handler())
	defer centre.Close()
	scan, err := marking.Parse([]byte("0104600000000015215AbC!d9\x1d93Zz9Q"))
	require.NoError(t, err)
	for name, plain := range map[string]bool{"over TLS": false, "plain": true} {
		t.Run(name, func(t *testing.T) {
			args := []string{"gateway", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--central", centre.URL}
			if plain {
				args = append(args, "--plain")
			}
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
				code <- cli.Run(ctx, root, args, &stderr)
			}()
			lines := bufio.NewScanner(read)
			said := func(label string) string {
				require.True(t, lines.Scan())
				rest, ok := strings.CutPrefix(lines.Text(), label)
				require.True(t, ok, lines.Text())
				return rest
			}
			s := gateway.Settings{URL: said("listening on "), Now: time.Now, Timeout: time.Minute, Client: gateway.ClientInfo{Name: "Kassa", ID: "1"}}
			if plain {
				require.True(t, strings.HasPrefix(s.URL, "http://"), s.URL)
			} else {
				s.Fingerprint = said("fingerprint ")
			}
			control := said("control on ")
			g := gateway.New(s, log)
			defer g.CloseIdle()
			a := g.Check(t.Context(), marking.Query{Code: scan.Code})
			require.True(t, a.Answered(), a.Detail)
			require.False(t, *a.Found, "the centre knows no codes yet")

			resp, err := http.Post(control+"/lab/faults", "application/json", strings.NewReader(`{"status":403}`))
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, marking.FaultUnauthorised, g.Check(t.Context(), marking.Query{Code: scan.Code}).Fault)
			stop()
			require.Zero(t, <-code, stderr.String())
		})
	}
}

func TestTheGatewaySaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"a version that there is not", []string{"gateway", "--api", "4"}, 2},
		{"an address that is none", []string{"gateway", "--listen", "nowhere"}, 1},
		{"a control address that is none", []string{"gateway", "--listen", "127.0.0.1:0", "--control", "nowhere"}, 1},
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
