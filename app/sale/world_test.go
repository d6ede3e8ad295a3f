package sale_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

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
}

func (w *world) open(t testing.TB) {
	t.Helper()
	s, err := store.Open(ctx, w.dir)
	require.NoError(t, err)
	w.Store, w.Journal, w.Catalog = s, s, s
}

// restart drops the engine and closes its files, then starts the next engine on the same files.
func (w *world) restart(t testing.TB, x *saletest.Till) *saletest.Till {
	t.Helper()
	x.Kill()
	require.NoError(t, w.Store.Close())
	w.open(t)
	return w.Start(t)
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
