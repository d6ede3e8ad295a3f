package ui

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"kassa/app/journal"
	"kassa/app/sale"
	"kassa/app/scan"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/cash"
	"kassa/app/ui/screen/checks"
	"kassa/app/ui/screen/emergency"
	"kassa/app/ui/screen/frame"
	"kassa/app/ui/screen/login"
	"kassa/app/ui/screen/more"
	"kassa/app/ui/screen/payment"
	"kassa/app/ui/screen/quarantine"
	salescreen "kassa/app/ui/screen/sale"
	"kassa/app/ui/screen/shift"
	"kassa/app/ui/screen/slip"
	"kassa/app/ui/screen/stop"
	"kassa/app/ui/screen/suspended"
	"kassa/app/ui/screen/wait"
	"kassa/app/ui/widgets"
)

// Till is what the window needs of a till.
type Till interface {
	// Do gives a command and waits for its effect; a refusal is a *till.Error, and is also told by the next snapshot.
	Do(ctx context.Context, c sale.Command) error
	// Subscribe gives the newest snapshots, the first at once; the function ends it.
	Subscribe() (<-chan sale.Snapshot, func())
	// Search finds goods: the first limit items and how many there are.
	Search(ctx context.Context, query string, limit int) (items []till.Item, total int, err error)
	// Tiles are the quick goods in their order.
	Tiles(ctx context.Context) ([]till.Item, error)
	// Suspects finds units on the list «Карантин» by a part of the name or of the code's digits, the newest first:
	// the first limit of them and how many there are. ResolveSuspect takes one off the list.
	Suspects(ctx context.Context, query string, limit int) (units []journal.Suspect, total int, err error)
	ResolveSuspect(ctx context.Context, ki string, origin journal.SuspectOrigin) error
	// Checks reads the book of checks, the newest first.
	Checks(ctx context.Context, q journal.EvidenceQuery) ([]journal.Evidence, error)
}

// Options of a window. Till and Now are required.
type Options struct {
	Till Till
	Now  func() time.Time
	Log  *slog.Logger
	// Scanner holds the limits by which a scanner is told from typing; zero for the defaults.
	Scanner scan.Settings
	// Post runs a function on the UI goroutine; nil is Fyne's.
	Post func(func())
	// After calls a function once after a time, from any goroutine; nil is the system's timer.
	After func(d time.Duration, f func())
	// Drawn is called on the UI goroutine after a snapshot has been drawn; it may be nil.
	Drawn func(sale.Snapshot)
}

// How long a line of news stays (till-ux ST-5), and how often what changes by time alone is redrawn.
const (
	goodStays      = 2 * time.Second
	attentionStays = 5 * time.Second
	tickEvery      = 50 * time.Millisecond
	ticksPerSecond = 20
)

// UI is the window's content and its way to the till. All methods but Serve belong to the UI goroutine.
type UI struct {
	options Options
	log     *slog.Logger
	wedge   *scan.Wedge
	lanes   [2]chan job
	lookups chan lookup
	reload  chan struct{}
	looked  uint64      // number of the newest lookup
	pending int         // commands and lookups without a result
	moving  atomic.Bool // something on the screen changes by time alone

	drawn  sale.Snapshot
	begun  bool // a snapshot has been drawn
	notice uint64
	page   screen.Page
	base   screen.Screen // shown now, under the dialogs
	told   *told

	starting *wait.Starting
	login    *login.Login
	shift    *shift.Shift
	sale     *salescreen.Sale
	payment  *payment.Payment
	pages    map[screen.Page]screen.Screen
	cashIn   *cash.Cash
	cashOut  *cash.Cash
	cancel   *more.Cancel

	quarantine *quarantine.Quarantine
	book       *checks.Checks
	emergency  *emergency.Emergency

	stop      *stop.Stop
	wait      *wait.Wait
	frame     *frame.Frame
	stage     *fyne.Container
	stopLayer *fyne.Container
	ask       *fyne.Container
}

