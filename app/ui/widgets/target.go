package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Target is whatever a finger can press. Its name is for tests and for the probe: "pay", "digit-7", "item-<id>".
type Target interface {
	fyne.CanvasObject
	TargetName() string
	Dead() bool
}

// press is what all targets share: one tap, a pressed look within the same frame, and being dead.
type press struct {
	widget.BaseWidget
	name string
	// OnTap runs on the UI goroutine; it must not wait.
	OnTap func()
	dead  bool
	down  bool
}

var (
	_ fyne.Tappable     = (*press)(nil)
	_ desktop.Mouseable = (*press)(nil)
	_ desktop.Hoverable = (*press)(nil)
)

// TargetName is the name given at its making.
func (p *press) TargetName() string { return p.name }

// Dead tells that taps do nothing now.
func (p *press) Dead() bool { return p.dead }

// SetDead switches the target off or on: money keys are dead from the first tap until its result.
func (p *press) SetDead(dead bool) {
	if p.dead != dead {
		p.dead = dead
		p.Refresh()
	}
}

// Tapped does the target's work.
func (p *press) Tapped(*fyne.PointEvent) {
	if !p.dead && p.OnTap != nil {
		p.OnTap()
	}
}

// MouseDown shows the pressed look.
func (p *press) MouseDown(*desktop.MouseEvent) { p.setDown(!p.dead) }

// MouseUp ends it.
func (p *press) MouseUp(*desktop.MouseEvent) { p.setDown(false) }

// MouseIn is for Fyne: hovering looks like nothing, a finger cannot hover.
func (p *press) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is for Fyne.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut ends the pressed look when the finger slides away.
func (p *press) MouseOut() { p.setDown(false) }

func (p *press) setDown(down bool) {
	if p.down != down {
		p.down = down
		p.Refresh()
	}
}

// Found is a target at its place.
type Found struct {
	Target
	At fyne.Position // of its upper left corner, from the upper left corner of the root
}

// Targets lists what can be pressed in root now: hidden parts are left out, and so is whatever lies under
// a veil. Parts are found through containers only; that is why screens are built of containers.
func Targets(root fyne.CanvasObject) []Found {
	var found []Found
	walk(root, fyne.Position{}, &found)
	return found
}

func walk(o fyne.CanvasObject, at fyne.Position, found *[]Found) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *Veil:
		*found = uncovered(*found, at, o.Size())
	case Target:
		*found = append(*found, Found{o, at})
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, at, found)
		}
	}
}

// uncovered are the targets whose middle is not under an area.
func uncovered(found []Found, at fyne.Position, size fyne.Size) []Found {
	left := []Found{}
	for _, f := range found {
		x, y := f.At.X+f.Size().Width/2-at.X, f.At.Y+f.Size().Height/2-at.Y
		if x < 0 || y < 0 || x > size.Width || y > size.Height {
			left = append(left, f)
		}
	}
	return left
}
