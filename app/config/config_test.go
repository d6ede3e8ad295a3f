package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

const least = "version: 1\ntill: {name: Касса 1}\ndata: data\n"

// loaded reads settings from a file of their own.
func loaded(t *testing.T, body string) (*Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "till.yaml")
	require.NoError(t, os.WriteFile(file, []byte(body), 0o600))
	return Load(file)
}

// refusal is what is said of wrong settings: two parts, one line each.
func refusal(t *testing.T, err error) *Error {
	t.Helper()
	var wrong *Error
	require.ErrorAs(t, err, &wrong)
	require.NotEmpty(t, wrong.Do, "what a person can do")
	for _, part := range []string{wrong.Error(), wrong.Do} {
		require.NotContains(t, part, "\n")
	}
	return wrong
}

func TestSettingsThatCannotBeAreRefusedInOneLine(t *testing.T) {
	label := "labels: [{prefix: '21', item_digits: 5, value_digits: %d, kind: %k}]\n"
	for name, c := range map[string]struct{ body, what string }{
		"an unknown key":               {least + "nonsense: 1\n", `line 4: unknown key "nonsense"`},
		"two unknown keys":             {least + "a1: 1\nb1: 2\n", `line 4: unknown key "a1"; line 5: unknown key "b1"`},
		"a value of another type":      {least + "marking: {evidence_days: many}\n", "line 4: cannot unmarshal"},
		"broken YAML":                  {least + "marking: [\n", "yaml:"},
		"an empty file":                {"", "the file is empty"},
		"another version":              {"version: 7\n", "version 7"},
		"no name":                      {"version: 1\n", "till.name is empty"},
		"no folder":                    {"version: 1\ntill: {name: x}\n", "data is empty"},
		"a time zone":                  {"version: 1\ntill: {name: x, time_zone: 12}\ndata: d\n", "till.time_zone 12"},
		"a printer":                    {least + "printer: {kind: abacus}\n", `printer.kind "abacus"`},
		"paths":                        {least + "marking: {paths: [gateway, pigeon]}\n", `marking.paths has "pigeon"`},
		"paths, twice the same":        {least + "marking: {paths: [gateway, gateway]}\n", `marking.paths has "gateway"`},
		"no_answer":                    {least + "marking: {no_answer: perhaps}\n", `marking.no_answer "perhaps"`},
		"no_answer_in, its group":      {least + "marking: {no_answer_in: {stones: allow}}\n", `product group "stones"`},
		"no_answer_in, its word":       {least + "marking: {no_answer_in: {milk: ''}}\n", "marking.no_answer_in.milk"},
		"budget over the law's":        {least + "marking: {budget: 1501ms}\n", "marking.budget 1.501s"},
		"budget too short":             {least + "marking: {budget: 99ms}\n", "marking.budget 99ms"},
		"budget negative":              {least + "marking: {budget: -1s}\n", "marking.budget -1s"},
		"online.url without a scheme":  {least + "marking: {online: {url: cdn.crpt.ru}}\n", "marking.online.url"},
		"online.entry without a host":  {least + "marking: {online: {entry: 'https://'}}\n", "marking.online.entry"},
		"gateway.url of another kind":  {least + "marking: {gateway: {url: 'ftp://127.0.0.1'}}\n", "marking.gateway.url"},
		"offline.url with a port only": {least + "marking: {offline: {url: 'http://:5995'}}\n", "marking.offline.url"},
		"gateway.api":                  {least + "marking: {gateway: {api: 4, url: 'https://127.0.0.1:51401'}}\n", "marking.gateway.api 4"},
		"gateway.api without url":      {least + "marking: {gateway: {api: 2}}\n", "without marking.gateway.url"},
		"fingerprint":                  {least + "marking: {gateway: {fingerprint: abc}}\n", "marking.gateway.fingerprint"},
		"token_until":                  {least + "marking: {online: {token_until: '31.12.2026'}}\n", "marking.online.token_until"},
		"emergency.probe":              {least + "marking: {emergency: {probe: -1s}}\n", "marking.emergency.probe"},
		"evidence_days":                {least + "marking: {evidence_days: -1}\n", "marking.evidence_days"},
		"precheck.batch":               {least + "marking: {precheck: {batch: 101}}\n", "marking.precheck.batch 101"},
		"precheck.every":               {least + "marking: {precheck: {every: -1s}}\n", "marking.precheck"},
		"label, its kind":              {least + strings.NewReplacer("%d", "5", "%k", "pounds").Replace(label), `labels, the 1. one: kind "pounds"`},
		"label, its digits":            {least + strings.NewReplacer("%d", "9", "%k", "grams").Replace(label), "labels, the 1. one:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loaded(t, c.body)
			wrong := refusal(t, err)
			require.True(t, strings.HasPrefix(wrong.Error(), "settings till.yaml: "), wrong.Error())
			require.Contains(t, wrong.What, c.what)
		})
	}
}

