package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
	"kassa/app/sale"
)

// labPIN is the PIN of the lab's user.
func labPIN(w *world) string {
	w.t.Helper()
	conf, err := config.Load(filepath.Join(w.dir, "till.yaml"))
	require.NoError(w.t, err)
	pin, err := conf.Secret(conf.ActAs.PINFile)
	require.NoError(w.t, err)
	return pin
}

// stockAdd puts scans into stock.
func (w *world) stockAdd(scans ...string) result {
	w.t.Helper()
	return w.run(strings.NewReader(strings.Join(scans, "\n")+"\n"), "stock", "add", "--document", "УПД 118",
		"--config", filepath.Join(w.dir, "till.yaml"), "--json")
}

func TestScansComeIntoStock(t *testing.T) {
	w := newWorld(t)
	first, firstKI := w.code(w.marked(0), nil)
	second, _ := w.code(w.marked(1), nil)
	r := w.stockAdd(first, firstKI, "]d2"+first, strings.ReplaceAll(second, "\x1d", `\x1d`))
	require.Equal(t, 0, r.code, r.stderr)
	require.Equal(t, map[string]any{"added": 2.0, "known": 2.0, "refused": 0.0}, r.last())

	third, _ := w.code(w.marked(2), nil)
	r = w.stockAdd("", w.plain(0).barcode, third, "hello", second)
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stderr, "2 of 4 scans are no marking codes - ")
	require.Len(t, r.out, 3)
	require.Equal(t, []any{2.0, "gtin"}, []any{r.out[0]["line"], r.out[0]["kind"]})
	require.Equal(t, []any{4.0, "unknown"}, []any{r.out[1]["line"], r.out[1]["kind"]})
	require.Equal(t, map[string]any{"added": 1.0, "known": 1.0, "refused": 2.0}, r.last(), "the good ones are added")

	due, err := w.store().DueStockCodes(t.Context(), time.Now(), 0, 10)
	require.NoError(t, err)
	require.Len(t, due, 3)
	for _, c := range due {
		require.NotEmpty(t, c.Item, "the catalogue knows it")
		require.NotZero(t, c.Group)
		require.Equal(t, "УПД 118", c.Document)
		require.True(t, c.HasTail())
	}
}

func TestTheStockIsCheckedBeforeTheCustomerCares(t *testing.T) {
	w := newWorld(t)
	fine, _ := w.code(w.marked(0), nil)
	blocked, blockedKI := w.code(w.marked(1), map[string]any{"isBlocked": true})
	_, bareKI := w.code(w.marked(2), map[string]any{"verified": false})
	require.Equal(t, 0, w.stockAdd(fine, blocked, bareKI).code)

	r := w.tillctl("stock", "precheck", "--once")
	require.Equal(t, 0, r.code, r.stderr)
	require.Equal(t, map[string]any{"asked": 3.0, "suspects": map[string]any{"blocked": 1.0}}, r.last())
	require.Equal(t, "precheck", w.tillctl("quarantine", "list").last()["origin"])
	require.EqualValues(t, 0, w.tillctl("stock", "precheck", "--once").last()["asked"], "once a day is enough")

	// Advice decides nothing: the blocked unit is refused by the answer at the till, the freed one is sold.
	w.control(http.MethodPut, w.ends.CentralControl+"/lab/codes", []any{map[string]any{"cis": blockedKI, "isBlocked": false, "groupIds": []int{13}}})
	require.Equal(t, 0, w.tillctl("shift", "open").code)
	sold := w.tillctl("sell", "--script", w.script(scan(blocked), `{"do":"pay","kind":"cash","kopecks":1000000}`, `{"do":"close"}`))
	require.Equal(t, 0, sold.code, "%v %s", sold.out, sold.stderr)
	require.Empty(t, w.tillctl("quarantine", "list").out, "there is nothing to advise about a unit that was sold")
	require.EqualValues(t, 2, w.tillctl("stock", "precheck", "--once", "--all").last()["asked"], "and nothing to ask")

	w.centreFaults(map[string]any{"status": 401})
	r = w.tillctl("stock", "precheck", "--once", "--all")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stderr, "unauthorised")
	require.Contains(t, r.stderr, "tillctl token set")
	require.Equal(t, 2, w.tillctl("stock", "precheck", "--all").code, "--all goes with --once")
}

func TestTheStockIsNotCheckedWhileTheTillMakesAReceipt(t *testing.T) {
	w := newWorld(t)
	fine, _ := w.code(w.marked(0), nil)
	require.Equal(t, 0, w.stockAdd(fine).code)
	x := w.running()
	require.NoError(t, x.Do(t.Context(), sale.OpenShift{}))
	require.NoError(t, x.Do(t.Context(), sale.Scan{Raw: []byte(w.plain(0).barcode)}))

	cmd := w.command(t.Context(), "stock", "precheck", "--once", "--verbose", "--config", filepath.Join(w.dir, "till.yaml"), "--json")
	var out bytes.Buffer
	cmd.Stdout = &out
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(log)
	for lines.Scan() && !strings.Contains(lines.Text(), "waits for the end of a receipt") {
	}
	over := time.Now()
	require.NoError(t, x.Do(t.Context(), sale.Cancel{Reason: "test"}))
	for lines.Scan() {
	}
	require.NoError(t, cmd.Wait())
	require.JSONEq(t, `{"asked":1,"suspects":{}}`, out.String())

	answer, err := http.Get(w.ends.CentralControl + "/lab/requests")
	require.NoError(t, err)
	defer answer.Body.Close()
	var requests []struct {
		Time time.Time
		Path string
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&requests))
	asked := 0
	for _, r := range requests {
		if strings.HasSuffix(r.Path, "/codes/check") {
			require.True(t, r.Time.After(over), "%s, the receipt ended %s", r.Time, over)
			asked++
		}
	}
	require.Equal(t, 1, asked)
}
