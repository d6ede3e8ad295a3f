//go:build !linux

package wire

import (
	"errors"
	"time"
)

// ErrNoPTY is reported where the system has no pseudo terminals.
var ErrNoPTY = errors.New("pseudo terminals are made on Linux only: serve the simulator over TCP")

// PTY cannot be made on this system.
type PTY struct{}

// OpenPTY reports ErrNoPTY.
func OpenPTY(link string) (*PTY, error) { return nil, ErrNoPTY }

func (*PTY) Name() string                     { return "" }
func (*PTY) Read([]byte) (int, error)         { return 0, ErrNoPTY }
func (*PTY) Write([]byte) (int, error)        { return 0, ErrNoPTY }
func (*PTY) SetReadDeadline(time.Time) error  { return ErrNoPTY }
func (*PTY) SetWriteDeadline(time.Time) error { return ErrNoPTY }
func (*PTY) Purge() error                     { return ErrNoPTY }
func (*PTY) Close() error                     { return ErrNoPTY }
