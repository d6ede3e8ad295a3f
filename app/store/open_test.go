package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/sale/saletest"
)

var ctx = context.Background()

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(ctx, dir)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// pragma reads one setting of a real connection.
func pragma(t testing.TB, db *sql.DB, name string) string {
	t.Helper()
	var v string
	require.NoError(t, db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v))
	return v
}

func TestConnectionsHaveTheSettingsThatDurabilityNeeds(t *testing.T) {
	s := open(t, t.TempDir())
	const full, normal = "2", "1"
	for name, c := range map[string]struct {
		db                    *sql.DB
		synchronous, readOnly string
	}{
		"the till's writer":      {s.write, full, "0"},
		"the till's readers":     {s.read, full, "1"},
		"the catalogue's writer": {s.catalogWrite, normal, "0"},
		"the catalogue's reader": {s.catalogRead, normal, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "wal", pragma(t, c.db, "journal_mode"))
			require.Equal(t, c.synchronous, pragma(t, c.db, "synchronous"))
			require.Equal(t, "1", pragma(t, c.db, "foreign_keys"))
			require.Equal(t, "5000", pragma(t, c.db, "busy_timeout"))
			require.Equal(t, c.readOnly, pragma(t, c.db, "query_only"))
		})
	}
	require.Equal(t, 1, s.write.Stats().MaxOpenConnections)
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such bits: the folder's rights hold there")
	}
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "login"}}))
	require.NoError(t, s.PutItems(ctx, saletest.Goods()))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 6, "two databases, each with its WAL and shared memory")
	for _, f := range files {
		info, err := f.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f.Name())
	}
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}

func TestAnyFolderNameWorks(t *testing.T) {
	for _, name := range []string{"с пробелом", "100% #1", "a?b=c&d", "%41"} {
		if runtime.GOOS == "windows" && name == "a?b=c&d" {
			continue
		}
		dir := filepath.Join(t.TempDir(), name)
		open(t, dir)
		require.FileExists(t, filepath.Join(dir, tillFile))
	}
}

func TestOpeningAgainChangesNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	require.NoError(t, s.PutItems(ctx, saletest.Goods()))
	before := schemaOf(t, s.write)
	require.NoError(t, s.Close())
	s = open(t, dir)
	require.Equal(t, before, schemaOf(t, s.write))
	_, err := s.ByBarcode(ctx, saletest.Bread)
	require.NoError(t, err)
	require.NoError(t, s.Check(ctx))
}

func schemaOf(t testing.TB, db *sql.DB) []string {
	t.Helper()
	rows, err := db.QueryContext(ctx, "SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name")
	require.NoError(t, err)
	defer rows.Close()
	var found []string
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		found = append(found, s)
	}
	require.NoError(t, rows.Err())
	return append(found, "version "+pragma(t, db, "user_version"))
}

func TestAFileOfANewerProgramIsRefusedAndLeftAlone(t *testing.T) {
	for _, file := range []string{tillFile, catalogFile} {
		dir := t.TempDir()
		s := open(t, dir)
		require.NoError(t, s.Close())
		path := filepath.Join(dir, file)
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		_, err = db.ExecContext(ctx, "PRAGMA user_version=99")
		require.NoError(t, err)
		require.NoError(t, db.Close())
		before, err := os.ReadFile(path)
		require.NoError(t, err)

		_, err = Open(ctx, dir)
		require.ErrorIs(t, err, ErrNewer)
		require.ErrorContains(t, err, file)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after)
	}
}

func TestUpgradesGoOnWhereTheFileIs(t *testing.T) {
	first := fstest.MapFS{"schema/x-0001.sql": {Data: []byte("CREATE TABLE a (v TEXT); INSERT INTO a VALUES ('kept');")}}
	second := fstest.MapFS{
		"schema/x-0001.sql": first["schema/x-0001.sql"],
		"schema/x-0002.sql": {Data: []byte("ALTER TABLE a ADD COLUMN w TEXT; UPDATE a SET w = 'new';")},
	}
	broken := fstest.MapFS{
		"schema/x-0001.sql": first["schema/x-0001.sql"], "schema/x-0002.sql": second["schema/x-0002.sql"],
		"schema/x-0003.sql": {Data: []byte("CREATE TABLE b (v TEXT); CREATE TABLE a (v TEXT);")},
	}
	db, err := sql.Open("sqlite", dsn(filepath.Join(t.TempDir(), "x.db"), "FULL", false))
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, migrate(ctx, db, first, "x"))
	require.NoError(t, migrate(ctx, db, second, "x"))
	require.NoError(t, migrate(ctx, db, second, "x"))
	var v, w string
	require.NoError(t, db.QueryRowContext(ctx, "SELECT v, w FROM a").Scan(&v, &w))
	require.Equal(t, []string{"kept", "new"}, []string{v, w})

	require.ErrorContains(t, migrate(ctx, db, broken, "x"), "x-0003.sql")
	require.Equal(t, "2", pragma(t, db, "user_version"))
	var tables int
	require.NoError(t, db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'").Scan(&tables))
	require.Zero(t, tables, "half an upgrade is none")
	require.ErrorIs(t, migrate(ctx, db, first, "x"), ErrNewer)
}

func TestAFileThatCameBackFromACopyUsesWALAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	require.NoError(t, s.Commit(ctx, journal.Change{Entry: journal.Entry{Kind: "login"}, State: &journal.State{NextNumber: 7}}))
	backup := filepath.Join(t.TempDir(), "copy.db")
	_, err := s.write.ExecContext(ctx, "VACUUM INTO ?", backup)
	require.NoError(t, err)
	require.NoError(t, s.Close())

	restored := t.TempDir()
	require.NoError(t, os.Rename(backup, filepath.Join(restored, tillFile)))
	s = open(t, restored)
	require.Equal(t, "wal", pragma(t, s.write, "journal_mode"))
	saved, err := s.Load(ctx)
	require.NoError(t, err)
	require.Equal(t, 7, saved.State.NextNumber)
}

func TestAFileThatIsNoDatabaseIsAnError(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, tillFile), []byte("this is a shopping list, not a database"), 0o600))
	_, err := Open(ctx, dir)
	require.ErrorContains(t, err, tillFile)
}

func TestSalesFindTheirGoodsWhileAnImportIsBeingWritten(t *testing.T) {
	s := open(t, t.TempDir())
	require.NoError(t, s.PutItems(ctx, saletest.Goods()))
	tx, err := s.catalogWrite.BeginTx(ctx, nil)
	require.NoError(t, err)
	defer tx.Rollback()
	goods := saletest.Goods()
	goods[0].Price = 1
	require.NoError(t, putItem(ctx, tx, &goods[0]))
	item, err := s.ByBarcode(ctx, saletest.Bread)
	require.NoError(t, err)
	require.EqualValues(t, 45_50, item.Price)
	require.NoError(t, tx.Commit())
	item, err = s.ByBarcode(ctx, saletest.Bread)
	require.NoError(t, err)
	require.EqualValues(t, 1, item.Price)
}
