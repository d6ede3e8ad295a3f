package marking_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

// object is a JSON object of the file of rules.
type object = map[string]any

// builtInObject is the built-in file, a fresh copy each time.
func builtInObject(t *testing.T) object {
	t.Helper()
	var o object
	require.NoError(t, json.Unmarshal(marking.DefaultRules().Text(), &o))
	return o
}

// ruleOf finds a rule of the file.
func ruleOf(o object, id string) object {
	for _, r := range o["rules"].([]any) {
		if r := r.(object); r["id"] == id {
			return r
		}
	}
	panic("no rule " + id)
}

func texts(v any) []string {
	var list []string
	if v != nil {
		for _, s := range v.([]any) {
			list = append(list, s.(string))
		}
	}
	return list
}

// mutant is the built-in file with one fault.
type mutant struct {
	name   string
	change func(object)
}

// sameByNature are mutants that no behaviour can tell from the original.
var sameByNature = map[string]string{
	"grey-gtin without isGreyGtin is true": "blocked-offline has taken what is blocked and not grey",
	"sold also for offline":                "module-sold has taken it",
	"price-otp group ncp":                  "price-nicotine has taken it",
}

// mutants are the faults: each rule removed, moved behind the next one, its conditions turned round and dropped,
// its groups dropped and added one by one, its days shifted by one, its flags turned, and so with the rest of the file.
func mutants(t *testing.T) []mutant {
	var list []mutant
	file := func(name string, change func(object)) { list = append(list, mutant{name, change}) }
	shift := func(day any, by int) string {
		d, err := time.Parse(time.DateOnly, day.(string))
		require.NoError(t, err)
		return d.AddDate(0, 0, by).Format(time.DateOnly)
	}
	rules := builtInObject(t)["rules"].([]any)
	for i, raw := range rules {
		r := raw.(object)
		id := r["id"].(string)
		rule := func(name string, change func(object)) {
			file(id+" "+name, func(o object) { change(ruleOf(o, id)) })
		}
		file(id+" removed", func(o object) { o["rules"] = slices.Delete(o["rules"].([]any), i, i+1) })
		if i+1 < len(rules) && haveCommonWork(r, rules[i+1].(object)) {
			file(id+" behind the next", func(o object) {
				list := o["rules"].([]any)
				list[i], list[i+1] = list[i+1], list[i]
			})
		}
		rule("renamed", func(r object) { r["id"] = id + "-x" })
		rule("with another reason", func(r object) {
			if r["reason"] = "sold"; id == "sold" {
				r["reason"] = "sold-here"
			}
		})
		rule("with the other verdict", func(r object) {
			if r["verdict"] == "unchecked" {
				delete(r, "verdict")
			} else {
				r["verdict"] = "unchecked"
			}
		})
		if r["unless"] != nil {
			rule("without its exception", func(r object) { delete(r, "unless") })
			rule("with its exception for all", func(r object) { r["unless"].(object)["groups"] = "all" })
			rule("with its exception for others", func(r object) { r["unless"].(object)["groups"] = []string{"otp"} })
			rule("with its exception turned round", func(r object) { r["unless"].(object)["when"] = []string{"grayZone is not true"} })
		}
		for k, condition := range texts(r["when"]) {
			rule("without "+condition, func(r object) { r["when"] = slices.Delete(r["when"].([]any), k, k+1) })
			for _, other := range turned(condition) {
				rule("with "+other, func(r object) { r["when"].([]any)[k] = other })
			}
		}
		for _, member := range []string{"from", "until"} {
			if r[member] != nil {
				rule(member+" a day earlier", func(r object) { r[member] = shift(r[member], -1) })
				rule(member+" a day later", func(r object) { r[member] = shift(r[member], 1) })
				rule("without "+member, func(r object) { delete(r, member) })
			}
		}
		for _, g := range allGroups() {
			rule("group "+g, func(r object) { r["groups"] = toggled(r["groups"], g) })
		}
		for _, a := range []string{"online", "offline", "own"} {
			name := "not for " + a
			if !slices.Contains(texts(r["answers"]), a) {
				name = "also for " + a
			}
			rule(name, func(r object) { r["answers"] = toggled(r["answers"], a) })
		}
		for _, phase := range []string{"on", "after"} {
			rule("emergency "+phase, func(r object) { r["emergency"] = toggled(r["emergency"], phase) })
		}
		for _, flag := range []string{"always", "advice"} {
			rule(flag, func(r object) { r[flag] = r[flag] != true })
		}
	}
	offline := func(o object) object { return o["offline_check"].(object) }
	soft := func(o object) object { return offline(o)["groups"].(object) }
	for _, by := range []int{-1, 1} {
		file(fmt.Sprintf("offline check %+d day", by), func(o object) { offline(o)["from"] = shift(offline(o)["from"], by) })
		file(fmt.Sprintf("offline check of soft drinks %+d day", by), func(o object) { soft(o)["softdrinks"] = shift(soft(o)["softdrinks"], by) })
		file(fmt.Sprintf("emergency %+d day", by), func(o object) {
			e := o["emergency"].(object)
			e["after_days"] = e["after_days"].(float64) + float64(by)
		})
	}
	file("offline check of soft drinks like others", func(o object) { delete(soft(o), "softdrinks") })
	file("offline check of soft drinks never", func(o object) { soft(o)["softdrinks"] = "never" })
	file("offline check of water later", func(o object) { soft(o)["water"] = "2025-06-01" })
	return list
}

