package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"kassa/app/catalog"
	"kassa/app/journal"
	"kassa/app/till"
)

// ErrNoSuspect is reported for a unit that is not on the list «Карантин».
var ErrNoSuspect = errors.New("the unit is not on the list")

func (w *writer) suspect(s *journal.Suspect) {
	w.exec(`INSERT INTO suspects (ki, origin, at, search, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (ki, origin) DO UPDATE SET at = excluded.at, search = excluded.search, body = excluded.body`,
		s.KI, s.Origin, ms(s.At), catalog.Fold(s.Item+" "+s.GTIN+" "+s.KI), w.json(s))
}

// Suspect finds a unit on the list «Карантин»: the advice of the check of the stock, else the refusal at a sale.
func (s *Store) Suspect(ctx context.Context, ki string) (journal.Suspect, bool, error) {
	var found journal.Suspect
	err := one(ctx, s.read, &found, "SELECT body FROM suspects WHERE ki = ? ORDER BY origin DESC LIMIT 1", ki)
	if err != nil {
		return found, false, fmt.Errorf("look up a suspect: %w", err)
	}
	return found, found.KI != "", nil
}

// suspectRows is how many rows a query without a limit gives.
const suspectRows = 100

// Suspects reads a page of the list «Карантин», the newest first, and tells how many the query finds in all.
func (s *Store) Suspects(ctx context.Context, q journal.SuspectQuery) (found []journal.Suspect, total int, err error) {
	if q.Limit <= 0 {
		q.Limit = suspectRows
	}
	parts, args := []string{"?1 IN (0, origin)"}, []any{q.Origin}
	for _, word := range strings.Fields(catalog.Fold(q.Text)) {
		parts, args = append(parts, "instr(search, ?) > 0"), append(args, word)
	}
	where := " FROM suspects WHERE " + strings.Join(parts, " AND ")
	err = inTx(ctx, s.read, func(tx *sql.Tx) error { // page and total of one moment
		if err := tx.QueryRowContext(ctx, "SELECT count(*)"+where, args...).Scan(&total); err != nil {
			return err
		}
		var err error
		found, err = many[journal.Suspect](ctx, tx, "SELECT body"+where+" ORDER BY at DESC, ki, origin LIMIT ? OFFSET ?", append(args, q.Limit, max(0, q.Skip))...)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list suspects: %w", err)
	}
	return found, total, nil
}

// ResolveSuspect takes a unit off the list («разобрано»); that it was there, and who took it off, stays in the
// journal. ErrNoSuspect when it is not there.
func (s *Store) ResolveSuspect(ctx context.Context, ki string, origin journal.SuspectOrigin, by till.Person, at time.Time) error {
	err := inTx(ctx, s.write, func(tx *sql.Tx) error {
		var found journal.Suspect
		if err := one(ctx, tx, &found, "SELECT body FROM suspects WHERE ki = ? AND origin = ?", ki, origin); err != nil {
			return err
		}
		if found.KI == "" {
			return ErrNoSuspect
		}
		w := writer{ctx: ctx, tx: tx}
		w.entry(journal.Entry{At: at, Kind: "suspect-resolved", Person: by, Body: found})
		w.exec("DELETE FROM suspects WHERE ki = ? AND origin = ?", ki, origin)
		return w.err
	})
	if err != nil {
		return fmt.Errorf("resolve a suspect: %w", err)
	}
	return nil
}
