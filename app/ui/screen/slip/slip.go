package slip

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

const paperWidth = 560

// Slip is the page.
type Slip struct {
	program screen.Program
	lines   []string

	title   *widgets.Text
	owed    *widgets.Text
	rows    *widgets.Rows
	pages   *fyne.Container
	content *fyne.Container
}

// New makes the page.
func New(p screen.Program) *Slip {
	s := &Slip{
		program: p,
		title:   widgets.NewText(theme.Title, texts.SlipTitle).Strong().Cut(),
		owed:    widgets.NewText(theme.LineName, texts.SlipPaperOwed).In(theme.Attention).Cut(),
	}
	s.rows = widgets.NewRows("slip-rows", func() widgets.Row { return newRow(s) }, nil)
	s.rows.Lean = true
	s.pages = layouts.Row(8,
		layouts.Fixed(widgets.NewIconKey("slip-up", "up", func() { s.rows.Page(-1) })),
		layouts.Fixed(widgets.NewIconKey("slip-down", "down", func() { s.rows.Page(1) })),
	)
	s.pages.Hide()
	s.rows.OnFit = func(overflows bool) {
		layouts.Show(s.pages, overflows)
		layouts.Arrange(s.content)
	}
	back := widgets.NewKey("back", texts.KeyClose, func() { p.Open(screen.Own) })
	back.Hint = keys.Cap(keys.Back)
	paper := layouts.Stack(widgets.NewBox(theme.Surface, 6).Edged(theme.Hairline, 1), layouts.Pad(20, 16, s.rows))
	s.content = layouts.Pad(28, 24, layouts.Column(16,
		layouts.Sized(layouts.Row(8, layouts.Grow(s.title), layouts.Fixed(s.pages)), 48),
		layouts.Fixed(s.owed),
		layouts.Grow(layouts.Row(0, layouts.Space(), layouts.Sized(paper, paperWidth), layouts.Space())),
		layouts.Sized(layouts.Row(0, layouts.Sized(back, 180), layouts.Space()), 72),
	))
	return s
}

// Content is the page as an object.
func (s *Slip) Content() fyne.CanvasObject { return s.content }

// Draw shows the last document.
func (s *Slip) Draw(snap sale.Snapshot) {
	s.lines = nil
	owed := false
	s.title.Set(texts.SlipTitle)
	if snap.Last != nil {
		s.lines, owed = snap.Last.Slip, snap.Last.PaperOwed
		s.title.Set(texts.Document(snap.Last.Kind))
	}
	layouts.Show(s.owed, owed)
	s.rows.List(len(s.lines), -1)
	layouts.Arrange(s.content)
}

// Press goes back by Esc and Enter.
func (s *Slip) Press(p keys.Press) {
	switch p.Action {
	case keys.Back, keys.Enter:
		s.program.Open(screen.Own)
	case keys.PageUp, keys.Up:
		s.rows.Page(-1)
	case keys.PageDown, keys.Down:
		s.rows.Page(1)
	}
}

// row is one printed line: letters of one width, as the printer has them.
type row struct {
	widget.BaseWidget
	slip *Slip
	text *widgets.Text
}

func newRow(s *Slip) *row {
	r := &row{slip: s, text: widgets.NewText(theme.Small, "")}
	r.text.Mono, r.text.Shrink = true, true
	r.ExtendBaseWidget(r)
	return r
}

// Fill shows the i-th line.
func (r *row) Fill(i int, _ bool) { r.text.Set(r.slip.lines[i]) }

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.text) }
