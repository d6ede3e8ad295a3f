package marking

import (
	"strings"

	"kassa/app/money"
)

func isBarcodeLength(n int) bool { return n == 8 || n == 12 || n == 13 || n == 14 }

// readBarcode: EAN-13, EAN-8, UPC-A, UPC-E, ITF-14, and the labels of scales among them.
func (r *reading) readBarcode() bool {
	t := r.Text
	if r.Symbology == "]E3" && (len(t) == 13+2 || len(t) == 13+5) {
		t = t[:13] // the add-on of a periodical
	}
	if !isBarcodeLength(len(t)) || !digits.all(t) {
		return false
	}
	gtin := t
	right := checkDigitRight(t)
	if len(t) == 8 && t[0] == '0' && r.Symbology != "]E4" {
		upca := upcaOf(t)
		switch upcRight := checkDigitRight(upca); {
		case upcRight && (!right || r.Symbology == "]E0"):
			gtin, right = upca, true
		case upcRight && right:
			r.warn(WarnUPCE)
		}
	}
	if !right {
		return false
	}
	r.known(KindGTIN)
	r.Barcode = t
	if len(t) == 13 && r.readWeightLabel() {
		return true
	}
	r.GTIN = strings.Repeat("0", 14-len(gtin)) + gtin
	return true
}

// upcaOf expands the eight digits of a UPC-E of number system 0 (marking-codes §8).
func upcaOf(t string) string {
	d, check := t[1:7], t[7:]
	switch d[5] {
	case '0', '1', '2':
		return "0" + d[:2] + d[5:] + "0000" + d[2:5] + check
	case '3':
		return "0" + d[:3] + "00000" + d[3:5] + check
	case '4':
		return "0" + d[:4] + "00000" + d[4:5] + check
	}
	return "0" + d[:5] + "0000" + d[5:] + check
}

// labelTemplate is one way in which scales fill an EAN-13 that the shop may use freely: prefix of two
// digits, item, value, check digit.
type labelTemplate struct {
	first, last string // prefixes, from and to
	item, value int    // digits of each
}

// labelTemplates is what scales print most often: 2P CCCCC VVVVV K with grams (marking-codes §9).
var labelTemplates = []labelTemplate{{first: "20", last: "29", item: 5, value: 5}}

// readWeightLabel takes the item and the weight out of an in-store code. Barcode keeps all digits: the
// catalogue is asked for them first, then for the item's number.
func (r *reading) readWeightLabel() bool {
	for _, t := range labelTemplates {
		if prefix := r.Barcode[:2]; prefix < t.first || prefix > t.last {
			continue
		}
		value := r.Barcode[2+t.item:][:t.value]
		r.Kind = KindWeight
		r.PLU = r.Barcode[2:][:t.item]
		r.Weight, r.HasWeight = money.Millis(number(value)), true
		if r.Weight == 0 {
			r.warn(WarnNoWeight)
		}
		return true
	}
	return false
}
