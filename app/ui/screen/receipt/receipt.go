package receipt

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// flash is how long a new line is marked (till-ux SL-1).
const flash = 150 * time.Millisecond

// List is the panel.
type List struct {
	now   func() time.Time
	onRow func(line int)

	lines    []till.Line // the shown ones: removed lines are not
	asked    map[asking]time.Time
	shown    string // receipt id
	selected int
	flashed  time.Time // when the newest line began to flash; zero when none does

	title, total, discount *widgets.Text
	discountRow            *fyne.Container
	rows                   *widgets.Rows
	pages                  *fyne.Container
	empty                  *fyne.Container
	content                *fyne.Container
}

// asking names a check that is running: the snapshot does not say when it began, so the panel remembers
// when it saw it first.
type asking struct {
	receipt string
	line    int
}

// New makes the panel; onRow is called with the number of a tapped line. over is shown in place of the lines
// while there are none.
func New(now func() time.Time, onRow func(line int), over *fyne.Container) *List {
	l := &List{
		now: now, onRow: onRow, asked: map[asking]time.Time{}, empty: over,
		title:    widgets.NewText(theme.Small, "").In(theme.Muted).Cut(),
		total:    widgets.NewText(theme.Total, "").Strong().To(fyne.TextAlignTrailing),
		discount: widgets.NewText(theme.Body, "").In(theme.Muted).To(fyne.TextAlignTrailing),
	}
	l.total.Shrink = true
	l.rows = widgets.NewRows("lines", func() widgets.Row { return newRow(l) }, func(i int) { l.onRow(l.lines[i].No) })
	l.pages = layouts.Row(8,
		layouts.Fixed(widgets.NewIconKey("lines-up", "up", func() { l.Page(-1) })),
		layouts.Fixed(widgets.NewIconKey("lines-down", "down", func() { l.Page(1) })),
	)
	l.pages.Hide()
	l.rows.OnFit = func(overflows bool) {
		layouts.Show(l.pages, overflows)
		layouts.Arrange(l.content)
	}
	l.discountRow = layouts.Row(8,
		layouts.Grow(widgets.NewText(theme.Body, texts.DiscountWord).In(theme.Muted)), layouts.Sized(l.discount, 160))
	foot := layouts.Stack(
		widgets.NewBox(theme.Raised, 0),
		layouts.Pad(18, 8, layouts.Column(0,
			layouts.Fixed(l.discountRow),
			layouts.Fixed(layouts.Row(8,
				layouts.Fixed(widgets.NewText(theme.LineSum, texts.TotalWord).Strong()), layouts.Grow(l.total))),
		)),
	)
	l.content = layouts.Stack(
		widgets.NewBox(theme.Surface, 0),
		layouts.Column(0,
			layouts.Sized(layouts.Pad(18, 0, layouts.Row(8, layouts.Grow(l.title), layouts.Fixed(l.pages))), 52),
			layouts.Sized(widgets.NewBox(theme.Hairline, 0), 1),
			layouts.Grow(layouts.Stack(l.rows, l.empty)),
			layouts.Sized(widgets.NewBox(theme.Hairline, 0), 1),
			layouts.Fixed(foot),
		),
	)
	return l
}

// Content is the panel as an object.
func (l *List) Content() *fyne.Container { return l.content }

// Draw shows the receipt of a snapshot. A new line and a new selection are moved into sight.
func (l *List) Draw(s sale.Snapshot) {
	r := s.Receipt
	if r == nil {
		r = &till.Receipt{Kind: till.Sale}
	}
	before := len(l.lines)
	l.lines = l.lines[:0]
	chosen := -1
	for _, line := range r.Lines {
		if line.Removed {
			continue
		}
		if line.No == s.Selected {
			chosen = len(l.lines)
		}
		l.lines = append(l.lines, line)
	}
	l.remember(r)
	if s.Receipt == nil {
		l.title.Set("")
	} else {
		l.title.Set(texts.ReceiptTitle(r))
	}
	l.total.Set(texts.Money(r.Total()))
	l.discount.Set(texts.Sum(-r.Discount()))
	layouts.Show(l.discountRow, r.Discount() != 0)
	layouts.Show(l.empty, len(l.lines) <= 0)
	layouts.Show(l.rows, len(l.lines) != 0)
	l.rows.List(len(l.lines), chosen)
	if len(l.lines) == before+1 && chosen == before {
		l.flashed = l.now()
		l.rows.Flash(chosen)
	}
	news := r.ID != l.shown || s.Selected != l.selected || len(l.lines) > before
	l.shown, l.selected = r.ID, s.Selected
	if chosen >= 0 && news {
		l.rows.Reveal(chosen)
	}
	layouts.Arrange(l.content)
}

// remember notes since when each running check has been seen.
func (l *List) remember(r *till.Receipt) {
	running := map[asking]time.Time{}
	for _, line := range l.lines {
		if line.MarkState != till.MarkChecking {
			continue
		}
		key := asking{r.ID, line.No}
		since, ok := l.asked[key]
		if !ok {
			since = l.now()
		}
		running[key] = since
	}
	l.asked = running
}

// Waiting tells that something changes by time alone: the time of a running check, a new line's mark.
func (l *List) Waiting() bool { return len(l.asked) > 0 || !l.flashed.IsZero() }

