package ui

import (
	"fyne.io/fyne/v2"

	"kassa/app/texts"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen/dialog"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// told is the card that explains a light of the status bar.
type told struct {
	face    *dialog.Face
	content *fyne.Container
}

func newTold(hide func()) *told {
	t := &told{face: dialog.NewFace()}
	key := widgets.NewKey("told-close", texts.KeyClose, hide)
	key.Style, key.Role, key.Height = widgets.Loud, theme.LineSum, 72
	t.content = dialog.Over(layouts.Column(22, layouts.Fixed(t.face.Content()), layouts.Fixed(key)))
	t.content.Hide()
	return t
}

func (t *told) show(m texts.Message) {
	t.face.Set(m, "")
	t.content.Show()
	layouts.Arrange(t.content)
}

func (t *told) hide() { t.content.Hide() }

func (t *told) shown() bool { return t.content.Visible() }
