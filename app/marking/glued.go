package marking

import (
	"cmp"
	"strings"
)

// longestCode is more than any code has; what is longer is not tried as one of two.
const longestCode = 18 + longestTail

// secondLengths are the lengths of codes without separators, one of which may end a glued scan: barcodes, a GTIN
// with its AI, an SSCC and a fur tag, a tobacco pack, the marks of ЕГАИС.
var secondLengths = [...]int{8, 12, 13, 14, 16, 20, packLength, excise68Length, excise150Length}

// glued tells whether two scans came as one, and the GTIN of the marked one among them, if there is one. It is said
// only when both parts read: at the prefix of a symbol or a line end in the middle, where a second marking code
// begins, or where a whole code ends and another one follows. Source: marking-codes §11.
func glued(t string) (gtin string, yes bool) {
	if first, second, found := cutAtMark(t); found {
		if !reads(first) || !reads(second) {
			return "", false
		}
		return cmp.Or(gtinOfMarked(first), gtinOfMarked(second)), true
	}
	for i := 1; i < len(t); i++ {
		next := strings.Index(t[i:], "01")
		if next < 0 {
			break
		}
		if i += next; hasMarkingHead(t[i:]) && reads(t[:i]) {
			return cmp.Or(gtinOfMarked(t[:i]), t[i+2:i+16]), true
		}
	}
	return gluedByLength(t, 3)
}

// gluedByLength peels a code off the end, of as many as there may be.
func gluedByLength(t string, codes int) (gtin string, yes bool) {
	if codes == 0 || len(t) > 2*longestCode {
		return "", false
	}
	for _, n := range secondLengths {
		at := len(t) - n
		if at <= 0 {
			break
		}
		if t[at-1] == GS || !isPlainCode(t[at:]) || isDateElement(t[at:]) {
			continue
		}
		if _, more := gluedByLength(t[:at], codes-1); more || isPlainCode(t[:at]) || isWholeKM(t[:at]) {
			return cmp.Or(gtinOfMarked(t), gtinOfMarked(t[at:])), true
		}
	}
	return "", false
}

// cutAtMark cuts a text at the first mark that stands between two scans only: a line end, or the prefix of a
// symbol, whose bracket no code has. The second part ends at the next mark.
func cutAtMark(t string) (first, second string, found bool) {
	at := nextMark(t)
	if at <= 0 {
		return "", "", false
	}
	second = strings.TrimLeft(t[at:], "\r\n")
	_, second = cutSymbology(second)
	if end := nextMark(second); end > 0 {
		second = second[:end]
	}
	return t[:at], second, true
}

func nextMark(t string) int {
	for i := range len(t) {
		switch t[i] {
		case '\r', '\n':
			return i
		case ']':
			if i+2 < len(t) && isSymbology(t[i+1]) && isAlnum(t[i+2]) {
				return i
			}
		}
	}
	return -1
}

// reads tells whether a part of a scan is a code: one that is whole, or a marking code by its beginning.
func reads(t string) bool {
	t = strings.Trim(unframe(t), gsText)
	return hasMarkingHead(t) || isPlainCode(t)
}

// isPlainCode: a code without separators, of a length that is its own. Most texts fail at their length or first byte.
func isPlainCode(t string) bool {
	switch len(t) {
	case 8, 12, 13, 14:
		return checkDigitRight(t) || len(t) == 8 && t[0] == '0' && digits.all(t) && checkDigitRight(upcaOf(t))
	case 16:
		return t[:2] == "01" && isGTIN(t[2:])
	case 20:
		return t[:2] == "00" && checkDigitRight(t[2:]) || t[2] == '-' && (&reading{Scan: Scan{Text: t}}).readFur()
	case packLength:
		return isGTIN(t[:14]) && set82.all(t[14:])
	case excise68Length, excise150Length:
		return upperAlnum.all(t)
	}
	return false
}

// isWholeKM: a marking code with a check part of a known form, nothing after it.
func isWholeKM(t string) bool {
	if len(t) > longestCode || !hasMarkingHead(t) {
		return false
	}
	elements, faults := split(t)
	return faults == 0 && knownCheckForm(elements) && (valueOf(elements, "92") != "" || valueOf(elements, "93") != "")
}

// isDateElement: an expiry whose GS is lost has the length of an EAN-8 or ITF-14, and one in ten its check digit too.
func isDateElement(t string) bool {
	switch {
	case len(t) == 8 && strings.HasPrefix(t, "17"):
		return identifierOf("17").fits(t[2:])
	case len(t) == 14 && strings.HasPrefix(t, "7003"):
		return identifierOf("7003").fits(t[4:])
	}
	return false
}

// mayBeTwo: what one symbol never holds, the key of a box beside the item's, or a GTIN twice. Elements that
// follow the table may still be two scans then.
func mayBeTwo(elements []Element) bool {
	boxes, items := 0, 0
	for _, e := range elements {
		switch e.AI {
		case "00":
			boxes++
		case "01":
			items++
		}
	}
	return items > 1 || boxes > 1 || boxes == 1 && valueOf(elements, "21") != ""
}

// gtinOfMarked is the GTIN of the marking code that a text begins with, empty when it begins with another code.
func gtinOfMarked(t string) string {
	switch {
	case hasMarkingHead(t):
		return t[2:16]
	case len(t) >= packLength && isGTIN(t[:14]) && set82.all(t[14:packLength]) && !digits.all(t[:packLength]):
		return t[:14]
	}
	return ""
}
