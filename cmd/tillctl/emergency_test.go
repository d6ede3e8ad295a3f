package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADeclaredEmergencySellsWithoutChecksUntilItEnds(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, 0, w.tillctl("shift", "open").code)
	require.Equal(t, "none", w.tillctl("emergency", "status").last()["phase"])
	sold, _ := w.code(w.marked(0), map[string]any{"sold": true, "realizable": false})
	unknown := "010" + w.marked(0).barcode + "215unknownUnit1\x1d93Zz9Q"

	bad := w.tillctl("emergency", "declare", "--reason", "объявление", "--until", "2000h")
	require.Equal(t, 1, bad.code)
	require.Contains(t, bad.stderr, "emergency-bad")
	require.Equal(t, 2, w.tillctl("emergency", "declare", "--reason", "объявление", "--until", "tomorrow").code)

	on := w.tillctl("emergency", "declare", "--reason", "объявление оператора", "--until", "3h")
	require.Equal(t, 0, on.code, on.stderr)
	require.Equal(t, "on", on.last()["phase"])
	require.Equal(t, "старший", on.last()["by"])
	ends, err := time.Parse(time.RFC3339, on.last()["ends"].(string))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(75*time.Hour), ends, time.Minute)

	r := w.tillctl("sell", "--script", w.script(scan(sold), scan(unknown), `{"do":"pay","kind":"cash","kopecks":1000000}`, `{"do":"close"}`))
	require.Equal(t, 0, r.code, r.stderr)
	documents := w.documents("sale")
	require.Len(t, documents, 1)
	require.Len(t, documents[0].Lines, 2)
	for _, l := range documents[0].Lines {
		require.NotEmpty(t, l.KM)
		require.Empty(t, l.Tag1265, "there was no check")
	}

	require.Equal(t, "after", w.tillctl("emergency", "end").last()["phase"])
	missing := "010" + w.marked(0).barcode + "215unknownUnit2\x1d93Zz9Q"
	r = w.tillctl("sell", "--script", w.script(scan(missing), `{"do":"pay","kind":"cash","kopecks":1000000}`, `{"do":"close"}`))
	require.Equal(t, 0, r.code, "not in the system yet: an upload that is late may explain it. %s", r.stderr)
	again, _ := w.code(w.marked(1), map[string]any{"sold": true, "realizable": false})
	r = w.tillctl("sell", "--script", w.script(scan(again)))
	require.Equal(t, 1, r.code, "sold already: no upload explains that")
	require.Contains(t, r.stderr, "M-02")
	require.Empty(t, w.tillctl("verify").last()["mismatches"])
}
