package catalog

import (
	"strings"
	"unicode"
)

// The keys of the Russian layout that stand where the Latin letters and signs do, then those with Shift.
const (
	latinKeys   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + `{}:"<>~`
	russianKeys = "йцукенгшщзхъфывапролджэячсмитьбюё" + "хъжэбюё"
)

var toRussian = func() map[rune]rune {
	russian := []rune(russianKeys)
	m := map[rune]rune{}
	for i, r := range []rune(latinKeys) {
		m[r] = russian[i]
	}
	return m
}()

// Fold gives text as the search compares it: lower case, ё as е, words apart by one space.
func Fold(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "ё", "е")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("«»\"'()", r)
	}), " ")
}

// Query is a search as it is asked.
type Query struct {
	Words  []string // each must occur, as a part of a word, in any order
	Digits string   // set when the whole query is digits: article, or the end of a barcode
	// Other are the words read in the other keyboard layout: «vjkjrj» is «молоко». Empty when that makes no sense.
	Other []string
}

// ParseQuery reads what a person typed.
func ParseQuery(s string) Query {
	q := Query{Words: strings.Fields(Fold(s))}
	if joined := strings.Join(q.Words, ""); joined != "" && strings.Trim(joined, "0123456789") == "" {
		q.Digits = joined
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= unicode.MaxASCII && unicode.IsLetter(r) }) {
		q.Other = strings.Fields(Fold(strings.Map(func(r rune) rune {
			if to, ok := toRussian[r]; ok {
				return to
			}
			return r
		}, strings.ToLower(s))))
	}
	return q
}
