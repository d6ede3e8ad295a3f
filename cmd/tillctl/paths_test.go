package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
	"kassa/app/marking"
)

// changeSettings writes the till's settings anew.
func (w *world) changeSettings(change func(*config.Config)) {
	w.t.Helper()
	file := filepath.Join(w.dir, "till.yaml")
	c, err := config.Load(file)
	require.NoError(w.t, err)
	change(c)
	require.NoError(w.t, c.Save(file))
}

// sellOne sells one code for cash and gives its line in the printer's journal.
func (w *world) sellOne(km string) (tag1265 string) {
	w.t.Helper()
	r := w.tillctl("sell", "--script", w.script(scan(km), `{"do":"pay","kind":"cash","kopecks":1000000}`, `{"do":"close"}`))
	require.Equal(w.t, 0, r.code, r.stderr)
	sales := w.documents("sale")
	lines := sales[len(sales)-1].Lines
	require.Len(w.t, lines, 1)
	require.NotEmpty(w.t, lines[0].KM)
	return lines[0].Tag1265
}

const (
	twoParts  = `^UUID=[0-9a-f-]{36}&Time=\d+$`
	fourParts = `^UUID=[0-9a-f-]{36}&Time=\d+&Inst=[0-9a-f-]{36}&Ver=[0-9a-f-]{36}$`
)

func TestASaleGoesThroughTheGatewayWhereOneIsSet(t *testing.T) {
	s := newShop(t)
	s.bindModule()
	gateway := start(t, "listening on ", program(t, "lab"), "gateway", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0",
		"--central", s.ends.Central, "--module", s.module, "--login", moduleLogin, "--password", modulePassword)
	s.changeSettings(func(c *config.Config) { c.Marking.Gateway = config.Gateway{URL: gateway} })
	require.Equal(t, 0, s.tillctl("gateway", "trust", "--yes").code)
	require.Equal(t, 0, s.tillctl("shift", "open").code)

	good, ki := s.code(s.marked(0), nil)
	require.Regexp(t, twoParts, s.sellOne(good))
	rows := s.tillctl("evidence", "list", "--code", ki)
	require.Equal(t, 0, rows.code, rows.stderr)
	require.Len(t, rows.out, 1)
	require.Equal(t, "gateway", rows.out[0]["online"].(map[string]any)["path"])

	sold, _ := s.code(s.marked(1), map[string]any{"sold": true})
	r := s.tillctl("sell", "--script", s.script(scan(sold)))
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stderr, "M-02")

	t.Run("and falls back to True API where both are named", func(t *testing.T) {
		s.changeSettings(func(c *config.Config) {
			c.Marking.Paths = []marking.Path{marking.PathGateway, marking.PathTrueAPI}
			c.Marking.Gateway.URL = "https://127.0.0.1:1" // nobody is there
		})
		km, _ := s.code(s.marked(2), nil)
		require.Regexp(t, twoParts, s.sellOne(km))
	})
	t.Run("and the module answers when the centre is silent behind it", func(t *testing.T) {
		s.centreFaults(map[string]any{"blackhole": true, "on": "all"})
		s.changeSettings(func(c *config.Config) {
			c.Marking.Paths, c.Marking.Gateway.URL = nil, gateway
		})
		km, _ := s.code(s.marked(3), nil)
		require.Regexp(t, fourParts, s.sellOne(km))
	})
	require.Empty(t, s.tillctl("verify").last()["mismatches"])
}
