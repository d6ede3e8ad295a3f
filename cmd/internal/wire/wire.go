package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/uuid"

	"kassa/app/config"
	"kassa/app/fiscal"
	"kassa/app/sale"
	"kassa/app/store"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/device"
)

// ErrTaken is reported when another program works on the same data folder.
var ErrTaken = errors.New("another program uses this till's data")

// Every adapter fits its port by structure alone; these lines make the compiler say so.
var (
	_ sale.Journal = (*store.Store)(nil)
	_ sale.Catalog = (*store.Store)(nil)
	_ sale.Staff   = (*store.Store)(nil)
	_ sale.Printer = (device.FiscalPrinter)(nil)
)

// Till is one till with everything it is joined to.
type Till struct {
	Config  *config.Config
	Engine  *sale.Engine
	Store   *store.Store
	Printer device.FiscalPrinter

	log    *slog.Logger
	lock   *flock.Flock
	stop   context.CancelFunc
	ended  chan struct{} // closed when the engine and what runs beside it have ended
	centre *Centre
	err    error // of the engine, readable after ended
}

// Open reads the settings, takes the data folder and starts the till: from here on its engine recovers by
// itself. Scanners run until Close.
func Open(ctx context.Context, file string, log *slog.Logger) (*Till, error) {
	return open(ctx, file, log, true)
}

// OpenWithoutScanners is Open for programs that are fed by a script.
func OpenWithoutScanners(ctx context.Context, file string, log *slog.Logger) (*Till, error) {
	return open(ctx, file, log, false)
}

func open(ctx context.Context, file string, log *slog.Logger, withScanners bool) (*Till, error) {
	c, err := config.Load(file)
	if err != nil {
		return nil, err
	}
	t := &Till{Config: c, log: log, ended: make(chan struct{})}
	if err := t.openParts(ctx); err != nil {
		return nil, errors.Join(err, t.closeParts())
	}
	ports, err := t.ports()
	if err != nil {
		return nil, errors.Join(err, t.closeParts())
	}
	var scanners []device.Scanner
	if withScanners {
		if scanners, err = openScanners(c, log); err != nil {
			return nil, errors.Join(err, t.closeParts())
		}
	}
	settings, err := t.settings()
	if err != nil {
		return nil, errors.Join(err, t.closeParts())
	}
	t.Engine = sale.New(settings, ports)
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	t.stop = stop
	go t.serve(run, scanners)
	return t, nil
}

func (t *Till) openParts(ctx context.Context) error {
	var err error
	if t.lock, err = takeFolder(t.Config.Path(t.Config.Data)); err != nil {
		return err
	}
	if t.Store, err = store.Open(ctx, t.Config.Path(t.Config.Data)); err != nil {
		return err
	}
	if t.centre, err = OpenCentre(t.Config, t.log); err != nil {
		return err
	}
	t.Printer, err = OpenPrinter(t.Config, t.log)
	return err
}

// Runs tells whether a till works on the data now.
func Runs(c *config.Config) bool {
	lock := folderLock(c.Path(c.Data))
	free, err := lock.TryRLock()
	if err == nil && free {
		_ = lock.Unlock() // it was ours for a moment, and the file stays
	}
	return err != nil || !free
}

// LockFile is the file in the data folder that one program at a time holds.
const LockFile = "till.lock"

func folderLock(dir string) *flock.Flock { return flock.New(filepath.Join(dir, LockFile)) }

// takeFolder locks the data folder: one program at a time writes the journal.
func takeFolder(dir string) (*flock.Flock, error) {
	lock := folderLock(dir)
	taken, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("take the data folder: %w", err)
	}
	if !taken {
		return nil, ErrTaken
	}
	return lock, nil
}

func (t *Till) ports() (sale.Ports, error) {
	ports := sale.Ports{Journal: t.Store, Printer: t.Printer, Catalog: t.Store, Staff: t.Store, Online: t.centre.Paths}
	var err error
	ports.Module, err = Module(t.Config, t.log)
	return ports, err
}

