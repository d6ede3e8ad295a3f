package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"kassa/app/feed"
	"kassa/cmd/internal/cli"
	"kassa/localmodule/api"
	"kassa/localmodule/cache"
	"kassa/localmodule/upstream/feedtest"

	"github.com/stretchr/testify/require"
)

const (
	inn      = "7700000009"
	login    = "till-1"
	password = "correct horse"

	asProg    = "KASSA_TEST_AS_LOCALMODULE" // makes the test binary the program itself
	anyThread = "any-thread"
	oneThread = "one-thread" // the whole sync on one thread: strace counts system calls by thread
)

// TestMain lets tests start this program in another process, to be killed there.
func TestMain(m *testing.M) {
	switch os.Getenv(asProg) {
	case oneThread:
		runtime.LockOSThread()
		fallthrough
	case anyThread:
		main()
		return
	}
	os.Exit(m.Run())
}

// program is this program in another process.
func program(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProg+"="+anyThread)
	return cmd
}

// run is one command in this process.
func run(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(t.Context(), newRoot(&stdout, &stderr), args, &stderr)
	return code, stdout.String(), stderr.String()
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errOut := run(t, args...)
	require.Zero(t, code, errOut)
	return out
}

func initArgs(dir string, more ...string) []string {
	return append([]string{"init", "--data", dir, "--inn", inn, "--token", "t0ken", "--login", login, "--password", password}, more...)
}

// serving is a running server in another process.
type serving struct {
	cmd  *exec.Cmd
	url  string
	logs *bytes.Buffer // to be read when it has ended
}

func serve(t *testing.T, dir string, more ...string) *serving {
	t.Helper()
	s := &serving{cmd: program(t.Context(), append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, more...)...), logs: &bytes.Buffer{}}
	s.cmd.Stderr = s.logs
	out, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, s.logs)
	addr, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	require.True(t, ok, line)
	s.url = "http://" + addr
	return s
}

// end ends it politely.
func (s *serving) end(t *testing.T) {
	t.Helper()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.cmd.Wait(), s.logs)
}

func (s *serving) check(t *testing.T, cis string) (status int, blocked bool) {
	t.Helper()
	body, err := json.Marshal(api.OutCheckRequest{CISList: []api.Asked{{CIS: cis}}})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+api.PathOutCheck, bytes.NewReader(body))
	require.NoError(t, err)
	req.SetBasicAuth(login, password)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	if resp.StatusCode != 200 {
		return resp.StatusCode, false
	}
	var answer api.OutCheckAnswer
	require.NoError(t, json.Unmarshal(data, &answer))
	return 200, answer.Results[0].Codes[0].IsBlocked
}

func TestCommandLines(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"help":                           {[]string{"--help"}, 0, ""},
		"an unknown command":             {[]string{"import"}, 2, "unknown command"},
		"serve without a folder":         {[]string{"serve"}, 2, "--data is missing"},
		"an unknown flag":                {[]string{"serve", "--tls"}, 2, "unknown flag"},
		"init without a password":        {[]string{"init", "--data", missing, "--inn", inn, "--token", "t", "--login", "l"}, 2, "--password is missing"},
		"init with a wrong ИНН":          {[]string{"init", "--data", missing, "--inn", "7700000008", "--token", "t", "--login", "l", "--password", password}, 1, "check the number given with --inn"},
		"init with a short password":     {[]string{"init", "--data", missing, "--inn", inn, "--token", "t", "--login", "admin", "--password", "admin"}, 1, "at least 8 characters"},
		"init with a wrong address":      {initArgs(missing, "--upstream", "centre"), 2, "address of the upstream"},
		"init with a missing trust file": {initArgs(missing, "--trust", missing), 1, "check the file given with --trust"},
		"status of nothing":              {[]string{"status"}, 2, "either --data or --url"},
		"status of a missing folder":     {[]string{"status", "--data", missing}, 1, "localmodule init"},
		"sync of a missing folder":       {[]string{"sync", "--data", missing}, 1, "localmodule init"},
		"fill with too many codes":       {[]string{"fill", "--data", missing, "--blocked", "100000001", "--login", "l", "--password", password}, 2, "--blocked"},
		"fill without a login":           {[]string{"fill", "--data", missing, "--password", password}, 2, "--login or --password"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errOut := run(t, tc.args...)
			require.Equal(t, tc.code, code, errOut)
			require.Contains(t, errOut, tc.says)
			if tc.code != 0 {
				require.Regexp(t, `^error: .+\n$`, errOut, "one line")
			}
			require.NoDirExists(t, missing)
		})
	}
}

