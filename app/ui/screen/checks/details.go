package checks

import (
	"fyne.io/fyne/v2"

	"kassa/app/journal"
	"kassa/app/texts"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen/dialog"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

const (
	nameWidth  = 150
	valueWidth = dialog.Width - 2*32 - nameWidth - 12
	maxFacts   = 10
)

// details is the card with everything behind one verdict.
type details struct {
	word, item *widgets.Text
	sign       *widgets.Sign
	facts      [maxFacts]fact
	content    *fyne.Container
}

// fact is one line of the card.
type fact struct {
	name, words *widgets.Text
	row         *fyne.Container
}

func newDetails() *details {
	d := &details{
		sign: widgets.NewSign(texts.Attention, 56),
		word: widgets.NewText(theme.Title, "").Strong().Cut(),
		item: widgets.NewText(theme.LineName, "").Cut(),
	}
	lines := []layouts.Part{}
	for i := range d.facts {
		name := widgets.NewText(theme.Small, "").In(theme.Muted)
		name.Top = true
		words := widgets.NewText(theme.Small, "").Paragraph(valueWidth, 3)
		row := layouts.Row(12, layouts.Sized(name, nameWidth), layouts.Sized(words, valueWidth))
		d.facts[i] = fact{name, words, row}
		lines = append(lines, layouts.Fixed(row))
	}
	key := widgets.NewKey("check-close", texts.KeyClose, d.hide)
	key.Style, key.Role, key.Height = widgets.Loud, theme.LineSum, 68
	d.content = dialog.Over(layouts.Column(16,
		layouts.Fixed(layouts.Row(16, layouts.Fixed(d.sign), layouts.Grow(layouts.Column(0, layouts.Fixed(d.word), layouts.Fixed(d.item))))),
		layouts.Fixed(layouts.Column(5, lines...)),
		layouts.Fixed(key),
	))
	d.content.Hide()
	return d
}

func (d *details) show(e journal.Evidence) {
	tone, word := texts.CheckWord(e.Verdict)
	d.sign.Set(tone)
	d.word.SetIn(texts.Capital(word), widgets.ToneColor(tone))
	d.item.Set(texts.ItemOr(e.Item, e.GTIN))
	said := texts.CheckFacts(e)
	for i, f := range d.facts {
		layouts.Show(f.row, i < len(said))
		if i < len(said) {
			f.name.Set(said[i].Name)
			f.words.Set(said[i].Words)
		}
	}
	d.content.Show()
	layouts.Arrange(d.content)
}

func (d *details) hide() { d.content.Hide() }
