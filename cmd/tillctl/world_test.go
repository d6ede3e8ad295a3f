package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The programs of the tests are real processes: this test binary plays tillctl when it is told to, the
// lab and the module are built once.

const roleVariable = "KASSA_TEST_TILLCTL"

func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" {
		main()
		return
	}
	code := m.Run()
	_ = os.RemoveAll(builds.dir)
	os.Exit(code)
}

// program builds one of the other programs, once for all tests.
func program(t *testing.T, name string) string {
	t.Helper()
	builds.Lock()
	defer builds.Unlock()
	if builds.dir == "" {
		dir, err := os.MkdirTemp("", "kassa-programs-")
		require.NoError(t, err)
		builds.dir = dir
	}
	path := filepath.Join(builds.dir, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	build := exec.Command("go", "build", "-o", path, "kassa/cmd/"+name)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "build %s: %s", name, out)
	return path
}

var builds struct {
	sync.Mutex
	dir string
}

// world is a lab with one till.
type world struct {
	t    *testing.T
	dir  string
	ends struct {
		Central        string `json:"central"`
		CentralControl string `json:"central_control"`
		PrinterControl string `json:"printer_control"`
		PrinterTCP     string `json:"printer_tcp"`
		PrinterPTY     string `json:"printer_pty"`
		PrinterJournal string `json:"printer_journal"`
		ScannerPTY     string `json:"scanner_pty"`
	}
	goods []good
	made  int // marking codes
}

type good struct{ barcode, name, price, vat, group string }

const inn = "7700000009"

// newWorld starts `lab all`; more are its further arguments.
func newWorld(t *testing.T, more ...string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir()}
	start(t, "ready ", program(t, "lab"), append([]string{"all", "--dir", w.dir}, more...)...)
	body, err := os.ReadFile(filepath.Join(w.dir, "endpoints.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(body, &w.ends))
	shop, err := os.ReadFile(filepath.Join(w.dir, "shop.csv"))
	require.NoError(t, err)
	for _, row := range strings.Split(strings.TrimSpace(string(shop)), "\n")[1:] {
		f := strings.Split(row, ";")
		w.goods = append(w.goods, good{f[0], f[1], f[2], f[3], f[4]})
	}
	return w
}

// start runs a program until the test ends and waits for the line of its output that begins with ready.
func start(t *testing.T, ready, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(name), tail(errOut.String(), 4000))
		}
	})
	line := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if rest, ok := strings.CutPrefix(lines.Text(), ready); ok {
				line <- rest
			}
		}
		_ = cmd.Wait()
		close(ended)
	}()
	select {
	case l := <-line:
		return l
	case <-ended:
		require.FailNow(t, "ended before it was ready", "%s: %s", name, errOut.String())
	case <-time.After(30 * time.Second):
		require.FailNow(t, "not ready in 30 s", "%s: %s", name, errOut.String())
	}
	return ""
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// result of one run of tillctl.
type result struct {
	code   int
	out    []map[string]any
	stderr string
}

// last is the last object printed.
func (r result) last() map[string]any {
	if len(r.out) == 0 {
		return nil
	}
	return r.out[len(r.out)-1]
}

func (w *world) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleVariable+"=1")
	return cmd
}

// tillctl runs a command with the world's till to its end.
func (w *world) tillctl(args ...string) result {
	w.t.Helper()
	return w.run(nil, append(args, "--config", filepath.Join(w.dir, "till.yaml"), "--json")...)
}

// run runs any command of tillctl.
func (w *world) run(stdin io.Reader, args ...string) result {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	cmd := w.command(ctx, args...)
	var out, errOut bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &errOut
	err := cmd.Run()
	r := result{code: cmd.ProcessState.ExitCode(), stderr: errOut.String()}
	require.NoError(w.t, ctx.Err(), "tillctl %v did not end", args)
	if err != nil {
		require.Positive(w.t, r.code, "tillctl %v: %v", args, err)
	}
	for _, line := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var m map[string]any
		require.NoError(w.t, json.Unmarshal(line, &m), "tillctl %v printed %q", args, line)
		r.out = append(r.out, m)
	}
	return r
}