// Tick redraws what changes by time alone.
func (l *List) Tick() {
	if !l.flashed.IsZero() && l.now().Sub(l.flashed) >= flash {
		l.flashed = time.Time{}
		l.rows.Flash(-1)
	}
	if len(l.asked) > 0 {
		l.rows.Refresh()
	}
}

// Page moves the list by pages.
func (l *List) Page(n int) { l.rows.Page(n) }

// Neighbour is the number of the line by steps below the selected one (above for negative steps), 0 when
// there is none.
func (l *List) Neighbour(steps int) int {
	for i, line := range l.lines {
		if line.No == l.selected && i+steps >= 0 && i+steps < len(l.lines) {
			return l.lines[i+steps].No
		}
	}
	return 0
}

func (l *List) waited(line till.Line) time.Duration {
	since, ok := l.asked[asking{l.shown, line.No}]
	if !ok {
		return 0
	}
	return l.now().Sub(since)
}

// row is one line: number, name and sum above, quantity, price and the state of the mark below.
type row struct {
	widget.BaseWidget
	list *List

	no, name, sum, cost *widgets.Text
	sign                *widgets.Icon
	state               *widgets.Text
	// What could be said below the name: the price, whether it may give way, and the state in several lengths.
	priced string
	spare  bool
	words  []string
}

func newRow(l *List) *row {
	r := &row{
		list: l,
		no:   widgets.NewText(theme.Small, "").In(theme.Muted),
		name: widgets.NewText(theme.LineName, "").Cut(),
		sum:  widgets.NewText(theme.LineSum, "").Strong().To(fyne.TextAlignTrailing),
		cost: widgets.NewText(theme.Small, "").In(theme.Muted).Cut(),
		// The state of a mark is words with their sign: colour is never alone.
		sign:  widgets.NewIcon("check", 15, theme.OK),
		state: widgets.NewText(theme.Small, "").Strong().Cut(),
	}
	r.sum.Shrink = true
	r.ExtendBaseWidget(r)
	return r
}

// Fill shows the i-th line.
func (r *row) Fill(i int, _ bool) {
	line := r.list.lines[i]
	r.no.Set(strconv.Itoa(i + 1))
	r.name.Set(line.Name)
	r.sum.Set(texts.Sum(line.Sum()))
	r.priced = texts.LineCost(line)
	if line.Discount > 0 {
		r.priced += " · " + texts.LineDiscount(line)
	}
	var tone texts.Tone
	tone, r.words = texts.MarkState(line, r.list.waited(line))
	layouts.Show(r.sign, len(r.words) > 0)
	layouts.Show(r.state, len(r.words) > 0)
	if len(r.words) > 0 {
		r.sign.SetTone(tone)
		r.state.SetIn(r.state.Text(), widgets.ToneColor(tone))
	}
	// One unit of a marked item costs the sum of its line: the price can give way.
	r.spare = line.MarkState != till.MarkNone && line.Discount == 0
	r.arrange()
}

// arrange puts the parts side by side; widths follow the words. Where there is little room the state of the
// mark is told in fewer words, then the price goes.
func (r *row) arrange() {
	s := r.Size()
	margin, left := theme.U(18), theme.U(48)
	name, small := r.name.MinSize().Height, r.cost.MinSize().Height
	top := (s.Height - name - small) / 2
	sum := min(theme.U(150), width(r.sum.Text(), theme.LineSum, true))
	place(r.no, margin, 0, left-margin, s.Height)
	place(r.sum, s.Width-margin-sum, 0, sum, s.Height)
	room := s.Width - left - margin - sum - theme.U(8)
	place(r.name, left, top, room, name)
	if len(r.words) == 0 {
		r.cost.Set(r.priced)
		place(r.cost, left, top+name, room, small)
		return
	}
	side := theme.U(15)
	cost, words := r.fitted(room - side - theme.U(11))
	r.cost.Set(cost)
	r.state.Set(words)
	at := left
	if cost != "" {
		at += width(cost, theme.Small, false) + theme.U(6)
	}
	place(r.cost, left, top+name, at-left, small)
	place(r.sign, at, top+name+(small-side)/2, side, side)
	place(r.state, at+side+theme.U(5), top+name, max(0, left+room-at-side-theme.U(5)), small)
}

// fitted chooses the longest price and words that have room together.
func (r *row) fitted(room float32) (cost, words string) {
	cost = r.priced + " ·"
	for _, words := range r.words[:max(1, len(r.words)-1)] {
		if width(cost, theme.Small, false)+width(words, theme.Small, true) <= room {
			return cost, words
		}
		if r.spare && width(words, theme.Small, true) <= room {
			return "", words
		}
	}
	return cost, r.words[len(r.words)-1]
}

func width(s string, role theme.Role, bold bool) float32 {
	return fyne.MeasureText(s, theme.Text(role), fyne.TextStyle{Bold: bold}).Width + theme.U(1)
}

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return &rowRenderer{r} }

type rowRenderer struct{ r *row }

func place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
}

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
	return []fyne.CanvasObject{x.r.no, x.r.name, x.r.sum, x.r.cost, x.r.sign, x.r.state}
}
func (x *rowRenderer) Destroy() {}
