package texts

import (
	"strconv"
	"strings"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
)

// reasons has the sentence of every marking.Reason that is not «allowed, nothing to say» (till-ux §5.1, M-01 to
// M-07, M-19). {0} is the price limit or the expiry date, {1} where this shop sold the unit, {2} what can be done
// about a price.
var reasons = map[marking.Reason]string{
	marking.ReasonStructure:    "Код повреждён или это не код маркировки. Отсканируйте ещё раз или возьмите другой экземпляр.",
	marking.ReasonNotFound:     "Код не найден в Честном знаке. Возьмите другой экземпляр.",
	marking.ReasonNotApplied:   "Код ещё не нанесён по данным Честного знака. Возьмите другой экземпляр и сообщите товароведу.",
	marking.ReasonBadCheck:     "Код не прошёл проверку подлинности. Возьмите другой экземпляр.",
	marking.ReasonBlocked:      "Продажа этой партии запрещена (решение ведомства). Отложите товар.",
	marking.ReasonPermitVoid:   "Разрешительный документ на товар не действует. Отложите товар.",
	marking.ReasonVetVoid:      "Ветеринарный документ на товар не действует. Отложите товар.",
	marking.ReasonSold:         "Этот экземпляр уже продан или выведен из оборота. [Продан здесь: {1}. ]Возьмите другой экземпляр.",
	marking.ReasonSoldHere:     "Этот экземпляр уже продан в этом магазине. [Продан здесь: {1}. ]Возьмите другой экземпляр.",
	marking.ReasonNotInTrade:   "Код ещё не введён в оборот. Сообщите товароведу.",
	marking.ReasonExpired:      "Истёк срок годности[: {0}]. Снимите товар с продажи.",
	marking.ReasonPriceNotMRP:  "Цена не совпадает с ценой на пачке[ (МРЦ {0})]. {2}",
	marking.ReasonPriceBelowSM: "Цена ниже единой минимальной[: {0}]. {2}",
	marking.ReasonPriceBelowMP: "Цена ниже минимальной[: {0}]. {2}",
	marking.ReasonForeignOwner: "По данным Честного знака товар числится за другой организацией. Проверьте приёмку.",
	marking.ReasonOnlineOnly:   "Этот товар можно проверить только через интернет, а связи нет. Отложите товар.",
	marking.ReasonNoAnswer:     "Проверить код не удалось.",
	marking.ReasonEmergency:    "Аварийная ситуация в Честном знаке: продажа без проверки разрешена.",
	marking.ReasonInPackage:    "Упаковка и товар из неё не могут быть в одном чеке. Уберите одно из двух.",
}

// reasonWords says the same in a few words, for lists.
var reasonWords = map[marking.Reason]string{
	marking.ReasonStructure:    "код повреждён",
	marking.ReasonNotFound:     "код не найден",
	marking.ReasonNotApplied:   "код не нанесён",
	marking.ReasonBadCheck:     "код не подлинный",
	marking.ReasonBlocked:      "партия запрещена",
	marking.ReasonPermitVoid:   "нет разрешения на товар",
	marking.ReasonVetVoid:      "нет ветдокумента",
	marking.ReasonSold:         "выведен из оборота",
	marking.ReasonSoldHere:     "уже продан здесь",
	marking.ReasonNotInTrade:   "не введён в оборот",
	marking.ReasonExpired:      "истёк срок годности",
	marking.ReasonPriceNotMRP:  "цена не по МРЦ",
	marking.ReasonPriceBelowSM: "цена ниже ЕМЦ",
	marking.ReasonPriceBelowMP: "цена ниже МЦ",
	marking.ReasonForeignOwner: "чужой товар",
	marking.ReasonOnlineOnly:   "нужна проверка онлайн",
	marking.ReasonNoAnswer:     "никто не ответил",
	marking.ReasonEmergency:    "аварийная ситуация",
	marking.ReasonInPackage:    "упаковка и её содержимое",
}

// ReasonWords says in a few words why, for lists; a reason without words is told by its name.
func ReasonWords(r marking.Reason) string {
	if words, ok := reasonWords[r]; ok {
		return words
	}
	return string(r)
}

