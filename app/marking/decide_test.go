package marking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
)

const (
	onlineTag = "UUID=9b7e0c52-0000-4000-8000-000000000001&Time=1795300002000"
	moduleTag = onlineTag + "&Inst=0f1e2d3c-4b5a-4678-9abc-def012345678&Ver=a1b2c3d4-0000-4111-8222-333344445555"
)

func kopecks(n money.Kopecks) *money.Kopecks { return &n }

// ask is a query about an item of a group, at a price nobody minds.
func ask(t *testing.T, scan string, group marking.ProductGroup, price money.Kopecks) marking.Query {
	t.Helper()
	return marking.Query{Code: parse(t, scan).Code, Group: group, Price: price, At: noon}
}

func TestTheOnlineAnswerForbidsByTheOfficialTable(t *testing.T) {
	type answer = *marking.OnlineAnswer
	for _, c := range []struct {
		name   string // with the source: row of marking-check §3
		scan   string
		group  marking.ProductGroup
		price  money.Kopecks
		change func(answer)
		reason marking.Reason
		limit  money.Kopecks
	}{
		{"nothing is wrong", water, marking.Water, 100, func(a answer) {}, marking.ReasonNone, 0},
		{"row 1: found=false", water, marking.Water, 100, func(a answer) { a.Found = no() }, marking.ReasonNotFound, 0},
		{"row 1: utilised=false", water, marking.Water, 100, func(a answer) { a.Utilised = no() }, marking.ReasonNotApplied, 0},
		{"row 2: verified=false", water, marking.Water, 100, func(a answer) { a.Verified = no() }, marking.ReasonBadCheck, 0},
		{"row 3: sold=true", water, marking.Water, 100, func(a answer) { a.Sold = yes() }, marking.ReasonSold, 0},
		{"row 3 goes before row 5: a withdrawn code is not in turnover either", water, marking.Water, 100,
			func(a answer) { a.Sold, a.Realizable = yes(), no() }, marking.ReasonSold, 0},
		{"row 4: isBlocked=true", water, marking.Water, 100, func(a answer) { a.Blocked, a.Authorities = yes(), []string{"RPN"} }, marking.ReasonBlocked, 0},
		{"row 4: blocked, nobody named", water, marking.Water, 100, func(a answer) { a.Blocked = yes() }, marking.ReasonBlocked, 0},
		{"row 5: realizable=false", water, marking.Water, 100, func(a answer) { a.Realizable = no() }, marking.ReasonNotInTrade, 0},
		{"row 5: tobacco of the grey zone is not asked for it", pack, marking.Tobacco, 21500,
			func(a answer) { a.Realizable, a.GreyZone = no(), yes() }, marking.ReasonNone, 0},
		{"row 5: the grey zone is for tobacco only", water, marking.Water, 100,
			func(a answer) { a.Realizable, a.GreyZone = no(), yes() }, marking.ReasonNotInTrade, 0},
		{"row 5: tobacco outside of the grey zone", pack, marking.Tobacco, 21500, func(a answer) { a.Realizable = no() }, marking.ReasonNotInTrade, 0},
		{"row 6: expired a second ago", milk, marking.Milk, 100, func(a answer) { a.ExpireDate = "2026-11-22T11:59:59.000Z" }, marking.ReasonExpired, 0},
		{"row 6: expires at this very moment", milk, marking.Milk, 100, func(a answer) { a.ExpireDate = "2026-11-22T12:00:00.000Z" }, marking.ReasonExpired, 0},
		{"row 6: a millisecond is left; the letter Z is no zone", milk, marking.Milk, 100, func(a answer) { a.ExpireDate = "2026-11-22T12:00:00.001Z" }, marking.ReasonNone, 0},
		{"row 6: a date without milliseconds", milk, marking.Milk, 100, func(a answer) { a.ExpireDate = "2026-11-22T12:00:00" }, marking.ReasonExpired, 0},
		{"row 6: a bare date ends as the day begins", milk, marking.Milk, 100, func(a answer) { a.ExpireDate = "2026-11-22" }, marking.ReasonExpired, 0},
		{"row 6: a date that cannot be read forbids nothing", milk, marking.Milk, 100, func(a answer) { a.ExpireDate = "soon, or 22.11.2026 perhaps" }, marking.ReasonNone, 0},
		{"row 6: tyres do not expire", water, marking.Tires, 100, func(a answer) { a.ExpireDate = "2020-01-01T00:00:00.000Z" }, marking.ReasonNone, 0},
		{"row 7: price is not the МРЦ of the pack", pack, marking.Tobacco, 21400, func(a answer) {}, marking.ReasonPriceNotMRP, 21500},
		{"row 7: a price above it neither", pack, marking.Tobacco, 21600, func(a answer) {}, marking.ReasonPriceNotMRP, 21500},
		{"row 7: a pack cannot be given away", pack, marking.Tobacco, 0, func(a answer) {}, marking.ReasonPriceNotMRP, 21500},
		{"row 7: no price was asked about", pack, marking.Tobacco, marking.NoPrice, func(a answer) { a.SMP = kopecks(30000) }, marking.ReasonNone, 0},
		{"row 7: a carton has its price in AI 8005", block, marking.Tobacco, 214999, func(a answer) {}, marking.ReasonPriceNotMRP, 215000},
		{"row 7: a pack without МРЦ has any price", "04612345678903aB1?x<7AAAAKd4x", marking.Tobacco, 1, func(a answer) {}, marking.ReasonNone, 0},
		{"row 7: only tobacco", pack, marking.Nicotine, 1, func(a answer) {}, marking.ReasonNone, 0},
		{"row 8: below ЕМЦ", pack, marking.Tobacco, 21500, func(a answer) { a.SMP = kopecks(21501) }, marking.ReasonPriceBelowSM, 21501},
		{"row 8: equal to ЕМЦ", pack, marking.Tobacco, 21500, func(a answer) { a.SMP = kopecks(21500) }, marking.ReasonNone, 0},
		{"row 8: ЕМЦ of a carton is that of its packs", block, marking.Tobacco, 215000,
			func(a answer) { a.SMP, a.PackageQuantity = kopecks(21501), 10 }, marking.ReasonPriceBelowSM, 215010},
		{"row 8: smp of other goods means nothing", water, marking.Water, 100, func(a answer) { a.SMP = kopecks(15300) }, marking.ReasonNone, 0},
		{"row 9: nicotine below МЦ", water, marking.Nicotine, 99, func(a answer) { a.MRP = kopecks(100) }, marking.ReasonPriceBelowMP, 100},
		{"row 9: nicotine at МЦ", water, marking.Nicotine, 100, func(a answer) { a.MRP = kopecks(100) }, marking.ReasonNone, 0},
		{"row 10: alternative tobacco below МЦ", water, marking.OTP, 99, func(a answer) { a.MRP = kopecks(100) }, marking.ReasonPriceBelowMP, 100},
		{"rows 9, 10: mrp of other goods means nothing", water, marking.Water, 99, func(a answer) { a.MRP = kopecks(100) }, marking.ReasonNone, 0},
		{"row 11: the permit is void", water, marking.Water, 100, func(a answer) { a.Blocked, a.Authorities = yes(), []string{"FNS", "RD"} }, marking.ReasonPermitVoid, 0},
		{"row 11: RD of a group outside of the row is a plain block", milk, marking.Milk, 100,
			func(a answer) { a.Blocked, a.Authorities = yes(), []string{"RD"} }, marking.ReasonBlocked, 0},
		{"row 12: the ВСД is annulled", milk, marking.Milk, 100, func(a answer) { a.Blocked, a.Authorities = yes(), []string{"VETRF"} }, marking.ReasonVetVoid, 0},
		{"row 12: an authority without a block forbids nothing", milk, marking.Milk, 100, func(a answer) { a.Authorities = []string{"VETRF"} }, marking.ReasonNone, 0},
		{"not in the table: valid, isOwner, isTracking, errorCode", water, marking.Water, 100,
			func(a answer) { a.Valid, a.Owner, a.Tracking, a.ErrorCode = no(), no(), yes(), 3 }, marking.ReasonNone, 0},
		{"absent is not false", water, marking.Water, 100, func(a answer) {
			*a = marking.OnlineAnswer{ReqID: a.ReqID, ReqTimestamp: a.ReqTimestamp}
		}, marking.ReasonNone, 0},
		{"the group comes from the answer when the catalogue has none", water, 0, 99,
			func(a answer) { a.Groups, a.MRP = []marking.ProductGroup{marking.Nicotine}, kopecks(100) }, marking.ReasonPriceBelowMP, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			online := goodOnline()
			c.change(&online)
			v := marking.Decide(ask(t, c.scan, c.group, c.price), online, goodModule(), marking.Policy{})
			want := marking.Allow
			if c.reason != marking.ReasonNone {
				want = marking.Forbid
			}
			require.Equal(t, want.String(), v.Decision.String())
			require.Equal(t, c.reason, v.Reason)
			require.Equal(t, want == marking.Allow, v.MaySell)
			require.Equal(t, c.limit, v.Limit)
			require.Equal(t, marking.SourceOnline, v.Source)
			require.Equal(t, onlineTag, v.Tag1265)
			require.Equal(t, time.UnixMilli(1795300002000), v.DataAt)
			if c.reason == marking.ReasonExpired {
				require.Equal(t, online.ExpireDate, v.Until)
			} else {
				require.Empty(t, v.Until)
			}
		})
	}
}

