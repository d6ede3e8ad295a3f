package wire_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/wire"
	"kassa/device/wire/wiretest"
)

func TestASerialPortKeepsTheContract(t *testing.T) {
	wiretest.Port(t, func(t *testing.T) wiretest.Line {
		device := openPTY(t, "")
		port, err := wire.Open(t.Context(), "serial:"+device.Name()+"?baud=115200")
		require.NoError(t, err)
		t.Cleanup(func() { port.Close() })
		return wiretest.Line{Port: port, Device: device}
	})
}

func TestAQuietSerialLineIsNotTakenForAnUnpluggedOne(t *testing.T) {
	device := openPTY(t, "")
	port, err := wire.Open(t.Context(), "serial:"+device.Name())
	require.NoError(t, err)
	t.Cleanup(func() { port.Close() })
	require.NoError(t, port.SetReadDeadline(time.Now().Add(500*time.Millisecond))) // five quiet steps of the library
	_, err = port.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, port.SetReadDeadline(time.Time{}))
	_, err = device.Write([]byte{6})
	require.NoError(t, err)
	_, err = port.Read(make([]byte, 1))
	require.NoError(t, err)
}

func TestALineCanBeOpenedByItsLinkAgainAndAgain(t *testing.T) {
	link := filepath.Join(t.TempDir(), "printer")
	device := openPTY(t, link)
	for range 3 {
		port, err := wire.Open(t.Context(), "serial:"+link)
		require.NoError(t, err)
		_, err = port.Write([]byte{5})
		require.NoError(t, err)
		got := make([]byte, 1)
		_, err = device.Read(got)
		require.NoError(t, err)
		require.Equal(t, []byte{5}, got)
		require.NoError(t, port.Close())
	}
}

func TestThePTYKeepsDeadlinesAndPurges(t *testing.T) {
	device := openPTY(t, "")
	require.NoError(t, device.SetReadDeadline(time.Now().Add(10*time.Millisecond)))
	_, err := device.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, device.SetReadDeadline(time.Time{}))

	port, err := wire.Open(t.Context(), "serial:"+device.Name())
	require.NoError(t, err)
	t.Cleanup(func() { port.Close() })
	_, err = port.Write([]byte("ab"))
	require.NoError(t, err)
	got := make([]byte, 1)
	_, err = device.Read(got)
	require.NoError(t, err)
	require.NoError(t, device.Purge())
	_, err = port.Write([]byte("c"))
	require.NoError(t, err)
	_, err = device.Read(got)
	require.NoError(t, err)
	require.Equal(t, []byte("c"), got)
}

func TestALinkOfAnEarlierRunIsReplacedAndAFileIsNot(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "scanner")
	require.NoError(t, os.Symlink("/dev/pts/of-a-run-that-was-killed", link))
	device := openPTY(t, link)
	target, err := os.Readlink(link)
	require.NoError(t, err)
	require.Equal(t, device.Name(), target)
	require.NoError(t, device.Close())
	require.NoFileExists(t, link)

	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("kept"), 0o600))
	_, err = wire.OpenPTY(file)
	require.Error(t, err)
	require.FileExists(t, file)
}

func openPTY(t *testing.T, link string) *wire.PTY {
	t.Helper()
	device, err := wire.OpenPTY(link)
	require.NoError(t, err)
	t.Cleanup(func() { device.Close() })
	return device
}
