package texts

import (
	"time"

	"kassa/app/marking"
	"kassa/app/till"
)

// askModuleAfter is when the online budget of a check is over and only the module can still answer
// (the law's 1.5 s, till-ux MK-3).
const askModuleAfter = 1500 * time.Millisecond

// MarkState is what is known of a line's code, in a few words; ok is false for a line that needs none.
// waited is how long the check has been running.
func MarkState(l till.Line, waited time.Duration) (tone Tone, words string, ok bool) {
	switch l.MarkState {
	case till.MarkNeeded:
		return Attention, "нужен код", true
	case till.MarkChecking:
		if waited < askModuleAfter {
			return Wait, "спрашиваем Честный знак… " + Tenths(waited), true
		}
		return Wait, "нет ответа, проверяем по модулю… " + Tenths(waited), true
	case till.MarkAllowed:
		return OK, allowedBy(l), true
	case till.MarkUnchecked:
		if l.Verdict.Source == marking.SourceEmergency {
			return Attention, "не проверен: авария Честного знака", true
		}
		return Attention, "не проверен", true
	case till.MarkRefused:
		return Forbidden, "продавать нельзя", true
	}
	return 0, "", false
}

func allowedBy(l till.Line) string {
	switch l.Verdict.Source {
	case marking.SourceOnline:
		return "онлайн " + Tenths(l.CheckTime)
	case marking.SourceModule:
		if l.Verdict.DataAt.IsZero() {
			return "офлайн"
		}
		return "офлайн, данные от " + Moment(l.Verdict.DataAt)
	case marking.SourceEmergency:
		return "без проверки: авария Честного знака"
	}
	return "проверка не нужна"
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