func TestExpiryHoldsForEveryGroupOfRow6(t *testing.T) {
	online := goodOnline()
	online.ExpireDate = "2026-11-22T12:00:00.000Z"
	forbidden := map[marking.ProductGroup]bool{}
	for g := marking.ProductGroup(1); g < 60; g++ {
		if marking.Decide(ask(t, water, g, 100), online, goodModule(), marking.Policy{}).Reason == marking.ReasonExpired {
			forbidden[g] = true
		}
	}
	want := map[marking.ProductGroup]bool{}
	for _, g := range []marking.ProductGroup{8, 15, 13, 23, 17, 19, 26, 20, 33, 32, 22, 21, 10, 37, 43, 35} {
		want[g] = true
	}
	require.Equal(t, want, forbidden)
}

func TestTheMostBasicReasonIsNamedFirst(t *testing.T) {
	// marking-check §3.1: structure, not found, not applied, tail, blocked, sold, not in turnover, expired, price.
	// Everything is wrong at once; taking one fault away shows the next.
	online := goodOnline()
	online.Found, online.Utilised, online.Verified, online.Blocked, online.Sold, online.Realizable = no(), no(), no(), yes(), yes(), no()
	online.ExpireDate, online.MRP = "2020-01-01T00:00:00.000Z", kopecks(100)
	online.Groups = []marking.ProductGroup{marking.Milk, marking.Nicotine}
	q := ask(t, milk[:24], 0, 1)
	for _, step := range []struct {
		reason marking.Reason
		mend   func()
	}{
		{marking.ReasonStructure, func() { q.Code = parse(t, milk).Code }},
		{marking.ReasonNotFound, func() { online.Found = yes() }},
		{marking.ReasonNotApplied, func() { online.Utilised = yes() }},
		{marking.ReasonBadCheck, func() { online.Verified = yes() }},
		{marking.ReasonBlocked, func() { online.Blocked = no() }},
		{marking.ReasonSold, func() { online.Sold = no() }},
		{marking.ReasonNotInTrade, func() { online.Realizable = yes() }},
		{marking.ReasonExpired, func() { online.ExpireDate = "" }},
		{marking.ReasonPriceBelowMP, func() { q.Price = 100 }},
		{marking.ReasonNone, func() {}},
	} {
		require.Equal(t, step.reason, marking.Decide(q, online, goodModule(), marking.Policy{}).Reason)
		step.mend()
	}
}

