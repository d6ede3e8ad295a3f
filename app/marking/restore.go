package marking

import (
	"cmp"
	"math/bits"
	"slices"
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

// Places of the tails that the search asks for by name.
const (
	tailKey   = 0
	tailLong  = 1
	tailShort = 2
)

var tails = [maxTails]tail{
	tailKey:   {ai: "91", lengths: []int{4}, set: set82},
	tailLong:  {ai: "92", lengths: []int{44, 88}, set: set82},
	tailShort: {ai: "93", lengths: []int{4}, set: set82},
	{ai: "240", lengths: lengthsUpTo(30), set: set82},
	{ai: "8005", lengths: []int{6}, set: digits},
	{ai: "10", lengths: lengthsUpTo(20), set: set82},
	{ai: "17", lengths: []int{6}, set: digits, fixed: true},
	{ai: "310", decimals: true, lengths: []int{6}, set: digits, fixed: true},
	{ai: "335", decimals: true, lengths: []int{6}, set: digits, fixed: true},
	{ai: "7003", lengths: []int{10}, set: digits},
}

// tailsBy are the tails by the first two digits of their AI, a bit each: most places begin none.
var tailsBy = func() (by [100]uint) {
	for i, t := range tails {
		by[number(t.ai[:2])] |= 1 << i
	}
	return by
}()

// knownForms are the serial length and the elements after it that goods are known to have: AI and length
// of each. Source: marking-codes §2.
var knownForms = formsOf(
	"6 93/4", "6 93/4 310/6", "6 91/4 92/44",
	"7 93/4", "7 93/4 335/6", "7 8005/6 93/4", "7 8005/6 93/4 240/4",
	"13 93/4", "13 91/4 92/44", "13 91/4 92/88", "13 240/4 91/4 92/44", "13 240/4 91/4 92/88",
	"20 91/4 92/44",
)

// form is the serial length of a split, and the place and length of each of its tails: comparable, for it is asked
// at every split.
type form struct {
	serial uint8
	tails  [4][2]uint8
}

// formsOf reads the notation of knownForms.
func formsOf(texts ...string) (forms []form) {
	for _, text := range texts {
		fields := strings.Fields(text)
		f := form{serial: uint8(number(fields[0]))}
		for i, field := range fields[1:] {
			ai, length, _ := strings.Cut(field, "/")
			at := slices.IndexFunc(tails[:], func(t tail) bool { return t.ai == ai })
			f.tails[i] = [2]uint8{uint8(at), uint8(number(length))}
		}
		forms = append(forms, f)
	}
	return forms
}

// knownSerials are the serial lengths of those forms.
var knownSerials = []int{6, 7, 13, 20}

const (
	// longestTail bounds the search: no marking code has more after its AI 21.
	longestTail = 256
	// maxSteps bounds it too: real codes take tens of steps, a text made up to be slow is given up.
	maxSteps = 2000
)

// restoration is the outcome of the search.
type restoration struct {
	found      found
	text       string   // with its separators, when one split is the best
	candidates []string // the equally good ones, when several are; some of them if there are many
}

// restoreGS finds where the separators of a marking code were lost: every split of what follows AI 21 into
// a serial number and tails that ends with the text. Only a unique best one counts. A code without a check part
// may be a КИ that needs no separators, so that its splits are only possible ones.
// Source: marking-codes §6.2.
func restoreGS(text string) restoration {
	if !hasMarkingHead(text) || len(text) > 18+longestTail {
		return restoration{}
	}
	s := gsSearch{rest: text[18:]}
	for n := 1; n <= maxSerial && n <= len(s.rest) && set82[s.rest[n-1]]; n++ {
		if n < len(s.rest) && s.rest[n] != GS && !isDigit(s.rest[n]) {
			continue // no AI
		}
		s.serial = n
		s.walk(n, 0, false)
	}
	hasGS := strings.IndexByte(s.rest, GS) >= 0
	switch {
	case s.steps > maxSteps:
		return restoration{found: gsAmbiguous}
	case s.found == 0, !s.best.sure() && hasGS:
		// Beside separators that did come through, a form nobody has is a wrong guess.
		return restoration{}
	case s.found == 1 && s.splits[0].n == 0: // they are all there
		return restoration{}
	}
	all := make([]string, 0, 1)
	if s.best.check == 0 && len(s.rest) <= maxSerial {
		all = append(all, text)
	}
	for _, c := range s.splits[:s.found] {
		all = append(all, withGS(text, c))
	}
	switch {
	case len(all) > 1:
		return restoration{found: gsAmbiguous, candidates: all[:min(len(all), MaxCandidates)]}
	case s.best.sure():
		return restoration{found: gsSure, text: all[0]}
	}
	return restoration{found: gsGuess, text: all[0]}
}

// withGS puts a GS at each of the places after AI 21.
func withGS(text string, c cuts) string {
	var b strings.Builder
	b.Grow(len(text) + c.n)
	from := 0
	for _, place := range c.places[:c.n] {
		b.WriteString(text[from : 18+int(place)])
		b.WriteByte(GS)
		from = 18 + int(place)
	}
	b.WriteString(text[from:])
	return b.String()
}

// score orders splits, the first difference decides.
type score struct{ check, crc, padding, form int }

func (s score) compare(t score) int {
	return cmp.Or(cmp.Compare(s.check, t.check), cmp.Compare(s.crc, t.crc), cmp.Compare(s.padding, t.padding),
		cmp.Compare(s.form, t.form))
}

// sure tells a split with proof, or with a check part and a known form or serial length, from one that merely fits.
func (s score) sure() bool { return s.check > 0 && (s.crc > 0 || s.padding > 0 || s.form > 1) }

// gsSearch walks through the splits of a text. Everything has its place in it: the search allocates nothing.
type gsSearch struct {
	rest   string
	serial int
	path   [maxTails]step
	depth  int // steps of path in use
	steps  int // places looked at
	best   score
	splits [MaxCandidates]cuts // with the best score
	found  int                 // splits in use
}

// maxTails is how many elements may follow the serial number: each of tails once.
const maxTails = 10

// step is one tail of a split.
type step struct {
	tail  int // index in tails
	cut   int // place of a missing GS before it, -1 when none is missing
	value string
}

// cuts are the places before which a GS is missing, counted from AI 21.
type cuts struct {
	n      int
	places [maxTails]int16
}

// walk tries every tail at place p that is not used yet (a bit of each).
func (s *gsSearch) walk(p int, used uint, afterFixed bool) {
	if s.steps++; s.steps > maxSteps {
		return
	}
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
	if p+2 > len(s.rest) || !isDigit(s.rest[p]) || !isDigit(s.rest[p+1]) {
		return
	}
	for left := tailsBy[number(s.rest[p:p+2])] &^ used; left != 0; left &= left - 1 {
		i := bits.TrailingZeros(left)
		t := &tails[i]
		if !strings.HasPrefix(s.rest[p:], t.ai) {
			continue
		}
		start := p + len(t.ai)
		if t.decimals {
			if start >= len(s.rest) || s.rest[start] < '0' || s.rest[start] > '5' {
				continue
			}
			start++
		}
		longest := t.set.run(s.rest[start:], t.lengths[len(t.lengths)-1])
		for _, n := range t.lengths {
			if n > longest {
				break
			}
			s.path[s.depth] = step{i, cut, s.rest[start : start+n]}
			s.depth++
			s.walk(start+n, used|1<<i, t.fixed)
			s.depth--
		}
	}
}

// judge scores a whole split and keeps the best.
func (s *gsSearch) judge() {
	sc, ok := s.score()
	if !ok {
		return
	}
	switch order := sc.compare(s.best); {
	case order > 0:
		s.best, s.found = sc, 0
	case order < 0, s.found == MaxCandidates:
		return
	}
	var c cuts
	for _, st := range s.path[:s.depth] {
		if st.cut >= 0 {
			c.places[c.n] = int16(st.cut)
			c.n++
		}
	}
	if !slices.Contains(s.splits[:s.found], c) {
		s.splits[s.found] = c
		s.found++
	}
}

// score weighs a split; ok is false for one that no code has.
func (s *gsSearch) score() (sc score, ok bool) {
	hasKey := false
	for _, st := range s.path[:s.depth] {
		switch st.tail {
		case tailKey:
			hasKey = true
		case tailShort:
			sc.check = 1
		case tailLong:
			if !hasKey || !isBase64(st.value) {
				return sc, false // the key stands before its check part, which is Base64
			}
			sc.check, sc.padding = 1, 1
			if checkSum(st.value) == crcRight {
				sc.crc = 1
			}
		}
	}
	sc.form = s.formRank()
	// A bare serial number has no tails, one with a key alone is cut; without a check part only known serial
	// lengths are worth a thought.
	return sc, sc.check > 0 || !hasKey && s.depth > 0 && sc.form > 1
}

// isBase64 tells whether a check part of AI 92, whose length is a multiple of four, is one.
func isBase64(check string) bool {
	for range 2 {
		check = strings.TrimSuffix(check, "=")
	}
	return base64Chars.all(check)
}

// formRank: 3 a known form, 2 a known serial length, 1 anything else.
func (s *gsSearch) formRank() int {
	f := form{serial: uint8(s.serial)}
	if s.depth <= len(f.tails) {
		for i, st := range s.path[:s.depth] {
			f.tails[i] = [2]uint8{uint8(st.tail), uint8(len(st.value))}
		}
		if slices.Contains(knownForms, f) {
			return 3
		}
	}
	if slices.Contains(knownSerials, s.serial) {
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
