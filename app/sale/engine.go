package sale

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/till"
)

// Settings of an engine. New fills what is zero with the defaults named here.
type Settings struct {
	Now   func() time.Time // wall clock of the till; required
	NewID func() string    // UUIDv7; required
	Log   *slog.Logger

	TillName     string
	Organisation string
	INN          string // of the organisation: the printer's and the module's must be the same
	TaxSystem    fiscal.TaxSystem
	TimeZone     int // tag 1011, 0 = not given
	Emulated     bool

	Policy    marking.Policy
	OfflineOn bool          // the offline check is switched on in the settings
	Budget    time.Duration // of one scan; default 1.5 s, the law's number

	// Poll is how often an idle till asks printer and module for their state; default 10 s.
	Poll time.Duration
	// EmergencyProbe is how often the centre is asked whether an emergency is over; default 5 min.
	EmergencyProbe time.Duration
	// Parser reads scans; it holds the shop's labels with weights and prices.
	Parser marking.Parser
	// SettleEvery is how often an unknown document is asked for again; default 3 s.
	SettleEvery time.Duration

	// Slip makes the text of a document for the screen; nil: no text.
	Slip func(*till.Receipt, fiscal.Document, fiscal.Registered) []string
}

const (
	defaultBudget      = 1500 * time.Millisecond
	defaultPoll        = 10 * time.Second
	defaultSettleEvery = 3 * time.Second
	// printerPatience bounds one document: the longest time-out of the maker (120 s for E0h) and room for settling.
	printerPatience = 4 * time.Minute
	statusPatience  = 5 * time.Second
	modulePatience  = 3 * time.Second
	inboxSize       = 64
)

// Engine is the till. See the package comment.
type Engine struct {
	set   Settings
	ports Ports
	log   *slog.Logger
	judge *Judge

	inbox   chan func() // inboxSize; a full one makes the sender wait
	work    sync.WaitGroup
	stopped chan struct{} // closed when Serve has ended: nobody reads the inbox any more

	subsMu sync.Mutex // guards: subs, latest
	subs   map[chan Snapshot]bool
	latest Snapshot

	// Everything below belongs to the goroutine of Serve.
	ctx            context.Context
	seq            uint64
	step           Step // StepStarting until the recovery is done, then derived (see currentStep)
	people         []till.Person
	cashier        *till.Person
	loginWait      time.Time
	state          journal.State
	receipt        *till.Receipt // immutable: replaced, never changed
	selected       int
	stop           *Stop
	later          []*Stop // wait until the one that is shown is closed
	notice         Notice
	shift          till.Shift
	expired        bool // the printer says the shift is over 24 h
	pending        *journal.Pending
	sending        bool        // the printer is busy with us: a document, or what comes before it
	unknown        bool        // the pending document's fate is not known
	doing          fiscal.Kind // what sending is about, zero when no document
	since          time.Time
	talks          int // how many times sending began: a state read before is old news
	last           *LastDocument
	suspended      []SuspendedView
	held           map[string]string // identity of a code -> suspended receipt that holds it
	lights         Lights
	recovered      *Recovered
	checks         map[checkKey]bool // running
	unheard        []func()          // late answers that the disk did not take
	heard203       time.Time         // when the newest 203 of this run came
	alarms         int               // how many 203 came in this run: a probe sent before one says nothing against it
	polls          int
	telling        bool
	incompletes    int                    // codes in a row that were read in part
	probedAt       time.Time              // when the centre was last asked how it is
	emergencyPhase marking.EmergencyPhase // that the people have been told of
	mended         bool                   // the cashier has been told that the scanner types in the wrong layout
	dirty          bool                   // something has changed since the newest snapshot
}

