package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
)

// doctorSays runs the doctor and gives its checks by their names.
func doctorSays(t *testing.T, file string) (code int, found map[string]checkup, stderr string) {
	t.Helper()
	code, out, stderr := inProcess(t, "doctor", "--json", "--config", file)
	var said struct{ Checks []checkup }
	require.NoError(t, json.Unmarshal([]byte(out), &said), out)
	found = map[string]checkup{}
	for _, c := range said.Checks {
		found[c.Name] = c
	}
	return code, found, stderr
}

// doctored writes settings with a change.
func doctored(t *testing.T, change func(*config.Config)) string {
	t.Helper()
	file := settingsWith(t, "")
	c, err := config.Load(file)
	require.NoError(t, err)
	change(c)
	require.NoError(t, c.Save(file))
	return file
}

func TestTheDoctorFindsWhatKeepsATillFromStarting(t *testing.T) {
	t.Run("all is well", func(t *testing.T) {
		_, found, _ := doctorSays(t, doctored(t, func(*config.Config) {}))
		require.Equal(t, "ok", found["settings"].State)
		require.Equal(t, "version 17.1, built in", found["rules"].Text)
		require.Equal(t, "the usual ones", found["labels"].Text)
	})
	t.Run("wrong settings", func(t *testing.T) {
		file := doctored(t, func(c *config.Config) { c.Marking.NoAnswer = "perhaps" })
		code, found, stderr := doctorSays(t, file)
		require.Equal(t, 1, code)
		require.Equal(t, "error: 1 of 1 parts do not work - follow the advice beside each\n", stderr)
		require.Equal(t, checkup{"settings", "fail", `settings till.yaml: marking.no_answer "perhaps" is no word for it`, "set forbid or allow"}, found["settings"])
	})
	t.Run("wrong labels", func(t *testing.T) {
		_, found, _ := doctorSays(t, doctored(t, func(c *config.Config) { c.Labels = []config.Label{{Prefix: "21", Kind: "grams"}} }))
		require.Contains(t, found["settings"].Text, "labels, the 1. one")
	})
	t.Run("no rules", func(t *testing.T) {
		code, found, _ := doctorSays(t, doctored(t, func(c *config.Config) { c.Marking.RulesFile = "none.json" }))
		require.Equal(t, 1, code)
		require.Equal(t, "fail", found["rules"].State)
		require.Contains(t, found["rules"].Do, "rules")
	})
	t.Run("broken rules", func(t *testing.T) {
		file := doctored(t, func(c *config.Config) { c.Marking.RulesFile = "rules.json" })
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(file), "rules.json"), []byte("{"), 0o600))
		_, found, _ := doctorSays(t, file)
		require.Equal(t, "fail", found["rules"].State)
		require.Contains(t, found["rules"].Text, "rules.json")
	})
	t.Run("rules of one's own", func(t *testing.T) {
		rules := writeRules(t, t.TempDir(), newer)
		_, found, _ := doctorSays(t, doctored(t, func(c *config.Config) { c.Marking.RulesFile = rules }))
		require.Contains(t, found["rules"].Text, "version shop-2")
		require.Contains(t, found["rules"].Text, rules)
	})
	t.Run("a gateway that is stopped", func(t *testing.T) {
		_, found, _ := doctorSays(t, doctored(t, func(c *config.Config) { c.Marking.Gateway.URL = "https://127.0.0.1:1" }))
		require.Equal(t, "fail", found["gateway"].State)
		require.Contains(t, found["gateway"].Do, "the gateway's service runs")
	})
	t.Run("no module yet", func(t *testing.T) {
		_, found, _ := doctorSays(t, doctored(t, func(c *config.Config) { c.Marking.Offline.Enabled = true }))
		require.Equal(t, "warn", found["module"].State)
	})
	t.Run("no key yet", func(t *testing.T) {
		_, found, _ := doctorSays(t, doctored(t, func(c *config.Config) {
			c.Marking.Online = config.Online{Entry: "http://127.0.0.1:1", TokenFile: "token"}
		}))
		require.Equal(t, checkup{"trueapi", "fail", "there is no key", "run tillctl token set"}, found["trueapi"])
	})
}

func TestOnlyMissingSettingsAdviseConfig(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script.jsonl")
	require.NoError(t, os.WriteFile(script, []byte(`{"do":"close"}`+"\n"), 0o600))
	file := doctored(t, func(c *config.Config) {
		c.Marking.RulesFile, c.Printer = "none.json", config.Printer{Kind: "shtrih", Address: "tcp:127.0.0.1:1"}
	})
	code, _, stderr := inProcess(t, "sell", "--script", script, "--config", file)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "error: there is no folder ")
	require.NoError(t, os.Mkdir(filepath.Join(filepath.Dir(file), "data"), 0o700))
	code, _, stderr = inProcess(t, "sell", "--script", script, "--config", file)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "error: settings till.yaml: marking.rules_file: ")
	require.NotContains(t, stderr, "--config")

	code, _, stderr = inProcess(t, "sell", "--script", script, "--config", filepath.Join(t.TempDir(), "none.yaml"))
	require.Equal(t, 1, code)
	require.Contains(t, stderr, " - name the settings with --config")
}
