package sale

import (
	"fyne.io/fyne/v2"

	engine "kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/receipt"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// Sale is the screen.
type Sale struct {
	program screen.Program
	drawn   engine.Snapshot

	list    *receipt.List
	done    *done
	search  *search
	tiles   *tiles
	pad     *pad
	actions *actions
	content *fyne.Container
}

// New makes the screen.
func New(p screen.Program) *Sale {
	s := &Sale{program: p}
	s.done = newDone(func() { p.Open(screen.Slip) })
	s.list = receipt.New(p.Now, s.selectLine, s.done.content)
	s.tiles = newTiles(s.add)
	s.search = newSearch(p, s.add, s.stage)
	s.pad = newPad(s.applyQuantity, s.applyDiscount, s.closePad, s.searchDigits)
	s.actions = newActions(s)
	stage := layouts.Stack(s.tiles.content, s.search.results, s.pad.content)
	right := layouts.Column(8, layouts.Fixed(s.search.field), layouts.Grow(stage))
	s.content = arranged(s.list.Content(), right, s.actions.content)
	s.stage()
	return s
}

// Content is the screen as an object.
func (s *Sale) Content() fyne.CanvasObject { return s.content }

// Draw shows a snapshot.
func (s *Sale) Draw(snap engine.Snapshot) {
	if snap.Selected != s.drawn.Selected || id(snap.Receipt) != id(s.drawn.Receipt) {
		s.pad.close() // digits being typed were meant for another line
	}
	s.drawn = snap
	s.list.Draw(snap)
	s.done.draw(snap)
	s.actions.draw(snap)
	s.stage()
}

func id(r *till.Receipt) string {
	if r == nil {
		return ""
	}
	return r.ID
}

// SetItems shows the quick goods.
func (s *Sale) SetItems(items []till.Item) { s.tiles.set(items) }

// Tick redraws what changes by time alone.
func (s *Sale) Tick() { s.list.Tick() }

// Waiting tells that something changes by time alone.
func (s *Sale) Waiting() bool { return s.list.Waiting() }

// Leave forgets what was being typed, before another screen or a scan takes over.
func (s *Sale) Leave() {
	s.pad.close()
	s.search.clear()
	s.stage()
}

// OpenSearch lets typing go to the search.
func (s *Sale) OpenSearch() {
	s.pad.close()
	s.search.activate()
	s.stage()
}

// stage shows the one of tiles, results and digits that is in use.
func (s *Sale) stage() {
	searching := s.search.query() != ""
	layouts.Show(s.pad.content, s.pad.mode != padClosed)
	layouts.Show(s.search.field, s.pad.mode == padClosed)
	layouts.Show(s.search.results, s.pad.mode == padClosed && searching)
	layouts.Show(s.tiles.content, s.pad.mode == padClosed && !searching)
	layouts.Arrange(s.content)
}

// Press is a key of the keyboard.
func (s *Sale) Press(p keys.Press) {
	if s.pad.mode != padClosed {
		s.pad.press(p)
		s.stage()
		return
	}
	if s.search.active && p.Rune != 0 && (p.Action == keys.None || s.search.query() != "") {
		s.search.add(p.Rune)
		return
	}
	switch p.Action {
	case keys.Search:
		s.OpenSearch()
	case keys.Quantity:
		s.openPad(padQuantity)
	case keys.Discount:
		s.openPad(padDiscount)
	case keys.Remove:
		s.remove()
	case keys.Suspend:
		s.suspend()
	case keys.Suspended:
		s.program.Open(screen.Suspended)
	case keys.Pay, keys.Cash:
		s.pay(screen.Payment)
	case keys.Card:
		s.pay(screen.PayCard)
	case keys.Up:
		s.step(-1)
	case keys.Down:
		s.step(1)
	case keys.PageUp:
		s.list.Page(-1)
	case keys.PageDown:
		s.list.Page(1)
	case keys.Erase:
		s.search.erase()
	case keys.Enter:
		s.search.enter()
	case keys.Back:
		s.Leave()
	case keys.None:
		s.typed(p)
	}
}

// typed is a character while nothing waits for one.
func (s *Sale) typed(p keys.Press) {
	switch {
	case p.Rune == 0 || p.Rune == ' ':
	case p.IsDigit() && s.selected() != nil && s.selected().MarkState == till.MarkNone:
		s.openPad(padQuantity)
		s.pad.digit(p.Rune)
	default:
		s.search.activate()
		s.search.add(p.Rune)
	}
}

func (s *Sale) selected() *till.Line {
	if s.drawn.Receipt == nil {
		return nil
	}
	l := s.drawn.Receipt.Line(s.drawn.Selected)
	if l == nil || l.Removed {
		return nil
	}
	return l
}

func (s *Sale) add(item till.Item) {
	s.search.clear()
	s.stage()
	s.program.Run(nil, engine.AddItem{ItemID: item.ID})
}

func (s *Sale) selectLine(no int) { s.program.Run(nil, engine.Select{Line: no}) }

func (s *Sale) step(by int) {
	if no := s.list.Neighbour(by); no != 0 {
		s.selectLine(no)
	}
}

func (s *Sale) openPad(mode padMode) {
	line := s.selected()
	switch {
	case line == nil:
		s.program.Say(texts.Attention, texts.SelectFirst)
	case mode == padQuantity && line.MarkState != till.MarkNone:
		m := texts.Refusal(till.LineMarked)
		s.program.Say(m.Tone, m.Line())
	default:
		s.search.clear()
		s.pad.open(mode, *line)
	}
	s.stage()
}

func (s *Sale) closePad() {
	s.pad.close()
	s.stage()
}

// searchDigits takes digits that are too many for a quantity: they are a code.
func (s *Sale) searchDigits(digits string) {
	s.pad.close()
	s.search.activate()
	for _, r := range digits {
		s.search.add(r)
	}
	s.stage()
}

// done is shown while there are no lines: the change of the last receipt, or what to do.
type done struct {
	title, word, change, hint *widgets.Text
	sign                      *widgets.Sign
	slip                      *widgets.Key
	content                   *fyne.Container
}

func newDone(slip func()) *done {
	d := &done{
		sign:   widgets.NewSign(texts.OK, 56),
		title:  widgets.NewText(theme.LineSum, "").Strong().To(fyne.TextAlignCenter).Cut(),
		word:   widgets.NewText(theme.Body, texts.ChangeWord).In(theme.Muted).To(fyne.TextAlignCenter),
		change: widgets.NewText(theme.Due, "").Strong().In(theme.OK).To(fyne.TextAlignCenter),
		hint:   widgets.NewText(theme.Body, texts.EmptyHint).In(theme.Muted).To(fyne.TextAlignCenter).Cut(),
		slip:   widgets.NewKey("show-slip", texts.KeyShowSlip, slip),
	}
	d.change.Shrink = true
	d.content = layouts.Pad(18, 0, layouts.Column(10,
		layouts.Space(),
		layouts.Fixed(layouts.Middle(d.sign)),
		layouts.Fixed(d.title), layouts.Fixed(d.word), layouts.Fixed(d.change), layouts.Fixed(d.hint),
		layouts.Fixed(layouts.Middle(d.slip)),
		layouts.Space(),
	))
	return d
}

func (d *done) draw(s engine.Snapshot) {
	closed := s.Last != nil && s.Last.ReceiptID != "" && s.Receipt == nil
	change := closed && s.Last.Change > 0
	d.title.Set(texts.EmptyReceipt)
	if closed {
		d.title.Set(texts.ReceiptDone(s.Last.Number))
		d.change.Set(texts.Money(s.Last.Change))
	}
	layouts.Show(d.sign, closed)
	layouts.Show(d.word, change)
	layouts.Show(d.change, change)
	layouts.Show(d.slip, closed && len(s.Last.Slip) > 0)
	layouts.Show(d.hint, !closed)
}
