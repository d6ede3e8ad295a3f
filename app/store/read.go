package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/money"
	"kassa/app/till"
)

// Load gives what a start needs.
func (s *Store) Load(ctx context.Context) (journal.Saved, error) {
	var saved journal.Saved
	if err := one(ctx, s.read, &saved.State, "SELECT body FROM state WHERE id = 1"); err != nil {
		return saved, fmt.Errorf("read state: %w", err)
	}
	if err := one(ctx, s.read, &saved.Shift, "SELECT body FROM shifts ORDER BY seq DESC LIMIT 1"); err != nil {
		return saved, fmt.Errorf("read shift: %w", err)
	}
	var p journal.Pending
	if err := one(ctx, s.read, &p, "SELECT body FROM documents WHERE state = 1"); err != nil {
		return saved, fmt.Errorf("read pending document: %w", err)
	}
	if p.ID != "" {
		saved.Pending = &p
	}
	if saved.State.ReceiptID != "" {
		r, err := s.Receipt(ctx, saved.State.ReceiptID)
		if err != nil {
			return saved, err
		}
		saved.Receipt = r
	}
	if err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM code_news WHERE told = 0").Scan(&saved.Untold); err != nil {
		return saved, fmt.Errorf("count code news: %w", err)
	}
	return saved, nil
}

// asker is a database or a transaction.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// one reads a JSON value; v stays as it is when there is no row.
func one(ctx context.Context, db asker, v any, query string, args ...any) error {
	var body string
	err := db.QueryRowContext(ctx, query, args...).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(body), v)
}

// many reads JSON values.
func many[T any](ctx context.Context, db asker, query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, err
		}
		found = append(found, v)
	}
	return found, rows.Err()
}

// Receipt reads one receipt with its lines and payments; till.ReceiptMissing when there is none.
func (s *Store) Receipt(ctx context.Context, id string) (r *till.Receipt, err error) {
	err = inTx(ctx, s.read, func(tx *sql.Tx) (err error) {
		r, err = receipt(ctx, tx, id)
		return err
	})
	return r, err
}

// receipt reads inside a transaction: header, lines and payments are of one moment.
func receipt(ctx context.Context, tx *sql.Tx, id string) (*till.Receipt, error) {
	var r till.Receipt
	if err := one(ctx, tx, &r, "SELECT body FROM receipts WHERE id = ?", id); err != nil {
		return nil, fmt.Errorf("read receipt %s: %w", id, err)
	}
	if r.ID == "" {
		return nil, till.Fail(till.ReceiptMissing, id)
	}
	var err error
	if r.Lines, err = many[till.Line](ctx, tx, "SELECT body FROM lines WHERE receipt_id = ? ORDER BY no", id); err != nil {
		return nil, fmt.Errorf("read lines of %s: %w", id, err)
	}
	if r.Payments, err = many[till.Payment](ctx, tx, "SELECT body FROM payments WHERE receipt_id = ? ORDER BY no", id); err != nil {
		return nil, fmt.Errorf("read payments of %s: %w", id, err)
	}
	return &r, nil
}

// Suspended receipts, oldest first.
func (s *Store) Suspended(ctx context.Context) ([]*till.Receipt, error) {
	return s.receipts(ctx, "SELECT id FROM receipts WHERE state = 7 ORDER BY opened_at, id") // till.Suspended; a literal, for the index
}

// ReceiptsSince are the receipts opened since a moment, oldest first.
func (s *Store) ReceiptsSince(ctx context.Context, since time.Time) ([]*till.Receipt, error) {
	return s.receipts(ctx, "SELECT id FROM receipts WHERE opened_at >= ? ORDER BY opened_at, id", ms(since))
}

// receipts reads the receipts whose ids the query gives, all of one moment.
func (s *Store) receipts(ctx context.Context, query string, args ...any) (found []*till.Receipt, err error) {
	err = inTx(ctx, s.read, func(tx *sql.Tx) error {
		ids, err := identifiers(ctx, tx, query, args...)
		if err != nil {
			return fmt.Errorf("list receipts: %w", err)
		}
		for _, id := range ids {
			r, err := receipt(ctx, tx, id)
			if err != nil {
				return err
			}
			found = append(found, r)
		}
		return nil
	})
	return found, err
}

