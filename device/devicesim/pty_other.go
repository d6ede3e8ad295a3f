//go:build !linux

package devicesim

import "errors"

// OpenPTY reports that this system has no pseudo-terminals that the simulators could use.
func OpenPTY(string) (*PTY, error) {
	return nil, errors.New("pty: only on Linux, use TCP here")
}

func (p *PTY) renew() error { return nil }

func (p *PTY) opened() (bool, error) { return false, ErrNobody }
