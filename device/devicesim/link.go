package devicesim

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Control bytes of the standard low level (§1.1).
const (
	stx byte = 0x02
	enq byte = 0x05
	ack byte = 0x06
	nak byte = 0x15
)

// writeLimit bounds a write to a client that takes nothing.
const writeLimit = 5 * time.Second

// errCut ends a conversation by the fault drop_after_bytes.
var errCut = errors.New("link cut by a fault")

// port is a client's end: net.Conn and PTY fit.
type port interface {
	io.ReadWriter
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// lineState is what the printer remembers of the conversation. It belongs to the printer, not to the client: an
// answer that was not acknowledged is offered to whoever says ENQ next.
type lineState struct {
	ready   bool   // NAK was the answer to ENQ: a frame may come
	pending []byte // frame of the answer that is not yet acknowledged
	sent    bool   // pending went out whole: the host's ACK is about it
}

// link is one conversation with one client.
type link struct {
	s      *Shtrih
	port   port
	number byte // as command 11h names it
	closes bool // the medium can be cut (TCP); otherwise the fault is silence
	in     *bufio.Reader
}

func (s *Shtrih) newLink(p port, number byte, closes bool) *link {
	return &link{s: s, port: p, number: number, closes: closes, in: bufio.NewReaderSize(p, 1024)}
}

// wait blocks until the client has said something.
func (l *link) wait() error {
	if err := l.port.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	_, err := l.in.Peek(1)
	return err
}

// drain forgets what a client said while the printer talked to another one.
func (l *link) drain() error {
	until := l.s.wall().Add(givenUp)
	for {
		if _, err := l.in.Discard(l.in.Buffered()); err != nil {
			return err
		}
		if err := l.port.SetReadDeadline(until); err != nil {
			return err
		}
		if _, err := l.in.Peek(1); errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// talk answers the client until the link ends.
func (l *link) talk() error {
	for {
		if err := l.wait(); err != nil {
			return err
		}
		b, err := l.in.ReadByte()
		if err != nil {
			return err
		}
		switch b {
		case enq:
			err = l.answerENQ()
		case stx:
			err = l.readFrame()
		case ack:
			l.acknowledged()
		}
		// A NAK is only noted: the answer is repeated at the next ENQ. Any other byte is noise.
		if err != nil {
			return err
		}
	}
}

func (l *link) answerENQ() error {
	s := l.s
	s.mu.Lock()
	if s.faults.PowerOff || counts(&s.faults.NoENQ) {
		s.mu.Unlock()
		return nil
	}
	pending := s.line.pending
	s.line.ready = pending == nil
	s.line.sent = pending != nil
	s.mu.Unlock()
	if pending == nil {
		return l.control(nak)
	}
	if err := l.control(ack); err != nil {
		return err
	}
	return l.write(pending)
}

func (l *link) acknowledged() {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.PowerOff || !s.line.sent {
		return
	}
	if s.faults.Stale {
		s.faults.Stale = false
		s.line.sent = false
		return
	}
	s.line.pending, s.line.sent = nil, false
}

// readFrame reads what follows STX. A frame counts as received once N was read (§1.1 p. 5): broken off or with a
// wrong sum it is answered NAK.
func (l *link) readFrame() error {
	frame, whole, err := l.frame()
	if err != nil {
		return err
	}
	s := l.s
	s.mu.Lock()
	if s.faults.PowerOff || !s.line.ready {
		s.mu.Unlock()
		return nil // without power, without ENQ before it, or with an unread answer a frame is not heard
	}
	if !whole || counts(&s.faults.NAK) {
		s.mu.Unlock()
		return l.control(nak)
	}
	s.line.ready = false
	dropACK := counts(&s.faults.DropACK)
	s.mu.Unlock()
	if !dropACK {
		if err := l.control(ack); err != nil {
			return err
		}
	}
	return l.execute(frame)
}

// frame reads N, the message and LRC; whole tells that nothing is missing and the sum is right.
func (l *link) frame() (message []byte, whole bool, err error) {
	n, err := l.inFrame()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	body := make([]byte, int(n)+1)
	sum := n
	for i := range body {
		if body[i], err = l.inFrame(); errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, false, nil
		} else if err != nil {
			return nil, false, err
		}
		sum ^= body[i]
	}
	return body[:n], n > 0 && sum == 0, nil
}

// inFrame reads the next byte within the byte time-out.
func (l *link) inFrame() (byte, error) {
	if l.in.Buffered() == 0 {
		if err := l.port.SetReadDeadline(l.s.wall().Add(l.s.opts.ByteTimeout)); err != nil {
			return 0, err
		}
	}
	return l.in.ReadByte()
}

// lost is what becomes of one answer on its way.
type lost struct {
	reply bool // not sent at all
	after *int // broken off after so many bytes
	sum   bool // sent with a wrong LRC
	delay time.Duration
}

func (l *link) execute(message []byte) error {
	s := l.s
	command := uint16(message[0])
	if message[0] == 0xFF && len(message) > 1 {
		command = 0xFF00 | uint16(message[1])
	}
	s.mu.Lock()
	f := &s.faults
	way := lost{reply: f.strikes(&f.DropReply, command)}
	if f.onThis(command) {
		way.after, f.DropAfterBytes = f.DropAfterBytes, nil
		way.delay, f.SlowMS = time.Duration(f.SlowMS)*time.Millisecond, 0
		way.sum = counts(&f.GarbleLRC)
	}
	answer := s.execute(message, l.number)
	if answer == nil {
		s.mu.Unlock()
		return nil
	}
	frame := Frame(answer)
	s.line.pending, s.line.sent = frame, false
	s.mu.Unlock()
	if way.reply {
		return nil
	}
	if err := l.prepare(way.delay); err != nil {
		return err
	}
	return l.sendAnswer(frame, way)
}

// prepare is the time that an answer takes; ENQ meanwhile is answered ACK: in work (§1.1 p. 1).
func (l *link) prepare(delay time.Duration) error {
	if delay == 0 {
		return nil
	}
	until := l.s.wall().Add(delay)
	for {
		if err := l.port.SetReadDeadline(until); err != nil {
			return err
		}
		b, err := l.in.ReadByte()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
		if b == enq {
			if err := l.control(ack); err != nil {
				return err
			}
		}
	}
}

func (l *link) sendAnswer(frame []byte, way lost) error {
	s := l.s
	s.mu.Lock()
	if s.faults.PowerOff {
		s.mu.Unlock()
		return nil
	}
	s.line.sent = way.after == nil || *way.after >= len(frame)
	s.mu.Unlock()
	if way.sum {
		frame = append([]byte{}, frame...)
		frame[len(frame)-1] ^= 0xFF
	}
	if way.after == nil || *way.after >= len(frame) {
		return l.write(frame)
	}
	if err := l.write(frame[:*way.after]); err != nil {
		return err
	}
	if l.closes {
		return errCut
	}
	return nil
}

// control sends one control byte, after the junk that a fault puts before it.
func (l *link) control(b byte) error {
	s := l.s
	s.mu.Lock()
	junk := s.faults.FFJunk
	s.faults.FFJunk = 0
	s.mu.Unlock()
	out := make([]byte, 0, junk+1)
	for range junk {
		out = append(out, 0xFF)
	}
	return l.write(append(out, b))
}

func (l *link) write(b []byte) error {
	if err := l.port.SetWriteDeadline(l.s.wall().Add(writeLimit)); err != nil {
		return err
	}
	if _, err := l.port.Write(b); err != nil {
		return fmt.Errorf("answer client: %w", err)
	}
	return nil
}

// Frame wraps a message (command and what follows): STX, its length, the message, LRC (§1.1).
func Frame(message []byte) []byte {
	frame := append([]byte{stx, byte(len(message))}, message...)
	sum := byte(0)
	for _, b := range frame[1:] {
		sum ^= b
	}
	return append(frame, sum)
}
