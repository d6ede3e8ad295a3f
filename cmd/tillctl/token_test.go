package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
)

// tokenWorld is a lab whose till finds its sites by cdn/info.
func tokenWorld(t *testing.T) (w *world, file string) {
	w = newWorld(t)
	file = filepath.Join(w.dir, "till.yaml")
	conf, err := config.Load(file)
	require.NoError(t, err)
	conf.Marking.Online.URL, conf.Marking.Online.Entry = "", w.ends.Central
	require.NoError(t, conf.Save(file))
	return w, file
}

// set runs token set with a key on stdin.
func (w *world) setToken(key string, more ...string) result {
	w.t.Helper()
	return w.run(strings.NewReader(key+"\n"), append([]string{"token", "set", "--config", filepath.Join(w.dir, "till.yaml"), "--json"}, more...)...)
}

func TestTheLastDayOfAKeyIsKeptWithIt(t *testing.T) {
	w, file := tokenWorld(t)
	until := func() string {
		conf, err := config.Load(file)
		require.NoError(t, err)
		return conf.Marking.Online.TokenUntil
	}
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }

	r := w.setToken("key-1", "--until", day(30))
	require.Equal(t, 0, r.code, r.stderr)
	require.EqualValues(t, 30, r.last()["days_left"])
	require.Equal(t, day(30), until())

	end := time.Now().AddDate(0, 0, 20)
	claims := base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf(`{"exp":%d}`, end.Unix())))
	r = w.setToken("e30." + claims + ".c2ln")
	require.Equal(t, 0, r.code, r.stderr)
	require.Equal(t, end.Add(-time.Second).Format(time.DateOnly), r.last()["until"])
	require.Equal(t, r.last()["until"], until())

	r = w.setToken("key-2")
	require.Equal(t, 0, r.code, r.stderr)
	require.NotContains(t, r.last(), "until")
	require.Empty(t, until(), "the old day was of the old key")
	kept, err := os.Stat(filepath.Join(w.dir, "token"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), kept.Mode().Perm())
}

func TestAKeyThatIsNotVerifiedIsNotKept(t *testing.T) {
	w, file := tokenWorld(t)
	require.Equal(t, 0, w.setToken("good-key").code)
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, c := range []struct {
		name, key string
		faults    map[string]any
		more      []string
		code      int
		says      string
	}{
		{name: "refused", key: "bad-token", code: 1, says: "in stages since 01.10.2026"},
		{name: "the path was switched off", key: "k", faults: map[string]any{"status": 410, "on": "info"}, code: 1, says: "set up the gateway"},
		{name: "the centre is silent", key: "k", faults: map[string]any{"reset": true, "on": "info"}, code: 1, says: "check the internet"},
		{name: "an emergency", key: "k", faults: map[string]any{"status": 203, "on": "info"}, code: 1, says: "emergency"},
		{name: "over already", key: "k", more: []string{"--until", "2026-10-01"}, code: 1, says: "2026-10-01"},
		{name: "a day that is none", key: "k", more: []string{"--until", "2026-13-01"}, code: 2, says: "YYYY-MM-DD"},
		{name: "nothing", key: "", code: 2, says: "no key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.centreFaults(c.faults)
			r := w.setToken(c.key, c.more...)
			require.Equal(t, c.code, r.code, r.stderr)
			require.Contains(t, r.stderr, c.says)
			require.Empty(t, r.out)
			kept, err := os.ReadFile(filepath.Join(w.dir, "token"))
			require.NoError(t, err)
			require.Equal(t, "good-key\n", string(kept))
			after, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(before), string(after))
		})
	}
}

func TestTheStatusOfAKeyNamesItsSitesAndWhatToDo(t *testing.T) {
	w, _ := tokenWorld(t)
	dead := "http://127.0.0.1:1"
	w.control(http.MethodPut, w.ends.CentralControl+"/lab/hosts", []string{dead, w.ends.Central})
	require.Equal(t, 0, w.setToken("good-key", "--until", time.Now().AddDate(0, 0, 5).Format(time.DateOnly)).code)

	r := w.tillctl("token", "status")
	require.Equal(t, 0, r.code, r.stderr)
	require.Equal(t, true, r.last()["ok"])
	require.EqualValues(t, 5, r.last()["days_left"])
	require.Contains(t, r.last()["do"], "new key")
	require.Equal(t, "cdn/info", r.last()["list"])
	sites := r.last()["sites"].([]any)
	require.Len(t, sites, 2)
	byURL := map[string]map[string]any{}
	for _, s := range sites {
		byURL[s.(map[string]any)["url"].(string)] = s.(map[string]any)
	}
	require.Equal(t, "unreachable", byURL[dead]["fault"])
	require.NotContains(t, byURL[w.ends.Central], "fault")
	require.Contains(t, byURL[w.ends.Central], "latency_ms")

	w.centreFaults(map[string]any{"status": 401, "on": "all"})
	r = w.tillctl("token", "status")
	require.Equal(t, 1, r.code)
	require.Equal(t, "unauthorised", r.last()["fault"])
	require.Contains(t, r.last()["do"], "in stages since 01.10.2026")
	require.Equal(t, "built-in", r.last()["list"])
	require.NotContains(t, r.stderr, "good-key")

	require.Contains(t, r.stderr, "error: the key is not accepted: ")

	for name, c := range map[string]struct {
		faults map[string]any
		do     string
	}{
		"out of order": {map[string]any{"status": 500, "on": "all"}, "the centre is out of order"},
		"silent":       {map[string]any{"reset": true, "on": "all"}, "check the internet and the address"},
	} {
		w.centreFaults(c.faults)
		r = w.tillctl("token", "status")
		require.Equal(t, 1, r.code, name)
		require.Contains(t, r.stderr, "error: nobody told whether the key is good: ", name)
		require.Contains(t, r.stderr, " - "+c.do, name)
	}

	w.centreFaults(map[string]any{"status": 203, "on": "all"})
	r = w.tillctl("token", "status")
	require.Equal(t, 0, r.code, r.stderr)
	require.Equal(t, true, r.last()["emergency"])
	require.Equal(t, false, r.last()["ok"])

	require.NoError(t, os.Remove(filepath.Join(w.dir, "token")))
	r = w.tillctl("token", "status")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stderr, "tillctl token set")
}
