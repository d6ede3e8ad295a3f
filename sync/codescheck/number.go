package codescheck

import (
	"bytes"
	"fmt"
	"strconv"

	"kassa/app/marking"
	"kassa/app/money"
)

// Int is a whole JSON number, or one inside of a string. null leaves it as it is.
type Int int64

// UnmarshalJSON reads 1795300000123 and "1795300000123".
func (n *Int) UnmarshalJSON(b []byte) error {
	text, ok := digits(b)
	if !ok {
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("%d characters are no whole number", len(b))
	}
	*n = Int(v)
	return nil
}

// Kopecks is a whole number of kopecks, 20500, 20500.0 or "20500".
type Kopecks money.Kopecks

// UnmarshalJSON refuses parts of a kopeck and sums below zero.
func (k *Kopecks) UnmarshalJSON(b []byte) error {
	text, ok := digits(b)
	if !ok {
		return nil
	}
	whole, fraction, _ := bytes.Cut([]byte(text), []byte("."))
	v, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || v < 0 || len(bytes.Trim(fraction, "0")) > 0 {
		return fmt.Errorf("sum of %d characters is no number of kopecks", len(b))
	}
	*k = Kopecks(v)
	return nil
}

func (k *Kopecks) word() *money.Kopecks { return (*money.Kopecks)(k) }

// Group is a number of a product group (marking-check §2.8).
type Group marking.ProductGroup

// UnmarshalJSON refuses what is no number of a group.
func (g *Group) UnmarshalJSON(b []byte) error {
	text, ok := digits(b)
	if !ok {
		return nil
	}
	v, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return fmt.Errorf("%d characters are no product group", len(b))
	}
	*g = Group(v)
	return nil
}

// digits takes a number out of its quotation marks; false for null.
func digits(b []byte) (string, bool) {
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' {
		b = b[1 : n-1]
	} else if string(b) == "null" {
		return "", false
	}
	return string(b), true
}
