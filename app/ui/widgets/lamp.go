package widgets

import (
	"fyne.io/fyne/v2"

	"kassa/app/texts"
	"kassa/app/ui/theme"
)

// Lamp is a light of the status bar: sign and word; a tap tells more.
type Lamp struct {
	press
	sign *Sign
	word *Text
	tone texts.Tone
}

// NewLamp makes a light.
func NewLamp(name, word string, tap func()) *Lamp {
	l := &Lamp{sign: NewSign(texts.Attention, 24), word: NewText(theme.Small, word).In(theme.Muted)}
	l.name, l.OnTap = name, tap
	l.ExtendBaseWidget(l)
	return l
}

// Set changes tone and word. A light that is well is quiet: only its sign is coloured.
func (l *Lamp) Set(tone texts.Tone, word string) {
	token := theme.Muted
	if tone != texts.OK {
		token = ToneColor(tone)
	}
	l.tone = tone
	l.sign.Set(tone)
	l.word.SetIn(word, token)
}

// Tone is the state that is shown.
func (l *Lamp) Tone() texts.Tone { return l.tone }

// MinSize is the height of a target and the room of the words.
func (l *Lamp) MinSize() fyne.Size {
	return fyne.NewSize(theme.U(24+6)+l.word.MinSize().Width+theme.U(12), theme.U(LeastTarget))
}

// CreateRenderer is for Fyne.
func (l *Lamp) CreateRenderer() fyne.WidgetRenderer { return &lampRenderer{l} }

type lampRenderer struct{ l *Lamp }

func (r *lampRenderer) Layout(s fyne.Size) {
	r.l.sign.Resize(fyne.NewSize(theme.U(24), s.Height))
	r.l.sign.Move(fyne.NewPos(theme.U(3), 0))
	r.l.word.Resize(fyne.NewSize(s.Width-theme.U(33), s.Height))
	r.l.word.Move(fyne.NewPos(theme.U(33), 0))
}
func (r *lampRenderer) MinSize() fyne.Size { return r.l.MinSize() }
func (r *lampRenderer) Refresh() {
	r.l.sign.Refresh()
	r.l.word.Refresh()
}
func (r *lampRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.l.sign, r.l.word}
}
func (r *lampRenderer) Destroy() {}
