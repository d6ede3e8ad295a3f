package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/precheck"
	"kassa/sync/trueapi"
)

func TestWrongUsageIsOneLineThatSaysWhatToDo(t *testing.T) {
	file := settingsWith(t, "")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"an unknown flag":            {[]string{"sell", "--nonsense"}, "error: unknown flag: --nonsense - run tillctl sell --help\n"},
		"an argument too many":       {[]string{"doctor", "now"}, ` - run tillctl doctor --help`},
		"an unknown command":         {[]string{"stock", "burn"}, ` - run tillctl stock --help`},
		"a site that is no address":  {[]string{"check", "--code", "1", "--online", "nonsense", "--token", "k"}, `--online "nonsense" is no address - `},
		"a site without a key":       {[]string{"check", "--code", "1", "--online", "http://127.0.0.1:1", "--token", ""}, "--online needs a key - "},
		"a module that is nothing":   {[]string{"check", "--code", "1", "--module", "127.0.0.1:5995"}, `--module "127.0.0.1:5995" is no address - `},
		"a GTIN with letters":        {[]string{"evidence", "list", "--gtin", "46000000000x2", "--config", file}, "--gtin"},
		"a GTIN too short":           {[]string{"evidence", "list", "--gtin", "1234567", "--config", file}, "--gtin"},
		"a GTIN too long":            {[]string{"evidence", "export", "--gtin", strings.Repeat("1", 15), "--config", file}, "--gtin"},
		"a reason that is none":      {[]string{"evidence", "list", "--reason", "weather", "--config", file}, `--reason "weather" is none - `},
		"a negative limit":           {[]string{"evidence", "list", "--limit", "-1", "--config", file}, "--limit -1 is negative - "},
		"a negative limit of units":  {[]string{"quarantine", "list", "--limit", "-1", "--config", file}, "--limit -1 is negative - "},
		"a negative number to leave": {[]string{"quarantine", "list", "--skip", "-1", "--config", file}, "--skip -1 is negative - "},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := inProcess(t, c.args...)
			require.Equal(t, 2, code, stderr)
			require.Contains(t, stderr, c.says)
			require.Contains(t, stderr, " - ")
			require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		})
	}
}

func TestAShortGTINGetsItsZeros(t *testing.T) {
	for text, want := range map[string]string{"": "", "46000017": "00000046000017", "4600000000022": "04600000000022", "04600000000022": "04600000000022"} {
		got, err := gtinOf(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestWhatIsNoMarkingCodeIsNamed(t *testing.T) {
	for code, want := range map[string]string{
		"RU-430301-ABC1234567": "the КИЗ of a fur",
		"4600000000022":        "a plain barcode",
		"hello":                "an unknown scan",
	} {
		got, _, stderr := inProcess(t, "check", "--code", code)
		require.Equal(t, 1, got)
		require.Contains(t, stderr, "error: the code is "+want+", ")
	}
}

func TestWhatAPassFoundIsTold(t *testing.T) {
	require.Equal(t, "asked about 2 units, no suspects", precheckLine(precheck.Result{Asked: 2}))
	require.Equal(t, "asked about 9 units, suspects: партия запрещена: 3, истёк срок годности: 1, выведен из оборота: 1",
		precheckLine(precheck.Result{Asked: 9, Suspects: map[marking.Reason]int{marking.ReasonSold: 1, marking.ReasonExpired: 1, marking.ReasonBlocked: 3}}))
}

func TestAPassThatBrokeOffSaysWhy(t *testing.T) {
	require.Contains(t, precheckAdvice(fmt.Errorf("ask: %w", precheck.ErrEmergency)), "emergency")
	require.Contains(t, precheckAdvice(&trueapi.Error{Fault: marking.FaultBusy, Status: http.StatusTooManyRequests}), "too often")
	require.Contains(t, precheckAdvice(&trueapi.Error{Fault: marking.FaultUnauthorised}), "new one in the cabinet")
}
