package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kassa/app/texts"
	"kassa/app/ui/theme"
)

// Person is the tile of somebody who may log in.
type Person struct {
	press
	name     *Text
	initials *Text
	chosen   bool
}

// NewPerson makes the tile; its target is "person-" and the name.
func NewPerson(name string, tap func()) *Person {
	p := &Person{name: NewText(theme.LineName, name).Cut(), initials: NewText(theme.Body, texts.Initials(name)).Strong().To(fyne.TextAlignCenter)}
	p.name.Lines, p.name.Squeeze = 2, true
	p.press.name, p.OnTap = "person-"+name, tap
	p.ExtendBaseWidget(p)
	return p
}

// SetChosen marks the person who is typing the PIN.
func (p *Person) SetChosen(chosen bool) {
	if p.chosen != chosen {
		p.chosen = chosen
		p.Refresh()
	}
}

// MinSize is that of a tile that two words fit into.
func (p *Person) MinSize() fyne.Size { return fyne.NewSize(theme.U(220), theme.U(84)) }

// CreateRenderer is for Fyne.
func (p *Person) CreateRenderer() fyne.WidgetRenderer {
	r := &personRenderer{p: p, ground: canvas.NewRectangle(color.Transparent), round: canvas.NewCircle(color.Transparent)}
	r.Refresh()
	return r
}

type personRenderer struct {
	p      *Person
	ground *canvas.Rectangle
	round  *canvas.Circle
}

func (r *personRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	side, margin := theme.U(56), theme.U(16)
	top := (s.Height - side) / 2
	r.round.Resize(fyne.NewSquareSize(side))
	r.round.Move(fyne.NewPos(margin, top))
	r.p.initials.Resize(fyne.NewSquareSize(side))
	r.p.initials.Move(fyne.NewPos(margin, top))
	left := margin + side + theme.U(14)
	r.p.name.Resize(fyne.NewSize(s.Width-left-margin, s.Height))
	r.p.name.Move(fyne.NewPos(left, 0))
}

func (r *personRenderer) MinSize() fyne.Size { return r.p.MinSize() }

func (r *personRenderer) Refresh() {
	r.ground.FillColor, r.ground.CornerRadius = theme.Color(theme.Surface), theme.U(12)
	r.ground.StrokeColor, r.ground.StrokeWidth = theme.Color(theme.Hairline), theme.U(1)
	if r.p.down {
		r.ground.FillColor = theme.Color(theme.QuietDown)
	}
	if r.p.chosen {
		r.ground.StrokeColor, r.ground.StrokeWidth = theme.Color(theme.Accent), theme.U(3)
	}
	r.round.FillColor = theme.Color(theme.Quiet)
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *personRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.round, r.p.initials, r.p.name}
}
func (r *personRenderer) Destroy() {}
