package till

// ValidINN tells whether s is an ИНН: 10 digits of an organisation or 12 of a person, with right check
// digits (order ФНС ММВ-7-6/435@: weighted sum modulo 11 modulo 10).
func ValidINN(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	switch len(s) {
	case 10:
		return innDigit(s[:9], 2, 4, 10, 3, 5, 9, 4, 6, 8) == s[9]
	case 12:
		return innDigit(s[:10], 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == s[10] &&
			innDigit(s[:11], 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) == s[11]
	}
	return false
}

func innDigit(digits string, weights ...int) byte {
	sum := 0
	for i, w := range weights {
		sum += int(digits[i]-'0') * w
	}
	return byte('0' + sum%11%10)
}
