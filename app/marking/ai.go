package marking

import (
	"fmt"
	"strconv"
	"strings"
)

// identifierTable is the list of GS1 application identifiers (AI), one group a line: identifiers or ranges
// of them, then the value. «310*-316*» stands for four-digit identifiers whose last digit counts decimals.
//
//	!        the value has a pre-defined length: no GS is needed after it
//	N X Y Z  digits, set 82, set 39, set 64 (base64url); 6 = exactly, ..20 = up to, [ ] = may be absent
//	c        the last digit is a check digit;  d  YYMMDD, day 00 allowed;  D  YYMMDD;  h  hhmm
//
// Source: GS1 Syntax Dictionary, release of 2026-07 (marking-codes §8). 04, 14, 18 and 19 are reserved
// there with their lengths.
const identifierTable = `
00 ! N18c
01-03 ! N14c
04 ! N16
10 X..20
11-19 ! N6d
20 ! N2
21 22 X..20
235 X..28
240 241 X..30
242 N..6
243 X..20
250 251 X..30
253 N13c[X..17]
254 X..20
255 N13c[N..12]
30 N..8
37 N..8
310*-316* 320*-329* 330*-337* 340*-349* 350*-357* 360*-369* ! N6
3900-3909 N..15
3910-3919 N3N..15
3920-3929 N..15
3930-3939 N3N..15
3940-3943 N4
395* N6
400 401 X..30
402 N17c
403 X..30
410-417 ! N13c
420 X..20
421 N3X..9
422 N3
423 425 N3[N3][N3][N3][N3]
424 426 N3
427 X..3
4300 4301 X..35
4302-4306 X..70
4307 X2
4308 X..30
4309 N10N10
4310 4311 X..35
4312-4316 X..70
4317 X2
4318 X..20
4319 X..30
4320 X..35
4321-4323 N1
4324 4325 N6dN4
4326 N6D
4330-4333 N6[X1]
7001 N13
7002 X..30
7003 N6DN4h
7004 N..4
7005 X..12
7006 N6D
7007 N6D[N6D]
7008 X..3
7009 X..10
7010 X..2
7011 N6D[N4]
7020-7022 X..20
7023 X..30
7030-7039 N3X..27
7040 N1X1X1X1
7041 X..4
710-717 X..20
7230-7239 X2X..28
7240 X..20
7241 N2
7242 X..25
7250 N8
7251 N8N4
7252 N1
7253 7254 7259 X..40
7255 X..10
7256 X..90
7257 X..70
7258 X3
8001 N4N5N3N1N1
8002 X..20
8003 N1N13c[X..16]
8004 X..30
8005 N6
8006 N14cN4
8007 X..34
8008 N6DN2[N2][N2]
8009 X..50
8010 Y..30
8011 N..12
8012 X..20
8013 8014 X..25
8017 8018 N18c
8019 N..10
8020 X..25
8026 N14cN4
8030 Z..90
8040 8041 N15
8042 N32
8043 N18[N..2]
8110 8112 X..70
8111 N4
8200 X..70
90 X..30
91-99 X..90
`

// identifier is what the table says of one AI.
type identifier struct {
	fixed int // the pre-defined length of the value, 0 when GS ends it
	parts []part
}

// part is a piece of a value.
type part struct {
	set      *charset
	min, max int
	optional bool
	check    byte // c, d, D, h, or 0
}

var (
	identifiers = parseIdentifiers(identifierTable)
	// identifierLength is the length of an AI by its first two digits, which decide it; 0: no such AI.
	identifierLength = lengthsOf(identifiers)
)

func lengthsOf(table map[string]*identifier) (lengths [100]int) {
	for ai := range table {
		lengths[number(ai[:2])] = len(ai)
	}
	return lengths
}

