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
	"time"

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

// Store is the till's memory on disk. Writing methods take one connection, one after another.
type Store struct {
	Now func() time.Time

	write, read *sql.DB // till.db
	catalog     *sql.DB
}

// Open opens (and creates, and upgrades) the files in dir. The folder is made with mode 0700.
func Open(ctx context.Context, dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	s := &Store{Now: time.Now}
	var err error
	if s.write, err = openFile(ctx, filepath.Join(dir, tillFile), "till", true); err != nil {
		return nil, err
	}
	if s.read, err = openReader(filepath.Join(dir, tillFile)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.catalog, err = openFile(ctx, filepath.Join(dir, catalogFile), "catalog", false); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the files.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write, s.catalog} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// dsn holds every pragma, so that each connection of a pool has them. synchronous=FULL: a receipt that
// was acknowledged survives a power cut (engine §6.1); the catalogue can be rebuilt and takes NORMAL.
func dsn(path string, precious, readOnly bool) string {
	sync := "NORMAL"
	if precious {
		sync = "FULL"
	}
	q := url.Values{}
	for _, p := range []string{"busy_timeout(5000)", "foreign_keys(1)", "synchronous(" + sync + ")", "cache_size(-2000)"} {
		q.Add("_pragma", p)
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

func openFile(ctx context.Context, path, schema string, precious bool) (*sql.DB, error) {
	made, err := touch(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(path), err)
	}
	db, err := sql.Open("sqlite", dsn(path, precious, false))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(path), err)
	}
	db.SetMaxOpenConns(1)
	if made {
		// Set once, by the one who creates the file: on every connection it meets SQLITE_BUSY (engine §2.5).
		if _, err := db.ExecContext(ctx, "PRAGMA journal_mode=WAL"); err != nil {
			return nil, errors.Join(fmt.Errorf("create %s: %w", filepath.Base(path), err), db.Close())
		}
	}
	if err := migrate(ctx, db, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("upgrade %s: %w", filepath.Base(path), err), db.Close())
	}
	return db, nil
}

// touch makes an empty file with mode 0600 when there is none, so that nobody else may read it, and
// makes its name durable.
func touch(path string) (made bool, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Stat(path)
		return err == nil && info.Size() == 0, err
	}
	if err != nil {
		return false, err
	}
	if err := f.Close(); err != nil {
		return false, err
	}
	return true, syncFolder(filepath.Dir(path))
}

func openReader(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, true, true))
	if err != nil {
		return nil, fmt.Errorf("open %s for reading: %w", filepath.Base(path), err)
	}
	db.SetMaxOpenConns(3)
	return db, nil
}

// migrate applies the numbered schema files that the database has not seen, a transaction each.
func migrate(ctx context.Context, db *sql.DB, name string) error {
	files, err := fs.Glob(schemas, "schema/"+name+"-*.sql")
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
		body, err := schemas.ReadFile(files[i])
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
