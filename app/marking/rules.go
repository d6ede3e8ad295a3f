package marking

import (
	"slices"
	"time"

	"kassa/app/money"
)

// row is one line of the official table of forbidden sales.
type row struct {
	reason Reason
	cite   string         // where it comes from: marking-check §3, row of its table, or §3.1
	groups []ProductGroup // nil: all
	holds  func(*facts) bool
	limit  func(*facts) money.Kopecks // for the price rows: the price that the rule wants
}

// Groups that a row is limited to, in the order of the table.
var (
	permitGroups = []ProductGroup{13, 15, 1, 4, 5}
	vetGroups    = []ProductGroup{8, 32, 21, 20}
	expiryGroups = []ProductGroup{8, 15, 13, 23, 17, 19, 26, 20, 33, 32, 22, 21, 10, 37, 43, 35}
)

// onlineRows judge the online answer; the most basic reason comes first (§3.1). A member that is absent
// forbids nothing: is and isNot hold for what is present only.
var onlineRows = []row{
	{reason: ReasonNotFound, cite: "§3 row 1", holds: func(f *facts) bool { return isNot(f.online.Found) }},
	{reason: ReasonNotApplied, cite: "§3 row 1", holds: func(f *facts) bool { return isNot(f.online.Utilised) }},
	{reason: ReasonBadCheck, cite: "§3 row 2", holds: func(f *facts) bool { return isNot(f.online.Verified) }},
	{reason: ReasonPermitVoid, cite: "§3 row 11", groups: permitGroups, holds: blockedBy("RD")},
	{reason: ReasonVetVoid, cite: "§3 row 12", groups: vetGroups, holds: blockedBy("VETRF")},
	{reason: ReasonBlocked, cite: "§3 row 4", holds: func(f *facts) bool { return is(f.online.Blocked) }},
	{reason: ReasonSold, cite: "§3 row 3", holds: func(f *facts) bool { return is(f.online.Sold) }},
	{reason: ReasonNotInTrade, cite: "§3 row 5", holds: notInTrade},
	{reason: ReasonForeignOwner, cite: "§3, policy", holds: func(f *facts) bool {
		return f.policy.RefuseForeignOwner && isNot(f.online.Owner)
	}},
	{reason: ReasonExpired, cite: "§3 row 6", groups: expiryGroups, holds: expired},
	rowMRP,
	rowSMP,
	{reason: ReasonPriceBelowMP, cite: "§3 row 9", groups: []ProductGroup{Nicotine}, holds: belowMP, limit: limitMP},
	{reason: ReasonPriceBelowMP, cite: "§3 row 10", groups: []ProductGroup{OTP}, holds: belowMP, limit: limitMP},
}

// moduleRows judge the module's answer. Its sold base is looked at before, its grey list after: that one
// forbids nothing.
var moduleRows = []row{
	{reason: ReasonBlocked, cite: "§3.1", holds: func(f *facts) bool { return f.module.Blocked && !f.module.GreyGTIN }},
	rowMRP,
	rowSMP,
	{reason: ReasonPriceBelowMP, cite: "§3.1, §3 row 9", groups: []ProductGroup{Nicotine}, holds: belowMP, limit: limitMP},
}

// ownRows need nobody's answer: the price stands in the code itself.
var ownRows = []row{rowMRP}

var (
	rowMRP = row{reason: ReasonPriceNotMRP, cite: "§3 row 7", groups: []ProductGroup{Tobacco},
		holds: func(f *facts) bool {
			mrp, has := f.query.Code.MRP()
			return has && f.query.priced() && f.query.Price != mrp
		},
		limit: func(f *facts) money.Kopecks { mrp, _ := f.query.Code.MRP(); return mrp }}

	rowSMP = row{reason: ReasonPriceBelowSM, cite: "§3 row 8", groups: []ProductGroup{Tobacco},
		holds: func(f *facts) bool { return f.smp != nil && f.query.priced() && f.query.Price < limitSMP(f) },
		limit: limitSMP}
)

func is(flag *bool) bool    { return flag != nil && *flag }
func isNot(flag *bool) bool { return flag != nil && !*flag }

// blockedBy: blocked, and an authority is named.
func blockedBy(authority string) func(*facts) bool {
	return func(f *facts) bool { return is(f.online.Blocked) && slices.Contains(f.online.Authorities, authority) }
}

// notInTrade: not brought into turnover (a withdrawn code was caught by row 3). Tobacco of the grey zone is not traced yet.
func notInTrade(f *facts) bool {
	return isNot(f.online.Realizable) && !(is(f.online.GreyZone) && f.inGroup([]ProductGroup{Tobacco}))
}

// expired compares clock faces: the date has a zone letter that means nothing.
func expired(f *facts) bool {
	until, ok := clockFace(f.online.ExpireDate)
	if !ok {
		return false
	}
	at := f.query.At
	now := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
	return !now.Before(until)
}

// clockFace reads yyyy-MM-dd'T'HH:mm:ss.SSS and drops what follows; the time of day may be missing.
func clockFace(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05.000", "2006-01-02T15:04:05", "2006-01-02"} {
		if len(s) < len(layout) {
			continue
		}
		if t, err := time.Parse(layout, s[:len(layout)]); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func belowMP(f *facts) bool {
	return f.mrp != nil && f.query.priced() && f.query.Price < *f.mrp
}

func limitMP(f *facts) money.Kopecks { return *f.mrp }

// limitSMP: the answer tells the minimum of one consumer pack, of a carton too.
func limitSMP(f *facts) money.Kopecks { return *f.smp * f.packs }