func TestWhoDecides(t *testing.T) {
	// marking-check §5.1, and §3.1 for the offline subset.
	silent := marking.OnlineAnswer{Fault: marking.FaultTimeout}
	noModule := marking.ModuleAnswer{Fault: marking.FaultNotReady}
	online := func(change func(*marking.OnlineAnswer)) marking.OnlineAnswer { a := goodOnline(); change(&a); return a }
	module := func(change func(*marking.ModuleAnswer)) marking.ModuleAnswer { a := goodModule(); change(&a); return a }
	allowing := marking.Policy{NoAnswer: marking.NoAnswerAllow}
	for _, c := range []struct {
		name     string
		scan     string
		group    marking.ProductGroup
		price    money.Kopecks
		online   marking.OnlineAnswer
		module   marking.ModuleAnswer
		policy   marking.Policy
		decision marking.Decision
		maySell  bool
		reason   marking.Reason
		source   marking.Source
		tag      string
		limit    money.Kopecks
	}{
		{"§5.1: online decides, the module knows of no sale", water, marking.Water, 100, goodOnline(), goodModule(), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceOnline, onlineTag, 0},
		{"§5.1: online decides alone", water, marking.Water, 100, goodOnline(), noModule, marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceOnline, onlineTag, 0},
		{"§5.1: online allows what the module's black list has", water, marking.Water, 100, goodOnline(), module(func(a *marking.ModuleAnswer) { a.Blocked = true }), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceOnline, onlineTag, 0},
		{"§5.1: sold by the module forbids although online allows", water, marking.Water, 100, goodOnline(), module(func(a *marking.ModuleAnswer) { a.Sold = true }), marking.Policy{},
			marking.Forbid, false, marking.ReasonSoldHere, marking.SourceModule, moduleTag, 0},
		{"§5.1: sold by the module forbids when online is silent", water, marking.Water, 100, silent, module(func(a *marking.ModuleAnswer) { a.Sold = true }), allowing,
			marking.Forbid, false, marking.ReasonSoldHere, marking.SourceModule, moduleTag, 0},
		{"§5.1: sold by the module forbids in an emergency too", water, marking.Water, 100, marking.OnlineAnswer{Emergency: true}, module(func(a *marking.ModuleAnswer) { a.Sold = true }), allowing,
			marking.Forbid, false, marking.ReasonSoldHere, marking.SourceModule, moduleTag, 0},
		{"§5.1: a sold of a module that may not be used is not looked at", water, marking.Water, 100, goodOnline(),
			marking.ModuleAnswer{Fault: marking.FaultStale, Sold: true}, marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceOnline, onlineTag, 0},
		{"§5.1: the module decides when online is silent", water, marking.Water, 100, silent, goodModule(), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceModule, moduleTag, 0},
		{"§2.5: the module decides on 5000", water, marking.Water, 100, marking.OnlineAnswer{Fault: marking.FaultOutside}, goodModule(), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceModule, moduleTag, 0},
		{"§3.1: flags of a faulty online answer are not evaluated", water, marking.Water, 100,
			online(func(a *marking.OnlineAnswer) { a.Fault, a.Found, a.Verified = marking.FaultGarbage, no(), no() }), goodModule(), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceModule, moduleTag, 0},
		{"§3.1: blocked offline", water, marking.Water, 100, silent, module(func(a *marking.ModuleAnswer) { a.Blocked = true }), allowing,
			marking.Forbid, false, marking.ReasonBlocked, marking.SourceModule, moduleTag, 0},
		{"§3.1: blocked by a grey GTIN is not a ban, the policy refuses", water, marking.Water, 100, silent,
			module(func(a *marking.ModuleAnswer) { a.Blocked, a.GreyGTIN = true, true }), marking.Policy{},
			marking.Unchecked, false, marking.ReasonOnlineOnly, marking.SourceModule, moduleTag, 0},
		{"§3.1: blocked by a grey GTIN is not a ban, the policy allows", water, marking.Water, 100, silent,
			module(func(a *marking.ModuleAnswer) { a.Blocked, a.GreyGTIN = true, true }), allowing,
			marking.Unchecked, true, marking.ReasonOnlineOnly, marking.SourceModule, moduleTag, 0},
		{"§3.1: a grey GTIN that is not blocked is allowed", water, marking.Water, 100, silent, module(func(a *marking.ModuleAnswer) { a.GreyGTIN = true }), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceModule, moduleTag, 0},
		{"§3.1: a bad price outweighs a grey GTIN", water, marking.Nicotine, 99, silent,
			module(func(a *marking.ModuleAnswer) { a.Blocked, a.GreyGTIN, a.MRP = true, true, kopecks(100) }), allowing,
			marking.Forbid, false, marking.ReasonPriceBelowMP, marking.SourceModule, moduleTag, 100},
		{"§3.1: nicotine below МЦ offline", water, marking.Nicotine, 99, silent, module(func(a *marking.ModuleAnswer) { a.MRP = kopecks(100) }), marking.Policy{},
			marking.Forbid, false, marking.ReasonPriceBelowMP, marking.SourceModule, moduleTag, 100},
		{"§3.1: row 10 is not known offline", water, marking.OTP, 99, silent, module(func(a *marking.ModuleAnswer) { a.MRP = kopecks(100) }), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceModule, moduleTag, 0},
		{"§3.1: tobacco below ЕМЦ offline", pack, marking.Tobacco, 21500, silent, module(func(a *marking.ModuleAnswer) { a.SMP = kopecks(21600) }), marking.Policy{},
			marking.Forbid, false, marking.ReasonPriceBelowSM, marking.SourceModule, moduleTag, 21600},
		{"§4.4: smp comes with every code, it counts for tobacco only", water, marking.Water, 100, silent, module(func(a *marking.ModuleAnswer) { a.SMP = kopecks(15300) }), marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceModule, moduleTag, 0},
		{"§3 row 7: the МРЦ stands in the code, online or not", pack, marking.Tobacco, 100, silent, goodModule(), marking.Policy{},
			marking.Forbid, false, marking.ReasonPriceNotMRP, marking.SourceModule, moduleTag, 21500},
		{"§5.1: nobody answered, forbidden by default", water, marking.Water, 100, silent, noModule, marking.Policy{},
			marking.Unchecked, false, marking.ReasonNoAnswer, marking.SourceNone, "", 0},
		{"§5.1: nobody answered, forbidden by policy", water, marking.Water, 100, silent, noModule, marking.Policy{NoAnswer: marking.NoAnswerForbid},
			marking.Unchecked, false, marking.ReasonNoAnswer, marking.SourceNone, "", 0},
		{"§5.1: nobody answered, the shop takes the risk", water, marking.Water, 100, silent, noModule, allowing,
			marking.Unchecked, true, marking.ReasonNoAnswer, marking.SourceNone, "", 0},
		{"§3 row 7: the МРЦ holds when nobody answered", pack, marking.Tobacco, 100, silent, noModule, allowing,
			marking.Forbid, false, marking.ReasonPriceNotMRP, marking.SourceNone, "", 21500},
		{"zero values are no answers", water, marking.Water, 100, marking.OnlineAnswer{}, marking.ModuleAnswer{}, marking.Policy{},
			marking.Unchecked, false, marking.ReasonNoAnswer, marking.SourceNone, "", 0},
		{"§6: emergency, no tag", water, marking.Water, 100, marking.OnlineAnswer{Emergency: true}, goodModule(), marking.Policy{},
			marking.Allow, true, marking.ReasonEmergency, marking.SourceEmergency, "", 0},
		{"§6: emergency without a module", water, marking.Water, 100, marking.OnlineAnswer{Emergency: true}, noModule, marking.Policy{},
			marking.Allow, true, marking.ReasonEmergency, marking.SourceEmergency, "", 0},
		{"§4: a КИ without its check part is not enough", milk[:24], marking.Milk, 100, goodOnline(), goodModule(), allowing,
			marking.Forbid, false, marking.ReasonStructure, marking.SourceNone, "", 0},
		{"an answer with facts and without an id decides, but fills no tag", water, marking.Water, 100, online(func(a *marking.OnlineAnswer) { a.ReqID = "" }), noModule, marking.Policy{},
			marking.Allow, true, marking.ReasonNone, marking.SourceOnline, "", 0},
		{"§3: isOwner=false by policy", water, marking.Water, 100, online(func(a *marking.OnlineAnswer) { a.Owner = no() }), goodModule(), marking.Policy{RefuseForeignOwner: true},
			marking.Forbid, false, marking.ReasonForeignOwner, marking.SourceOnline, onlineTag, 0},
		{"§3: isOwner absent is not false", water, marking.Water, 100, online(func(a *marking.OnlineAnswer) { a.Owner = nil }), goodModule(), marking.Policy{RefuseForeignOwner: true},
			marking.Allow, true, marking.ReasonNone, marking.SourceOnline, onlineTag, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := marking.Decide(ask(t, c.scan, c.group, c.price), c.online, c.module, c.policy)
			require.Equal(t, c.decision.String(), v.Decision.String())
			require.Equal(t, c.maySell, v.MaySell)
			require.Equal(t, c.reason, v.Reason)
			require.Equal(t, c.source.String(), v.Source.String())
			require.Equal(t, c.tag, v.Tag1265)
			require.Equal(t, c.limit, v.Limit)
		})
	}
}

