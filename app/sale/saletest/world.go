package saletest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"kassa/app/fiscal"
	"kassa/app/sale"
	"kassa/app/till"
)

// patience bounds every wait of a test; nothing takes so long unless it hangs.
const patience = 20 * time.Second

// World is everything around an engine. Change its fields before Start.
type World struct {
	Clock   *Clock
	IDs     *IDs
	Printer *Printer
	Device  sale.Printer // what engines get, a wrapper around Printer; nil: Printer itself
	Online  *Online      // nil: not set up
	Second  *Online      // the path that is asked after Online; nil: none
	Module  *Module      // nil: not set up
	Catalog sale.Catalog
	Staff   sale.Staff
	Journal sale.Journal // required
	// Settings of the engines; Now and NewID are the world's.
	Settings sale.Settings
}

// NewWorld makes a shop with the sample goods, one cashier, a centre and a module that allow everything. Its
// engines ask nobody by themselves within the length of a test: Settings.Poll and SettleEvery are long.
func NewWorld() *World {
	w := &World{
		Clock: NewClock(), IDs: &IDs{}, Online: NewOnline(), Module: NewModule(),
		Catalog: Catalog{Goods()}, Staff: Staff{Cashier: PIN},
		Settings: sale.Settings{
			TillName: "Касса 1", Organisation: "ООО «Проба»", INN: INN, TaxSystem: fiscal.TaxGeneral, TimeZone: 2,
			OfflineOn: true, Poll: time.Hour, SettleEvery: time.Hour,
		},
	}
	w.Printer = NewPrinter(w.Clock.Now)
	return w
}

// Ports joins the world for an engine.
func (w *World) Ports() sale.Ports {
	p := sale.Ports{Journal: w.Journal, Printer: w.Printer, Catalog: w.Catalog, Staff: w.Staff}
	if w.Device != nil {
		p.Printer = w.Device
	}
	if w.Online != nil {
		p.Online = append(p.Online, w.Online)
	}
	if w.Second != nil {
		p.Online = append(p.Online, w.Second)
	}
	if w.Module != nil {
		p.Module = w.Module
	}
	return p
}

// Till is a running engine with short words for tests.
type Till struct {
	*sale.Engine
	t     testing.TB
	stop  context.CancelFunc
	ended chan struct{}
}

// Start runs an engine until the test ends or Kill. It returns at once: recovery may still be running.
func (w *World) Start(t testing.TB) *Till {
	t.Helper()
	set := w.Settings
	set.Now, set.NewID = w.Clock.Now, w.IDs.Next
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	x := &Till{Engine: sale.New(set, w.Ports()), t: t, stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(x.ended)
		if err := x.Serve(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the engine ended by itself: %v", err)
		}
	}()
	t.Cleanup(x.Kill)
	return x
}

// Open starts an engine, waits for its recovery, logs the cashier in and opens the shift when it is closed.
func (w *World) Open(t testing.TB) *Till {
	t.Helper()
	x := w.Start(t)
	x.Recovered()
	x.Must(sale.Login{Person: Cashier.Name, PIN: PIN})
	if !x.Latest().Shift.Open {
		x.Must(sale.OpenShift{})
	}
	return x
}

// Drop ends the engine without waiting: what it does now is cut off. For hooks inside the printer's work.
func (x *Till) Drop() { x.stop() }

// Kill ends the engine, whatever it is doing, and waits until nothing of it runs any more.
func (x *Till) Kill() {
	x.stop()
	<-x.ended
}

// Ended waits until a dropped engine has ended.
func (x *Till) Ended() {
	x.t.Helper()
	select {
	case <-x.ended:
	case <-time.After(patience):
		x.t.Fatal("the engine goes on")
	}
}

// Try does a command and gives its error.
func (x *Till) Try(c sale.Command) error {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := x.Do(ctx, c)
	if errors.Is(err, context.DeadlineExceeded) {
		x.t.Fatalf("%T hangs", c)
	}
	return err
}

// Must does commands that have to succeed.
func (x *Till) Must(commands ...sale.Command) {
	x.t.Helper()
	for _, c := range commands {
		if err := x.Try(c); err != nil {
			x.t.Fatalf("%T %+v: %v", c, c, err)
		}
	}
}

// Refused does a command that has to be refused with the code.
func (x *Till) Refused(code till.Code, c sale.Command) {
	x.t.Helper()
	if err := x.Try(c); till.CodeOf(err) != code {
		x.t.Fatalf("%T %+v: got %v, want the refusal %s", c, c, err, code)
	}
}

// Until waits for a snapshot that fits.
func (x *Till) Until(what string, fits func(sale.Snapshot) bool) sale.Snapshot {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := x.Wait(ctx, fits)
	if err != nil {
		x.t.Fatalf("no snapshot with %s: %v; the newest: %+v", what, err, x.Latest())
	}
	return s
}

// Checked waits until no line is being checked, or the disk did not take a verdict.
func (x *Till) Checked() sale.Snapshot {
	x.t.Helper()
	return x.Until("no check running", func(s sale.Snapshot) bool {
		if s.Receipt == nil || s.Stop != nil && s.Stop.Code == till.DiskFailed {
			return true
		}
		for i := range s.Receipt.Lines {
			if l := &s.Receipt.Lines[i]; !l.Removed && l.MarkState == till.MarkChecking {
				return false
			}
		}
		return true
	})
}

// Recovered waits until the start has found out what was unfinished.
func (x *Till) Recovered() sale.Recovered {
	x.t.Helper()
	s := x.Until("the recovery's end", func(s sale.Snapshot) bool { return s.Recovered != nil && s.Step != sale.StepStarting })
	return *s.Recovered
}

// ScanUnit scans marked units and waits for their verdicts.
func (x *Till) ScanUnit(barcode string, numbers ...int) {
	x.t.Helper()
	for _, n := range numbers {
		x.Must(sale.Scan{Raw: Unit(barcode, n)})
		x.Checked()
	}
}

// Receipt is the one being made; the test fails when there is none.
func (x *Till) Receipt() *till.Receipt {
	x.t.Helper()
	r := x.Latest().Receipt
	if r == nil {
		x.t.Fatal("there is no receipt")
	}
	return r
}

// PayAll pays what is due in cash and registers the receipt.
func (x *Till) PayAll() {
	x.t.Helper()
	x.Must(sale.Pay{Kind: till.Cash, Sum: x.Receipt().Due()}, sale.Close{})
}
