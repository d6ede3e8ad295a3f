package wire

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/store"
	"kassa/app/till"
)

func TestAScanWhileADocumentIsOnItsWayBelongsToTheNextReceipt(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.PutItems(t.Context(), saletest.Goods()))
	w := saletest.NewWorld()
	w.Journal, w.Catalog = db, db
	x := w.Open(t)
	till1 := &Till{Engine: x.Engine}

	printing, goOn := make(chan struct{}), make(chan struct{})
	w.Printer.Hook(func(m saletest.Moment) bool {
		if m == saletest.Forming {
			close(printing)
			<-goOn
		}
		return false
	})
	x.Must(sale.Scan{Raw: []byte(saletest.Bread)})
	x.Must(sale.Pay{Kind: till.Cash, Sum: x.Receipt().Due()})
	closed := make(chan error, 1)
	go func() { closed <- x.Try(sale.Close{}) }()
	<-printing
	first := x.Latest().Receipt.ID

	scanned := make(chan struct{})
	go func() {
		till1.scanned(t.Context(), sale.Scan{Raw: []byte(saletest.Bread), At: w.Clock.Now()})
		close(scanned)
	}()
	close(goOn)
	require.NoError(t, <-closed)
	<-scanned
	next := x.Receipt()
	require.NotEqual(t, first, next.ID)
	require.Equal(t, 1, next.Positions())
}
