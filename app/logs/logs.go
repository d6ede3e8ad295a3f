package logs

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// maxSize is when the file is put aside as NAME.1; one older file is kept.
const maxSize = 10 << 20

// File is a log file with rotation.
type File struct {
	path string

	mu   sync.Mutex // guards: f, size
	f    *os.File
	size int64
}

// Open opens dir/name for appending and gives a logger of JSON lines.
func Open(dir, name string, level slog.Level) (*slog.Logger, io.Closer, error) {
	w := &File{path: filepath.Join(dir, name)}
	if err := w.open(); err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})), w, nil
}

func (w *File) open() error {
	f, err := os.OpenFile(w.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w.f, w.size = f, info.Size()
	return nil
}

// Write appends one record; a full file is put aside first.
func (w *File) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.size+int64(len(p)) > maxSize {
		if err := w.f.Close(); err != nil {
			return 0, err
		}
		if err := os.Rename(w.path, w.path+".1"); err != nil {
			return 0, err
		}
		if err := w.open(); err != nil {
			return 0, err
		}
	}
	n, err := w.f.Write(p)
	w.size += int64(n)
	return n, err
}

// Close closes the file.
func (w *File) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.f.Close()
}
