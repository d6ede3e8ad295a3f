package main

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAnswerOfTheCentreIsFoundByItsTag(t *testing.T) {
	w := newWorld(t)
	km, _ := w.code(w.marked(0), map[string]any{"sold": true})
	r := w.run(nil, "check", "--code", km, "--json", "--online", w.ends.Central, "--token", "t")
	require.Equal(t, 0, r.code, r.stderr)
	tag := regexp.MustCompile(`^UUID=(.+)&Time=(\d+)$`).FindStringSubmatch(fmt.Sprint(r.last()["tag1265"]))
	require.Len(t, tag, 3, r.last())

	r = w.tillctl("history", "--req-id", tag[1], "--req-time", tag[2])
	require.Equal(t, 0, r.code, r.stderr)
	require.Equal(t, true, r.last()["found"])
	require.Equal(t, true, r.last()["codes"].([]any)[0].(map[string]any)["sold"])

	r = w.tillctl("history", "--req-id", tag[1], "--req-time", tag[2])
	require.Equal(t, 1, r.code, "once a minute")
	require.Contains(t, r.stderr, "429")
	require.Equal(t, 2, w.tillctl("history", "--req-id", tag[1]).code)
}