func (t *Till) settings() (sale.Settings, error) {
	c := t.Config
	policy, err := Policy(c)
	if err != nil {
		return sale.Settings{}, err
	}
	parser, err := c.Parser()
	if err != nil {
		return sale.Settings{}, err
	}
	header := texts.SlipHeader{Organisation: c.Organisation.Name, INN: c.Organisation.INN, Till: c.Till.Name, Emulated: c.Emulated}
	return sale.Settings{
		Now: time.Now, NewID: newID, Log: t.log.With("component", "sale"),
		TillName: c.Till.Name, Organisation: c.Organisation.Name, INN: c.Organisation.INN,
		TaxSystem: taxSystem(c.Organisation.TaxSystem), TimeZone: c.Till.TimeZone, Emulated: c.Emulated,
		Policy: policy, OfflineOn: c.Marking.Offline.Enabled, Budget: c.Marking.Budget,
		EmergencyProbe: c.Marking.Emergency.Probe, Parser: parser,
		Slip: func(r *till.Receipt, doc fiscal.Document, reg fiscal.Registered) []string {
			return texts.Slip(header, r, doc, reg)
		},
	}, nil
}

// newID makes a UUIDv7: ids are made at the till and sort by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

var taxSystems = map[string]fiscal.TaxSystem{
	"osn": fiscal.TaxGeneral, "usn-income": fiscal.TaxIncome, "usn-income-outcome": fiscal.TaxIncomeOutcome,
	"esn": fiscal.TaxAgricultural, "patent": fiscal.TaxPatent,
}

func taxSystem(name string) fiscal.TaxSystem {
	if t, ok := taxSystems[name]; ok {
		return t
	}
	return fiscal.TaxGeneral
}

func (t *Till) serve(ctx context.Context, scanners []device.Scanner) {
	defer close(t.ended)
	wait := t.serveScanners(ctx, scanners)
	var beside sync.WaitGroup
	beside.Go(func() { _ = t.centre.Serve(ctx) }) // it ends with ctx
	beside.Go(func() { t.trimEvidence(ctx) })
	beside.Go(func() { t.checkStock(ctx) })
	if err := t.Engine.Serve(ctx); err != nil && ctx.Err() == nil {
		t.err = err
		t.log.Error("engine ended", "error", err)
		t.stop()
	}
	wait()
	beside.Wait()
}

// Do gives the engine a command.
func (t *Till) Do(ctx context.Context, c sale.Command) error { return t.Engine.Do(ctx, c) }

// Subscribe gives snapshots.
func (t *Till) Subscribe() (<-chan sale.Snapshot, func()) { return t.Engine.Subscribe() }

// Search finds goods.
func (t *Till) Search(ctx context.Context, query string, limit int) ([]till.Item, int, error) {
	return t.Store.Search(ctx, query, limit)
}

// Tiles are the quick goods.
func (t *Till) Tiles(ctx context.Context) ([]till.Item, error) { return t.Store.Tiles(ctx) }

// Ended is closed when the engine has stopped by itself; Err says why.
func (t *Till) Ended() <-chan struct{} { return t.ended }

// Err is why the engine stopped by itself; read it after Ended.
func (t *Till) Err() error { return t.err }

// Close stops the till. A document that is with the printer is left to the next start.
func (t *Till) Close() error {
	t.stop()
	<-t.ended
	return t.closeParts()
}

func (t *Till) closeParts() error {
	var errs []error
	if t.centre != nil {
		t.centre.Close()
	}
	if t.Printer != nil {
		errs = append(errs, t.Printer.Close())
	}
	if t.Store != nil {
		errs = append(errs, t.Store.Close())
	}
	if t.lock != nil {
		errs = append(errs, t.lock.Unlock())
	}
	return errors.Join(errs...)
}
