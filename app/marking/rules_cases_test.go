package marking_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
)

// spoiler is a rule as the tests know it, told apart from rules.json: how a good sale becomes one that the
// rule forbids.
type spoiler struct {
	id     string
	cite   string // marking-check
	reason marking.Reason
	groups []marking.ProductGroup // nil: all
	q      marking.Query          // of a good sale in a group of the rule
	spoil  func(*marking.Query, *marking.OnlineAnswer)
	forget func(*marking.OnlineAnswer) // takes the rule's facts out of the answer; nil: it looks at none
	limit  money.Kopecks
	until  string
}

func (s spoiler) forbids(by marking.Source) outcome {
	o := forbiddenAt(by, s.id, s.reason, s.limit)
	o.until = s.until
	return o
}

const longAgo = "2026-11-22T11:59:59.999Z" // a millisecond before noon

// onlineRules are the rules of an online answer in the order of §3.1; their groups are those of the table in §3.
func onlineRules(t *testing.T) []spoiler {
	type (
		query  = *marking.Query
		answer = *marking.OnlineAnswer
	)
	asked, dairy, tobacco := ask(t, water, marking.Water, 100), ask(t, milk, marking.Milk, 100), ask(t, pack, marking.Tobacco, 21500)
	vape, heated := ask(t, water, marking.Nicotine, 100), ask(t, water, marking.OTP, 100)
	return []spoiler{
		{id: "not-found", cite: "§3 row 1", reason: marking.ReasonNotFound, q: asked,
			spoil: func(_ query, a answer) { a.Found = no() }, forget: func(a answer) { a.Found = nil }},
		{id: "not-applied", cite: "§3 row 1", reason: marking.ReasonNotApplied, q: asked,
			spoil: func(_ query, a answer) { a.Utilised = no() }, forget: func(a answer) { a.Utilised = nil }},
		{id: "bad-check", cite: "§3 row 2", reason: marking.ReasonBadCheck, q: asked,
			spoil: func(_ query, a answer) { a.Verified = no() }, forget: func(a answer) { a.Verified = nil }},
		{id: "permit-void", cite: "§3 row 11", reason: marking.ReasonPermitVoid, groups: []marking.ProductGroup{13, 15, 1, 4, 5}, q: asked,
			spoil:  func(_ query, a answer) { a.Blocked, a.Authorities = yes(), append(a.Authorities, "RD") },
			forget: func(a answer) { a.Blocked = nil }},
		{id: "vet-void", cite: "§3 row 12", reason: marking.ReasonVetVoid, groups: []marking.ProductGroup{8, 32, 21, 20}, q: dairy,
			spoil:  func(_ query, a answer) { a.Blocked, a.Authorities = yes(), append(a.Authorities, "VETRF") },
			forget: func(a answer) { a.Blocked = nil }},
		{id: "blocked", cite: "§3 row 4", reason: marking.ReasonBlocked, q: asked,
			spoil: func(_ query, a answer) { a.Blocked = yes() }, forget: func(a answer) { a.Blocked = nil }},
		{id: "sold", cite: "§3 row 3", reason: marking.ReasonSold, q: asked,
			spoil: func(_ query, a answer) { a.Sold = yes() }, forget: func(a answer) { a.Sold = nil }},
		{id: "not-in-trade", cite: "§3 row 5", reason: marking.ReasonNotInTrade, q: asked,
			spoil: func(_ query, a answer) { a.Realizable = no() }, forget: func(a answer) { a.Realizable = nil }},
		{id: "foreign-owner", cite: "§3, policy", reason: marking.ReasonForeignOwner, q: asked,
			spoil: func(_ query, a answer) { a.Owner = no() }, forget: func(a answer) { a.Owner = nil }},
		{id: "expired", cite: "§3 row 6", reason: marking.ReasonExpired, q: dairy, until: longAgo,
			groups: []marking.ProductGroup{8, 15, 13, 23, 17, 19, 26, 20, 33, 32, 22, 21, 10, 37, 43, 35},
			spoil:  func(_ query, a answer) { a.ExpireDate = longAgo }, forget: func(a answer) { a.ExpireDate = "" }},
		{id: "price-mrp", cite: "§3 row 7", reason: marking.ReasonPriceNotMRP, groups: []marking.ProductGroup{3}, q: tobacco, limit: 21500,
			spoil: func(q query, _ answer) { q.Price = 21499 }},
		{id: "price-smp", cite: "§3 row 8", reason: marking.ReasonPriceBelowSM, groups: []marking.ProductGroup{3}, q: tobacco, limit: 21501,
			spoil: func(_ query, a answer) { a.SMP = kopecks(21501) }, forget: func(a answer) { a.SMP = nil }},
		{id: "price-nicotine", cite: "§3 row 9", reason: marking.ReasonPriceBelowMP, groups: []marking.ProductGroup{16}, q: vape, limit: 101,
			spoil: func(q query, a answer) { a.MRP = kopecks(q.Price + 1) }, forget: func(a answer) { a.MRP = nil }},
		{id: "price-otp", cite: "§3 row 10", reason: marking.ReasonPriceBelowMP, groups: []marking.ProductGroup{12}, q: heated, limit: 101,
			spoil: func(q query, a answer) { a.MRP = kopecks(q.Price + 1) }, forget: func(a answer) { a.MRP = nil }},
	}
}

