package emergency

import (
	"fyne.io/fyne/v2"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/dialog"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// Emergency is the page: the form that declares one, or what is known of the one that is in force.
type Emergency struct {
	program screen.Program
	drawn   sale.Snapshot
	again   bool // a new one is being declared in the days after the last
	busy    bool

	form    *form
	state   *dialog.Face
	earlier *widgets.Text
	about   *fyne.Container
	by      *widgets.Text
	declare *widgets.Key
	end     *widgets.Key
	anew    *widgets.Key
	content *fyne.Container
}

// New makes the page.
func New(p screen.Program) *Emergency {
	e := &Emergency{program: p, state: dialog.NewFaceOf(780)}
	e.form = newForm(p.Now, e.draw)
	e.earlier = widgets.NewText(theme.Body, texts.EmergencyEarlier).In(theme.Muted).Cut()
	e.about = layouts.Stack(
		widgets.NewBox(theme.Surface, 12).Edged(theme.Hairline, 1),
		layouts.Pad(24, 24, layouts.Column(16,
			layouts.Fixed(e.state.Content()),
			layouts.Fixed(e.earlier),
		)),
	)
	e.by = widgets.NewText(theme.Body, "").In(theme.Muted).Cut()
	back := widgets.NewKey("back", texts.KeyBack, e.leave)
	back.Hint = keys.Cap(keys.Back)
	main := func(name, caption string, tap func()) *widgets.Key {
		k := widgets.NewKey(name, caption, tap)
		k.Style, k.Role = widgets.Loud, theme.LineSum
		return k
	}
	e.declare = main("emergency-declare", texts.EmergencyDeclare, e.send)
	e.end = main("emergency-end", texts.EmergencyStop, func() { e.run(sale.EndEmergency{}) })
	e.anew = widgets.NewKey("emergency-again", texts.EmergencyAgain, func() {
		e.again = true
		e.draw()
	})
	e.anew.Role = theme.LineSum
	e.content = layouts.Pad(28, 20, layouts.Column(14,
		layouts.Fixed(widgets.NewText(theme.Title, texts.EmergencyTitle).Strong()),
		layouts.Grow(layouts.Stack(e.form.content, layouts.Column(0, layouts.Fixed(e.about), layouts.Space()))),
		layouts.Sized(layouts.Row(16, layouts.Sized(back, 180), layouts.Grow(layouts.Stack(e.by)),
			layouts.Sized(e.declare, 340), layouts.Sized(e.end, 340), layouts.Sized(e.anew, 340)), 76),
	))
	e.draw()
	return e
}

// Content is the page as an object.
func (e *Emergency) Content() fyne.CanvasObject { return e.content }

// Enter begins anew.
func (e *Emergency) Enter() {
	e.again = false
	e.form.clear()
	e.draw()
}

// Draw shows where the till stands.
func (e *Emergency) Draw(s sale.Snapshot) {
	if s.Emergency.Phase != e.drawn.Emergency.Phase {
		e.again = false
	}
	e.drawn = s
	e.draw()
}

func (e *Emergency) draw() {
	phase := e.drawn.Emergency.Phase
	declaring := phase == marking.EmergencyNone || e.again
	if phase != marking.EmergencyNone {
		e.state.Set(texts.EmergencyState(e.drawn.Emergency), "")
	}
	if e.drawn.Cashier != nil {
		e.by.Set(texts.EmergencyBy(e.drawn.Cashier.Name))
	}
	layouts.Show(e.form.content, declaring)
	layouts.Show(e.about, !declaring)
	layouts.Show(e.earlier, phase == marking.EmergencyOn)
	layouts.Show(e.by, declaring)
	layouts.Show(e.declare, declaring)
	layouts.Show(e.end, phase == marking.EmergencyOn)
	layouts.Show(e.anew, phase == marking.EmergencyAfter && !e.again)
	e.form.draw()
	_, _, ready := e.form.chosen()
	e.declare.SetDead(e.busy || !ready)
	e.end.SetDead(e.busy)
	layouts.Arrange(e.content)
}

// Press types the reason or the end, whichever was tapped last, and goes back by Esc. Declaring takes a tap of
// its own.
func (e *Emergency) Press(p keys.Press) {
	switch {
	case p.Action == keys.Back:
		e.leave()
	case e.form.content.Visible() && !e.busy:
		e.form.press(p)
		e.draw()
	}
}

func (e *Emergency) leave() {
	if !e.busy {
		e.program.Open(screen.Own)
	}
}

func (e *Emergency) send() {
	if reason, until, ok := e.form.chosen(); ok {
		e.run(sale.DeclareEmergency{Reason: reason, Until: until})
	}
}

// run sends a command once; a refusal leaves the page as it is, so that a senior can go on from here.
func (e *Emergency) run(c sale.Command) {
	e.busy = true
	e.draw()
	e.program.Run(func(err error) {
		e.busy = false
		if err == nil {
			e.program.Open(screen.Own)
		}
		e.draw()
	}, c)
}
