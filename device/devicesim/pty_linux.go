package devicesim

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// OpenPTY makes a pseudo-terminal in raw mode. link, unless empty, is made a symbolic link to the end that
// programs open; it is removed by Close.
//
// /dev/ptmx is opened here, non-blocking, because only then deadlines work and Close hangs up (devices §2).
func OpenPTY(link string) (*PTY, error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open pty: %w", err)
	}
	p := &PTY{File: os.NewFile(uintptr(fd), "/dev/ptmx")}
	err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	if err == nil {
		var n int
		n, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		p.slave = "/dev/pts/" + strconv.Itoa(n)
	}
	if err == nil {
		err = p.renew()
	}
	if err == nil && link != "" {
		err = p.linkTo(link)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make pty: %w", err), p.File.Close())
	}
	return p, nil
}

// renew forgets what the last program did not read and, where that program left them on, switches echo and line
// editing off for the next one. A raw mode is left as it is: the next program may have the port open already, with
// its own.
func (p *PTY) renew() error {
	fd, err := unix.Open(p.slave, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", p.slave, err)
	}
	defer unix.Close(fd)
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return fmt.Errorf("get terminal mode: %w", err)
	}
	if t.Lflag&(unix.ECHO|unix.ICANON) != 0 {
		if err := setRaw(fd, t); err != nil {
			return fmt.Errorf("set raw mode: %w", err)
		}
	}
	if err := unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIOFLUSH); err != nil {
		return fmt.Errorf("flush pty: %w", err)
	}
	return nil
}

func setRaw(fd int, t *unix.Termios) error {
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

// Read reads what a program sent; ErrNobody while no program has the port open.
func (p *PTY) Read(b []byte) (int, error) {
	n, err := p.File.Read(b)
	if errors.Is(err, unix.EIO) {
		return n, ErrNobody
	}
	return n, err
}

// opened tells whether a program has the port open.
func (p *PTY) opened() (bool, error) {
	conn, err := p.SyscallConn()
	if err != nil {
		return false, fmt.Errorf("look at pty: %w", err)
	}
	fds := []unix.PollFd{{}}
	var pollErr error
	err = conn.Control(func(fd uintptr) {
		fds[0].Fd = int32(fd)
		for {
			if _, pollErr = unix.Poll(fds, 0); !errors.Is(pollErr, unix.EINTR) {
				return
			}
		}
	})
	if err := errors.Join(err, pollErr); err != nil {
		return false, fmt.Errorf("look at pty: %w", err)
	}
	return fds[0].Revents&unix.POLLHUP == 0, nil
}
