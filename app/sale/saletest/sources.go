package saletest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"kassa/app/marking"
	"kassa/app/sale"
)

// Never is a delay that only the end of the caller's patience ends.
const Never time.Duration = -1

// wait lets d pass; false when ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return ctx.Err() == nil
	}
	if d == Never {
		<-ctx.Done()
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Online is the centre: it answers every code alike. It fits sale.Online and sale.Prober.
type Online struct {
	mu     sync.Mutex // guards: all below
	after  time.Duration
	answer func(marking.Query) marking.OnlineAnswer
	state  sale.OnlineState
	asked  int
}

// NewOnline makes a centre that allows everything at once.
func NewOnline() *Online {
	return &Online{answer: func(marking.Query) marking.OnlineAnswer { return OnlineYes() }}
}

// Set changes when and what it answers.
func (o *Online) Set(after time.Duration, answer marking.OnlineAnswer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.after, o.answer = after, func(marking.Query) marking.OnlineAnswer { return answer }
}

// SetFunc answers each code by a function, which may wait for the test.
func (o *Online) SetFunc(answer func(marking.Query) marking.OnlineAnswer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.after, o.answer = 0, answer
}

// SetProbe changes the answer to a probe.
func (o *Online) SetProbe(s sale.OnlineState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.state = s
}

// Asked is how many codes it was asked about.
func (o *Online) Asked() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asked
}

// Check answers after the delay; a caller that does not wait so long gets a time-out.
func (o *Online) Check(ctx context.Context, q marking.Query) marking.OnlineAnswer {
	o.mu.Lock()
	o.asked++
	after, answer := o.after, o.answer
	o.mu.Unlock()
	if !wait(ctx, after) {
		return marking.OnlineAnswer{Fault: marking.FaultTimeout}
	}
	return answer(q)
}

// Probe says how it is.
func (o *Online) Probe(context.Context) sale.OnlineState {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state
}

func yes() *bool { v := true; return &v }
func no() *bool  { v := false; return &v }

// OnlineYes is the answer for a unit that may be sold.
func OnlineYes() marking.OnlineAnswer {
	return marking.OnlineAnswer{
		ReqID: "9b7e0c52-0000-4000-8000-000000000001", ReqTimestamp: 1795300002000,
		Found: yes(), Valid: yes(), Verified: yes(), Realizable: yes(), Utilised: yes(),
		Blocked: no(), Owner: yes(), Tracking: no(), Sold: no(), GreyZone: no(),
	}
}

// OnlineSold is the answer for a unit that was sold already.
func OnlineSold() marking.OnlineAnswer {
	a := OnlineYes()
	a.Sold, a.Realizable = yes(), no()
	return a
}

// OnlineFault is no answer.
func OnlineFault(f marking.Fault) marking.OnlineAnswer { return marking.OnlineAnswer{Fault: f} }

// ErrAway is what a module that is away answers when it is told something.
var ErrAway = errors.New("the module is away")

// Told is one thing that the module was told.
type Told struct {
	KI       string
	Returned bool
}

// Module is the local module: it remembers what it was told. It fits sale.Module.
type Module struct {
	mu    sync.Mutex // guards: all below
	after time.Duration
	fault marking.Fault
	state sale.ModuleState
	sold  map[string]bool
	told  []Told
}

// NewModule makes a module of the organisation [INN] that is ready and knows nothing against any code.
func NewModule() *Module {
	return &Module{sold: map[string]bool{}, state: sale.ModuleState{INN: INN}}
}

// Set changes when it answers, and with which fault; FaultNone: it is there.
func (m *Module) Set(after time.Duration, fault marking.Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.after, m.fault, m.state.Fault = after, fault, fault
}

// SetState changes what it says of itself.
func (m *Module) SetState(s sale.ModuleState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = s
}

// Told is everything it was told, in order.
func (m *Module) Told() []Told {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.told)
}

// Check answers after the delay.
func (m *Module) Check(ctx context.Context, q marking.Query) marking.ModuleAnswer {
	m.mu.Lock()
	after, fault, sold := m.after, m.fault, m.sold[q.Code.KI()]
	m.mu.Unlock()
	if !wait(ctx, after) {
		return marking.ModuleAnswer{Fault: marking.FaultTimeout}
	}
	if fault != marking.FaultNone {
		return marking.ModuleAnswer{Fault: fault}
	}
	return marking.ModuleAnswer{
		ReqID: "5c1e0000-0000-4000-8000-000000000002", ReqTimestamp: 1795300002100,
		Inst: "0f1e2d3c-4b5a-4678-9abc-def012345678", Version: "a1b2c3d4-0000-4111-8222-333344445555", Sold: sold,
	}
}

// Sold notes units that were sold; it is idempotent.
func (m *Module) Sold(_ context.Context, ki []string) error { return m.note(ki, false) }

// Returned notes units that came back.
func (m *Module) Returned(_ context.Context, ki []string) error { return m.note(ki, true) }

func (m *Module) note(ki []string, returned bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault != marking.FaultNone {
		return ErrAway
	}
	for _, k := range ki {
		m.sold[k] = !returned
		m.told = append(m.told, Told{k, returned})
	}
	return nil
}

// State is its own word about itself.
func (m *Module) State(context.Context) sale.ModuleState {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state
}
