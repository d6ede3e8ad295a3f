package devicesim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ErrNobody is reported by a read from a pty that no program has open.
var ErrNobody = errors.New("nobody has the port open")

// portPoll is how often a pty that nobody has open is looked at.
const portPoll = 20 * time.Millisecond

// PTY is our end of a pseudo-terminal: the device's end of a serial cable. The other end is a file that programs
// open as a serial port. Closing it is what unplugging is to them.
type PTY struct {
	*os.File
	slave string
	link  string

	closing  sync.Once
	closeErr error
}

// Path is what a program opens: the link when one was asked for.
func (p *PTY) Path() string {
	if p.link != "" {
		return p.link
	}
	return p.slave
}

// Close unplugs the device and removes the link. Closing twice is no error.
func (p *PTY) Close() error {
	p.closing.Do(func() {
		p.closeErr = p.File.Close()
		if target, err := os.Readlink(p.link); err == nil && target == p.slave {
			p.closeErr = errors.Join(p.closeErr, os.Remove(p.link))
		}
	})
	return p.closeErr
}

// linkTo makes path a link to the slave, in place of an older link. Anything else in its place is left alone.
func (p *PTY) linkTo(path string) error {
	if info, err := os.Lstat(path); err == nil {
		if info.Mode()&os.ModeSymlink == 0 {
			return fmt.Errorf("link %s: a file is there that is no link", path)
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove old link: %w", err)
		}
	}
	if err := os.Symlink(p.slave, path); err != nil {
		return fmt.Errorf("link pty: %w", err)
	}
	p.link = path
	return nil
}

// awaitProgram returns when a program has the port open, or ctx has ended.
func (p *PTY) awaitProgram(ctx context.Context) error {
	tick := time.NewTicker(portPoll)
	defer tick.Stop()
	for {
		if open, err := p.opened(); err != nil || open {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// paced writes with the speed of a serial line: ten bits a byte.
type paced struct {
	*PTY
	speed int // baud; 0 writes at once
}

func (p *paced) Write(b []byte) (int, error) {
	if p.speed == 0 {
		return p.PTY.Write(b)
	}
	for i := range b {
		if _, err := p.PTY.Write(b[i : i+1]); err != nil {
			return i, err
		}
		time.Sleep(10 * time.Second / time.Duration(p.speed))
	}
	return len(b), nil
}
