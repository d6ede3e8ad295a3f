package marking

import "strings"

// classify says what a text is; its separators are GS and its symbology prefix is gone. The order
// resolves the overlaps of the forms. Source: marking-codes §6.
func (p Parser) classify(text, symbology string) reading {
	r := reading{Scan: Scan{Text: text, Symbology: symbology, Kind: KindUnknown}}
	switch {
	case r.readMarking(),
		r.readSSCC(),
		r.readTobaccoPack(),
		r.readExcise(),
		r.readFur(),
		r.readBarcode(p.Labels),
		r.readLabel(),
		r.readLink():
	default:
		r.explain()
	}
	return r
}

// known sets what the text is.
func (r *reading) known(k Kind) { r.Kind, r.grade = k, whole }

// readSSCC: 00 and 18 digits, or the 18 digits alone in a GS1-128 symbol.
func (r *reading) readSSCC() bool {
	t := r.Text
	if len(t) == 18 && r.Symbology == "]C1" {
		t = "00" + t
	}
	if len(t) != 20 || !strings.HasPrefix(t, "00") || !checkDigitRight(t[2:]) {
		return false
	}
	r.known(KindSSCC)
	r.Elements = []Element{{"00", t[2:]}}
	return true
}

// furLength is the length of a fur tag.
const furLength = 20

// readFur: RU-430302-ABC0000017.
func (r *reading) readFur() bool {
	t := r.Text
	if len(t) != furLength || t[2] != '-' || t[9] != '-' ||
		!upperLetters.all(t[:2]) || !digits.all(t[3:9]) || !upperAlnum.all(t[10:]) {
		return false
	}
	r.known(KindFur)
	return true
}

// readLabel: an element string that is no marking code: goods with a weight, a box, a pallet.
func (r *reading) readLabel() bool {
	isGS1 := false
	switch r.Symbology {
	case "]C1", "]d2", "]e0", "]Q3", "]J1":
		isGS1 = true
	}
	if hasMarkingHead(r.Text) || !isGS1 && !hasLabelHead(r.Text) && strings.IndexByte(r.Text, GS) < 0 {
		return false // a marking code that cannot be read is nothing else; any number
	}
	elements, faults := split(r.Text)
	gtin := valueOf(elements, "01")
	clean := faults == 0
	if mayBeTwo(elements) {
		if _, two := glued(r.Text); two {
			return false
		}
	}
	switch {
	case !clean && !isGS1, valueOf(elements, "21") != "":
		return false
	case isGTIN(gtin):
		r.known(KindGTIN)
		r.GTIN = gtin
		r.Barcode = printedDigits(gtin)
	case clean && valueOf(elements, "00") != "":
		r.known(KindSSCC)
	case clean && len(elements) > 0:
		r.grade = damaged
		r.warn(WarnLogistic)
	default:
		return false
	}
	r.warnOfFaults(faults)
	if checkExcluded(elements) != nil {
		r.warn(WarnPairing)
	}
	r.takeElements(elements)
	return true
}

// hasLabelHead: what tells an element string without a prefix and GS from any digits: a GTIN, a content with
// its count, an SSCC with more behind it.
func hasLabelHead(t string) bool {
	switch {
	case strings.HasPrefix(t, "01"):
		return true
	case strings.HasPrefix(t, "02"):
		return len(t) > 18 && isGTIN(t[2:16]) && t[16:18] == "37"
	}
	return strings.HasPrefix(t, "00") && len(t) > 20 && checkDigitRight(t[2:20])
}

// printedDigits is a GTIN as it stands under the bars: 8, 13 or 14 digits.
func printedDigits(gtin string) string {
	switch {
	case strings.HasPrefix(gtin, "000000"):
		return gtin[6:]
	case gtin[0] == '0':
		return gtin[1:]
	}
	return gtin
}

// explain says what is wrong with a text that is nothing.
func (r *reading) explain() {
	t := r.Text
	marked, two := glued(t)
	switch {
	case two:
		r.warn(WarnTwoScans)
		if r.GTIN = marked; marked != "" {
			r.grade = headOnly
		}
	case len(t) == alcoholBoxLength && digits.all(t):
		r.warn(WarnLogistic)
	case hasMarkingHead(t):
		r.grade = headOnly
		r.GTIN = t[2:16]
		if codeChars.all(t) {
			r.warn(WarnGSLost)
		} else {
			r.warn(WarnCharacters)
		}
	case hasWrongCheckDigit(t):
		r.warn(WarnCheckDigit)
	}
}

// hasWrongCheckDigit: the form of a barcode, a marking code, an SSCC or a tobacco pack, but for its check digit.
func hasWrongCheckDigit(t string) bool {
	switch n := len(t); {
	case isBarcodeLength(n):
		return digits.all(t) && !checkDigitRight(t)
	case n >= 18 && t[:2] == "01" && digits.all(t[2:16]) && t[16:18] == "21":
		return true
	case n == 20 && t[:2] == "00":
		return digits.all(t)
	}
	return len(t) == packLength && digits.all(t[:14]) && set82.all(t[14:]) && !digits.all(t[14:])
}