// IsReason tells whether there is such a reason; ReasonNone is one.
func IsReason(r marking.Reason) bool { return r == marking.ReasonNone || reasons[r] != "" }

// Verdict is the end of a check in whole sentences, as tillctl prints it and a stop shows it.
func Verdict(v marking.Verdict) string {
	why := reasonText(v, "", false)
	switch v.Decision {
	case marking.Allow:
		if v.Source == marking.SourceEmergency {
			return why
		}
		if why == "" {
			why = "Продавать можно."
		}
		return why + " " + checkedBy(v)
	case marking.Unchecked:
		if v.MaySell {
			return why + " Продажа разрешена правилами магазина, запись сделана."
		}
		return why + " Продажа запрещена правилами магазина."
	case marking.Forbid:
		return "Продавать нельзя. " + why
	}
	return "Код не проверялся."
}

// stopVerdict is the sentence under «Продавать нельзя»: why, and what to do.
func stopVerdict(s sale.Stop) string {
	why := reasonText(*s.Verdict, soldHere(s.SoldHere), s.TakesLimit)
	if s.Verdict.Decision == marking.Unchecked {
		return why + " Продажа запрещена правилами магазина."
	}
	return why
}

// reasonText fills the sentence of a reason; takesLimit says that the till can put the wanted price.
func reasonText(v marking.Verdict, sold string, takesLimit bool) string {
	arg := ""
	switch {
	case v.Limit > 0:
		arg = Money(v.Limit)
	case v.Until != "":
		arg = day(v.Until)
	}
	todo := "Позовите товароведа."
	if takesLimit {
		todo = "Поставьте эту цену или уберите товар."
	}
	return fill(reasons[v.Reason], []string{arg, sold, todo})
}

// soldHere says where a unit was sold: «касса 2, 21.11 14:05, чек 118»; empty when it was not sold here.
func soldHere(s journal.SoldHere) string {
	if s.At.IsZero() {
		return ""
	}
	where := s.Till
	if strings.HasPrefix(where, "Касса") {
		where = lowerFirst(where)
	}
	return where + ", " + Moment(s.At) + ", чек " + strconv.Itoa(s.Number)
}

// day turns the date that a source sent (yyyy-MM-dd and whatever follows) into «12.03.2026»; a text of
// another form stays as it is.
func day(sent string) string {
	date, _, _ := strings.Cut(sent, "T")
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return sent
	}
	return t.Format("02.01.2006")
}

func checkedBy(v marking.Verdict) string {
	switch v.Source {
	case marking.SourceOnline:
		return "Проверено в Честном знаке."
	case marking.SourceModule:
		if v.DataAt.IsZero() {
			return "Проверено офлайн."
		}
		return "Проверено офлайн. Данные от " + Moment(v.DataAt) + "."
	}
	return "Проверка не требуется."
}

// LimitKey is the key that puts the price on the pack (M-07): «Поставить 135,00 ₽».
func LimitKey(v marking.Verdict) string { return "Поставить " + Money(v.Limit) }

// Details is the small print of a stop: who said so, how fresh, how long it took, which code.
func Details(s sale.Stop) string {
	parts := []string{}
	if v := s.Verdict; v != nil {
		switch v.Source {
		case marking.SourceOnline:
			parts = append(parts, "Проверено в Честном знаке")
		case marking.SourceModule:
			parts = append(parts, "Проверено по модулю магазина")
		default:
			parts = append(parts, "Не проверено")
		}
		if v.Source == marking.SourceModule && !v.DataAt.IsZero() {
			parts = append(parts, "данные "+Moment(v.DataAt))
		}
		if s.Elapsed > 0 {
			parts = append(parts, Tenths(s.Elapsed))
		}
	}
	if s.Masked != "" {
		parts = append(parts, "код"+nbsp+s.Masked)
	}
	return strings.Join(parts, " · ")
}

