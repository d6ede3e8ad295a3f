package texts

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
)

// constants reads the string constants of a type from a source file.
func constants(t *testing.T, file, typeName string) map[string]string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	found := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != typeName {
			return true
		}
		for i, v := range spec.Values {
			if literal, ok := v.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				value, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				found[spec.Names[i].Name] = value
			}
		}
		return true
	})
	require.NotEmpty(t, found)
	return found
}

func TestEveryCodeHasATextAndNoTextIsForNoCode(t *testing.T) {
	codes := constants(t, "../till/error.go", "Code")
	for name, code := range codes {
		m, ok := refusals[till.Code(code)]
		require.True(t, ok, "till.%s has no text", name)
		require.NotEmpty(t, m.Headline, name)
		require.NotZero(t, m.Tone, name)
	}
	require.Len(t, refusals, len(codes))
}

func TestEveryReasonHasATextAndNoTextIsForNoReason(t *testing.T) {
	codes := constants(t, "../marking/check.go", "Reason")
	delete(codes, "ReasonNone")
	for name, code := range codes {
		require.NotEmpty(t, reasons[marking.Reason(code)], "marking.%s has no text", name)
		require.NotEmpty(t, reasonWords[marking.Reason(code)], "marking.%s has no words for lists", name)
	}
	require.Len(t, reasons, len(codes))
	require.Len(t, reasonWords, len(codes))
}

func TestEveryReasonHasTheNumberOfItsTextAndNoneIsM00(t *testing.T) {
	codes := constants(t, "../marking/check.go", "Reason")
	delete(codes, "ReasonNone")
	require.Len(t, verdictCodes, len(codes))
	numbers := []till.Code{"M-01", "M-02", "M-03", "M-04", "M-05", "M-06", "M-07", "M-10", "M-19"}
	for name, code := range codes {
		v := marking.Verdict{Decision: marking.Forbid, Reason: marking.Reason(code)}
		require.Contains(t, numbers, StopCode(sale.Stop{Code: till.MarkForbidden, Verdict: &v}), name)
	}
	sold := marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSold}
	require.EqualValues(t, "M-02", StopCode(sale.Stop{Code: till.MarkForbidden, Verdict: &sold}))
	require.Equal(t, till.MarkOther, StopCode(sale.Stop{Code: till.MarkOther}), "a stop without a verdict has its own")
}

func TestEveryNoticeHasATextAndNoTextIsForNoNotice(t *testing.T) {
	codes := constants(t, "../sale/snapshot.go", "NoticeCode")
	delete(codes, "NoticeRefused") // it is told by the code of the refusal
	for name, code := range codes {
		require.NotEmpty(t, notices[sale.NoticeCode(code)], "sale.%s has no text", name)
	}
	require.Len(t, notices, len(codes))
}

func TestEveryCodeOfALightHasAText(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../sale/snapshot.go", nil, 0)
	require.NoError(t, err)
	found := 0
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "LightCode") {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		found++
		require.True(t, lampTexts[code] != "" || lampWords[code] != "", "sale.%s has no text", spec.Names[0].Name)
		return true
	})
	require.Equal(t, len(lampTexts)+len(lampWords), found)
}

func TestEveryOriginOfASuspectHasATextAndAToneOfItsOwn(t *testing.T) {
	official, words := SuspectOrigin(journal.Suspect{Origin: journal.FromSale})
	require.Equal(t, "отказ на кассе", words)
	advice, words := SuspectOrigin(journal.Suspect{Origin: journal.FromPreCheck})
	require.Equal(t, "проверка склада (совет)", words)
	require.NotEqual(t, official, advice)
}

func TestEveryFaultHasAText(t *testing.T) {
	for f := marking.FaultNone; f.String() != "unknown"; f++ {
		require.NotEmpty(t, Fault(f), f.String())
	}
}

func TestEveryCaptionIsShownSomewhere(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "captions.go", nil, 0)
	require.NoError(t, err)
	captions := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for _, name := range spec.Names {
				captions[name.Name] = true
			}
		}
		return true
	})
	require.NotEmpty(t, captions)
	for _, root := range []string{".", "../ui", "../../cmd"} {
		forget(t, root, captions)
	}
	require.Empty(t, captions, "these captions are shown nowhere")
}

// forget removes the captions that a source below root uses.
func forget(t *testing.T, root string, captions map[string]bool) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "captions.go" {
			return err
		}
		source, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(source, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				delete(captions, id.Name)
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
}
