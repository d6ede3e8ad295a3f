package wire_test

import (
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/device/wire"
)

func TestWhatWasRecordedCanBePlayed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	port, err := wire.Open(t.Context(), "tcp:"+listener.Addr().String())
	require.NoError(t, err)
	device, err := listener.Accept()
	require.NoError(t, err)
	defer device.Close()

	var trace strings.Builder
	recorded := wire.Record(port, &trace)
	talk := func(p wire.Port, answer func()) {
		_, err := p.Write([]byte{5})
		require.NoError(t, err)
		answer()
		got := make([]byte, 2)
		_, err = io.ReadFull(p, got[:1])
		require.NoError(t, err)
		_, err = io.ReadFull(p, got[1:])
		require.NoError(t, err)
		require.Equal(t, []byte{0x15, 0xFF}, got)
	}
	talk(recorded, func() {
		_, err := device.Write([]byte{0x15, 0xFF})
		require.NoError(t, err)
	})
	require.NoError(t, recorded.Close())
	require.Equal(t, "> 05\n< 15\n< FF\n", trace.String())

	played, err := wire.Playback(strings.NewReader(trace.String()))
	require.NoError(t, err)
	talk(played, func() {})
	require.NoError(t, played.Rest())
}

func TestAPlayerRefusesWhatTheTraceDoesNotHold(t *testing.T) {
	const trace = "# a remark\n\n> 02 05\n> 10\n< 06\n"
	for name, test := range map[string]struct {
		writes []string
		want   string
	}{
		"another byte":                   {[]string{"\x02\x06"}, "line 3"},
		"more bytes than were written":   {[]string{"\x02\x05\x10\x11"}, "line 3"},
		"a write where the till listens": {[]string{"\x02\x05", "\x10", "\x05"}, "line 5 is to be read"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := wire.Playback(strings.NewReader(trace))
			require.NoError(t, err)
			for i, w := range test.writes {
				_, err = p.Write([]byte(w))
				require.Equal(t, i == len(test.writes)-1, err != nil, "write %d: %v", i, err)
			}
			require.ErrorIs(t, err, wire.ErrPlayback)
			require.ErrorContains(t, err, test.want)
			require.ErrorIs(t, p.Rest(), wire.ErrPlayback)
		})
	}
}

func TestAPlayerTimesOutWhereTheDeviceIsSilent(t *testing.T) {
	p, err := wire.Playback(strings.NewReader("> 05\n"))
	require.NoError(t, err)
	_, err = p.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	_, err = p.Write([]byte{5})
	require.NoError(t, err)
	_, err = p.Write([]byte{5})
	require.ErrorIs(t, err, wire.ErrPlayback)
	require.NoError(t, p.Close())
	_, err = p.Read(make([]byte, 1))
	require.ErrorIs(t, err, net.ErrClosed)
}

func FuzzPlayback(f *testing.F) {
	for _, seed := range []string{"> 05\n< 15\n", "# only a remark", "x 05", "> 5", "<", "> \xd0\n", "< 0102 03"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, trace string) {
		p, err := wire.Playback(strings.NewReader(trace))
		if err != nil {
			return
		}
		for p.Rest() != nil { // every step holds bytes: the playing ends
			if _, err := p.Read(make([]byte, 1)); err == nil {
				continue
			}
			require.NoError(t, writeNext(p))
		}
	})
}

// writeNext finds the one byte that the trace wants.
func writeNext(p *wire.Player) error {
	var err error
	for b := range 256 {
		if _, err = p.Write([]byte{byte(b)}); err == nil {
			return nil
		}
	}
	return err
}