func TestInitPinsTheRootKeysAndBelongsToOneEntity(t *testing.T) {
	centre := feedtest.New(t, time.Now)
	dir := t.TempDir()
	fingerprint := centre.Trust().Fingerprint()
	out := mustRun(t, initArgs(dir, "--upstream", centre.URL)...)
	require.Contains(t, out, inn)
	require.Contains(t, out, fingerprint)
	require.NotContains(t, out, password)
	require.Contains(t, mustRun(t, initArgs(dir, "--upstream", centre.URL)...), fingerprint, "the same once more")

	other := feedtest.New(t, time.Now)
	file := filepath.Join(t.TempDir(), "feed-root.json")
	data, err := json.Marshal(other.Trust())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, data, 0o600))
	code, _, errOut := run(t, initArgs(dir, "--trust", file)...)
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "other root keys are pinned")
	require.Contains(t, mustRun(t, initArgs(t.TempDir(), "--trust", file)...), other.Trust().Fingerprint(), "without any contact")
	code, _, errOut = run(t, initArgs(t.TempDir(), "--trust", file, "--upstream", centre.URL)...)
	require.Equal(t, 1, code, "the file's keys have not signed this upstream's")
	require.Contains(t, errOut, "unknown key")

	code, _, errOut = run(t, "init", "--data", dir, "--inn", "7707083893", "--token", "t", "--login", login, "--password", password)
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "belongs to another legal entity")
	code, _, errOut = run(t, "fill", "--data", dir, "--blocked", "1", "--login", login, "--password", password)
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "initialised for real")
}

func TestCommandsWorkAloneAndBesideARunningServer(t *testing.T) {
	centre := feedtest.New(t, time.Now)
	bad, worse := feed.Canonical(testGTIN, "bad"), feed.Canonical(testGTIN, "worse")
	centre.Publish([]string{bad}, nil)
	dir := t.TempDir()
	mustRun(t, initArgs(dir, "--upstream", centre.URL, "--allow-basic")...)
	require.Contains(t, mustRun(t, "sync", "--data", dir), "blocked_cis 1/2: 1 entries, loaded")
	var alone, beside, byURL api.Status
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "status", "--data", dir, "--json")), &alone))
	require.Equal(t, api.StatusReady, alone.Status)

	s := serve(t, dir)
	code, blocked := s.check(t, bad)
	require.Equal(t, 200, code)
	require.True(t, blocked)
	centre.Publish([]string{worse}, nil)
	require.Contains(t, mustRun(t, "sync", "--data", dir), "blocked_cis 1/3: 1 entries, loaded")
	_, blocked = s.check(t, worse)
	require.True(t, blocked, "the new version answers when sync returns")
	_, blocked = s.check(t, bad)
	require.False(t, blocked)
	require.Contains(t, mustRun(t, "sync", "--data", dir, "--full"), "loaded")
	require.Contains(t, mustRun(t, "sync", "--data", dir), "as before")

	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "status", "--data", dir, "--json")), &beside))
	require.NoError(t, json.Unmarshal([]byte(mustRun(t, "status", "--url", s.url, "--json")), &byURL))
	require.Equal(t, beside, byURL)
	require.EqualValues(t, 3, beside.DBState["blocked_cis"].Seq)
	require.Equal(t, alone.Inst, beside.Inst)
	require.Regexp(t, `status +ready\n`, mustRun(t, "status", "--data", dir))

	exit, _, errOut := run(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	require.Equal(t, 1, exit)
	require.Contains(t, errOut, "in use by another process")
	exit, _, errOut = run(t, initArgs(dir)...)
	require.Equal(t, 1, exit)
	require.Contains(t, errOut, "in use by another process")

	centre.Spoil(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(500); return true })
	exit, _, errOut = run(t, "sync", "--data", dir)
	require.Equal(t, 1, exit)
	require.Contains(t, errOut, "the old data serve on")
	_, blocked = s.check(t, worse)
	require.True(t, blocked)
	s.end(t)
	for _, secret := range []string{password, "t0ken", "worse"} {
		require.NotContains(t, s.logs.String(), secret)
	}
}

