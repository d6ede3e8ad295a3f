package shtrih

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/text/encoding/charmap"

	"kassa/app/fiscal"
	"kassa/device/wire"
)

const (
	// readTries is how often a command that only reads is asked before the printer counts as silent.
	readTries = 3
	// pollPause lies between two questions whether the printer still prints (§3.2: 100–500 ms).
	pollPause = 200 * time.Millisecond
	// clockDrift beyond which the log warns: at five minutes the drive refuses (17h).
	clockDrift = 3 * time.Minute
)

// Driver is one printer. It connects when it is first asked for something, and again after every loss of the
// line, with growing pauses. Its methods run one after another.
type Driver struct {
	settings Settings
	log      *slog.Logger

	turn chan struct{} // holds one token: who has it owns everything below

	link    *link // nil: not connected
	port    wire.Port
	backoff wire.Backoff
	pause   <-chan time.Time // of the last failed attempt; nil: none
	model   model
}

// model is what the printer said about itself when it was connected.
type model struct {
	name   string
	serial string
	inn    string
	ffd    byte // table value: 4 is ФФД 1.2
	caps   capabilities
}

// ffd12 is the value of the format field for ФФД 1.2 (§2.2).
const ffd12 = 4

// New checks the settings. It does no I/O: the printer may be off.
func New(settings Settings, log *slog.Logger) (*Driver, error) {
	if err := settings.check(); err != nil {
		return nil, err
	}
	d := &Driver{settings: settings.own(), log: log, turn: make(chan struct{}, 1)}
	d.turn <- struct{}{}
	return d, nil
}

// Close gives the line up. It waits for a call that is running; cancel that call's ctx to hurry it.
func (d *Driver) Close() error {
	<-d.turn
	defer d.release()
	d.drop()
	return nil
}

// acquire waits for the driver's turn.
func (d *Driver) acquire(ctx context.Context) error {
	select {
	case <-d.turn:
		return nil
	case <-ctx.Done():
		return &problem{fiscal.ProblemBusy, fmt.Errorf("wait for the printer's turn: %w", ctx.Err())}
	}
}

func (d *Driver) release() { d.turn <- struct{}{} }

// connect opens the line and learns what stands at its other end.
func (d *Driver) connect(ctx context.Context) error {
	if d.link != nil {
		return nil
	}
	if d.pause != nil {
		select {
		case <-d.pause:
		case <-ctx.Done():
			return fmt.Errorf("%w: wait before connecting: %w", errNotSent, ctx.Err())
		}
	}
	if err := d.dial(ctx); err != nil {
		d.drop()
		d.pause = time.After(d.backoff.Next())
		return fmt.Errorf("connect: %w", err)
	}
	d.backoff.Reset()
	d.pause = nil
	d.log.Info("printer connected", "model", d.model.name, "serial", d.model.serial, "ffd", ffdName(d.model.ffd))
	return nil
}

func (d *Driver) dial(ctx context.Context) error {
	port, err := d.settings.Dial(ctx, d.settings.Address)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotSent, err)
	}
	d.port, d.link = port, newLink(port, &d.settings.Timeouts, d.log)
	if err := port.Purge(); err != nil {
		return fmt.Errorf("%w: %w", errNotSent, err)
	}
	if d.model, err = d.identify(ctx); err != nil {
		return fmt.Errorf("identify: %w", err)
	}
	return nil
}

// drop closes the line; the next command opens it again.
func (d *Driver) drop() {
	if d.port != nil {
		if err := d.port.Close(); err != nil {
			d.log.Warn("printer's port did not close", "err", err)
		}
	}
	d.port, d.link = nil, nil
}

// identify reads what stays the same while the line is up. What an old printer does not know stays zero.
func (d *Driver) identify(ctx context.Context) (model, error) {
	var m model
	known := func(err error) error { // a refusal is an answer too
		var refused *deviceError
		if errors.As(err, &refused) && refused.meaning().problem != fiscal.ProblemPassword {
			return nil
		}
		return err
	}
	f, err := d.call(ctx, bare(cmdDeviceType))
	if err == nil {
		m.name, err = decodeDeviceType(f)
	}
	if known(err) != nil {
		return m, err
	}
	if f, err = d.call(ctx, bare(cmdCapabilities, 1)); err == nil {
		m.caps, err = decodeCapabilities(f)
	}
	if known(err) != nil {
		return m, err
	}
	table, field, err := d.ffdField(ctx, m.caps)
	if err == nil {
		if f, err = d.call(ctx, readTable(d.settings.AdminPassword, table, 1, field)); err == nil {
			m.ffd = f.byte()
			err = f.err
		}
	}
	if known(err) != nil {
		return m, err
	}
	for i, text := range []*string{&m.serial, &m.inn} { // 18.1, 18.2
		f, err := d.call(ctx, readTable(d.settings.AdminPassword, 18, 1, byte(i+1)))
		if known(err) != nil {
			return m, err
		}
		*text = decodeText(charmap.Windows1251, f.b)
	}
	return m, d.compareClock(ctx)
}

