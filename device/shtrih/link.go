package shtrih

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"kassa/device/wire"
)

// frameTries is how often ENQ is asked and a refused frame is sent again (§1.1: I<10, J<10).
const frameTries = 10

// writeLimit bounds the writing of one frame; a line that takes longer is dead.
const writeLimit = 2 * time.Second

var (
	// errNotSent: the printer did not take the command, so it was not executed.
	errNotSent = errors.New("command was not taken")
	// errLost: the command may have been executed or not.
	errLost = errors.New("answer was lost")
)

// link speaks the standard low level (стандартный нижний уровень, §1.1) over one open port. After an error
// it is not used again. Not for several goroutines.
type link struct {
	port     wire.Port
	timeouts *Timeouts
	log      *slog.Logger
	now      func() time.Time
	received []byte // read from the port, not yet looked at
}

func newLink(port wire.Port, timeouts *Timeouts, log *slog.Logger) *link {
	return &link{port: port, timeouts: timeouts, log: log, now: time.Now}
}

// exchange sends one command and gives its answer, command bytes included. Every error wraps errNotSent or
// errLost.
func (l *link) exchange(ctx context.Context, message []byte) ([]byte, error) {
	frame, err := encodeFrame(message)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSent, err)
	}
	defer l.watch(ctx)()
	if err := l.ready(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSent, err)
	}
	for range frameTries {
		if err := l.write(ctx, frame...); err != nil {
			return nil, fmt.Errorf("%w: send command: %w", errLost, err)
		}
		b, err := l.control(ctx, l.timeouts.Frame)
		if err == nil && b == nak {
			l.log.Debug("printer refused a frame, sending it again")
			continue
		}
		// ACK, STX of the answer, or silence: in each case the printer may be at work now.
		if isTimeout(err) {
			b, err = l.ask(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: wait for ACK: %w", errLost, err)
		}
		answer, err := l.answer(ctx, message, b == stx)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errLost, err)
		}
		return answer, nil
	}
	return nil, fmt.Errorf("%w: frame refused %d times", errNotSent, frameTries)
}

// ready asks by ENQ until the printer waits for a command. A stale answer is read, acknowledged and dropped:
// it belongs to an earlier command (§1.1 step 3).
func (l *link) ready(ctx context.Context) error {
	for try := range frameTries {
		if err := l.write(ctx, enq); err != nil {
			return fmt.Errorf("send ENQ: %w", err)
		}
		b, err := l.control(ctx, l.timeouts.ENQ)
		switch {
		case isTimeout(err):
			continue
		case err != nil:
			return fmt.Errorf("wait for the answer to ENQ: %w", err)
		case b == nak && try == 0:
			return nil
		case b == nak:
			// An ENQ that seemed lost may be answered late: its NAK must not be taken for a refused frame.
			return l.quiet(ctx, l.now().Add(l.timeouts.ENQ))
		}
		stale, err := l.frame(ctx, l.timeouts.Answer, b == stx)
		switch {
		case err == nil:
			l.log.Debug("stale answer dropped", "command", commandName(commandOf(stale)))
			if err := l.write(ctx, ack); err != nil {
				return fmt.Errorf("acknowledge stale answer: %w", err)
			}
		case !isTimeout(err) && !errors.Is(err, errDamaged):
			return fmt.Errorf("read stale answer: %w", err)
		}
	}
	return errors.New("printer does not answer ENQ")
}

// answer reads the answer to message. The printer was clean before (it answered ENQ with NAK), so whatever
// it holds now belongs to this message.
func (l *link) answer(ctx context.Context, message []byte, begun bool) ([]byte, error) {
	limit := l.timeouts.answer(commandOf(message))
	waited := false
	for range frameTries {
		got, err := l.frame(ctx, limit, begun)
		begun = false
		switch {
		case err == nil:
			if err := l.write(ctx, ack); err != nil {
				l.log.Debug("answer not acknowledged", "err", err) // the answer is here all the same
			}
			if answers(got, message) {
				return got, nil
			}
			l.log.Debug("answer to another command dropped", "command", commandName(commandOf(got)))
			continue
		case errors.Is(err, errDamaged):
			l.log.Debug("damaged answer, asking for it again", "err", err)
			if err := l.write(ctx, nak); err != nil {
				return nil, fmt.Errorf("refuse damaged answer: %w", err)
			}
		case !isTimeout(err):
			return nil, fmt.Errorf("read answer: %w", err)
		case waited:
			return nil, fmt.Errorf("no answer in twice %s: %w", limit, err)
		default:
			waited = true
		}
		// The printer repeats its answer after ENQ only (§1.1 step 4).
		held, err := l.ask(ctx)
		if err != nil {
			return nil, err
		}
		begun = held == stx
	}
	return nil, fmt.Errorf("answer damaged %d times", frameTries)
}

