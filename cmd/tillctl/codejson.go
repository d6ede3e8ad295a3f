package main

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"

	"kassa/app/marking"
)

// appendScan appends what `tillctl code parse` prints of one scan: a JSON object and a line end. It writes what
// encoding/json would, without HTML escapes, and is several times faster; a test compares the two.
func appendScan(b []byte, s *marking.Scan, err error) []byte {
	kind := s.Kind
	if err != nil {
		kind = marking.KindUnknown
	}
	b = append(b, `{"kind":`...)
	b = appendString(b, string(kind))
	b = appendText(b, "gtin", s.GTIN)
	code := &s.Code
	b = appendText(b, "serial", code.Serial())
	b = appendText(b, "ki", code.KI())
	b = appendText(b, "km", code.KM())
	b = appendElements(b, s.Elements)
	b = appendText(b, "key", code.Key())
	b = appendText(b, "check", code.Check())
	mrp, hasMRP := code.MRP()
	b = appendNumber(b, "mrp_kopecks", int64(mrp), hasMRP)
	b = appendNumber(b, "weight_grams", int64(s.Weight), s.HasWeight)
	b = appendNumber(b, "volume_ml", int64(s.Volume), s.HasVolume)
	b = appendNumber(b, "price_kopecks", int64(s.Price), s.HasPrice && !hasMRP)
	b = appendNumber(b, "pieces", s.Pieces, s.HasPieces)
	b = appendText(b, "plu", s.PLU)
	b = appendText(b, "alcocode", s.AlcoholCode)
	b = appendText(b, "expiry", s.Expiry)
	b = appendText(b, "symbology", s.Symbology)
	if err == nil {
		b = append(b, `,"tag1162":"`...)
		b = hex.AppendEncode(b, s.Tag1162)
		tag, value := s.Tag1163()
		b = append(b, `","tag1163":{"tag":`...)
		b = strconv.AppendUint(b, uint64(tag), 10)
		b = append(b, `,"value":`...)
		b = appendString(b, value)
		b = append(b, '}')
	}
	b = appendNumber(b, "km_type", int64(code.Type()), !code.IsZero())
	b = append(b, `,"repairs":`...)
	b = appendList(b, s.Repairs)
	b = append(b, `,"warnings":`...)
	b = appendList(b, s.Warnings)
	if len(s.Candidates) > 0 {
		b = append(b, `,"candidates":`...)
		b = appendList(b, s.Candidates)
	}
	if err != nil {
		b = appendText(b, "error", err.Error())
	}
	return append(b, '}', '\n')
}

// appendElements appends the AIs in the order of their names, each once: of an AI that came twice the first value.
func appendElements(b []byte, elements []marking.Element) []byte {
	if len(elements) == 0 {
		return b
	}
	b = append(b, `,"ais":{`...)
	last := ""
	for n := 0; ; n++ {
		var next *marking.Element
		for i := range elements {
			if e := &elements[i]; e.AI > last && (next == nil || e.AI < next.AI) {
				next = e
			}
		}
		if next == nil {
			return append(b, '}')
		}
		if n > 0 {
			b = append(b, ',')
		}
		b = appendString(b, next.AI)
		b = append(b, ':')
		b = appendString(b, next.Value)
		last = next.AI
	}
}

// appendText appends a member, none for an empty text.
func appendText(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = appendName(b, name)
	return appendString(b, value)
}

func appendNumber(b []byte, name string, value int64, has bool) []byte {
	if !has {
		return b
	}
	b = appendName(b, name)
	return strconv.AppendInt(b, value, 10)
}

func appendName(b []byte, name string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

func appendList[S ~string](b []byte, list []S) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, string(s))
	}
	return append(b, ']')
}

// appendString appends a JSON string. A byte that is no UTF-8 becomes U+FFFD, as encoding/json has it.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0 // of what is written as it is
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && r != '\u2028' && r != '\u2029' && !(r == utf8.RuneError && size == 1) {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, r)
		i += size
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendEscape appends a character that cannot stand in a JSON string, or in JavaScript, as it is.
func appendEscape(b []byte, r rune) []byte {
	if r == '"' || r == '\\' {
		return append(b, '\\', byte(r))
	}
	if i := strings.IndexRune("\b\f\n\r\t", r); i >= 0 {
		return append(b, '\\', "bfnrt"[i])
	}
	const hexDigits = "0123456789abcdef"
	return append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
