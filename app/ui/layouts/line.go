package layouts

import (
	"fyne.io/fyne/v2"

	"kassa/app/ui/theme"
)

// Part is a place in a row or a column.
type Part struct {
	object fyne.CanvasObject
	weight float32
	least  float32 // u, along the line
}

// Fixed takes the room its object needs.
func Fixed(o fyne.CanvasObject) Part { return Part{object: o} }

// Sized takes at least u along the line.
func Sized(o fyne.CanvasObject, u float32) Part { return Part{object: o, least: u} }

// Grow takes a share of the room that is left.
func Grow(o fyne.CanvasObject) Part { return Part{object: o, weight: 1} }

// Space is an empty place that grows.
func Space() Part { return Part{object: &fyne.Container{}, weight: 1} }

// Row puts parts side by side, as high as the row.
func Row(gap float32, parts ...Part) *fyne.Container { return line(false, gap, parts) }

// Column puts parts below each other, as wide as the column.
func Column(gap float32, parts ...Part) *fyne.Container { return line(true, gap, parts) }

func line(vertical bool, gap float32, parts []Part) *fyne.Container {
	objects := make([]fyne.CanvasObject, len(parts))
	for i, p := range parts {
		objects[i] = p.object
	}
	return &fyne.Container{Layout: &lineLayout{vertical, gap, parts}, Objects: objects}
}

type lineLayout struct {
	vertical bool
	gap      float32
	parts    []Part
}

// along and across read a size in the direction of the line.
func (l *lineLayout) along(s fyne.Size) float32 {
	if l.vertical {
		return s.Height
	}
	return s.Width
}

func (l *lineLayout) across(s fyne.Size) float32 {
	if l.vertical {
		return s.Width
	}
	return s.Height
}

func (l *lineLayout) size(along, across float32) fyne.Size {
	if l.vertical {
		return fyne.NewSize(across, along)
	}
	return fyne.NewSize(along, across)
}

func (l *lineLayout) least(p Part) float32 {
	return max(l.along(p.object.MinSize()), theme.U(p.least))
}

// shown are the parts that take room: a hidden one takes none, nor a gap.
func (l *lineLayout) shown() []Part {
	shown := make([]Part, 0, len(l.parts))
	for _, p := range l.parts {
		if p.object.Visible() {
			shown = append(shown, p)
		}
	}
	return shown
}

// MinSize is the sum along the line and the largest across it.
func (l *lineLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	var along, across float32
	shown := l.shown()
	for _, p := range shown {
		along += l.least(p)
		across = max(across, l.across(p.object.MinSize()))
	}
	if len(shown) > 1 {
		along += theme.U(l.gap) * float32(len(shown)-1)
	}
	return l.size(along, across)
}

// Layout gives fixed parts what they need and the rest to the growing ones.
func (l *lineLayout) Layout(_ []fyne.CanvasObject, room fyne.Size) {
	shown := l.shown()
	left := l.along(room) - theme.U(l.gap)*float32(max(0, len(shown)-1))
	weights := float32(0)
	for _, p := range shown {
		if p.weight == 0 {
			left -= l.least(p)
		}
		weights += p.weight
	}
	at := float32(0)
	for _, p := range shown {
		length := l.least(p)
		if p.weight > 0 {
			length = max(0, left) * p.weight / weights
		}
		p.object.Resize(l.size(length, l.across(room)))
		if l.vertical {
			p.object.Move(fyne.NewPos(0, at))
		} else {
			p.object.Move(fyne.NewPos(at, 0))
		}
		at += length + theme.U(l.gap)
	}
}
