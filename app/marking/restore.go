package marking

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// found says what the search for lost separators came to.
type found uint8

const (
	gsNothing   found = 0 // none is missing, or no place fits
	gsSure      found = 1 // one split is the best
	gsGuess     found = 2 // one split is the best, yet no group is known to have its form
	gsAmbiguous found = 3 // several splits are equally good
)

// tail is an element that may follow the serial number where separators were lost.
type tail struct {
	ai       string
	decimals bool // the AI has one more digit, 0-5
	lengths  []int
	set      *charset
	fixed    bool // needs no GS after it
}

var tails = []tail{
	{ai: "91", lengths: []int{4}, set: set82},
	{ai: "92", lengths: []int{44, 88}, set: set82},
	{ai: "93", lengths: []int{4}, set: set82},
	{ai: "240", lengths: lengthsUpTo(30), set: set82},
	{ai: "8005", lengths: []int{6}, set: digits},
	{ai: "10", lengths: lengthsUpTo(20), set: set82},
	{ai: "17", lengths: []int{6}, set: digits, fixed: true},
	{ai: "310", decimals: true, lengths: []int{6}, set: digits, fixed: true},
	{ai: "335", decimals: true, lengths: []int{6}, set: digits, fixed: true},
	{ai: "7003", lengths: []int{10}, set: digits},
}

// knownForms are the serial length and the elements after it that goods are known to have: AI and length
// of each. Source: marking-codes §2.
var knownForms = []string{
	"6 93/4", "6 93/4 310/6", "6 91/4 92/44",
	"7 93/4", "7 93/4 335/6", "7 8005/6 93/4", "7 8005/6 93/4 240/4",
	"13 93/4", "13 91/4 92/44", "13 91/4 92/88", "13 240/4 91/4 92/44", "13 240/4 91/4 92/88",
	"20 91/4 92/44",
}

// knownSerials are the serial lengths of those forms.
var knownSerials = []int{6, 7, 13, 20}

// longestTail bounds the search: no marking code has more after its AI 21.
const longestTail = 256

// restoreGS finds where the separators of a marking code were lost: every split of what follows AI 21 into
// a serial number and tails that has a check part and ends with the text. Only a unique best one counts.
// Source: marking-codes §6.2.
func restoreGS(text string) (string, found) {
	if !hasMarkingHead(text) || len(text) > 18+longestTail {
		return text, gsNothing
	}
	s := gsSearch{rest: text[18:]}
	for n := 1; n <= 20 && n <= len(s.rest) && set82[s.rest[n-1]]; n++ {
		s.serial = n
		s.walk(n, 0, false)
	}
	// Beside separators that did come through, a form nobody has is a wrong guess.
	sure := s.best.sure()
	switch {
	case s.best == score{} || len(s.cuts) == 0, !sure && strings.IndexByte(s.rest, GS) >= 0:
		return text, gsNothing
	case s.tie:
		return text, gsAmbiguous
	}
	var b strings.Builder
	b.Grow(len(text) + len(s.cuts))
	b.WriteString(text[:18])
	from := 0
	for _, cut := range s.cuts {
		b.WriteString(s.rest[from:cut])
		b.WriteByte(GS)
		from = cut
	}
	b.WriteString(s.rest[from:])
	if !sure {
		return b.String(), gsGuess
	}
	return b.String(), gsSure
}

// score orders splits, the first difference decides.
type score struct{ crc, padding, form int }

func (s score) compare(t score) int {
	return cmp.Or(cmp.Compare(s.crc, t.crc), cmp.Compare(s.padding, t.padding), cmp.Compare(s.form, t.form))
}

// sure tells a split with proof, or of a known form or serial length, from one that merely fits.
func (s score) sure() bool { return s.crc > 0 || s.padding > 0 || s.form > 1 }

// gsSearch walks through the splits of a text.
type gsSearch struct {
	rest   string
	serial int
	path   []step
	best   score
	cuts   []int // of the best split: places before which a GS is missing
	tie    bool
}

// step is one tail of a split.
type step struct {
	tail   int // index in tails
	length int // of its value
	cut    int // place of a missing GS before it, -1 when none is missing
	value  string
}

// walk tries every tail at place p that is not used yet (a bit of each).
func (s *gsSearch) walk(p int, used uint, afterFixed bool) {
	if p == len(s.rest) {
		s.judge()
		return
	}
	cut := p
	switch {
	case s.rest[p] == GS:
		p++
		cut = -1
	case afterFixed:
		cut = -1
	}
	if p == len(s.rest) || !isDigit(s.rest[p]) {
		return
	}
	for i := range tails {
		t := &tails[i]
		if used&(1<<i) != 0 || !strings.HasPrefix(s.rest[p:], t.ai) {
			continue
		}
		start := p + len(t.ai)
		if t.decimals {
			if start >= len(s.rest) || s.rest[start] < '0' || s.rest[start] > '5' {
				continue
			}
			start++
		}
		for _, n := range t.lengths {
			if start+n > len(s.rest) || !t.set.all(s.rest[start:start+n]) {
				break
			}
			s.path = append(s.path, step{i, n, cut, s.rest[start : start+n]})
			s.walk(start+n, used|1<<i, t.fixed)
			s.path = s.path[:len(s.path)-1]
		}
	}
}

// judge scores a whole split and keeps the best.
func (s *gsSearch) judge() {
	var sc score
	hasKey, hasCheck := false, false
	for _, st := range s.path {
		switch tails[st.tail].ai {
		case "91":
			hasKey = true
		case "93":
			hasCheck = true
		case "92":
			var bytes [88]byte
			if _, err := base64.StdEncoding.Decode(bytes[:], []byte(st.value)); err != nil || !hasKey {
				return // the key stands before its check part, which is Base64
			}
			hasCheck = true
			sc.padding = 1
			if checkSum(st.value) == crcRight {
				sc.crc = 1
			}
		}
	}
	if !hasCheck {
		return
	}
	sc.form = s.formRank()
	switch sc.compare(s.best) {
	case 1:
		s.best, s.tie = sc, false
		s.cuts = s.cuts[:0]
		for _, st := range s.path {
			if st.cut >= 0 {
				s.cuts = append(s.cuts, st.cut)
			}
		}
	case 0:
		s.tie = true
	}
}

// formRank: 3 a known form, 2 a known serial length, 1 anything else.
func (s *gsSearch) formRank() int {
	form := make([]byte, 0, 40)
	form = strconv.AppendInt(form, int64(s.serial), 10)
	for _, st := range s.path {
		form = append(form, ' ')
		form = append(form, tails[st.tail].ai...)
		form = append(form, '/')
		form = strconv.AppendInt(form, int64(st.length), 10)
	}
	switch {
	case slices.Contains(knownForms, string(form)):
		return 3
	case slices.Contains(knownSerials, s.serial):
		return 2
	}
	return 1
}

func lengthsUpTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i + 1
	}
	return all
}
