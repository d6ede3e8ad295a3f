package cash

import (
	"fyne.io/fyne/v2"

	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/theme"
	"kassa/app/ui/typed"
	"kassa/app/ui/widgets"
)

const wholeDigits = 7

// reasons that a person can choose, the first one is chosen at the start.
var reasons = map[till.CashMoveKind][]string{
	till.CashIn:  {texts.ReasonChange, texts.ReasonReturned, texts.ReasonOther},
	till.CashOut: {texts.ReasonTakings, texts.ReasonBank, texts.ReasonBuy, texts.ReasonOther},
}

// Cash is the page of one kind of movement.
type Cash struct {
	program screen.Program
	kind    till.CashMoveKind
	sum     *typed.Number
	reason  int
	busy    bool

	value   *widgets.Text
	chips   []*widgets.Key
	done    *widgets.Key
	content *fyne.Container
}

// New makes the page of a kind.
func New(p screen.Program, kind till.CashMoveKind) *Cash {
	c := &Cash{program: p, kind: kind, sum: typed.NewNumber(wholeDigits, 2)}
	title, caption := texts.CashInTitle, texts.CashInKey
	if kind == till.CashOut {
		title, caption = texts.CashOutTitle, texts.CashOutKey
	}
	c.value = widgets.NewText(theme.Total, "").Strong().To(fyne.TextAlignTrailing)
	c.value.Shrink = true
	chips := []fyne.CanvasObject{}
	for i, r := range reasons[kind] {
		chip := widgets.NewChip("reason-"+r, r, func() { c.choose(i) })
		chip.Height = 60
		c.chips = append(c.chips, chip)
		chips = append(chips, chip)
	}
	block := widgets.NewPad(widgets.CommaErase, nil)
	block.OnDigit = c.digit
	block.OnErase = c.erase
	back := widgets.NewKey("back", texts.KeyBack, c.leave)
	back.Hint = keys.Cap(keys.Back)
	c.done = widgets.NewKey("cash-done", caption, c.send)
	c.done.Style, c.done.Role, c.done.Hint = widgets.Loud, theme.LineSum, keys.Cap(keys.Enter)
	left := layouts.Column(12,
		layouts.Fixed(widgets.NewText(theme.Body, texts.CashReason).In(theme.Muted)),
		layouts.Fixed(layouts.Grid(1, 10, chips...)),
		layouts.Space(),
	)
	right := layouts.Column(12,
		layouts.Fixed(layouts.Row(8, layouts.Fixed(widgets.NewText(theme.LineSum, texts.CashSum).Strong()), layouts.Grow(c.value))),
		layouts.Grow(block.Container),
	)
	c.content = layouts.Pad(28, 24, layouts.Column(16,
		layouts.Fixed(widgets.NewText(theme.Title, title).Strong()),
		layouts.Grow(layouts.Row(40, layouts.Grow(left), layouts.Sized(right, 460))),
		layouts.Sized(layouts.Row(12, layouts.Sized(back, 180), layouts.Space(), layouts.Sized(c.done, 460)), 80),
	))
	c.draw()
	return c
}

// Content is the page as an object.
func (c *Cash) Content() fyne.CanvasObject { return c.content }

// Enter begins anew.
func (c *Cash) Enter() {
	c.sum.Clear()
	c.reason = 0
	c.draw()
}

// Draw shows nothing of a snapshot: the drawer's content is the printer's word, on the X report.
func (c *Cash) Draw(sale.Snapshot) {}

func (c *Cash) draw() {
	sum, ok := c.sum.Kopecks()
	token := theme.Ink
	if !ok {
		token = theme.Muted
	}
	c.value.SetIn(texts.Money(sum), token)
	for i, chip := range c.chips {
		style := widgets.Normal
		if i == c.reason {
			style = widgets.Chosen
		}
		chip.SetStyle(style)
	}
	c.done.SetDead(c.busy || sum <= 0)
}

func (c *Cash) choose(reason int) {
	c.reason = reason
	c.draw()
}

func (c *Cash) digit(r rune) {
	c.sum.Add(r)
	c.draw()
}

func (c *Cash) erase() {
	c.sum.Erase()
	c.draw()
}

// Press types the sum by keyboard.
func (c *Cash) Press(p keys.Press) {
	switch {
	case p.IsDigit():
		c.digit(p.Rune)
	case p.IsComma():
		c.digit(',')
	case p.Action == keys.Erase:
		c.erase()
	case p.Action == keys.Enter:
		c.done.Tapped(nil)
	case p.Action == keys.Back:
		c.leave()
	}
}

func (c *Cash) leave() {
	if !c.busy {
		c.program.Open(screen.Own)
	}
}

func (c *Cash) send() {
	sum, ok := c.sum.Kopecks()
	if !ok || sum <= 0 || c.busy {
		return
	}
	c.busy = true
	c.draw()
	c.program.Run(func(err error) {
		c.busy = false
		if err == nil {
			c.program.Open(screen.Own)
		}
		c.draw()
	}, sale.MoveCash{Kind: c.kind, Sum: sum, Reason: reasons[c.kind][c.reason]})
}