// parseIdentifiers reads the notation of identifierTable. The table is ours: a mistake in it is a panic at start.
func parseIdentifiers(text string) map[string]*identifier {
	table := map[string]*identifier{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fields := strings.Fields(line)
		id := &identifier{parts: parseParts(fields[len(fields)-1])}
		names := fields[:len(fields)-1]
		if names[len(names)-1] == "!" {
			names = names[:len(names)-1]
			id.fixed = id.parts[0].max
		}
		for _, name := range names {
			for _, ai := range identifierRange(name) {
				table[ai] = id
			}
		}
	}
	return table
}

func identifierRange(name string) (all []string) {
	first, last, isRange := strings.Cut(name, "-")
	if !isRange {
		last = first
	}
	first, decimals := strings.CutSuffix(first, "*")
	last = strings.TrimSuffix(last, "*")
	for n := number(first); n <= number(last); n++ {
		ai := fmt.Sprintf("%0*d", len(first), n)
		if !decimals {
			all = append(all, ai)
			continue
		}
		for d := range 6 {
			all = append(all, ai+strconv.Itoa(d))
		}
	}
	return all
}

func parseParts(s string) (parts []part) {
	optional := false
	for i := 0; i < len(s); {
		switch s[i] {
		case '[', ']':
			optional = s[i] == '['
			i++
			continue
		}
		p := part{set: charsets[s[i]], optional: optional}
		i++
		upTo := strings.HasPrefix(s[i:], "..")
		if upTo {
			i += 2
		}
		start := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		p.max = number(s[start:i])
		p.min = p.max
		if upTo {
			p.min = 1
		}
		if i < len(s) && strings.IndexByte("cdDh", s[i]) >= 0 {
			p.check = s[i]
			i++
		}
		parts = append(parts, p)
	}
	return parts
}

// fits tells whether a value is one that its AI allows.
func (id *identifier) fits(value string) bool {
	for _, p := range id.parts {
		if value == "" && p.optional {
			return true
		}
		n := min(p.max, len(value))
		if n < p.min || !p.set.all(value[:n]) || !fitsCheck(p.check, value[:n]) {
			return false
		}
		value = value[n:]
	}
	return value == ""
}

func fitsCheck(check byte, v string) bool {
	switch check {
	case 'c':
		return checkDigitRight(v)
	case 'd':
		_, ok := dayOf(v, true)
		return ok
	case 'D':
		_, ok := dayOf(v, false)
		return ok
	case 'h':
		return v[:2] < "24" && v[2:] < "60"
	}
	return true
}

// maxElements is far above what any label has.
const maxElements = 32

// split reads an element string: AI and value, in any order, GS after values of variable length. clean is
// false when something does not follow the table; elements then holds what could still be told apart.
// An AI that is not in the table is kept under its first two digits.
// Source: marking-codes §6.1.
func split(text string) (elements []Element, clean bool) {
	clean = true
	elements = make([]Element, 0, 4)
	for text != "" {
		if len(elements) == maxElements {
			return elements, false
		}
		if text[0] == GS {
			text = text[1:]
			continue
		}
		if len(text) < 2 || !isDigit(text[0]) || !isDigit(text[1]) {
			return elements, false
		}
		n := max(2, identifierLength[number(text[:2])])
		if len(text) < n {
			return elements, false
		}
		ai := text[:n]
		id := identifiers[ai]
		text = text[n:]
		end := strings.IndexByte(text, GS)
		if end < 0 {
			end = len(text)
		}
		if id != nil && id.fixed > 0 {
			end = min(end, id.fixed)
		}
		value := text[:end]
		text = text[end:]
		if id == nil || !id.fits(value) || !sameAsBefore(elements, ai, value) {
			clean = false
		}
		elements = append(elements, Element{ai, value})
	}
	return elements, clean
}

// sameAsBefore: an AI may come twice with the same value only.
func sameAsBefore(elements []Element, ai, value string) bool {
	for _, e := range elements {
		if e.AI == ai && e.Value != value {
			return false
		}
	}
	return true
}

// valueOf finds the value of an AI, empty when it is not there.
func valueOf(elements []Element, ai string) string {
	for _, e := range elements {
		if e.AI == ai {
			return e.Value
		}
	}
	return ""
}
