package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"kassa/cmd/internal/cli"
	"kassa/device/devicesim"
)

// wireHost talks the standard low level of ШТРИХ-М (fiscal-printers §1.1) to a printer that may die at any moment.
type wireHost struct {
	conn net.Conn
	in   *bufio.Reader
}

func dialPrinter(address string) (*wireHost, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &wireHost{conn, bufio.NewReader(conn)}, nil
}

// ask gives the message of the answer; an error means that the link ended and the outcome is not known.
func (h *wireHost) ask(message ...byte) ([]byte, error) {
	if err := h.conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return nil, err
	}
	if err := h.expect([]byte{0x05}, 0x15); err != nil {
		return nil, err
	}
	if err := h.expect(devicesim.Frame(message), 0x06); err != nil {
		return nil, err
	}
	head := make([]byte, 2)
	if _, err := io.ReadFull(h.in, head); err != nil {
		return nil, err
	}
	rest := make([]byte, int(head[1])+1)
	if _, err := io.ReadFull(h.in, rest); err != nil {
		return nil, err
	}
	_, err := h.conn.Write([]byte{0x06})
	return rest[:head[1]], err
}

func (h *wireHost) expect(say []byte, want byte) error {
	if _, err := h.conn.Write(say); err != nil {
		return err
	}
	got, err := h.in.ReadByte()
	if err == nil && got != want {
		err = errors.New("another control byte")
	}
	return err
}

