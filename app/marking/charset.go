package marking

import "time"

// charset is a set of bytes.
type charset [256]bool

func charsetOf(s string) *charset {
	var c charset
	for i := range len(s) {
		c[s[i]] = true
	}
	return &c
}

// all tells whether every byte of s is in the set.
func (c *charset) all(s string) bool {
	for i := range len(s) {
		if !c[s[i]] {
			return false
		}
	}
	return true
}

// run counts the bytes at the beginning of s that are in the set, up to limit.
func (c *charset) run(s string, limit int) int {
	limit = min(limit, len(s))
	for i := range limit {
		if !c[s[i]] {
			return i
		}
	}
	return limit
}

// any tells whether a byte of s is in the set.
func (c *charset) any(s string) bool {
	for i := range len(s) {
		if c[s[i]] {
			return true
		}
	}
	return false
}

const (
	digitChars = "0123456789"
	set82Chars = "!\"%&'()*+,-./:;<=>?_" + digitChars + upperChars + lowerChars
	upperChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowerChars = "abcdefghijklmnopqrstuvwxyz"
)

// Alphabets of GS1 (marking-codes §2, §8).
var (
	digits       = charsetOf(digitChars)
	set82        = charsetOf(set82Chars)
	codeChars    = charsetOf(set82Chars + gsText)
	set39        = charsetOf("#-/" + digitChars + upperChars)
	set64        = charsetOf("-_=" + digitChars + upperChars + lowerChars)
	upperLetters = charsetOf(upperChars)
	upperAlnum   = charsetOf(digitChars + upperChars)
	letters      = charsetOf(upperChars + lowerChars)
	base64Chars  = charsetOf("+/" + digitChars + upperChars + lowerChars)
	hexDigits    = charsetOf(digitChars + "ABCDEFabcdef")

	charsets = map[byte]*charset{'N': digits, 'X': set82, 'Y': set39, 'Z': set64}
)

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// number reads decimal digits that fit an int; the caller has checked that they are digits.
func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// checkDigitRight tests the last digit of a GTIN, SSCC, GLN: weights 3, 1, 3 … from the right (marking-codes §8).
func checkDigitRight(s string) bool {
	if len(s) < 2 || !digits.all(s) {
		return false
	}
	return checkDigit(s[:len(s)-1]) == s[len(s)-1]
}

// isGTIN tells whether s is a GTIN of 14 digits with a right check digit. Zeros alone are none.
func isGTIN(s string) bool { return len(s) == 14 && checkDigitRight(s) && s != "00000000000000" }

// checkDigit is the digit that belongs after body.
func checkDigit(body string) byte {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return '0' + byte((10-sum%10)%10)
}

// dayOf reads YYMMDD of this century. Day 00 is the last day of the month, where it is allowed.
func dayOf(s string, zeroDay bool) (time.Time, bool) {
	if len(s) != 6 || !digits.all(s) {
		return time.Time{}, false
	}
	year, month, day := 2000+number(s[:2]), time.Month(number(s[2:4])), number(s[4:])
	if month < 1 || month > 12 {
		return time.Time{}, false
	}
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
	switch {
	case day == 0 && zeroDay:
		return last, true
	case day == 0 || day > last.Day():
		return time.Time{}, false
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), true
}
