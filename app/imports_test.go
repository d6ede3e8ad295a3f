package app_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// words are the packages of pure values: the standard library and each other only.
var words = []string{"app/money", "app/till", "app/marking", "app/fiscal", "app/scan", "app/feed", "app/catalog", "app/staff", "app/stock", "app/journal"}

// arrow is one row of the architecture's table of imports.
type arrow struct {
	from  string   // folder and everything below
	may   []string // our packages (prefixes) it may import
	never []string // packages of others (prefixes) it must not import
	why   string
}

var arrows = []arrow{
	{"app/money", nil, outside, "money is the bottom"},
	{"app/till", words, outside, "words are pure"},
	{"app/marking", words, outside, "words are pure"},
	{"app/fiscal", words, outside, "words are pure"},
	{"app/scan", words, outside, "words are pure"},
	{"app/feed", words, outside, "words are pure"},
	{"app/catalog", words, outside, "words are pure"},
	{"app/staff", words, outside, "words are pure"},
	{"app/stock", words, outside, "words are pure"},
	{"app/journal", words, outside, "words are pure"},
	{"app/sale", append([]string{"app/sale"}, words...), outside, "the engine knows the world through its ports"},
	{"app/store", append([]string{"app/store"}, words...), []string{"fyne.io/", "net/http"}, "the store keeps words"},
	{"app/config", append([]string{"app/config"}, words...), []string{"fyne.io/", "database/sql", "modernc.org/sqlite"}, "settings are plain"},
	{"app/texts", append([]string{"app/texts", "app/sale"}, words...), outside, "sentences are plain"},
	{"app/report", words, outside, "reports are plain"},
	{"app/logs", words, []string{"fyne.io/", "database/sql"}, "logs know words only"},
	{"app/ui", append([]string{"app/ui", "app/sale", "app/texts", "app/report", "app/config", "assets"}, words...),
		[]string{"fyne.io/fyne/v2/app", "database/sql", "modernc.org/sqlite", "net/http"}, "screens draw snapshots"},
	{"device", append([]string{"device"}, words...), []string{"fyne.io/", "database/sql", "modernc.org/sqlite"}, "device knows words only"},
	{"localmodule", append([]string{"localmodule"}, words...), []string{"fyne.io/"}, "the module knows words only"},
	{"sync", append([]string{"sync"}, words...), []string{"fyne.io/"}, "sync knows words only"},
	{"assets", nil, outside, "assets are files"},
}

// outside is what pure packages must not touch.
var outside = []string{"fyne.io/", "database/sql", "modernc.org/", "net/http", "net", "os", "os/exec", "syscall", "github.com/", "golang.org/", "go.yaml.in/"}

// sqliteUsers are the only importers of the SQLite driver.
var sqliteUsers = []string{"app/store", "localmodule/cache", "sync/shop", "sync/centralsim"}

// testsAlso is what the tests of a room may import besides: the engine and the check of the stock (sync/precheck) are
// proved on real files.
var testsAlso = map[string]string{"app/sale": "app/store", "sync": "app/store"}

// testOnly packages end in these words and are imported by tests, by each other, by cmd/lab and by the training mode.
func testOnly(p string) bool {
	last := p[strings.LastIndex(p, "/")+1:]
	return strings.HasSuffix(last, "test") || strings.HasSuffix(last, "sim")
}

func TestImportsFollowTheArrows(t *testing.T) {
	for file, imports := range sources(t) {
		dir := filepath.ToSlash(filepath.Dir(file))
		isTest := strings.HasSuffix(file, "_test.go")
		for _, path := range imports {
			own, isOwn := strings.CutPrefix(path, "kassa/")
			for _, a := range arrows {
				if !below(dir, a.from) {
					continue
				}
				if isOwn {
					ok := slices.ContainsFunc(a.may, func(p string) bool { return below(own, p) }) || below(own, a.from) || own == "app/money"
					require.True(t, ok || isTest && (testOnly(own) || testsAlso[a.from] == own), "%s imports %s: %s", file, path, a.why)
				} else if !isTest {
					bad := slices.ContainsFunc(a.never, func(p string) bool { return path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) })
					require.False(t, bad, "%s imports %s: %s", file, path, a.why)
				}
			}
			if isOwn && below(dir, "cmd") && below(own, "cmd") {
				require.True(t, below(own, "cmd/internal") || below(own, dir), "%s imports %s: commands do not import each other", file, path)
			}
			if path == "fyne.io/fyne/v2/app" {
				require.Equal(t, "cmd/till", dir, "%s: only cmd/till opens the window driver", file)
			}
			if path == "modernc.org/sqlite" {
				require.True(t, slices.ContainsFunc(sqliteUsers, func(p string) bool { return below(dir, p) }), "%s imports the SQLite driver", file)
			}
			if isOwn && testOnly(own) && !isTest {
				require.True(t, testOnly(dir) || dir == "cmd/lab", "%s imports %s, which is for tests and the lab", file, path)
			}
		}
	}
}

func TestSyncItselfHoldsNoGoFile(t *testing.T) {
	for file := range sources(t) {
		require.NotEqual(t, "sync", filepath.ToSlash(filepath.Dir(file)), "%s: the name belongs to the standard library", file)
	}
}

// sources parses every Go file of the module and gives its imports. It reads the files themselves:
// a test over the output of `go list` may pass from the test cache on old results.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "build" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		found[rel] = []string{}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			found[rel] = append(found[rel], p)
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func below(dir, root string) bool { return dir == root || strings.HasPrefix(dir, root+"/") }
