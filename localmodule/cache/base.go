package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"

	"kassa/app/feed"
)

// slots is how many look-ups of one base may read the file at once. Each costs a connection with about
// 4 MB of page cache in this driver.
const slots = 4

const selectEntry = "SELECT value FROM entry WHERE key = ?"

// base is one version of one list: a file that is never written again, and its filter.
type base struct {
	set    feed.State
	list   feed.List
	salt   []byte
	file   string // name without extension
	path   string // of the .db file
	bytes  int64  // its size
	filter *filter
	db     *sql.DB
	free   chan *slot // all slots; whoever takes one puts it back
	first  uint64     // the smallest key, for the probe; only if set.Count > 0

	holders  atomic.Int64 // generations that have it
	obsolete atomic.Bool  // delete the files when the last holder lets go
	log      *slog.Logger
}

// slot is a connection of its own with the statement prepared on it.
type slot struct {
	conn *sql.Conn
	stmt *sql.Stmt
}

func (s *slot) close() error {
	// The statement first: one that is prepared on a connection is not closed with it, and would keep the
	// closed database alive with its page cache (engine.md §2.5).
	return errors.Join(s.stmt.Close(), s.conn.Close())
}

// stored maps a key to SQLite's signed integers so that their order stays the same: a base is written in
// order, which is several times faster and leaves full pages.
func stored(key uint64) int64   { return int64(key ^ 1<<63) }
func unstored(row int64) uint64 { return uint64(row) ^ 1<<63 }

// openReadOnly opens a finished file: immutable needs no locks. There is no mmap on purpose: a page that
// the disk cannot read would then end the process with SIGBUS, and without it is an error of one look-up.
func openReadOnly(path string) (*sql.DB, error) {
	return sql.Open("sqlite", dsn(path, "mode=ro&immutable=1&_pragma=cache_size(-2000)&_pragma=query_only(1)"))
}

// openBase opens a base for look-ups. size is the one that was recorded when the file was finished.
func openBase(ctx context.Context, dir, file string, head feed.Head, size int64, log *slog.Logger) (_ *base, err error) {
	b := &base{set: head.State, list: head.List, salt: head.Salt, file: file, path: filepath.Join(dir, file+baseSuffix), bytes: size, free: make(chan *slot, slots),
		log: log.With("base", file)}
	info, err := os.Stat(b.path)
	if err != nil {
		return nil, err
	}
	if info.Size() != size {
		return nil, fmt.Errorf("open %s: %d bytes, want %d", b.path, info.Size(), size)
	}
	if b.db, err = openReadOnly(b.path); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	b.db.SetMaxIdleConns(-1) // a scan's connection goes when it is done; the slots are not idle ones
	for range slots {
		conn, err := b.db.Conn(ctx)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", b.path, err)
		}
		stmt, err := conn.PrepareContext(ctx, selectEntry)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", b.path, err), conn.Close())
		}
		b.free <- &slot{conn, stmt}
	}
	if b.set.Count > 0 {
		var row int64
		if err := b.db.QueryRowContext(ctx, "SELECT key FROM entry ORDER BY key LIMIT 1").Scan(&row); err != nil {
			return nil, fmt.Errorf("read first key of %s: %w", b.path, err)
		}
		b.first = unstored(row)
	}
	if err := b.loadFilter(ctx, filepath.Join(dir, file+filterSuf)); err != nil {
		return nil, fmt.Errorf("load filter of %s: %w", b.path, err)
	}
	return b, nil
}

// loadFilter takes the filter from its file, or makes it anew from the base.
func (b *base) loadFilter(ctx context.Context, path string) error {
	f, err := loadFilter(path, b.set)
	if err == nil {
		b.filter = f
		return nil
	}
	b.log.Warn("making the filter anew", "because", err)
	if f, err = newFilter(b.set.Count); err != nil {
		return err
	}
	if err := scan(ctx, b.db, func(e feed.Entry) { f.add(e.Key) }); err != nil {
		return err
	}
	b.filter = f
	if err := f.save(path, b.set.Digest); err != nil {
		b.log.Warn("the filter was not stored and will be made anew again", "error", err)
	}
	return nil
}

// lookup finds the value of a key. Nearly every key is not there and is answered by the filter.
func (b *base) lookup(ctx context.Context, key uint64) (value uint32, found bool, err error) {
	if !b.filter.mayHave(key) {
		return 0, false, nil
	}
	return b.read(ctx, key)
}

// read asks the file.
func (b *base) read(ctx context.Context, key uint64) (value uint32, found bool, err error) {
	var s *slot
	select {
	case s = <-b.free:
	case <-ctx.Done():
		return 0, false, ctx.Err()
	}
	defer func() { b.free <- s }()
	err = s.stmt.QueryRowContext(ctx, stored(key)).Scan(&value)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("look up in %s: %w", b.file, err)
	}
	return value, true, nil
}

// probe is a live look-up past the filter: a key that is in the base must be found and another must not.
func (b *base) probe(ctx context.Context) error {
	// A key below the first is surely absent; where there is none, a random one is, but for 1 in 10^11.
	absent := b.first - 1
	if b.set.Count == 0 || b.first == 0 {
		absent = rand.Uint64()
	}
	if b.set.Count > 0 {
		if !b.filter.mayHave(b.first) {
			return fmt.Errorf("probe %s: its filter does not know its first key", b.file)
		}
		if err := b.expect(ctx, b.first, true); err != nil {
			return err
		}
	}
	return b.expect(ctx, absent, false)
}

func (b *base) expect(ctx context.Context, key uint64, want bool) error {
	_, found, err := b.read(ctx, key)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	if found != want {
		return fmt.Errorf("probe %s: found %t where %t is right", b.file, found, want)
	}
	return nil
}

// verify reads the whole file and compares it with the state in the signed head.
func (b *base) verify(ctx context.Context) error { return verifyFile(ctx, b.db, b.list, b.set) }

func verifyFile(ctx context.Context, db *sql.DB, list feed.List, want feed.State) error {
	var got feed.State
	err := scan(ctx, db, func(e feed.Entry) {
		got.Count++
		got.Digest.Add(list, e)
	})
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("%d entries with digest %.16s…, the head says %d with %.16s…: %w",
			got.Count, got.Digest, want.Count, want.Digest, ErrDigest)
	}
	return nil
}

// scan calls work for every entry in ascending order of keys.
func scan(ctx context.Context, db *sql.DB, work func(feed.Entry)) error {
	rows, err := db.QueryContext(ctx, "SELECT key, value FROM entry ORDER BY key")
	if err != nil {
		return fmt.Errorf("read base: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row int64
		var e feed.Entry
		if err := rows.Scan(&row, &e.Value); err != nil {
			return fmt.Errorf("read base: %w", err)
		}
		e.Key = unstored(row)
		work(e)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read base: %w", err)
	}
	return nil
}

func (b *base) hold() { b.holders.Add(1) }

// letGo closes the base when its last holder lets go, and deletes it when it is obsolete.
func (b *base) letGo() {
	if b.holders.Add(-1) > 0 {
		return
	}
	if err := b.close(); err != nil {
		b.log.Warn("close", "error", err)
	}
	if b.obsolete.Load() {
		// What cannot be deleted now is swept at the next start.
		if err := removeBase(filepath.Dir(b.path), b.file); err != nil {
			b.log.Warn("delete", "error", err)
		}
	}
}

// close is called when no look-up is under way: all opened slots are free then.
func (b *base) close() error {
	var errs []error
	for range len(b.free) {
		errs = append(errs, (<-b.free).close())
	}
	return errors.Join(append(errs, b.db.Close())...)
}
