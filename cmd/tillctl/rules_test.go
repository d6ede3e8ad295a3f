package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/cmd/internal/cli"
)

// inProcess runs a command that needs no till.
func inProcess(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(t.Context(), newRoot(strings.NewReader(""), &stdout, &stderr), args, &stderr)
	return code, stdout.String(), stderr.String()
}

// settingsWith writes settings that name a file of rules; empty: none.
func settingsWith(t *testing.T, rulesFile string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "till.yaml")
	c := config.Config{
		Version: config.Version, Data: "data", Till: config.Till{Name: "Касса 1"}, Marking: config.Marking{RulesFile: rulesFile},
	}
	require.NoError(t, c.Save(file))
	return file
}

func writeRules(t *testing.T, dir string, change func(string) string) string {
	t.Helper()
	file := filepath.Join(dir, "rules.json")
	require.NoError(t, os.WriteFile(file, []byte(change(string(marking.DefaultRules().Text()))), 0o600))
	return file
}

// newer is a version of one's own: soft drinks expire no more, group 44 does until the end of 2027.
func newer(text string) string {
	return strings.NewReplacer(`"version": "17.1"`, `"version": "shop-2"`, `"softdrinks", "bio"`, `"44", "bio"`,
		`"reason": "expired",`, `"reason": "expired", "until": "2027-12-31",`, `"after_days": 3`, `"after_days": 5`,
		`{"softdrinks": "2025-06-01"}`, `{"44": "never"}`, `"reason": "sold",`, `"reason": "sold", "from": "2026-01-01", "until": "2026-12-31",`).Replace(text)
}

func TestRulesShowPrintsTheBuiltInTable(t *testing.T) {
	code, out, errOut := inProcess(t, "rules", "show")
	require.Zero(t, code, errOut)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Equal(t, "version 17.1 of 2026-11-22", lines[0])
	require.Contains(t, lines, "days without checks after an emergency: 3")
	require.Contains(t, lines, "offline check mandatory, all groups: 2025-03-01")
	require.Contains(t, lines, "offline check mandatory, softdrinks: 2025-06-01")
	require.Equal(t, []string{"id", "title", "days", "source", "groups"}, strings.Fields(lines[5]))
	require.Len(t, lines, 6+len(marking.DefaultRules().List()))
	require.Regexp(t, `(?m)^not-found +Нет сведений о коде +any +marking-check §3 row 1; G17 §4 +all$`, out)
	require.Regexp(t, `(?m)^permit-void +Разрешительный документ не действует +from 2025-09-01 .* water beer lp perfumery tires$`, out)
}

func TestRulesShowJSONIsTheFileItself(t *testing.T) {
	code, out, errOut := inProcess(t, "rules", "show", "--json")
	require.Zero(t, code, errOut)
	require.Equal(t, string(marking.DefaultRules().Text()), out)
	require.True(t, json.Valid([]byte(out)))

	file := writeRules(t, t.TempDir(), func(string) string { return out })
	code, out, errOut = inProcess(t, "rules", "check", file)
	require.Zero(t, code, errOut)
	require.Equal(t, "the table is good: version 17.1, 18 rules\n", out)
}

func TestRulesShowPrintsTheTableOfTheSettings(t *testing.T) {
	settings := settingsWith(t, "rules.json") // beside the settings
	file := writeRules(t, filepath.Dir(settings), newer)
	code, out, errOut := inProcess(t, "rules", "show", "--config", settings)
	require.Zero(t, code, errOut)
	require.Regexp(t, `^version shop-2-[0-9a-f]{8} of 2026-11-22\n`, out)
	require.Contains(t, out, "days without checks after an emergency: 5\n")
	require.Contains(t, out, "offline check mandatory, 44: never\n")
	require.Regexp(t, `(?m)^expired +Истёк срок годности +until 2027-12-31 .* water 44 bio `, out)
	require.Regexp(t, `(?m)^sold +Выведен из оборота +2026-01-01 to 2026-12-31 `, out)

	code, out, errOut = inProcess(t, "rules", "show", "--config", settings, "--json")
	require.Zero(t, code, errOut)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(text), out)

	_, builtIn, _ := inProcess(t, "rules", "show")
	code, out, errOut = inProcess(t, "rules", "show", "--config", settingsWith(t, ""))
	require.Zero(t, code, errOut)
	require.Equal(t, builtIn, out)
}

func TestRulesCheckPrintsJSON(t *testing.T) {
	file := writeRules(t, t.TempDir(), newer)
	code, out, errOut := inProcess(t, "rules", "check", file, "--json")
	require.Zero(t, code, errOut)
	var said struct {
		OK            bool
		Version, Date string
		Rules         int
	}
	require.NoError(t, json.Unmarshal([]byte(out), &said))
	require.True(t, said.OK)
	require.Regexp(t, `^shop-2-[0-9a-f]{8}$`, said.Version)
	require.Equal(t, "2026-11-22", said.Date)
	require.Equal(t, 18, said.Rules)
}

func TestRulesThatCannotBeUsedAreRefusedInOneLine(t *testing.T) {
	bad := writeRules(t, t.TempDir(), func(s string) string {
		return strings.Replace(s, `"when": ["sold is true"],`, `"when": ["sold is ture"],`, 1)
	})
	large := writeRules(t, t.TempDir(), func(s string) string { return s + strings.Repeat(" ", marking.MaxRulesSize) })
	missing := filepath.Join(t.TempDir(), "no.json")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a wrong condition":       {[]string{"rules", "check", bad}, 1, bad + `: rule 2 ("module-sold"): when "sold is ture": allowed are `},
		"a file that is too long": {[]string{"rules", "check", large}, 1, "at most 262144 are allowed"},
		"no file":                 {[]string{"rules", "check", missing}, 1, " - name a file of rules"},
		"a folder":                {[]string{"rules", "check", t.TempDir()}, 1, "read rules: "},
		"no argument":             {[]string{"rules", "check"}, 2, "accepts 1 arg(s), received 0"},
		"no command":              {[]string{"rules"}, 2, "needs a command: check, show"},
		"no settings":             {[]string{"rules", "show", "--config", missing}, 1, "name the settings with --config"},
		"wrong rules in settings": {[]string{"rules", "show", "--config", settingsWith(t, bad)}, 1, `rule 2 ("module-sold")`},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := inProcess(t, c.args...)
			require.Equal(t, c.code, code)
			require.Empty(t, out)
			require.True(t, strings.HasPrefix(errOut, "error: "), errOut)
			require.Contains(t, errOut, c.says)
			require.Equal(t, 1, strings.Count(errOut, "\n"), errOut)
		})
	}
}
