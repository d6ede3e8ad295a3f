package marking

import (
	"bytes"
	"errors"
	"strings"
)

// Errors of Parse.
var (
	ErrEmpty   = errors.New("scan is empty")
	ErrTooLong = errors.New("scan is longer than any code")
)

// Parse says what a scan means. It never panics and takes time linear in the scan; an error is
// reported for an empty scan and for one over [MaxScan] bytes only. Anything it cannot read is KindUnknown.
//
// The order is that of marking-codes §5.3: frame, keyboard faults, symbology prefix, substitutes of GS,
// what it is, lost GS. A repair is made only when the scan reads better with it.
func Parse(raw []byte) (Scan, error) {
	if len(raw) > MaxScan {
		return Scan{Raw: bytes.Clone(raw[:MaxScan])}, ErrTooLong
	}
	text := unframe(string(raw))
	if text == "" {
		return Scan{Raw: bytes.Clone(raw)}, ErrEmpty
	}
	text, hadFNC1 := cutFNC1(text)
	s := bestReading(text).Scan
	if hadFNC1 {
		s.Repairs = append(s.Repairs, RepairGSSubstitute)
	}
	s.Raw = bytes.Clone(raw)
	s.Tag1162 = tag1162(&s)
	return s, nil
}

// grade orders readings of one scan: the better one is understood more fully.
type grade uint8

const (
	nothing  grade = 0
	headOnly grade = 1 // a marking code by its beginning, the rest makes no sense
	damaged  grade = 2 // known, but a part is missing or breaks a rule
	whole    grade = 3
)

// reading is one way to understand a scan.
type reading struct {
	Scan
	grade grade
	crc   crcState
}

// warn notes a warning that leaves the reading whole.
func (r *reading) warn(w string) { r.Warnings = append(r.Warnings, w) }

// damage notes a warning and that something is missing or wrong.
func (r *reading) damage(w string) {
	r.warn(w)
	r.grade = min(r.grade, damaged)
}

// bestReading undoes what the keyboard did and reads.
func bestReading(text string) reading {
	k := keyboard{layout: hasRussian(text)}
	k.caps = capsCanary(k.undo(text))
	best := read(text, k)
	if k.layout && !k.caps && best.grade == nothing {
		// Russian text of another kind: a name, a comment.
		best = read(text, keyboard{})
	}
	if best.crc == crcWrong {
		flipped := k
		flipped.caps = !k.caps
		if r := read(text, flipped); r.crc == crcRight {
			best = r
		}
	}
	if k.layout && isMixed(text) {
		// A layout cannot give both alphabets at once; a person who copies a code by hand does.
		byShape := read(shapes.Replace(text), keyboard{})
		byShape.Repairs = append([]Repair{RepairLayout}, byShape.Repairs...)
		switch {
		case byShape.grade > best.grade, byShape.crc == crcRight && best.crc != crcRight:
			best = byShape
		case byShape.grade == best.grade && best.crc != crcRight && byShape.Text != best.Text:
			best.warn(WarnMixedScript)
		}
	}
	return best
}

// read reads a text after undoing one fault of the keyboard.
func read(text string, k keyboard) reading {
	var repairs []Repair
	if k.layout {
		repairs = append(repairs, RepairLayout)
	}
	if k.caps {
		repairs = append(repairs, RepairCaps)
	}
	text = k.undo(text)
	symbology, text := cutSymbology(text)
	if symbology != "" {
		repairs = append(repairs, RepairAIM)
	}
	best := classify(strings.Trim(text, gsText), symbology)
	var separated Repair
	if best.grade < whole {
		for _, v := range separators(text) {
			r := classify(strings.Trim(v.text, gsText), symbology)
			if r.grade > best.grade {
				best, separated = r, v.repair
			}
		}
	}
	if separated != "" {
		repairs = append(repairs, separated)
	}
	if best.grade < whole {
		switch restored, found := restoreGS(best.Text); {
		case found == gsAmbiguous && best.grade > headOnly: // else it is said already
			best.damage(WarnGSLost)
		case found == gsSure, found == gsGuess:
			best = classify(restored, symbology)
			repairs = append(repairs, RepairGSRestored)
			if found == gsGuess {
				best.warn(WarnGSGuessed)
			}
		}
	}
	best.Repairs = repairs
	return best
}