// haveCommonWork tells whether the order of two neighbours can matter.
func haveCommonWork(a, b object) bool {
	return a["always"] == true && b["always"] == true || a["always"] == b["always"] &&
		slices.ContainsFunc(texts(a["answers"]), func(s string) bool { return slices.Contains(texts(b["answers"]), s) })
}

// turned gives the conditions that say the opposite.
func turned(condition string) []string {
	name, is, ok := strings.Cut(condition, " is ")
	switch {
	case strings.HasPrefix(condition, "ogvs has "):
		return []string{"ogvs has FSSP"}
	case !ok || !strings.HasSuffix(is, "true") && !strings.HasSuffix(is, "false"):
		return nil
	case strings.HasSuffix(is, "true"):
		return []string{name + " is false"}
	}
	return []string{name + " is true"}
}

func allGroups() []string {
	var names []string
	for g := marking.ProductGroup(1); g <= manyGroups; g++ {
		if g.String() != "" {
			names = append(names, g.String())
		}
	}
	return names
}

// toggled takes a word out of a list that has it and puts it into one that has it not. "all" is every group.
func toggled(list any, word string) []string {
	var words []string
	if list == "all" {
		words = allGroups()
		for g := 1; g <= manyGroups; g++ {
			if marking.ProductGroup(g).String() == "" {
				words = append(words, fmt.Sprint(g))
			}
		}
	} else {
		words = texts(list)
	}
	if slices.Contains(words, word) {
		return slices.DeleteFunc(words, func(w string) bool { return w == word })
	}
	return append(words, word)
}

func TestEveryFaultInTheTableBreaksABehaviour(t *testing.T) {
	situations := slices.Concat(officialTable(t), whoDecides(t), emergencies(t), order(t), prices(t), days(t), expiries(t), guide(t),
		everyRule(t), offlineGroups(t))
	units := stock(t)
	// caught names a behaviour that is another one by the table; empty: there is none.
	caught := func(rules *marking.Rules) string {
		for _, s := range situations {
			if s.result(rules) != s.want {
				return s.name
			}
		}
		for _, u := range units {
			if u.result(rules) != u.want() {
				return u.name
			}
		}
		if rules.EmergencyAfter() != 72*time.Hour {
			return "§6: three days"
		}
		return ""
	}
	require.Empty(t, caught(marking.DefaultRules()))

	refused, known := 0, maps.Clone(sameByNature)
	list := mutants(t)
	for _, m := range list {
		o := builtInObject(t)
		m.change(o)
		text, err := json.Marshal(o)
		require.NoError(t, err)
		rules, err := marking.ParseRules(text)
		if err != nil {
			refused++
			continue
		}
		by := caught(rules)
		if known[m.name] != "" {
			require.Empty(t, by, "%s is told apart", m.name)
			delete(known, m.name)
			continue
		}
		if by == "" {
			t.Errorf("nothing tells this table from the built-in one: %s", m.name)
		}
		if testing.Verbose() {
			t.Logf("%-50s %s", m.name, by)
		}
	}
	require.Empty(t, known, "mutants that were not made")
	t.Logf("%d faults: %d refused by the parser, the others change one of %d behaviours", len(list), refused, len(situations)+len(units)+1)
}
