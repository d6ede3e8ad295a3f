// Package pipetest is a network in memory for tests inside testing/synctest: real sockets do not live on a test's
// clock, pipes do. It knows no protocol.
//
// Example:
//
//	wire := pipetest.New()
//	go server.Serve(wire)
//	client := trueapi.New(trueapi.Settings{URL: "http://centre", Dial: wire.Dial, …}, log)
package pipetest

import (
	"context"
	"net"
	"sync"
)

// Network joins whoever dials with the one server that accepts. It is a net.Listener.
type Network struct {
	made   chan net.Conn // unbuffered: a dial waits for Accept
	closed chan struct{}
	once   sync.Once
}

// New makes a network; inside of a bubble it belongs to it.
func New() *Network { return &Network{made: make(chan net.Conn), closed: make(chan struct{})} }

// Dial opens a connection, whatever the address.
func (n *Network) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case n.made <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next connection.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case c := <-n.made:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept; it may be called again.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

// Addr is none.
func (n *Network) Addr() net.Addr { return &net.TCPAddr{} }
