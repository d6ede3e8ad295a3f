package sale

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	engine "kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

const (
	// maxQuery bounds what is typed into the search, in characters.
	maxQuery = 60
	// barcodeDigits is the shortest barcode (EAN-8): so many digits and Enter are a scan typed by hand.
	barcodeDigits = 8
)

// search is the field and the list of what was found.
type search struct {
	program screen.Program
	tap     func(till.Item)
	changed func() // the query became empty or not
	active  bool
	items   []till.Item

	field   *widgets.Field
	found   *widgets.Text
	rows    *widgets.Rows
	pages   *fyne.Container
	results *fyne.Container
}

func newSearch(p screen.Program, tap func(till.Item), changed func()) *search {
	s := &search{program: p, tap: tap, changed: changed}
	s.field = widgets.NewField("search", texts.SearchHint, keys.Cap(keys.Search), s.toggle)
	s.found = widgets.NewText(theme.Body, "").In(theme.Muted).Cut()
	s.rows = widgets.NewRows("found", func() widgets.Row { return newFoundRow(s) }, func(i int) { s.tap(s.items[i]) })
	s.pages = layouts.Row(8,
		layouts.Fixed(widgets.NewIconKey("found-up", "up", func() { s.rows.Page(-1) })),
		layouts.Fixed(widgets.NewIconKey("found-down", "down", func() { s.rows.Page(1) })),
	)
	s.pages.Hide()
	s.rows.OnFit = func(overflows bool) {
		layouts.Show(s.pages, overflows)
		layouts.Arrange(s.results)
	}
	clear := widgets.NewChip("search-clear", texts.KeyClose, func() { s.clear(); s.changed() })
	s.results = layouts.Column(8,
		layouts.Sized(layouts.Row(8, layouts.Grow(s.found), layouts.Fixed(s.pages), layouts.Fixed(clear)), 48),
		layouts.Grow(layouts.Stack(widgets.NewBox(theme.Surface, 10).Edged(theme.Hairline, 1), s.rows)),
	)
	return s
}

func (s *search) query() string { return s.field.Value() }

func (s *search) activate() {
	s.active = true
	s.field.Set(s.query(), true)
}

func (s *search) toggle() {
	if s.active && s.query() == "" {
		s.clear()
	} else {
		s.activate()
	}
	s.changed()
}

func (s *search) clear() {
	s.active, s.items = false, nil
	s.field.Set("", false)
	s.rows.List(0, -1)
}

func (s *search) add(r rune) {
	if len([]rune(s.query())) < maxQuery {
		s.set(s.query() + string(r))
	}
}

func (s *search) erase() {
	if q := []rune(s.query()); len(q) > 0 {
		s.set(string(q[:len(q)-1]))
	}
}

func (s *search) set(query string) {
	s.field.Set(query, true)
	s.changed()
	if query == "" {
		s.items = nil
		return
	}
	s.program.Search(query, s.show)
}

func (s *search) show(r screen.Results) {
	if s.query() == "" {
		return // it was given up meanwhile
	}
	s.items = r.Items
	switch {
	case r.Err != nil:
		s.found.SetIn(texts.SearchBroken, theme.Attention)
	case r.Total == 0:
		s.found.SetIn(texts.SearchNothing+"«"+s.query()+"»", theme.Attention)
	default:
		s.found.SetIn(texts.Found(len(r.Items), r.Total), theme.Muted)
	}
	s.rows.List(len(s.items), -1)
	s.rows.Reveal(0)
}

// enter adds the only item that was found; digits of a barcode are scanned.
func (s *search) enter() {
	query := s.query()
	switch {
	case query == "":
	case isBarcode(query):
		s.clear()
		s.changed()
		s.program.Run(nil, engine.Scan{Raw: []byte(query)})
	case len(s.items) == 1:
		s.tap(s.items[0])
	}
}

func isBarcode(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(s) >= barcodeDigits
}

// foundRow is one item of the result.
type foundRow struct {
	widget.BaseWidget
	search             *search
	name, badge, price *widgets.Text
}

func newFoundRow(s *search) *foundRow {
	r := &foundRow{
		search: s,
		name:   widgets.NewText(theme.LineName, "").Cut(),
		badge:  widgets.NewText(theme.Small, "").In(theme.Wait),
		price:  widgets.NewText(theme.LineName, "").Strong().To(fyne.TextAlignTrailing),
	}
	r.ExtendBaseWidget(r)
	return r
}

// Fill shows the i-th item.
func (r *foundRow) Fill(i int, _ bool) {
	item := r.search.items[i]
	r.name.Set(item.Name)
	r.price.Set(texts.Price(item))
	badge := ""
	if item.Marked() {
		badge = texts.BadgeMarked
	}
	r.badge.Set(badge)
	r.arrange()
}

func (r *foundRow) arrange() {
	s := r.Size()
	gap := theme.U(16)
	price, badge := r.price.MinSize().Width, r.badge.MinSize().Width
	place(r.price, s.Width-gap-price, 0, price, s.Height)
	place(r.badge, s.Width-2*gap-price-badge, 0, badge, s.Height)
	place(r.name, gap, 0, max(0, s.Width-4*gap-price-badge), s.Height)
}

// CreateRenderer is for Fyne.
func (r *foundRow) CreateRenderer() fyne.WidgetRenderer { return &foundRowRenderer{r} }

type foundRowRenderer struct{ r *foundRow }

func (x *foundRowRenderer) Layout(fyne.Size) { x.r.arrange() }
func (x *foundRowRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.U(200), theme.U(widgets.RowHeight))
}
func (x *foundRowRenderer) Refresh() {
	x.r.arrange()
	for _, o := range x.Objects() {
		o.Refresh()
	}
}
func (x *foundRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{x.r.name, x.r.badge, x.r.price}
}
func (x *foundRowRenderer) Destroy() {}
