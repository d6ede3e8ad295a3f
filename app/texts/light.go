package texts

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
)

// LampKind names the lights of the status bar.
type LampKind uint8

const (
	LampPrinter LampKind = 1
	LampOnline  LampKind = 2
	LampModule  LampKind = 3
)

// lampNames are the words beside the lights.
var lampNames = map[LampKind]string{LampPrinter: "Касса", LampOnline: "Честный знак", LampModule: "Модуль"}

// LampName is the word beside a light.
func LampName(k LampKind) string { return lampNames[k] }

// lampWords are the states in which nothing is wrong, or nothing is known yet.
var lampWords = map[string]string{
	sale.LightCodeReady:    "работает",
	sale.LightCodeNotSetUp: "не настроен",
	sale.LightCodeAsking:   "проверяем",
}

// moduleTexts are the sentences that till-ux §5.1 has for the module (M-15 to M-18).
var moduleTexts = map[marking.Fault]string{
	marking.FaultUnreachable: "Модуль магазина не отвечает. Проверка только онлайн.",
	marking.FaultTimeout:     "Модуль магазина не отвечает. Проверка только онлайн.",
	marking.FaultStale:       "Модуль заблокирован: больше 72 часов без связи. Маркированный товар офлайн продать нельзя.",
	marking.FaultNotBound:    "Модуль не настроен на этой кассе. Позовите администратора.",
}

// LampTone is the tone of a light; a light that is not set up tells attention.
func LampTone(s sale.LightState) Tone {
	switch s {
	case sale.LightOK:
		return OK
	case sale.LightWait:
		return Wait
	case sale.LightStop:
		return Forbidden
	}
	return Attention
}

// Lamp is the detail of a light: state, reason, and since when.
func Lamp(kind LampKind, l sale.Light, now time.Time) Message {
	m := Message{Tone: LampTone(l.State), Headline: LampName(kind)}
	m.Body = lampBody(kind, l)
	if !l.Since.IsZero() && now.After(l.Since) {
		m.Body += " Так уже " + Age(now.Sub(l.Since)) + "."
	}
	return m
}

func lampBody(kind LampKind, l sale.Light) string {
	if words, ok := lampWords[l.Code]; ok {
		return upperFirst(words) + "."
	}
	for f, words := range faults {
		if f.String() != l.Code {
			continue
		}
		if text, ok := moduleTexts[f]; ok && kind == LampModule {
			return text
		}
		if kind == LampOnline {
			return upperFirst(words) + ". Маркированный товар проверяем по модулю магазина."
		}
		return upperFirst(words) + "."
	}
	if _, ok := refusals[till.Code(l.Code)]; ok {
		return Refusal(till.Code(l.Code), l.Args...).Line()
	}
	return "Состояние: " + l.Code + "."
}

func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// Queue is the word beside the count of sold codes that the module has not been told.
func Queue(n int) string { return "Очередь" + nbsp + strconv.Itoa(n) }

// QueueDetail says what the count means.
func QueueDetail(n int) Message {
	if n == 0 {
		return Message{OK, "Очередь пуста", "Модуль магазина знает обо всех проданных кодах."}
	}
	return Message{Attention, "Очередь: " + Count(n, "код", "кода", "кодов"),
		"Модулю магазина ещё не сообщено об их продаже. Касса передаст сама, как только он ответит."}
}
