package sale_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/store"
	"kassa/app/till"
)

var ctx = context.Background()

func scan(barcode string) sale.Scan { return sale.Scan{Raw: []byte(barcode)} }

func unit(barcode string, n int) sale.Scan { return sale.Scan{Raw: saletest.Unit(barcode, n)} }

// newWorld is a shop on real files.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{World: saletest.NewWorld(), dir: t.TempDir()}
	w.open(t)
	require.NoError(t, w.Store.PutItems(ctx, saletest.Goods()))
	t.Cleanup(func() { w.Store.Close() })
	return w
}

// world is a saletest.World whose journal and goods are SQLite files.
type world struct {
	*saletest.World
	Store *store.Store
	dir   string
	disk  disk
}

// disk is the journal with a memory of what was committed, and with failures on demand.
type disk struct {
	sale.Journal
	mu      sync.Mutex // guards: all below
	entries []journal.Entry
	news    []saletest.Told
	fails   func(n int, kind string) bool // asked with the number of the commit, from 1
	commits int
}

func (d *disk) Commit(ctx context.Context, c journal.Change) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.commits++
	if d.fails != nil && d.fails(d.commits, c.Entry.Kind) {
		return errDisk
	}
	if err := d.Journal.Commit(ctx, c); err != nil {
		return err
	}
	d.entries = append(d.entries, c.Entry)
	for _, n := range c.News {
		d.news = append(d.news, saletest.Told{KI: n.KI, Returned: n.Returned})
	}
	return nil
}

var errDisk = errors.New("disk I/O error")

// failAt makes the commits fail for which the function says so; nil for none. Counting begins anew.
func (d *disk) failAt(f func(n int, kind string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails, d.commits = f, 0
}

func (w *world) open(t testing.TB) {
	t.Helper()
	s, err := store.Open(ctx, w.dir)
	require.NoError(t, err)
	w.disk.Journal = s
	w.Store, w.Journal, w.Catalog = s, &w.disk, s
}

// restart drops the engine and closes its files, then starts the next engine on the same files.
func (w *world) restart(t testing.TB, x *saletest.Till) *saletest.Till {
	t.Helper()
	w.reopen(t, x)
	return w.Start(t)
}

// reopen is restart without the next engine.
func (w *world) reopen(t testing.TB, x *saletest.Till) {
	t.Helper()
	x.Kill()
	require.NoError(t, w.Store.Close())
	w.open(t)
}

// onDisk is the receipt being made as the journal has it.
func (w *world) onDisk(t testing.TB) *till.Receipt {
	t.Helper()
	saved, err := w.Store.Load(ctx)
	require.NoError(t, err)
	return saved.Receipt
}

// closed reads a closed receipt.
func (w *world) closed(t testing.TB, id string) *till.Receipt {
	t.Helper()
	r, err := w.Store.Receipt(ctx, id)
	require.NoError(t, err)
	require.Equal(t, till.Closed, r.State)
	return r
}

// entries are the bodies of the journal's entries of one kind, oldest first.
func (w *world) entries(t testing.TB, kind string) []string {
	t.Helper()
	w.disk.mu.Lock()
	defer w.disk.mu.Unlock()
	var found []string
	for _, e := range w.disk.entries {
		if e.Kind == kind {
			b, err := json.Marshal(e.Body)
			require.NoError(t, err)
			found = append(found, string(b))
		}
	}
	return found
}

// news are the code news that were committed.
func (w *world) news() []saletest.Told {
	w.disk.mu.Lock()
	defer w.disk.mu.Unlock()
	return slices.Clone(w.disk.news)
}

func decode(t testing.TB, body string, v any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(body), v))
}

// logged keeps what was logged.
type logged struct {
	mu sync.Mutex // guards: b
	b  strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
