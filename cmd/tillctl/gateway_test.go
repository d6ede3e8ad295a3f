package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
	"kassa/cmd/internal/cli"
	"kassa/sync/gatewaysim"
)

// beside is a gateway behind real TLS, and a till's settings that name it.
type beside struct {
	t                    *testing.T
	file, url, control   string
	fingerprint          string
	moduleStatus, secret string
}

func newBeside(t *testing.T) *beside {
	b := &beside{t: t, file: filepath.Join(t.TempDir(), "till.yaml"), moduleStatus: "ready", secret: "module-password"}
	module := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"version":"2.1.0-627","status":%q,"lastSync":1795299990000}`, b.moduleStatus)
	}))
	g := gatewaysim.New(gatewaysim.Options{Module: module.URL, Login: "kassa", Password: b.secret, INN: inn, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	server, control := httptest.NewUnstartedServer(g.Handler()), httptest.NewServer(g.Control())
	cert, fingerprint, err := gatewaysim.NewCertificate(time.Now())
	require.NoError(t, err)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	for _, s := range []*httptest.Server{server, control, module} {
		t.Cleanup(s.Close)
		t.Cleanup(s.CloseClientConnections)
	}
	t.Cleanup(g.Close)
	b.url, b.control, b.fingerprint = server.URL, control.URL, fingerprint
	b.save(func(*config.Config) {})
	return b
}

// save writes the settings anew.
func (b *beside) save(change func(*config.Config)) {
	b.t.Helper()
	c := config.Config{
		Version: config.Version, Data: "data", Till: config.Till{Name: "Касса 1"},
		Organisation: config.Organisation{Name: "ООО «Магазин»", INN: inn}, Marking: config.Marking{Gateway: config.Gateway{URL: b.url}},
	}
	change(&c)
	require.NoError(b.t, c.Save(b.file))
}

func (b *beside) pinned() config.Gateway {
	return config.Gateway{URL: b.url, Fingerprint: b.fingerprint}
}

func (b *beside) run(stdin string, args ...string) (code int, stdout, stderr string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	var out, errOut bytes.Buffer
	root := newRoot(strings.NewReader(stdin), &out, &errOut)
	code = cli.Run(ctx, root, append([]string{"gateway"}, append(args, "--config", b.file)...), &errOut)
	return code, out.String(), errOut.String()
}

func TestAGatewayIsTrustedOnceAndThenAnswers(t *testing.T) {
	b := newBeside(t)
	code, _, stderr := b.run("", "status", "--json")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "tillctl gateway trust", "nobody vouches for its certificate yet")

	for name, answer := range map[string]string{"no": "no\n", "nothing": "", "another word": "yesterday\n"} {
		code, stdout, stderr := b.run(answer, "trust", "--json")
		require.Equal(t, 1, code, name)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "nothing is changed")
	}
	c, err := config.Load(b.file)
	require.NoError(t, err)
	require.Empty(t, c.Marking.Gateway.Fingerprint)

	code, stdout, stderr := b.run("да\n", "trust", "--json")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stdout, `"fingerprint":"`+b.fingerprint+`"`)
	require.Contains(t, stdout, `"trusted":true`)
	require.Contains(t, stderr, "имитатор", "whose it is")
	require.Contains(t, stderr, strings.ToUpper(b.fingerprint[:2]+":"+b.fingerprint[2:4]+":"), "as people compare it")
	c, err = config.Load(b.file)
	require.NoError(t, err)
	require.Equal(t, b.pinned(), c.Marking.Gateway)
	info, err := os.Stat(b.file)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())

	code, stdout, stderr = b.run("", "status", "--json")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stdout, `"api":3`)
	require.Contains(t, stdout, `"inn":"7700000009"`)
	require.Contains(t, stdout, `"drive":"9999078900000001"`)
	require.Contains(t, stdout, `"status":"ready"`)
	require.Contains(t, stdout, `"last_sync":"2026-11-21T22:26:30Z"`)
	require.Contains(t, stdout, `"next":[]`)
	code, stdout, stderr = b.run("", "status")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stdout, "version 3 of the protocol")
	require.NotContains(t, stdout, "next:")
}

func TestAnotherCertificateIsNotTalkedTo(t *testing.T) {
	b := newBeside(t)
	was := strings.Repeat("0", 64)
	b.save(func(c *config.Config) { c.Marking.Gateway = config.Gateway{URL: b.url, Fingerprint: was} })
	code, _, stderr := b.run("", "status")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "installed anew")
	code, stdout, stderr := b.run("", "trust", "--yes", "--json")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stdout, `"before":"`+was+`"`)
	require.Contains(t, stderr, was)
	code, _, stderr = b.run("", "status")
	require.Equal(t, 0, code, stderr)
}

func TestTheStatusSaysWhatToDoNext(t *testing.T) {
	b := newBeside(t)
	for _, c := range []struct {
		name, faults, module string
		settings             func(*config.Config)
		code                 int
		want                 string
	}{
		{name: "another organisation's printer", settings: func(c *config.Config) { c.Organisation.INN = "7707083893" }, want: "belongs to ИНН 7700000009"},
		{name: "a module with old data", module: "sync_error", want: "older than 72 h"},
		{name: "a module that loads", module: "initialization", want: "wait"},
		{name: "a module without an owner", module: "not_configured", want: "initialise it"},
		{name: "a module that failed", module: "failure", want: "50063"},
		{name: "an emergency", faults: `{"status":203,"on":"all"}`, want: "emergency of ГИС МТ is in force"},
		{name: "no licence", faults: `{"status":403,"on":"all"}`, code: 1, want: "licence"},
		{name: "a busy drive", faults: `{"status":407,"on":"all"}`, code: 1, want: "wait a few seconds"},
		{name: "garbage", faults: `{"garbage":true,"on":"all"}`, code: 1, want: "another program may answer"},
		{name: "a failing gateway", faults: `{"status":500,"on":"all"}`, code: 1, want: "service runs"},
		{name: "a fingerprint that is none", settings: func(c *config.Config) { c.Marking.Gateway.Fingerprint = "x" }, code: 1, want: "take marking.gateway.fingerprint out"},
		{name: "no gateway", settings: func(c *config.Config) { c.Marking.Gateway = config.Gateway{} }, code: 1, want: "set marking.gateway.url"},
		{name: "nobody there", settings: func(c *config.Config) { c.Marking.Gateway.URL = "https://127.0.0.1:1" }, code: 1, want: "service runs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.save(func(conf *config.Config) {
				conf.Marking.Gateway = b.pinned()
				if c.settings != nil {
					c.settings(conf)
				}
			})
			b.moduleStatus = "ready"
			if c.module != "" {
				b.moduleStatus = c.module
			}
			if c.faults == "" {
				c.faults = `{}`
			}
			resp, err := http.Post(b.control+"/lab/faults", "application/json", strings.NewReader(c.faults))
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			code, stdout, stderr := b.run("", "status", "--json", "--verbose")
			require.Equal(t, c.code, code, stderr)
			require.Contains(t, stdout+stderr, c.want)
			require.NotContains(t, stdout+stderr, b.secret)
		})
	}
	code, _, stderr := b.run("", "trust", "--yes")
	require.Equal(t, 1, code, "the settings of the last row: nobody there")
	require.Contains(t, stderr, "service runs")
}
