package texts

import (
	"time"

	"kassa/app/marking"
	"kassa/app/sale"
)

// EmergencyBand is said on every screen while goods may be sold without checks: «Аварийная ситуация в Честном
// знаке. Продаём без проверки. До 25.11 14:00»; empty when they may not.
func EmergencyBand(e sale.EmergencyView) string {
	switch e.Phase {
	case marking.EmergencyOn:
		return fill("Аварийная ситуация в Честном знаке. Продаём без проверки.[ До {0}]", []string{endOf(e.Ends)})
	case marking.EmergencyAfter:
		return fill("После аварийной ситуации без ответа ещё продаём.[ До {0}]", []string{endOf(e.Ends)})
	}
	return ""
}

// EmergencyState is the long form: who declared it, why, from when, and when checks are due again.
func EmergencyState(e sale.EmergencyView) Message {
	m := Message{Tone: Attention, Headline: "Аварийная ситуация действует"}
	if e.Phase == marking.EmergencyAfter {
		m.Headline = "Аварийная ситуация окончена"
	}
	who := "Честный знак сообщил кассе сам."
	if e.Manual {
		who = fill("[Объявил(а): {0}. ]Причина: {1}.", []string{e.By, trimPoint(e.Reason)})
	}
	m.Body = fill("{0} Начало: {1}.[ Конец: {2}.]", []string{who, Moment(e.Since), endOf(e.Until)}) +
		fill("[ Без проверки можно продавать до {0}.]", []string{endOf(e.Ends)})
	return m
}

// EmergencyBy says whose word it is: «Объявляет: Иванова А.»
func EmergencyBy(name string) string { return "Объявляет: " + ShortName(name) }

// endOf writes a moment; none when it is not known.
func endOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Moment(t)
}
