package marking

import "encoding/binary"

// Types of a product code in tag 1162, two bytes. Source: marking-codes §7.1.
const (
	type1162Unknown   = "\x00\x00"
	type1162EAN8      = "\x45\x08"
	type1162EAN13     = "\x45\x0D"
	type1162ITF14     = "\x49\x0E"
	type1162Marking   = "\x44\x4D"
	type1162Fur       = "\x52\x46"
	type1162Excise68  = "\xC5\x14"
	type1162Excise150 = "\xC5\x1E"
)

// max1162 is the most bytes of the tag.
const max1162 = 32

// appendTag1162 makes «код товара» of ФФД 1.05 and 1.1: type, then GTIN as six bytes and the serial number, or the
// text that the type asks for. The check part never goes in. It is appended to b.
func appendTag1162(b []byte, s *Scan) []byte {
	start := len(b)
	switch s.Kind {
	case KindURL:
		if s.GTIN == "" {
			return appendText1162(b, s.Text)
		}
		b = append(b, type1162Marking...)
		b = appendDigits(b, s.GTIN)
		b = append(b, s.Code.serial...)
	case KindMarking:
		b = append(b, type1162Marking...)
		b = appendDigits(b, s.GTIN)
		b = append(b, s.Code.serial...)
		switch price := valueOf(s.Elements, "8005"); {
		case len(s.Elements) == 0 && len(s.Text) >= packPriceEnd:
			b = append(b, s.Text[packSerialEnd:packPriceEnd]...)
			b = append(b, "  "...)
		case len(b)-start+len(price) <= max1162:
			b = append(b, price...)
		}
	case KindGTIN, KindWeight:
		switch {
		case len(s.Elements) > 0: // a GTIN in a GS1 symbol
			b = append(b, type1162Marking...)
			b = appendDigits(b, s.GTIN)
		case len(s.Barcode) == 8:
			b = appendDigits(append(b, type1162EAN8...), s.Barcode)
		case len(s.Barcode) == 14:
			b = appendDigits(append(b, type1162ITF14...), s.Barcode)
		default:
			b = appendDigits(append(b, type1162EAN13...), s.Barcode)
		}
	case KindFur:
		b = append(append(b, type1162Fur...), s.Text...)
	case KindExcise68:
		b = append(append(b, type1162Excise68...), s.Text[8:31]...)
	case KindExcise150:
		b = append(append(b, type1162Excise150...), s.Text[:14]...)
	default:
		return appendText1162(b, s.Text)
	}
	return b
}

// appendText1162 writes the beginning of what is no product code.
func appendText1162(b []byte, text string) []byte {
	b = append(b, type1162Unknown...)
	return append(b, text[:min(len(text), 30)]...)
}

// appendDigits writes a number as six bytes, most significant first.
func appendDigits(b []byte, digits string) []byte {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(number(digits)))
	return append(b, n[2:]...)
}
