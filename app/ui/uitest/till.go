package uitest

import (
	"context"
	"strings"
	"sync"

	"kassa/app/sale"
	"kassa/app/till"
)

// Till is a till without an engine.
type Till struct {
	// Answer gives the result of a command; nil means every one succeeds. Set it before the window runs.
	Answer func(ctx context.Context, c sale.Command) error
	Items  []till.Item

	mu        sync.Mutex // guards: commands
	commands  []sale.Command
	snapshots chan sale.Snapshot
}

// NewTill makes a till with goods.
func NewTill(items ...till.Item) *Till {
	return &Till{Items: items, snapshots: make(chan sale.Snapshot, 16)}
}

// Do remembers the command and gives the scripted answer.
func (t *Till) Do(ctx context.Context, c sale.Command) error {
	t.mu.Lock()
	t.commands = append(t.commands, c)
	t.mu.Unlock()
	if t.Answer == nil {
		return nil
	}
	return t.Answer(ctx, c)
}

// Commands are those asked for so far, in order.
func (t *Till) Commands() []sale.Command {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]sale.Command(nil), t.commands...)
}

// Subscribe gives what Show sends.
func (t *Till) Subscribe() (<-chan sale.Snapshot, func()) { return t.snapshots, func() {} }

// Search finds goods whose name contains the query; «=» and a price, and digits of a barcode work as well.
func (t *Till) Search(_ context.Context, query string, limit int) ([]till.Item, int, error) {
	var found []till.Item
	for _, i := range t.Items {
		if strings.Contains(strings.ToLower(i.Name), strings.ToLower(query)) || strings.Contains(strings.Join(i.Barcodes, " "), query) {
			found = append(found, i)
		}
	}
	return found[:min(limit, len(found))], len(found), nil
}

// Tiles are the goods that stand among the quick ones.
func (t *Till) Tiles(context.Context) ([]till.Item, error) {
	var tiles []till.Item
	for _, i := range t.Items {
		if i.Tile {
			tiles = append(tiles, i)
		}
	}
	return tiles, nil
}
