package listing

import (
	"fyne.io/fyne/v2"

	"kassa/app/texts"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// maxQuery bounds what is typed into the search, in characters.
const maxQuery = 60

// Entry is a row as it looks: a sign and two lines at the left, a word of the sign's tone and small print at the
// right. A heading has Name and Small only.
type Entry struct {
	Heading     bool
	Tone        texts.Tone
	Name, Small string
	Word, More  string
}

// Options of a page. Name begins the names of its targets: «checks» makes checks-rows, checks-search.
type Options struct {
	Name, Title, Hint string
	// Empty says what the list is for, while it has nothing.
	Empty string
	// Find is called with every query, "" for all; it answers by Show or Fail.
	Find func(query string)
	// OnRow is called with an entry that was tapped or taken by Enter; never with a heading.
	OnRow func(i int)
	// Keys stand beside «Назад».
	Keys []fyne.CanvasObject
}

// Page is the page.
type Page struct {
	program screen.Program
	options Options
	entries []Entry
	chosen  int // -1 none

	field   *widgets.Field
	found   *widgets.Text
	rows    *widgets.Rows
	pages   *fyne.Container
	none    *widgets.Text
	why     *widgets.Text
	empty   *fyne.Container
	content *fyne.Container
}

// New makes an empty page.
func New(p screen.Program, o Options) *Page {
	l := &Page{program: p, options: o, chosen: -1}
	l.field = widgets.NewField(o.Name+"-search", o.Hint, "", nil)
	l.field.Set("", true)
	l.found = widgets.NewText(theme.Body, "").In(theme.Muted).To(fyne.TextAlignTrailing).Cut()
	l.rows = widgets.NewRows(o.Name+"-rows", func() widgets.Row { return newRow(l) }, l.tapped)
	l.pages = layouts.Row(8,
		layouts.Fixed(widgets.NewIconKey(o.Name+"-up", "up", func() { l.rows.Page(-1) })),
		layouts.Fixed(widgets.NewIconKey(o.Name+"-down", "down", func() { l.rows.Page(1) })),
	)
	l.pages.Hide()
	l.rows.OnFit = func(overflows bool) {
		layouts.Show(l.pages, overflows)
		layouts.Arrange(l.content)
	}
	l.none = widgets.NewText(theme.LineSum, "").Strong().To(fyne.TextAlignCenter).Cut()
	l.why = widgets.NewText(theme.Body, o.Empty).In(theme.Muted).To(fyne.TextAlignCenter).Cut()
	l.why.Lines = 2
	l.empty = layouts.Pad(24, 0, layouts.Column(8,
		layouts.Space(), layouts.Fixed(l.none), layouts.Sized(l.why, 60), layouts.Space()))
	l.empty.Hide()
	back := widgets.NewKey("back", texts.KeyBack, func() { p.Open(screen.Own) })
	back.Hint = keys.Cap(keys.Back)
	foot := []layouts.Part{layouts.Sized(back, 180), layouts.Space()}
	for _, k := range o.Keys {
		foot = append(foot, layouts.Sized(k, 260))
	}
	l.content = layouts.Pad(28, 20, layouts.Column(14,
		layouts.Sized(layouts.Row(16,
			layouts.Fixed(widgets.NewText(theme.Title, o.Title).Strong()), layouts.Grow(l.found), layouts.Fixed(l.pages)), 48),
		layouts.Fixed(l.field),
		layouts.Grow(layouts.Stack(widgets.NewBox(theme.Surface, 12).Edged(theme.Hairline, 1), l.rows, l.empty)),
		layouts.Sized(layouts.Row(12, foot...), 72),
	))
	return l
}

// Content is the page as an object.
func (l *Page) Content() *fyne.Container { return l.content }

// Enter begins anew: nothing is searched for, nothing is chosen.
func (l *Page) Enter() {
	l.field.Set("", true)
	l.chosen = -1
	l.Show(nil, "")
	layouts.Show(l.empty, false) // nothing is known yet
	l.rows.Reveal(0)
	l.options.Find("")
}

// Again asks for the same entries once more.
func (l *Page) Again() { l.options.Find(l.field.Value()) }

// Show shows what was found; found says how many there are. The place in the list stays.
func (l *Page) Show(entries []Entry, found string) {
	l.entries = entries
	if l.chosen >= len(entries) || l.chosen >= 0 && entries[l.chosen].Heading {
		l.chosen = -1
	}
	l.found.SetIn(found, theme.Muted)
	switch query := l.field.Value(); {
	case query != "":
		l.none.SetIn(texts.SearchNothing+"«"+query+"»", theme.Attention)
		l.why.Set("")
	default:
		l.none.SetIn(texts.ListEmpty, theme.Ink)
		l.why.Set(l.options.Empty)
	}
	l.draw()
}

// Fail shows that the list could not be read.
func (l *Page) Fail() {
	l.entries, l.chosen = nil, -1
	l.found.Set("")
	l.none.SetIn(texts.ListBroken, theme.Attention)
	l.why.Set("")
	l.draw()
}

// Chosen is the entry that was tapped last, -1 when there is none.
func (l *Page) Chosen() int { return l.chosen }

// Choose marks an entry, -1 none.
func (l *Page) Choose(i int) {
	l.chosen = i
	l.draw()
	if i >= 0 {
		l.rows.Reveal(i)
	}
}

func (l *Page) draw() {
	layouts.Show(l.empty, len(l.entries) == 0)
	l.rows.List(len(l.entries), l.chosen)
	layouts.Arrange(l.content)
}

func (l *Page) tapped(i int) {
	if !l.entries[i].Heading {
		l.Choose(i)
		l.options.OnRow(i)
	}
}

// Press types into the search, moves the mark and the list, opens by Enter, and goes back by Esc.
func (l *Page) Press(p keys.Press) {
	switch {
	case p.Rune != 0:
		l.search(l.field.Value() + string(p.Rune))
	case p.Action == keys.Erase:
		if q := []rune(l.field.Value()); len(q) > 0 {
			l.search(string(q[:len(q)-1]))
		}
	case p.Action == keys.Up:
		l.step(-1)
	case p.Action == keys.Down:
		l.step(1)
	case p.Action == keys.PageUp:
		l.rows.Page(-1)
	case p.Action == keys.PageDown:
		l.rows.Page(1)
	case p.Action == keys.Enter:
		if l.chosen >= 0 {
			l.options.OnRow(l.chosen)
		}
	case p.Action == keys.Back && l.field.Value() != "":
		l.search("")
	case p.Action == keys.Back:
		l.program.Open(screen.Own)
	}
}

func (l *Page) search(query string) {
	if len([]rune(query)) > maxQuery {
		return
	}
	l.field.Set(query, true)
	l.chosen = -1
	l.options.Find(query)
}

// step marks the next entry below (above for -1), headings left out.
func (l *Page) step(by int) {
	i := l.chosen + by
	if l.chosen < 0 && by < 0 {
		return
	}
	for i >= 0 && i < len(l.entries) && l.entries[i].Heading {
		i += by
	}
	if i >= 0 && i < len(l.entries) {
		l.Choose(i)
	}
}
