package centralsim

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// replaceFile writes a file whole or not at all: a new one beside it, synced, renamed, folder synced.
func replaceFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	dir := filepath.Dir(path)
	temp, err := writeTemp(dir, mode, write)
	if err != nil {
		return err
	}
	return nameFile(dir, temp, filepath.Base(path))
}

// writeTemp writes and syncs a file in dir whose name is still to be given; it is gone again after an error.
func writeTemp(dir string, mode os.FileMode, write func(io.Writer) error) (path string, err error) {
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return "", fmt.Errorf("make file: %w", err)
	}
	buffered := bufio.NewWriter(f)
	err = errors.Join(f.Chmod(mode), write(buffered), buffered.Flush(), f.Sync(), f.Close())
	if err != nil {
		return "", fmt.Errorf("write file: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return f.Name(), nil
}

// nameFile gives a file of writeTemp its name.
func nameFile(dir, temp, name string) error {
	if err := os.Rename(temp, filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("name file: %w", errors.Join(err, os.Remove(temp)))
	}
	return syncDir(dir)
}

// syncDir makes the names in a folder durable. Windows has no such call, NTFS keeps a log of names.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
