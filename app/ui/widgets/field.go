package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kassa/app/ui/theme"
)

// Field shows a text being typed, with its caret at the end. It never has Fyne's focus: the program sends
// it the keys that are meant for it, so a scan cannot land in it.
type Field struct {
	press
	Hint string // shown while it is empty
	Key  string // «F1», at the right end

	text   *Text
	keycap *Text
	value  string
	active bool
}

// NewField makes an empty field; a tap on it calls tap.
func NewField(name, hint, key string, tap func()) *Field {
	f := &Field{Hint: hint, Key: key, text: NewText(theme.LineName, hint).In(theme.Muted).Cut(), keycap: NewText(theme.Small, key).In(theme.Muted)}
	f.name, f.OnTap = name, tap
	f.ExtendBaseWidget(f)
	return f
}

// Value is what was typed.
func (f *Field) Value() string { return f.value }

// Set shows a value; active draws the accent edge and the caret.
func (f *Field) Set(value string, active bool) {
	if f.value == value && f.active == active {
		return
	}
	f.value, f.active = value, active
	f.Refresh()
}

// MinSize is the height of a comfortable target.
func (f *Field) MinSize() fyne.Size { return fyne.NewSize(theme.U(200), theme.U(56)) }

// CreateRenderer is for Fyne.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	r := &fieldRenderer{f: f, ground: canvas.NewRectangle(color.Transparent), caret: canvas.NewRectangle(color.Transparent)}
	r.Refresh()
	return r
}

type fieldRenderer struct {
	f             *Field
	ground, caret *canvas.Rectangle
}

func (r *fieldRenderer) Layout(s fyne.Size) {
	margin := theme.U(18)
	r.ground.Resize(s)
	key := r.f.keycap.MinSize().Width
	room := s.Width - 3*margin - key
	at := margin
	if r.f.active && r.f.value == "" {
		at += theme.U(6) // the hint makes way for the caret
	}
	r.f.text.Resize(fyne.NewSize(room, s.Height))
	r.f.text.Move(fyne.NewPos(at, 0))
	r.f.keycap.Resize(fyne.NewSize(key, s.Height))
	r.f.keycap.Move(fyne.NewPos(s.Width-margin-key, 0))
	left := margin + min(room, fyne.MeasureText(r.f.value, theme.Text(theme.LineName), fyne.TextStyle{}).Width)
	r.caret.Resize(fyne.NewSize(theme.U(2), s.Height*0.5))
	r.caret.Move(fyne.NewPos(left+theme.U(1), s.Height*0.25))
}

func (r *fieldRenderer) MinSize() fyne.Size { return r.f.MinSize() }

func (r *fieldRenderer) Refresh() {
	f := r.f
	r.ground.FillColor, r.ground.CornerRadius = theme.Color(theme.Surface), theme.U(10)
	r.ground.StrokeColor, r.ground.StrokeWidth = theme.Color(theme.Hairline), theme.U(1)
	if f.active {
		r.ground.StrokeColor, r.ground.StrokeWidth = theme.Color(theme.Accent), theme.U(2)
	}
	if f.value == "" {
		f.text.SetIn(f.Hint, theme.Muted)
	} else {
		f.text.SetIn(f.value, theme.Ink)
	}
	r.caret.FillColor, r.caret.Hidden = theme.Color(theme.Accent), !f.active
	r.Layout(f.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *fieldRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.f.text, r.f.keycap, r.caret}
}
func (r *fieldRenderer) Destroy() {}
