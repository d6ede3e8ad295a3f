package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/stock"
)

// stockRows is how many units one transaction of AddStockCodes takes: a sale waits for one at most.
const stockRows = 100

// AddStockCodes remembers units that came into stock and tells how many of them are new. A unit that is known
// already stays as it is, but for a check part that was not known yet. Long lists are written in parts: after an
// error add them once more.
func (s *Store) AddStockCodes(ctx context.Context, codes []stock.Code) (added int, err error) {
	for part := range slices.Chunk(codes, stockRows) {
		n := 0
		err := inTx(ctx, s.write, func(tx *sql.Tx) error {
			for i := range part {
				isNew, err := addStockCode(ctx, tx, &part[i])
				if err != nil {
					return err
				}
				if isNew {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return added, fmt.Errorf("add codes of the stock: %w", err)
		}
		added += n
	}
	return added, nil
}

func addStockCode(ctx context.Context, tx *sql.Tx, c *stock.Code) (isNew bool, err error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO stock_codes (ki, km, gtin, grp, item, arrived, document, sold)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce((SELECT NOT returned FROM code_news WHERE ki = ?1 ORDER BY seq DESC LIMIT 1), 0))
		ON CONFLICT (ki) DO NOTHING`, c.KI, c.KM, c.GTIN, c.Group, c.Item, ms(c.Arrived), c.Document)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	if err != nil || n > 0 || !c.HasTail() {
		return n > 0, err
	}
	_, err = tx.ExecContext(ctx, "UPDATE stock_codes SET km = ?, asked = 0 WHERE ki = ? AND km = ''", c.KM, c.KI)
	return false, err
}

// DueStockCodes are units that were never asked about, and those whose last answer is older than again: the
// longest waiting first. Units that this till has sold are left out.
func (s *Store) DueStockCodes(ctx context.Context, now time.Time, again time.Duration, limit int) ([]stock.CodeState, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT ki, km, gtin, grp, item, arrived, document, asked, reason, until FROM stock_codes
		WHERE sold = 0 AND asked <= ? ORDER BY asked LIMIT ?`, ms(now.Add(-again)), limit)
	if err != nil {
		return nil, fmt.Errorf("list codes of the stock: %w", err)
	}
	defer rows.Close()
	var due []stock.CodeState
	for rows.Next() {
		var c stock.CodeState
		var arrived, asked int64
		if err := rows.Scan(&c.KI, &c.KM, &c.GTIN, &c.Group, &c.Item, &arrived, &c.Document, &asked, &c.Reason, &c.Until); err != nil {
			return nil, fmt.Errorf("list codes of the stock: %w", err)
		}
		c.Arrived = time.UnixMilli(arrived)
		if asked > 0 {
			c.Asked = time.UnixMilli(asked)
		}
		due = append(due, c)
	}
	return due, rows.Err()
}

// KeepStockAnswers writes what the check of the stock has found, all or nothing. A unit against which something is
// said joins the list «Карантин» as an advice; one that is fine again leaves it. A unit that a person took off the
// list comes back only when something else is said of it. Of a unit that was sold meanwhile nothing is kept.
func (s *Store) KeepStockAnswers(ctx context.Context, found []stock.CodeState) error {
	err := inTx(ctx, s.write, func(tx *sql.Tx) error {
		w := writer{ctx: ctx, tx: tx}
		for i := range found {
			w.stockAnswer(&found[i])
		}
		return w.err
	})
	if err != nil {
		return fmt.Errorf("keep answers about the stock: %w", err)
	}
	return nil
}

func (w *writer) stockAnswer(c *stock.CodeState) {
	if w.err != nil {
		return
	}
	var reason marking.Reason
	var until string
	err := w.tx.QueryRowContext(w.ctx, "SELECT reason, until FROM stock_codes WHERE ki = ? AND sold = 0", c.KI).Scan(&reason, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return
	}
	w.err = err
	w.exec("UPDATE stock_codes SET asked = ?, reason = ?, until = ? WHERE ki = ?", ms(c.Asked), string(c.Reason), c.Until, c.KI)
	switch {
	case c.Reason == marking.ReasonNone:
		w.noAdvice(c.KI)
	case c.Reason != reason || c.Until != until:
		w.suspect(&journal.Suspect{
			KI: c.KI, GTIN: c.GTIN, Item: c.Item, Reason: c.Reason, Until: c.Until, Origin: journal.FromPreCheck, At: c.Asked,
		})
	}
}

// noAdvice takes the advice about a unit off the list.
func (w *writer) noAdvice(ki string) {
	w.exec("DELETE FROM suspects WHERE ki = ? AND origin = ?", ki, journal.FromPreCheck)
}

// news writes that a unit was sold or taken back, for the module and for the check of the stock: it has nothing to
// say of a unit that is gone, and looks anew at one that came back.
func (w *writer) news(n journal.CodeNews, receiptID string) {
	w.exec("INSERT INTO code_news (ki, returned, receipt_id) VALUES (?, ?, ?)", n.KI, n.Returned, receiptID)
	if n.Returned {
		w.exec("UPDATE stock_codes SET sold = 0, asked = 0, reason = '', until = '' WHERE ki = ?", n.KI)
		return
	}
	w.exec("UPDATE stock_codes SET sold = 1 WHERE ki = ?", n.KI)
	w.exec("DELETE FROM suspects WHERE ki = ?", n.KI) // whatever was said of it, it is sold
}
