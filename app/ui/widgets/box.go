package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kassa/app/ui/theme"
)

// Box is a plain ground: fill, hairline and radius by token.
type Box struct {
	widget.BaseWidget
	Fill, Stroke fyne.ThemeColorName
	Radius       float32 // u
	StrokeWidth  float32 // u
}

// NewBox makes a ground without an edge.
func NewBox(fill fyne.ThemeColorName, radius float32) *Box {
	b := &Box{Fill: fill, Stroke: theme.Transparent, Radius: radius}
	b.ExtendBaseWidget(b)
	return b
}

// Edged gives the ground a hairline.
func (b *Box) Edged(stroke fyne.ThemeColorName, width float32) *Box {
	b.Stroke, b.StrokeWidth = stroke, width
	return b
}

// SetFill changes the fill.
func (b *Box) SetFill(fill fyne.ThemeColorName) {
	if b.Fill != fill {
		b.Fill = fill
		b.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (b *Box) CreateRenderer() fyne.WidgetRenderer {
	r := &boxRenderer{b: b, rect: canvas.NewRectangle(theme.Color(b.Fill))}
	r.Refresh()
	return r
}

type boxRenderer struct {
	b    *Box
	rect *canvas.Rectangle
}

func (r *boxRenderer) Layout(s fyne.Size) { r.rect.Resize(s) }
func (r *boxRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r *boxRenderer) Refresh() {
	r.rect.FillColor, r.rect.StrokeColor = theme.Color(r.b.Fill), theme.Color(r.b.Stroke)
	r.rect.StrokeWidth, r.rect.CornerRadius = theme.U(r.b.StrokeWidth), theme.U(r.b.Radius)
	r.rect.Refresh()
}
func (r *boxRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *boxRenderer) Destroy()                     {}

// Veil dims what is below a dialog and swallows presses on it.
type Veil struct{ Box }

// NewVeil makes a veil.
func NewVeil() *Veil {
	v := &Veil{Box{Fill: theme.Veil, Stroke: theme.Transparent}}
	v.ExtendBaseWidget(v)
	return v
}

// Tapped does nothing: that is the veil's work.
func (v *Veil) Tapped(*fyne.PointEvent) {}
