package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/catalog"
)

func TestFoldedTextsCompareAsPeopleDo(t *testing.T) {
	cases := map[string]struct{ in, want string }{
		"case":               {"МоЛоКо", "молоко"},
		"ё is е":             {"Ёлка Зелёная", "елка зеленая"},
		"spaces":             {"  молоко \t 3,2 %  ", "молоко 3,2 %"},
		"quotes part words":  {"«Простоквашино»1л", "простоквашино 1л"},
		"brackets too":       {"сыр(кг)", "сыр кг"},
		"nothing is nothing": {" «» ", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, catalog.Fold(c.in)) })
	}
}

func TestQueries(t *testing.T) {
	cases := map[string]struct {
		in   string
		want catalog.Query
	}{
		"words":                        {"мол 3,2", catalog.Query{Words: []string{"мол", "3,2"}}},
		"the other layout":             {"vjkjrj", catalog.Query{Words: []string{"vjkjrj"}, Other: []string{"молоко"}}},
		"with signs that are letters":  {"[kt,", catalog.Query{Words: []string{"[kt,"}, Other: []string{"хлеб"}}},
		"with Shift":                   {"{KT<", catalog.Query{Words: []string{"{kt<"}, Other: []string{"хлеб"}}},
		"ё of the other layout":        {"`krf", catalog.Query{Words: []string{"`krf"}, Other: []string{"елка"}}},
		"digits":                       {"0015", catalog.Query{Words: []string{"0015"}, Digits: "0015"}},
		"digits with spaces":           {"46 00", catalog.Query{Words: []string{"46", "00"}, Digits: "4600"}},
		"no letters, no other layout":  {"100", catalog.Query{Words: []string{"100"}, Digits: "100"}},
		"nothing":                      {"  ", catalog.Query{}},
		"Russian has no other reading": {"хлеб", catalog.Query{Words: []string{"хлеб"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := catalog.ParseQuery(c.in)
			if len(got.Words) == 0 {
				got.Words = nil
			}
			require.Equal(t, c.want, got)
		})
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"молоко", "vjkjrj", "4600", "«»", "[kt,\x00", strings.Repeat("ё", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := catalog.ParseQuery(s)
		for _, words := range [][]string{q.Words, q.Other} {
			for _, w := range words {
				require.Equal(t, w, catalog.Fold(w), "a word is folded: folding again changes nothing")
			}
		}
	})
}
