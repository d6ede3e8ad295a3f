package wire

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// source is a medium whose calls may block: what the pump turns into a Port.
type source interface {
	// Read gives bytes, or errQuiet when nothing came for a while. Any other error means the device is gone.
	Read(b []byte) (int, error)
	Write(b []byte) (int, error)
	// interrupt frees a blocked Read and Write, as far as the medium can.
	interrupt()
	// discard forgets what the medium itself has received.
	discard() error
	Close() error
}

var (
	// errQuiet is a source's way to say that it is alive and has nothing.
	errQuiet = errors.New("nothing came")
	// errStuck is reported by Close when the medium does not let go of a Read or Write. The port must not
	// be opened again before it has: the stuck goroutine closes the medium when it ends.
	errStuck = errors.New("the system does not let go of the port")
)

const (
	// bufferLimit bounds what a device may send ahead of its reader; then the pump stops reading.
	bufferLimit = 64 << 10
	closeLimit  = time.Second
)

// pump is a Port over a source: one goroutine reads for ever into a buffer, one writes, and whoever waits
// does so on a condition, with a deadline.
type pump struct {
	name string
	src  source
	done chan struct{} // closed when both goroutines have ended and the source is closed

	mu      sync.Mutex // guards everything below
	changed *sync.Cond // something below changed
	in      []byte
	reading deadline
	writing deadline
	out     []byte // what the writer has to send; nil: idle
	wrote   int
	failed  error // final: wraps ErrGone
	closing bool
}

func newPump(name string, src source) *pump {
	p := &pump{name: name, src: src, done: make(chan struct{})}
	p.changed = sync.NewCond(&p.mu)
	var both sync.WaitGroup
	both.Go(p.readForEver)
	both.Go(p.writeForEver)
	go func() {
		both.Wait()
		p.src.Close() // nobody is left to hear of an error; a lost device often gives one
		close(p.done)
	}()
	return p
}

func (p *pump) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.closing:
			return 0, p.wrap("read", net.ErrClosed)
		case len(p.in) > 0:
			n := copy(b, p.in)
			p.in = p.in[n:]
			p.changed.Broadcast()
			return n, nil
		case p.failed != nil:
			return 0, p.wrap("read", p.failed)
		case p.reading.passed:
			return 0, p.wrap("read", os.ErrDeadlineExceeded)
		}
		p.changed.Wait()
	}
}

func (p *pump) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.writable(); err != nil {
		return 0, p.wrap("write", err)
	}
	p.out, p.wrote = append([]byte(nil), b...), 0
	p.changed.Broadcast()
	for p.out != nil {
		if err := p.writable(); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				p.fail(fmt.Errorf("took no data in time: %w", ErrGone))
			}
			return p.wrote, p.wrap("write", err)
		}
		p.changed.Wait()
	}
	if p.wrote < len(b) {
		return p.wrote, p.wrap("write", p.failed)
	}
	return len(b), nil
}

// writable says why nothing can be written now.
func (p *pump) writable() error {
	switch {
	case p.closing:
		return net.ErrClosed
	case p.failed != nil:
		return p.failed
	case p.writing.passed:
		return os.ErrDeadlineExceeded
	}
	return nil
}

func (p *pump) SetReadDeadline(t time.Time) error  { return p.setDeadline(&p.reading, t) }
func (p *pump) SetWriteDeadline(t time.Time) error { return p.setDeadline(&p.writing, t) }

func (p *pump) setDeadline(d *deadline, t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing {
		return p.wrap("set deadline", net.ErrClosed)
	}
	d.set(p, t)
	return nil
}

func (p *pump) Purge() error {
	if err := p.src.discard(); err != nil {
		return p.wrap("purge", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in = nil
	p.changed.Broadcast()
	return nil
}

// Close frees the Reads and Writes that wait and gives the medium up. It waits one second at most.
func (p *pump) Close() error {
	p.mu.Lock()
	again := p.closing
	p.closing = true
	p.reading.stop()
	p.writing.stop()
	p.changed.Broadcast()
	p.mu.Unlock()
	if !again {
		p.src.interrupt()
	}
	limit := time.NewTimer(closeLimit)
	defer limit.Stop()
	select {
	case <-p.done:
		return nil
	case <-limit.C:
		return p.wrap("close", errStuck)
	}
}

func (p *pump) readForEver() {
	buf := make([]byte, 4096)
	for p.mayRead() {
		n, err := p.src.Read(buf)
		p.mu.Lock()
		if n > 0 {
			p.in = append(p.in, buf[:n]...)
			p.changed.Broadcast()
		}
		if err != nil && !errors.Is(err, errQuiet) {
			p.fail(fmt.Errorf("%w: %w", ErrGone, err))
		}
		p.mu.Unlock()
	}
}

// mayRead waits for room in the buffer; false ends the reader.
func (p *pump) mayRead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.in) >= bufferLimit && !p.ended() {
		p.changed.Wait()
	}
	return !p.ended()
}

func (p *pump) writeForEver() {
	for {
		out := p.nextOut()
		if out == nil {
			return
		}
		n, err := p.src.Write(out)
		p.mu.Lock()
		p.out, p.wrote = nil, n
		if err != nil {
			p.fail(fmt.Errorf("%w: %w", ErrGone, err))
		}
		p.changed.Broadcast()
		p.mu.Unlock()
	}
}

// nextOut waits for something to write; nil ends the writer.
func (p *pump) nextOut() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.out == nil && !p.ended() {
		p.changed.Wait()
	}
	if p.ended() {
		return nil
	}
	return p.out
}

func (p *pump) ended() bool { return p.closing || p.failed != nil }

func (p *pump) fail(err error) {
	if p.failed == nil {
		p.failed = err
	}
	p.changed.Broadcast()
}

func (p *pump) wrap(op string, err error) error { return fmt.Errorf("%s %s: %w", op, p.name, err) }

// deadline is a moment after which waiting ends. It belongs to a pump and its mutex.
type deadline struct {
	timer  *time.Timer
	passed bool
}

func (d *deadline) set(p *pump, t time.Time) {
	d.stop()
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	if left <= 0 {
		d.passed = true
		p.changed.Broadcast()
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(left, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if d.timer == timer { // not replaced meanwhile
			d.passed = true
			p.changed.Broadcast()
		}
	})
	d.timer = timer
}

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.timer, d.passed = nil, false
}
