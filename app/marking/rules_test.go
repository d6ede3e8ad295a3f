package marking_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

// tableWith is the built-in table with a change.
func tableWith(t *testing.T, change func(object)) *marking.Rules {
	t.Helper()
	o := builtInObject(t)
	change(o)
	text, err := json.Marshal(o)
	require.NoError(t, err)
	rules, err := marking.ParseRules(text)
	require.NoError(t, err)
	return rules
}

func TestEveryRuleSaysWhatItIsAndWhereItIsFrom(t *testing.T) {
	for _, r := range marking.DefaultRules().List() {
		require.NotEmpty(t, r.ID)
		require.NotEmpty(t, r.Title, r.ID)
		require.Contains(t, r.Source, "marking-check §", r.ID)
		require.NotEmpty(t, r.Reason, r.ID)
	}
}

func TestTheTwelveRowsOfTheGuideAreThere(t *testing.T) {
	sources := ""
	for _, r := range marking.DefaultRules().List() {
		sources += r.Source + ";"
	}
	for row := 1; row <= 12; row++ {
		require.Regexp(t, fmt.Sprintf(`§3 row %d[,;]`, row), sources)
	}
}

func TestAVerdictNamesTheTableAndTheRule(t *testing.T) {
	own := tableWith(t, func(o object) { o["version"] = "shop-3" })
	for _, rules := range []*marking.Rules{nil, own} {
		v := marking.Decide(ask(t, water, marking.Water, 100), goodOnline(), goodModule(), marking.Policy{Rules: rules})
		require.Equal(t, rules.Version(), v.Rules)
		require.Empty(t, v.Rule)
		v = marking.Decide(marking.Query{}, silentOnline(), silentModule(), marking.Policy{Rules: rules})
		require.Equal(t, rules.Version(), v.Rules)
		require.Equal(t, "structure", v.Rule)
	}
	require.Equal(t, "17.1", marking.DefaultRules().Version())
	require.Regexp(t, `^shop-3-[0-9a-f]{8}$`, own.Version())
}

func TestTwoEditsOfOneVersionAreToldApart(t *testing.T) {
	a := tableWith(t, func(o object) { ruleOf(o, "expired")["groups"] = []string{"milk"} })
	b := tableWith(t, func(o object) { ruleOf(o, "expired")["groups"] = []string{"beer"} })
	require.NotEqual(t, a.Version(), b.Version())
	require.NotEqual(t, marking.DefaultRules().Version(), a.Version())
	same, err := marking.ParseRules(marking.DefaultRules().Text())
	require.NoError(t, err)
	require.Equal(t, marking.DefaultRules().Version(), same.Version())
}

func TestNoTableIsTheBuiltInOne(t *testing.T) {
	var none *marking.Rules
	built := marking.DefaultRules()
	require.Equal(t, built.Version(), none.Version())
	require.Equal(t, built.Date(), none.Date())
	require.Equal(t, built.Text(), none.Text())
	require.Equal(t, built.List(), none.List())
	require.Equal(t, 72*time.Hour, none.EmergencyAfter())
	require.Equal(t, []marking.OfflineDay{{From: "2025-03-01"}, {Group: marking.SoftDrinks, From: "2025-06-01"}}, none.OfflineDays())
	require.True(t, none.OfflineMandatory(noon, marking.Water))
}

func TestAReaderCannotChangeTheTable(t *testing.T) {
	list := marking.DefaultRules().List()
	i := slices.IndexFunc(list, func(r marking.Rule) bool { return r.ID == "price-mrp" })
	list[i].Groups[0] = marking.Water
	marking.DefaultRules().Text()[0] = 'x'
	require.Equal(t, []marking.ProductGroup{marking.Tobacco}, marking.DefaultRules().List()[i].Groups)
	require.Equal(t, byte('{'), marking.DefaultRules().Text()[0])
}

