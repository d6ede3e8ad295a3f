package more

import (
	"strconv"

	"fyne.io/fyne/v2"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/dialog"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// More is the page.
type More struct {
	program screen.Program

	suspended, slip, cancel, reportX, emergency *widgets.Key
	content                                     *fyne.Container
}

// New makes the page.
func New(p screen.Program) *More {
	m := &More{program: p}
	open := func(page screen.Page) func() { return func() { p.Open(page) } }
	m.suspended = key("suspended", texts.MoreSuspended, open(screen.Suspended))
	m.slip = key("slip", texts.MoreLastSlip, open(screen.Slip))
	m.cancel = key("cancel", texts.MoreCancel, open(screen.Cancel))
	m.reportX = key("report-x", texts.MoreReportX, m.report)
	m.emergency = key("emergency", texts.MoreEmergency, open(screen.Emergency))
	lock := key("lock", texts.MoreLock, func() {
		p.Open(screen.Own)
		p.Run(nil, sale.Logout{})
	})
	back := widgets.NewKey("back", texts.KeyBack, open(screen.Own))
	back.Hint = keys.Cap(keys.Back)
	m.content = layouts.Pad(28, 24, layouts.Column(20,
		layouts.Fixed(widgets.NewText(theme.Title, texts.MoreTitle).Strong()),
		layouts.Fixed(layouts.Grid(3, 16,
			m.suspended, m.slip, m.reportX,
			key("cash-in", texts.MoreCashIn, open(screen.CashIn)),
			key("cash-out", texts.MoreCashOut, open(screen.CashOut)),
			key("shift-close", texts.ShiftCloseKey, open(screen.Closing)),
			key("quarantine", texts.MoreQuarantine, open(screen.Quarantine)),
			key("checks", texts.MoreChecks, open(screen.Checks)),
			m.emergency,
			m.cancel, lock,
		)),
		layouts.Space(),
		layouts.Sized(layouts.Row(0, layouts.Sized(back, 180), layouts.Space()), 72),
	))
	return m
}

func key(name, caption string, tap func()) *widgets.Key {
	k := widgets.NewKey(name, caption, tap)
	k.Style, k.Height, k.Role = widgets.Plain, 88, theme.LineName
	return k
}

// Content is the page as an object.
func (m *More) Content() fyne.CanvasObject { return m.content }

// Draw switches off what cannot be done now.
func (m *More) Draw(s sale.Snapshot) {
	hint := ""
	if n := len(s.Suspended); n > 0 {
		hint = strconv.Itoa(n)
	}
	m.suspended.Label(texts.MoreSuspended, hint)
	m.suspended.SetDead(len(s.Suspended) == 0)
	on := ""
	if s.Emergency.Phase == marking.EmergencyOn {
		on = texts.MoreEmergencyOn
	}
	m.emergency.Label(texts.MoreEmergency, on)
	m.slip.SetDead(s.Last == nil || len(s.Last.Slip) == 0)
	m.cancel.SetDead(s.Receipt == nil || s.Receipt.Positions() == 0)
}

// Press goes back by Esc.
func (m *More) Press(p keys.Press) {
	if p.Action == keys.Back {
		m.program.Open(screen.Own)
	}
}

// report prints the X report and shows it.
func (m *More) report() {
	m.reportX.SetDead(true)
	m.program.Run(func(err error) {
		m.reportX.SetDead(false)
		if err == nil {
			m.program.Open(screen.Slip)
		}
	}, sale.ReportX{})
}

// Cancel asks before a receipt is cancelled (till-ux SL-6).
type Cancel struct {
	program screen.Program

	face    *dialog.Face
	yes     *widgets.Key
	content *fyne.Container
}

// NewCancel makes the question.
func NewCancel(p screen.Program) *Cancel {
	c := &Cancel{program: p, face: dialog.NewFace()}
	back := widgets.NewKey("back", texts.KeyBack, func() { p.Open(screen.Own) })
	back.Style, back.Role, back.Height, back.Width = widgets.Loud, theme.LineSum, 76, 260
	c.yes = widgets.NewKey("cancel-yes", texts.CancelKey, c.cancel)
	c.content = dialog.Over(layouts.Column(22,
		layouts.Fixed(c.face.Content()),
		layouts.Fixed(layouts.Row(12, layouts.Grow(back), layouts.Sized(c.yes, 240))),
	))
	return c
}

// Content is the question as an object.
func (c *Cancel) Content() fyne.CanvasObject { return c.content }

// Draw says what would be lost.
func (c *Cancel) Draw(s sale.Snapshot) {
	r := s.Receipt
	if r == nil {
		r = &till.Receipt{}
	}
	c.face.Set(texts.Message{Tone: texts.Attention, Headline: texts.CancelTitle, Body: texts.CancelBody(r)}, "")
	layouts.Arrange(c.content)
}

// Press goes back by Esc and by Enter: cancelling takes a tap of its own.
func (c *Cancel) Press(p keys.Press) {
	if p.Action == keys.Back || p.Action == keys.Enter {
		c.program.Open(screen.Own)
	}
}

func (c *Cancel) cancel() {
	c.yes.SetDead(true)
	c.program.Run(func(error) {
		c.yes.SetDead(false)
		c.program.Open(screen.Own)
	}, sale.Cancel{Reason: "cashier"})
}
