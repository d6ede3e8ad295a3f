package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kassa/app/ui/theme"
)

// Dots show how many digits of a PIN are typed, never which.
type Dots struct {
	widget.BaseWidget
	least, most int
	typed       int
}

// NewDots makes dots for a PIN of least to most digits: least places are shown, more appear when typed.
func NewDots(least, most int) *Dots {
	d := &Dots{least: least, most: most}
	d.ExtendBaseWidget(d)
	return d
}

// Set changes the number of digits typed.
func (d *Dots) Set(typed int) {
	if d.typed != typed {
		d.typed = typed
		d.Refresh()
	}
}

// MinSize has room for all dots.
func (d *Dots) MinSize() fyne.Size {
	return fyne.NewSize(theme.U(22)*float32(d.most)+theme.U(22)*float32(d.most-1), theme.U(22))
}

// CreateRenderer is for Fyne.
func (d *Dots) CreateRenderer() fyne.WidgetRenderer {
	r := &dotsRenderer{d: d}
	for range d.most {
		r.dots = append(r.dots, canvas.NewCircle(color.Transparent))
	}
	r.Refresh()
	return r
}

type dotsRenderer struct {
	d    *Dots
	dots []fyne.CanvasObject
}

func (r *dotsRenderer) Layout(s fyne.Size) {
	side := theme.U(22)
	shown := float32(max(r.d.least, r.d.typed))
	left := (s.Width - (2*shown-1)*side) / 2
	for i, o := range r.dots {
		o.Resize(fyne.NewSquareSize(side))
		o.Move(fyne.NewPos(left+float32(2*i)*side, (s.Height-side)/2))
	}
}
func (r *dotsRenderer) MinSize() fyne.Size { return r.d.MinSize() }
func (r *dotsRenderer) Refresh() {
	for i, o := range r.dots {
		dot := o.(*canvas.Circle)
		dot.Hidden = i >= max(r.d.least, r.d.typed)
		dot.StrokeColor, dot.StrokeWidth = theme.Color(theme.Edge), theme.U(1.5)
		dot.FillColor = theme.Color(theme.Quiet)
		if i < r.d.typed {
			dot.FillColor, dot.StrokeColor = theme.Color(theme.Ink), theme.Color(theme.Ink)
		}
	}
	r.Layout(r.d.Size())
	canvas.Refresh(r.d)
}
func (r *dotsRenderer) Objects() []fyne.CanvasObject { return r.dots }
func (r *dotsRenderer) Destroy()                     {}
