package marking

import (
	"fmt"
	"strconv"
	"strings"
)

// identifier is what the table says of one AI.
type identifier struct {
	fixed      int // the pre-defined length of the value, 0 when GS ends it
	parts      []part
	needs      [][]string // one of these groups has to be there, whole
	excludes   []string   // patterns: n is any digit
	key        bool       // begins a Digital Link
	qualifiers [][]string // of a key: alternatives
	pathOnly   bool       // may not stand in the query of a Digital Link
}

// part is a piece of a value.
type part struct {
	set      *charset
	min, max int
	optional bool
	check    func(string) bool // nil: any value
}

var (
	identifiers = parseIdentifiers(identifierTable)
	// identifierLength is the length of an AI by its first two digits, which decide it; 0: no such AI.
	identifierLength = lengthsOf(identifiers)
	// identifierIndex is the same table by the length and the number of an AI: it is asked at every element.
	identifierIndex = indexOf(identifiers)
)

func lengthsOf(table map[string]*identifier) (lengths [100]int) {
	for ai := range table {
		lengths[number(ai[:2])] = len(ai)
	}
	return lengths
}

func indexOf(table map[string]*identifier) (index [5][]*identifier) {
	for length, size := range []int{2: 100, 3: 1000, 4: 10000} {
		index[length] = make([]*identifier, size)
	}
	for ai, id := range table {
		index[len(ai)][number(ai)] = id
	}
	return index
}

// identifierOf finds an AI in the table, nil when it is not there.
func identifierOf(ai string) *identifier {
	if len(ai) < 2 || len(ai) > 4 || !digits.all(ai) {
		return nil
	}
	return identifierIndex[len(ai)][number(ai)]
}

// parseIdentifiers reads the notation of identifierTable. The table is ours: a mistake in it is a panic at start.
func parseIdentifiers(text string) map[string]*identifier {
	table := map[string]*identifier{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		var names []string
		var id identifier
		preDefined, one := false, false
		for _, field := range strings.Fields(line) {
			word, list, _ := strings.Cut(field, "=")
			switch {
			case isDigit(field[0]):
				names = append(names, identifierRange(field)...)
			case word == "!":
				preDefined = true
			case word == "one":
				one = true
			case word == "path":
				id.pathOnly = true
			case word == "req":
				for group := range strings.SplitSeq(list, ",") {
					id.needs = append(id.needs, strings.Split(group, "+"))
				}
			case word == "ex":
				id.excludes = strings.Split(list, ",")
			case word == "key":
				id.key = true
				if list == "" {
					continue
				}
				for sequence := range strings.SplitSeq(list, "|") {
					id.qualifiers = append(id.qualifiers, strings.Split(sequence, ","))
				}
			default:
				id.parts = append(id.parts, parsePart(field))
			}
		}
		if preDefined {
			id.fixed = id.parts[0].max
		}
		for _, ai := range names {
			own := id
			if one {
				own.excludes = append([]string{ai[:3] + "n"}, id.excludes...)
			}
			table[ai] = &own
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

func parsePart(field string) part {
	inside := strings.Trim(field, "[]")
	form, check, hasCheck := strings.Cut(inside, ":")
	size, upTo := strings.CutPrefix(form[1:], "..")
	p := part{set: charsets[form[0]], max: number(size), optional: inside != field}
	p.min = p.max
	if upTo {
		p.min = 1
	}
	if hasCheck {
		p.check = valueChecks[check]
	}
	if p.set == nil || p.max == 0 || hasCheck && p.check == nil {
		panic("application identifiers: cannot read " + field)
	}
	return p
}

// shaped tells whether a value has the length and the characters that its AI allows.
func (id *identifier) shaped(value string) bool {
	if len(id.parts) == 1 { // most of them
		p := &id.parts[0]
		return len(value) >= p.min && len(value) <= p.max && p.set.all(value)
	}
	return id.eachPart(value, func(p *part, v string) bool { return p.set.all(v) })
}

// fits tells whether a value is one that its AI allows: its check digits, days and codes too.
func (id *identifier) fits(value string) bool {
	return id.eachPart(value, func(p *part, v string) bool { return p.set.all(v) && (p.check == nil || p.check(v)) })
}

// eachPart cuts a value into the parts of its AI. False when a length is wrong or ok says so of a part.
func (id *identifier) eachPart(value string, ok func(*part, string) bool) bool {
	for i := range id.parts {
		p := &id.parts[i]
		if value == "" && p.optional {
			return true
		}
		n := min(p.max, len(value))
		if n < p.min || !ok(p, value[:n]) {
			return false
		}
		value = value[n:]
	}
	return value == ""
}

// maxElements is far above what any label has.
const maxElements = 32

// fault is what is wrong with an element string, a bit each.
type fault uint8

const (
	badShape  fault = 1 << iota // what does not follow the table, or an AI with two values
	unknownAI                   // an AI that is not in the table; its value is kept
	twoValues                   // an AI with two values, a bad shape too
)

// split reads an element string: AI and value, in any order, GS after values of variable length. With a fault,
// elements holds what could still be told apart. An AI that is not in the table is kept under its first two
// digits. Lengths and alphabets are tested, the sense of values is not.
// Source: marking-codes §6.1, §8.
func split(text string) (elements []Element, faults fault) {
	elements = make([]Element, 0, 5)
	for text != "" {
		if len(elements) == maxElements {
			return elements, faults | badShape
		}
		if text[0] == GS {
			text = text[1:]
			continue
		}
		if len(text) < 2 || !isDigit(text[0]) || !isDigit(text[1]) {
			return elements, faults | badShape
		}
		n := max(2, identifierLength[number(text[:2])])
		if len(text) < n {
			return elements, faults | badShape
		}
		ai := text[:n]
		id := identifierOf(ai)
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
		switch {
		case !sameAsBefore(elements, ai, value):
			faults |= badShape | twoValues
		case id != nil && !id.shaped(value):
			faults |= badShape
		case id != nil:
		case value == "" || !digits.all(ai) || !set82.all(value):
			faults |= badShape
		default:
			faults |= unknownAI
		}
		elements = append(elements, Element{ai, value})
	}
	return elements, faults
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
