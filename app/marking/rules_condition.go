package marking

import (
	"math"
	"slices"
	"time"

	"kassa/app/money"
)

// answers is a set of those whose answer a row judges.
type answers uint8

const (
	byOwn     answers = 1 << iota // nobody's answer: what the code itself tells
	byOffline                     // the local module's, also through a gateway
	byOnline                      // the central system's
)

// known is what an answer says of one yes-or-no fact. Absent is not false.
type known uint8

const (
	absent known = iota
	isFalse
	isTrue
)

func knownOf(b *bool) known {
	switch {
	case b == nil:
		return absent
	case *b:
		return isTrue
	}
	return isFalse
}

// fact is a yes-or-no member of an answer; its name in conditions is that of the member.
type fact uint8

const (
	factFound fact = iota
	factValid
	factVerified
	factRealizable
	factUtilised
	factBlocked
	factOwner
	factTracking
	factSold
	factGreyZone
	factGreyGTIN
	factCount
)

var factNames = [factCount]string{"found", "valid", "verified", "realizable", "utilised", "isBlocked", "isOwner", "isTracking",
	"sold", "grayZone", "isGreyGtin"}

// factsIn tells which answers have a fact. A gateway that answers from its module sends the others too, all
// false: they are not looked at (marking-check §3.1).
var factsIn = [factCount]answers{
	factFound: byOnline, factValid: byOnline, factVerified: byOnline, factRealizable: byOnline, factUtilised: byOnline,
	factBlocked: byOnline | byOffline, factOwner: byOnline, factTracking: byOnline, factSold: byOnline | byOffline,
	factGreyZone: byOnline, factGreyGTIN: byOffline,
}

// authorities are the values of ogvs (marking-check §2.6).
var authorities = []string{"RAR", "FTS", "FNS", "RSHN", "RPN", "MVD", "RZN", "VETRF", "RD", "FSSP"}

// conditionKind is what a condition looks at.
type conditionKind uint8

const (
	onFact       conditionKind = 1 // fact is, or is not, want
	onAuthority  conditionKind = 2 // ogvs names authority
	onCheckPart  conditionKind = 3 // the code has no check part
	onSetting    conditionKind = 4 // the shop refuses foreign owners
	onExpiry     conditionKind = 5
	onPriceMRP   conditionKind = 6 // against the price in the code
	onPriceSMP   conditionKind = 7
	onPriceBelow conditionKind = 8 // against mrp of the answer
)

// looksAtSale: at the scan, its price or the shop's policy, not at the answer alone.
func (k conditionKind) looksAtSale() bool {
	return k != onFact && k != onAuthority && k != onExpiry
}

// condition is one term of a rule.
type condition struct {
	kind      conditionKind
	fact      fact
	want      known
	not       bool // «is not»: holds for an absent fact too
	authority string
	in        answers // the answers that can tell
}

// vocabulary are all conditions that a file may use.
var vocabulary = func() map[string]condition {
	all := byOwn | byOffline | byOnline
	v := map[string]condition{
		"check part is missing":              {kind: onCheckPart, in: all},
		"setting refuse_foreign_owner is on": {kind: onSetting, in: all},
		"now >= expireDate":                  {kind: onExpiry, in: byOnline},
		"price != mrp in code":               {kind: onPriceMRP, in: all},
		"price < smp x packs":                {kind: onPriceSMP, in: byOnline | byOffline},
		"price < mrp":                        {kind: onPriceBelow, in: byOnline | byOffline},
	}
	for f, name := range factNames {
		c := condition{kind: onFact, fact: fact(f), in: factsIn[f]}
		for word, want := range map[string]known{"true": isTrue, "false": isFalse} {
			c.want, c.not = want, false
			v[name+" is "+word] = c
			c.not = true
			v[name+" is not "+word] = c
		}
	}
	for _, a := range authorities {
		v["ogvs has "+a] = condition{kind: onAuthority, authority: a, in: byOnline}
	}
	return v
}()

// question is what a row asks about, whoever answers.
type question struct {
	*Query
	policy *Policy
	today  day
	groups []ProductGroup
}

// in tells whether the item is of one of the groups; nil are all.
func (q *question) in(groups []ProductGroup) bool {
	return groups == nil || slices.ContainsFunc(q.groups, func(g ProductGroup) bool { return slices.Contains(groups, g) })
}

// statement is what one source says of the item.
type statement struct {
	from        answers // one of them
	source      Source
	facts       [factCount]known
	authorities []string
	expireDate  string
	mrp, smp    *money.Kopecks
	packs       int // consumer packs in what is sold, at least 1
	dataAt      time.Time

	reqID, inst, version string // for tag 1265
	reqTime              int64
}

func (c *condition) holds(q *question, s *statement) bool {
	switch c.kind {
	case onFact:
		return (s.facts[c.fact] == c.want) != c.not
	case onAuthority:
		return slices.Contains(s.authorities, c.authority)
	case onCheckPart:
		return !q.Code.HasCheckPart()
	case onSetting:
		return q.policy.RefuseForeignOwner
	case onExpiry:
		return expired(s.expireDate, q.At)
	}
	limit, told := c.kind.limit(q, s)
	if !told || !q.priced() {
		return false
	}
	if c.kind == onPriceMRP {
		return q.Price != limit
	}
	return q.Price < limit
}

// limit is the price that a price condition compares with, false when nobody tells it.
func (k conditionKind) limit(q *question, s *statement) (money.Kopecks, bool) {
	switch {
	case k == onPriceMRP:
		return q.Code.MRP()
	case k == onPriceSMP && s.smp != nil:
		return times(*s.smp, s.packs), true
	case k == onPriceBelow && s.mrp != nil:
		return *s.mrp, true
	}
	return 0, false
}

// times is the minimum price of some packs. What an answer makes too large stays the largest there is: a sum
// that wraps round would allow any price.
func times(price money.Kopecks, packs int) money.Kopecks {
	if n := money.Kopecks(packs); price <= math.MaxInt64/n {
		return price * n
	}
	return math.MaxInt64
}

// expired compares clock faces: the date has a zone letter that means nothing.
func expired(date string, at time.Time) bool {
	until, ok := clockFace(date)
	if !ok {
		return false
	}
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
