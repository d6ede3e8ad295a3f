package scanner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"kassa/device"
	"kassa/device/wire"
)

const (
	// defaultSilence ends a scan of a scanner without suffix.
	defaultSilence = 50 * time.Millisecond
	// brokenAfter is the silence after which a scan that lacks its suffix is given up. It is long: a slow
	// line pauses, and two scans are seldom closer.
	brokenAfter = time.Second
	// maxAffix bounds prefix and suffix.
	maxAffix = 32
)

// Settings of one scanner.
type Settings struct {
	Name    string // Scan.Source
	Address string // as wire.Open understands it

	// Prefix is taken off a scan that has it.
	Prefix string
	// Suffix ends a scan. Empty: CR, LF, CRLF or Silence do.
	Suffix string
	// Silence is the pause that ends a scan without suffix; zero means 50 ms.
	Silence time.Duration

	// Now stamps the scans; nil: time.Now.
	Now func() time.Time
	// Dial opens the line; nil: wire.Open.
	Dial func(ctx context.Context, address string) (wire.Port, error)
}

// State of the line to the scanner.
type State struct {
	Connected bool
	Since     time.Time // when it became so; zero before the first attempt
	Err       error     // why it is not connected, nil when it is or was not tried
}

// Scanner is one scanner on a line.
type Scanner struct {
	settings Settings
	log      *slog.Logger
	clock    func() time.Time // of deadlines and pauses

	mu    sync.Mutex // guards state
	state State
}

// New checks the settings. It does no I/O: the scanner may be off.
func New(settings Settings, log *slog.Logger) (*Scanner, error) {
	switch {
	case settings.Name == "":
		return nil, errors.New("scanner has no name")
	case settings.Address == "":
		return nil, fmt.Errorf("scanner %s has no address", settings.Name)
	case len(settings.Prefix) > maxAffix || len(settings.Suffix) > maxAffix:
		return nil, fmt.Errorf("scanner %s: prefix or suffix is over %d bytes", settings.Name, maxAffix)
	case settings.Silence < 0:
		return nil, fmt.Errorf("scanner %s: silence is below zero", settings.Name)
	}
	if settings.Silence == 0 {
		settings.Silence = defaultSilence
	}
	if settings.Now == nil {
		settings.Now = time.Now
	}
	if settings.Dial == nil {
		settings.Dial = wire.Open
	}
	return &Scanner{settings: settings, log: log.With("scanner", settings.Name), clock: time.Now}, nil
}

// State may be asked from any goroutine.
func (s *Scanner) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Serve delivers scans until ctx ends, and gives ctx's error. deliver runs in Serve's goroutine: while it
// works no scan is read. One Serve at a time.
func (s *Scanner) Serve(ctx context.Context, deliver func(device.Scan)) error {
	var backoff wire.Backoff
	for {
		err := s.session(ctx, deliver, &backoff)
		if ctx.Err() != nil {
			s.change(false, nil)
			return ctx.Err()
		}
		s.change(false, err)
		timer := time.NewTimer(backoff.Next())
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// session reads one open line until it is lost.
func (s *Scanner) session(ctx context.Context, deliver func(device.Scan), backoff *wire.Backoff) error {
	port, err := s.settings.Dial(ctx, s.settings.Address)
	if err != nil {
		return err
	}
	defer port.Close() // a lost line may say anything
	defer context.AfterFunc(ctx, func() { port.Close() })()
	if err := port.Purge(); err != nil {
		return err
	}
	backoff.Reset()
	s.change(true, nil)
	return s.read(port, func(scan []byte) {
		deliver(device.Scan{Source: s.settings.Name, Data: scan, At: s.settings.Now()})
	})
}

func (s *Scanner) read(port wire.Port, deliver func([]byte)) error {
	f := framer{prefix: []byte(s.settings.Prefix), suffix: []byte(s.settings.Suffix)}
	silence := s.settings.Silence
	if len(f.suffix) > 0 {
		silence = brokenAfter
	}
	drop := func(why string) { s.log.Warn("scan dropped", "why", why) }
	buf := make([]byte, maxScan)
	for {
		var until time.Time // nothing has begun: wait for ever
		if f.begun() {
			until = s.clock().Add(silence)
		}
		if err := port.SetReadDeadline(until); err != nil {
			return err
		}
		n, err := port.Read(buf)
		f.feed(buf[:n], deliver, drop)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			f.quiet(deliver, drop)
		case err != nil:
			return err
		}
	}
}

// change keeps the state and logs only what is news.
func (s *Scanner) change(connected bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	isNews := s.state.Connected != connected || s.state.Since.IsZero()
	if isNews {
		s.state.Since = s.settings.Now()
	}
	s.state.Connected, s.state.Err = connected, err
	switch {
	case isNews && connected:
		s.log.Info("scanner connected")
	case isNews && err != nil:
		s.log.Warn("scanner is away", "err", err)
	}
}
