package marking

import (
	"strings"
	"unicode/utf8"
)

// keyboard is what a keyboard did to a scan.
type keyboard struct {
	layout bool // typed in the Russian layout
	caps   bool // typed under Caps Lock
}

// The keys of the US layout and what the Russian one gives for them, the same key at the same place.
// A bijection over all printable keys; those not listed are the same in both. Source: marking-codes §5.2.
const (
	keysUS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" +
		"~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?" + "@#$^&|"
	keysRussian = "ёйцукенгшщзхъфывапролджэячсмитьбю." +
		"ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ," + "\"№;:?/"
)

var (
	fromRussian = russianMap()
	// russianKeys is fromRussian as an array: it is asked for every character.
	russianKeys = russianTable(fromRussian)
	// shapes are Russian letters that look like Latin ones: a copy made by hand.
	shapes = strings.NewReplacer("А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C",
		"Т", "T", "У", "Y", "Х", "X", "а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x")
)

func russianMap() map[rune]byte {
	m := map[rune]byte{}
	i := 0
	for _, r := range keysRussian {
		m[r] = keysUS[i]
		i++
	}
	return m
}

// russianTable holds the keys up to the last Cyrillic letter, zero where the layouts agree. № is above it.
func russianTable(m map[rune]byte) (table ['ё' + 1]byte) {
	for r, us := range m {
		if int(r) < len(table) {
			table[r] = us
		}
	}
	return table
}

// usKey is what the key of a Russian character gives in the US layout, zero when it is the same.
func usKey(r rune) byte {
	switch {
	case r == '№':
		return '#'
	case int(r) < len(russianKeys):
		return russianKeys[r]
	}
	return 0
}

// undo gives what the scanner wanted to type. Case goes first: Caps Lock acts on what the layout calls letters.
func (k keyboard) undo(text string) string {
	if !k.layout && !k.caps {
		return text
	}
	b := make([]byte, 0, len(text))
	for _, r := range text {
		if k.caps {
			r = swapCase(r)
		}
		if k.layout {
			if us := usKey(r); us != 0 {
				b = append(b, us)
				continue
			}
		}
		if r < utf8.RuneSelf {
			b = append(b, byte(r))
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// swapCase does what Caps Lock does to the letters of both layouts.
func swapCase(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'а' && r <= 'я':
		return r - ('a' - 'A')
	case r >= 'A' && r <= 'Z', r >= 'А' && r <= 'Я':
		return r + ('a' - 'A')
	case r == 'ё':
		return 'Ё'
	case r == 'Ё':
		return 'ё'
	}
	return r
}

// hasRussian tells whether a text holds a character that only the Russian layout gives.
func hasRussian(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return strings.ContainsFunc(text, isRussian)
		}
	}
	return false
}

func isRussian(r rune) bool {
	return r >= 'а' && r <= 'я' || r >= 'А' && r <= 'Я' || r == 'ё' || r == 'Ё' || r == '№'
}

// isMixed tells whether Latin letters stand beside Russian ones, written-out separators aside.
func isMixed(text string) bool {
	return letters.any(text) && strings.ContainsFunc(looseEscapes.Replace(escapes.Replace(text)), func(r rune) bool {
		return r < 0x80 && letters[byte(r)]
	})
}

// beginning is the first characters of a text, enough for a symbology prefix.
func beginning(text string) string {
	n := 0
	for i := range text {
		if n == 3 {
			return text[:i]
		}
		n++
	}
	return text
}

// capsCanary tells by the symbology prefix, of which only one case exists, that Caps Lock was on.
// Under the Russian layout Caps Lock also makes } of its bracket.
func capsCanary(text string) bool {
	if len(text) < 3 || !letters[text[1]] || !isAlnum(text[2]) {
		return false
	}
	swapped := byte(swapCase(rune(text[1])))
	switch text[0] {
	case '}':
		return isSymbology(swapped)
	case ']':
		return !isSymbology(text[1]) && isSymbology(swapped)
	}
	return false
}