func TestPlainHTTPNeedsToBeAllowed(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, initArgs(dir)...)
	s := serve(t, dir)
	code, _ := s.check(t, testGTIN)
	require.Equal(t, 401, code)
	s.end(t)
	s = serve(t, dir, "--allow-basic")
	code, _ = s.check(t, testGTIN)
	require.Equal(t, 400, code, "not ready, but logged in")
	s.end(t)
}

func TestAServerThatWasKilledLeavesAFolderThatServes(t *testing.T) {
	dir := t.TempDir()
	out := mustRun(t, "fill", "--data", dir, "--blocked", "1000", "--seed", "7", "--login", login, "--password", password, "--allow-basic")
	first := strings.TrimSpace(out[strings.LastIndex(out, " "):])
	for range 3 {
		s := serve(t, dir)
		_, blocked := s.check(t, first)
		require.True(t, blocked)
		require.NoError(t, s.cmd.Process.Kill())
		require.Error(t, s.cmd.Wait())
		// The control file of the killed server is still there.
		require.Contains(t, mustRun(t, "status", "--data", dir), "blocked_cis 1000")
	}
	require.Contains(t, mustRun(t, "fill", "--data", dir, "--blocked", "10", "--login", login, "--password", password), "10 blocked codes", "it may be filled again")
	code, _, errOut := run(t, initArgs(dir)...)
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "made-up test data")
	code, _, errOut = run(t, "serve", "--data", dir, "--upstream", "http://127.0.0.1:1", "--listen", "127.0.0.1:0")
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "made-up test data")
}

// killed is a folder whose syncs are killed.
type killed struct {
	dir    string
	centre *feedtest.Centre
	seq    int64 // the newest version of the centre, which begins with an empty version 1
}

func newKilled(t *testing.T) *killed {
	k := &killed{dir: t.TempDir(), centre: feedtest.New(t, time.Now), seq: 1}
	mustRun(t, initArgs(k.dir, "--upstream", k.centre.URL)...)
	k.publish(1000)
	mustRun(t, "sync", "--data", k.dir)
	return k
}

// marker is a code that only this version lists.
func marker(seq int64) string { return feed.Canonical(testGTIN, fmt.Sprint("version-", seq)) }

func (k *killed) publish(codes int) {
	all := []string{marker(k.seq + 1)}
	for i := range codes {
		all = append(all, feed.Canonical(testGTIN, fmt.Sprintf("%d-%d", k.seq, i)))
	}
	k.seq = k.centre.Publish(all, nil)
}

