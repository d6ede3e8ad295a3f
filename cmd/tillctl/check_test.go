package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
)

const (
	moduleLogin    = "kassa"
	modulePassword = "Сложный-пароль-17"
)

// newModule starts a local module on dir that is fed by the centre, and waits until it has its data.
func newModule(t *testing.T, dir, centre, trust string) (url string) {
	t.Helper()
	bin := program(t, "localmodule")
	runOnce(t, bin, "init", "--data", dir, "--inn", inn, "--token", "lab-token", "--login", moduleLogin, "--password", modulePassword,
		"--upstream", centre, "--allow-basic", "--trust", trust)
	address := start(t, "listening on ", bin, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	runOnce(t, bin, "sync", "--data", dir)
	return "http://" + strings.TrimPrefix(address, "http://")
}

func runOnce(t *testing.T, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v: %s", filepath.Base(name), args[0], out)
}

// bindModule writes the module into the till's settings, as `lab all --module` does.
func (s shop) bindModule() {
	s.t.Helper()
	file := filepath.Join(s.dir, "till.yaml")
	c, err := config.Load(file)
	require.NoError(s.t, err)
	c.Marking.Offline = config.Offline{Enabled: true, URL: s.module, Login: moduleLogin, PasswordFile: "module-password"}
	require.NoError(s.t, config.WriteSecret(filepath.Join(s.dir, "module-password"), modulePassword))
	require.NoError(s.t, c.Save(file))
}

func (s shop) syncModule() {
	s.t.Helper()
	runOnce(s.t, program(s.t, "localmodule"), "sync", "--data", s.moduleDir)
}

// shop is a world with a centre that the module syncs from, and the module bound to the till.
type shop struct {
	*world
	module    string // its address
	moduleDir string
}

func newShop(t *testing.T) shop {
	t.Helper()
	w := newWorld(t)
	dir := t.TempDir()
	return shop{w, newModule(t, dir, w.ends.Central, filepath.Join(w.dir, "central", "feed-root.json")), dir}
}

func (s shop) check(km string, more ...string) map[string]any {
	s.t.Helper()
	r := s.run(nil, append([]string{"check", "--code", km, "--json", "--online", s.ends.Central, "--token", "t",
		"--module", s.module, "--login", moduleLogin, "--password", modulePassword}, more...)...)
	require.Equal(s.t, 0, r.code, r.stderr)
	require.Len(s.t, r.out, 1)
	return r.out[0]
}

func TestTheModuleAnswersWhenTheCentreDoesNot(t *testing.T) {
	s := newShop(t)
	good, _ := s.code(s.marked(0), nil)
	blocked, blockedKI := s.code(s.marked(1), nil)
	s.control(http.MethodPost, s.ends.CentralControl+"/lab/feed", map[string]any{"add": []string{blockedKI}})
	s.syncModule() // returns when the new version answers
	require.Equal(t, "allow", s.check(blocked)["verdict"], "the centre's yes counts, the list is for when it is away")

	t.Run("the centre answers", func(t *testing.T) {
		c := s.check(good)
		require.Equal(t, "allow", c["verdict"], c)
		require.Equal(t, "online", c["source"])
		require.Regexp(t, `^UUID=\S+&Time=\d+$`, c["tag1265"])
	})

	s.centreFaults(map[string]any{"blackhole": true, "on": "check"})
	t.Run("the centre is a black hole", func(t *testing.T) {
		c := s.check(good)
		require.Equal(t, "allow", c["verdict"], c)
		require.Equal(t, "module", c["source"])
		require.LessOrEqual(t, c["elapsed_ms"], 1550.0)
		require.GreaterOrEqual(t, c["elapsed_ms"], 1400.0, "the law gives the centre its time")
		require.Regexp(t, `^UUID=\S+&Time=\d+&Inst=\S+&Ver=\S+$`, c["tag1265"])
		require.NotNil(t, c["data_age_s"])
	})
	t.Run("a blocked code is refused by the module", func(t *testing.T) {
		c := s.check(blocked)
		require.Equal(t, "forbid", c["verdict"], c)
		require.Equal(t, "blocked", c["reason"])
		require.Equal(t, "module", c["source"])
	})
	t.Run("the centre refuses connections", func(t *testing.T) {
		c := s.check(good, "--online", "http://127.0.0.1:1")
		require.Equal(t, "module", c["source"], c)
		require.Less(t, c["elapsed_ms"], 1000.0, "nothing to wait for")
	})
	t.Run("both are gone", func(t *testing.T) {
		c := s.check(good, "--module", "http://127.0.0.1:1")
		require.Equal(t, "unchecked", c["verdict"], c)
		require.Equal(t, "none", c["source"])
		require.Empty(t, c["tag1265"])
		require.LessOrEqual(t, c["elapsed_ms"], 1550.0)
	})
	t.Run("a wrong password is not an answer", func(t *testing.T) {
		c := s.check(good, "--password", "не тот")
		require.Equal(t, "unchecked", c["verdict"], c)
		require.Equal(t, "unauthorised", c["module_fault"])
	})
}

func TestASaleOfflineGoesThroughTheModuleAndIsRememberedThere(t *testing.T) {
	s := newShop(t)
	s.bindModule()
	require.Equal(t, 0, s.tillctl("shift", "open").code)
	km, _ := s.code(s.marked(0), nil)
	s.centreFaults(map[string]any{"blackhole": true, "on": "all"})
	sold := s.tillctl("sell", "--script", s.script(scan(km), `{"do":"pay","kind":"cash","kopecks":`+s.marked(0).price+`}`, `{"do":"close"}`))
	require.Equal(t, 0, sold.code, "%v %s", sold.out, sold.stderr)
	lines := s.documents("sale")[0].Lines
	require.Regexp(t, `&Inst=.+&Ver=.+$`, lines[0].Tag1265)

	// The module is told after the document: the same code is refused from now on, whatever the centre says.
	s.centreFaults(map[string]any{})
	require.Eventually(t, func() bool {
		s.tillctl("shift", "status") // a till that runs tells what is still to be told
		return s.check(km)["reason"] == "sold-here"
	}, 20*time.Second, 200*time.Millisecond)
	s.requireTruth("after the offline sale")
}

func TestATokenIsVerifiedBeforeItIsKept(t *testing.T) {
	w := newWorld(t)
	file := filepath.Join(w.dir, "till.yaml")
	bad := w.run(strings.NewReader("bad-token\n"), "token", "set", "--config", file)
	require.Equal(t, 1, bad.code)
	require.Contains(t, bad.stderr, "Токен для ККТ")
	require.NotContains(t, bad.stderr, "bad-token")
	good := w.run(strings.NewReader("good-token\n"), "token", "set", "--config", file, "--json")
	require.Equal(t, 0, good.code, good.stderr)
	require.Equal(t, true, good.last()["ok"])
}

func TestTheDoctorSaysWhatWorks(t *testing.T) {
	s := newShop(t)
	s.bindModule()
	r := s.tillctl("doctor")
	require.Equal(t, 0, r.code, "%v %s", r.out, r.stderr)
	for _, c := range r.last()["checks"].([]any) {
		require.Equal(t, "ok", c.(map[string]any)["state"], c)
	}
	s.printerFaults(map[string]any{"power_off": true})
	r = s.tillctl("doctor")
	require.Equal(t, 1, r.code)
	body, err := json.Marshal(r.last())
	require.NoError(t, err)
	require.Contains(t, string(body), `"name":"printer","state":"fail"`)
}

func TestInitMakesATillWithoutADefaultPIN(t *testing.T) {
	w := &world{t: t, dir: t.TempDir()}
	dir := filepath.Join(w.dir, "new")
	r := w.run(nil, "init", "--dir", dir, "--inn", inn, "--name", "ООО «Магазин»")
	require.Equal(t, 1, r.code, "no PIN, no terminal")
	t.Setenv("TILLCTL_PIN", "0000")
	require.Equal(t, 1, w.run(nil, "init", "--dir", dir, "--inn", inn, "--name", "ООО «Магазин»").code, "too simple")
	t.Setenv("TILLCTL_PIN", "4827")
	require.Equal(t, 2, w.run(nil, "init", "--dir", dir, "--inn", "7700000001", "--name", "ООО «Магазин»").code, "a wrong ИНН is wrong usage")
	r = w.run(nil, "init", "--dir", dir, "--inn", inn, "--name", "ООО «Магазин»", "--json")
	require.Equal(t, 0, r.code, r.stderr)
	require.Equal(t, 1, w.run(nil, "init", "--dir", dir, "--inn", inn, "--name", "ООО «Магазин»").code, "a till is never overwritten")
	receipts := w.run(nil, "receipts", "--config", filepath.Join(dir, "till.yaml"), "--json")
	require.Equal(t, 0, receipts.code, receipts.stderr)
}
