package shift

import (
	"strconv"

	"fyne.io/fyne/v2"

	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

const cardWidth = 620

// totals is the table of a shift's sums.
type totals struct {
	title   *widgets.Text
	values  []*widgets.Text
	content *fyne.Container
}

func newTotals() *totals {
	t := &totals{title: widgets.NewText(theme.LineSum, "").Strong()}
	rows := []layouts.Part{layouts.Fixed(t.title)}
	for _, name := range []string{
		texts.ShiftReceipts, texts.ShiftSalesCash, texts.ShiftSalesCard, texts.ShiftReturns, texts.ShiftCashIn, texts.ShiftCashOut,
	} {
		value := widgets.NewText(theme.LineName, "").Strong().To(fyne.TextAlignTrailing)
		t.values = append(t.values, value)
		rows = append(rows, layouts.Fixed(layouts.Row(12,
			layouts.Grow(widgets.NewText(theme.LineName, name).In(theme.Muted).Cut()), layouts.Sized(value, 180))))
	}
	t.content = layouts.Column(4, rows...)
	return t
}

func (t *totals) set(title string, s till.Shift) {
	t.title.Set(title)
	for i, v := range []string{
		strconv.Itoa(s.Receipts), texts.Money(s.SalesCash), texts.Money(s.SalesCard),
		texts.Money(s.ReturnsCash + s.ReturnsCard), texts.Money(s.CashIn), texts.Money(s.CashOut),
	} {
		t.values[i].Set(v)
	}
}

// Shift is the screen of StepShift.
type Shift struct {
	program screen.Program
	expired bool

	title, body *widgets.Text
	totals      *totals
	open, close *widgets.Key
	content     *fyne.Container
}

// New makes the screen.
func New(p screen.Program) *Shift {
	s := &Shift{
		program: p,
		title:   widgets.NewText(theme.Title, "").Strong().Cut(),
		body:    widgets.NewText(theme.Body, "").In(theme.Muted).Paragraph(cardWidth-64, 2),
		totals:  newTotals(),
	}
	s.open = loud("shift-open", texts.ShiftOpenKey, func() { s.send(sale.OpenShift{}) })
	s.close = loud("shift-close", texts.ShiftCloseKey, func() { s.send(sale.CloseShift{}) })
	leave := widgets.NewKey("lock", texts.MoreLock, func() { p.Run(nil, sale.Logout{}) })
	s.content = layouts.Middle(layouts.Stack(
		widgets.NewBox(theme.Surface, 14).Edged(theme.Hairline, 1),
		layouts.Pad(32, 28, layouts.Column(20,
			layouts.Fixed(s.title),
			layouts.Fixed(s.body),
			layouts.Fixed(s.totals.content),
			layouts.Sized(layouts.Row(12, layouts.Sized(leave, 130), layouts.Grow(s.open), layouts.Grow(s.close)), 80),
		)),
	))
	return s
}

func loud(name, caption string, tap func()) *widgets.Key {
	k := widgets.NewKey(name, caption, tap)
	k.Style, k.Role, k.Width, k.Hint = widgets.Loud, theme.LineSum, 300, keys.Cap(keys.Enter)
	return k
}

// Content is the screen as an object.
func (s *Shift) Content() fyne.CanvasObject { return s.content }

// Draw shows the shift's state and the last result.
func (s *Shift) Draw(snap sale.Snapshot) {
	s.expired = snap.Shift.Expired
	layouts.Show(s.open, !s.expired)
	layouts.Show(s.close, s.expired)
	title, body, tone := texts.ShiftIsClosed, "", theme.Ink
	last := texts.ShiftLast
	if s.expired {
		m := texts.Refusal(till.ShiftExpired)
		title, body, tone = m.Headline, m.Body, widgets.ToneColor(m.Tone)
		last = texts.ShiftNumber(snap.Shift)
	}
	s.title.SetIn(title, tone)
	s.body.Set(body)
	layouts.Show(s.body, body != "")
	s.totals.set(last, snap.Shift.Totals)
	layouts.Show(s.totals.content, snap.Shift.Totals.Number != 0)
	layouts.Arrange(s.content)
}

// Press opens or closes the shift by Enter.
func (s *Shift) Press(p keys.Press) {
	if p.Action != keys.Enter {
		return
	}
	key := s.open
	if s.expired {
		key = s.close
	}
	key.Tapped(nil)
}

func (s *Shift) send(c sale.Command) {
	s.open.SetDead(true)
	s.close.SetDead(true)
	s.program.Run(func(error) {
		s.open.SetDead(false)
		s.close.SetDead(false)
	}, c)
}

// Closing is the page that closes a shift by hand: its result, what stays open, and the key.
type Closing struct {
	program screen.Program

	body, warning *widgets.Text
	totals        *totals
	close         *widgets.Key
	content       *fyne.Container
}

// NewClosing makes the page.
func NewClosing(p screen.Program) *Closing {
	c := &Closing{
		program: p,
		body:    widgets.NewText(theme.Body, "").In(theme.Muted).Paragraph(cardWidth-64, 2),
		warning: widgets.NewText(theme.Body, "").In(theme.Attention).Paragraph(cardWidth-64, 2),
		totals:  newTotals(),
	}
	c.close = loud("shift-close", texts.ShiftCloseKey, c.send)
	back := widgets.NewKey("back", texts.KeyBack, func() { p.Open(screen.Own) })
	back.Hint = keys.Cap(keys.Back)
	c.content = layouts.Middle(layouts.Stack(
		widgets.NewBox(theme.Surface, 14).Edged(theme.Hairline, 1),
		layouts.Pad(32, 28, layouts.Column(16,
			layouts.Fixed(widgets.NewText(theme.Title, texts.ShiftCloseTitle).Strong()),
			layouts.Fixed(c.totals.content),
			layouts.Fixed(c.warning),
			layouts.Fixed(c.body),
			layouts.Sized(layouts.Row(12, layouts.Sized(back, 130), layouts.Grow(c.close)), 80),
		)),
	))
	return c
}

// Content is the page as an object.
func (c *Closing) Content() fyne.CanvasObject { return c.content }

// Draw shows the shift's sums; an open receipt forbids closing.
func (c *Closing) Draw(s sale.Snapshot) {
	c.totals.set(texts.ShiftNumber(s.Shift), s.Shift.Totals)
	blocked := s.Receipt != nil && s.Receipt.Positions() > 0
	c.close.SetDead(blocked || c.close.Dead() && s.Step == sale.StepPrinting)
	c.body.Set(texts.ShiftCloseBody)
	if blocked {
		c.body.Set(texts.ShiftCloseBlocked)
	}
	layouts.Show(c.warning, len(s.Suspended) != 0)
	if len(s.Suspended) > 0 {
		c.warning.Set(texts.SuspendedWarning(s.Suspended))
	}
	layouts.Arrange(c.content)
}

// Press closes the shift by Enter and goes back by Esc.
func (c *Closing) Press(p keys.Press) {
	switch p.Action {
	case keys.Enter:
		c.close.Tapped(nil)
	case keys.Back:
		c.program.Open(screen.Own)
	}
}

func (c *Closing) send() {
	c.close.SetDead(true)
	c.program.Run(func(err error) {
		c.close.SetDead(false)
		if err == nil {
			c.program.Open(screen.Own)
		}
	}, sale.CloseShift{})
}
