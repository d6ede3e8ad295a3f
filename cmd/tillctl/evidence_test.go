package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
	"kassa/app/staff"
	"kassa/app/store"
	"kassa/app/till"
)

// store opens the till's own data.
func (w *world) store() *store.Store {
	w.t.Helper()
	conf, err := config.Load(filepath.Join(w.dir, "till.yaml"))
	require.NoError(w.t, err)
	db, err := store.Open(w.t.Context(), conf.Path(conf.Data))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { db.Close() })
	return db
}

const bossPIN = "5190"

// addBoss adds a manager, who may see whole codes.
func (w *world) addBoss() {
	w.t.Helper()
	require.NoError(w.t, w.store().AddPerson(w.t.Context(), till.Person{ID: "boss", Name: "Борис", Role: staff.Manager}, bossPIN))
}

// bytesOf runs a command and gives what it printed, whatever that is.
func (w *world) bytesOf(args ...string) (out []byte, stderr string, code int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	cmd := w.command(ctx, append(args, "--config", filepath.Join(w.dir, "till.yaml"))...)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, _ = cmd.Output() // its exit code tells
	return out, errOut.String(), cmd.ProcessState.ExitCode()
}

func TestTheBookOfChecksIsShownAndExported(t *testing.T) {
	w := newWorld(t)
	w.addBoss()
	require.Equal(t, 0, w.tillctl("shift", "open").code)
	good, goodKI := w.code(w.marked(0), nil)
	sold, _ := w.code(w.marked(1), map[string]any{"sold": true})
	r := w.tillctl("sell", "--script", w.script(scan(good), scan(sold), `{"do":"expect","positions":1}`,
		`{"do":"pay","kind":"cash","kopecks":1000000}`, `{"do":"close"}`))
	require.Equal(t, 0, r.code, "%v %s", r.out, r.stderr)
	receipt := r.last()["receipt_id"].(string)
	secrets := []string{"Zz9Q"}
	shows := func(body []byte) bool {
		for _, secret := range secrets {
			if bytes.Contains(body, []byte(secret)) {
				return true
			}
		}
		return false
	}

	t.Run("list finds", func(t *testing.T) {
		for name, c := range map[string]struct {
			args []string
			rows int
		}{
			"all":               {nil, 2},
			"the newest":        {[]string{"--limit", "1"}, 1},
			"of the receipt":    {[]string{"--receipt", receipt}, 2},
			"of the unit":       {[]string{"--code", good}, 1},
			"of the product":    {[]string{"--gtin", "0" + w.marked(1).barcode}, 1},
			"what was refused":  {[]string{"--decision", "forbid", "--source", "online", "--reason", "sold"}, 1},
			"what was missed":   {[]string{"--missed"}, 0},
			"since a moment":    {[]string{"--since", time.Now().Add(time.Hour).Format(time.RFC3339)}, 0},
			"before a day":      {[]string{"--before", "2020-01-01"}, 0},
			"another receipt's": {[]string{"--receipt", "none"}, 0},
		} {
			found := w.tillctl(append([]string{"evidence", "list"}, c.args...)...)
			require.Equal(t, 0, found.code, "%s: %s", name, found.stderr)
			require.Len(t, found.out, c.rows, name)
			for _, row := range found.out {
				require.Equal(t, true, row["masked"])
			}
		}
		out, _, code := w.bytesOf("evidence", "list")
		require.Zero(t, code)
		require.Equal(t, 2, bytes.Count(out, []byte("\n")))
		require.Contains(t, string(out), "нельзя: выведен из оборота")
		require.Contains(t, string(out), goodKI, "the unit can be found")
		require.False(t, shows(out), "%s", out)
	})
	t.Run("a wrong filter is wrong usage", func(t *testing.T) {
		for _, args := range [][]string{{"--decision", "perhaps"}, {"--source", "god"}, {"--since", "yesterday"}, {"--before", "x"}} {
			require.Equal(t, 2, w.tillctl(append([]string{"evidence", "list"}, args...)...).code, args)
		}
		require.Equal(t, 2, w.run(nil, "evidence", "export", "--config", filepath.Join(w.dir, "till.yaml"), "--format", "xml").code)
	})
	t.Run("an export masks", func(t *testing.T) {
		out, stderr, code := w.bytesOf("evidence", "export")
		require.Zero(t, code, stderr)
		rows := csvRows(t, out)
		require.Len(t, rows, 3)
		require.False(t, shows(out), "%s", out)
		out, stderr, code = w.bytesOf("evidence", "export", "--format", "json", "--receipt", receipt)
		require.Zero(t, code, stderr)
		require.Equal(t, 2, bytes.Count(out, []byte("\n")))
		require.False(t, shows(out), "%s", out)
		require.Contains(t, string(out), `"request":"{\"codes\"`)
	})
	t.Run("whole codes need the right", func(t *testing.T) {
		out, stderr, code := w.bytesOf("evidence", "export", "--whole")
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		require.Contains(t, stderr, "старший has no right to see whole codes - ")

		t.Setenv("TILLCTL_PIN", "9999")
		out, stderr, code = w.bytesOf("evidence", "export", "--whole", "--as", "Борис")
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, stderr, "login-wrong")

		t.Setenv("TILLCTL_PIN", bossPIN)
		file := filepath.Join(t.TempDir(), "checks.jsonl")
		_, stderr, code = w.bytesOf("evidence", "export", "--whole", "--as", "Борис", "--format", "json", "--out", file)
		require.Zero(t, code, stderr)
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, 2, bytes.Count(body, []byte("\n")))
		for _, secret := range secrets {
			require.Contains(t, string(body), secret)
		}
		if runtime.GOOS != "windows" {
			info, err := os.Stat(file)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		}
		left, err := os.ReadDir(filepath.Dir(file))
		require.NoError(t, err)
		require.Len(t, left, 1, "nothing but the file")
	})
	t.Run("a file that cannot be written is said", func(t *testing.T) {
		_, stderr, code := w.bytesOf("evidence", "export", "--out", filepath.Join(t.TempDir(), "none", "x.csv"))
		require.Equal(t, 1, code)
		require.Contains(t, stderr, "--out")
	})
	t.Run("every export is in the journal", func(t *testing.T) {
		entries := w.entries("evidence-export")
		var whole []journalEntry
		for _, e := range entries {
			if e.body["Whole"] == true {
				whole = append(whole, e)
			}
		}
		require.Len(t, entries, 4, "two masked ones, the whole one, and the one whose file could not be written")
		require.Len(t, whole, 1, "what was refused exported nothing")
		require.Equal(t, "boss", whole[0].person)
		require.EqualValues(t, 2, whole[0].body["Rows"])
	})
}

