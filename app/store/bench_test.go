package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/money"
	"kassa/app/till"
)

// BenchmarkReceiptCommit writes a closed receipt of five lines in one transaction. Compare it with
// BenchmarkBareFsync in the same run: what is above it is our own cost.
func BenchmarkReceiptCommit(b *testing.B) {
	s := open(b, b.TempDir())
	r := receiptOf(b, "", marked...)
	r.State = till.Closed
	r.Payments = []till.Payment{{No: 1, Kind: till.Cash, Kopecks: 500_00, At: at}}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		r.ID, r.Number = fmt.Sprintf("r%09d", n), n
		if err := s.Commit(ctx, change(r)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBareFsync appends as much as a receipt is and syncs the file: the disk's own limit.
func BenchmarkBareFsync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	require.NoError(b, err)
	defer f.Close()
	body := make([]byte, 1536)
	for b.Loop() {
		if _, err := f.Write(body); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch looks for a part of a word among 100,000 goods (till-ux PF-2: 100 ms).
func BenchmarkSearch(b *testing.B) {
	s := open(b, b.TempDir())
	items := make([]till.Item, 100_000)
	for i := range items {
		items[i] = till.Item{
			ID: fmt.Sprintf("i%06d", i), Name: fmt.Sprintf("Товар номер %d сорт %d", i, i%7), HasPrice: true, Price: money.Kopecks(i), VAT: money.VAT10,
			Barcodes: []string{fmt.Sprintf("46%011d", i)},
		}
	}
	require.NoError(b, s.PutItems(ctx, items))
	for name, query := range map[string]string{"few": "сорт 99999", "some": "сорт 99", "all": "товар"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Search(ctx, query, 50); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
