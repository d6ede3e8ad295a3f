package marking

// CodeType is the type of a marking code in tag 2100 «тип кода маркировки» (marking-codes §7.3).
type CodeType uint8

const (
	TypeUnknown        CodeType = 0 // not identified: a КИ, or a check part of no known form
	TypeShort          CodeType = 1 // a tobacco pack
	TypeCheck88        CodeType = 2 // 88 characters, checked in the fiscal drive
	TypeCheck44Outside CodeType = 3 // 44 characters, not checked in the drive
	TypeCheck44        CodeType = 4 // 44 characters, checked in the drive
	TypeCheck4         CodeType = 5 // 4 characters, not checked in the drive
)

// Type tells how a fiscal drive would treat the code. Which of the two types a check part of 44 characters has
// is told by its own check sum (marking-codes §2.3).
func (c MarkingCode) Type() CodeType {
	switch len(c.check) {
	case 4:
		if c.isPack() {
			return TypeShort
		}
		return TypeCheck4
	case 44:
		switch c.crc {
		case crcRight:
			return TypeCheck44Outside
		case crcWrong:
			return TypeCheck44
		}
	case 88:
		return TypeCheck88
	}
	return TypeUnknown
}

// isPack: a code without AIs.
func (c MarkingCode) isPack() bool { return !c.IsZero() && len(c.ki) == len(c.gtin)+len(c.serial) }

// Members of tag 1163 «код товара» of ФФД 1.2 (marking-codes §7.2).
const (
	Tag1300 = 1300 // not recognised
	Tag1301 = 1301 // EAN-8
	Tag1302 = 1302 // EAN-13
	Tag1303 = 1303 // ITF-14
	Tag1304 = 1304 // GS1 code of goods that are not marked
	Tag1305 = 1305 // GS1 code of marked goods
	Tag1306 = 1306 // short code: a tobacco pack
	Tag1307 = 1307 // fur
	Tag1308 = 1308 // ЕГАИС-2.0
	Tag1309 = 1309 // ЕГАИС-3.0
)

// max1300 is the most characters of an unrecognised code.
const max1300 = 32

// Tag1163 is the one member that tag 1163 gets for this scan, and its value: 01+GTIN+21+serial for codes with a
// serial number, without GS and check part.
func (s *Scan) Tag1163() (tag uint16, value string) {
	switch s.Kind {
	case KindMarking:
		if s.Code.isPack() {
			return Tag1306, "01" + s.GTIN + "21" + s.Code.serial
		}
		return Tag1305, s.Code.ki
	case KindURL:
		switch {
		case !s.Code.IsZero():
			return Tag1305, s.Code.ki
		case s.GTIN != "":
			return Tag1304, "01" + s.GTIN
		}
	case KindGTIN, KindWeight:
		switch {
		case len(s.Elements) > 0: // a GTIN in a GS1 symbol
			return Tag1304, "01" + s.GTIN
		case len(s.Barcode) == 8: // UPC-E too, as in tag 1162
			return Tag1301, s.Barcode
		case len(s.Barcode) == 14:
			return Tag1303, s.Barcode
		}
		return Tag1302, padGTIN(s.Barcode)[1:] // a UPC-A gets its 13th digit
	case KindFur:
		return Tag1307, s.Text
	case KindExcise68:
		return Tag1308, s.Text[8:31]
	case KindExcise150:
		return Tag1309, s.Text[:14]
	}
	runes := 0
	for i := range s.Text {
		if runes == max1300 {
			return Tag1300, s.Text[:i]
		}
		runes++
	}
	return Tag1300, s.Text
}