// ffdField finds where the printer keeps its document format (§2.2).
func (d *Driver) ffdField(ctx context.Context, c capabilities) (table, field byte, err error) {
	if c.ffdTable != 0 && c.ffdField != 0 {
		return c.ffdTable, c.ffdField, nil
	}
	if !c.has(capCashCore) {
		return 17, 17, nil
	}
	f, err := d.call(ctx, with(cmdTableShape, d.settings.AdminPassword, 10))
	if err != nil {
		return 0, 0, err
	}
	n, err := decodeTableFields(f)
	if err != nil {
		return 0, 0, err
	}
	if n < 38 {
		return 10, 29, nil
	}
	return 10, 38, nil
}

func (d *Driver) compareClock(ctx context.Context) error {
	f, err := d.call(ctx, with(cmdFullStatus, d.settings.AdminPassword))
	if err != nil {
		return err
	}
	c, err := decodeClock(f, d.settings.Location)
	if err != nil {
		return err
	}
	if drift := c.at.Sub(d.settings.Now()); !c.at.IsZero() && drift.Abs() > clockDrift {
		d.log.Warn("clocks of printer and till differ", "by", drift.Round(time.Second).String())
	}
	return nil
}

// ffdName is the format as people write it.
func ffdName(value byte) string {
	switch value {
	case 0, 1:
		return "1.0"
	case 2:
		return "1.05"
	case 3:
		return "1.1"
	case ffd12:
		return "1.2"
	}
	return ""
}

// run executes a command, connecting first where needed. It is sent once, but for the refusal «printing»,
// after which it is sent again: it was not executed (§2.8).
func (d *Driver) run(ctx context.Context, message request) (fields, error) {
	if err := d.connect(ctx); err != nil {
		return fields{}, err
	}
	return d.call(ctx, message)
}

// query executes a command that only reads, again when its answer was lost (§1.1).
func (d *Driver) query(ctx context.Context, message request) (fields, error) {
	for try := 1; ; try++ {
		if err := d.connect(ctx); err != nil {
			return fields{}, err
		}
		f, err := d.call(ctx, message)
		var refused *deviceError
		if err == nil || errors.As(err, &refused) || try == readTries || ctx.Err() != nil || !repeatable(commandOf(message)) {
			return f, err
		}
		d.log.Debug("asking again", "command", commandName(commandOf(message)), "err", err)
	}
}

// call executes a command on the open line. A lost answer closes the line.
func (d *Driver) call(ctx context.Context, message request) (fields, error) {
	patience := d.newPatience()
	for {
		f, err := d.once(ctx, message)
		var refused *deviceError
		if !errors.As(err, &refused) || refused.code != codePrinting {
			return f, err
		}
		if err := patience.wait(ctx); err != nil {
			return f, errors.Join(refused, err)
		}
	}
}

func (d *Driver) once(ctx context.Context, message request) (fields, error) {
	cmd := commandOf(message)
	if d.link == nil {
		return fields{}, fmt.Errorf("command %s: %w: no line", commandName(cmd), errNotSent)
	}
	logRequest(ctx, d.log, message)
	answer, err := d.link.exchange(ctx, message)
	if err != nil {
		d.drop()
		return fields{}, fmt.Errorf("command %s: %w", commandName(cmd), err)
	}
	logAnswer(ctx, d.log, message, answer)
	head := 1
	if cmd > 0xFF && len(answer) > 2 {
		head = 2
	}
	if len(answer) <= head {
		return fields{}, fmt.Errorf("command %s: %w: %w", commandName(cmd), errLost, errShort)
	}
	if code := answer[head]; code != 0 {
		return fields{}, &deviceError{cmd, code}
	}
	return fields{b: answer[head+1:]}, nil
}

// patience bounds the waiting for one print.
type patience struct{ left, step time.Duration }

func (d *Driver) newPatience() *patience { return &patience{d.settings.PrintWait, pollPause} }

// wait makes one pause; an error says that the patience or ctx has ended.
func (p *patience) wait(ctx context.Context) error {
	if p.left <= 0 {
		return &problem{fiscal.ProblemBusy, errors.New("printer still prints")}
	}
	p.left -= p.step
	return sleep(ctx, p.step)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
