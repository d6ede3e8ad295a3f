package wire

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// PTY is the device's end of a serial line that has no wire: the till opens Name (or the link) as a serial
// port. Closing it is an unplug. It is a Port; a Write past its deadline leaves it usable.
type PTY struct {
	master *os.File
	slave  *os.File // kept open: a master without a slave reads EIO
	link   string
}

// OpenPTY makes a pseudo terminal in raw mode. A link that is not empty becomes a symbolic link to it, until
// Close; a link of an earlier run is replaced, any other file is not.
func OpenPTY(link string) (*PTY, error) {
	// Not creack/pty: its master is in blocking mode, where deadlines do nothing.
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open pty: %w", err)
	}
	p := &PTY{master: master}
	if err := p.prepare(link); err != nil {
		return nil, errors.Join(fmt.Errorf("open pty: %w", err), p.Close())
	}
	return p, nil
}

func (p *PTY) prepare(link string) error {
	var number int
	err := p.control(func(fd int) (err error) {
		if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return fmt.Errorf("unlock: %w", err)
		}
		if number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN); err != nil {
			return fmt.Errorf("number: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if p.slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		return err
	}
	// A fresh pty echoes and maps line ends.
	if err := p.control(setRaw); err != nil {
		return fmt.Errorf("raw mode: %w", err)
	}
	if link == "" {
		return nil
	}
	if info, err := os.Lstat(link); err == nil && info.Mode()&os.ModeSymlink != 0 {
		if err := os.Remove(link); err != nil {
			return err
		}
	}
	if err := os.Symlink(p.slave.Name(), link); err != nil {
		return err
	}
	p.link = link
	return nil
}

func setRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

// control works on the descriptor without taking it out of the poller, as Fd would.
func (p *PTY) control(do func(fd int) error) error {
	raw, err := p.master.SyscallConn()
	if err != nil {
		return err
	}
	var did error
	if err := raw.Control(func(fd uintptr) { did = do(int(fd)) }); err != nil {
		return err
	}
	return did
}

// Name is the path that the till opens.
func (p *PTY) Name() string { return p.slave.Name() }

func (p *PTY) Read(b []byte) (int, error)         { return p.master.Read(b) }
func (p *PTY) Write(b []byte) (int, error)        { return p.master.Write(b) }
func (p *PTY) SetReadDeadline(t time.Time) error  { return p.master.SetReadDeadline(t) }
func (p *PTY) SetWriteDeadline(t time.Time) error { return p.master.SetWriteDeadline(t) }

// Purge forgets what was received and not yet read.
func (p *PTY) Purge() error {
	return p.control(func(fd int) error {
		var buf [4096]byte
		for {
			n, err := unix.Read(fd, buf[:])
			if errors.Is(err, unix.EAGAIN) {
				return nil
			}
			if err != nil || n == 0 {
				return err
			}
		}
	})
}

// Close hangs the other side up and removes the link.
func (p *PTY) Close() error {
	errs := []error{p.master.Close()}
	if p.slave != nil {
		errs = append(errs, p.slave.Close())
	}
	if p.link != "" {
		errs = append(errs, os.Remove(p.link))
		p.link = ""
	}
	return errors.Join(errs...)
}
