package marking

import "strings"

const gsText = "\x1d"

// unframe takes off what scanners put around a code: BOM, STX, ETX, line ends, blanks.
func unframe(text string) string {
	return strings.Trim(text, "\ufeff\x00\x02\x03\r\n\t ")
}

// symbologies are the letters of the AIM identifiers that scanners of this trade send (marking-codes §5.1).
const symbologies = "ACEFGIJLQdez"

func isSymbology(letter byte) bool { return strings.IndexByte(symbologies, letter) >= 0 }

func isAlnum(b byte) bool { return isDigit(b) || letters[b] }

// cutSymbology takes the AIM identifier off. No code of this trade begins with a bracket.
func cutSymbology(text string) (symbology, rest string) {
	if len(text) >= 3 && text[0] == ']' && letters[text[1]] && isAlnum(text[2]) {
		return text[:3], text[3:]
	}
	return "", text
}

// cutFNC1 takes off the codeword of FNC1 that broken generators write as a character: byte E8, è, or the same
// byte read as CP1251. Such a generator writes the separators so too. A symbology prefix may stand before it.
func cutFNC1(text string) (string, bool) {
	symbology, code := cutSymbology(text)
	for _, fnc1 := range []string{"\xe8", "è", "и"} {
		rest, found := strings.CutPrefix(code, fnc1)
		if !found || len(rest) < 2 || !isDigit(rest[0]) || !isDigit(rest[1]) {
			continue
		}
		// и may also be a letter b typed in the Russian layout: not when it is the only Russian letter there.
		if separated := strings.ReplaceAll(rest, fnc1, gsText); !hasRussian(separated) {
			rest = separated
		}
		return symbology + rest, true
	}
	return text, false
}

// Ways to write GS out. Strict ones hold a character that no serial number has; the loose ones
// are made of characters that one may have. Letters count in both cases.
// Source: marking-codes §5, §7.5; F8 and Alt+029 as a terminal passes them on.
var (
	strictNames = []string{`\\u001d`, `\u001d`, `\x1d`, `\035`, "{GS}", "[GS]", "{FNC1}", "[FNC1]", "^]", "~d029",
		"&#29;", "&#x1d;", "\x1b[19~", "\x1b0\x1b2\x1b9", "\x1b0\x1b0\x1b2\x1b9"}
	looseNames = []string{"<GS>", "(GS)", "<FNC1>", "(FNC1)"}

	escapes      = strings.NewReplacer(namesOfGS(strictNames)...)
	looseEscapes = strings.NewReplacer(namesOfGS(looseNames)...)
)

// namesOfGS pairs every name, in each case of its letters that a keyboard may give, with GS.
func namesOfGS(names []string) (pairs []string) {
	for _, name := range names {
		for _, n := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
			pairs = append(pairs, n, gsText)
		}
		// Only the last letter of \x1D is big where the rest is as programs write it.
		if i := strings.LastIndexByte(name, 'd'); i > 0 {
			pairs = append(pairs, name[:i]+"D"+name[i+1:], gsText)
			pairs = append(pairs, strings.ToUpper(name[:i])+name[i:], gsText)
		}
	}
	return pairs
}

// substitutes are characters that scanners are set to send for GS, and ↔, which Alt+29 gives on Windows: the
// picture of the byte 1D in the code pages of consoles. None of them is in set 82.
const substitutes = "|~^#@$ \t\x1c\x1e\x1f␝↔"

// Bytes of which one stands in every text whose separators were written out, or replaced.
var (
	separatorMarks  = charsetOf(`\{[~&<(` + "\x1b" + substitutes)
	substituteMarks = charsetOf(substitutes)
)

// What the names of GS begin with, the second bytes by the first one: most texts hold no name, and a replacer is dear.
var (
	strictStarts = startsOf(strictNames)
	looseStarts  = startsOf(looseNames)
)

func startsOf(names []string) *[256]*charset {
	var s [256]*charset
	for _, name := range names {
		if s[name[0]] == nil {
			s[name[0]] = new(charset)
		}
		for _, second := range []byte(strings.ToUpper(name[1:2]) + strings.ToLower(name[1:2])) {
			s[name[0]][second] = true
		}
	}
	return &s
}

// begins tells whether a name may stand in a text.
func begins(s *[256]*charset, text string) bool {
	for i := range len(text) - 1 {
		if seconds := s[text[i]]; seconds != nil && seconds[text[i+1]] {
			return true
		}
	}
	return false
}

// variant is a text with its separators put back.
type variant struct {
	text   string
	repair Repair
	named  bool // GS stood there by its name, which no code has by chance
}

// separators gives the ways in which the separators of a text may have been changed, the likeliest first.
func separators(text string) (variants []variant) {
	if !separatorMarks.any(text) {
		return nil
	}
	add := func(changed string, r Repair, named bool) {
		if changed != text {
			variants = append(variants, variant{changed, r, named})
		}
	}
	if strings.HasPrefix(text, "(") {
		if plain, ok := withoutBrackets(text); ok {
			add(plain, RepairEscape, true)
		}
	}
	strict := text
	if begins(strictStarts, text) {
		strict = escapes.Replace(text)
		add(strict, RepairEscape, true)
	}
	if strings.Contains(strings.Trim(text, gsText), gsText) {
		return variants // real separators came through, so others were not replaced
	}
	if begins(looseStarts, strict) {
		add(looseEscapes.Replace(strict), RepairEscape, true)
	}
	if len(variants) > 0 || !substituteMarks.any(text) {
		return variants // two sorts of separators in one code are damage
	}
	add(strings.ReplaceAll(text, "~1", gsText), RepairEscape, false)
	if s := onlySubstitute(text); s != "" {
		add(strings.ReplaceAll(text, s, gsText), RepairGSSubstitute, false)
	}
	return variants
}

// onlySubstitute finds the one character of a text that may stand for GS; two different ones are damage.
func onlySubstitute(text string) string {
	found := ""
	for i, r := range text {
		if !substituteMarks[text[i]] || !strings.ContainsRune(substitutes, r) {
			continue
		}
		if found != "" && found != string(r) {
			return ""
		}
		found = string(r)
	}
	return found
}

// withoutBrackets turns the form for people, (01)…(21)…, into an element string. Brackets are legal in
// values too, so every pair must hold a known AI.
func withoutBrackets(text string) (string, bool) {
	var b strings.Builder
	for text != "" {
		end := strings.IndexByte(text, ')')
		if text[0] != '(' || end < 0 {
			return "", false
		}
		ai := text[1:end]
		id := identifierOf(ai)
		if id == nil {
			return "", false
		}
		text = text[end+1:]
		value := text
		if next := strings.IndexByte(text, '('); next >= 0 {
			value = text[:next]
		}
		text = text[len(value):]
		b.WriteString(ai)
		b.WriteString(value)
		if id.fixed == 0 && text != "" {
			b.WriteByte(GS)
		}
	}
	return b.String(), true
}
