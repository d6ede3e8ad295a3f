package widgets

import (
	"bytes"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kassa/app/texts"
	"kassa/app/ui/theme"
	"kassa/assets"
)

// tones says how each of the four states looks: sign, colour and ground always come together with words.
var tones = map[texts.Tone]struct {
	icon          string
	token, ground fyne.ThemeColorName
}{
	texts.OK:        {"check", theme.OK, theme.OKGround},
	texts.Wait:      {"wait", theme.Wait, theme.WaitGround},
	texts.Attention: {"attention", theme.Attention, theme.AttGround},
	texts.Forbidden: {"stop", theme.Stop, theme.StopGround},
}

// ToneColor is the colour of words of a tone; no tone is muted.
func ToneColor(t texts.Tone) fyne.ThemeColorName {
	if look, ok := tones[t]; ok {
		return look.token
	}
	return theme.Muted
}

// ToneGround is the pale ground of a tone.
func ToneGround(t texts.Tone) fyne.ThemeColorName { return tones[t].ground }

// Icon is a drawing of one colour.
type Icon struct {
	widget.BaseWidget
	Token fyne.ThemeColorName
	side  float32 // u
	name  string
}

// NewIcon makes an icon of side u by the name of its file in assets.
func NewIcon(name string, side float32, token fyne.ThemeColorName) *Icon {
	i := &Icon{name: name, side: side, Token: token}
	i.ExtendBaseWidget(i)
	return i
}

// SetTone shows the sign of a tone in its colour.
func (i *Icon) SetTone(t texts.Tone) {
	if look := tones[t]; i.name != look.icon || i.Token != look.token {
		i.name, i.Token = look.icon, look.token
		i.Refresh()
	}
}

// MinSize is the icon's square.
func (i *Icon) MinSize() fyne.Size { return fyne.NewSquareSize(theme.U(i.side)) }

// CreateRenderer is for Fyne.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	r := &iconRenderer{i: i, image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	r.Refresh()
	return r
}

type iconRenderer struct {
	i     *Icon
	image *canvas.Image
}

// Layout draws the icon at its own size: a larger drawing costs much.
func (r *iconRenderer) Layout(s fyne.Size) {
	size := r.i.MinSize().Min(s)
	r.image.Resize(size)
	r.image.Move(fyne.NewPos((s.Width-size.Width)/2, (s.Height-size.Height)/2))
}
func (r *iconRenderer) MinSize() fyne.Size { return r.i.MinSize() }
func (r *iconRenderer) Refresh() {
	r.image.Resource = drawing(r.i.name, theme.Color(r.i.Token))
	r.image.Refresh()
}
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image} }
func (r *iconRenderer) Destroy()                     {}

// drawing colours an icon. The colour is part of the resource's name, by which Fyne remembers pictures.
func drawing(name string, c color.Color) fyne.Resource {
	svg, err := assets.Icon(name)
	if err != nil {
		panic(err) // the names stand in this module and every one is drawn in a test
	}
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	value := fmt.Sprintf("#%02x%02x%02x", n.R, n.G, n.B)
	return fyne.NewStaticResource(name+value+".svg", bytes.ReplaceAll(svg, []byte("currentColor"), []byte(value)))
}

// Sign is the sign of a tone on its round ground.
type Sign struct {
	widget.BaseWidget
	side float32 // u
	tone texts.Tone
}

// NewSign makes a sign of side u.
func NewSign(tone texts.Tone, side float32) *Sign {
	s := &Sign{tone: tone, side: side}
	s.ExtendBaseWidget(s)
	return s
}

// Set changes the tone.
func (s *Sign) Set(tone texts.Tone) {
	if s.tone != tone {
		s.tone = tone
		s.Refresh()
	}
}

// MinSize is the sign's square.
func (s *Sign) MinSize() fyne.Size { return fyne.NewSquareSize(theme.U(s.side)) }

// CreateRenderer is for Fyne.
func (s *Sign) CreateRenderer() fyne.WidgetRenderer {
	r := &signRenderer{s: s, ground: canvas.NewCircle(color.Transparent), image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	r.Refresh()
	return r
}

type signRenderer struct {
	s      *Sign
	ground *canvas.Circle
	image  *canvas.Image
}

func (r *signRenderer) Layout(room fyne.Size) {
	side := min(room.Width, room.Height, theme.U(r.s.side))
	corner := fyne.NewPos((room.Width-side)/2, (room.Height-side)/2)
	r.ground.Resize(fyne.NewSquareSize(side))
	r.ground.Move(corner)
	r.image.Resize(fyne.NewSquareSize(side * 0.52))
	r.image.Move(corner.AddXY(side*0.24, side*0.24))
}
func (r *signRenderer) MinSize() fyne.Size { return r.s.MinSize() }
func (r *signRenderer) Refresh() {
	look, ok := tones[r.s.tone]
	if !ok {
		look = tones[texts.Attention]
	}
	r.ground.FillColor = theme.Color(look.ground)
	r.image.Resource = drawing(look.icon, theme.Color(look.token))
	r.ground.Refresh()
	r.image.Refresh()
}
func (r *signRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.ground, r.image} }
func (r *signRenderer) Destroy()                     {}
