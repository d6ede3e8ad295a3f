package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Port is one open line to a device. One goroutine reads and one writes at a time; Close and the deadlines
// may come from any.
type Port interface {
	// Read waits for the first byte, never gives (0, nil), and reports os.ErrDeadlineExceeded when the read
	// deadline passes, ErrGone when the device went away, net.ErrClosed after Close.
	// Write returns when the medium has taken all bytes, which does not prove that the device has.
	io.ReadWriteCloser

	// SetReadDeadline ends the Reads that wait now and later. A byte that comes late is kept for the next Read.
	SetReadDeadline(t time.Time) error

	// SetWriteDeadline ends the Writes that wait now and later. How much of such a Write went out is not
	// known, so the port is unusable afterwards: close it and open it again.
	SetWriteDeadline(t time.Time) error

	// Purge forgets what was received and not yet read.
	Purge() error
}

// ErrGone is reported when the device was unplugged, switched off or has cut the connection.
var ErrGone = errors.New("device is gone")

// ErrAddress is reported for an address that Open does not understand.
var ErrAddress = errors.New("no address of a device")

// Open opens the port at address:
//
//	serial:/dev/ttyACM0?baud=115200   a serial line, 8N1; the default rate is 115200
//	serial:COM3?baud=9600
//	tcp:10.0.0.5:7778
//
// The form with two slashes (serial:///dev/ttyACM0, tcp://host:port) means the same. Dialling TCP takes five
// seconds at most.
func Open(ctx context.Context, address string) (Port, error) {
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok {
		return nil, fmt.Errorf("%q: %w", address, ErrAddress)
	}
	rest = strings.TrimPrefix(rest, "//")
	switch scheme {
	case "tcp":
		return openTCP(ctx, rest)
	case "serial":
		name, baud, err := serialAddress(rest)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", address, err)
		}
		return openSerial(name, baud)
	}
	return nil, fmt.Errorf("%q: %w", address, ErrAddress)
}

const defaultBaud = 115200

func serialAddress(rest string) (name string, baud int, err error) {
	name, query, _ := strings.Cut(rest, "?")
	if name == "" {
		return "", 0, ErrAddress
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", 0, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	baud = defaultBaud
	for key, value := range values {
		if key != "baud" || len(value) != 1 {
			return "", 0, fmt.Errorf("%w: only ?baud= once is known", ErrAddress)
		}
		if baud, err = strconv.Atoi(value[0]); err != nil || baud <= 0 {
			return "", 0, fmt.Errorf("%w: baud %q", ErrAddress, value[0])
		}
	}
	return name, baud, nil
}
