package shtrih

import (
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// lookalikes stand for characters that neither code page has.
var lookalikes = map[rune]byte{
	'«': '"', '»': '"', '“': '"', '”': '"', '„': '"', '’': '\'', '‘': '\'',
	'–': '-', '—': '-', '−': '-', '‑': '-', '…': '.', '•': '*', '×': 'x', '\u00A0': ' ', '\u202F': ' ',
	'₽': 'p', '№': 'N',
}

// encodeText writes s in a code page, one byte a character, at most limit of them; what the page does not
// have becomes its lookalike or '?'. Control characters become spaces: the printer would obey them.
func encodeText(page *charmap.Charmap, s string, limit int) []byte {
	b := make([]byte, 0, min(len(s), limit))
	for _, r := range s {
		if len(b) == limit {
			break
		}
		c, ok := page.EncodeRune(r)
		switch {
		case r < ' ' || r == 0x7F:
			c = ' '
		case ok:
		case lookalikes[r] != 0:
			c = lookalikes[r]
		default:
			c = '?'
		}
		b = append(b, c)
	}
	return b
}

// In commands text is WIN-1251, inside a TLV it is CP866 (§1.1).
func commandText(s string, limit int) []byte { return encodeText(charmap.Windows1251, s, limit) }
func tlvText(s string, limit int) []byte     { return encodeText(charmap.CodePage866, s, limit) }

// decodeText reads text of an answer, which may be padded with zeros or spaces.
func decodeText(page *charmap.Charmap, b []byte) string {
	var s strings.Builder
	for _, c := range b {
		if c == 0 {
			break
		}
		s.WriteRune(page.DecodeByte(c))
	}
	return strings.TrimSpace(s.String())
}