// requireWhole opens the folder after an accident: one version, all of it, and it is the old or the new one.
func (k *killed) requireWhole(t *testing.T, before int64) (seq int64) {
	t.Helper()
	c, err := cache.Open(t.Context(), k.dir, cache.Settings{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	require.NoError(t, c.Probe(t.Context()))
	require.NoError(t, c.Verify(t.Context()), "every entry of the set that the head describes")
	st := c.State()
	seq = st.Lists[feed.BlockedCIS].Seq
	require.Contains(t, []int64{before, k.seq}, seq, "old or new")
	require.Equal(t, seq, st.Lists[feed.BlockedGTIN].Seq, "both lists are of one version")
	v, err := c.View()
	require.NoError(t, err)
	defer v.Close()
	for _, s := range []int64{before, k.seq} {
		_, serial, err := feed.ParseKI(marker(s))
		require.NoError(t, err)
		f, err := v.Look(t.Context(), testGTIN, serial)
		require.NoError(t, err)
		require.Equal(t, s == seq, f.Blocked, "marker of %d in version %d", s, seq)
	}
	return seq
}

func TestASyncKilledAtAnyMomentLeavesTheOldOrTheNewVersion(t *testing.T) {
	k := newKilled(t)
	k.publish(5_000)
	began := time.Now()
	require.NoError(t, program(t.Context(), "sync", "--data", k.dir).Run())
	whole := time.Since(began)
	seq := k.requireWhole(t, k.seq)
	const rounds = 20
	for i := range rounds {
		k.publish(5_000)
		cmd := program(t.Context(), "sync", "--data", k.dir)
		require.NoError(t, cmd.Start())
		// The moments are spread over the time that a sync takes, and a little more.
		time.Sleep(whole * time.Duration(i) / (rounds - 2))
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()
		seq = k.requireWhole(t, seq)
	}
	mustRun(t, "sync", "--data", k.dir)
	require.Equal(t, k.seq, k.requireWhole(t, seq), "a sync that is left alone heals everything")
}

// TestASyncThatFailsAtEachSystemCall kills the sync, or fails its call, at the k-th call of each kind of file
// operation, k = 1, 2, … until nothing is injected any more. It needs strace: KASSA_KILLMATRIX=1.
func TestASyncThatFailsAtEachSystemCall(t *testing.T) {
	if os.Getenv("KASSA_KILLMATRIX") == "" {
		t.Skip("make kill-test runs it: it needs strace")
	}
	strace, err := exec.LookPath("strace")
	require.NoError(t, err, "strace is needed")
	for _, accident := range []string{"signal=KILL", "error=ENOSPC", "error=EIO"} {
		t.Run(accident, func(t *testing.T) {
			k := newKilled(t)
			seq := k.requireWhole(t, k.seq)
			points := 0
			// strace counts the calls of each kind apart.
			for _, call := range []string{"write", "pwrite64", "fsync", "ftruncate", "renameat", "unlink", "unlinkat"} {
				for at := 1; ; at++ {
					require.Less(t, at, 1000, "no end of %s", call)
					k.publish(300)
					hit, err := k.syncUnder(t, strace, call, fmt.Sprintf("%s:%s:when=%d", call, accident, at))
					seq = k.requireWhole(t, seq)
					if !hit {
						require.NoError(t, err)
						break
					}
					points++
				}
			}
			t.Log(points, "points")
			require.Greater(t, points, 60)
			mustRun(t, "sync", "--data", k.dir)
			require.Equal(t, k.seq, k.requireWhole(t, seq))
		})
	}
}

// syncUnder runs a sync with an accident, and tells whether it happened.
func (k *killed) syncUnder(t *testing.T, strace, call, inject string) (hit bool, err error) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "strace")
	cmd := exec.CommandContext(t.Context(), strace, "-f", "-qq", "-o", log, "-e", "trace="+call, "-e", "inject="+inject, os.Args[0], "sync", "--data", k.dir)
	cmd.Env = append(os.Environ(), asProg+"="+oneThread)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	require.True(t, err == nil || errors.As(err, &exit), "%v: %s", err, out)
	trace, readErr := os.ReadFile(log)
	require.NoError(t, readErr)
	return bytes.Contains(trace, []byte("INJECTED")) || bytes.Contains(trace, []byte("killed by SIGKILL")), err
}

func TestTogetherEndsAllWhenOneFails(t *testing.T) {
	broken := errors.New("broken")
	ended := false
	err := together(t.Context(),
		func(context.Context) error { return broken },
		func(ctx context.Context) error { <-ctx.Done(); ended = true; return nil })
	require.ErrorIs(t, err, broken)
	require.True(t, ended)
}