// New makes an engine; nothing happens until Serve.
func New(set Settings, ports Ports) *Engine {
	if set.Budget == 0 {
		set.Budget = defaultBudget
	}
	if set.Poll == 0 {
		set.Poll = defaultPoll
	}
	if set.SettleEvery == 0 {
		set.SettleEvery = defaultSettleEvery
	}
	if set.EmergencyProbe == 0 {
		set.EmergencyProbe = defaultEmergencyProbe
	}
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{
		set: set, ports: ports, log: set.Log,
		inbox:   make(chan func(), inboxSize),
		stopped: make(chan struct{}),
		subs:    map[chan Snapshot]bool{},
		step:    StepStarting,
		checks:  map[checkKey]bool{},
	}
	e.judge = NewJudge(ports.Module, JudgeSettings{
		Now: set.Now, Budget: set.Budget, Policy: set.Policy, OfflineOn: set.OfflineOn,
	}, ports.Online...)
	e.lights = e.firstLights()
	e.latest = e.snapshot()
	return e
}

// ErrStopped is reported by Do when the engine has ended, or ends before the command's effect is known.
var ErrStopped = errors.New("the till has stopped")

// Serve runs the till until ctx ends; it is called once. It first finds out what the last run left unfinished.
func (e *Engine) Serve(ctx context.Context) error {
	defer close(e.stopped)
	defer e.judge.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer e.work.Wait()
	defer cancel()
	e.ctx = ctx
	if err := e.load(ctx); err != nil {
		return fmt.Errorf("load the journal: %w", err)
	}
	e.publish()
	e.recover() // its end asks the printer how it is
	e.watchSources()
	poll := time.NewTicker(e.set.Poll)
	defer poll.Stop()
	settle := time.NewTicker(e.set.SettleEvery)
	defer settle.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case f := <-e.inbox:
			if ctx.Err() != nil { // nothing could be written any more
				return ctx.Err()
			}
			f()
		case <-poll.C:
			e.watchEmergency()
			e.watch()
			e.tellModule()
		case <-settle.C:
			if e.unknown && !e.sending {
				e.settle(e.settledByItself)
			}
		}
		if e.dirty {
			e.publish()
		}
	}
}

// Do gives the engine a command and waits for its effect. When ctx ends first the command goes on.
// The engine must be served, now or soon.
func (e *Engine) Do(ctx context.Context, c Command) error {
	reply := make(chan error, 1)
	select {
	case e.inbox <- func() { e.handle(c, func(err error) { reply <- err }) }:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.stopped:
		return ErrStopped
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-e.stopped:
		select {
		case err := <-reply: // it was the last command
			return err
		default:
			return ErrStopped
		}
	}
}

// Subscribe gives the newest snapshots; a slow reader misses older ones, never the newest. The
// first is there at once. Call the function to end it.
func (e *Engine) Subscribe() (<-chan Snapshot, func()) {
	ch := make(chan Snapshot, 1)
	e.subsMu.Lock()
	e.subs[ch] = true
	ch <- e.latest
	e.subsMu.Unlock()
	return ch, func() {
		e.subsMu.Lock()
		delete(e.subs, ch)
		e.subsMu.Unlock()
	}
}

// Wait returns the first snapshot that fits.
func (e *Engine) Wait(ctx context.Context, fits func(Snapshot) bool) (Snapshot, error) {
	ch, stop := e.Subscribe()
	defer stop()
	for {
		select {
		case s := <-ch:
			if fits(s) {
				return s, nil
			}
		case <-ctx.Done():
			return Snapshot{}, ctx.Err()
		}
	}
}

// Latest is the newest snapshot.
func (e *Engine) Latest() Snapshot {
	e.subsMu.Lock()
	defer e.subsMu.Unlock()
	return e.latest
}

func (e *Engine) publish() {
	e.dirty = false
	s := e.snapshot()
	e.subsMu.Lock()
	defer e.subsMu.Unlock()
	e.latest = s
	for ch := range e.subs {
		select {
		case <-ch: // the reader has not taken the older one
		default:
		}
		ch <- s
	}
}

