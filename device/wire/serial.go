package wire

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/tarm/serial"
)

const (
	// serialStep is how long one Read of the serial library waits; its smallest value on Linux.
	serialStep = 100 * time.Millisecond
	// A timeout and an unplugged device both give (0, io.EOF). An unplugged one does so at once: a Read that
	// ended sooner than quickRead brought no timeout, and quickReads of them running are an unplugged device.
	quickRead  = serialStep / 2
	quickReads = 3
)

// serialSource is a serial line. Its library has no deadlines; the pump adds them.
type serialSource struct {
	port  *serial.Port
	now   func() time.Time
	quick int // empty reads running that were too quick for a timeout

	mu     sync.Mutex // guards closed: the library's Flush must not meet its Close
	closed bool
}

func openSerial(name string, baud int) (Port, error) {
	port, err := serial.OpenPort(&serial.Config{Name: name, Baud: baud, ReadTimeout: serialStep})
	if err != nil {
		return nil, fmt.Errorf("open %s at %d baud: %w", name, baud, err)
	}
	return newPump(name, &serialSource{port: port, now: time.Now}), nil
}

func (s *serialSource) Read(b []byte) (int, error) {
	start := s.now()
	n, err := s.port.Read(b)
	if n > 0 {
		s.quick = 0
		return n, nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if s.now().Sub(start) >= quickRead {
		s.quick = 0
		return 0, errQuiet
	}
	if s.quick++; s.quick < quickReads {
		return 0, errQuiet
	}
	return 0, io.EOF
}

func (s *serialSource) Write(b []byte) (int, error) {
	sent := 0
	for sent < len(b) {
		n, err := s.port.Write(b[sent:])
		if err != nil {
			return sent, err
		}
		sent += n
	}
	return sent, nil
}

func (s *serialSource) interrupt() {
	s.discard() // lets a blocked Write go on most drivers; where it does not, Close says so
}

func (s *serialSource) discard() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return net.ErrClosed
	}
	return s.port.Flush()
}

func (s *serialSource) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.port.Close()
}
