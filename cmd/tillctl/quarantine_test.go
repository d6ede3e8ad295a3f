package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/stock"
	"kassa/app/till"
	"kassa/cmd/internal/wire"
)

func TestTheListOfSuspectsIsShownAndWorkedOff(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, 0, w.tillctl("shift", "open").code)
	sold, soldKI := w.code(w.marked(0), map[string]any{"sold": true})
	r := w.tillctl("sell", "--script", w.script(scan(sold), `{"do":"expect","positions":0}`))
	require.Equal(t, 0, r.code, "%v %s", r.out, r.stderr)
	blocked, blockedKI := w.code(w.marked(1), map[string]any{"isBlocked": true})
	db := w.store()
	_, err := db.AddStockCodes(t.Context(), []stock.Code{{KI: blockedKI, KM: blocked, GTIN: "0" + w.marked(1).barcode, Item: "Вода"}})
	require.NoError(t, err)
	require.NoError(t, db.KeepStockAnswers(t.Context(), []stock.CodeState{{
		Code: stock.Code{KI: blockedKI, GTIN: "0" + w.marked(1).barcode, Item: "Вода"}, Asked: time.Now(), Reason: marking.ReasonBlocked,
	}}))

	list := w.tillctl("quarantine", "list")
	require.Equal(t, 0, list.code, list.stderr)
	require.Len(t, list.out, 2)
	advice, refusal := list.out[0], list.out[1]
	require.Equal(t, "precheck", advice["origin"])
	require.Equal(t, "blocked", advice["reason"])
	require.Equal(t, "партия запрещена", advice["text"])
	require.Equal(t, "Вода", advice["item"])
	require.Equal(t, "sale", refusal["origin"])
	require.Equal(t, "sold", refusal["reason"])
	require.Equal(t, "старший", refusal["person"])
	require.Equal(t, blockedKI, advice["ki"], "whole: the unit must be found")
	require.Len(t, w.tillctl("quarantine", "list", "--origin", "sale").out, 1)
	require.Len(t, w.tillctl("quarantine", "list", "--text", "вода", "--origin", "precheck").out, 1)
	require.Len(t, w.tillctl("quarantine", "list", "--limit", "1", "--skip", "1").out, 1)
	require.Equal(t, 2, w.tillctl("quarantine", "list", "--origin", "moon").code)
	out, _, _ := w.bytesOf("quarantine", "list", "--limit", "1")
	require.Contains(t, string(out), "… of 2\n")

	require.Equal(t, 2, w.tillctl("quarantine", "resolve").code, "which one")
	wrong := w.tillctl("quarantine", "resolve", "--code", soldKI, "--origin", "precheck")
	require.Equal(t, 1, wrong.code)
	require.Contains(t, wrong.stderr, "not on the list")
	require.Equal(t, 1, w.tillctl("quarantine", "resolve", "--code", soldKI, "--as", "Никто").code)
	pin, err := os.ReadFile(filepath.Join(w.dir, "pin"))
	require.NoError(t, err)
	t.Setenv("TILLCTL_PIN", strings.TrimSpace(string(pin)))
	junior := w.tillctl("quarantine", "resolve", "--code", soldKI, "--as", "Иванова Анна")
	require.Equal(t, 1, junior.code)
	require.Contains(t, junior.stderr, "Иванова Анна has no right to take units off the list - ")
	done := w.tillctl("quarantine", "resolve", "--code", sold)
	require.Equal(t, 0, done.code, done.stderr)
	require.EqualValues(t, 1, done.last()["resolved"])
	require.Len(t, w.tillctl("quarantine", "list").out, 1)
	entries := w.entries("suspect-resolved")
	require.Len(t, entries, 1)
	require.NotEmpty(t, entries[0].person)
	require.Equal(t, soldKI, entries[0].body["KI"])
}

// running starts a till in this process; it holds its data as the window does.
func (w *world) running() *wire.Till {
	w.t.Helper()
	x, err := wire.OpenWithoutScanners(w.t.Context(), filepath.Join(w.dir, "till.yaml"), slog.New(slog.DiscardHandler))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { require.NoError(w.t, x.Close()) })
	_, err = x.WaitFor(w.t.Context(), func(s sale.Snapshot) bool { return s.Recovered != nil })
	require.NoError(w.t, err)
	require.NoError(w.t, x.Do(w.t.Context(), sale.Login{Person: "старший", PIN: labPIN(w)}))
	return x
}

func TestListsAndBooksAreReadAndWorkedOffBesideARunningTill(t *testing.T) {
	w := newWorld(t)
	x := w.running()
	require.NoError(t, x.Do(t.Context(), sale.OpenShift{}))
	sold, _ := w.code(w.marked(0), map[string]any{"sold": true})
	require.NoError(t, x.Do(t.Context(), sale.Scan{Raw: []byte(sold)}))
	now, err := x.WaitFor(t.Context(), func(s sale.Snapshot) bool { return s.Stop != nil })
	require.NoError(t, err)
	require.Equal(t, till.MarkForbidden, now.Stop.Code)

	require.Equal(t, 1, w.tillctl("shift", "status").code, "the till holds its data")
	require.Len(t, w.tillctl("evidence", "list").out, 1)
	out, stderr, code := w.bytesOf("evidence", "export")
	require.Zero(t, code, stderr)
	require.Len(t, csvRows(t, out), 2)
	require.Len(t, w.tillctl("quarantine", "list").out, 1)
	done := w.tillctl("quarantine", "resolve", "--code", sold)
	require.Equal(t, 0, done.code, done.stderr)
	require.Empty(t, w.tillctl("quarantine", "list").out)
	_, found, err := x.Store.Suspect(t.Context(), sold[:strings.IndexByte(sold, 0x1d)])
	require.NoError(t, err)
	require.False(t, found, "the till sees it")
	list, _, err := x.Store.Suspects(t.Context(), journal.SuspectQuery{})
	require.NoError(t, err)
	require.Empty(t, list)
}