// script writes a script of sell and gives its file.
func (w *world) script(lines ...string) string {
	w.t.Helper()
	f, err := os.CreateTemp(w.dir, "script-*.jsonl")
	require.NoError(w.t, err)
	_, err = f.WriteString(strings.Join(lines, "\n") + "\n")
	require.NoError(w.t, err)
	require.NoError(w.t, f.Close())
	return f.Name()
}

// plain and marked are the n-th goods of the sample shop of their kind.
func (w *world) plain(n int) good  { return w.nth(n, func(g good) bool { return g.group == "" }) }
func (w *world) marked(n int) good { return w.nth(n, func(g good) bool { return g.group == "water" }) }

func (w *world) nth(n int, fits func(good) bool) good {
	for _, g := range w.goods {
		if fits(g) {
			if n == 0 {
				return g
			}
			n--
		}
	}
	require.FailNow(w.t, "the sample shop is too small")
	return good{}
}

// code makes a new marking code of a good and tells the centre that it may be sold; members changes its facts.
func (w *world) code(g good, members map[string]any) (km, ki string) {
	w.t.Helper()
	w.made++
	ki = fmt.Sprintf("010%s215%012d", g.barcode, w.made)
	km = ki + "\x1d93Zz9Q"
	fact := map[string]any{
		"cis": ki, "found": true, "valid": true, "verified": true, "realizable": true, "utilised": true,
		"isBlocked": false, "sold": false, "isOwner": true, "groupIds": []int{13},
	}
	for k, v := range members {
		fact[k] = v
	}
	w.control(http.MethodPut, w.ends.CentralControl+"/lab/codes", []any{fact})
	return km, ki
}

// control calls a control API.
func (w *world) control(method, url string, body any) {
	w.t.Helper()
	b, err := json.Marshal(body)
	require.NoError(w.t, err)
	req, err := http.NewRequestWithContext(w.t.Context(), method, url, bytes.NewReader(b))
	require.NoError(w.t, err)
	answer, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	require.NoError(w.t, err)
	require.Less(w.t, answer.StatusCode, 300, "%s %s: %s", method, url, said)
}

func (w *world) printerFaults(f map[string]any) {
	w.t.Helper()
	w.control(http.MethodPost, w.ends.PrinterControl+"/lab/faults", f)
}

func (w *world) centreFaults(f map[string]any) {
	w.t.Helper()
	w.control(http.MethodPost, w.ends.CentralControl+"/lab/faults", f)
}

// document is a line of the simulated printer's journal.
type document struct {
	FD        uint32 `json:"fd"`
	Type      string `json:"type"`
	Shift     int    `json:"shift"`
	Sign      uint32 `json:"sign"`
	Total     int64  `json:"total_kopecks"`
	Cash      int64  `json:"cash_kopecks"`
	Card      int64  `json:"card_kopecks"`
	ReceiptID string `json:"receipt_id"`
	Lines     []struct {
		Name    string `json:"name"`
		Price   int64  `json:"price_kopecks"`
		Millis  int64  `json:"millis"`
		Sum     int64  `json:"sum_kopecks"`
		VAT     string `json:"vat"`
		KM      string `json:"km"`
		Tag1265 string `json:"tag1265"`
	} `json:"lines"`
}

// documents reads the printer's journal.
func (w *world) documents(kind string) []document {
	w.t.Helper()
	body, err := os.ReadFile(w.ends.PrinterJournal)
	require.NoError(w.t, err)
	var found []document
	for _, line := range bytes.Split(bytes.TrimSpace(body), []byte("\n")) {
		var d document
		require.NoError(w.t, json.Unmarshal(line, &d), "%s", line)
		if d.Type == kind {
			found = append(found, d)
		}
	}
	return found
}

func scan(raw string) string {
	b, err := json.Marshal(map[string]string{"do": "scan", "raw": raw})
	if err != nil {
		panic(err) // two strings
	}
	return string(b)
}
