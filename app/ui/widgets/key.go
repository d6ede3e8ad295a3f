package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kassa/app/ui/theme"
)

// Style of a key.
type Style uint8

const (
	Normal Style = 0 // everything but the one key that moves the sale on
	Loud   Style = 1 // that key
	Chosen Style = 2 // the chip that is in force
	Plain  Style = 3 // on a surface of its own, with a hairline
)

// least sizes of keys in u (till-ux SZ-1, SZ-2).
const (
	LeastTarget = 48
	keyWidth    = 80
	keyHeight   = 64
)

// Key is a key to press: a caption or an icon, and the keyboard's key that does the same.
type Key struct {
	press
	Caption string
	Hint    string // «F2», shown under the caption
	Icon    string // instead of the caption
	Style   Style
	Role    theme.Role
	Bold    bool
	// Width and Height are the least size in u.
	Width, Height float32
}

// NewKey makes a normal key of the least size for digits and functions.
func NewKey(name, caption string, tap func()) *Key {
	k := &Key{Caption: caption, Role: theme.Body, Bold: true, Width: keyWidth, Height: keyHeight}
	k.name, k.OnTap = name, tap
	k.ExtendBaseWidget(k)
	return k
}

// NewChip makes a small key for a choice.
func NewChip(name, caption string, tap func()) *Key {
	k := NewKey(name, caption, tap)
	k.Bold, k.Width, k.Height = false, LeastTarget, LeastTarget
	return k
}

// NewIconKey makes a small square key with an icon.
func NewIconKey(name, icon string, tap func()) *Key {
	k := NewChip(name, "", tap)
	k.Icon = icon
	return k
}

// Label changes caption and hint.
func (k *Key) Label(caption, hint string) {
	if k.Caption != caption || k.Hint != hint {
		k.Caption, k.Hint = caption, hint
		k.Refresh()
	}
}

// SetStyle changes the style.
func (k *Key) SetStyle(s Style) {
	if k.Style != s {
		k.Style = s
		k.Refresh()
	}
}

// MinSize is the larger of the least size and what the caption needs.
func (k *Key) MinSize() fyne.Size {
	style := fyne.TextStyle{Bold: k.Bold}
	caption := fyne.MeasureText(k.Caption, theme.Text(k.Role), style)
	width, height := caption.Width+theme.U(20), caption.Height+theme.U(8)
	if k.Hint != "" {
		hint := fyne.MeasureText(k.Hint, theme.Text(theme.Small), fyne.TextStyle{})
		width = max(width, hint.Width+theme.U(20))
		height += hint.Height
	}
	return fyne.NewSize(max(width, theme.U(k.Width)), max(height, theme.U(k.Height)))
}

// colors gives ground, words and hint of the key as it is now.
func (k *Key) colors() (ground, words, hint, edge fyne.ThemeColorName) {
	ground, words, hint, edge = theme.Quiet, theme.Ink, theme.Muted, theme.Transparent
	switch k.Style {
	case Loud:
		ground, words, hint = theme.Accent, theme.OnAccent, theme.OnAccent
		if k.down {
			ground = theme.AccentDown
		}
	case Chosen:
		ground, words, hint = theme.Ink, theme.OnInk, theme.OnInk
	case Plain:
		ground, edge = theme.Surface, theme.Hairline
	}
	if k.down && k.Style != Loud && k.Style != Chosen {
		ground = theme.QuietDown
	}
	if k.dead {
		ground, words, hint = theme.Quiet, theme.Muted, theme.Muted
	}
	return ground, words, hint, edge
}

// CreateRenderer is for Fyne.
func (k *Key) CreateRenderer() fyne.WidgetRenderer {
	r := &keyRenderer{
		k: k, ground: canvas.NewRectangle(color.Transparent), caption: canvas.NewText("", color.Black),
		hint: canvas.NewText("", color.Black), icon: &canvas.Image{FillMode: canvas.ImageFillContain},
	}
	r.Refresh()
	return r
}

type keyRenderer struct {
	k             *Key
	ground        *canvas.Rectangle
	caption, hint *canvas.Text
	icon          *canvas.Image
}

func (r *keyRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	side := theme.U(24)
	r.icon.Resize(fyne.NewSquareSize(side))
	r.icon.Move(fyne.NewPos((s.Width-side)/2, (s.Height-side)/2))
	caption, hint := r.caption.MinSize(), fyne.Size{}
	if r.k.Hint != "" {
		hint = r.hint.MinSize()
	}
	top := (s.Height - caption.Height - hint.Height) / 2
	r.caption.Resize(fyne.NewSize(s.Width, caption.Height))
	r.caption.Move(fyne.NewPos(0, top))
	r.hint.Resize(fyne.NewSize(s.Width, hint.Height))
	r.hint.Move(fyne.NewPos(0, top+caption.Height))
}

func (r *keyRenderer) MinSize() fyne.Size { return r.k.MinSize() }

func (r *keyRenderer) Refresh() {
	k := r.k
	ground, words, hint, edge := k.colors()
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth = theme.Color(ground), theme.Color(edge), 0
	if edge != theme.Transparent {
		r.ground.StrokeWidth = theme.U(1) // a transparent edge would be drawn as a shadow
	}
	r.ground.CornerRadius = theme.U(10)
	r.caption.Text, r.caption.TextSize, r.caption.TextStyle = k.Caption, theme.Text(k.Role), fyne.TextStyle{Bold: k.Bold}
	r.caption.Color, r.caption.Alignment = theme.Color(words), fyne.TextAlignCenter
	r.hint.Text, r.hint.TextSize, r.hint.Color, r.hint.Alignment = k.Hint, theme.Text(theme.Small), theme.Color(hint), fyne.TextAlignCenter
	r.icon.Hidden = k.Icon == ""
	if k.Icon != "" {
		r.icon.Resource = drawing(k.Icon, theme.Color(words))
	}
	r.Layout(k.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *keyRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.caption, r.hint, r.icon}
}
func (r *keyRenderer) Destroy() {}
