package devicesim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ScannerOptions describe the simulated scanner.
type ScannerOptions struct {
	Prefix, Suffix []byte // put around every code
	// Speed in baud paces the bytes as a serial line does; 0 sends a code at once.
	Speed int
}

// Scanner is a simulated barcode scanner in serial mode on a pty. Send may be called from several goroutines.
type Scanner struct {
	opts ScannerOptions
	pty  *PTY
	now  func() time.Time // for deadlines
	mu   sync.Mutex       // one code at a time on the wire
}

// maxCode bounds one code: longer ones no symbology holds.
const maxCode = 8192

// NewScanner makes the pty, with a link to it unless link is empty. Close unplugs the scanner.
func NewScanner(link string, opts ScannerOptions) (*Scanner, error) {
	p, err := OpenPTY(link)
	if err != nil {
		return nil, fmt.Errorf("simulated scanner: %w", err)
	}
	return &Scanner{opts: opts, pty: p, now: time.Now}, nil
}

// Path is what a program opens as its serial port.
func (s *Scanner) Path() string { return s.pty.Path() }

// Close unplugs the scanner.
func (s *Scanner) Close() error { return s.pty.Close() }

// Send scans one code: it waits until a program has the port open, as nobody scans into an unplugged cable, and
// writes prefix, code and suffix.
func (s *Scanner) Send(ctx context.Context, code []byte) error {
	if len(code) > maxCode {
		return fmt.Errorf("send code: over %d bytes", maxCode)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.awaitProgram(ctx); err != nil {
		return fmt.Errorf("send code: %w", err)
	}
	message := append(append(append([]byte{}, s.opts.Prefix...), code...), s.opts.Suffix...)
	took := writeLimit
	if s.opts.Speed > 0 {
		took += time.Duration(len(message)) * 10 * time.Second / time.Duration(s.opts.Speed)
	}
	if err := s.pty.SetWriteDeadline(s.now().Add(took)); err != nil {
		return fmt.Errorf("send code: %w", err)
	}
	line := &paced{PTY: s.pty, speed: s.opts.Speed}
	if _, err := line.Write(message); err != nil {
		return fmt.Errorf("send code: %w", err)
	}
	return nil
}

// awaitProgram waits until a program has the port open. What the program before it did not read is forgotten.
func (s *Scanner) awaitProgram(ctx context.Context) error {
	if open, err := s.pty.opened(); err != nil || open {
		return err
	}
	if err := s.pty.renew(); err != nil {
		return err
	}
	return s.pty.awaitProgram(ctx)
}

// Serve swallows what programs send to the scanner, which acts on none of it, until ctx ends; then it closes the
// scanner and gives nil.
func (s *Scanner) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { s.pty.Close() })
	defer stop()
	buf := make([]byte, 256)
	for {
		_, err := s.pty.Read(buf)
		switch {
		case ctx.Err() != nil || errors.Is(err, os.ErrClosed):
			return s.pty.Close()
		case errors.Is(err, ErrNobody):
			err = s.pty.awaitProgram(ctx)
		}
		if err != nil && ctx.Err() == nil {
			return errors.Join(fmt.Errorf("serve scanner: %w", err), s.pty.Close())
		}
	}
}
