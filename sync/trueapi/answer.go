package trueapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"kassa/app/marking"
	"kassa/app/money"
)

// checkAnswer is the answer of codes/check. Members that the till does not use are left out, unknown
// ones are ignored: the guide adds some with each release. Source: guide §1.5 (marking-check §2.6).
type checkAnswer struct {
	Code         int          `json:"code"`
	Codes        []*codeFacts `json:"codes"`
	ReqID        string       `json:"reqId"`
	ReqTimestamp int64        `json:"reqTimestamp"`
}

type codeFacts struct {
	CIS             string                 `json:"cis"`
	GTIN            string                 `json:"gtin"`
	Found           *bool                  `json:"found"`
	Valid           *bool                  `json:"valid"`
	Verified        *bool                  `json:"verified"`
	Realizable      *bool                  `json:"realizable"`
	Utilised        *bool                  `json:"utilised"`
	IsBlocked       *bool                  `json:"isBlocked"`
	IsOwner         *bool                  `json:"isOwner"`
	IsTracking      *bool                  `json:"isTracking"`
	Sold            *bool                  `json:"sold"`
	GrayZone        *bool                  `json:"grayZone"`
	GroupIDs        []marking.ProductGroup `json:"groupIds"`
	OGVs            []string               `json:"ogvs"`
	ExpireDate      string                 `json:"expireDate"`
	MRP             *kopecks               `json:"mrp"`
	SMP             *kopecks               `json:"smp"`
	PackageQuantity int                    `json:"packageQuantity"`
	PackageType     string                 `json:"packageType"`
	Parent          string                 `json:"parent"`
	ErrorCode       int                    `json:"errorCode"`
	Message         string                 `json:"message"`
}

// kopecks is a JSON number of whole kopecks, 20500 or 20500.0.
type kopecks money.Kopecks

func (k *kopecks) UnmarshalJSON(b []byte) error {
	whole, fraction, _ := strings.Cut(string(b), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || strings.Trim(fraction, "0") != "" {
		return fmt.Errorf("sum of %d characters is no number of kopecks", len(b))
	}
	*k = kopecks(n)
	return nil
}

func (k *kopecks) word() *money.Kopecks { return (*money.Kopecks)(k) }

// decodeCheck reads the answer about the codes that were asked, by position: the echo of a code has no GS
// in it (marking-check §2.6).
func decodeCheck(body []byte, asked ...string) ([]marking.OnlineAnswer, *Error) {
	var v checkAnswer
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, garbage("check", err)
	}
	if err := v.check(asked); err != nil {
		return nil, garbage("check", err)
	}
	answers := make([]marking.OnlineAnswer, len(v.Codes))
	for i, f := range v.Codes {
		answers[i] = f.word(v)
	}
	return answers, nil
}

// word is the facts of one code of an answer in the till's words.
func (f *codeFacts) word(v checkAnswer) marking.OnlineAnswer {
	return marking.OnlineAnswer{
		ReqID: v.ReqID, ReqTimestamp: v.ReqTimestamp,
		Found: f.Found, Valid: f.Valid, Verified: f.Verified, Realizable: f.Realizable, Utilised: f.Utilised,
		Blocked: f.IsBlocked, Owner: f.IsOwner, Tracking: f.IsTracking, Sold: f.Sold, GreyZone: f.GrayZone,
		Groups: f.GroupIDs, Authorities: f.OGVs, ExpireDate: f.ExpireDate, MRP: f.MRP.word(), SMP: f.SMP.word(),
		PackageQuantity: f.PackageQuantity, PackageType: f.PackageType, Parent: f.Parent,
		ErrorCode: f.ErrorCode, Message: f.Message,
	}
}

// garbage is an answer with HTTP 200 that cannot be used.
func garbage(op string, err error) *Error {
	return &Error{Op: op, Fault: marking.FaultGarbage, Status: http.StatusOK, Err: fmt.Errorf("read answer: %w", err)}
}

// check refuses what would be taken for an answer that allows: without found nothing was said of a code,
// without reqId and reqTimestamp the receipt cannot name the check (tag 1265).
func (v checkAnswer) check(asked []string) error {
	switch {
	case v.Code != 0:
		return fmt.Errorf("code %d", v.Code)
	case len(v.Codes) != len(asked):
		return fmt.Errorf("%d codes, asked for %d", len(v.Codes), len(asked))
	case !isReqID(v.ReqID):
		return fmt.Errorf("reqId of %d characters is no UUID", len(v.ReqID))
	case v.ReqTimestamp <= 0:
		return fmt.Errorf("reqTimestamp %d", v.ReqTimestamp)
	}
	positions := make(map[string]int, len(asked))
	for i, code := range asked {
		positions[withoutGS(code)] = i
	}
	for i, f := range v.Codes {
		switch {
		case f == nil || f.Found == nil:
			return fmt.Errorf("element %d: no member found", i)
		case f.PackageQuantity < 0:
			return fmt.Errorf("element %d: packageQuantity %d", i, f.PackageQuantity)
		case len(f.Parent) > marking.MaxScan || len(f.PackageType) > marking.MaxScan:
			return fmt.Errorf("element %d: parent or packageType of over %d bytes", i, marking.MaxScan)
		}
		// An echo in a form of its own says nothing; one of another code that was asked says that the order is lost.
		if p, ok := positions[withoutGS(f.CIS)]; ok && withoutGS(asked[p]) != withoutGS(asked[i]) {
			return fmt.Errorf("element %d answers about code %d", i, p)
		}
	}
	return nil
}

func withoutGS(code string) string { return strings.ReplaceAll(code, string(rune(marking.GS)), "") }

// isReqID accepts a UUID in any spelling; anything else would spoil the tag.
func isReqID(s string) bool {
	return len(s) > 0 && len(s) <= 64 && strings.Trim(s, "0123456789abcdefABCDEF-") == ""
}
