//go:build unix

package devicesim

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the file for this process; the lock goes with the process, however it ends.
func lockFile(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }
