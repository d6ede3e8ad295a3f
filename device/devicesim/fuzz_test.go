package devicesim_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
)

// fuzzBench is a printer in a state where most commands get to their parameters.
func fuzzBench(f *testing.F) (*devicesim.Shtrih, string) {
	f.Helper()
	c := newClock()
	sim, err := devicesim.NewShtrih(devicesim.ShtrihOptions{
		Journal: filepath.Join(f.TempDir(), "j"), CashCore: true, Now: c.now, ByteTimeout: time.Second,
	})
	require.NoError(f, err)
	f.Cleanup(func() { sim.Close() })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(f, err)
	served, ctx := make(chan error, 1), f.Context()
	go func() { served <- sim.Serve(ctx, listener) }()
	f.Cleanup(func() { <-served })
	return sim, listener.Addr().String()
}

// FuzzCommand executes any parameters of any command: the printer answers a whole frame about this command, and
// what it remembers stays a memory that it could start with.
func FuzzCommand(f *testing.F) {
	sim, address := fuzzBench(f)
	for _, seed := range []string{
		"E001000000", "8D0100000000", "8D0100000080", "8801000000", "4101000000", "411E000000", "401E000000", "1001000000", "1101000000",
		"FF46010000000180841E0000001E23000000FFFFFFFFFFFFFFFFFFFF02010401CCEE", "FF0C1E000000F0030C002B3739313631323334353637",
		"FF4D1E0000003C08010000", "FF6101000000010003003031", "FF67010000000130", "FF690100000001", "FF0A1E00000001000000", "FF3A1E00000002000000",
		"FF3B1E000000", "1E1E000000110100070101", "1F1E0000001201000416", "2D1E00000001", "2E1E0000000101", "501E0000000100000000",
		"511E0000000100000000", "FF601E00000001FA03", "FF4B1E0000000100000000000000000000", "F701", "6B4E", "FF", "FF00", "00",
		"2F1E0000000201", "291E00000002FF", "211E0000000C0000", "221E0000000E031A", "231E0000000E031A", "FF411E000000", "FF0B1E000000",
	} {
		f.Add(bytesOf(f, seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		if len(message) == 0 || len(message) > 255 {
			return
		}
		h := dial(t, address)
		h.say(0x05)
		if h.hear(1)[0] == 0x06 { // an answer that the run before did not read
			h.hearFrame()
			h.say(0x06, 0x05)
			require.Equal(t, []byte{0x15}, h.hear(1))
		}
		h.say(devicesim.Frame(message)...)
		require.Equal(t, []byte{0x06}, h.hear(1))
		answer := h.hearFrame()
		h.say(0x06)
		require.Equal(t, devicesim.Frame(answer[2:len(answer)-1]), answer)
		require.Equal(t, message[0], answer[2])
		require.NoError(t, h.conn.Close())
		documents := sim.Documents()
		for i := 1; i < len(documents); i++ {
			require.Equal(t, documents[0].Drive, documents[i].Drive)
		}
	})
}

// FuzzLink sends any bytes: the printer answers with control bytes and frames only, and talks to the next client.
func FuzzLink(f *testing.F) {
	_, address := fuzzBench(f)
	f.Add([]byte{0x05})
	f.Add([]byte{0x02, 0x05, 0x10, 0x1E, 0, 0, 0, 0x0B})
	f.Add([]byte{0x05, 0x02, 0x05, 0x10, 0x1E, 0, 0, 0, 0x0B, 0x06})
	f.Add([]byte{0x05, 0x02, 0xFF})
	f.Add([]byte{0x05, 0x02, 0x00, 0x00})
	f.Add(bytes.Repeat([]byte{0x05, 0x02, 0x01, 0xFC, 0xFD, 0x15}, 20))
	f.Fuzz(func(t *testing.T, said []byte) {
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		defer conn.Close()
		_, err = conn.Write(said)
		require.NoError(t, err)
		require.NoError(t, conn.(*net.TCPConn).CloseWrite())
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
		heard, err := io.ReadAll(conn)
		require.True(t, err == nil || errors.Is(err, io.EOF), "%v", err)
		for len(heard) > 0 {
			switch heard[0] {
			case 0x06, 0x15:
				heard = heard[1:]
			case 0x02:
				require.Greater(t, len(heard), 2)
				n := int(heard[1]) + 3
				require.GreaterOrEqual(t, len(heard), n)
				require.Equal(t, devicesim.Frame(heard[2:n-1]), heard[:n])
				heard = heard[n:]
			default:
				t.Fatalf("heard %02X between frames", heard[0])
			}
		}
	})
}

// FuzzFaults reads any body of the control API: a set that is taken can be carried out.
func FuzzFaults(f *testing.F) {
	for _, seed := range []string{`{}`, `{"drop_reply":"FF45","nak":2}`, `{"power_off":true}`, `{"refuse":{"command":"next","code":"4E"}}`, `{"on":"E0","slow_ms":1}`} {
		f.Add([]byte(seed))
	}
	sim, _ := fuzzBench(f)
	handler := sim.Control()
	f.Fuzz(func(t *testing.T, body []byte) {
		status, answer := postFaults(t, handler, body)
		require.Contains(t, []int{200, 400}, status)
		require.NotEmpty(t, answer)
		require.NoError(t, sim.ApplyFaults(devicesim.Faults{}))
	})
}
