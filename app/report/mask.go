package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"kassa/app/marking"
)

// hidden stands for what is not shown.
const hidden = "…"

// shownSerial is how many characters of a serial number are shown, as marking.MarkingCode.Masked does.
const shownSerial = 3

// codeInText is a code inside a sentence: 01, GTIN, 21 and the rest, brackets or not; or a tobacco pack, whose
// GTIN and serial number stand side by side. No code has a space in it.
var codeInText = regexp.MustCompile(`\(?01\)?(\d{14})\(?21\)?(\S*)|(\d{14})(\S{7,})`)

// masker hides the marking codes of one row.
type masker struct {
	off    bool
	serial string // of the row's own unit
}

func newMasker(ki string, whole bool) masker {
	m := masker{off: whole}
	if s, err := marking.Parse([]byte(ki)); err == nil {
		m.serial = s.Code.Serial()
	}
	return m
}

// code masks one code; what does not read as one is hidden whole behind gtin.
func (m masker) code(ki, gtin string) string {
	if m.off || ki == "" {
		return ki
	}
	if s, err := marking.Parse([]byte(ki)); err == nil && !s.Code.IsZero() {
		return s.Code.Masked()
	}
	return gtin + "/" + hidden
}

// value masks a text that is a code, or has some in it.
func (m masker) value(text string) string {
	if m.off {
		return text
	}
	return maskValue(text)
}

// text masks every code in a text as it was on the wire: in JSON strings, with their escapes, in base64, in free
// text. A text that still shows the unit's serial number after that is hidden whole.
func (m masker) text(text string) string {
	if m.off || text == "" {
		return text
	}
	var out strings.Builder
	isJSON := json.Valid([]byte(text)) // outside of its strings are numbers only
	rest := text
	for {
		before, after, quoted := strings.Cut(rest, `"`)
		if !isJSON {
			before = maskCodes(before)
		}
		out.WriteString(before)
		if !quoted {
			break
		}
		end := endOfString(after)
		out.WriteString(maskString(after[:end], end == len(after)))
		rest = after[end:]
		if strings.HasPrefix(rest, `"`) {
			out.WriteByte('"')
			rest = rest[1:]
		}
	}
	if m.shows(out.String()) {
		return hidden
	}
	return out.String()
}

// shows tells whether the serial number can be read in a text, written out or escaped for JSON or an URL.
func (m masker) shows(text string) bool {
	if len(m.serial) <= shownSerial {
		return false
	}
	if strings.Contains(text, m.serial) || strings.Contains(text, escaped(m.serial)) {
		return true
	}
	plain, err := url.QueryUnescape(text)
	return err == nil && strings.Contains(plain, m.serial)
}

// endOfString is where the JSON string ends that text begins inside of: its quote, or the end of a text that was cut.
func endOfString(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(text)
}

// maskString masks the inside of a JSON string and gives it back with its opening quote; cut tells that its end
// is lost.
func maskString(inside string, cut bool) string {
	value, ok := unescaped(inside, cut)
	if !ok {
		return `"` + maskCodes(inside)
	}
	masked := maskValue(value)
	if masked == value {
		return `"` + inside // byte by byte as it was sent
	}
	return `"` + escaped(masked)
}

// maskValue masks a text that is a code, is the base64 of one (the gateway's form), or has some in it.
func maskValue(value string) string {
	if plain, err := base64.StdEncoding.DecodeString(value[:len(value)/4*4]); err == nil {
		if masked := maskPlain(string(plain)); masked != string(plain) {
			return masked
		}
	}
	return maskPlain(value)
}

func maskPlain(plain string) string {
	if s, err := marking.Parse([]byte(plain)); err == nil && !s.Code.IsZero() {
		return s.Code.Masked()
	}
	return maskCodes(plain)
}

func maskCodes(text string) string {
	return codeInText.ReplaceAllStringFunc(text, func(found string) string {
		parts := codeInText.FindStringSubmatch(found)
		gtin, serial := parts[1]+parts[3], parts[2]+parts[4]
		if len(serial) <= shownSerial {
			return gtin + "/" + hidden
		}
		return gtin + "/" + serial[:shownSerial] + hidden
	})
}

// unescaped reads the inside of a JSON string. One that was cut may lose an escape at its end.
func unescaped(inside string, cut bool) (string, bool) {
	const longestEscape = len(`\u001d`)
	for lost := 0; lost <= len(inside) && (lost == 0 || cut && lost < longestEscape); lost++ {
		var value string
		if json.Unmarshal([]byte(`"`+inside[:len(inside)-lost]+`"`), &value) == nil {
			return value, true
		}
	}
	return "", false
}

// escaped is the inside of the JSON string that says value, with <, > and & as they are.
func escaped(value string) string {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(err) // a string: cannot be
	}
	line := strings.TrimSuffix(buf.String(), "\n")
	return line[1 : len(line)-1]
}
