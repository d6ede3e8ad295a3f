package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"kassa/app/feed"
)

// SoldFor is how long a sold code is remembered. Source: guide v17 §2.7.2 (30 days by default).
const SoldFor = 30 * 24 * time.Hour

// sold is the base of codes sold in this shop. It exists on this computer only, hence every change is on
// the disk before it is answered.
type sold struct {
	write *sql.DB // one connection
	read  *sql.DB
	has   *sql.Stmt // on read

	turn sync.Mutex // one change at a time; taken before mu

	mu sync.RWMutex // guards: seen, count
	// seen has the hash of every code in the table, and of some returned ones: what is not here is surely
	// not sold, and nearly every check ends here without a query.
	seen  map[uint64]struct{}
	count int64
}

const selectSold = "SELECT 1 FROM sold WHERE code = ?"

func openSold(ctx context.Context, dir string) (_ *sold, err error) {
	path := filepath.Join(dir, localFile)
	s := &sold{}
	if s.write, err = openDurable(ctx, path, "local"); err != nil {
		return nil, fmt.Errorf("open sold base: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open sold base: %w", err), s.close())
		}
	}()
	if s.read, err = sql.Open("sqlite", dsn(path, "_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=cache_size(-2000)")); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(2)
	s.read.SetMaxIdleConns(2)
	if s.has, err = s.read.PrepareContext(ctx, selectSold); err != nil {
		return nil, err
	}
	return s, s.load(ctx)
}

// soldKey is for seen only; it is neither stored nor compared with the feed's keys.
func soldKey(code string) uint64 { return feed.Hash(nil, "sold", code) }

// load fills seen from the table.
func (s *sold) load(ctx context.Context) error {
	rows, err := s.read.QueryContext(ctx, "SELECT code FROM sold")
	if err != nil {
		return fmt.Errorf("read sold base: %w", err)
	}
	defer rows.Close()
	seen, count := map[uint64]struct{}{}, int64(0)
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return fmt.Errorf("read sold base: %w", err)
		}
		seen[soldKey(code)] = struct{}{}
		count++
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read sold base: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen, s.count = seen, count
	return nil
}

// isSold tells whether a code (canonical text) was sold here.
func (s *sold) isSold(ctx context.Context, code string) (bool, error) {
	s.mu.RLock()
	_, maybe := s.seen[soldKey(code)]
	s.mu.RUnlock()
	if !maybe {
		return false, nil
	}
	return s.asks(ctx, code)
}

// asks reads the table.
func (s *sold) asks(ctx context.Context, code string) (bool, error) {
	var one int
	err := s.has.QueryRowContext(ctx, code).Scan(&one)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look up sold code: %w", err)
	}
	return true, nil
}

// add remembers codes as sold in one transaction. A code that is there already keeps its first time.
func (s *sold) add(ctx context.Context, codes []string, at time.Time) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	var added int64
	// Readers must not miss a committed code, so seen learns of it first.
	s.mu.Lock()
	for _, code := range codes {
		s.seen[soldKey(code)] = struct{}{}
	}
	s.mu.Unlock()
	err := inTx(ctx, s.write, func(tx *sql.Tx) error {
		for _, code := range codes {
			res, err := tx.ExecContext(ctx, "INSERT INTO sold VALUES (?, ?) ON CONFLICT DO NOTHING", code, at.UnixMilli())
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			added += n
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store sold codes: %w", err)
	}
	s.change(added)
	return nil
}

// remove forgets codes in one transaction, and tells for each whether it was there.
func (s *sold) remove(ctx context.Context, codes []string) ([]bool, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	removed := make([]bool, len(codes))
	var gone int64
	err := inTx(ctx, s.write, func(tx *sql.Tx) error {
		for i, code := range codes {
			res, err := tx.ExecContext(ctx, "DELETE FROM sold WHERE code = ?", code)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			removed[i], gone = n > 0, gone+n
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("remove sold codes: %w", err)
	}
	s.change(-gone)
	return removed, nil
}

func (s *sold) change(by int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count += by
}

func (s *sold) size() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.count
}

// forgetBefore deletes what was sold before an instant; the zero time is all of it.
func (s *sold) forgetBefore(ctx context.Context, before time.Time) (int64, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	query, args := "DELETE FROM sold WHERE sold_at < ?", []any{before.UnixMilli()}
	if before.IsZero() {
		query, args = "DELETE FROM sold", nil
	}
	res, err := s.write.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("forget sold codes: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("forget sold codes: %w", err)
	}
	if n == 0 {
		return 0, nil
	}
	return n, s.load(ctx)
}

func (s *sold) close() error {
	var errs []error
	if s.has != nil {
		errs = append(errs, s.has.Close())
	}
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
