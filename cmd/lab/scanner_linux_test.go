package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCodesOnStdinComeOutOfTheScanner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scanner")
	p := startLab(t, "scanner", "--listen", "pty:"+path, "--prefix", `\x02`, "--suffix", `\r\n`)
	require.Equal(t, path, p.line("listening on pty:"))
	port, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer port.Close()
	for _, c := range []struct{ written, want string }{
		{"4612345678903", "4612345678903"},
		{`0104612345678903215aB1?x7\x1d93Kd4x`, "0104612345678903215aB1?x7\x1d93Kd4x"},
		{"0104612345678903215aB1?x7<GS>93Kd4x", "0104612345678903215aB1?x7\x1d93Kd4x"},
		{"0104612345678903215aB1?x7\x1d93Kd4x\r", "0104612345678903215aB1?x7\x1d93Kd4x"},
	} {
		_, err := fmt.Fprintln(p.in, c.written)
		require.NoError(t, err)
		got := make([]byte, len(c.want)+3)
		_, err = io.ReadFull(port, got)
		require.NoError(t, err)
		require.Equal(t, "\x02"+c.want+"\r\n", string(got))
	}
	require.NoError(t, p.in.Close())
	require.Zero(t, p.terminate())
}
