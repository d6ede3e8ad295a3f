package logs

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

func TestALogIsForItsOwnerOnlyAndHoldsNoCodeTail(t *testing.T) {
	dir := t.TempDir()
	log, file := Open(dir, "till.log", slog.LevelInfo)
	scan, err := marking.Parse([]byte("0104612345678903215abCdEfGhIjKl\x1d93Kd4x"))
	require.NoError(t, err)
	log.Info("check", "code", scan.Code)
	log.Debug("below the level")
	require.NoError(t, file.Close())

	path := filepath.Join(dir, "till.log")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	body, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(body), "\n"))
	require.Contains(t, string(body), "04612345678903/5ab…")
	require.NotContains(t, string(body), "Kd4x")
}