func TestARuleHoldsFromItsFirstDayToItsLast(t *testing.T) {
	rules := tableWith(t, func(o object) {
		r := ruleOf(o, "sold")
		r["from"], r["until"] = "2026-11-20", "2026-11-22"
	})
	sold := onlineWith(func(a *marking.OnlineAnswer) { a.Sold = yes() })
	zone := time.FixedZone("MSK+7", 10*3600) // Vladivostok: the day begins 10 hours before that of UTC
	for _, c := range []struct {
		name string
		at   time.Time
		want marking.Reason
	}{
		{"the day before", time.Date(2026, 11, 19, 23, 59, 59, 0, zone), marking.ReasonNone},
		{"the first day", time.Date(2026, 11, 20, 0, 0, 0, 0, zone), marking.ReasonSold},
		{"the last day", time.Date(2026, 11, 22, 23, 59, 59, 0, zone), marking.ReasonSold},
		{"the day after", time.Date(2026, 11, 23, 0, 0, 0, 0, zone), marking.ReasonNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := ask(t, water, marking.Water, 100)
			q.At = c.at
			require.Equal(t, c.want, marking.Decide(q, sold, goodModule(), marking.Policy{Rules: rules}).Reason)
		})
	}
}

func TestAGroupThatHasNoNameYetGoesByItsNumber(t *testing.T) {
	rules := tableWith(t, func(o object) {
		ruleOf(o, "expired")["groups"] = []string{"44", "milk"}
		o["offline_check"].(object)["groups"] = object{"44": "never"}
	})
	old := onlineWith(func(a *marking.OnlineAnswer) { a.ExpireDate = longAgo })
	require.Equal(t, marking.ReasonExpired, marking.Decide(ask(t, water, 44, 100), old, goodModule(), marking.Policy{Rules: rules}).Reason)
	require.Equal(t, marking.ReasonNone, marking.Decide(ask(t, water, 45, 100), old, goodModule(), marking.Policy{Rules: rules}).Reason)
	require.Equal(t, []marking.OfflineDay{{From: "2025-03-01"}, {Group: 44, From: "never"}}, rules.OfflineDays())
}

func TestTheOfflineCheckIsMandatoryWhenOneGroupOfTheItemWantsIt(t *testing.T) {
	rules := tableWith(t, func(o object) {
		o["offline_check"].(object)["groups"] = object{"toys": "never", "sweets": "2026-12-01"}
	})
	before, since := time.Date(2026, 11, 30, 23, 59, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	toys, _ := marking.ParseGroup("toys")
	sweets, _ := marking.ParseGroup("sweets")
	for _, c := range []struct {
		name   string
		at     time.Time
		groups []marking.ProductGroup
		want   bool
	}{
		{"never", before, []marking.ProductGroup{toys}, false},
		{"the day before", before, []marking.ProductGroup{sweets}, false},
		{"the day", since, []marking.ProductGroup{sweets}, true},
		{"neither yet", before, []marking.ProductGroup{toys, sweets}, false},
		{"one of two", since, []marking.ProductGroup{toys, sweets}, true},
		{"one that is not named", before, []marking.ProductGroup{toys, marking.Water}, true},
		{"none known", before, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, rules.OfflineMandatory(c.at, c.groups...)) })
	}
	v := marking.Decide(ask(t, water, toys, 100), silentOnline(), silentModule(), marking.Policy{Rules: rules})
	require.Equal(t, marking.Unchecked, v.Decision)
	require.True(t, v.MaySell)
	require.Equal(t, marking.ReasonNoAnswer, v.Reason)
}

func TestTheStricterWordOfSeveralGroupsCounts(t *testing.T) {
	// The groups of an item whose catalogue has none come from the answer; a grey GTIN leaves it to the policy.
	grey := func(groups ...marking.ProductGroup) marking.OnlineAnswer {
		return gateway(func(a *marking.OnlineAnswer) { a.Blocked, a.GreyGTIN, a.Groups = yes(), yes(), groups })
	}
	words := map[marking.ProductGroup]marking.NoAnswer{marking.Milk: marking.NoAnswerAllow, marking.Beer: marking.NoAnswerForbid, marking.Shoes: marking.NoAnswerAllow}
	for _, c := range []struct {
		name    string
		general marking.NoAnswer
		groups  []marking.ProductGroup
		sells   bool
	}{
		{"one that allows", marking.NoAnswerForbid, []marking.ProductGroup{marking.Milk}, true},
		{"both allow", marking.NoAnswerForbid, []marking.ProductGroup{marking.Milk, marking.Shoes}, true},
		{"one of two forbids", marking.NoAnswerAllow, []marking.ProductGroup{marking.Milk, marking.Beer}, false},
		{"one has the general word, which forbids", marking.NoAnswerForbid, []marking.ProductGroup{marking.Milk, marking.Water}, false},
		{"one has the general word, which allows", marking.NoAnswerAllow, []marking.ProductGroup{marking.Milk, marking.Water}, true},
		{"no word at all forbids", 0, []marking.ProductGroup{marking.Water}, false},
		{"no group, the general word allows", marking.NoAnswerAllow, nil, true},
		{"no group, the general word forbids", marking.NoAnswerForbid, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := marking.Decide(ask(t, water, 0, 100), grey(c.groups...), silentModule(), marking.Policy{NoAnswer: c.general, NoAnswerIn: words})
			require.Equal(t, marking.Unchecked, v.Decision)
			require.Equal(t, c.sells, v.MaySell)
		})
	}
}