// number reads n little-endian bytes.
func number(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// told is a document that the host was told of.
type told struct{ fd, sign uint32 }

// sellUntilDeath sells without end and gives what it was told.
func sellUntilDeath(h *wireHost) []told {
	var receipts []told
	closing := append([]byte{0xFF, 0x45, 1, 0, 0, 0, 0x10, 0x27, 0, 0, 0}, make([]byte, 15*5+1+6*5)...)
	closing = append(closing, 1)
	for {
		item := append([]byte{0xFF, 0x46, 1, 0, 0, 0, 1, 0x40, 0x42, 0x0F, 0, 0, 0}, 0x10, 0x27, 0, 0, 0)
		item = append(item, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02\x01\x04\x01Item"...)
		for _, message := range [][]byte{{0xE0, 1, 0, 0, 0}, {0x8D, 1, 0, 0, 0, 0}, item} {
			if _, err := h.ask(message...); err != nil {
				return receipts
			}
		}
		answer, err := h.ask(closing...)
		if err != nil {
			return receipts
		}
		if answer[2] == 0 {
			receipts = append(receipts, told{number(answer[8:12]), number(answer[12:16])})
		}
	}
}

// A printer that is killed in the middle of its work has, when it is started again, every document that it told
// anybody of, at most one that it had no time to tell of, and no other.
func TestAPrinterKilledAtAnyMomentKeepsWhatItTold(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "printer.jsonl")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var all []told
	start := func() (*process, *wireHost) {
		p := startLab(t, "printer", "--listen", "tcp:127.0.0.1:0", "--journal", journal)
		h, err := dialPrinter(p.line("listening on tcp:"))
		require.NoError(t, err)
		t.Cleanup(func() { h.conn.Close() })
		return p, h
	}
	for range 12 {
		p, h := start()
		timer := time.AfterFunc(time.Duration(random.IntN(60_000))*time.Microsecond, func() { _ = p.cmd.Process.Kill() })
		all = append(all, sellUntilDeath(h)...)
		timer.Stop()
		p.kill()

		p, h = start()
		entries, err := devicesim.ReadJournal(journal)
		require.NoError(t, err)
		signs := map[uint32]uint32{}
		last, receipts := uint32(1), 0
		for _, e := range entries {
			signs[e.FD], last = e.Sign, e.FD
			if e.Type == devicesim.TypeSale {
				receipts++
			}
		}
		for _, r := range all {
			require.Equal(t, signs[r.fd], r.sign, "document %d was told of", r.fd)
		}
		untold := receipts - len(all)
		require.True(t, untold == 0 || untold == 1, "%d documents that nobody was told of", untold)
		status, err := h.ask(0xFF, 0x01, 0x1E, 0, 0, 0)
		require.NoError(t, err)
		require.Zero(t, status[2])
		require.Zero(t, status[4], "no document is open in the drive")
		require.Equal(t, last, number(status[len(status)-4:]))
		require.Zero(t, p.terminate())
		if untold == 1 { // it is found by its number, as a till would
			all = append(all, told{entries[len(entries)-1].FD, entries[len(entries)-1].Sign})
		}
	}
	require.NotEmpty(t, all, "nothing was sold before any of the kills")
}

func TestAPrinterListensWhereItSaysAndObeysItsControl(t *testing.T) {
	dir := t.TempDir()
	p := startLab(t, "printer", "--kind", "shtrih", "--listen", "tcp:127.0.0.1:0", "--listen", "pty:"+filepath.Join(dir, "pty"),
		"--journal", filepath.Join(dir, "j"), "--control", "127.0.0.1:0", "--inn", "7701234567", "--drive", "9999000000000042")
	address := p.line("listening on tcp:")
	require.Equal(t, filepath.Join(dir, "pty"), p.line("listening on pty:"))
	control := p.line("control on ")
	require.Contains(t, control, "http://127.0.0.1:")
	link, err := os.Readlink(filepath.Join(dir, "pty"))
	require.NoError(t, err)
	require.Contains(t, link, "/dev/pts/")

	answer, err := http.Get(control + "/lab/state")
	require.NoError(t, err)
	defer answer.Body.Close()
	var state devicesim.State
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&state))
	require.Equal(t, "7701234567", state.INN)
	require.Equal(t, "9999000000000042", state.Drive)

	posted, err := http.Post(control+"/lab/faults", "application/json", strings.NewReader(`{"nak":1}`))
	require.NoError(t, err)
	require.NoError(t, posted.Body.Close())
	h, err := dialPrinter(address)
	require.NoError(t, err)
	defer h.conn.Close()
	require.NoError(t, h.expect([]byte{0x05}, 0x15))
	require.NoError(t, h.expect(devicesim.Frame([]byte{0xFC}), 0x15))
	require.NoError(t, h.expect(devicesim.Frame([]byte{0xFC}), 0x06))
	require.Zero(t, p.terminate())
	_, err = os.Lstat(filepath.Join(dir, "pty"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestWrongUsageOfPrinterAndScannerIsToldSo(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"a kind that there is not", []string{"printer", "--kind", "atol", "--listen", "tcp:127.0.0.1:0", "--journal", "j"}, 2, "shtrih"},
		{"no journal", []string{"printer", "--listen", "tcp:127.0.0.1:0"}, 2, "journal"},
		{"a listener of no medium", []string{"printer", "--listen", "127.0.0.1:0", "--journal", "j"}, 2, "tcp:HOST:PORT"},
		{"an address of nobody", []string{"printer", "--listen", "tcp:256.0.0.1:0", "--journal", "j"}, 1, "--listen"},
		{"a drive of three digits", []string{"printer", "--drive", "123", "--listen", "tcp:127.0.0.1:0", "--journal", "j"}, 1, "16 digits"},
		{"a scanner on TCP", []string{"scanner", "--listen", "tcp:127.0.0.1:0"}, 2, "pty:PATH"},
		{"an escape that there is not", []string{"scanner", "--listen", "pty:x", "--suffix", `\q`}, 2, "--suffix"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			var errOut strings.Builder
			root := &cobra.Command{Use: "lab"}
			root.AddCommand(commands()...)
			root.SetOut(io.Discard)
			require.Equal(t, c.code, cli.Run(t.Context(), root, c.args, &errOut), errOut.String())
			require.Contains(t, errOut.String(), c.want)
		})
	}
}
