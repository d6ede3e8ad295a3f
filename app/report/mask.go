package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"kassa/app/marking"
)

// hidden stands for what is not shown.
const hidden = "…"

// codeInText is a code inside a sentence: 01, GTIN, 21 and the rest, brackets or not; or a tobacco pack, whose
// GTIN and serial number stand side by side. No code has a space in it.
var codeInText = regexp.MustCompile(`(\(?01\)?\d{14}\(?21\)?)(\S*)|(\d{14})(\S{7,})`)

// separator is GS as it is, or as JSON, an URL or a log spells it.
var separator = regexp.MustCompile(`\x1d|(?i:\\u001d|%1d|\\x1d|<gs>)`)

// looseTail is a check part that lost the separator before it: 93 with 4 characters, or 91 with 4 and 92 with 44
// or 88 (marking-codes §3).
var looseTail = regexp.MustCompile(`\(?93\)?[\w!"%&'*+./:;<=>?,-]{4}$|\(?91\)?\S{4}\(?92\)?\S{44}(?:\S{44})?$`)

const (
	packSerial = 7 // characters of the serial number of a tobacco pack
	keyElement = 6 // characters of an AI 91 with its value
	leastTail  = 4 // shorter ones are found by accident in any text
)

// masker hides what follows the КИ in the marking codes of one row: the check part shows that somebody held the
// unit, the КИ only names it.
type masker struct {
	off   bool
	ki    string   // of the row's own unit
	tails []string // its check part, once a text has shown it
}

// newMasker knows the row's own unit; from the texts it learns the check part.
func newMasker(ki string, whole bool, texts ...string) *masker {
	m := &masker{off: whole}
	if s, err := marking.Parse([]byte(ki)); err == nil {
		m.ki = s.Code.KI()
	}
	for _, t := range texts {
		m.text(t)
	}
	return m
}

// code shows the КИ of one code; what does not read as one is hidden behind gtin.
func (m *masker) code(ki, gtin string) string {
	if m.off || ki == "" {
		return ki
	}
	if s, err := marking.Parse([]byte(ki)); err == nil && !s.Code.IsZero() {
		return s.Code.KI()
	}
	return gtin + "/" + hidden
}

// value masks a text that is a code, or has some in it.
func (m *masker) value(text string) string {
	if m.off {
		return text
	}
	return m.maskValue(text)
}

// text masks every code in a text as it was on the wire: in JSON strings, with their escapes, in base64, in free
// text. A text that still shows the unit's own check part after that is hidden whole.
func (m *masker) text(text string) string {
	if m.off || text == "" {
		return text
	}
	var out strings.Builder
	isJSON := json.Valid([]byte(text)) // outside of its strings are numbers only
	rest := text
	for {
		before, after, quoted := strings.Cut(rest, `"`)
		if !isJSON {
			before = m.maskCodes(before)
		}
		out.WriteString(before)
		if !quoted {
			break
		}
		end := endOfString(after)
		out.WriteString(m.maskString(after[:end], end == len(after)))
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

// shows tells whether the check part can be read in a text, written out or escaped for JSON or an URL. A КИ may hold
// the same characters by accident.
func (m *masker) shows(text string) bool {
	if len(m.tails) == 0 {
		return false
	}
	spellings := []string{text, jsonEscape.ReplaceAllStringFunc(text, oneUnescaped)}
	if plain, err := url.QueryUnescape(text); err == nil {
		spellings = append(spellings, plain)
	}
	for _, s := range spellings {
		s = strings.ReplaceAll(s, m.ki, hidden)
		for _, tail := range m.tails {
			if strings.Contains(s, tail) {
				return true
			}
		}
	}
	return false
}

// jsonEscape is one escape, wherever it stands: a text that was cut is no JSON any more.
var jsonEscape = regexp.MustCompile(`\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])`)

func oneUnescaped(escape string) string {
	plain, ok := unescaped(escape, false)
	if !ok {
		return escape
	}
	return plain
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
func (m *masker) maskString(inside string, cut bool) string {
	value, ok := unescaped(inside, cut)
	if !ok {
		return `"` + m.maskCodes(inside)
	}
	masked := m.maskValue(value)
	if masked == value {
		return `"` + inside // byte by byte as it was sent
	}
	return `"` + escaped(masked)
}

// maskValue masks a text that is a code, is the base64 of one (the gateway's form), or has some in it.
func (m *masker) maskValue(value string) string {
	if plain, err := base64.StdEncoding.DecodeString(value[:len(value)/4*4]); err == nil {
		if masked := m.maskPlain(string(plain)); masked != string(plain) {
			return masked
		}
	}
	return m.maskPlain(value)
}

func (m *masker) maskPlain(plain string) string {
	if m.begins(plain) {
		return m.maskCodes(plain)
	}
	if s, err := marking.Parse([]byte(plain)); err == nil && s.Code.HasCheckPart() {
		if s.Code.KI() == m.ki { // read with repairs
			m.learn(s.Code.Check())
		}
		return s.Code.KI() + hidden
	}
	return m.maskCodes(plain)
}

// begins tells that a text begins with the row's own КИ.
func (m *masker) begins(text string) bool { return m.ki != "" && strings.HasPrefix(text, m.ki) }

func (m *masker) maskCodes(text string) string {
	return codeInText.ReplaceAllStringFunc(text, func(found string) string {
		parts := codeInText.FindStringSubmatch(found)
		shown := len(found)
		switch {
		case m.begins(found):
			shown = len(m.ki)
			m.learnElements(found[shown:])
		case separator.MatchString(found):
			shown = separator.FindStringIndex(found)[0]
		case parts[3] != "":
			shown = len(parts[3]) + packSerial
		case looseTail.MatchString(parts[2]):
			shown = len(parts[1]) + looseTail.FindStringIndex(parts[2])[0]
		}
		if shown == len(found) {
			return found
		}
		return found[:shown] + hidden
	})
}

// learnElements takes the check part from what stands behind the КИ.
func (m *masker) learnElements(behind string) {
	for _, element := range separator.Split(behind, -1) {
		if len(element) > keyElement && strings.HasPrefix(element, "91") { // the separator behind the key was lost
			element = element[keyElement:]
		}
		switch {
		case strings.HasPrefix(element, "92"), strings.HasPrefix(element, "93"):
			m.learn(element[2:])
		case strings.HasPrefix(m.ki, "01"): // an element that is no check part
		default:
			m.learn(element)
		}
	}
}

func (m *masker) learn(tail string) {
	if len(tail) >= leastTail && !slices.Contains(m.tails, tail) {
		m.tails = append(m.tails, tail)
	}
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