func TestAnOverrideMayForbidMore(t *testing.T) {
	// Tills in the field refuse valid=false too (marking-check §3); water alone is to be so here.
	rules := tableWith(t, func(o object) {
		o["rules"] = append(o["rules"].([]any), object{
			"id": "invalid", "title": "Строение кода", "source": "our shop", "reason": "structure", "groups": []string{"water"},
			"when": []string{"valid is false", "isTracking is not true"}, "answers": []string{"online"}, "note": object{"any": []int{1}},
		})
	})
	invalid := onlineWith(func(a *marking.OnlineAnswer) { a.Valid = no() })
	v := marking.Decide(ask(t, water, marking.Water, 100), invalid, goodModule(), marking.Policy{Rules: rules})
	require.Equal(t, "invalid", v.Rule)
	require.Equal(t, marking.Allow, marking.Decide(ask(t, milk, marking.Milk, 100), invalid, goodModule(), marking.Policy{Rules: rules}).Decision)
	tracked := onlineWith(func(a *marking.OnlineAnswer) { a.Valid, a.Tracking = no(), yes() })
	require.Equal(t, marking.Allow, marking.Decide(ask(t, water, marking.Water, 100), tracked, goodModule(), marking.Policy{Rules: rules}).Decision)
}

func TestAFileOfRulesIsReadStrictly(t *testing.T) {
	rule := func(change func(object)) func(object) { return func(o object) { change(ruleOf(o, "expired")) } }
	set := func(member string, value any) func(object) { return rule(func(r object) { r[member] = value }) }
	top := func(member string, value any) func(object) { return func(o object) { o[member] = value } }
	part := func(object_, member string, value any) func(object) {
		return func(o object) { o[object_].(object)[member] = value }
	}
	const here = `rule 13 ("expired"): `
	for _, c := range []struct {
		name   string
		change func(object)
		want   string // the error, or its beginning
	}{
		{"an unknown member", top("colour", "red"), `unknown member "colour": allowed are version, date, source, note, emergency, offline_check, rules`},
		{"no version", top("version", ""), `version "": 1 to 40 of a-z, 0-9, dot and hyphen`},
		{"a version for no screen", top("version", "1\x1b[2J"), `version "1\x1b[2J": 1 to 40 of`},
		{"a long version", top("version", strings.Repeat("1", 41)), `version "1111`},
		{"a day that is none", top("date", "2026-02-30"), `date "2026-02-30": a day as YYYY-MM-DD`},
		{"a list for a text", top("version", []int{1}), `version: a text is wanted, not array`},
		{"no rules", top("rules", []any{}), `rules: there are 0, 1 to 200 are allowed`},
		{"too many rules", top("rules", make([]any, 201)), `rules: there are 201, 1 to 200 are allowed`},
		{"a rule that is no object", top("rules", []any{nil}), `rule 1 (""): a JSON object is wanted`},
		{"a rule that is a text", top("rules", []any{"sold"}), `rule 1 (""): a JSON object is wanted`},
		{"no emergency", func(o object) { delete(o, "emergency") }, `emergency: it is missing`},
		{"an emergency that is null", top("emergency", nil), `emergency: a JSON object is wanted`},
		{"an emergency without days", top("emergency", object{}), `emergency: after_days: 0 to 30`},
		{"days before an emergency", part("emergency", "after_days", -1), `emergency: after_days: 0 to 30`},
		{"too many days after it", part("emergency", "after_days", 31), `emergency: after_days: 0 to 30`},
		{"half a day after it", part("emergency", "after_days", 0.5), `emergency: after_days: a whole number is wanted, not number 0.5`},
		{"an unknown member of the emergency", part("emergency", "days", 3), `emergency: unknown member "days": allowed are after_days, source, note`},
		{"no offline check", func(o object) { delete(o, "offline_check") }, `offline_check: it is missing`},
		{"an offline check without a day", part("offline_check", "from", ""), `offline_check: from "": a day as YYYY-MM-DD`},
		{"an offline check of no group", part("offline_check", "groups", object{"cheese": "never"}), `offline_check: groups "cheese": antiseptic, autofluids,`},
		{"an offline check some day", part("offline_check", "groups", object{"milk": "later"}), `offline_check: groups.milk "later": a day as YYYY-MM-DD, or "never"`},
		{"an offline check of a list", part("offline_check", "groups", []string{"milk"}), `offline_check: groups: a JSON object is wanted`},
		{"an offline check on a number", part("offline_check", "groups", object{"milk": 1}), `offline_check: groups: a text is wanted, not number`},

		{"an unknown member of a rule", set("grops", "all"), here + `unknown member "grops": allowed are id, title, source, note, reason, groups, from, until, when, unless, answers, always, emergency, verdict, advice`},
		{"an id for no screen", set("id", "Sold!"), `rule 13 ("Sold!"): id: 1 to 40 of a-z, 0-9 and hyphen`},
		{"the id of another rule", set("id", "sold"), `rule 13 ("sold"): id: there is another rule of this id`},
		{"no title", set("title", ""), here + `title and source: one line each, 1 to 200 characters`},
		{"a title of two lines", set("title", "а\nб"), here + `title and source: one line each`},
		{"a long source", set("source", strings.Repeat("я", 201)), here + `title and source: one line each`},
		{"a reason that nobody knows", set("reason", "stale"), here + `reason "stale": bad-check, blocked, expired,`},
		{"the reason of no rule", set("reason", "no-answer"), here + `reason "no-answer": bad-check,`},
		{"a reason whose sentence tells a price that is not there", set("reason", "price-below-mp"), here + `reason "price-below-mp": its sentence needs a condition of that kind in when`},
		{"no groups", set("groups", []string{}), here + `groups: "all", or a list of product groups`},
		{"groups are null", set("groups", nil), here + `groups: "all", or a list of product groups`},
		{"a group that nobody knows", set("groups", []string{"milk", "cheese"}), here + `groups "cheese": antiseptic,`},
		{"the empty group", set("groups", []string{""}), here + `groups "": antiseptic,`},
		{"a group by the number although it has a name", set("groups", []string{"8"}), here + `groups "8": antiseptic,`},
		{"a group that is no number", set("groups", []string{"0"}), here + `groups "0": antiseptic,`},
		{"a group twice", set("groups", []string{"milk", "beer", "milk"}), here + `groups: "milk" is there twice`},
		{"a first day that is none", set("from", "1 марта"), here + `from "1 марта": a day as YYYY-MM-DD`},
		{"a last day that is none", set("until", "2026"), here + `until "2026": a day as YYYY-MM-DD`},
		{"a last day before the first", rule(func(r object) { r["from"], r["until"] = "2026-02-02", "2026-02-01" }), here + `until 2026-02-01: it is before from`},
		{"no conditions", set("when", []string{}), here + `when: there are 0 conditions, 1 to 16 are allowed`},
		{"too many conditions", set("when", slices.Repeat([]string{"sold is true"}, 17)), here + `when: there are 17 conditions, 1 to 16 are allowed`},
		{"a condition that nobody knows", set("when", []string{"found is flase"}), here + `when "found is flase": allowed are FACT is [not] true|false, where FACT is found, valid,`},
		{"a condition of another letter", set("when", []string{"Found is false"}), here + `when "Found is false": allowed are`},
		{"conditions that absent facts fulfil", set("when", []string{"sold is not true", "setting refuse_foreign_owner is on"}),
			here + `when: at least one condition that looks at something present, not only «is not»`},
		{"a condition that the module cannot tell", set("answers", []string{"online", "offline"}), here + `when "now >= expireDate": not every one of the rule's answers can tell it`},
		{"no answers", set("answers", nil), here + `answers: at least one of online, offline, own`},
		{"an answer of nobody", set("answers", []string{"cloud"}), here + `answers "cloud": online, offline, own`},
		{"an exception that is no object", set("unless", "tobacco"), here + `unless: a JSON object is wanted`},
		{"an exception of no groups", set("unless", object{"when": []string{"sold is true"}}), here + `unless: groups: "all", or a list`},
		{"an exception of no conditions", set("unless", object{"groups": "all"}), here + `unless: when: there are 0 conditions`},
		{"an unknown member of an exception", set("unless", object{"group": "all"}), here + `unless: unknown member "group": allowed are groups, when`},
		{"an unknown phase", set("emergency", []string{"before"}), here + `emergency "before": on, after`},
		{"in an emergency nobody is asked", set("emergency", []string{"on"}), here + `emergency "on": nobody is asked then; the rule must have "own" among its answers`},
		{"always and in an emergency", set("always", true), here + `emergency: a rule that holds always needs none`},
		{"an unknown verdict", set("verdict", "allow"), here + `verdict "allow": forbid, unchecked`},
		{"a doubt in an emergency", set("verdict", "unchecked"), here + `verdict "unchecked": not together with always, emergency or advice`},
		{"advice by the module", func(o object) { ruleOf(o, "blocked-offline")["advice"] = true },
			`rule 9 ("blocked-offline"): advice: the stock is checked online; the rule must have "online" among its answers`},
		{"advice by a price", func(o object) { ruleOf(o, "price-otp")["advice"] = true },
			`rule 17 ("price-otp"): advice: the stock is judged by the answer alone, without code, price and setting`},
		{"a text for yes or no", set("advice", "yes"), here + `advice: true or false is wanted, not string`},
		{"a text for a list", set("when", "sold is true"), here + `when: a list is wanted, not string`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := builtInObject(t)
			c.change(o)
			text, err := json.Marshal(o)
			require.NoError(t, err)
			rules, err := marking.ParseRules(text)
			require.Nil(t, rules)
			require.Error(t, err)
			require.True(t, strings.HasPrefix(err.Error(), c.want), "got  %s\nwant %s", err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestAFileThatIsNoRightJSONIsRefused(t *testing.T) {
	good := string(marking.DefaultRules().Text())
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "it is missing"},
		{"blank", " \n", "the JSON object does not end"},
		{"null", "null", "a JSON object is wanted"},
		{"a list", "[]", "a JSON object is wanted"},
		{"cut off", good[:len(good)/2], "the JSON object does not end"},
		{"something behind it", good + "{}", "something stands behind the end of the JSON object"},
		{"a comma too many", strings.Replace(good, `"date": "2026-11-22",`, `"date": "2026-11-22",,`, 1), "line 3: "},
		{"a member twice", strings.Replace(good, `"date":`, `"Version": "2", "date":`, 1), `member "Version" is there twice`},
		{"a member of a rule twice", strings.Replace(good, `"id": "sold",`, `"id": "sold", "groups": ["milk"],`, 1), `rule 10 ("sold"): member "groups" is there twice`},
		{"a group twice", strings.Replace(good, `"softdrinks": "2025-06-01"`, `"softdrinks": "2025-06-01", "softdrinks": "never"`, 1),
			`offline_check: groups: member "softdrinks" is there twice`},
		{"too large", good + strings.Repeat(" ", marking.MaxRulesSize), "the file has "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := marking.ParseRules([]byte(c.text))
			require.Error(t, err)
			require.True(t, strings.HasPrefix(err.Error(), c.want), "got  %s\nwant %s", err, c.want)
		})
	}
}

func FuzzParseRules(f *testing.F) {
	good := marking.DefaultRules().Text()
	f.Add(good)
	f.Add(good[:len(good)/3])
	f.Add([]byte(`{"version":"1","date":"2026-11-22","emergency":{"after_days":0},"offline_check":{"from":"2025-03-01"},"rules":[
		{"id":"a","title":"a","source":"a","reason":"sold","groups":["44"],"when":["sold is true"],"answers":["online","offline"],"until":"2030-01-01"}]}`))
	f.Add([]byte(`{"rules":[null]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := marking.ParseRules(text)
		if err != nil {
			require.Nil(t, rules)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		// What is accepted can be judged by, and reads back as itself.
		again, err := marking.ParseRules(rules.Text())
		require.NoError(t, err)
		require.Equal(t, rules.Version(), again.Version())
		require.Equal(t, rules.List(), again.List())
		require.Equal(t, rules.OfflineDays(), again.OfflineDays())
		q := marking.Query{Group: marking.Tobacco, Price: 1, At: noon}
		v := marking.Decide(q, goodOnline(), goodModule(), marking.Policy{Rules: rules})
		require.Equal(t, rules.Version(), v.Rules)
		require.NotZero(t, v.Decision)
		marking.Advise(goodOnline(), marking.Milk, noon, true, rules)
	})
}
