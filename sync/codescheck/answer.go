package codescheck

import (
	"errors"
	"fmt"
	"strings"

	"kassa/app/marking"
)

// Answer of codes/check.
type Answer struct {
	Code         Int      `json:"code"` // 0, or what went wrong, like an HTTP status
	Description  string   `json:"description"`
	Codes        []*Facts `json:"codes"`
	ReqID        string   `json:"reqId"`
	ReqTimestamp Int      `json:"reqTimestamp"` // ms, UTC

	// Of a gateway that answered from its local module: the module's instance and the version of its black
	// list. A site has none of the three.
	IsCheckedOffline bool   `json:"isCheckedOffline"`
	Inst             string `json:"inst"`
	Version          string `json:"version"`
}

// Facts of one code: an element of codes[].
type Facts struct {
	Found           *bool    `json:"found"`
	Valid           *bool    `json:"valid"`
	Verified        *bool    `json:"verified"`
	Realizable      *bool    `json:"realizable"`
	Utilised        *bool    `json:"utilised"`
	IsBlocked       *bool    `json:"isBlocked"`
	IsOwner         *bool    `json:"isOwner"`
	IsTracking      *bool    `json:"isTracking"`
	Sold            *bool    `json:"sold"`
	GrayZone        *bool    `json:"grayZone"`
	IsGreyGTIN      *bool    `json:"isGreyGtin"` // offline only
	GroupIDs        []Group  `json:"groupIds"`
	OGVs            []string `json:"ogvs"`
	ExpireDate      string   `json:"expireDate"`
	MRP             *Kopecks `json:"mrp"`
	SMP             *Kopecks `json:"smp"`
	PackageQuantity Int      `json:"packageQuantity"`
	PackageType     string   `json:"packageType"`
	Parent          string   `json:"parent"`
	ErrorCode       Int      `json:"errorCode"`
	Message         string   `json:"message"`
}

// Read gives the facts of each code that was asked about, by position: the echo of a code has no GS in it
// (marking-check §2.6).
//
// It refuses what would be taken for an answer that allows: without found (offline: isBlocked) nothing was
// said of the code, and without the ids the receipt cannot name the check (tag 1265).
func (a Answer) Read(asked int) ([]marking.OnlineAnswer, error) {
	if err := a.check(asked); err != nil {
		return nil, err
	}
	facts := make([]marking.OnlineAnswer, len(a.Codes))
	for i, c := range a.Codes {
		if err := c.check(a.IsCheckedOffline); err != nil {
			return nil, fmt.Errorf("code %d: %w", i, err)
		}
		facts[i] = a.facts(c)
	}
	return facts, nil
}

func (a Answer) check(asked int) error {
	switch {
	case a.Code != 0:
		return fmt.Errorf("code %d", a.Code)
	case len(a.Codes) != asked:
		return fmt.Errorf("%d codes, asked for %d", len(a.Codes), asked)
	case !isID(a.ReqID):
		return fmt.Errorf("reqId of %d characters is no UUID", len(a.ReqID))
	case a.ReqTimestamp <= 0:
		return fmt.Errorf("reqTimestamp %d", a.ReqTimestamp)
	case a.IsCheckedOffline && (!isID(a.Inst) || !isID(a.Version)):
		return errors.New("checked offline, but inst or version is no UUID")
	}
	return nil
}

func (f *Facts) check(offline bool) error {
	switch {
	case f == nil:
		return errors.New("null")
	case !offline && f.Found == nil:
		return errors.New("no member found")
	case offline && f.IsBlocked == nil:
		return errors.New("no member isBlocked")
	case f.PackageQuantity < 0:
		return fmt.Errorf("packageQuantity %d", f.PackageQuantity)
	}
	return nil
}

func (a Answer) facts(f *Facts) marking.OnlineAnswer {
	o := marking.OnlineAnswer{
		ReqID: a.ReqID, ReqTimestamp: int64(a.ReqTimestamp),
		Found: f.Found, Valid: f.Valid, Verified: f.Verified, Realizable: f.Realizable, Utilised: f.Utilised,
		Blocked: f.IsBlocked, Owner: f.IsOwner, Tracking: f.IsTracking, Sold: f.Sold, GreyZone: f.GrayZone,
		Authorities: f.OGVs, ExpireDate: f.ExpireDate, MRP: f.MRP.word(), SMP: f.SMP.word(),
		PackageQuantity: int(f.PackageQuantity), PackageType: f.PackageType, Parent: f.Parent,
		ErrorCode: int(f.ErrorCode), Message: f.Message,
	}
	for _, g := range f.GroupIDs {
		o.Groups = append(o.Groups, marking.ProductGroup(g))
	}
	if a.IsCheckedOffline {
		o.Offline, o.Inst, o.Version, o.GreyGTIN = true, a.Inst, a.Version, f.IsGreyGTIN
	}
	return o
}

// isID accepts a UUID in any spelling; anything else would spoil the tag.
func isID(s string) bool {
	return len(s) > 0 && len(s) <= 64 && strings.Trim(s, "0123456789abcdefABCDEF-") == ""
}
