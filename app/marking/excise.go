package marking

import "strings"

// Lengths of the marks of ЕГАИС-2.0 (PDF417) and 3.0 (DataMatrix), and of the box number of the alcohol
// regulator. Source: marking-codes §3.
const (
	excise68Length   = 68
	excise150Length  = 150
	alcoholBoxLength = 26
)

// readExcise: the two marks of ЕГАИС.
func (r *reading) readExcise() bool {
	switch {
	case !upperAlnum.all(r.Text):
		return false
	case len(r.Text) == excise68Length:
		r.known(KindExcise68)
		r.AlcoholCode = alcoholCode(r.Text[3:19])
	case len(r.Text) == excise150Length:
		r.known(KindExcise150)
	default:
		return false
	}
	return true
}

// alcoholCode is the алкокод of a mark of 68: 16 digits of base 36, written as 19 decimal ones. Empty when the
// number has more: such a mark has no code of a product.
func alcoholCode(base36 string) string {
	const limit = 1e19 // 19 digits; times 36 still fits in the check below
	var n uint64
	for i := range len(base36) {
		d := uint64(strings.IndexByte(digitChars+upperChars, base36[i]))
		if n > (limit-1-d)/36 {
			return ""
		}
		n = n*36 + d
	}
	var b [19]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = '0' + byte(n%10)
		n /= 10
	}
	return string(b[:])
}
