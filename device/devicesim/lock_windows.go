package devicesim

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the file for this process; the lock goes with the process, however it ends. The locked byte
// stands far behind the end, so that others may read the journal.
func lockFile(f *os.File) error {
	at := windows.Overlapped{OffsetHigh: 1 << 30}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
}