// manyGroups is more than there are.
const manyGroups = 60

// everyRule asks about each rule: spoilt, good, its facts absent, and in every group, those unknown included.
func everyRule(t *testing.T) []situation {
	strict := marking.Policy{RefuseForeignOwner: true}
	var list []situation
	for _, r := range onlineRules(t) {
		in := marking.ProductGroup(marking.Water)
		if r.groups != nil {
			in = r.groups[0]
		}
		add := func(what string, q marking.Query, a marking.OnlineAnswer, want outcome) {
			list = append(list, situation{fmt.Sprintf("%s: rule %s, %s", r.cite, r.id, what), q, a, goodModule(), strict, want})
		}
		q, a := r.q, goodOnline()
		q.Group = in
		add("all is well", q, a, allowed(marking.SourceOnline))
		r.spoil(&q, &a)
		spoilt := a
		add("spoilt", q, a, r.forbids(marking.SourceOnline))
		if r.forget != nil {
			r.forget(&a)
			add("absent is not false", q, a, allowed(marking.SourceOnline))
		}
		for g := marking.ProductGroup(0); g <= manyGroups; g++ {
			want := allowed(marking.SourceOnline)
			switch {
			case r.groups == nil || slices.Contains(r.groups, g):
				want = r.forbids(marking.SourceOnline)
			case r.id == "permit-void" || r.id == "vet-void":
				want = forbidden(marking.SourceOnline, "blocked", marking.ReasonBlocked)
			case r.id == "price-nicotine" && g == marking.OTP:
				want = forbiddenAt(marking.SourceOnline, "price-otp", r.reason, r.limit)
			case r.id == "price-otp" && g == marking.Nicotine:
				want = forbiddenAt(marking.SourceOnline, "price-nicotine", r.reason, r.limit)
			}
			asked := q
			asked.Group = g
			inCatalogue := want
			if _, priced := q.Code.MRP(); priced && g == 0 && (r.id == "price-mrp" || r.id == "price-smp") {
				inCatalogue = r.forbids(marking.SourceOnline) // nobody tells a group: the price inside the code does
			}
			add(fmt.Sprintf("group %d of the catalogue", g), asked, spoilt, inCatalogue)
			asked.Group = 0
			answered := spoilt
			answered.Groups = []marking.ProductGroup{g}
			add(fmt.Sprintf("group %d of the answer", g), asked, answered, want)
		}
	}
	return list
}

func TestEveryRuleInEveryState(t *testing.T) { run(t, everyRule(t)) }

