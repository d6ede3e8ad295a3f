package wire

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/sync/centralsim"
)

// The benchmarks of a check go the whole way of a scan: the bytes of the scan are read, both sources are
// asked over real HTTP (the central simulator in this process, the module in its own), the verdict is made.

const (
	benchLogin    = "bench"
	benchPassword = "bench-password"
	benchBlocked  = "1000000"
)

func benchCode(n int) []byte {
	return fmt.Appendf(nil, "0104600000000350215%012d\x1d93Zz9Q", n)
}

// benchCentre is a central system that allows the codes; faults sets what goes wrong with checks.
func benchCentre(b *testing.B) (url string, faults func(set string)) {
	b.Helper()
	central, err := centralsim.New(centralsim.Options{Dir: b.TempDir(), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	server := httptest.NewServer(central.Handler())
	b.Cleanup(server.Close)
	tell := func(method, path, body string) {
		answer := httptest.NewRecorder()
		central.Control().ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
		require.Equal(b, http.StatusOK, answer.Code, answer.Body)
	}
	tell(http.MethodPut, "/lab/codes", `[{"cis":"`+string(benchCode(1)[:31])+`","found":true,"valid":true,"verified":true,"realizable":true,"utilised":true,"isBlocked":false,"sold":false,"groupIds":[13]}]`)
	return server.URL, func(set string) { tell(http.MethodPost, "/lab/faults", set) }
}

// benchModule is a local module of a million blocked codes in its own process.
func benchModule(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	program := filepath.Join(dir, "localmodule")
	build := exec.Command("go", "build", "-o", program, "kassa/cmd/localmodule")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(b, err, "%s", out)
	data := filepath.Join(dir, "data")
	out, err = exec.Command(program, "fill", "--data", data, "--blocked", benchBlocked, "--seed", "1",
		"--login", benchLogin, "--password", benchPassword, "--allow-basic").CombinedOutput()
	require.NoError(b, err, "%s", out)
	serve := exec.Command(program, "serve", "--data", data, "--listen", "127.0.0.1:0")
	pipe, err := serve.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, serve.Start())
	b.Cleanup(func() {
		_ = serve.Process.Signal(syscall.SIGTERM)
		_ = serve.Wait()
	})
	line, err := bufio.NewReader(pipe).ReadString('\n')
	require.NoError(b, err)
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	require.True(b, ok, line)
	return "http://" + strings.TrimPrefix(address, "http://")
}

func BenchmarkScanToVerdict(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	url, _ := benchCentre(b)
	centre := OnlineAt(url, benchToken, log)
	module := ModuleAt(benchModule(b), benchLogin, benchPassword, log)
	for _, c := range []struct {
		name   string
		paths  []sale.Online
		module sale.Module
		source marking.Source
		budget time.Duration // 0: the law's
	}{
		{"online", []sale.Online{centre}, module, marking.SourceOnline, 0},
		{"module", nil, module, marking.SourceModule, 0},
		{"breaker-open", []sale.Online{silent{}}, module, marking.SourceModule, 20 * time.Millisecond}, // the misses before it need not last
	} {
		b.Run(c.name, func(b *testing.B) {
			judge := sale.NewJudge(c.module, sale.JudgeSettings{Now: time.Now, OfflineOn: true, Budget: c.budget}, c.paths...)
			defer judge.Close()
			check := func() sale.Checked {
				scan, err := marking.Parse(benchCode(1))
				require.NoError(b, err)
				now := time.Now()
				return judge.Check(b.Context(), marking.Query{Code: scan.Code, Group: marking.Water, Price: 4500, At: now}, now)
			}
			if c.name == "breaker-open" {
				for !judge.BreakerOpen() { // the misses that open it are not what is measured
					check()
				}
			}
			for b.Loop() {
				if got := check(); got.Verdict.Decision != marking.Allow || got.Verdict.Source != c.source {
					b.Fatalf("verdict %+v, module %+v", got.Verdict, got.Module)
				}
			}
		})
	}
}

// silent is a centre that never answers.
type silent struct{}

func (silent) Check(ctx context.Context, _ marking.Query) marking.OnlineAnswer {
	<-ctx.Done()
	return marking.OnlineAnswer{Fault: marking.FaultTimeout}
}

func (silent) Probe(ctx context.Context) sale.OnlineState {
	<-ctx.Done()
	return sale.OnlineState{Fault: marking.FaultTimeout}
}

// BenchmarkBareRequest is the baseline: a POST of the same size over a kept connection, answered at once.
func BenchmarkBareRequest(b *testing.B) {
	answer := bytes.Repeat([]byte("x"), 400)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write(answer)
	}))
	defer server.Close()
	body := bytes.Repeat([]byte("x"), 100)
	for b.Loop() {
		got, err := http.Post(server.URL, "application/json", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, got.Body)
		_ = got.Body.Close()
	}
}
