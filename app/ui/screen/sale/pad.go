package sale

import (
	"strconv"

	"fyne.io/fyne/v2"

	"kassa/app/money"
	engine "kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
	"kassa/app/ui/typed"
	"kassa/app/ui/widgets"
)

// padMode says what the digits are for.
type padMode uint8

const (
	padClosed   padMode = 0
	padQuantity padMode = 1
	padDiscount padMode = 2
)

// quantityDigits is the most digits of a quantity before the comma; more of them are a code.
const quantityDigits = 4

// presets are the discounts that one tap gives (till-ux DL-1); 0 takes a discount away.
var presets = []money.HundredthsOfPercent{0, 300, 500, 1000}

// pad is the block of digits for the selected line.
type pad struct {
	mode   padMode
	line   till.Line
	number *typed.Number

	applyQuantity func(line int, q money.Millis)
	applyDiscount func(line int, p money.HundredthsOfPercent)
	leave         func()
	tooLong       func(digits string)

	title, about, value, hint *widgets.Text
	block                     *widgets.Pad
	presets                   *fyne.Container
	apply                     *widgets.Key
	content                   *fyne.Container
}

func newPad(quantity func(int, money.Millis), discount func(int, money.HundredthsOfPercent), leave func(), tooLong func(string)) *pad {
	p := &pad{
		applyQuantity: quantity, applyDiscount: discount, leave: leave, tooLong: tooLong,
		number: typed.NewNumber(quantityDigits, 0),
		title:  widgets.NewText(theme.LineSum, "").Strong().Cut(),
		about:  widgets.NewText(theme.Body, "").In(theme.Muted).Cut(),
		value:  widgets.NewText(theme.Total, "").Strong().To(fyne.TextAlignTrailing),
		hint:   widgets.NewText(theme.Small, texts.PadHintQuantity).In(theme.Muted).Cut(),
	}
	p.value.Shrink = true
	p.block = widgets.NewPad(widgets.CommaErase, nil)
	p.block.OnDigit = p.digit
	p.block.OnErase = p.erase
	back := widgets.NewKey("back", texts.KeyBack, func() { p.leave() })
	back.Hint = keys.Cap(keys.Back)
	p.apply = widgets.NewKey("apply", texts.KeyApply, p.enter)
	// «ОПЛАТА» stays the only key in its colour.
	p.apply.Hint, p.apply.Style = keys.Cap(keys.Enter), widgets.Chosen
	chips := []fyne.CanvasObject{}
	for _, percent := range presets {
		chips = append(chips, widgets.NewChip("percent-"+strconv.FormatInt(int64(percent)/100, 10), texts.Percent(percent), func() { p.applyDiscount(p.line.No, percent) }))
	}
	p.presets = layouts.Grid(len(presets), 8, chips...)
	p.content = layouts.Column(6,
		layouts.Fixed(layouts.Row(12,
			layouts.Grow(layouts.Column(0, layouts.Fixed(p.title), layouts.Fixed(p.about), layouts.Fixed(p.hint))),
			layouts.Sized(p.value, 220))),
		layouts.Fixed(p.presets),
		layouts.Grow(p.block.Container),
		layouts.Fixed(layouts.Row(8, layouts.Sized(back, 140), layouts.Grow(p.apply))),
	)
	return p
}

func (p *pad) open(mode padMode, line till.Line) {
	p.mode, p.line = mode, line
	p.about.Set(line.Name)
	layouts.Show(p.presets, mode == padDiscount)
	layouts.Show(p.hint, mode == padQuantity)
	if mode == padDiscount {
		p.title.Set(texts.PadDiscount)
		p.number = typed.NewNumber(3, 2)
	} else {
		p.title.Set(texts.PadQuantity)
		fraction := 3
		if line.Measure.Whole() {
			fraction = 0
		}
		p.number = typed.NewNumber(quantityDigits, fraction)
	}
	p.block.SetComma(mode == padDiscount || !line.Measure.Whole())
	p.draw()
}

func (p *pad) close() {
	p.mode = padClosed
	p.number.Clear()
}

func (p *pad) draw() {
	shown := p.number.Text()
	token := theme.Ink
	if shown == "" {
		// What is in force now, until something is typed.
		token = theme.Muted
		shown = texts.Number(p.line.Quantity)
		if p.mode == padDiscount {
			shown = texts.Percent(p.line.Percent)
		}
	}
	p.value.SetIn(shown, token)
	p.apply.SetDead(p.number.Empty())
}

func (p *pad) digit(r rune) {
	if !p.number.Add(r) && p.mode == padQuantity && r != ',' {
		if digits := p.number.Text(); len(digits) == quantityDigits {
			p.tooLong(digits + string(r))
			return
		}
	}
	p.draw()
}

func (p *pad) erase() {
	p.number.Erase()
	p.draw()
}

func (p *pad) press(k keys.Press) {
	switch {
	case k.IsDigit():
		p.digit(k.Rune)
	case k.IsComma():
		p.digit(',')
	case k.Action == keys.Erase:
		p.erase()
	case k.Action == keys.Enter:
		p.enter()
	case k.Action == keys.Back:
		p.leave()
	}
}

func (p *pad) enter() {
	switch p.mode {
	case padQuantity:
		if q, ok := p.number.Millis(); ok {
			p.applyQuantity(p.line.No, q)
		}
	case padDiscount:
		if percent, ok := p.number.Percent(); ok {
			p.applyDiscount(p.line.No, percent)
		}
	}
}

func (s *Sale) applyQuantity(line int, q money.Millis) {
	s.closePad()
	s.program.Run(nil, engine.SetQuantity{Line: line, Quantity: q})
}

func (s *Sale) applyDiscount(line int, p money.HundredthsOfPercent) {
	s.closePad()
	s.program.Run(nil, engine.Discount{Line: line, Percent: p})
}