// offlineGroups asks a module about every group: what it blocks, sold, or does not know for sure, and its prices.
func offlineGroups(t *testing.T) []situation {
	var list []situation
	const module = marking.SourceModule
	for g := marking.ProductGroup(0); g <= manyGroups; g++ {
		asked, dear := ask(t, water, g, 100), ask(t, pack, g, 21500)
		below := allowed(module)
		switch g {
		case marking.Nicotine:
			below = forbiddenAt(module, "price-nicotine", marking.ReasonPriceBelowMP, 101)
		case marking.Tobacco:
			below = forbiddenAt(module, "price-smp", marking.ReasonPriceBelowSM, 101)
		}
		notMRP := unchecked(marking.SourceNone, "", marking.ReasonNoAnswer, false)
		if g == marking.Tobacco || g == 0 {
			notMRP = forbiddenAt(marking.SourceNone, "price-mrp", marking.ReasonPriceNotMRP, 21500)
		}
		cheap := dear
		cheap.Price--
		for _, c := range []struct {
			name   string
			q      marking.Query
			online marking.OnlineAnswer
			module marking.ModuleAnswer
			want   outcome
		}{
			{"§3.1: blocked", asked, silentOnline(), moduleWith(func(a *marking.ModuleAnswer) { a.Blocked = true }), forbidden(module, "blocked-offline", marking.ReasonBlocked)},
			{"§3.1: sold", asked, goodOnline(), moduleWith(func(a *marking.ModuleAnswer) { a.Sold = true }), forbidden(module, "module-sold", marking.ReasonSoldHere)},
			{"§3.1: grey", asked, silentOnline(), moduleWith(func(a *marking.ModuleAnswer) { a.Blocked, a.GreyGTIN = true, true }),
				unchecked(module, "grey-gtin", marking.ReasonOnlineOnly, false)},
			{"§3.1: both prices are below", asked, silentOnline(), moduleWith(func(a *marking.ModuleAnswer) { a.MRP, a.SMP = kopecks(101), kopecks(101) }), below},
			{"§3 row 7: МРЦ without any answer", cheap, silentOnline(), silentModule(), notMRP},
			{"§4: no check part", ask(t, milk[:24], g, 100), goodOnline(), goodModule(), forbidden(marking.SourceNone, "structure", marking.ReasonStructure)},
		} {
			list = append(list, situation{fmt.Sprintf("%s, group %d", c.name, g), c.q, c.online, c.module, marking.Policy{}, c.want})
		}
	}
	return list
}

func TestTheModuleJudgesEveryGroup(t *testing.T) { run(t, offlineGroups(t)) }

// order spoils every two rules at once: the first in the order of §3.1 is told.
func order(t *testing.T) []situation {
	var list []situation
	rules := onlineRules(t)
	for i, first := range rules {
		for _, second := range rules[i+1:] {
			q, a := first.q, goodOnline()
			if second.groups != nil && first.groups == nil {
				q = second.q
			}
			if first.groups != nil || second.groups != nil {
				q.Group = 0
				a.Groups = append(slices.Clone(second.groups), first.groups...)
			}
			if slices.Contains(a.Groups, marking.Tobacco) {
				q.Code, q.Price = parse(t, pack).Code, 21500
			}
			second.spoil(&q, &a)
			first.spoil(&q, &a)
			want := first.forbids(marking.SourceOnline)
			list = append(list, situation{"§3.1: rule " + first.id + " goes before " + second.id, q, a, goodModule(),
				marking.Policy{RefuseForeignOwner: true}, want})
		}
	}
	return list
}

func TestTheMostBasicReasonIsNamedFirst(t *testing.T) { run(t, order(t)) }