func TestTheLabHasAPersonWhoMayExportWholeCodes(t *testing.T) {
	w := newWorld(t)
	pin, err := os.ReadFile(filepath.Join(w.dir, "pin-manager"))
	require.NoError(t, err)
	t.Setenv("TILLCTL_PIN", strings.TrimSpace(string(pin)))
	_, stderr, code := w.bytesOf("evidence", "export", "--whole", "--as", "Товаровед")
	require.Zero(t, code, stderr)
}

type journalEntry struct {
	person string
	body   map[string]any
}

// entries of the till's journal of one kind.
func (w *world) entries(kind string) []journalEntry {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "data", "till.db"))
	require.NoError(w.t, err)
	defer db.Close()
	rows, err := db.QueryContext(w.t.Context(), "SELECT person, body FROM journal WHERE kind = ? ORDER BY seq", kind)
	require.NoError(w.t, err)
	defer rows.Close()
	var found []journalEntry
	for rows.Next() {
		var e journalEntry
		var body []byte
		require.NoError(w.t, rows.Scan(&e.person, &body))
		require.NoError(w.t, json.Unmarshal(body, &e.body))
		found = append(found, e)
	}
	require.NoError(w.t, rows.Err())
	return found
}

func csvRows(t *testing.T, body []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	return rows
}