func identifiers(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Returned tells how much of each line of a sale was given back by closed returns.
func (s *Store) Returned(ctx context.Context, saleID string) (map[int]money.Millis, error) {
	returns, err := s.receipts(ctx, "SELECT id FROM receipts WHERE return_of = ? AND return_of <> '' AND state = ?", saleID, till.Closed)
	if err != nil {
		return nil, err
	}
	back := map[int]money.Millis{}
	for _, r := range returns {
		for i := range r.Lines {
			if l := &r.Lines[i]; !l.Removed {
				back[l.ReturnOf] += l.Quantity
			}
		}
	}
	return back, nil
}

// Untold are sold and returned codes the module has not been told, oldest first.
func (s *Store) Untold(ctx context.Context, most int) ([]journal.CodeNews, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT seq, ki, returned FROM code_news WHERE told = 0 ORDER BY seq LIMIT ?", most)
	if err != nil {
		return nil, fmt.Errorf("read code news: %w", err)
	}
	defer rows.Close()
	var news []journal.CodeNews
	for rows.Next() {
		var n journal.CodeNews
		if err := rows.Scan(&n.Seq, &n.KI, &n.Returned); err != nil {
			return nil, fmt.Errorf("read code news: %w", err)
		}
		news = append(news, n)
	}
	return news, rows.Err()
}

// SoldHere finds the receipt that sold the unit with this КИ; zero when this till did not sell it, or its newest
// news is that it was taken back. Till is left empty: it is this one.
func (s *Store) SoldHere(ctx context.Context, ki string) (journal.SoldHere, error) {
	var returned bool
	var sold journal.SoldHere
	var closedAt int64
	err := s.read.QueryRowContext(ctx, `SELECT n.returned, coalesce(r.number, 0), coalesce(r.closed_at, 0) FROM code_news n
		LEFT JOIN receipts r ON r.id = n.receipt_id WHERE n.ki = ? ORDER BY n.seq DESC LIMIT 1`, ki).Scan(&returned, &sold.Number, &closedAt)
	if errors.Is(err, sql.ErrNoRows) || err == nil && returned {
		return journal.SoldHere{}, nil
	}
	if err != nil {
		return journal.SoldHere{}, fmt.Errorf("look up a sold code: %w", err)
	}
	sold.At = time.UnixMilli(closedAt)
	return sold, nil
}

// Document is a fiscal document as the journal knows it.
type Document struct {
	journal.Pending
	Formed bool // else it was not formed, or its fate is not known (Open)
	Open   bool
	Result fiscal.Registered
}

// DocumentsSince are all documents that were sent since a moment, oldest first.
func (s *Store) DocumentsSince(ctx context.Context, since time.Time) ([]Document, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT state, body, result FROM documents WHERE at >= ? ORDER BY at, id", ms(since))
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	defer rows.Close()
	var found []Document
	for rows.Next() {
		var state int
		var body, result string
		if err := rows.Scan(&state, &body, &result); err != nil {
			return nil, fmt.Errorf("list documents: %w", err)
		}
		d := Document{Formed: state == documentFormed, Open: state == documentSending}
		if err := json.Unmarshal([]byte(body), &d.Pending); err != nil {
			return nil, fmt.Errorf("read document: %w", err)
		}
		if result != "" {
			if err := json.Unmarshal([]byte(result), &d.Result); err != nil {
				return nil, fmt.Errorf("read result of document %s: %w", d.ID, err)
			}
		}
		found = append(found, d)
	}
	return found, rows.Err()
}

// StockOf is the movement of goods that a receipt made, by line.
func (s *Store) StockOf(ctx context.Context, receiptID string) (map[int]money.Millis, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT line, quantity FROM stock_moves WHERE receipt_id = ?", receiptID)
	if err != nil {
		return nil, fmt.Errorf("read stock moves: %w", err)
	}
	defer rows.Close()
	moves := map[int]money.Millis{}
	for rows.Next() {
		var line int
		var quantity int64
		if err := rows.Scan(&line, &quantity); err != nil {
			return nil, fmt.Errorf("read stock moves: %w", err)
		}
		moves[line] = money.Millis(quantity)
	}
	return moves, rows.Err()
}

// Check asks SQLite whether the files are sound.
func (s *Store) Check(ctx context.Context) error {
	for _, db := range []*sql.DB{s.read, s.catalogRead} {
		var word string
		if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&word); err != nil {
			return fmt.Errorf("check database: %w", err)
		}
		if word != "ok" {
			return fmt.Errorf("check database: %s", word)
		}
	}
	return nil
}
