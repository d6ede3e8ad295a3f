package suspended

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// Suspended is the page.
type Suspended struct {
	program screen.Program
	views   []sale.SuspendedView

	none    *widgets.Text
	rows    *widgets.Rows
	pages   *fyne.Container
	content *fyne.Container
}

// New makes the page.
func New(p screen.Program) *Suspended {
	s := &Suspended{program: p, none: widgets.NewText(theme.LineName, texts.SuspendedNone).In(theme.Muted)}
	s.rows = widgets.NewRows("suspended-rows", func() widgets.Row { return newRow(s) }, s.resume)
	s.pages = layouts.Row(8,
		layouts.Fixed(widgets.NewIconKey("suspended-up", "up", func() { s.rows.Page(-1) })),
		layouts.Fixed(widgets.NewIconKey("suspended-down", "down", func() { s.rows.Page(1) })),
	)
	s.pages.Hide()
	s.rows.OnFit = func(overflows bool) {
		layouts.Show(s.pages, overflows)
		layouts.Arrange(s.content)
	}
	back := widgets.NewKey("back", texts.KeyBack, func() { p.Open(screen.Own) })
	back.Hint = keys.Cap(keys.Back)
	s.content = layouts.Pad(28, 24, layouts.Column(16,
		layouts.Sized(layouts.Row(8, layouts.Grow(widgets.NewText(theme.Title, texts.SuspendedTitle).Strong()), layouts.Fixed(s.pages)), 48),
		layouts.Fixed(s.none),
		layouts.Grow(layouts.Stack(widgets.NewBox(theme.Surface, 12).Edged(theme.Hairline, 1), s.rows)),
		layouts.Sized(layouts.Row(0, layouts.Sized(back, 180), layouts.Space()), 72),
	))
	return s
}

// Content is the page as an object.
func (s *Suspended) Content() fyne.CanvasObject { return s.content }

// Draw shows the list.
func (s *Suspended) Draw(snap sale.Snapshot) {
	s.views = snap.Suspended
	s.rows.List(len(s.views), -1)
	layouts.Show(s.none, len(s.views) == 0)
	layouts.Arrange(s.content)
}

// Press goes back by Esc; Enter takes the only receipt up again.
func (s *Suspended) Press(p keys.Press) {
	switch p.Action {
	case keys.Back:
		s.program.Open(screen.Own)
	case keys.Enter:
		if len(s.views) == 1 {
			s.resume(0)
		}
	case keys.PageUp:
		s.rows.Page(-1)
	case keys.PageDown:
		s.rows.Page(1)
	}
}

func (s *Suspended) resume(i int) {
	s.program.Run(func(error) { s.program.Open(screen.Own) }, sale.Resume{ID: s.views[i].ID})
}

// row is one receipt: when and who, what is in it, and its sum.
type row struct {
	widget.BaseWidget
	page             *Suspended
	when, first, sum *widgets.Text
}

func newRow(s *Suspended) *row {
	r := &row{
		page:  s,
		when:  widgets.NewText(theme.Small, "").In(theme.Muted).Cut(),
		first: widgets.NewText(theme.LineName, "").Cut(),
		sum:   widgets.NewText(theme.LineSum, "").Strong().To(fyne.TextAlignTrailing),
	}
	r.ExtendBaseWidget(r)
	return r
}

// Fill shows the i-th receipt.
func (r *row) Fill(i int, _ bool) {
	v := r.page.views[i]
	r.when.Set(texts.SuspendedRow(v))
	r.first.Set(v.First)
	r.sum.Set(texts.Sum(v.Total))
	r.arrange()
}

func (r *row) arrange() {
	s := r.Size()
	margin := theme.U(18)
	first, when, sum := r.first.MinSize().Height, r.when.MinSize().Height, r.sum.MinSize().Width
	top := (s.Height - first - when) / 2
	room := max(0, s.Width-3*margin-sum)
	r.first.Move(fyne.NewPos(margin, top))
	r.first.Resize(fyne.NewSize(room, first))
	r.when.Move(fyne.NewPos(margin, top+first))
	r.when.Resize(fyne.NewSize(room, when))
	r.sum.Move(fyne.NewPos(s.Width-margin-sum, 0))
	r.sum.Resize(fyne.NewSize(sum, s.Height))
}

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return &rowRenderer{r} }

type rowRenderer struct{ r *row }

func (x *rowRenderer) Layout(fyne.Size) { x.r.arrange() }
func (x *rowRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.U(200), theme.U(widgets.RowHeight))
}
func (x *rowRenderer) Refresh() {
	x.r.arrange()
	for _, o := range x.Objects() {
		o.Refresh()
	}
}
func (x *rowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{x.r.first, x.r.when, x.r.sum}
}
func (x *rowRenderer) Destroy() {}
