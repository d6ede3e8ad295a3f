package marking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

// advised is one question to Advise, and what must come of it.
type advised struct {
	name   string
	answer marking.OnlineAnswer
	group  marking.ProductGroup
	noTail bool
	reason marking.Reason
	until  string
}

func (a advised) result(rules *marking.Rules) [2]string {
	reason, until := marking.Advise(a.answer, a.group, noon, !a.noTail, rules)
	return [2]string{string(reason), until}
}

func (a advised) want() [2]string { return [2]string{string(a.reason), a.until} }

// stock asks about units of the stock.
func stock(t *testing.T) []advised {
	list := []advised{
		{name: "nothing speaks against it", answer: goodOnline(), group: marking.Water},
		{name: "a code without its check part is not told to be false", answer: onlineWith(func(a *marking.OnlineAnswer) { a.Verified, a.Valid = no(), no() }), group: marking.Water, noTail: true},
		{name: "a code without its check part may be blocked", answer: onlineWith(func(a *marking.OnlineAnswer) { a.Verified, a.Blocked = no(), yes() }),
			group: marking.Water, noTail: true, reason: marking.ReasonBlocked},
		{name: "the most basic reason is told", answer: onlineWith(func(a *marking.OnlineAnswer) { a.Found, a.Sold = no(), yes() }), group: marking.Water, reason: marking.ReasonNotFound},
		{name: "the answer fills in the group", answer: onlineWith(func(a *marking.OnlineAnswer) {
			a.ExpireDate, a.Groups = longAgo, []marking.ProductGroup{marking.Milk}
		}), reason: marking.ReasonExpired, until: longAgo},
		{name: "what does not expire", answer: onlineWith(func(a *marking.OnlineAnswer) { a.ExpireDate = longAgo }), group: marking.Tires},
		{name: "another owner is not asked about", answer: onlineWith(func(a *marking.OnlineAnswer) { a.Owner = no() }), group: marking.Water},
		{name: "a fault says nothing", answer: onlineWith(func(a *marking.OnlineAnswer) { a.Fault, a.Found = marking.FaultServer, no() }), group: marking.Water},
		{name: "an emergency says nothing", answer: onlineWith(func(a *marking.OnlineAnswer) { a.Emergency, a.Found = true, no() }), group: marking.Water},
		{name: "a gateway's module says nothing of the stock", answer: gateway(func(a *marking.OnlineAnswer) { a.Blocked = yes() }), group: marking.Water},
		{name: "garbage says nothing", answer: marking.OnlineAnswer{}, group: marking.Water},
		{name: "absent is not false", answer: marking.OnlineAnswer{ReqID: "1"}, group: marking.Water},
	}
	for _, r := range onlineRules(t) {
		q, a := r.q, goodOnline()
		r.spoil(&q, &a)
		c := advised{name: "rule " + r.id, answer: a, group: q.Group, reason: r.reason, until: r.until}
		switch r.id {
		case "foreign-owner", "price-mrp", "price-smp", "price-nicotine", "price-otp":
			c.reason = marking.ReasonNone
		}
		list = append(list, c)
	}
	return list
}

func TestAdviceOnTheStock(t *testing.T) {
	for _, c := range stock(t) {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want(), c.result(nil)) })
	}
}
