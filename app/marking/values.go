package marking

import (
	"strings"
	"time"
)

// valueChecks are what a part of a value must be besides its length and alphabet, by the names of
// identifierTable. They get digits where the table says N. Source: GS1 Syntax Dictionary (marking-codes §8).
var valueChecks = map[string]func(string) bool{
	"check":      checkDigitRight,
	"pair":       checkPairRight,
	"day0":       func(v string) bool { _, ok := dayOf(v, true); return ok },
	"day":        func(v string) bool { _, ok := dayOf(v, false); return ok },
	"birthday":   func(v string) bool { _, err := time.Parse("20060102", v); return err == nil },
	"hour":       func(v string) bool { return v < "24" },
	"minute":     func(v string) bool { return v < "60" },
	"time":       func(v string) bool { return v[:2] < "24" && v[2:] < "60" },
	"country":    func(v string) bool { return countryNumbers[v] },
	"country999": func(v string) bool { return v == "999" || countryNumbers[v] },
	"country2":   func(v string) bool { return countryLetters[v] },
	"currency":   func(v string) bool { return currencies[v] },
	"yesno":      func(v string) bool { return v == "0" || v == "1" },
	"zero":       func(v string) bool { return v == "0" },
	"nonzero":    func(v string) bool { return strings.Trim(v, "0") != "" },
	"number":     func(v string) bool { return v[0] != '0' },
	"winding":    func(v string) bool { return strings.Contains("019", v) },
	"sex":        func(v string) bool { return strings.Contains("0129", v) },
	"minus":      func(v string) bool { return v == "-" },
	"importer":   func(v string) bool { return v == "-" || v == "_" || isAlnum(v[0]) },
	"piece":      func(v string) bool { return v[:2] > "00" && v[:2] <= v[2:] },
	"order": func(v string) bool {
		return isDigit(v[0]) && v[0] > '0' && v[1] == '/' && isDigit(v[2]) && v[0] <= v[2]
	},
	"percent":   isPercentEncoded,
	"iban":      isIBAN,
	"latitude":  func(v string) bool { return v <= "1800000000" },
	"longitude": func(v string) bool { return v <= "3600000000" },
}

// isPercentEncoded: every % begins a byte in hexadecimal.
func isPercentEncoded(v string) bool {
	for i := strings.IndexByte(v, '%'); i >= 0; i = strings.IndexByte(v, '%') {
		if len(v) < i+3 || !hexDigits.all(v[i+1:i+3]) {
			return false
		}
		v = v[i+3:]
	}
	return true
}

// isIBAN tests the two check digits of an account number (ISO 13616): the country and the digits go to the
// end, letters count 10 to 35, the remainder by 97 is 1.
func isIBAN(v string) bool {
	if len(v) < 5 || !upperAlnum.all(v) || !upperLetters.all(v[:2]) || !digits.all(v[2:4]) {
		return false
	}
	rest := 0
	for _, c := range []byte(v[4:] + v[:4]) {
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}

const (
	// orderedSet82 is set 82 in the order that gives characters their numbers, orderedSet32 the alphabet of
	// check characters.
	orderedSet82 = "!\"%&'()*+,-./" + digitChars + ":;<=>?" + upperChars + "_" + lowerChars
	orderedSet32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)

// primes are the weights of check pairs: as many as the longest value that has one needs.
var primes = [...]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83}

// checkPairRight tests the two check characters of an alphanumeric key of up to 25 characters (GS1 general
// specification, «Check character calculation»): characters of set 82 weighted by primes from the right, by 1021.
func checkPairRight(v string) bool {
	n := len(v) - 2
	if n < 0 || n > len(primes) {
		return false
	}
	sum := 0
	for i := range n {
		sum += strings.IndexByte(orderedSet82, v[i]) * primes[n-1-i]
	}
	sum %= 1021
	return v[n] == orderedSet32[sum>>5] && v[n+1] == orderedSet32[sum&31]
}