// Technical is what «Подробнее» adds: codes for a call to the support, and by which rule of which version of
// the table it was forbidden.
func Technical(s sale.Stop) string {
	parts := []string{"код сообщения " + string(StopCode(s))}
	if v := s.Verdict; v != nil {
		parts = append(parts, "причина "+string(v.Reason))
		if rule := ruleOf(*v); rule != "" {
			parts = append(parts, rule)
		}
		if v.OnlineFault != marking.FaultNone {
			parts = append(parts, "Честный знак: "+Fault(v.OnlineFault))
		}
		if v.ModuleFault != marking.FaultNone {
			parts = append(parts, "модуль: "+Fault(v.ModuleFault))
		}
	}
	return strings.Join(parts, " · ")
}

// ruleOf names the rule that forbade and the version of the table: «правило expired, таблица 17.1».
func ruleOf(v marking.Verdict) string {
	parts := []string{}
	if v.Rule != "" {
		parts = append(parts, "правило "+v.Rule)
	}
	if v.Rules != "" {
		parts = append(parts, "таблица "+v.Rules)
	}
	return strings.Join(parts, ", ")
}

// faults has a few words on why a source gave no answer.
var faults = map[marking.Fault]string{
	marking.FaultNone:         "отвечает",
	marking.FaultOff:          "выключен в настройках",
	marking.FaultNotBound:     "не настроен на этой кассе",
	marking.FaultTimeout:      "не ответил вовремя",
	marking.FaultUnreachable:  "нет связи",
	marking.FaultUnauthorised: "не принял ключ доступа",
	marking.FaultGone:         "этот способ проверки отключён",
	marking.FaultBadRequest:   "не понял запрос",
	marking.FaultBusy:         "перегружен",
	marking.FaultServer:       "неисправен",
	marking.FaultOutside:      "не отвечает внешняя система",
	marking.FaultGarbage:      "ответ не читается",
	marking.FaultBreaker:      "временно не спрашиваем",
	marking.FaultNotReady:     "ещё не готов",
	marking.FaultStale:        "данные старше 72 часов",
	marking.FaultForeign:      "настроен на другую организацию",
	marking.FaultNotNeeded:    "ответа не ждали",
}

// Fault says in a few words why a source gave no answer.
func Fault(f marking.Fault) string { return faults[f] }

// Stop is the message of a stop; the sentence of a verdict stands in place of the general one.
func Stop(s sale.Stop) Message {
	m := Refusal(s.Code, s.Args...)
	if s.Code == till.MarkForbidden && s.Verdict != nil {
		m.Body = stopVerdict(s)
	}
	return m
}

// verdictCodes has the number of every reason in till-ux §5.1; a reason that has no row of its own there has the
// number of the row that asks the same of the cashier.
var verdictCodes = map[marking.Reason]till.Code{
	marking.ReasonStructure:    "M-01",
	marking.ReasonNotFound:     "M-01",
	marking.ReasonBadCheck:     "M-01",
	marking.ReasonSold:         "M-02",
	marking.ReasonSoldHere:     "M-02",
	marking.ReasonExpired:      "M-03",
	marking.ReasonBlocked:      "M-04",
	marking.ReasonPermitVoid:   "M-04",
	marking.ReasonVetVoid:      "M-04",
	marking.ReasonNotApplied:   "M-05",
	marking.ReasonNotInTrade:   "M-05",
	marking.ReasonForeignOwner: "M-06",
	marking.ReasonPriceNotMRP:  "M-07",
	marking.ReasonPriceBelowSM: "M-07",
	marking.ReasonPriceBelowMP: "M-07",
	marking.ReasonInPackage:    till.MarkRepeated,
	marking.ReasonOnlineOnly:   "M-19",
	marking.ReasonNoAnswer:     "M-19",
	marking.ReasonEmergency:    "M-19",
}

// StopCode is the number of a stop's text in till-ux §5.1: that of the verdict, when a verdict forbids.
func StopCode(s sale.Stop) till.Code {
	if s.Code == till.MarkForbidden && s.Verdict != nil {
		if code, ok := verdictCodes[s.Verdict.Reason]; ok {
			return code
		}
	}
	return s.Code
}
