package logs

import (
	"io"
	"log/slog"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"
)

// Rotation: ten files of 10 MB keep some weeks of a busy till.
const (
	megabytes = 10
	backups   = 10
)

// Open appends to dir/name and gives a logger of JSON lines; the file is opened at the first line.
func Open(dir, name string, level slog.Level) (*slog.Logger, io.Closer) {
	w := &lumberjack.Logger{Filename: filepath.Join(dir, name), MaxSize: megabytes, MaxBackups: backups}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})), w
}
