package login

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

const (
	columns    = 2
	peopleRows = 4 // fit into the lowest screen
	cardWidth  = 372
)

// Login is the screen.
type Login struct {
	program screen.Program
	people  []till.Person
	chosen  string // id
	pin     typed.PIN
	page    int
	sending bool
	held    bool // the countdown after wrong PINs is shown
	drawn   sale.Snapshot

	tiles   map[string]*widgets.Person
	grid    *fyne.Container
	pages   *fyne.Container
	pageOf  *widgets.Text
	nobody  *widgets.Text
	name    *widgets.Text
	dots    *widgets.Dots
	message *widgets.Text
	enter   *widgets.Key
	content *fyne.Container
}

// New makes the screen.
func New(p screen.Program) *Login {
	l := &Login{
		program: p,
		tiles:   map[string]*widgets.Person{},
		grid:    layouts.Grid(columns, 12),
		pageOf:  widgets.NewText(theme.Body, "").To(fyne.TextAlignCenter),
		nobody:  widgets.NewText(theme.Body, texts.LoginNobody).In(theme.Muted).Paragraph(520, 3),
		name:    widgets.NewText(theme.LineSum, "").Strong().To(fyne.TextAlignCenter),
		dots:    widgets.NewDots(typed.LeastPIN, typed.MostPIN),
		message: widgets.NewText(theme.Body, "").In(theme.Stop).To(fyne.TextAlignCenter).Cut(),
	}
	l.message.Lines = 2
	l.name.Shrink = true
	l.enter = widgets.NewKey("login", texts.LoginEnter, l.send)
	l.enter.Style = widgets.Loud
	pad := widgets.NewPad(widgets.EraseEnter, l.enter)
	pad.OnDigit = l.digit
	pad.OnErase = l.erase
	l.pages = layouts.Row(12,
		layouts.Fixed(widgets.NewIconKey("page-up", "up", func() { l.turn(-1) })),
		layouts.Sized(l.pageOf, 100),
		layouts.Fixed(widgets.NewIconKey("page-down", "down", func() { l.turn(1) })),
		layouts.Space(),
	)
	left := layouts.Column(20,
		layouts.Fixed(widgets.NewText(theme.Title, texts.LoginTitle).Strong()),
		layouts.Fixed(l.nobody),
		layouts.Fixed(l.grid),
		layouts.Fixed(l.pages),
		layouts.Space(),
	)
	right := layouts.Stack(
		widgets.NewBox(theme.Surface, 14).Edged(theme.Hairline, 1),
		layouts.Pad(24, 24, layouts.Column(16,
			layouts.Fixed(l.name),
			layouts.Fixed(l.dots),
			layouts.Sized(l.message, 60),
			layouts.Grow(pad.Container),
		)),
	)
	l.content = layouts.Pad(28, 28, layouts.Row(28, layouts.Grow(left), layouts.Sized(right, cardWidth)))
	return l
}

// Content is the screen as an object.
func (l *Login) Content() fyne.CanvasObject { return l.content }

// Draw shows who may log in. A person alone is chosen already.
func (l *Login) Draw(s sale.Snapshot) {
	l.drawn = s
	if !same(l.people, s.People) {
		l.people, l.page = s.People, 0
		l.tiles = map[string]*widgets.Person{}
		for _, p := range s.People {
			l.tiles[p.ID] = widgets.NewPerson(p.Name, func() { l.choose(p.ID) })
		}
		if l.tiles[l.chosen] == nil {
			l.chosen = ""
		}
		if len(s.People) == 1 {
			l.chosen = s.People[0].ID
		}
	}
	l.draw()
}

func same(a, b []till.Person) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (l *Login) draw() {
	const perPage = columns * peopleRows
	count := (len(l.people) + perPage - 1) / perPage
	l.page = max(0, min(l.page, count-1))
	layouts.Show(l.pages, count >= 2)
	l.pageOf.Set(texts.PageOf(l.page+1, count))
	shown := l.people[min(len(l.people), l.page*perPage):min(len(l.people), (l.page+1)*perPage)]
	objects := make([]fyne.CanvasObject, 0, len(shown))
	name := texts.LoginChoose
	for _, p := range l.people {
		l.tiles[p.ID].SetChosen(p.ID == l.chosen)
		if p.ID == l.chosen {
			name = p.Name
		}
	}
	for _, p := range shown {
		objects = append(objects, l.tiles[p.ID])
	}
	l.grid.Objects = objects
	layouts.Show(l.nobody, len(l.people) <= 0)
	l.name.Set(name)
	l.dots.Set(l.pin.Len())
	wait := l.drawn.LoginWait.Sub(l.program.Now())
	switch {
	case wait > 0:
		l.held = true
		l.message.SetIn(texts.LoginWaiting+texts.WaitSeconds(wait), theme.Stop)
	case l.held:
		l.held = false
		l.message.Set("")
	}
	l.enter.SetDead(l.sending || wait > 0 || l.chosen == "" || l.pin.Len() < typed.LeastPIN)
	layouts.Arrange(l.content)
}

// Tick redraws the countdown after wrong PINs.
func (l *Login) Tick() {
	if l.held {
		l.draw()
	}
}

// Waiting tells that a countdown is shown.
func (l *Login) Waiting() bool { return l.held }

func (l *Login) turn(by int) {
	l.page += by
	l.draw()
}

func (l *Login) choose(id string) {
	l.chosen = id
	l.pin.Take()
	l.message.Set("")
	l.draw()
}

func (l *Login) digit(r rune) {
	if l.chosen == "" {
		l.message.SetIn(texts.LoginChoose, theme.Attention)
		l.draw()
		return
	}
	l.pin.Add(r)
	l.message.Set("")
	l.draw()
}

func (l *Login) erase() {
	l.pin.Erase()
	l.draw()
}

// Press types the PIN by keyboard.
func (l *Login) Press(p keys.Press) {
	switch {
	case p.IsDigit():
		l.digit(p.Rune)
	case p.Action == keys.Erase:
		l.erase()
	case p.Action == keys.Enter:
		if !l.enter.Dead() {
			l.send()
		}
	case p.Action == keys.Back:
		l.pin.Take()
		l.draw()
	case p.Action == keys.Up:
		l.step(-1)
	case p.Action == keys.Down:
		l.step(1)
	}
}

// step chooses the next person, or the first.
func (l *Login) step(by int) {
	if len(l.people) == 0 {
		return
	}
	next := 0
	for i, p := range l.people {
		if p.ID == l.chosen {
			next = (i + by + len(l.people)) % len(l.people)
		}
	}
	l.page = next / (columns * peopleRows)
	l.choose(l.people[next].ID)
}

func (l *Login) send() {
	l.sending = true
	command := sale.Login{Person: l.chosen, PIN: l.pin.Take()}
	l.draw()
	l.program.Run(func(err error) {
		l.sending = false
		if err != nil {
			m := texts.Error(err)
			l.message.SetIn(m.Line(), theme.Stop)
		}
		l.draw()
	}, command)
}
