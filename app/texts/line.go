package texts

import (
	"time"

	"kassa/app/marking"
	"kassa/app/till"
)

// askModuleAfter is when the online budget of a check is over and only the module can still answer
// (the law's 1.5 s, till-ux MK-3).
const askModuleAfter = 1500 * time.Millisecond

// shortest is the least time of a check that is told: «0,0 с» would look like none.
const shortest = 100 * time.Millisecond

// MarkState is what is known of a line's code, in a few words, the longest form first, for the place there is;
// there are none for a line that needs no code. waited is how long the check has been running.
func MarkState(l till.Line, waited time.Duration) (tone Tone, words []string) {
	switch l.MarkState {
	case till.MarkNeeded:
		return Attention, []string{"нужен код"}
	case till.MarkChecking:
		passed := Tenths(waited)
		if waited < askModuleAfter {
			return Wait, []string{"спрашиваем Честный знак… " + passed, "Честный знак… " + passed, passed}
		}
		return Wait, []string{"нет ответа, проверяем по модулю магазина… " + passed, "проверяем по модулю… " + passed, "модуль… " + passed, passed}
	case till.MarkAllowed:
		if l.Verdict.Source == marking.SourceEmergency {
			return Attention, []string{"без проверки: авария Честного знака", "без проверки"}
		}
		return OK, allowedBy(l)
	case till.MarkUnchecked:
		return Attention, []string{"не проверен"}
	case till.MarkRefused:
		return Forbidden, []string{"продавать нельзя"}
	}
	return 0, nil
}

func allowedBy(l till.Line) []string {
	switch l.Verdict.Source {
	case marking.SourceOnline:
		return []string{"онлайн " + Tenths(max(l.CheckTime, shortest))}
	case marking.SourceModule:
		if l.Verdict.DataAt.IsZero() {
			return []string{"офлайн"}
		}
		at := Moment(l.Verdict.DataAt)
		return []string{"офлайн, данные от " + at, "офлайн, " + at, "офлайн"}
	}
	return []string{"проверка не нужна"}
}

// LineCost says how the sum of a line came about: «2 × 52,00», «1,254 кг × 150,00», «89,90» for one piece
// of a marked item.
func LineCost(l till.Line) string {
	if l.MarkState != till.MarkNone {
		return Sum(l.Price)
	}
	return Quantity(l.Quantity, l.Measure) + " × " + Sum(l.Price)
}

// Price is what one unit costs: «52,00», «150,00 / кг».
func Price(i till.Item) string {
	if !i.HasPrice {
		return "нет цены"
	}
	if u := Unit(i.Measure); u != "" {
		return Sum(i.Price) + " / " + u
	}
	return Sum(i.Price)
}
