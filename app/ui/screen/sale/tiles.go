package sale

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"

	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

const tileGap = 8

// tiles are the quick goods by groups and pages. Their places do not change while the till works.
type tiles struct {
	tap    func(till.Item)
	items  []till.Item
	groups []string // "" is «all»
	group  int
	page   int
	fit    int // how many tiles a page has

	chips   *fyne.Container
	pool    []*widgets.Tile
	grid    *fyne.Container
	pager   *fyne.Container
	pageOf  *widgets.Text
	empty   *widgets.Text
	content *fyne.Container
}

func newTiles(tap func(till.Item)) *tiles {
	t := &tiles{tap: tap}
	t.chips = &fyne.Container{Layout: &chipsLayout{}}
	t.grid = &fyne.Container{Layout: tilesLayout{t}}
	t.pageOf = widgets.NewText(theme.Body, "").To(fyne.TextAlignCenter)
	t.pager = layouts.Row(8,
		layouts.Space(),
		layouts.Fixed(widgets.NewIconKey("tiles-up", "up", func() { t.turn(-1) })),
		layouts.Sized(t.pageOf, 80),
		layouts.Fixed(widgets.NewIconKey("tiles-down", "down", func() { t.turn(1) })),
	)
	t.pager.Hide()
	t.empty = widgets.NewText(theme.Body, texts.TilesEmpty).In(theme.Muted).Paragraph(480, 3)
	t.content = layouts.Column(8, layouts.Fixed(t.chips), layouts.Fixed(t.empty), layouts.Grow(t.grid), layouts.Fixed(t.pager))
	t.fill()
	return t
}

// set shows goods. The group and the page in use stay where there are such: keys do not move during work.
func (t *tiles) set(items []till.Item) {
	if reflect.DeepEqual(t.items, items) {
		return
	}
	chosen := ""
	if t.group > 0 {
		chosen = t.groups[t.group]
	}
	t.items = items
	t.groups = []string{""}
	for _, i := range items {
		if !slices.Contains(t.groups, group(i)) {
			t.groups = append(t.groups, group(i))
		}
	}
	t.group = max(0, slices.Index(t.groups, chosen))
	t.drawChips()
	t.fill()
	layouts.Arrange(t.content)
}

func group(i till.Item) string {
	if i.Category == "" {
		return texts.GroupOther
	}
	return i.Category
}

func (t *tiles) drawChips() {
	t.chips.Objects = nil
	for i, g := range t.groups {
		name := g
		if g == "" {
			name = texts.GroupAll
		}
		chip := widgets.NewChip("group-"+g, name, func() { t.choose(i) })
		if i == t.group {
			chip.Style = widgets.Chosen
		}
		t.chips.Objects = append(t.chips.Objects, chip)
	}
	next := widgets.NewIconKey("groups-next", "right", t.nextGroups)
	t.chips.Objects = append(t.chips.Objects, next)
	layouts.Show(t.chips, len(t.groups) > 2)
	t.chips.Refresh()
}

func (t *tiles) choose(group int) {
	t.group, t.page = group, 0
	for i, o := range t.chips.Objects[:len(t.groups)] {
		style := widgets.Normal
		if i == group {
			style = widgets.Chosen
		}
		o.(*widgets.Key).SetStyle(style)
	}
	t.fill()
	layouts.Arrange(t.content)
}

func (t *tiles) nextGroups() {
	t.chips.Layout.(*chipsLayout).next()
	layouts.Arrange(t.chips)
}

func (t *tiles) turn(by int) {
	t.page += by
	t.fill()
}

// fill puts the goods of the page into the tiles.
func (t *tiles) fill() {
	chosen := t.items
	if t.group > 0 {
		chosen = nil
		for _, i := range t.items {
			if group(i) == t.groups[t.group] {
				chosen = append(chosen, i)
			}
		}
	}
	pages := 1
	if t.fit > 0 {
		pages = max(1, (len(chosen)+t.fit-1)/t.fit)
	}
	t.page = (t.page%pages + pages) % pages
	for len(t.pool) < t.fit {
		t.pool = append(t.pool, widgets.NewTile())
		t.grid.Objects = append(t.grid.Objects, t.pool[len(t.pool)-1])
	}
	for n, tile := range t.pool {
		i := t.page*t.fit + n
		layouts.Show(tile, n < t.fit && i < len(chosen))
		if !tile.Visible() {
			continue
		}
		item := chosen[i]
		tile.Put("item-"+item.ID, item.Name, texts.Price(item), slices.Index(t.groups, group(item))-1, func() { t.tap(item) })
	}
	t.pageOf.Set(texts.PageOf(t.page+1, pages))
	layouts.Show(t.empty, len(t.items) == 0)
	layouts.Show(t.pager, pages > 1)
}

// tilesLayout fills the room with tiles of equal size, none smaller than a tile may be.
type tilesLayout struct{ t *tiles }

// MinSize has room for two rows of four.
func (tilesLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.U(4*widgets.TileWidth+3*tileGap), theme.U(2*widgets.TileHeight+tileGap))
}

// Layout finds out how many fit and places them.
func (l tilesLayout) Layout(_ []fyne.CanvasObject, room fyne.Size) {
	gap := theme.U(tileGap)
	columns := max(1, int((room.Width+gap)/(theme.U(widgets.TileWidth)+gap)))
	rows := max(1, int((room.Height+gap)/(theme.U(widgets.TileHeight)+gap)))
	if l.t.fit != columns*rows {
		first := l.t.page * l.t.fit
		l.t.fit = columns * rows
		l.t.page = first / l.t.fit
		l.t.fill()
	}
	cell := fyne.NewSize((room.Width-gap*float32(columns-1))/float32(columns), (room.Height-gap*float32(rows-1))/float32(rows))
	for i, tile := range l.t.pool {
		tile.Resize(cell)
		tile.Move(fyne.NewPos(float32(i%columns)*(cell.Width+gap), float32(i/columns)*(cell.Height+gap)))
	}
}

// chipsLayout puts chips side by side. Where not all fit, the last object, a key, goes on to the next ones.
type chipsLayout struct {
	first, shown int
	count        int
}

// next moves to the chips that did not fit, and from the last ones back to the first.
func (c *chipsLayout) next() {
	c.first += c.shown
	if c.first >= c.count {
		c.first = 0
	}
}

// MinSize has room for the key and one chip.
func (c *chipsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	height := float32(0)
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	return fyne.NewSize(theme.U(200), height)
}

// Layout shows the chips that fit.
func (c *chipsLayout) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	if len(objects) == 0 {
		return
	}
	chips, key := objects[:len(objects)-1], objects[len(objects)-1]
	gap := theme.U(8)
	total := -gap
	for _, chip := range chips {
		total += chip.MinSize().Width + gap
	}
	c.count = len(chips)
	if total <= room.Width {
		c.first = 0
	} else {
		room.Width -= key.MinSize().Width + gap
	}
	layouts.Show(key, total > room.Width)
	place(key, room.Width+gap, 0, key.MinSize().Width, room.Height)
	at := float32(0)
	c.shown = 0
	for i, chip := range chips {
		width := min(room.Width, chip.MinSize().Width)
		fits := i >= c.first && at+width <= room.Width && c.first+c.shown == i
		layouts.Show(chip, fits)
		if fits {
			place(chip, at, 0, width, room.Height)
			at += width + gap
			c.shown++
		}
	}
}
