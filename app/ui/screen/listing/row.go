package listing

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

const signSide = 36

// row is one entry.
type row struct {
	widget.BaseWidget
	page *Page

	heading     bool
	sign        *widgets.Sign
	name, small *widgets.Text
	word, more  *widgets.Text
}

func newRow(l *Page) *row {
	r := &row{
		page:  l,
		sign:  widgets.NewSign(0, signSide),
		name:  widgets.NewText(theme.LineName, "").Cut(),
		small: widgets.NewText(theme.Small, "").In(theme.Muted).Cut(),
		word:  widgets.NewText(theme.Small, "").Strong().To(fyne.TextAlignTrailing).Cut(),
		more:  widgets.NewText(theme.Small, "").In(theme.Muted).To(fyne.TextAlignTrailing).Cut(),
	}
	r.ExtendBaseWidget(r)
	return r
}

// Fill shows the i-th entry.
func (r *row) Fill(i int, _ bool) {
	e := r.page.entries[i]
	r.heading = e.Heading
	r.name.Bold = e.Heading
	r.name.Set(e.Name)
	r.small.Set(e.Small)
	r.word.SetIn(e.Word, widgets.ToneColor(e.Tone))
	r.more.Set(e.More)
	layouts.Show(r.sign, !e.Heading)
	if !e.Heading {
		r.sign.Set(e.Tone)
	}
	r.arrange()
}

// arrange gives the words at the right what they need, up to a half of the row, and the rest to the left.
func (r *row) arrange() {
	s := r.Size()
	margin, left := theme.U(18), theme.U(18)
	if !r.heading {
		left += theme.U(signSide + 12)
	}
	name, small := r.name.MinSize().Height, r.small.MinSize().Height
	top := (s.Height - name - small) / 2
	right := min(s.Width/2, max(natural(r.word), natural(r.more)))
	room := max(0, s.Width-left-margin-right-theme.U(12))
	side := theme.U(signSide)
	place(r.sign, margin, (s.Height-side)/2, side, side)
	place(r.name, left, top, room, name)
	place(r.small, left, top+name, room, small)
	place(r.word, s.Width-margin-right, top, right, name)
	place(r.more, s.Width-margin-right, top+name, right, small)
}

func natural(t *widgets.Text) float32 {
	if t.Text() == "" {
		return 0
	}
	return fyne.MeasureText(t.Text(), theme.Text(t.Role), fyne.TextStyle{Bold: t.Bold}).Width + theme.U(2)
}

func place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
}

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return &rowRenderer{r} }

type rowRenderer struct{ r *row }

func (x *rowRenderer) Layout(fyne.Size) { x.r.arrange() }
func (x *rowRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.U(240), theme.U(widgets.RowHeight))
}
func (x *rowRenderer) Refresh() {
	x.r.arrange()
	for _, o := range x.Objects() {
		o.Refresh()
	}
}
func (x *rowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{x.r.sign, x.r.name, x.r.small, x.r.word, x.r.more}
}
func (x *rowRenderer) Destroy() {}
