// Package wiretest holds what every wire.Port promises, as one suite of behaviours. A new medium is finished
// when it passes. Tests only.
//
//	wiretest.Port(t, func(t *testing.T) wiretest.Line { … })
package wiretest

import (
	"bytes"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/wire"
)

// Line is an open port and the device's end of the same line.
type Line struct {
	Port wire.Port
	// Device is the other end. Closing it is an unplug.
	Device io.ReadWriteCloser
}

// soon bounds what has to happen at once; the number of the contract is one second.
const soon = time.Second

// short is a deadline that is meant to pass.
const short = 30 * time.Millisecond

// Port checks that what open gives behaves as wire.Port says. Each call of open gives a new line.
func Port(t *testing.T, open func(t *testing.T) Line) {
	behaviours := map[string]func(t *testing.T, l Line){
		"bytes arrive as they were sent, both ways":             bothWays,
		"Read returns with the first byte":                      firstByte,
		"a read deadline passes in time and loses no byte":      deadlineLosesNothing,
		"a new read deadline revives the port":                  deadlineRevives,
		"Purge forgets what came before":                        purge,
		"Close frees a waiting Read":                            closeFreesRead,
		"after Close everything says closed":                    closed,
		"an unplug gives ErrGone within a second":               unplug,
		"bytes that came before the unplug can still be read":   bytesBeforeUnplug,
		"an unplugged port closes":                              unpluggedCloses,
		"a Write that nobody takes ends at its deadline":        writeLimit,
		"after a write deadline the port is to be opened again": writeLimitIsFinal,
		"Close frees a Write that nobody takes":                 closeFreesWrite,
	}
	for name, check := range behaviours {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func bothWays(t *testing.T, l Line) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for range 3 {
		write(t, l.Port, all)
		require.Equal(t, all, readFull(t, l.Device, len(all)))
		write(t, l.Device, all)
		require.Equal(t, all, readFull(t, l.Port, len(all)))
	}
}

func firstByte(t *testing.T, l Line) {
	write(t, l.Device, []byte{6})
	got := make([]byte, 100)
	n, err := l.Port.Read(got)
	require.NoError(t, err)
	require.Equal(t, []byte{6}, got[:n])
}

func deadlineLosesNothing(t *testing.T, l Line) {
	for i := range byte(5) {
		require.NoError(t, l.Port.SetReadDeadline(time.Now().Add(short)))
		start := time.Now()
		n, err := l.Port.Read(make([]byte, 1))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Zero(t, n)
		require.Less(t, time.Since(start), soon)
		require.NoError(t, l.Port.SetReadDeadline(time.Now().Add(soon)))
		write(t, l.Device, []byte{i, i + 100})
		require.Equal(t, []byte{i, i + 100}, readFull(t, l.Port, 2))
	}
}

func deadlineRevives(t *testing.T, l Line) {
	require.NoError(t, l.Port.SetReadDeadline(time.Unix(1, 0)))
	_, err := l.Port.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, l.Port.SetReadDeadline(time.Time{}))
	write(t, l.Device, []byte("x"))
	require.Equal(t, []byte("x"), readFull(t, l.Port, 1))
}

func purge(t *testing.T, l Line) {
	write(t, l.Device, []byte("ab"))
	require.Equal(t, []byte("a"), readFull(t, l.Port, 1)) // now b has come as well
	require.NoError(t, l.Port.Purge())
	write(t, l.Device, []byte("c"))
	require.Equal(t, []byte("c"), readFull(t, l.Port, 1))
}

func closeFreesRead(t *testing.T, l Line) {
	freed := inBackground(func() error { _, err := l.Port.Read(make([]byte, 1)); return err })
	closePort(t, l.Port)
	require.ErrorIs(t, within(t, freed), net.ErrClosed)
}

func closed(t *testing.T, l Line) {
	closePort(t, l.Port)
	_, err := l.Port.Read(make([]byte, 1))
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = l.Port.Write([]byte{5})
	require.ErrorIs(t, err, net.ErrClosed)
	require.NoError(t, l.Port.Close(), "closing twice is allowed")
}

func unplug(t *testing.T, l Line) {
	freed := inBackground(func() error { _, err := l.Port.Read(make([]byte, 1)); return err })
	require.NoError(t, l.Device.Close())
	require.ErrorIs(t, within(t, freed), wire.ErrGone)
	_, err := l.Port.Read(make([]byte, 1))
	require.ErrorIs(t, err, wire.ErrGone)
	_, err = l.Port.Write([]byte{5})
	require.ErrorIs(t, err, wire.ErrGone)
}

func bytesBeforeUnplug(t *testing.T, l Line) {
	write(t, l.Device, []byte("last"))
	require.Equal(t, []byte("l"), readFull(t, l.Port, 1)) // they have all come
	require.NoError(t, l.Device.Close())
	require.Equal(t, []byte("ast"), readFull(t, l.Port, 3))
	_, err := l.Port.Read(make([]byte, 1))
	require.ErrorIs(t, err, wire.ErrGone)
}

func unpluggedCloses(t *testing.T, l Line) {
	require.NoError(t, l.Device.Close())
	closePort(t, l.Port)
}

func writeLimit(t *testing.T, l Line) {
	freed := inBackground(func() error { return fill(l.Port, time.Now().Add(short)) })
	require.ErrorIs(t, within(t, freed), os.ErrDeadlineExceeded)
}

func writeLimitIsFinal(t *testing.T, l Line) {
	require.ErrorIs(t, fill(l.Port, time.Now().Add(short)), os.ErrDeadlineExceeded)
	require.NoError(t, l.Port.SetWriteDeadline(time.Time{}))
	_, err := l.Port.Write([]byte{5})
	require.ErrorIs(t, err, wire.ErrGone)
}

func closeFreesWrite(t *testing.T, l Line) {
	freed := inBackground(func() error { return fill(l.Port, time.Time{}) })
	start := time.Now()
	l.Port.Close() // a medium may hold on to its bytes: then Close says so, in time
	require.Less(t, time.Since(start), 2*soon)
	require.Error(t, within(t, freed))
}

// fill writes until an error comes: no medium takes bytes for ever when nobody reads.
func fill(p wire.Port, deadline time.Time) error {
	if err := p.SetWriteDeadline(deadline); err != nil {
		return err
	}
	block := bytes.Repeat([]byte{'x'}, 64<<10)
	for {
		if _, err := p.Write(block); err != nil {
			return err
		}
	}
}

func write(t *testing.T, w io.Writer, b []byte) {
	t.Helper()
	n, err := w.Write(b)
	require.NoError(t, err)
	require.Equal(t, len(b), n)
}

func readFull(t *testing.T, r io.Reader, n int) []byte {
	t.Helper()
	got := make([]byte, n)
	_, err := io.ReadFull(r, got)
	require.NoError(t, err)
	return got
}

func closePort(t *testing.T, p wire.Port) {
	t.Helper()
	start := time.Now()
	require.NoError(t, p.Close())
	require.Less(t, time.Since(start), soon)
}

func inBackground(do func() error) <-chan error {
	result := make(chan error, 1) // one result, nobody has to be there
	go func() { result <- do() }()
	return result
}

func within(t *testing.T, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-time.After(2 * soon):
		require.Fail(t, "not freed within two seconds")
		return nil
	}
}
