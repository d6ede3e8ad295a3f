package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kassa/app/catalog"
	"kassa/app/till"
)

const itemColumns = `items.id, items.code, items.name, items.price, items.has_price, items.vat, items.grp, items.measure,
	items.category, items.min_age, items.min_price, items.tile, items.no_pieces`

func scanItem(row interface{ Scan(...any) error }) (till.Item, error) {
	var i till.Item
	err := row.Scan(&i.ID, &i.Code, &i.Name, &i.Price, &i.HasPrice, &i.VAT, &i.Group, &i.Measure, &i.Category, &i.MinAge, &i.MinPrice, &i.Tile, &i.NoPieces)
	return i, err
}

// ByBarcode finds the item with these digits under its bars; till.ItemUnknown when there is none.
func (s *Store) ByBarcode(ctx context.Context, barcode string) (till.Item, error) {
	return s.item(ctx, barcode, "SELECT "+itemColumns+" FROM barcodes JOIN items ON items.id = barcodes.item_id WHERE barcodes.barcode = ?", barcode)
}

// ByGTIN finds by the 14 digits of a marking code: as they are, and as the shorter barcodes they pad.
func (s *Store) ByGTIN(ctx context.Context, gtin string) (till.Item, error) {
	forms := []string{gtin}
	for _, zeros := range []string{"0", "00", "000000"} {
		if short, ok := strings.CutPrefix(gtin, zeros); ok {
			forms = append(forms, short)
		}
	}
	for _, f := range forms {
		item, err := s.ByBarcode(ctx, f)
		if till.CodeOf(err) != till.ItemUnknown {
			return item, err
		}
	}
	return till.Item{}, till.Fail(till.ItemUnknown, gtin)
}

// ByID finds an item by its id.
func (s *Store) ByID(ctx context.Context, id string) (till.Item, error) {
	return s.item(ctx, id, "SELECT "+itemColumns+" FROM items WHERE id = ?", id)
}

// ByCode finds an item by its article number (PLU); the first by id when the shop has given it twice.
func (s *Store) ByCode(ctx context.Context, code string) (till.Item, error) {
	return s.item(ctx, code, "SELECT "+itemColumns+" FROM items WHERE code = ? AND code <> '' ORDER BY id LIMIT 1", code)
}

func (s *Store) item(ctx context.Context, key, query string, args ...any) (till.Item, error) {
	item, err := scanItem(s.catalogRead.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return till.Item{}, till.Fail(till.ItemUnknown, key)
	}
	if err != nil {
		return till.Item{}, fmt.Errorf("find item: %w", err)
	}
	item.Barcodes, err = s.barcodes(ctx, item.ID)
	return item, err
}

func (s *Store) barcodes(ctx context.Context, itemID string) ([]string, error) {
	rows, err := s.catalogRead.QueryContext(ctx, "SELECT barcode FROM barcodes WHERE item_id = ? ORDER BY barcode", itemID)
	if err != nil {
		return nil, fmt.Errorf("read barcodes: %w", err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var b string
		if err := rows.Scan(&b); err != nil {
			return nil, fmt.Errorf("read barcodes: %w", err)
		}
		found = append(found, b)
	}
	return found, rows.Err()
}

// PutItems adds or replaces items with their barcodes, all or none.
func (s *Store) PutItems(ctx context.Context, items []till.Item) error {
	return inTx(ctx, s.catalogWrite, func(tx *sql.Tx) error {
		for i := range items {
			if err := putItem(ctx, tx, &items[i]); err != nil {
				return fmt.Errorf("put item %q: %w", items[i].Name, err)
			}
		}
		return nil
	})
}

func putItem(ctx context.Context, tx *sql.Tx, i *till.Item) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO items (id, code, name, search, price, has_price, vat, grp, measure, category, min_age, min_price, tile, no_pieces)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, search = excluded.search, price = excluded.price,
			has_price = excluded.has_price, vat = excluded.vat, grp = excluded.grp, measure = excluded.measure, category = excluded.category,
			min_age = excluded.min_age, min_price = excluded.min_price, tile = excluded.tile, no_pieces = excluded.no_pieces`,
		i.ID, i.Code, i.Name, catalog.Fold(i.Name+" "+i.Code), i.Price, i.HasPrice, i.VAT, i.Group, i.Measure, i.Category, i.MinAge, i.MinPrice, i.Tile, i.NoPieces)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM barcodes WHERE item_id = ?", i.ID); err != nil {
		return err
	}
	for _, b := range i.Barcodes {
		if _, err := tx.ExecContext(ctx, "INSERT INTO barcodes (barcode, item_id) VALUES (?, ?)", b, i.ID); err != nil {
			return fmt.Errorf("barcode %s: %w", b, err)
		}
	}
	return nil
}

// Tiles are the quick goods, by category and name.
func (s *Store) Tiles(ctx context.Context) ([]till.Item, error) {
	return s.items(ctx, "SELECT "+itemColumns+" FROM items WHERE tile = 1 ORDER BY category, name LIMIT 500")
}

// Search finds goods by parts of words in any order, by article, or by the end of a barcode. It gives the
// first items by name and how many there are in all.
func (s *Store) Search(ctx context.Context, query string, limit int) ([]till.Item, int, error) {
	q := catalog.ParseQuery(query)
	if len(q.Words) == 0 {
		return nil, 0, nil
	}
	where, args := wordsCondition(q.Words)
	if len(q.Other) > 0 {
		other, otherArgs := wordsCondition(q.Other)
		where, args = where+" OR "+other, append(args, otherArgs...)
	}
	if len(q.Digits) >= 4 { // till-ux SE-1: the last four digits or more
		where += " OR items.id IN (SELECT item_id FROM barcodes WHERE barcode LIKE ?)"
		args = append(args, "%"+q.Digits)
	}
	// The inner query reads the index items_search alone, in the order of names, and stops when it has enough.
	items, err := s.items(ctx, "SELECT "+itemColumns+" FROM (SELECT id FROM items WHERE "+where+
		" ORDER BY name LIMIT ?) AS found JOIN items ON items.id = found.id ORDER BY items.name", append(args, limit)...)
	if err != nil || len(items) < limit {
		return items, len(items), err
	}
	var total int
	if err := s.catalogRead.QueryRowContext(ctx, "SELECT count(*) FROM items WHERE "+where, args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	return items, total, nil
}

// wordsCondition: every word occurs. instr, not LIKE: the column is folded already, and nothing in a word
// is a pattern.
func wordsCondition(words []string) (string, []any) {
	var parts []string
	var args []any
	for _, w := range words {
		parts = append(parts, "instr(items.search, ?) > 0")
		args = append(args, w)
	}
	return "(" + strings.Join(parts, " AND ") + ")", args
}

func (s *Store) items(ctx context.Context, query string, args ...any) ([]till.Item, error) {
	rows, err := s.catalogRead.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list items: %w", err)
	}
	defer rows.Close()
	var found []till.Item
	for rows.Next() {
		item, err := scanItem(rows)
		if err != nil {
			return nil, fmt.Errorf("list items: %w", err)
		}
		found = append(found, item)
	}
	return found, rows.Err()
}
