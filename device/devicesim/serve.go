package devicesim

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Ports as command 11h names them: 0..127 COM, 128 TCP (§1.1).
const (
	portCOM byte = 0
	portTCP byte = 128
)

// givenUp is the age at which a waiting client has given up what it said and says it again: the byte time-out that
// hosts wait for an answer to ENQ (§1.1).
const givenUp = 50 * time.Millisecond

// maxClients bounds the connections that are kept waiting.
const maxClients = 16

// Serve talks to the clients of a listener until ctx ends, which closes the listener; then it gives nil. One client
// at a time is talked to, whatever listener or pty it came by: it is a client from its first byte until its link
// ends. The others wait; what they said is forgotten when they had to wait for longer than a host waits.
func (s *Shtrih) Serve(ctx context.Context, listener net.Listener) error {
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	var clients sync.WaitGroup
	defer clients.Wait()
	places := make(chan struct{}, maxClients)
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept client: %w", err)
		}
		select {
		case places <- struct{}{}:
		default:
			s.log.Warn("too many clients, one refused")
			conn.Close()
			continue
		}
		clients.Go(func() {
			defer func() { <-places }()
			s.serveConn(ctx, conn)
		})
	}
}

func (s *Shtrih) serveConn(ctx context.Context, conn net.Conn) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	err := s.client(ctx, s.newLink(conn, portTCP, true))
	s.log.Debug("client gone", "why", err)
}

// client waits for a client's first word and for its turn, and talks until the link ends.
func (s *Shtrih) client(ctx context.Context, l *link) error {
	if err := l.wait(); err != nil {
		return err
	}
	since := s.wall()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	if s.wall().Sub(since) > givenUp {
		if err := l.drain(); err != nil {
			return err
		}
	}
	return l.talk()
}

// ServePTY makes a pty with a link to it and serves it until ctx ends; then it gives nil. Linux only.
func (s *Shtrih) ServePTY(ctx context.Context, link string) error {
	p, err := OpenPTY(link)
	if err != nil {
		return err
	}
	return s.ServePort(ctx, p)
}

// ServePort serves a pty until ctx ends, and closes it; at the end of ctx it gives nil. A program is a client while
// it has the port open and has said something.
func (s *Shtrih) ServePort(ctx context.Context, p *PTY) error {
	stop := context.AfterFunc(ctx, func() { p.Close() })
	defer stop()
	err := s.servePrograms(ctx, p)
	if closeErr := p.Close(); ctx.Err() != nil {
		return closeErr
	}
	return fmt.Errorf("serve pty: %w", err)
}

func (s *Shtrih) servePrograms(ctx context.Context, p *PTY) error {
	for {
		err := s.client(ctx, s.newLink(&paced{PTY: p, speed: s.opts.Speed}, portCOM, false))
		if !errors.Is(err, ErrNobody) {
			return err
		}
		if err := p.renew(); err != nil {
			return err
		}
		if err := p.awaitProgram(ctx); err != nil {
			return err
		}
	}
}
