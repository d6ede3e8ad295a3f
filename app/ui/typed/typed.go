package typed

import (
	"slices"
	"strings"

	"kassa/app/money"
)

// Number is a decimal number being typed.
type Number struct {
	whole, fraction int // how many digits may stand before and after the comma
	text            string
}

// NewNumber makes an empty number with at most so many digits before and after the comma.
func NewNumber(whole, fraction int) *Number { return &Number{whole: whole, fraction: fraction} }

// Add takes '0' to '9' or a comma and tells whether there was room for it.
func (n *Number) Add(r rune) bool {
	head, tail, comma := strings.Cut(n.text, ",")
	switch {
	case r == ',':
		if comma || n.fraction == 0 {
			return false
		}
		if n.text == "" {
			n.text = "0"
		}
		n.text += ","
		return true
	case r < '0' || r > '9':
		return false
	case comma:
		if len(tail) >= n.fraction {
			return false
		}
	case head == "0":
		n.text = "" // a leading zero gives way
	case len(head) >= n.whole:
		return false
	}
	n.text += string(r)
	return true
}

// Erase takes the last character off.
func (n *Number) Erase() {
	if n.text != "" {
		n.text = n.text[:len(n.text)-1]
	}
}

// Clear empties the number.
func (n *Number) Clear() { n.text = "" }

// Text is what was typed, with a comma.
func (n *Number) Text() string { return n.text }

// Empty tells that nothing was typed.
func (n *Number) Empty() bool { return n.text == "" }

// Kopecks reads the number as roubles; ok is false when nothing was typed.
func (n *Number) Kopecks() (money.Kopecks, bool) {
	v, err := money.ParseKopecks(n.complete())
	return v, err == nil
}

// Millis reads the number as a quantity.
func (n *Number) Millis() (money.Millis, bool) {
	v, err := money.ParseMillis(n.complete())
	return v, err == nil
}

// Percent reads the number as a share.
func (n *Number) Percent() (money.HundredthsOfPercent, bool) {
	v, err := money.ParsePercent(n.complete())
	return v, err == nil
}

// complete is the number without a comma that nothing follows yet.
func (n *Number) complete() string { return strings.TrimSuffix(n.text, ",") }

// Digits of a PIN (till-ux LG-1).
const (
	LeastPIN = 4
	MostPIN  = 6
)

// PIN is a secret being typed. It is never shown nor logged; screens ask for its length only.
type PIN struct{ digits []byte }

// Add takes a digit while there is room.
func (p *PIN) Add(r rune) {
	if r >= '0' && r <= '9' && len(p.digits) < MostPIN {
		p.digits = append(p.digits, byte(r))
	}
}

// Erase takes the last digit off.
func (p *PIN) Erase() {
	if len(p.digits) > 0 {
		p.digits = p.digits[:len(p.digits)-1]
	}
}

// Len is how many digits were typed.
func (p *PIN) Len() int { return len(p.digits) }

// Take gives the PIN and forgets it.
func (p *PIN) Take() string {
	pin := string(p.digits)
	clear(p.digits)
	p.digits = nil
	return pin
}

// String keeps the digits out of every log.
func (p *PIN) String() string { return "PIN" }

// steps are the banknotes that a customer rounds up to, in kopecks (till-ux PY-2).
var steps = []money.Kopecks{50_00, 100_00, 500_00, 1000_00, 5000_00}

// LikelySums gives four sums above due that a customer is likely to hand over, the smallest first.
func LikelySums(due money.Kopecks) []money.Kopecks {
	const wanted = 4
	var sums []money.Kopecks
	for _, s := range steps {
		if sum := above(due, s); !slices.Contains(sums, sum) && len(sums) < wanted {
			sums = append(sums, sum)
		}
	}
	for len(sums) < wanted {
		sums = append(sums, above(sums[len(sums)-1], 1000_00))
	}
	slices.Sort(sums)
	return sums
}

// above is the next multiple of step that is larger than sum.
func above(sum, step money.Kopecks) money.Kopecks { return (sum/step + 1) * step }
