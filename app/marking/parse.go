package marking

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Errors of Parse.
var (
	ErrEmpty   = errors.New("scan is empty")
	ErrTooLong = errors.New("scan is longer than any code")
)

// Parser reads scans with the settings of a shop.
type Parser struct {
	// Labels are the in-store barcodes, none: [DefaultLabels]. Those that [Label.Check] refuses are passed over.
	Labels []Label
}

// Parse says what a scan means, with the usual in-store labels. See [Parser.Parse].
func Parse(raw []byte) (Scan, error) { return Parser{}.Parse(raw) }

// Parse says what a scan means. It never panics and takes time linear in the scan; an error is
// reported for an empty scan and for one over [MaxScan] bytes only. Anything it cannot read is KindUnknown.
//
// The order is that of marking-codes §5.3: frame, keyboard faults, symbology prefix, substitutes of GS,
// what it is, lost GS. A repair is made only when the scan reads better with it; where two readings are
// equally good, a warning says so and Candidates lists them.
func (p Parser) Parse(raw []byte) (Scan, error) {
	if len(p.Labels) == 0 {
		p.Labels = defaultLabels
	}
	kept := make([]byte, min(len(raw), MaxScan), min(len(raw), MaxScan)+max1162) // the raw bytes and the tag in one piece
	copy(kept, raw)
	kept, tag := kept[:len(kept):len(kept)], kept[len(kept):]
	if len(raw) > MaxScan {
		return Scan{Raw: kept}, ErrTooLong
	}
	text := unframe(string(raw))
	if strings.Trim(text, gsText) == "" {
		return Scan{Raw: kept}, ErrEmpty
	}
	text, hadFNC1 := cutFNC1(text)
	s := p.bestReading(text).Scan
	if hadFNC1 {
		s.Repairs = append(s.Repairs, RepairGSSubstitute)
	}
	s.Raw = kept
	s.Tag1162 = appendTag1162(tag, &s)
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
func (r *reading) warn(w string) {
	if !slices.Contains(r.Warnings, w) {
		r.Warnings = append(r.Warnings, w)
	}
}

// damage notes a warning and that something is missing or wrong.
func (r *reading) damage(w string) {
	r.warn(w)
	r.grade = min(r.grade, damaged)
}

// bestReading undoes what the keyboard did and reads.
func (p Parser) bestReading(text string) reading {
	k := keyboard{layout: hasRussian(text)}
	k.caps = capsCanary(k.undo(beginning(text)))
	best := p.read(text, k)
	if best.crc == crcWrong || best.grade == nothing && mayBeCapitals(best.Text) {
		flipped := k
		flipped.caps = !k.caps
		if r := p.read(text, flipped); r.crc == crcRight || r.capitalsOnly() {
			best = r
		}
	}
	if k.layout && !k.caps && best.grade == nothing && best.Symbology == "" {
		// Russian text of another kind: a name, a comment.
		best = p.read(text, keyboard{})
	}
	if k.layout && isMixed(text) {
		// A layout cannot give both alphabets at once; a person who copies a code by hand does.
		byShape := p.read(shapes.Replace(text), keyboard{})
		byShape.Repairs = append([]Repair{RepairLayout}, byShape.Repairs...)
		switch {
		case byShape.grade > best.grade, byShape.crc == crcRight && best.crc != crcRight:
			best = byShape
		case best.grade > nothing && byShape.grade == best.grade && best.crc != crcRight && byShape.Text != best.Text:
			best.warn(WarnMixedScript)
			best.Candidates = []string{best.Text, byShape.Text}
		}
	}
	return best
}

// mayBeCapitals tells whether a text has the length of a code that knows no small letters.
func mayBeCapitals(text string) bool {
	return len(text) == excise68Length || len(text) == excise150Length || len(text) == furLength
}

// capitalsOnly: a mark of ЕГАИС or a fur tag. In small letters it was typed under Caps Lock for sure.
func (r *reading) capitalsOnly() bool {
	return r.Kind == KindExcise68 || r.Kind == KindExcise150 || r.Kind == KindFur
}

// read reads a text after undoing one fault of the keyboard.
func (p Parser) read(text string, k keyboard) reading {
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
	bare := isBare(text)
	var lost restoration
	if bare {
		lost = restoreGS(text)
	}
	if lost.found == gsSure || lost.found == gsGuess {
		return p.restored(lost, symbology, repairs)
	}
	best := p.classify(strings.Trim(text, gsText), symbology)
	var separated Repair
	if best.grade < whole {
		best, separated = p.separate(best, text, symbology)
	}
	if separated != "" {
		repairs = append(repairs, separated)
	}
	if best.grade < whole && len(best.Candidates) == 0 && !slices.Contains(best.Warnings, WarnTwoScans) {
		if !bare {
			lost = restoreGS(best.Text)
		}
		switch lost.found {
		case gsAmbiguous:
			best.damageOfGS(lost.candidates)
		case gsSure, gsGuess:
			return p.restored(lost, symbology, repairs)
		}
	}
	best.Repairs = repairs
	return best
}

// restored reads a text whose separators are back.
func (p Parser) restored(lost restoration, symbology string, repairs []Repair) reading {
	r := p.classify(lost.text, symbology)
	r.Repairs = append(repairs, RepairGSRestored)
	if lost.found == gsGuess {
		r.warn(WarnGSGuessed)
	}
	return r
}

// isBare tells a marking code that has no separators at all, in any form: nothing but their places has to be found,
// and classifying it before would be for nothing.
func isBare(text string) bool {
	if !hasMarkingHead(text) || strings.IndexByte(text, GS) >= 0 || substituteMarks.any(text) || len(separators(text)) > 0 {
		return false
	}
	_, two := glued(text)
	return !two
}

// separate reads a text with its separators put back, if it reads better so; the repair says how. Of two readings
// that are understood as fully the one with fewer warnings is better, and a name of GS is no chance.
func (p Parser) separate(best reading, text, symbology string) (reading, Repair) {
	var from variant // that best comes from, if any
	for _, v := range separators(text) {
		r := p.classify(strings.Trim(v.text, gsText), symbology)
		if r.grade < damaged { // a head is better than nothing; a text that is nothing stays as it came
			if r.grade > best.grade {
				best, from = r, v
			}
			continue
		}
		order := cmp.Or(cmp.Compare(r.grade, best.grade), cmp.Compare(len(best.Warnings), len(r.Warnings)))
		switch {
		case order > 0, r.grade == best.grade && from.text == "" && v.named:
			best, from = r, v
		case order == 0 && from.text != "" && !from.named && r.Text != best.Text:
			best.Candidates = addCandidate(best.Candidates, best.Text, r.Text)
		}
	}
	if len(best.Candidates) > 0 {
		best.warn(WarnAmbiguous)
	}
	return best, from.repair
}

// damageOfGS says that separators are lost and where they may have been.
func (r *reading) damageOfGS(candidates []string) {
	if r.grade > headOnly { // else it is said already
		r.damage(WarnGSLost)
	}
	r.Candidates = candidates
}

// addCandidate notes two equally good readings, each once.
func addCandidate(candidates []string, texts ...string) []string {
	for _, text := range texts {
		if len(candidates) < MaxCandidates && !slices.Contains(candidates, text) {
			candidates = append(candidates, text)
		}
	}
	return candidates
}
