package cache

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver, pure Go
)

// schema holds one folder per database with numbered files; each runs once, in its own transaction,
// and its number becomes the database's user_version.
//
//go:embed schema
var schema embed.FS

// ErrNewer is reported for a database that a newer program has written.
var ErrNewer = errors.New("written by a newer program")

// dsn names a file for the driver. Without the file: prefix everything after ? would be dropped and
// mode=ro silently become read-write (engine.md §2.5).
func dsn(path string, query string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: query}).String()
}

// durable are the pragmas of files that must not forget: every commit is on the disk when it returns.
const durable = "_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_pragma=cache_size(-2000)&_txlock=immediate"

// openDurable opens the writer of a database, one connection, and brings its schema up to date.
// The folder's lock makes us the only owner, so that setting WAL here cannot meet another process.
func openDurable(ctx context.Context, path, folder string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, durable))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, db, folder); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func migrate(ctx context.Context, db *sql.DB, folder string) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode=WAL").Scan(&mode); err != nil {
		return fmt.Errorf("set journal mode: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("set journal mode: got %q, want wal", mode)
	}
	var have int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	steps, err := fs.Glob(schema, "schema/"+folder+"/*.sql") // in order of their numbers
	if err != nil {
		return err
	}
	if have > len(steps) {
		return fmt.Errorf("schema version %d, this program knows %d: %w", have, len(steps), ErrNewer)
	}
	for i, step := range steps[have:] {
		text, err := schema.ReadFile(step)
		if err != nil {
			return err
		}
		if err := inTx(ctx, db, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version=%d", have+i+1))
			return err
		}); err != nil {
			return fmt.Errorf("apply %s: %w", step, err)
		}
	}
	return nil
}

// inTx runs work in one transaction: all of it is on the disk afterwards, or nothing.
func inTx(ctx context.Context, db *sql.DB, work func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := work(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