// prices asks about the edges of the price rules: a kopeck below, equal, a kopeck above.
func prices(t *testing.T) []situation {
	const online = marking.SourceOnline
	var list []situation
	for _, c := range []struct {
		name   string
		scan   string
		group  marking.ProductGroup
		price  money.Kopecks
		change func(*marking.OnlineAnswer)
		rule   string
		reason marking.Reason
		above  bool // a kopeck more is allowed
	}{
		{name: "§3 row 7: МРЦ of a pack", scan: pack, group: marking.Tobacco, price: 21500, rule: "price-mrp", reason: marking.ReasonPriceNotMRP},
		{name: "§3 row 7: МРЦ of a carton, AI 8005", scan: block, group: marking.Tobacco, price: 215000, rule: "price-mrp", reason: marking.ReasonPriceNotMRP},
		{name: "§3 row 8: ЕМЦ of a pack", scan: noMRP, group: marking.Tobacco, price: 15300, above: true, rule: "price-smp", reason: marking.ReasonPriceBelowSM,
			change: func(a *marking.OnlineAnswer) { a.SMP = kopecks(15300) }},
		{name: "§3 row 8: ЕМЦ of a carton", scan: noMRP, group: marking.Tobacco, price: 153000, above: true, rule: "price-smp", reason: marking.ReasonPriceBelowSM,
			change: func(a *marking.OnlineAnswer) { a.SMP, a.PackageQuantity = kopecks(15300), 10 }},
		{name: "§3 row 8: no packs told is one", scan: noMRP, group: marking.Tobacco, price: 15300, above: true, rule: "price-smp", reason: marking.ReasonPriceBelowSM,
			change: func(a *marking.OnlineAnswer) { a.SMP, a.PackageQuantity = kopecks(15300), -3 }},
		{name: "§3 row 9: МЦ of nicotine goods", scan: water, group: marking.Nicotine, price: 20500, above: true, rule: "price-nicotine", reason: marking.ReasonPriceBelowMP,
			change: func(a *marking.OnlineAnswer) { a.MRP = kopecks(20500) }},
		{name: "§3 row 10: МЦ of alternative tobacco", scan: water, group: marking.OTP, price: 20500, above: true, rule: "price-otp", reason: marking.ReasonPriceBelowMP,
			change: func(a *marking.OnlineAnswer) { a.MRP = kopecks(20500) }},
	} {
		a := goodOnline()
		if c.change != nil {
			c.change(&a)
		}
		bad := forbiddenAt(online, c.rule, c.reason, c.price)
		more := bad
		if c.above {
			more = allowed(online)
		}
		for what, asked := range map[string]struct {
			price money.Kopecks
			want  outcome
		}{
			"a kopeck less": {c.price - 1, bad},
			"equal":         {c.price, allowed(online)},
			"a kopeck more": {c.price + 1, more},
			"given away":    {0, bad},
			"not told":      {marking.NoPrice, allowed(online)},
		} {
			list = append(list, situation{c.name + ", " + what, ask(t, c.scan, c.group, asked.price), a, goodModule(), marking.Policy{}, asked.want})
		}
	}
	huge := money.Kopecks(1<<63 - 1)
	list = append(list, situation{"§3 row 8: a price that no number holds allows nothing", ask(t, noMRP, marking.Tobacco, 1_000_000_00),
		onlineWith(func(a *marking.OnlineAnswer) { a.SMP, a.PackageQuantity = kopecks(huge/2), 1000 }), goodModule(), marking.Policy{},
		forbiddenAt(online, "price-smp", marking.ReasonPriceBelowSM, huge)})
	return list
}

const noMRP = "04612345678903aB1?x<7AAAAKd4x" // a tobacco pack whose price says «none»

func TestPricesToTheKopeck(t *testing.T) { run(t, prices(t)) }

// days asks about the days of the table: the day before, the day itself.
func days(t *testing.T) []situation {
	zone := time.FixedZone("MSK+9", 12*3600)
	var list []situation
	for _, c := range []struct {
		name  string
		group marking.ProductGroup
		at    time.Time
		sells bool
	}{
		{"§5.1: the last day without the offline check", marking.Water, time.Date(2025, 2, 28, 23, 59, 59, 0, zone), true},
		{"§5.1: the first day of the offline check", marking.Water, time.Date(2025, 3, 1, 0, 0, 0, 0, zone), false},
		{"§5.1: the last day of soft drinks", marking.SoftDrinks, time.Date(2025, 5, 31, 23, 59, 59, 0, zone), true},
		{"§5.1: the first day of soft drinks", marking.SoftDrinks, time.Date(2025, 6, 1, 0, 0, 0, 0, zone), false},
		{"§5.1: a group that nobody named, the day before", 44, time.Date(2025, 2, 28, 12, 0, 0, 0, zone), true},
		{"§5.1: a group that nobody named", 44, time.Date(2025, 3, 1, 12, 0, 0, 0, zone), false},
		{"§5.1: an item of no known group", 0, time.Date(2025, 3, 1, 12, 0, 0, 0, zone), false},
		{"§5.1: an item of no known group, the day before", 0, time.Date(2025, 2, 28, 12, 0, 0, 0, zone), true},
	} {
		q := ask(t, water, c.group, 100)
		q.At = c.at
		list = append(list, situation{c.name, q, silentOnline(), silentModule(), marking.Policy{}, unchecked(marking.SourceNone, "", marking.ReasonNoAnswer, c.sells)})
	}
	void := onlineWith(func(a *marking.OnlineAnswer) { a.Blocked, a.Authorities = yes(), []string{"RD"} })
	for _, c := range []struct {
		name string
		at   time.Time
		want outcome
	}{
		{"§3 row 11: the day before it, a plain block", time.Date(2025, 8, 31, 23, 59, 59, 0, zone), forbidden(marking.SourceOnline, "blocked", marking.ReasonBlocked)},
		{"§3 row 11: its first day", time.Date(2025, 9, 1, 0, 0, 0, 0, zone), forbidden(marking.SourceOnline, "permit-void", marking.ReasonPermitVoid)},
	} {
		q := ask(t, water, marking.Water, 100)
		q.At = c.at
		list = append(list, situation{c.name, q, void, goodModule(), marking.Policy{}, c.want})
	}
	return list
}

