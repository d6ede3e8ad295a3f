package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// The lab of these tests is a real process: this test binary plays it when it is told to.
const roleVariable = "KASSA_TEST_LAB"

func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// process is a running lab.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines *bufio.Scanner
	ended bool
}

// startLab runs the lab with these arguments until the test ends.
func startLab(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0], args...)}
	p.cmd.Env = append(os.Environ(), roleVariable+"=1")
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.in, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	p.lines = bufio.NewScanner(out)
	t.Cleanup(p.kill)
	return p
}

// line reads a line of stdout and takes off its beginning.
func (p *process) line(beginning string) string {
	p.t.Helper()
	require.True(p.t, p.lines.Scan(), "the lab has ended before it said %q", beginning)
	rest, found := strings.CutPrefix(p.lines.Text(), beginning)
	require.True(p.t, found, "%q does not begin with %q", p.lines.Text(), beginning)
	return rest
}

// kill is kill -9.
func (p *process) kill() {
	if p.ended {
		return
	}
	p.ended = true
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// terminate asks politely and gives the exit code.
func (p *process) terminate() int {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	p.ended = true
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}
