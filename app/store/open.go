package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite"
)

// Names of the files in the till's data folder.
const (
	tillFile    = "till.db"
	catalogFile = "catalog.db"
)

//go:embed schema/*.sql
var schemas embed.FS

// ErrNewer is reported for a file that a newer program has written.
var ErrNewer = errors.New("the database was written by a newer version of the program")

// Store is the till's memory on disk. Each file has one writing connection and a few reading ones, so that
// a sale finds its goods while an import is being written.
type Store struct {
	write, read               *sql.DB // till.db
	catalogWrite, catalogRead *sql.DB
}

// Open opens (and creates, and upgrades) the files in dir. The folder is made with mode 0700.
func Open(ctx context.Context, dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	s := &Store{}
	var err error
	if s.write, s.read, err = openBoth(ctx, filepath.Join(dir, tillFile), "till", "FULL"); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.catalogWrite, s.catalogRead, err = openBoth(ctx, filepath.Join(dir, catalogFile), "catalog", "NORMAL"); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the files.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write, s.catalogRead, s.catalogWrite} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// dsn holds every pragma, so that each connection of a pool has them. synchronous=FULL: a receipt that
// was acknowledged survives a power cut (engine §6.1); the catalogue can be rebuilt and takes NORMAL.
func dsn(path, synchronous string, readOnly bool) string {
	q := url.Values{}
	for _, p := range []string{"busy_timeout(5000)", "foreign_keys(1)", "synchronous(" + synchronous + ")", "cache_size(-2000)"} {
		q.Add("_pragma", p)
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

// readers is how many connections read one file at once.
const readers = 3

// openBoth opens the connections of one file and upgrades it.
func openBoth(ctx context.Context, path, schema, synchronous string) (write, read *sql.DB, err error) {
	name := filepath.Base(path)
	if err := touch(path); err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", name, err)
	}
	if write, err = sql.Open("sqlite", dsn(path, synchronous, false)); err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", name, err)
	}
	write.SetMaxOpenConns(1)
	if err := useWAL(ctx, write); err != nil {
		return write, nil, fmt.Errorf("open %s: %w", name, err)
	}
	if err := migrate(ctx, write, schemas, schema); err != nil {
		return write, nil, fmt.Errorf("upgrade %s: %w", name, err)
	}
	if read, err = sql.Open("sqlite", dsn(path, synchronous, true)); err != nil {
		return write, nil, fmt.Errorf("open %s for reading: %w", name, err)
	}
	read.SetMaxOpenConns(readers)
	return write, read, nil
}

// useWAL sets the journal mode of a new file, and of one that came back from a copy. Only when it is
// another one: setting it meets SQLITE_BUSY while somebody else has the file open (engine §2.5).
func useWAL(ctx context.Context, db *sql.DB) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode == "wal" {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode=WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode stays %s: is the file on a local disk", mode)
	}
	return nil
}

// touch makes an empty file with mode 0600 when there is none, so that nobody else may read it, and
// makes its name durable.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// migrate applies the numbered schema files that the database has not seen, a transaction each.
func migrate(ctx context.Context, db *sql.DB, from fs.FS, name string) error {
	files, err := fs.Glob(from, "schema/"+name+"-*.sql")
	if err != nil {
		return err
	}
	var have int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	if have > len(files) {
		return ErrNewer
	}
	for i := have; i < len(files); i++ {
		body, err := fs.ReadFile(from, files[i])
		if err != nil {
			return err
		}
		err = inTx(ctx, db, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, string(body)); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version=%d", i+1))
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", strings.TrimPrefix(files[i], "schema/"), err)
		}
	}
	return nil
}

// inTx runs f in one transaction.
func inTx(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it has nothing to do
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
