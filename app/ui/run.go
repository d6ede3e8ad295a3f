package ui

import (
	"context"
	"errors"
	"sync"
	"time"

	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
)

// laneSize bounds the commands that wait for the till. A person cannot be that far ahead; a scanner that is
// gets told (texts.QueueFull), and its scan is not taken.
const laneSize = 128

// Lanes of commands: everything runs in the order it was asked for. Only the question for the fate of a
// document has its own way, past a command that waits for that very document.
const (
	ordered = 0
	urgent  = 1
)

// job is something that the till shall do, and who is told its end.
type job struct {
	work func(ctx context.Context) error
	done func(error)
}

// errQueueFull is given to a sender whose commands were not taken.
var errQueueFull = errors.New("too many commands wait")

// run takes a sequence of commands, which ends at the first refusal.
func (u *UI) run(done func(error), commands ...sale.Command) {
	lane := ordered
	if _, ok := commands[0].(sale.Settle); ok {
		lane = urgent
	}
	u.send(lane, job{func(ctx context.Context) error { return u.do(ctx, commands) }, done})
}

// send gives a job to its worker; it never waits.
func (u *UI) send(lane int, j job) {
	select {
	case u.lanes[lane] <- j:
		u.pending++
	default:
		u.log.Warn("command refused", "error", errQueueFull)
		u.say(texts.Attention, texts.QueueFull)
		if j.done != nil {
			j.done(errQueueFull)
		}
	}
}

// Serve brings snapshots to the screens and commands to the till until ctx ends; then all of its goroutines
// have ended.
func (u *UI) Serve(ctx context.Context) error {
	var work sync.WaitGroup
	defer work.Wait()
	for _, lane := range u.lanes {
		work.Go(func() { u.serveLane(ctx, lane) })
	}
	work.Go(func() { u.serveLookups(ctx) })
	work.Go(func() { u.serveTicks(ctx) })
	snapshots, end := u.options.Till.Subscribe()
	defer end()
	for {
		select {
		case s := <-snapshots:
			u.options.Post(func() { u.draw(s) })
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (u *UI) serveLane(ctx context.Context, lane <-chan job) {
	for {
		select {
		case j := <-lane:
			err := j.work(ctx)
			if ctx.Err() != nil {
				return
			}
			u.options.Post(func() { u.finished(j, err) })
		case <-ctx.Done():
			return
		}
	}
}

func (u *UI) do(ctx context.Context, commands []sale.Command) error {
	for _, c := range commands {
		if err := u.options.Till.Do(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// finished tells the sender. The till shows its own refusals by snapshots; any other error is shown here.
func (u *UI) finished(j job, err error) {
	u.pending--
	var refusal *till.Error
	if err != nil && !errors.As(err, &refusal) {
		u.log.Error("command", "error", err)
		m := texts.Error(err)
		u.say(m.Tone, m.Line())
	}
	if j.done != nil {
		j.done(err)
	}
}

// serveTicks redraws what changes by time alone: every tick while something does, else once for the clock.
func (u *UI) serveTicks(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ticker.C:
			if u.moving.Load() || n%ticksPerSecond == 0 {
				u.options.Post(u.Tick)
			}
		case <-ctx.Done():
			return
		}
	}
}
