package dialog

import (
	"fyne.io/fyne/v2"

	"kassa/app/texts"
	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// Width of a dialog in u; its words are broken at TextWidth.
const (
	Width     = 780
	signSide  = 76
	margin    = 32
	TextWidth = Width - 2*margin - signSide - 24
)

// Over puts a card with content into the middle of the screen, over a veil.
func Over(content fyne.CanvasObject) *fyne.Container {
	card := layouts.Stack(
		widgets.NewBox(theme.Surface, 14),
		layouts.Pad(margin, 28, content),
	)
	return layouts.Stack(widgets.NewVeil(), layouts.Middle(card))
}

// Face is the upper part of a dialog: sign, headline, what it is about, and what to do.
type Face struct {
	sign            *widgets.Sign
	headline, about *widgets.Text
	body            *widgets.Text
	content         *fyne.Container
}

// NewFace makes an empty face for a dialog.
func NewFace() *Face { return NewFaceOf(TextWidth) }

// NewFaceOf makes an empty face whose words are width u wide.
func NewFaceOf(width float32) *Face {
	f := &Face{
		sign:     widgets.NewSign(texts.Attention, signSide),
		headline: widgets.NewText(theme.Headline, "").Strong().Paragraph(width, 2),
		about:    widgets.NewText(theme.LineSum, "").Strong().Paragraph(width, 2),
		body:     widgets.NewText(theme.LineSum, "").Paragraph(width, 7),
	}
	f.content = layouts.Row(24,
		layouts.Fixed(layouts.Column(0, layouts.Fixed(f.sign), layouts.Space())),
		layouts.Sized(layouts.Column(8, layouts.Fixed(f.headline), layouts.Fixed(f.about), layouts.Fixed(f.body)), width),
	)
	return f
}

// Content is the face as an object.
func (f *Face) Content() *fyne.Container { return f.content }

// Set shows a message; about is the item it is about, empty when none.
func (f *Face) Set(m texts.Message, about string) {
	f.sign.Set(m.Tone)
	f.headline.SetIn(m.Headline, widgets.ToneColor(m.Tone))
	f.about.Set(about)
	f.body.Set(m.Body)
	layouts.Show(f.about, about != "")
	layouts.Show(f.body, m.Body != "")
}
