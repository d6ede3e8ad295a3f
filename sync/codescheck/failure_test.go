package codescheck_test

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

func TestForeignTextIsFitForALog(t *testing.T) {
	require.Equal(t, "two lines", codescheck.OneLine("two\nlines"))
	long := codescheck.OneLine(strings.Repeat("я", 300))
	require.LessOrEqual(t, len(long), 203)
	require.True(t, strings.HasSuffix(long, "…"))

	const km = "0104612345678903215abCd;\x1d93aB7z"
	scan, err := marking.Parse([]byte(km))
	require.NoError(t, err)
	for name, form := range map[string]string{
		"as asked": km, "without GS": strings.ReplaceAll(km, "\x1d", ""), "the КИ": scan.Code.KI(),
		"base64": base64.StdEncoding.EncodeToString([]byte(km)),
	} {
		hidden := codescheck.HideCode("code "+form+" is unknown", scan.Code)
		require.Contains(t, hidden, scan.Code.Masked(), name)
		require.NotContains(t, hidden, form, name)
	}
	require.Equal(t, "text", codescheck.HideCode("text", marking.MarkingCode{}))
}

func TestSilenceIsToldFromABrokenConnection(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, marking.FaultTimeout, codescheck.FaultOfError(over, errors.New("broken pipe")))
	require.Equal(t, marking.FaultTimeout, codescheck.FaultOfError(t.Context(), os.ErrDeadlineExceeded))
	require.Equal(t, marking.FaultUnreachable, codescheck.FaultOfError(t.Context(), errors.New("connection refused")))
}
