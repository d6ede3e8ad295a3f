package marking

import "time"

// Advise tells what the centre's answer says against a unit of the stock, for the list «Карантин»: ReasonNone,
// or the reason of the first rule with advice, and for ReasonExpired the date as sent. It never decides a sale,
// and knows no price.
//
// group is the item's in the catalogue, zero when it is not known; at is the local time of the shop. hasTail
// tells that the code was asked about with its check part: without it the answer's verified and valid say
// nothing. What is no answer of the centre (a fault, an emergency, a gateway's module) says nothing at all.
func Advise(a OnlineAnswer, group ProductGroup, at time.Time, hasTail bool, rules *Rules) (reason Reason, until string) {
	if onlineFault(a) != FaultNone || a.Emergency || a.Offline {
		return ReasonNone, ""
	}
	s := onlineStatement(&a)
	if !hasTail {
		s.facts[factVerified], s.facts[factValid] = absent, absent
	}
	q := Query{Group: group, Price: NoPrice, At: at}
	ask := question{Query: &q, policy: &Policy{}, today: localDay(at), groups: groupsOf(&q, &a)}
	rules = rules.orBuiltIn()
	for i := range rules.rows {
		if r := &rules.rows[i]; r.advice && r.holds(&ask, &s) {
			v := Verdict{}.by(r, &ask, &s)
			return v.Reason, v.Until
		}
	}
	return ReasonNone, ""
}
