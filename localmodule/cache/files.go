package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Names in the data folder.
const (
	controlFile = "control.db"
	localFile   = "local.db"
	lockName    = "lock"
	basePrefix  = "base-"
	baseSuffix  = ".db"
	filterSuf   = ".flt"
	tempSuffix  = ".tmp"
)

// WriteFile writes a small file that is whole or absent after a power cut: temp, sync, rename, sync of
// the folder. Only the owner may read it.
func WriteFile(path string, data []byte) error {
	temp := path + tempSuffix
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncPath makes a file that somebody else wrote durable.
func syncPath(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes names durable. Windows has no such call; NTFS journals its names.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// removeBase deletes the files of a base that nothing uses.
func removeBase(dir, file string) error {
	var errs []error
	for _, name := range []string{file + baseSuffix, file + filterSuf} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// sweep deletes bases that no row names and files that were never finished: what a killed sync leaves.
func sweep(dir string, inUse map[string]bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		stale := strings.HasSuffix(name, tempSuffix)
		if strings.HasPrefix(name, basePrefix) {
			stale = !inUse[strings.TrimSuffix(strings.TrimSuffix(name, baseSuffix), filterSuf)]
		}
		if !stale {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("remove what an earlier run left: %w", err)
		}
	}
	return nil
}
