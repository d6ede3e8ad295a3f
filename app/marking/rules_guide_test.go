package marking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
)

// guide are the 21 scenarios of the guide's appendix 2 (marking-check §9), with codes of our own.
func guide(t *testing.T) []situation {
	const online, module, nobody = marking.SourceOnline, marking.SourceModule, marking.SourceNone
	type change = func(*marking.OnlineAnswer)
	asked, dairy := ask(t, water, marking.Water, 100), ask(t, milk, marking.Milk, 8990)
	smokes, carton := ask(t, pack, marking.Tobacco, 21500), ask(t, block, marking.Tobacco, 215000)
	at := func(q marking.Query, price money.Kopecks) marking.Query { q.Price = price; return q }
	none := marking.Policy{}
	failed := func(f marking.Fault) marking.OnlineAnswer { return marking.OnlineAnswer{Fault: f} }
	expired := forbidden(online, "expired", marking.ReasonExpired)
	expired.until = "2026-11-01T00:00:00.000Z"
	said := func(name string, q marking.Query, c change, want outcome) situation {
		return situation{"app. 2: " + name, q, onlineWith(c), goodModule(), none, want}
	}
	return []situation{
		said("1 not applied", asked, func(a *marking.OnlineAnswer) { a.Utilised, a.Realizable = no(), no() }, forbidden(online, "not-applied", marking.ReasonNotApplied)),
		said("2 not in turnover", asked, func(a *marking.OnlineAnswer) { a.Realizable = no() }, forbidden(online, "not-in-trade", marking.ReasonNotInTrade)),
		said("3 tobacco of the grey zone", smokes, func(a *marking.OnlineAnswer) { a.Realizable, a.GreyZone = no(), yes() }, allowed(online)),
		said("4 withdrawn", asked, func(a *marking.OnlineAnswer) { a.Realizable, a.Sold = no(), yes() }, forbidden(online, "sold", marking.ReasonSold)),
		said("5 blocked", asked, func(a *marking.OnlineAnswer) { a.Blocked, a.Authorities = yes(), []string{"RPN"} }, forbidden(online, "blocked", marking.ReasonBlocked)),
		said("6 expired", dairy, func(a *marking.OnlineAnswer) { a.ExpireDate = "2026-11-01T00:00:00.000Z" }, expired),
		said("7 carton, not at its МРЦ", at(carton, 214000), func(a *marking.OnlineAnswer) { a.PackageType = "GROUP" }, forbiddenAt(online, "price-mrp", marking.ReasonPriceNotMRP, 215000)),
		said("8 pack, not at its МРЦ", at(smokes, 21000), func(*marking.OnlineAnswer) {}, forbiddenAt(online, "price-mrp", marking.ReasonPriceNotMRP, 21500)),
		said("9 unknown code", asked, func(a *marking.OnlineAnswer) {
			a.Found, a.Utilised, a.Verified, a.Realizable, a.ErrorCode = no(), no(), no(), no(), 10
		}, forbidden(online, "not-found", marking.ReasonNotFound)),
		said("10 bad tail", asked, func(a *marking.OnlineAnswer) { a.Verified, a.ErrorCode = no(), 6 }, forbidden(online, "bad-check", marking.ReasonBadCheck)),
		{"app. 2: 11 status 504, the module answers", asked, failed(marking.FaultServer), goodModule(), none, allowed(module)},
		{"app. 2: 12 status 203", asked, marking.OnlineAnswer{Emergency: true}, goodModule(), none, inEmergency()},
		{"app. 2: 13 status 500, no module", asked, failed(marking.FaultServer), silentModule(), none, unchecked(nobody, "", marking.ReasonNoAnswer, false)},
		{"app. 2: 14 two seconds of silence, the module answers", asked, failed(marking.FaultTimeout), goodModule(), none, allowed(module)},
		{"app. 2: 15 status 500 with 5000, the module answers", asked, failed(marking.FaultOutside), goodModule(), none, allowed(module)},
		said("16 nicotine goods below МЦ", ask(t, water, marking.Nicotine, 20499), func(a *marking.OnlineAnswer) { a.MRP = kopecks(20500) },
			forbiddenAt(online, "price-nicotine", marking.ReasonPriceBelowMP, 20500)),
		said("17 alternative tobacco below МЦ", ask(t, water, marking.OTP, 20499), func(a *marking.OnlineAnswer) { a.MRP = kopecks(20500) },
			forbiddenAt(online, "price-otp", marking.ReasonPriceBelowMP, 20500)),
		said("18 carton below ЕМЦ", carton, func(a *marking.OnlineAnswer) { a.PackageType, a.PackageQuantity, a.SMP = "GROUP", 10, kopecks(21600) },
			forbiddenAt(online, "price-smp", marking.ReasonPriceBelowSM, 216000)),
		said("19 pack below ЕМЦ", smokes, func(a *marking.OnlineAnswer) { a.SMP = kopecks(21600) }, forbiddenAt(online, "price-smp", marking.ReasonPriceBelowSM, 21600)),
		said("20 ВСД annulled", dairy, func(a *marking.OnlineAnswer) { a.Blocked, a.Authorities = yes(), []string{"VETRF"} }, forbidden(online, "vet-void", marking.ReasonVetVoid)),
		said("21 РД void", asked, func(a *marking.OnlineAnswer) { a.Blocked, a.Authorities = yes(), []string{"RD"} }, forbidden(online, "permit-void", marking.ReasonPermitVoid)),
	}
}

func TestTheScenariosOfTheGuide(t *testing.T) {
	require.Len(t, guide(t), 21)
	run(t, guide(t))
}
