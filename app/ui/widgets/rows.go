package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"kassa/app/ui/theme"
)

// RowHeight is the least height of a row in u (till-ux SZ-5).
const RowHeight = 62

// Row is what Rows shows: an object that can be filled with the i-th entry.
type Row interface {
	fyne.CanvasObject
	// Fill shows entry i; chosen is the selected one.
	Fill(i int, chosen bool)
}

// Rows is a list of any length that shows whole rows only: nothing is ever cut in half, and as many row
// objects exist as fit. It moves by drag, by wheel and by pages; the whole row is the target.
type Rows struct {
	press
	// OnRow is called with the entry that was tapped.
	OnRow func(i int)
	// Lean makes rows as high as a line of small text, without hairlines: a printed slip is read, not pressed.
	Lean bool
	// OnFit is called when the entries stop or begin to be seen all at once; it may be nil.
	OnFit func(overflows bool)

	newRow func() Row
	count  int
	first  int
	chosen int
	held   int // row under the finger, -1 none
	fresh  int // row that has just come, -1 none
	// dragged is how far the finger went since rows last moved, moved whether they did at all.
	dragged float32
	moved   bool
	over    bool // what OnFit was told last
}

var (
	_ fyne.Draggable  = (*Rows)(nil)
	_ fyne.Scrollable = (*Rows)(nil)
)

// NewRows makes an empty list; each row object comes from newRow.
func NewRows(name string, newRow func() Row, onRow func(i int)) *Rows {
	r := &Rows{newRow: newRow, OnRow: onRow, chosen: -1, held: -1, fresh: -1}
	r.name = name
	r.ExtendBaseWidget(r)
	return r
}

// List sets the number of entries and the selected one (-1 none), and redraws. The place in the list stays.
func (r *Rows) List(count, chosen int) {
	r.count, r.chosen = count, chosen
	r.clamp()
	r.Refresh()
}

// Reveal moves the list until entry i is seen.
func (r *Rows) Reveal(i int) {
	switch fit := r.fit(); {
	case i < r.first:
		r.first = i
	case i >= r.first+fit:
		r.first = i - fit + 1
	}
	r.clamp()
	r.Refresh()
}

// Flash marks entry i as just come; -1 ends it.
func (r *Rows) Flash(i int) {
	r.fresh = i
	r.Refresh()
}

// Page moves the list by whole pages, down for positive n.
func (r *Rows) Page(n int) {
	r.first += n * r.fit()
	r.clamp()
	r.Refresh()
}

// First is the entry at the top.
func (r *Rows) First() int { return r.first }

func (r *Rows) tellFit() {
	if over := r.count > r.fit(); over != r.over {
		r.over = over
		if r.OnFit != nil {
			r.OnFit(over)
		}
	}
}

func (r *Rows) rowHeight() float32 {
	if r.Lean {
		return fyne.MeasureText("Ж", theme.Text(theme.Small), fyne.TextStyle{Monospace: true}).Height
	}
	text := fyne.MeasureText("Ж", theme.Text(theme.LineName), fyne.TextStyle{}).Height +
		fyne.MeasureText("Ж", theme.Text(theme.Small), fyne.TextStyle{}).Height
	return max(theme.U(RowHeight), text+theme.U(10))
}

// fit is how many entries are seen at once.
func (r *Rows) fit() int { return max(1, int(r.Size().Height/r.rowHeight())) }

func (r *Rows) clamp() { r.first = max(0, min(r.first, r.count-r.fit())) }

func (r *Rows) at(y float32) int {
	if y < 0 {
		return -1
	}
	row := int(y / r.rowHeight())
	if row >= r.fit() || r.first+row >= r.count {
		return -1
	}
	return r.first + row
}

// Tapped chooses the row under the finger.
func (r *Rows) Tapped(ev *fyne.PointEvent) {
	if i := r.at(ev.Position.Y); i >= 0 && r.OnRow != nil {
		r.OnRow(i)
	}
}

// MouseDown shows the row as pressed.
func (r *Rows) MouseDown(ev *desktop.MouseEvent) {
	r.held = r.at(ev.Position.Y)
	r.Refresh()
}

// MouseUp ends it.
func (r *Rows) MouseUp(*desktop.MouseEvent) {
	r.held = -1
	r.Refresh()
}

// MouseOut ends it too.
func (r *Rows) MouseOut() { r.MouseUp(nil) }

