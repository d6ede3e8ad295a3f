package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"kassa/app/feed"
)

// ErrDigest is reported for a set that is not the one its signed head describes. Nothing was changed.
var ErrDigest = errors.New("the set differs from its signed description")

// rowsAtOnce doubles the speed of loading against one row a statement (engine.md §2.2).
const rowsAtOnce = 100

// Built is a finished base that is not in use yet: give it to Apply or to Discard.
type Built struct {
	head   feed.Head
	file   string
	bytes  int64
	filter *filter
}

// Build writes a new base from the snapshot of a verified head: its entries block by block in ascending
// order of keys, as a segment has them. The file is read back and compared with the head before Build
// returns, so what Apply switches to is known to be whole and right. Nothing that serves is touched.
//
// ErrDigest when the entries are not what the head says. The head's snapshot must be its newest version.
func (c *Cache) Build(ctx context.Context, head feed.Head, blocks iter.Seq2[[]feed.Entry, error]) (_ *Built, err error) {
	b := &Built{head: head}
	if b.filter, err = newFilter(head.State.Count); err != nil {
		return nil, err
	}
	if b.file, err = c.newName(head); err != nil {
		return nil, err
	}
	path := filepath.Join(c.dir, b.file+baseSuffix)
	temp := path + tempSuffix
	defer func() {
		if err != nil {
			err = fmt.Errorf("build %s %d/%d: %w", head.List, head.Epoch, head.Seq, err)
			if rm := os.Remove(temp); rm != nil && !errors.Is(rm, fs.ErrNotExist) {
				err = errors.Join(err, rm)
			}
		}
	}()
	if err := writeBase(ctx, temp, head.State.Count, b.filter, blocks); err != nil {
		return nil, err
	}
	if err := syncPath(temp); err != nil {
		return nil, err
	}
	if err := checkBase(ctx, temp, head); err != nil {
		return nil, err
	}
	info, err := os.Stat(temp)
	if err != nil {
		return nil, err
	}
	b.bytes = info.Size()
	if err := os.Rename(temp, path); err != nil {
		return nil, err
	}
	// The filter's write makes both names durable.
	if err := b.filter.save(filepath.Join(c.dir, b.file+filterSuf), head.State.Digest); err != nil {
		return nil, errors.Join(err, c.Discard(b))
	}
	return b, nil
}

// Discard deletes a base that was built and is not wanted.
func (c *Cache) Discard(b *Built) error { return removeBase(c.dir, b.file) }

// newName finds a name that was never used: base-<list>-<epoch>-<seq>, with a number behind it when the
// same version is loaded again. Windows refuses to rename over an open file.
func (c *Cache) newName(head feed.Head) (string, error) {
	plain := fmt.Sprintf("%s%s-%d-%d", basePrefix, head.List, head.Epoch, head.Seq)
	name := plain
	for n := 2; ; n++ {
		_, err := os.Stat(filepath.Join(c.dir, name+baseSuffix))
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s-%d", plain, n)
	}
}

// writeBase fills a new file without journal or syncs: a crash leaves a .tmp that nobody reads.
func writeBase(ctx context.Context, path string, count int64, f *filter, blocks iter.Seq2[[]feed.Entry, error]) (err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, "_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)&_pragma=page_size(4096)"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE entry (key INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT"); err != nil {
		return err
	}
	return inTx(ctx, db, func(tx *sql.Tx) error {
		many, err := tx.PrepareContext(ctx, "INSERT INTO entry VALUES (?,?)"+strings.Repeat(",(?,?)", rowsAtOnce-1))
		if err != nil {
			return err
		}
		defer many.Close()
		var written int64
		args := make([]any, 0, 2*rowsAtOnce)
		for block, err := range blocks {
			if err != nil {
				return err
			}
			if written += int64(len(block)); written > count {
				return fmt.Errorf("over %d entries: %w", count, ErrDigest)
			}
			for _, e := range block {
				f.add(e.Key)
				args = append(args, stored(e.Key), int64(e.Value))
				if len(args) == cap(args) {
					if _, err := many.ExecContext(ctx, args...); err != nil {
						return err
					}
					args = args[:0]
				}
			}
		}
		return writeRest(ctx, tx, args)
	})
}

// writeRest writes what did not fill a whole statement.
func writeRest(ctx context.Context, tx *sql.Tx, args []any) error {
	for ; len(args) > 0; args = args[2:] {
		if _, err := tx.ExecContext(ctx, "INSERT INTO entry VALUES (?,?)", args[:2]...); err != nil {
			return err
		}
	}
	return nil
}

// checkBase reads a finished file back: its pages fit each other, and the set is the head's.
func checkBase(ctx context.Context, path string, head feed.Head) (err error) {
	db, err := openReadOnly(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil {
		return fmt.Errorf("check base: %w", err)
	}
	if said != "ok" {
		return fmt.Errorf("check base: %s", said)
	}
	return verifyFile(ctx, db, head.List, head.State)
}
