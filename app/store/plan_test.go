package store

import (
	"database/sql"
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

	"kassa/app/journal"
	"kassa/app/marking"
)

// allowedScans touch no row in vain: their index holds only the rows that are wanted.
var allowedScans = regexp.MustCompile(`USING (COVERING )?INDEX (receipts_suspended|documents_sending|code_news_untold|items_tile)$`)

// exempt are the functions that build a query at run time. Search reads all names (LIKE '%part%', and the
// end of a barcode): a part of a word has no index. It is measured, not planned. So are the Suspects, which are
// few. The queries of the book of checks have a test of their own.
var exempt = []string{"Search", "Suspects", "evidenceSelect", "CountEvidence"}

var largeTables = regexp.MustCompile(`SCAN (items|barcodes|lines|payments|receipts|documents|journal|code_news|stock_moves|stock_codes|checks|c)\b`)

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
			for _, detail := range plan(t, db, q.text, make([]any, parameters(q.text))...) {
				require.False(t, largeTables.MatchString(detail) && !allowedScans.MatchString(detail), "%s: %s", q.text, detail)
			}
		})
	}
}

// plan is what SQLite means to do, a step each.
func plan(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	require.NoError(t, err, query)
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		steps = append(steps, detail)
	}
	require.NoError(t, rows.Err())
	return steps
}

// Every combination of the members of a query: the rows of the book of checks are wide and many, so they are
// found in an index, and then read by their number, already in order.
func TestNoQueryReadsTheWholeBookOfChecks(t *testing.T) {
	s := open(t, t.TempDir())
	set := []func(*journal.EvidenceQuery){
		func(q *journal.EvidenceQuery) { q.Since = at },
		func(q *journal.EvidenceQuery) { q.Before = at },
		func(q *journal.EvidenceQuery) { q.ReceiptID = "r" },
		func(q *journal.EvidenceQuery) { q.GTIN = "g" },
		func(q *journal.EvidenceQuery) { q.KI = "k" },
		func(q *journal.EvidenceQuery) { q.Decision = marking.Forbid },
		func(q *journal.EvidenceQuery) { q.Source = marking.SourceOnline },
		func(q *journal.EvidenceQuery) { q.Reason = marking.ReasonSold },
		func(q *journal.EvidenceQuery) { q.Overtime = true },
		func(q *journal.EvidenceQuery) { q.Under = 9 },
	}
	for members := range 1 << len(set) {
		var q journal.EvidenceQuery
		for i, with := range set {
			if members&(1<<i) != 0 {
				with(&q)
			}
		}
		query, args := evidenceSelect(q)
		from, countArgs := evidenceFrom(q)
		for _, p := range [][]string{plan(t, s.read, query, args...), plan(t, s.read, "SELECT count(*)"+from, countArgs...)} {
			for _, step := range p {
				scan := strings.HasPrefix(step, "SCAN")
				if members == 0 && (step == "SCAN checks" || step == "SCAN checks USING COVERING INDEX checks_ki") {
					continue // nothing is asked: the newest by number until there are enough, or the count of all
				}
				require.False(t, scan, "%+v: %q", q, p)
				require.NotContains(t, step, "USING INDEX checks_at", "%+v: %q: rows are read for what the index tells", q, p)
			}
		}
		whole := plan(t, s.read, query, args...)
		require.Equal(t, "SEARCH l USING PRIMARY KEY (receipt_id=? AND no=?) LEFT-JOIN", whole[len(whole)-1], "%+v: the wide rows are not sorted", q)
	}
}

// parameters is how many values a query wants: numbered ones may stand in it more than once.
func parameters(query string) int {
	for n := 9; n > 0; n-- {
		if strings.Contains(query, "?"+strconv.Itoa(n)) {
			return n
		}
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