// Dragged moves the list with the finger, a row at a time.
func (r *Rows) Dragged(ev *fyne.DragEvent) {
	r.dragged += ev.Dragged.DY
	steps := int(r.dragged / r.rowHeight())
	if steps == 0 {
		return
	}
	r.dragged -= float32(steps) * r.rowHeight()
	r.first -= steps
	r.moved, r.held = true, -1
	r.clamp()
	r.Refresh()
}

// DragEnd counts a finger that only trembled as a tap, so that none is lost.
func (r *Rows) DragEnd() {
	held, trembled := r.held, !r.moved && abs(r.dragged) < r.rowHeight()/2
	r.dragged, r.moved, r.held = 0, false, -1
	r.Refresh()
	if trembled && held >= 0 && r.OnRow != nil {
		r.OnRow(held)
	}
}

func abs(v float32) float32 { return max(v, -v) }

// Scrolled moves the list by one row a notch of the wheel.
func (r *Rows) Scrolled(ev *fyne.ScrollEvent) {
	switch {
	case ev.Scrolled.DY < 0:
		r.first++
	case ev.Scrolled.DY > 0:
		r.first--
	}
	r.clamp()
	r.Refresh()
}

// MinSize has room for one row.
func (r *Rows) MinSize() fyne.Size { return fyne.NewSize(theme.U(240), r.rowHeight()) }

// CreateRenderer is for Fyne.
func (r *Rows) CreateRenderer() fyne.WidgetRenderer {
	x := &rowsRenderer{r: r}
	x.Refresh()
	return x
}

type rowsRenderer struct {
	r       *Rows
	rows    []Row
	grounds []*canvas.Rectangle
	lines   []*canvas.Rectangle
	bar     *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (x *rowsRenderer) Layout(fyne.Size) {
	x.r.clamp()
	x.Refresh()
}

func (x *rowsRenderer) MinSize() fyne.Size { return x.r.MinSize() }

// grow makes row objects until as many exist as fit.
func (x *rowsRenderer) grow(fit int) {
	if x.bar == nil {
		x.bar = canvas.NewRectangle(color.Transparent)
	}
	for len(x.rows) < fit {
		x.rows = append(x.rows, x.r.newRow())
		x.grounds = append(x.grounds, canvas.NewRectangle(color.Transparent))
		x.lines = append(x.lines, canvas.NewRectangle(color.Transparent))
	}
	x.objects = x.objects[:0]
	for i := range x.rows {
		x.objects = append(x.objects, x.grounds[i], x.lines[i], x.rows[i])
	}
	x.objects = append(x.objects, x.bar)
}

func (x *rowsRenderer) Refresh() {
	r := x.r
	height, width, fit := r.rowHeight(), r.Size().Width, r.fit()
	x.grow(fit)
	x.bar.Hide()
	for i, row := range x.rows {
		entry := r.first + i
		shown := i < fit && entry < r.count
		x.grounds[i].Hidden, x.lines[i].Hidden = !shown, !shown || r.Lean
		if !shown {
			row.Hide()
			continue
		}
		row.Show()
		top := float32(i) * height
		ground := theme.Transparent
		switch entry {
		case r.held:
			ground = theme.QuietDown
		case r.fresh:
			ground = theme.OKGround
		case r.chosen:
			ground = theme.Selected
			x.bar.FillColor = theme.Color(theme.Accent)
			x.bar.Resize(fyne.NewSize(theme.U(5), height))
			x.bar.Move(fyne.NewPos(0, top))
			x.bar.Show()
		}
		x.grounds[i].FillColor = theme.Color(ground)
		x.grounds[i].Resize(fyne.NewSize(width, height))
		x.grounds[i].Move(fyne.NewPos(0, top))
		x.lines[i].FillColor = theme.Color(theme.Hairline)
		x.lines[i].Resize(fyne.NewSize(width, theme.U(1)))
		x.lines[i].Move(fyne.NewPos(0, top+height-theme.U(1)))
		row.Resize(fyne.NewSize(width, height))
		row.Move(fyne.NewPos(0, top))
		row.Fill(entry, entry == r.chosen)
	}
	for i := range x.rows {
		x.grounds[i].Refresh()
		x.lines[i].Refresh()
	}
	x.bar.Refresh()
	r.tellFit()
}

func (x *rowsRenderer) Objects() []fyne.CanvasObject { return x.objects }
func (x *rowsRenderer) Destroy()                     {}
