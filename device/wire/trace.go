package wire

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// recorder copies what passes through a port.
type recorder struct {
	Port
	mu sync.Mutex // guards w: reads and writes are two goroutines
	w  io.Writer
}

// Record gives a port that writes everything that passes through it to w, one Read or Write a line:
//
//	> 05                what the till wrote
//	< 15                what the device answered
//	# a remark, skipped by Playback
//
// A trace holds passwords and marking codes in full. An error of w ends the call it happened in.
func Record(p Port, w io.Writer) Port { return &recorder{Port: p, w: w} }

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Port.Read(b)
	if n > 0 {
		if lineErr := r.line('<', b[:n]); err == nil {
			err = lineErr
		}
	}
	return n, err
}

func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.Port.Write(b)
	if n > 0 {
		if lineErr := r.line('>', b[:n]); err == nil {
			err = lineErr
		}
	}
	return n, err
}

func (r *recorder) line(direction byte, b []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := fmt.Fprintf(r.w, "%c % X\n", direction, b); err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	return nil
}

// ErrPlayback is reported when the till departs from the trace.
var ErrPlayback = errors.New("not as in the trace")

// Player is a Port that speaks the device's part of a trace. It has no clock: where the trace has nothing to
// read, a Read times out at once.
type Player struct {
	mu     sync.Mutex // guards the fields below
	steps  []step
	closed bool
}

type step struct {
	line  int
	write bool
	bytes []byte
}

// Playback reads a trace. Lines of one direction that follow each other are one step: how bytes fell into
// Reads and Writes does not matter.
func Playback(r io.Reader) (*Player, error) {
	p := &Player{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		b, err := hex.DecodeString(strings.ReplaceAll(text[1:], " ", ""))
		if err != nil || len(b) == 0 || text[0] != '<' && text[0] != '>' {
			return nil, fmt.Errorf("line %d: %q is no line of a trace", n, text)
		}
		write := text[0] == '>'
		if last := len(p.steps) - 1; last >= 0 && p.steps[last].write == write {
			p.steps[last].bytes = append(p.steps[last].bytes, b...)
			continue
		}
		p.steps = append(p.steps, step{n, write, b})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	return p, nil
}

func (p *Player) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, net.ErrClosed
	}
	if len(p.steps) == 0 || p.steps[0].write {
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(b, p.steps[0].bytes)
	p.take(n)
	return n, nil
}

func (p *Player) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, net.ErrClosed
	}
	if len(p.steps) > 0 && !p.steps[0].write {
		return 0, fmt.Errorf("%w: line %d is to be read, got a write of % X", ErrPlayback, p.steps[0].line, b)
	}
	if len(p.steps) == 0 {
		return 0, fmt.Errorf("%w: it has ended, got a write of % X", ErrPlayback, b)
	}
	want := p.steps[0]
	if len(b) > len(want.bytes) || string(want.bytes[:len(b)]) != string(b) {
		return 0, fmt.Errorf("%w: line %d: got % X, want % X", ErrPlayback, want.line, b, want.bytes)
	}
	p.take(len(b))
	return len(b), nil
}

func (p *Player) take(n int) {
	p.steps[0].bytes = p.steps[0].bytes[n:]
	if len(p.steps[0].bytes) == 0 {
		p.steps = p.steps[1:]
	}
}

// Rest says what of the trace was not spoken yet; nil when all was.
func (p *Player) Rest() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.steps) > 0 {
		return fmt.Errorf("%w: line %d and what follows was not spoken", ErrPlayback, p.steps[0].line)
	}
	return nil
}

// SetReadDeadline does nothing: a Player never waits.
func (p *Player) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing: a Player never waits.
func (p *Player) SetWriteDeadline(time.Time) error { return nil }

// Purge does nothing: a trace holds only what was read.
func (p *Player) Purge() error { return nil }

// Close ends the playing.
func (p *Player) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return nil
}
