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

const moduleNotSetUp = "Модуль не настроен на этой кассе. Позовите администратора."

// lampTexts are the states with sentences of their own; the gaps are the light's arguments.
var lampTexts = map[string]string{
	sale.LightCodeOld:            "Данные модуля старше суток. Подключите интернет[: до блокировки {1} ч].[ Данные от {0}.]",
	sale.LightCodeKeyEnds:        "Ключ доступа действует до {0}. " + newKey,
	sale.LightCodeEmergency:      "Аварийная ситуация в Честном знаке. Продаём без проверки.[ До {0}.]",
	sale.LightCodeAfterEmergency: "Аварийная ситуация в Честном знаке окончена. Проверяем, но без ответа ещё продаём.[ До {0}.]",
}

// newKey is what helps when the key of the centre is of no use any more (marking-check §2.1: the keys have been
// switched off in stages since 01.10.2026).
const newKey = "Новый – в кабинете Честного знака, «Токен для ККТ»; с 01.10.2026 ключи отключают поэтапно: настройте ТС ПИоТ."

// keyTexts are the faults of the centre that only people can mend.
var keyTexts = map[marking.Fault]string{
	marking.FaultUnauthorised: "Ключ доступа не принят. " + newKey,
	marking.FaultGone:         "Проверка по ключу доступа отключена (с 01.10.2026 – поэтапно у всех). Настройте ТС ПИоТ.",
}

// moduleTexts are the sentences that till-ux §5.1 has for the module (M-15 to M-18).
var moduleTexts = map[marking.Fault]string{
	marking.FaultUnreachable: "Модуль магазина не отвечает. Проверка только онлайн.",
	marking.FaultTimeout:     "Модуль магазина не отвечает. Проверка только онлайн.",
	marking.FaultStale:       "Модуль заблокирован: больше 72 часов без связи. Маркированный товар офлайн продать нельзя.",
	marking.FaultNotBound:    moduleNotSetUp,
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
	m.Body = lampBody(kind, l, now.Location())
	if !l.Since.IsZero() && now.After(l.Since) {
		m.Body += " Так уже " + Age(now.Sub(l.Since)) + "."
	}
	return m
}

func lampBody(kind LampKind, l sale.Light, here *time.Location) string {
	if text, ok := lampTexts[l.Code]; ok {
		args := make([]string, len(l.Args))
		for i, arg := range l.Args {
			args[i] = writtenTime(arg, here)
		}
		return fill(text, args)
	}
	if l.Code == sale.LightCodeNotSetUp && kind == LampModule {
		return moduleNotSetUp
	}
	if words, ok := lampWords[l.Code]; ok {
		return Capital(words) + "."
	}
	for f, words := range faults {
		if f.String() == l.Code {
			return faultBody(kind, f, words)
		}
	}
	if _, ok := refusals[till.Code(l.Code)]; ok {
		return Refusal(till.Code(l.Code), l.Args...).Line()
	}
	return "Состояние: " + l.Code + "."
}

func faultBody(kind LampKind, f marking.Fault, words string) string {
	text := Capital(words) + "."
	switch kind {
	case LampModule:
		if own, ok := moduleTexts[f]; ok {
			return own
		}
	case LampOnline:
		if own, ok := keyTexts[f]; ok {
			text = own
		}
		return text + " Маркированный товар проверяем по модулю магазина."
	}
	return text
}

// writtenTime writes a moment (RFC 3339) or a day (YYYY-MM-DD) as people do; anything else stays as it is.
func writtenTime(s string, here *time.Location) string {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return Moment(t.In(here))
	}
	return day(s)
}

// Capital begins a sentence with its words.
func Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
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