func TestSettingsAtTheirLimitsAreTaken(t *testing.T) {
	for name, body := range map[string]string{
		"the least":                      least,
		"the law's budget":               least + "marking: {budget: 1.5s}\n",
		"the shortest budget":            least + "marking: {budget: 100ms}\n",
		"a module that is not bound yet": least + "marking: {offline: {enabled: true}}\n",
		"a key that comes later":         least + "marking: {online: {entry: 'https://cdn.crpt.ru', token_file: none}}\n",
		"rules that must be mended":      least + "marking: {rules_file: none.json}\n",
		"a gateway":                      least + "marking: {gateway: {url: 'https://[::1]:51401', api: 3, fingerprint: " + strings.Repeat("aF", 32) + "}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loaded(t, body)
			require.NoError(t, err)
		})
	}
}

func TestOnlySettingsThatAreMissingAskForConfig(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(filepath.Join(dir, "till.yaml"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Contains(t, refusal(t, err).Do, "--config")

	c, err := loaded(t, least+"marking: {rules_file: none.json}\n")
	require.NoError(t, err)
	_, err = c.Rules()
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Contains(t, refusal(t, err).What, "marking.rules_file: ")
	require.NotContains(t, refusal(t, err).Do, "--config")

	require.NoError(t, os.WriteFile(c.Path("none.json"), []byte("{\n"), 0o600))
	_, err = c.Rules()
	require.Contains(t, refusal(t, err).What, "none.json")

	_, err = c.Secret("pin")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NotContains(t, refusal(t, err).Do, "--config")
}

func TestRulesAreTheBuiltInOnesUnlessTheSettingsNameAFile(t *testing.T) {
	c, err := loaded(t, least)
	require.NoError(t, err)
	rules, err := c.Rules()
	require.NoError(t, err)
	require.Equal(t, marking.DefaultRules().Version(), rules.Version())
}

func TestASecretIsKeptFromOthers(t *testing.T) {
	c, err := loaded(t, least)
	require.NoError(t, err)
	require.NoError(t, WriteSecret(c.Path("pin"), "1234"))
	pin, err := c.Secret("pin")
	require.NoError(t, err)
	require.Equal(t, "1234", pin)
	if os.PathSeparator == '/' {
		require.NoError(t, os.Chmod(c.Path("pin"), 0o644))
		_, err = c.Secret("pin")
		require.Contains(t, refusal(t, err).Do, "chmod 600")
	}
	require.NoError(t, WriteSecret(c.Path("large"), strings.Repeat("1", maxSecret)))
	_, err = c.Secret("large")
	require.Contains(t, refusal(t, err).What, "large")
}

func TestWhatIsSavedIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "till.yaml")
	c := Config{Version: Version, Data: "data", Till: Till{Name: "Касса 1"}, Marking: Marking{Budget: time.Second, NoAnswerIn: map[string]string{"milk": "allow"}}}
	require.NoError(t, c.Save(file))
	got, err := Load(file)
	require.NoError(t, err)
	require.Equal(t, c, *got)
	require.Equal(t, filepath.Join(filepath.Dir(file), "data"), got.Path(got.Data))
}

func FuzzSettingsAreReadOrRefusedInOneLine(f *testing.F) {
	for _, body := range []string{least, least + "nonsense: 1\n", "\x00", "version: [\n", "!!binary x", "a: &a [*a]"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := parse(body); err != nil {
			refusal(t, err)
		}
	})
}