func TestAVerdictSaysWhySourcesDidNotDecide(t *testing.T) {
	v := marking.Decide(ask(t, water, marking.Water, 100), marking.OnlineAnswer{Fault: marking.FaultTimeout},
		marking.ModuleAnswer{Fault: marking.FaultStale}, marking.Policy{})
	require.Equal(t, marking.FaultTimeout, v.OnlineFault)
	require.Equal(t, marking.FaultStale, v.ModuleFault)
	require.True(t, v.DataAt.IsZero())

	v = marking.Decide(ask(t, water, marking.Water, 100), marking.OnlineAnswer{Fault: marking.FaultTimeout}, goodModule(), marking.Policy{})
	require.Equal(t, goodModule().DataAt, v.DataAt)

	v = marking.Decide(ask(t, water, marking.Water, 100), marking.OnlineAnswer{}, marking.ModuleAnswer{}, marking.Policy{})
	require.Equal(t, marking.FaultGarbage, v.OnlineFault)
	require.Equal(t, marking.FaultGarbage, v.ModuleFault)
}

func TestTag1265OfOfflineIsThatOfTheReference(t *testing.T) {
	// marking-check §5.2: the example there has 143 characters.
	require.Equal(t, "UUID=9b7e0c52-0000-4000-8000-000000000001&Time=1795300002000&Inst=0f1e2d3c-4b5a-4678-9abc-def012345678&Ver=a1b2c3d4-0000-4111-8222-333344445555",
		marking.Decide(ask(t, water, marking.Water, 100), marking.OnlineAnswer{Fault: marking.FaultOff}, goodModule(), marking.Policy{}).Tag1265)
	require.Len(t, moduleTag, 143)
}

func TestNamesOfVerdictsAreThoseOfTheContract(t *testing.T) {
	require.Equal(t, []string{"", "allow", "forbid", "unchecked", ""},
		[]string{marking.Decision(0).String(), marking.Allow.String(), marking.Forbid.String(), marking.Unchecked.String(), marking.Decision(9).String()})
	require.Equal(t, []string{"", "none", "online", "module", "emergency"},
		[]string{marking.Source(0).String(), marking.SourceNone.String(), marking.SourceOnline.String(), marking.SourceModule.String(), marking.SourceEmergency.String()})
	require.Equal(t, "none", marking.FaultNone.String())
	require.Equal(t, "foreign", marking.FaultForeign.String())
	require.Equal(t, "unknown", marking.Fault(99).String())
}
