package store

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// allowedScans touch no row in vain: their index holds only the rows that are wanted.
var allowedScans = regexp.MustCompile(`USING (COVERING )?INDEX (receipts_suspended|documents_sending|code_news_untold|items_tile)$`)

// exempt are the functions that build a query at run time. Search reads all names (LIKE '%part%', and the
// end of a barcode): a part of a word has no index. It is measured, not planned.
var exempt = []string{"Search", "Evidence"}

var largeTables = regexp.MustCompile(`SCAN (items|barcodes|lines|payments|receipts|documents|journal|code_news|stock_moves)\b`)

func TestNoQueryReadsAWholeLargeTable(t *testing.T) {
	s := open(t, t.TempDir())
	found := queries(t)
	require.Greater(t, len(found), 15)
	for _, q := range found {
		t.Run(q.in, func(t *testing.T) {
			db := s.read
			if strings.Contains(q.text, " items") || strings.Contains(q.text, " barcodes") {
				db = s.catalogWrite
			} else if !strings.HasPrefix(q.text, "SELECT") {
				db = s.write
			}
			rows, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+q.text, make([]any, parameters(q.text))...)
			require.NoError(t, err, q.text)
			defer rows.Close()
			for rows.Next() {
				var id, parent, unused int
				var detail string
				require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
				require.False(t, largeTables.MatchString(detail) && !allowedScans.MatchString(detail), "%s: %s", q.text, detail)
			}
			require.NoError(t, rows.Err())
		})
	}
}

func parameters(query string) int {
	if strings.Contains(query, "?1") {
		return 1
	}
	return strings.Count(query, "?")
}

// query is a statement of the package's source.
type query struct{ in, text string }

// queries reads the statements out of the package's own source, so that a new one cannot be forgotten.
func queries(t *testing.T) []query {
	t.Helper()
	files := token.NewFileSet()
	packages, err := parser.ParseDir(files, ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	require.NoError(t, err)
	var found []query
	for _, file := range packages["store"].Files {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				text, whole := constant(e)
				if !regexp.MustCompile(`^(SELECT|UPDATE|DELETE|INSERT)\b`).MatchString(text) {
					return true
				}
				if !whole {
					require.Contains(t, exempt, f.Name.Name, "a query that is built at run time: %s", text)
					return false
				}
				found = append(found, query{fmt.Sprintf("%s line %d", f.Name.Name, files.Position(e.Pos()).Line), text})
				return false
			})
		}
	}
	return found
}

// constant is the text of a sum of literals and column lists, as far as it can be told; whole tells that
// nothing else is in it.
func constant(e ast.Expr) (text string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		return itemColumns, e.Name == "itemColumns"
	case *ast.BinaryExpr:
		left, ok := constant(e.X)
		if !ok {
			return left, false
		}
		right, ok := constant(e.Y)
		return left + right, ok
	}
	return "", false
}
