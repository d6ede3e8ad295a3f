package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Kopecks is a sum of money in kopecks. It may be negative (a return in a report).
type Kopecks int64

// Millis is a quantity in thousandths of the item's unit: 1 piece = 1000, 1.254 kg = 1254.
type Millis int64

// Unit is one whole unit of goods.
const Unit Millis = 1000

// HundredthsOfPercent is a share: 5 % = 500, 100 % = 10000.
type HundredthsOfPercent int64

// Whole is 100 %.
const Whole HundredthsOfPercent = 10000

// ErrFormat is reported for text that is no number of this kind.
var ErrFormat = errors.New("not a number of this kind")

// String prints roubles with a point and two digits, as exchange files want it: "354.90".
// For people use texts.Money.
func (k Kopecks) String() string {
	sign, u := "", uint64(k)
	if k < 0 {
		sign, u = "-", uint64(-k)
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

// String prints thousandths without trailing zeros: "2", "1.254".
func (m Millis) String() string {
	sign, u := "", uint64(m)
	if m < 0 {
		sign, u = "-", uint64(-m)
	}
	s := fmt.Sprintf("%s%d.%03d", sign, u/1000, u%1000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// IsWhole tells whether the quantity is a whole number of units.
func (m Millis) IsWhole() bool { return m%Unit == 0 }

// ParseKopecks reads roubles with a point or a comma and at most two digits after it.
func ParseKopecks(s string) (Kopecks, error) {
	n, err := parseFixed(s, 2)
	return Kopecks(n), err
}

// ParseMillis reads a quantity with a point or a comma and at most three digits after it.
func ParseMillis(s string) (Millis, error) {
	n, err := parseFixed(s, 3)
	return Millis(n), err
}

// ParsePercent reads "5", "7.5", "12,25".
func ParsePercent(s string) (HundredthsOfPercent, error) {
	n, err := parseFixed(s, 2)
	return HundredthsOfPercent(n), err
}

func parseFixed(s string, digits int) (int64, error) {
	text := strings.ReplaceAll(strings.TrimSpace(s), ",", ".")
	body, negative := strings.CutPrefix(text, "-")
	whole, fraction, hasPoint := strings.Cut(body, ".")
	if whole == "" || len(fraction) > digits || (hasPoint && fraction == "") || len(whole) > 15 {
		return 0, fmt.Errorf("%q: %w", s, ErrFormat)
	}
	n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", s, ErrFormat)
	}
	if negative {
		return -int64(n), nil
	}
	return int64(n), nil
}

// Cost is price × quantity, rounded half away from zero to a kopeck.
// A product that does not fit is reported as the largest sum, which every limit refuses.
func Cost(price Kopecks, quantity Millis) Kopecks {
	return Kopecks(mulDivRound(int64(price), int64(quantity), int64(Unit)))
}

// Share is the given part of a sum, rounded half away from zero to a kopeck.
func Share(sum Kopecks, part HundredthsOfPercent) Kopecks {
	return Kopecks(mulDivRound(int64(sum), int64(part), int64(Whole)))
}

// UnitPrice is the price at which quantity costs about sum, rounded half away from zero.
func UnitPrice(sum Kopecks, quantity Millis) Kopecks {
	return Kopecks(mulDivRound(int64(sum), int64(Unit), int64(quantity)))
}

// mulDivRound is a*b/d rounded half away from zero, without losing bits in between.
func mulDivRound(a, b, d int64) int64 {
	if d == 0 {
		return math.MaxInt64
	}
	negative := (a < 0) != (b < 0) != (d < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	ud := magnitude(d)
	if hi >= ud {
		return math.MaxInt64
	}
	q, r := bits.Div64(hi, lo, ud)
	if q >= math.MaxInt64 {
		return math.MaxInt64
	}
	if r >= ud-r {
		q++
	}
	if negative {
		return -int64(q)
	}
	return int64(q)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}