// spawn runs slow work beside the loop; what it returns runs on the loop.
func (e *Engine) spawn(work func(ctx context.Context) func()) {
	e.work.Add(1)
	go func() {
		defer e.work.Done()
		after := work(e.ctx)
		select {
		case e.inbox <- after:
		case <-e.ctx.Done():
		}
	}()
}

// commit writes a change. The engine's own state may be replaced only after it returned nil.
func (e *Engine) commit(c journal.Change) error {
	c.Entry.At = e.set.Now()
	if e.cashier != nil {
		c.Entry.Person = *e.cashier
	}
	if err := e.ports.Journal.Commit(e.ctx, c); err != nil {
		e.log.Error("journal", "entry", c.Entry.Kind, "error", err)
		return &till.Error{Code: till.DiskFailed, Err: err}
	}
	e.dirty = true
	return nil
}

func (e *Engine) say(good bool, code NoticeCode, args ...string) {
	e.notice = Notice{Seq: e.notice.Seq + 1, Good: good, Code: code, Args: args}
	e.dirty = true
}

func (e *Engine) load(ctx context.Context) error {
	saved, err := e.ports.Journal.Load(ctx)
	if err != nil {
		return err
	}
	e.state, e.receipt, e.pending, e.shift = saved.State, saved.Receipt, saved.Pending, saved.Shift
	e.lights.Queue = saved.Untold
	if e.state.NextNumber == 0 {
		e.state.NextNumber = 1
	}
	if e.people, err = e.ports.Staff.People(ctx); err != nil {
		return err
	}
	receipts, err := e.ports.Journal.Suspended(ctx)
	if err != nil {
		return err
	}
	e.judge.SetEmergency(e.state.Emergency)
	e.emergencyPhase, e.heard203 = e.phase(), e.set.Now()
	e.held = map[string]string{}
	for _, r := range receipts {
		e.hold(r)
	}
	return nil
}

// Reason gives err as an error for people: device errors by their problem, others as they are.
func Reason(err error) error {
	if err == nil {
		return nil
	}
	var known *till.Error
	if errors.As(err, &known) {
		return err
	}
	return &till.Error{Code: codeOfProblem(err), Err: err}
}

// notAsked is Reason for a question that changes nothing in the printer: when the answer is missing the
// printer is silent, and nothing is unclear.
func notAsked(err error) error {
	var known *till.Error
	if fiscal.OutcomeOf(err) == fiscal.Unknown && !errors.As(err, &known) {
		problem := fiscal.ProblemOf(err)
		if problem == 0 {
			problem = fiscal.ProblemSilent
		}
		err = &fiscal.Error{Op: "ask the printer", Outcome: fiscal.NotDone, Problem: problem, Err: err}
	}
	return Reason(err)
}

// codeOfProblem is the one table from a printer's problem to what the cashier is told.
func codeOfProblem(err error) till.Code {
	if fiscal.OutcomeOf(err) == fiscal.Unknown {
		return till.PrinterUnclear
	}
	switch fiscal.ProblemOf(err) {
	case fiscal.ProblemSilent:
		return till.PrinterSilent
	case fiscal.ProblemPaper:
		return till.PrinterPaper
	case fiscal.ProblemCover:
		return till.PrinterCover
	case fiscal.ProblemBusy:
		return till.PrinterBusy
	case fiscal.ProblemShiftExpired:
		return till.ShiftExpired
	case fiscal.ProblemShiftClosed:
		return till.ShiftClosed
	case fiscal.ProblemShiftOpen:
		return till.ShiftOpen
	case fiscal.ProblemDrawerShort:
		return till.DrawerShort
	case fiscal.ProblemMark:
		return till.MarkIncomplete
	case fiscal.ProblemOFD:
		return till.OFDOverdue
	case fiscal.ProblemOtherDrive, fiscal.ProblemForeign:
		return till.PrinterForeign
	case fiscal.ProblemDrive, fiscal.ProblemClock, fiscal.ProblemService, fiscal.ProblemPassword:
		return till.PrinterService
	}
	return till.PrinterRefused
}
