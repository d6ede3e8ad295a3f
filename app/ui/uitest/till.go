package uitest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"kassa/app/journal"
	"kassa/app/sale"
	"kassa/app/till"
)

// Till is a till without an engine.
type Till struct {
	// Answer gives the result of a command; nil means every one succeeds. Set it before the window runs.
	Answer func(ctx context.Context, c sale.Command) error
	Items  []till.Item
	// Units are the list «Карантин», Book the book of checks, the newest first. Set them before the window runs.
	Units []journal.Suspect
	Book  []journal.Evidence

	mu        sync.Mutex // guards: Units, broken, commands, resolved, queries
	broken    error
	commands  []sale.Command
	resolved  []journal.Suspect
	queries   []journal.EvidenceQuery
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

// Break makes both lists unreadable from now on.
func (t *Till) Break(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.broken = err
}

// Suspects finds units whose name or КИ contains the query.
func (t *Till) Suspects(_ context.Context, query string, limit int) ([]journal.Suspect, int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken != nil {
		return nil, 0, t.broken
	}
	var found []journal.Suspect
	for _, s := range t.Units {
		if strings.Contains(strings.ToLower(s.Item), strings.ToLower(query)) || strings.Contains(s.KI, query) {
			found = append(found, s)
		}
	}
	return found[:min(limit, len(found))], len(found), nil
}

// ResolveSuspect takes a unit off the list.
func (t *Till) ResolveSuspect(_ context.Context, ki string, origin journal.SuspectOrigin) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken != nil {
		return t.broken
	}
	t.Units = slices.DeleteFunc(t.Units, func(s journal.Suspect) bool {
		found := s.KI == ki && s.Origin == origin
		if found {
			t.resolved = append(t.resolved, s)
		}
		return found
	})
	return nil
}

// Resolved are the units taken off so far, in order.
func (t *Till) Resolved() []journal.Suspect {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]journal.Suspect(nil), t.resolved...)
}

// Checks reads the book by GTIN and page.
func (t *Till) Checks(_ context.Context, q journal.EvidenceQuery) ([]journal.Evidence, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queries = append(t.queries, q)
	if t.broken != nil {
		return nil, t.broken
	}
	var found []journal.Evidence
	for _, e := range t.Book {
		if (q.GTIN == "" || e.GTIN == q.GTIN) && (q.Under == 0 || e.Seq < q.Under) && len(found) < q.Limit {
			found = append(found, e)
		}
	}
	return found, nil
}

// Queries are the reads of the book so far, in order.
func (t *Till) Queries() []journal.EvidenceQuery {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]journal.EvidenceQuery(nil), t.queries...)
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
