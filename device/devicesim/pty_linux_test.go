package devicesim_test

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"kassa/device/devicesim"
	"kassa/device/wire"
)

// serialHost opens a pty as a program opens a serial port.
func serialHost(t *testing.T, path string) *host {
	t.Helper()
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	require.NoError(t, err)
	file := os.NewFile(uintptr(fd), path)
	t.Cleanup(func() { file.Close() })
	return &host{t: t, conn: file, in: bufio.NewReader(file)}
}

func servePTY(t *testing.T, sim *devicesim.Shtrih, link string) (path string, stop func()) {
	t.Helper()
	p, err := devicesim.OpenPTY(link)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- sim.ServePort(ctx, p) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(t, <-served)
		}
	}
	t.Cleanup(stop)
	return p.Path(), stop
}

func TestAPrinterOnAPTYTalksAndRemembersAcrossPrograms(t *testing.T) {
	b := newBench(t, nil)
	require.NoError(t, b.conn.Close())
	link := filepath.Join(t.TempDir(), "printer")
	path, stop := servePTY(t, b.sim, link)
	require.Equal(t, link, path)
	for round := range 3 {
		h := serialHost(t, path)
		h.patient()
		if round == 0 {
			h.openShift()
		}
		require.EqualValues(t, 3+round, h.sell(100, 500))
		require.EqualValues(t, 0, h.done("11", cashier)[15], "port: COM")
		require.NoError(t, h.conn.Close())
	}
	stop()
	_, err := os.Lstat(link)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAProgramThatComesBackAtOnceKeepsItsOwnMode(t *testing.T) {
	b := newBench(t, nil)
	require.NoError(t, b.conn.Close())
	path, _ := servePTY(t, b.sim, "")
	for range 60 {
		port, err := wire.Open(t.Context(), "serial:"+path)
		require.NoError(t, err)
		_, err = port.Write([]byte{0x05})
		require.NoError(t, err)
		require.NoError(t, port.Close(), "a Read that counts on its own VTIME ends in time")
	}
}

// patient says ENQ until the printer has seen that somebody opened the port.
func (h *host) patient() {
	h.t.Helper()
	limit := time.Now().Add(patience)
	for time.Now().Before(limit) {
		h.say(0x05)
		require.NoError(h.t, h.conn.SetReadDeadline(time.Now().Add(quiet)))
		if b, err := h.in.ReadByte(); err == nil {
			require.EqualValues(h.t, 0x15, b)
			return
		}
	}
	h.t.Fatal("the printer does not answer ENQ")
}

func TestAPrinterAnswersOnTCPAndPTYWithOneMemory(t *testing.T) {
	b := newBench(t, nil)
	path, _ := servePTY(t, b.sim, filepath.Join(t.TempDir(), "printer"))
	b.openShift()
	serial := serialHost(t, path)
	serial.say(0x05)
	serial.silent()
	require.NoError(t, b.conn.Close())
	serial.patient()
	require.EqualValues(t, 2, serial.done("10", cashier)[3])
}

func TestACutAnswerOnAPTYIsSilence(t *testing.T) {
	b := newBench(t, nil)
	require.NoError(t, b.conn.Close())
	path, _ := servePTY(t, b.sim, filepath.Join(t.TempDir(), "printer"))
	h := serialHost(t, path)
	h.patient()
	b.faults(devicesim.Faults{DropAfterBytes: new(2)})
	h.send([]byte{0xE0, 1, 0, 0, 0})
	require.Equal(t, []byte{0x02, 0x03}, h.hear(2))
	h.silent()
	h.say(0x05)
	require.Equal(t, []byte{0x06}, h.hear(1))
	require.Equal(t, devicesim.Frame([]byte{0xE0, 0, 1}), h.hearFrame())
}

func TestALinkIsNotPutInPlaceOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "precious")
	require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
	_, err := devicesim.OpenPTY(path)
	require.ErrorContains(t, err, "no link")
}

func TestAScannerSendsCodesWithTheirFrame(t *testing.T) {
	for _, c := range []struct {
		name    string
		options devicesim.ScannerOptions
		code    string
		want    string
	}{
		{"suffix CR", devicesim.ScannerOptions{Suffix: []byte("\r")}, "4612345678903", "4612345678903\r"},
		{"prefix and suffix", devicesim.ScannerOptions{Prefix: []byte("\x02"), Suffix: []byte("\x03\n")}, "A", "\x02A\x03\n"},
		{"separators and high bytes are left alone", devicesim.ScannerOptions{Suffix: []byte("\r")}, "]d201\x1d93\xff\x03", "]d201\x1d93\xff\x03\r"},
		{"at the speed of a serial line", devicesim.ScannerOptions{Suffix: []byte("\r"), Speed: 115200}, "4612345678903", "4612345678903\r"},
	} {
		t.Run(c.name, func(t *testing.T) {
			link := filepath.Join(t.TempDir(), "scanner")
			scanner, err := devicesim.NewScanner(link, c.options)
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			served := make(chan error, 1)
			go func() { served <- scanner.Serve(ctx) }()
			sent := make(chan error, 1)
			go func() { sent <- scanner.Send(ctx, []byte(c.code)) }() // before anybody has the port open
			for range 2 {
				h := serialHost(t, scanner.Path())
				require.Equal(t, c.want, string(h.hear(len(c.want))))
				require.NoError(t, <-sent)
				require.NoError(t, h.conn.Close())
				go func() { sent <- scanner.Send(ctx, []byte(c.code)) }()
			}
			cancel()
			require.NoError(t, <-served)
			require.Error(t, <-sent)
		})
	}
}

func TestASecondCodeWaitsForTheFirst(t *testing.T) {
	scanner, err := devicesim.NewScanner("", devicesim.ScannerOptions{Suffix: []byte("\r"), Speed: 38400})
	require.NoError(t, err)
	defer scanner.Close()
	h := serialHost(t, scanner.Path())
	sent := make(chan error, 2)
	for _, code := range []string{"1111111111", "2222222222"} {
		go func() { sent <- scanner.Send(t.Context(), []byte(code)) }()
	}
	got := []string{string(h.hear(11)), string(h.hear(11))}
	require.ElementsMatch(t, []string{"1111111111\r", "2222222222\r"}, got)
	require.NoError(t, <-sent)
	require.NoError(t, <-sent)
}
