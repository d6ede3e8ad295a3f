package uitest

import (
	"context"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"kassa/app/sale"
	"kassa/app/ui"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// Sizes of the glass that the screens are made for.
var (
	Small = fyne.NewSize(1024, 768)
	Wide  = fyne.NewSize(1366, 768)
)

// patience bounds the wait for a goroutine of the window; it ends a test that would hang.
const patience = 20 * time.Second

// Desk is a window on the headless driver. Everything happens on the test's goroutine, in the order of the calls.
type Desk struct {
	t      testing.TB
	UI     *ui.UI
	Till   *Till
	Window fyne.Window

	now    time.Time
	posts  chan func()
	timers []timer
	seq    uint64
	drawn  uint64
}

type timer struct {
	at time.Time
	f  func()
}

// New opens a window of a size with the sample goods; it ends with the test.
func New(t testing.TB, look theme.Theme, size fyne.Size) *Desk {
	t.Helper()
	return Open(t, look, size, NewTill(Goods()...))
}

// Open opens a window on a till.
func Open(t testing.TB, look theme.Theme, size fyne.Size, on *Till) *Desk {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(look)
	d := &Desk{t: t, Till: on, now: Noon, posts: make(chan func(), 1024)}
	d.UI = ui.New(ui.Options{
		Till: on, Now: func() time.Time { return d.now },
		Post:  func(f func()) { d.posts <- f },
		After: func(after time.Duration, f func()) { d.timers = append(d.timers, timer{d.now.Add(after), f}) },
		Drawn: func(s sale.Snapshot) { d.drawn = s.Seq },
	})
	d.Window = test.NewTempWindow(t, d.UI.Content())
	d.Window.SetPadded(false)
	d.Window.Resize(size)
	d.UI.Attach(d.Window.Canvas())
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = d.UI.Serve(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return d
}

// Now is the desk's clock.
func (d *Desk) Now() time.Time { return d.now }

// Show makes the till tell a snapshot and waits until it is drawn and everything has its result.
func (d *Desk) Show(s sale.Snapshot) {
	d.t.Helper()
	d.ShowBusy(s)
	d.Settle()
}

// ShowBusy is Show while a command is still running.
func (d *Desk) ShowBusy(s sale.Snapshot) {
	d.t.Helper()
	d.seq++
	s.Seq = d.seq
	d.Till.snapshots <- s
	d.Until(func() bool { return d.drawn == s.Seq })
}

// Until runs what the window's goroutines have posted until a condition holds.
func (d *Desk) Until(holds func() bool) {
	d.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for !holds() {
		select {
		case f := <-d.posts:
			f()
		case <-limit.C:
			require.FailNow(d.t, "the window did not come to the expected state")
		}
	}
}

// Asked waits until the till was asked for n commands in all, and gives them.
func (d *Desk) Asked(n int) []sale.Command {
	d.t.Helper()
	d.Until(func() bool { return len(d.Till.Commands()) >= n || len(d.posts) > 0 && d.runOne() })
	return d.Till.Commands()
}

// runOne runs one posted function; it is never the end of a wait.
func (d *Desk) runOne() bool {
	(<-d.posts)()
	return false
}

// Settle waits until every command and every lookup has its result.
func (d *Desk) Settle() {
	d.t.Helper()
	d.Until(d.UI.Idle)
}

// Advance moves the clock, lets every timer on the way fire at its own time, and lets the window redraw.
func (d *Desk) Advance(by time.Duration) {
	end := d.now.Add(by)
	for {
		next := -1
		for i, t := range d.timers {
			if !t.at.After(end) && (next < 0 || t.at.Before(d.timers[next].at)) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		t := d.timers[next]
		d.timers = slices.Delete(d.timers, next, next+1)
		if t.at.After(d.now) {
			d.now = t.at
		}
		t.f()
		for len(d.posts) > 0 {
			d.runOne()
		}
	}
	d.now = end
	d.UI.Tick()
}

// Find is a target by its name; the test fails when it is not on the glass.
func (d *Desk) Find(name string) widgets.Found {
	d.t.Helper()
	names := []string{}
	for _, f := range d.UI.Targets() {
		if f.TargetName() == name {
			return f
		}
		names = append(names, f.TargetName())
	}
	require.FailNow(d.t, "no such target", "%q is not among %v", name, names)
	return widgets.Found{}
}

// Has tells whether a target is on the glass.
func (d *Desk) Has(name string) bool {
	return slices.ContainsFunc(d.UI.Targets(), func(f widgets.Found) bool { return f.TargetName() == name })
}

// Tap presses the middle of a target, through the same search for the object under the finger that a real window does.
func (d *Desk) Tap(name string) {
	d.t.Helper()
	d.TapAt(name, 0.5, 0.5)
}

// TapAt presses a target at a part of its width and height.
func (d *Desk) TapAt(name string, x, y float32) {
	d.t.Helper()
	f := d.Find(name)
	test.TapCanvas(d.Window.Canvas(), fyne.NewPos(f.At.X+f.Size().Width*x, f.At.Y+f.Size().Height*y))
}

// Type presses character keys as a person does: slowly.
func (d *Desk) Type(keys string) {
	for _, r := range keys {
		d.UI.TypedRune(r)
		d.Advance(120 * time.Millisecond)
	}
}

// Key presses a key without a character.
func (d *Desk) Key(name fyne.KeyName) {
	d.UI.KeyDown(&fyne.KeyEvent{Name: name}, 0)
	d.Advance(120 * time.Millisecond)
}

// Scan types as a scanner does: 8 ms a key, then Enter.
func (d *Desk) Scan(code string) {
	for _, r := range code {
		d.UI.TypedRune(r)
		d.now = d.now.Add(8 * time.Millisecond)
	}
	d.UI.KeyDown(&fyne.KeyEvent{Name: fyne.KeyReturn}, 0)
}
