package logs

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFullLogIsPutAsideAndWritingGoesOn(t *testing.T) {
	dir := t.TempDir()
	log, file, err := Open(dir, "till.log", slog.LevelInfo)
	require.NoError(t, err)
	long := strings.Repeat("x", 1<<20)
	for i := range 12 {
		log.Info("line", "n", i, "long", long)
	}
	require.NoError(t, file.Close())

	for _, name := range []string{"till.log", "till.log.1"} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.LessOrEqual(t, info.Size(), int64(maxSize))
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "a log is not for others")
	}
	body, err := os.ReadFile(filepath.Join(dir, "till.log"))
	require.NoError(t, err)
	lines := bytes.Split(bytes.TrimSpace(body), []byte("\n"))
	var last struct{ N int }
	require.NoError(t, json.Unmarshal(lines[len(lines)-1], &last))
	require.Equal(t, 11, last.N)
}
