package devicesim_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"kassa/device/devicesim"
)

// clock is an injected clock.
type clock struct {
	mu sync.Mutex // guards now
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, time.March, 14, 12, 5, 0, 0, time.Local)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// bench is a simulator behind a real TCP socket, and a host that is connected to it.
type bench struct {
	*host
	sim     *devicesim.Shtrih
	clock   *clock
	address string
	journal string
}

// newBench serves a printer until the test ends. options may be nil.
func newBench(t *testing.T, options func(*devicesim.ShtrihOptions)) *bench {
	t.Helper()
	c := newClock()
	o := devicesim.ShtrihOptions{
		Journal: filepath.Join(t.TempDir(), "printer.jsonl"), CashCore: true, Now: c.now,
		ByteTimeout: 2 * time.Second, // a loaded machine must not break frames
	}
	if options != nil {
		options(&o)
	}
	b := &bench{clock: c, journal: o.Journal}
	var err error
	b.sim, err = devicesim.NewShtrih(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.sim.Close()) })
	b.address = serve(t, b.sim)
	b.host = dial(t, b.address)
	return b
}

// serve gives the address of the printer's TCP listener.
func serve(t *testing.T, sim *devicesim.Shtrih) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- sim.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-served)
	})
	return listener.Addr().String()
}

func (b *bench) faults(f devicesim.Faults) {
	b.t.Helper()
	require.NoError(b.t, b.sim.ApplyFaults(f))
}

// line is a TCP connection or a serial port.
type line interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
}

// host is the other end of the line, byte by byte.
type host struct {
	t    *testing.T
	conn line
	in   *bufio.Reader
}

func dial(t *testing.T, address string) *host {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return &host{t: t, conn: conn, in: bufio.NewReader(conn)}
}

// patience is how long an answer that must come is waited for; quiet how long silence is listened to.
const (
	patience = 20 * time.Second
	quiet    = 100 * time.Millisecond
)

func (h *host) say(b ...byte) {
	h.t.Helper()
	_, err := h.conn.Write(b)
	require.NoError(h.t, err)
}

func (h *host) hear(n int) []byte {
	h.t.Helper()
	require.NoError(h.t, h.conn.SetReadDeadline(time.Now().Add(patience)))
	b := make([]byte, n)
	for i := range b {
		var err error
		b[i], err = h.in.ReadByte()
		require.NoError(h.t, err, "after %X of %d bytes", b[:i], n)
	}
	return b
}

// silent proves that nothing is said for a while.
func (h *host) silent() {
	h.t.Helper()
	require.NoError(h.t, h.conn.SetReadDeadline(time.Now().Add(quiet)))
	b, err := h.in.ReadByte()
	require.True(h.t, errors.Is(err, os.ErrDeadlineExceeded), "heard %02X, %v", b, err)
}

// hearFrame reads STX, N, message, LRC.
func (h *host) hearFrame() []byte {
	h.t.Helper()
	head := h.hear(2)
	require.EqualValues(h.t, 0x02, head[0])
	return append(head, h.hear(int(head[1])+1)...)
}

// send does what a host does up to the printer's ACK of the frame.
func (h *host) send(message []byte) {
	h.t.Helper()
	h.say(0x05)
	require.Equal(h.t, []byte{0x15}, h.hear(1))
	h.say(devicesim.Frame(message)...)
	require.Equal(h.t, []byte{0x06}, h.hear(1))
}

// ask executes a message and gives the message of the answer.
func (h *host) ask(message []byte) []byte {
	h.t.Helper()
	h.send(message)
	frame := h.hearFrame()
	h.say(0x06)
	return frame[2 : len(frame)-1]
}

// done executes a command that must succeed and gives what follows the error byte. parts are strings of hex,
// numbers made by le, or bytes.
func (h *host) done(parts ...any) []byte {
	h.t.Helper()
	message := bytesOf(h.t, parts...)
	answer := h.ask(message)
	n := 1
	if message[0] == 0xFF {
		n = 2
	}
	require.Equal(h.t, message[:n], answer[:n])
	require.EqualValues(h.t, 0, answer[n], "%X: error %02X", message, answer[n])
	return answer[n+1:]
}

// refused executes a command that must fail and gives the error.
func (h *host) refused(parts ...any) string {
	h.t.Helper()
	message := bytesOf(h.t, parts...)
	answer := h.ask(message)
	require.LessOrEqual(h.t, len(answer), 3, "%X: nothing follows an error", message)
	require.NotZero(h.t, answer[len(answer)-1], "%X succeeded", message)
	return strings.ToUpper(hex.EncodeToString(answer[len(answer)-1:]))
}

func bytesOf(t testing.TB, parts ...any) []byte {
	t.Helper()
	b := []byte{}
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			raw, err := hex.DecodeString(strings.ReplaceAll(v, " ", ""))
			require.NoError(t, err)
			b = append(b, raw...)
		case []byte:
			b = append(b, v...)
		default:
			t.Fatalf("%T is no part of a message", p)
		}
	}
	return b
}

// le is a number of n bytes.
func le(v uint64, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
	return b
}

func number(b []byte) uint64 {
	var v uint64
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

// Passwords of the first cashier and of the system administrator.
const (
	cashier = "01000000"
	admin   = "1E000000"
)

func win(text string) []byte {
	b, err := charmap.Windows1251.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return []byte(b)
}

func dos(text string) []byte {
	b, err := charmap.CodePage866.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return []byte(b)
}

// tag is one TLV.
func tag(number uint64, value []byte) []byte {
	return append(append(le(number, 2), le(uint64(len(value)), 2)...), value...)
}

// item is the message FF46h with VAT 10 %, full payment, goods; the printer computes the sum.
func item(kind byte, micros, price uint64, name string) []byte {
	b := append([]byte{0xFF, 0x46, 1, 0, 0, 0, kind}, le(micros, 6)...)
	b = append(append(b, le(price, 5)...), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02\x01\x04\x01"...)
	return append(b, win(name)...)
}

// closing is the message FF45h with ОСН and the given payments by their place, counted from 1.
func closing(payments map[int]uint64) []byte {
	b := []byte{0xFF, 0x45, 1, 0, 0, 0}
	for i := 1; i <= 16; i++ {
		b = append(b, le(payments[i], 5)...)
	}
	b = append(b, make([]byte, 1+6*5)...)
	return append(b, 1)
}

func (h *host) openShift() {
	h.t.Helper()
	require.Equal(h.t, []byte{1}, h.done("E0", cashier))
}

// sell closes a sale of one item for cash and gives its number.
func (h *host) sell(price, cash uint64) uint32 {
	h.t.Helper()
	h.done("8D", cashier, "00")
	h.done(item(1, 1_000_000, price, "Хлеб"))
	answer := h.done(closing(map[int]uint64{1: cash}))
	require.Equal(h.t, cash-price, number(answer[:5]))
	return uint32(number(answer[5:9]))
}
