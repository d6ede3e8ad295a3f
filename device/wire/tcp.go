package wire

import (
	"context"
	"fmt"
	"net"
	"time"
)

const dialLimit = 5 * time.Second

// tcpSource is a TCP connection. The pump is there for Purge: what has arrived is in its buffer.
type tcpSource struct{ net.Conn }

func openTCP(ctx context.Context, address string) (Port, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	dialer := net.Dialer{Timeout: dialLimit}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", address, err)
	}
	return newPump(address, tcpSource{conn}), nil
}

func (s tcpSource) interrupt() {
	s.SetDeadline(time.Unix(1, 0)) // long ago: whoever waits is freed
}

func (s tcpSource) discard() error { return nil }