func TestDaysOfTheTable(t *testing.T) { run(t, days(t)) }

// expiries asks about the clock face of the date, wherever the shop is: §3 row 6.
func expiries(t *testing.T) []situation {
	berlin, err := time.LoadLocation("Europe/Berlin") // has summer time; Russia has none
	require.NoError(t, err)
	at := func(zone *time.Location) time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, zone) }
	kaliningrad, moscow, kamchatka := time.FixedZone("MSK-1", 2*3600), time.FixedZone("MSK", 3*3600), time.FixedZone("MSK+9", 12*3600)
	var list []situation
	for _, c := range []struct {
		name string
		date string
		at   time.Time
		gone bool
	}{
		{"Kaliningrad, a millisecond is left", "2026-11-22T12:00:00.001Z", at(kaliningrad), false},
		{"Kaliningrad, this very moment", "2026-11-22T12:00:00.000Z", at(kaliningrad), true},
		{"Moscow, a millisecond is left", "2026-11-22T12:00:00.001Z", at(moscow), false},
		{"Moscow, this very moment", "2026-11-22T12:00:00.000Z", at(moscow), true},
		{"Kamchatka, a millisecond is left", "2026-11-22T12:00:00.001Z", at(kamchatka), false},
		{"Kamchatka, this very moment", "2026-11-22T12:00:00.000Z", at(kamchatka), true},
		{"another zone letter", "2026-11-22T12:00:00.000A", at(kamchatka), true},
		{"an offset in place of the letter", "2026-11-22T12:00:00.001+12:00", at(kamchatka), false},
		{"no letter", "2026-11-22T12:00:00.000", at(moscow), true},
		{"midnight has begun", "2026-11-23T00:00:00.000Z", time.Date(2026, 11, 23, 0, 0, 0, 0, moscow), true},
		{"midnight is a second away", "2026-11-23T00:00:00.000Z", time.Date(2026, 11, 22, 23, 59, 59, 0, moscow), false},
		{"without milliseconds", "2026-11-22T12:00:00Z", at(moscow), true},
		{"without milliseconds, a second is left", "2026-11-22T12:00:01Z", at(moscow), false},
		{"a bare day is over as it begins", "2026-11-22", at(moscow), true},
		{"a bare day to come", "2026-11-23", at(moscow), false},
		{"the hour that a clock shows twice counts by its face", "2026-10-25T02:30:00.000Z", time.Date(2026, 10, 25, 1, 29, 0, 0, time.UTC).In(berlin), false},
		{"a date that is none", "2026-13-41T00:00:00.000Z", at(moscow), false},
		{"a date in another form", "22.11.2020", at(moscow), false},
		{"an empty date", "", at(moscow), false},
	} {
		q := ask(t, milk, marking.Milk, 100)
		q.At = c.at
		want := allowed(marking.SourceOnline)
		if c.gone {
			want = forbidden(marking.SourceOnline, "expired", marking.ReasonExpired)
			want.until = c.date
		}
		list = append(list, situation{"§3 row 6: " + c.name, q, onlineWith(func(a *marking.OnlineAnswer) { a.ExpireDate = c.date }), goodModule(), marking.Policy{}, want})
	}
	return list
}

func TestExpiryGoesByTheClockOnTheWall(t *testing.T) { run(t, expiries(t)) }
