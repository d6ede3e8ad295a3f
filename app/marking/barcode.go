package marking

import "strings"

func isBarcodeLength(n int) bool { return n == 8 || n == 12 || n == 13 || n == 14 }

// readBarcode: EAN-13, EAN-8, UPC-A, UPC-E, ITF-14, and the labels of scales among them.
func (r *reading) readBarcode(labels []Label) bool {
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
			r.Candidates = []string{padGTIN(t), padGTIN(upca)}
		}
	}
	if !right || strings.Trim(t, "0") == "" {
		return false
	}
	r.known(KindGTIN)
	r.Barcode = t
	if r.readScaleLabel(labels) {
		return true
	}
	r.GTIN = padGTIN(gtin)
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