// New makes the window's content. Nothing is shown before Serve has brought the first snapshot.
func New(o Options) *UI {
	if o.Post == nil {
		o.Post = post
	}
	if o.After == nil {
		o.After = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	u := &UI{
		options: o, log: o.Log.With("component", "ui"), wedge: scan.NewWedge(o.Scanner),
		lanes:   [2]chan job{make(chan job, laneSize), make(chan job, laneSize)},
		lookups: make(chan lookup, 1), reload: make(chan struct{}, 1),
	}
	p := screen.Program{
		Run: u.run, Say: u.say, Tell: u.tell, Open: u.open, Search: u.search,
		Suspects: u.suspects, Checks: u.checks, Resolve: u.resolve, Now: o.Now,
	}
	u.starting, u.login, u.shift = wait.NewStarting(), login.New(p), shift.New(p)
	u.sale, u.payment = salescreen.New(p), payment.New(p)
	u.cashIn, u.cashOut, u.cancel = cash.New(p, till.CashIn), cash.New(p, till.CashOut), more.NewCancel(p)
	u.quarantine, u.book, u.emergency = quarantine.New(p), checks.New(p), emergency.New(p)
	u.pages = map[screen.Page]screen.Screen{
		screen.Payment: u.payment, screen.PayCard: u.payment, screen.More: more.New(p), screen.Suspended: suspended.New(p),
		screen.CashIn: u.cashIn, screen.CashOut: u.cashOut, screen.Closing: shift.NewClosing(p), screen.Slip: slip.New(p),
		screen.Quarantine: u.quarantine, screen.Checks: u.book, screen.Emergency: u.emergency,
	}
	u.stop, u.wait, u.told = stop.New(p, u.openSearch), wait.New(p), newTold(u.closeTold)
	u.stage = layouts.Stack(u.starting.Content())
	u.base = u.starting
	u.stopLayer = layouts.Stack(u.stop.Content())
	u.ask = layouts.Stack(u.cancel.Content())
	u.stopLayer.Hide()
	u.ask.Hide()
	u.frame = frame.New(p, u.stage, layouts.Stack(u.ask, u.wait.Content(), u.stopLayer, u.told.content))
	return u
}

// Content is everything on the glass.
func (u *UI) Content() fyne.CanvasObject { return u.frame.Content() }

// Targets lists what can be pressed now, by name and place in Fyne units from the upper left corner.
func (u *UI) Targets() []widgets.Found { return widgets.Targets(u.frame.Content()) }

// Away tells the cashier that the window has lost the keyboard: a scanner that is a keyboard would type elsewhere.
func (u *UI) Away() { u.say(texts.Attention, texts.WindowAway) }

// Idle tells that a snapshot has been drawn and that every command and every lookup has its result.
func (u *UI) Idle() bool { return u.begun && u.pending == 0 }

// Said is the line of news that is shown now, empty when there is none.
func (u *UI) Said() string { return u.frame.Said() }

// draw shows a snapshot.
func (u *UI) draw(s sale.Snapshot) {
	before := u.drawn
	u.drawn = s
	if !u.begun || s.Step == sale.StepSale && s.Receipt == nil && (before.Step != sale.StepSale || before.Receipt != nil) {
		u.reloadTiles() // prices may have changed; the next receipt shall show them
	}
	u.begun = true
	u.frame.Draw(s)
	if s.Notice.Seq > u.notice {
		u.notice = s.Notice.Seq
		u.news(s)
	}
	u.guardPayment(before, s)
	u.settlePage(s)
	u.show()
	u.base.Draw(s)
	if s.Stop != nil {
		u.stop.Draw(s)
	}
	layouts.Show(u.stopLayer, s.Stop != nil)
	u.wait.Draw(s)
	u.moves()
	if u.options.Drawn != nil {
		u.options.Drawn(s)
	}
}

// news shows the notice of a snapshot. The login screen tells its refusals itself.
func (u *UI) news(s sale.Snapshot) {
	if s.Step == sale.StepLogin && s.Notice.Code == sale.NoticeRefused && len(s.Notice.Args) > 0 &&
		(s.Notice.Args[0] == string(till.LoginWrong) || s.Notice.Args[0] == string(till.LoginPaused)) {
		return
	}
	tone, words := texts.Notice(s.Notice)
	u.say(tone, words)
}

// guardPayment leaves the payment when a scanner that is no keyboard has changed the receipt meanwhile: the
// customer, or the bank's terminal, was told another sum.
func (u *UI) guardPayment(before, s sale.Snapshot) {
	paying := u.page == screen.Payment || u.page == screen.PayCard
	if !paying || s.Step != sale.StepSale || before.Receipt == nil || s.Receipt == nil || u.payment.Busy() {
		return
	}
	if before.Receipt.Total() != s.Receipt.Total() {
		u.page = screen.Own
		u.say(texts.Attention, texts.PayChanged)
	}
}

// settlePage closes a page that the till's step has left behind.
func (u *UI) settlePage(s sale.Snapshot) {
	lines := s.Receipt != nil && s.Receipt.Positions() > 0
	switch s.Step {
	case sale.StepPrinting, sale.StepUnknown:
		return // whatever is open stays until the document is there
	case sale.StepPayment:
		if u.page != screen.Cancel && u.page != screen.PayCard {
			u.page = screen.Payment
		}
		return
	case sale.StepSale:
	default:
		u.page = screen.Own
	}
	if !lines && (u.page == screen.Payment || u.page == screen.PayCard || u.page == screen.Cancel) {
		u.page = screen.Own
	}
}

// show puts the screen of step and page on the stage.
func (u *UI) show() {
	next := u.base
	switch u.drawn.Step {
	case sale.StepLogin:
		next = u.login
	case sale.StepShift:
		next = u.shift
	case sale.StepSale, sale.StepPayment:
		next = u.ofPage()
	case sale.StepPrinting, sale.StepUnknown:
		// A document's screen stays; after a start there is none yet.
		if u.base == u.starting {
			next = u.sale
		}
	}
	layouts.Show(u.ask, u.page == screen.Cancel && u.drawn.Step != sale.StepLogin)
	if u.ask.Visible() {
		u.cancel.Draw(u.drawn)
	}
	if next == u.base {
		return
	}
	u.base = next
	u.stage.Objects = []fyne.CanvasObject{next.Content()}
	layouts.Arrange(u.stage)
	u.stage.Refresh()
}

func (u *UI) ofPage() screen.Screen {
	if u.page == screen.Cancel {
		if u.drawn.Step == sale.StepPayment {
			return u.payment
		}
		return u.sale
	}
	if s, ok := u.pages[u.page]; ok {
		return s
	}
	return u.sale
}

// open goes to a page.
func (u *UI) open(p screen.Page) {
	switch p {
	case screen.Payment, screen.PayCard:
		u.payment.Draw(u.drawn)
		u.payment.Enter(p == screen.PayCard)
	case screen.CashIn:
		u.cashIn.Enter()
	case screen.CashOut:
		u.cashOut.Enter()
	case screen.Quarantine:
		u.quarantine.Enter()
	case screen.Checks:
		u.book.Enter()
	case screen.Emergency:
		u.emergency.Enter()
	}
	u.page = p
	u.settlePage(u.drawn)
	u.show()
	u.base.Draw(u.drawn)
	u.moves()
}

// openSearch is the sale screen with its search open, after an unknown code.
func (u *UI) openSearch() {
	u.open(screen.Own)
	u.sale.OpenSearch()
}

func (u *UI) say(tone texts.Tone, words string) {
	stays := attentionStays
	if tone == texts.OK {
		stays = goodStays
	}
	u.frame.Say(tone, words, u.options.Now().Add(stays))
	u.moves()
}

// tell shows a message until it is closed.
func (u *UI) tell(m texts.Message) { u.told.show(m) }

func (u *UI) closeTold() { u.told.hide() }

// moves notes whether something on the screen changes by time alone.
func (u *UI) moves() {
	u.moving.Store(u.frame.Said() != "" || u.wait.Waiting() || u.login.Waiting() || u.sale.Waiting())
}

// Tick redraws what changes by time alone; Serve calls it.
func (u *UI) Tick() {
	u.frame.Tick()
	u.wait.Tick()
	u.login.Tick()
	u.sale.Tick()
	u.moves()
}