// ask sends ENQ for an answer that did not come: ACK or STX says that the printer has one.
func (l *link) ask(ctx context.Context) (byte, error) {
	for range frameTries {
		if err := l.write(ctx, enq); err != nil {
			return 0, fmt.Errorf("ask for the answer: %w", err)
		}
		b, err := l.control(ctx, l.timeouts.ENQ)
		switch {
		case isTimeout(err):
			continue
		case err != nil:
			return 0, fmt.Errorf("ask for the answer: %w", err)
		case b == nak:
			return 0, errors.New("printer holds no answer")
		}
		return b, nil
	}
	return 0, errors.New("printer went silent")
}

// control waits for ACK, NAK or STX. Stray FF bytes (seen on TCP, §1.1 step 6) are skipped; any other byte is
// the middle of something, and the line is read until it is quiet.
func (l *link) control(ctx context.Context, limit time.Duration) (byte, error) {
	until := l.now().Add(limit)
	for {
		b, err := l.next(ctx, until)
		switch {
		case err != nil:
			return 0, err
		case b == ack || b == nak || b == stx:
			return b, nil
		case b == 0xFF:
			continue
		}
		if err := l.quiet(ctx, until); err != nil {
			return 0, err
		}
	}
}

// quiet drops bytes until none comes for the time between bytes, or until the limit passes.
func (l *link) quiet(ctx context.Context, until time.Time) error {
	for l.now().Before(until) {
		if _, err := l.next(ctx, l.now().Add(l.timeouts.Byte)); isTimeout(err) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// frame reads one frame. begun: its STX was read already; else it is waited for.
func (l *link) frame(ctx context.Context, limit time.Duration, begun bool) ([]byte, error) {
	for until := l.now().Add(limit); !begun; {
		b, err := l.next(ctx, until)
		if err != nil {
			return nil, err
		}
		begun = b == stx // ACK again or a stray FF may stand before it
	}
	message, err := readFrame(func() (byte, error) {
		b, err := l.next(ctx, l.now().Add(l.timeouts.Byte))
		if isTimeout(err) {
			return 0, fmt.Errorf("%w: it breaks off", errDamaged)
		}
		return b, err
	})
	if errors.Is(err, errDamaged) {
		// What is left of it must not be taken for control bytes.
		if err := l.quiet(ctx, l.now().Add(limit)); err != nil {
			return nil, err
		}
	}
	return message, err
}

// next gives one byte, waiting for it until the moment or the end of ctx.
func (l *link) next(ctx context.Context, until time.Time) (byte, error) {
	if len(l.received) == 0 {
		if end, ok := ctx.Deadline(); ok && end.Before(until) {
			until = end
		}
		if err := l.port.SetReadDeadline(until); err != nil {
			return 0, err
		}
		if err := ctx.Err(); err != nil { // asked after the deadline was set: see watch
			return 0, err
		}
		buf := make([]byte, maxMessage+3)
		n, err := l.port.Read(buf)
		if err != nil {
			return 0, errors.Join(err, ctx.Err())
		}
		l.received = buf[:n]
	}
	b := l.received[0]
	l.received = l.received[1:]
	return b, nil
}

func (l *link) write(ctx context.Context, b ...byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.port.SetWriteDeadline(l.now().Add(writeLimit)); err != nil {
		return err
	}
	_, err := l.port.Write(b)
	return err
}

// watch frees a waiting read when ctx is cancelled. The returned func ends the watch and leaves no deadline
// behind that a later exchange could meet.
func (l *link) watch(ctx context.Context) func() {
	freed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		l.port.SetReadDeadline(time.Unix(1, 0)) // a port that cannot is closed, and its Read ends by itself
		close(freed)
	})
	return func() {
		if !stop() {
			<-freed
		}
	}
}

// isTimeout tells a wait that the line outlives from the end of the line or of ctx.
func isTimeout(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// answers tells whether an answer belongs to a command. An unknown FF command may be answered with one
// command byte only (§1.1).
func answers(answer, message []byte) bool {
	if answer[0] != message[0] {
		return false
	}
	if message[0] != 0xFF || len(answer) == 2 {
		return true
	}
	return answer[1] == message[1]
}

// commandOf reads the command of a message: 0x41, 0xFF61.
func commandOf(message []byte) uint16 {
	if message[0] == 0xFF && len(message) > 1 {
		return 0xFF00 | uint16(message[1])
	}
	return uint16(message[0])
}
