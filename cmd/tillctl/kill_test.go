package main

import (
	"bufio"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mixedSale is a script of 3 plain and 2 marked lines, paid in cash.
func (w *world) mixedSale() string {
	first, _ := w.code(w.marked(0), nil)
	second, _ := w.code(w.marked(1), nil)
	return w.script(scan(w.plain(0).barcode), scan(first), scan(w.plain(1).barcode), scan(second), scan(w.plain(2).barcode),
		`{"do":"pay","kind":"cash","kopecks":1000000}`, `{"do":"close"}`)
}

// requireTruth is the invariant of every accident: after recover nothing is unfinished, journal and printer
// agree, and no receipt has two documents.
func (w *world) requireTruth(what string, args ...any) {
	w.t.Helper()
	v := w.tillctl("verify")
	require.Equal(w.t, 0, v.code, append([]any{what + ": verify: %v %s"}, append(args, v.out, v.stderr)...)...)
	require.Empty(w.t, v.last()["mismatches"])
	documents := map[string]int{}
	for _, d := range append(w.documents("sale"), w.documents("return")...) {
		documents[d.ReceiptID]++
		require.NotEmpty(w.t, d.ReceiptID, what)
		require.Equal(w.t, 1, documents[d.ReceiptID], what+": printed twice: "+d.ReceiptID)
	}
	closed := 0
	for _, r := range w.tillctl("receipts").out {
		if r["receipt_state"] == "closed" {
			closed++
			require.Equal(w.t, 1, documents[r["receipt_id"].(string)], what+": closed without a document")
		}
	}
	require.Equal(w.t, len(documents), closed, what+": a document without a closed receipt")
}

// A sale is killed at random moments between its first line and its end; the seed is printed.
func TestAKilledSaleIsNeitherLostNorDoubled(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, 0, w.tillctl("shift", "open").code)
	length := w.killedSale(time.Hour)
	require.Len(t, w.documents("sale"), 1)

	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	outcomes := map[any]int{}
	for i := range 50 {
		w.killedSale(time.Duration(random.Int64N(int64(length) * 11 / 10)))
		r := w.tillctl("recover")
		require.Len(t, r.out, 1, "seed %d, kill %d: recover prints one object", seed, i)
		require.Equal(t, 0, r.code, "seed %d, kill %d: %v %s", seed, i, r.out, r.stderr)
		outcomes[r.last()["outcome"]]++
		w.requireTruth("seed %d, kill %d", seed, i)
	}
	t.Logf("seed %d, a sale takes %s from its first line, outcomes: %v", seed, length, outcomes)
}

// killedSale runs a sale, kills it (SIGKILL) some time after it has printed its first line, and tells how
// long it lived from there.
func (w *world) killedSale(after time.Duration) time.Duration {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	cmd := w.command(ctx, "sell", "--script", w.mixedSale(), "--config", w.dir+"/till.yaml", "--json")
	out, err := cmd.StdoutPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, cmd.Start())
	lines := bufio.NewScanner(out)
	require.True(w.t, lines.Scan(), "the sale printed nothing")
	started := time.Now()
	timer := time.AfterFunc(after, cancel) // exec kills with SIGKILL
	defer timer.Stop()
	for lines.Scan() {
		continue // until it is killed or ends
	}
	lived := time.Since(started)
	_ = cmd.Wait() // killed, or ended in time
	return lived
}

// The printer executes a command of the sale and its answer is lost.
func TestALostReplyAtAnyCommandDoublesNothing(t *testing.T) {
	for _, link := range []string{"tcp", "pty"} {
		t.Run(link, func(t *testing.T) {
			w := newWorld(t)
			if link == "pty" {
				w.usePTY()
			}
			require.Equal(t, 0, w.tillctl("shift", "open").code)
			for _, command := range []string{"10", "11", "FC", "F7", "FF01", "FF40", "8D", "FF0C", "FF61", "FF69", "FF4D", "FF67", "FF46", "FF45"} {
				before := len(w.documents("sale"))
				w.printerFaults(map[string]any{"drop_reply": command})
				sold := w.tillctl("sell", "--script", w.mixedSale())
				w.printerFaults(map[string]any{})
				r := w.tillctl("recover")
				require.Equal(t, 0, r.code, "%s: %v %s", command, r.out, r.stderr)
				w.requireTruth("reply of %s lost", command)
				require.Len(t, w.documents("sale"), before+1, "reply of %s lost: sell said %v %s, recover %v", command, sold.last(), sold.stderr, r.last())
			}
		})
	}
}
