package money

import (
	"fmt"
	"time"
)

// VATRate is a rate of VAT. Its number is the value of tag 1199 (ФФД 1.2) and is stored;
// never reorder. Zero means «not set»: an item without a rate cannot be sold.
type VATRate uint8

const (
	VAT20     VATRate = 1
	VAT10     VATRate = 2
	VAT20Calc VATRate = 3 // 20/120
	VAT10Calc VATRate = 4 // 10/110
	VAT0      VATRate = 5
	VATNone   VATRate = 6 // без НДС
	VAT5      VATRate = 7
	VAT7      VATRate = 8
	VAT5Calc  VATRate = 9  // 5/105
	VAT7Calc  VATRate = 10 // 7/107
	VAT22     VATRate = 11
	VAT22Calc VATRate = 12 // 22/122
)

var vatRates = map[VATRate]struct {
	name    string
	percent int64
}{
	VAT20: {"20", 20}, VAT10: {"10", 10}, VAT20Calc: {"20/120", 20}, VAT10Calc: {"10/110", 10},
	VAT0: {"0", 0}, VATNone: {"none", 0}, VAT5: {"5", 5}, VAT7: {"7", 7},
	VAT5Calc: {"5/105", 5}, VAT7Calc: {"7/107", 7}, VAT22: {"22", 22}, VAT22Calc: {"22/122", 22},
}

// String is the rate as exchange files write it: "20", "10", "0", "none", "20/120".
func (r VATRate) String() string {
	if v, ok := vatRates[r]; ok {
		return v.name
	}
	return "unset"
}

// Known tells whether the rate is one of the list.
func (r VATRate) Known() bool { _, ok := vatRates[r]; return ok }

// ParseVAT reads what String prints.
func ParseVAT(s string) (VATRate, error) {
	for r, v := range vatRates {
		if v.name == s {
			return r, nil
		}
	}
	return 0, fmt.Errorf("VAT rate %q: %w", s, ErrFormat)
}

// Included is the VAT inside a sum that already contains it, rounded half away from zero.
func (r VATRate) Included(sum Kopecks) Kopecks {
	p := vatRates[r].percent
	if p == 0 {
		return 0
	}
	return Kopecks(mulDivRound(int64(sum), p, 100+p))
}

// StandardVAT is the general rate in force on a day: 22 % since 01.01.2026 (before: 20 %).
// Source: order ЕД-7-20/1050@ of 08.12.2025.
func StandardVAT(day time.Time) VATRate {
	if day.Year() >= 2026 {
		return VAT22
	}
	return VAT20
}
