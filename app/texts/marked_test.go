package texts

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
)

// moscow is the time of the shop in these tests.
var moscow = time.FixedZone("MSK", 3*3600)

// TestTextsOfMarkedGoods has a row for every sentence of till-ux §5.1, by its number. A stop says «Продавать
// нельзя» in its headline, so its sentence leaves that part out.
func TestTextsOfMarkedGoods(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 32, 0, 0, moscow)
	data := time.Date(2026, 11, 21, 8, 40, 0, 0, moscow)
	soldHere := journal.SoldHere{Till: "Касса 2", Number: 118, At: time.Date(2026, 11, 21, 14, 5, 0, 0, moscow)}
	refused := func(v marking.Verdict) string {
		v.Decision = marking.Forbid
		return Stop(sale.Stop{Code: till.MarkForbidden, Verdict: &v}).Line()
	}
	first := func(_ Tone, words []string) string { return words[0] }
	checking := till.Line{MarkState: till.MarkChecking}
	module := func(l sale.Light) string { return Lamp(LampModule, l, now).Body }
	for _, c := range []struct{ id, got, want string }{
		{"M-01 not found", refused(marking.Verdict{Reason: marking.ReasonNotFound}),
			"Продавать нельзя. Код не найден в Честном знаке. Возьмите другой экземпляр."},
		{"M-02 sold", refused(marking.Verdict{Reason: marking.ReasonSold}),
			"Продавать нельзя. Этот экземпляр уже продан или выведен из оборота. Возьмите другой экземпляр."},
		{"M-02 sold by this shop", Stop(sale.Stop{Code: till.MarkForbidden, SoldHere: soldHere,
			Verdict: &marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSold}}).Line(),
			"Продавать нельзя. Этот экземпляр уже продан или выведен из оборота. Продан здесь: касса 2, 21.11 14:05, чек 118. Возьмите другой экземпляр."},
		{"M-02 sold by this shop, the module knows", Stop(sale.Stop{Code: till.MarkForbidden, SoldHere: soldHere,
			Verdict: &marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSoldHere}}).Line(),
			"Продавать нельзя. Этот экземпляр уже продан в этом магазине. Продан здесь: касса 2, 21.11 14:05, чек 118. Возьмите другой экземпляр."},
		{"M-03 expired", refused(marking.Verdict{Reason: marking.ReasonExpired, Until: "2026-03-12T00:00:00.000Z"}),
			"Продавать нельзя. Истёк срок годности: 12.03.2026. Снимите товар с продажи."},
		{"M-04 blocked", refused(marking.Verdict{Reason: marking.ReasonBlocked}),
			"Продавать нельзя. Продажа этой партии запрещена (решение ведомства). Отложите товар."},
		{"M-05 not in trade", refused(marking.Verdict{Reason: marking.ReasonNotInTrade}),
			"Продавать нельзя. Код ещё не введён в оборот. Сообщите товароведу."},
		{"M-06 another's goods", refused(marking.Verdict{Reason: marking.ReasonForeignOwner}),
			"Продавать нельзя. По данным Честного знака товар числится за другой организацией. Проверьте приёмку."},
		{"M-07 another price than on the pack", refused(marking.Verdict{Reason: marking.ReasonPriceNotMRP, Limit: 135_00}),
			"Продавать нельзя. Цена не совпадает с ценой на пачке (МРЦ 135,00\u00a0₽). Позовите товароведа."},
		{"M-07 the till can put that price", Stop(sale.Stop{Code: till.MarkForbidden, TakesLimit: true,
			Verdict: &marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonPriceNotMRP, Limit: 135_00}}).Line(),
			"Продавать нельзя. Цена не совпадает с ценой на пачке (МРЦ 135,00\u00a0₽). Поставьте эту цену или уберите товар."},
		{"M-07 its key", LimitKey(marking.Verdict{Limit: 135_00}), "Поставить 135,00\u00a0₽"},
		{"M-08 read in part", Refusal(till.MarkIncomplete).Line(), "Код прочитан не полностью. Отсканируйте ещё раз."},
		{"M-08 the first time", Refusal(till.MarkIncomplete, "1").Line(), "Код прочитан не полностью. Отсканируйте ещё раз."},
		{"M-08 the second time", Stop(sale.Stop{Code: till.MarkIncomplete, Args: []string{"2"}}).Line(),
			"Код прочитан не полностью. Похоже, сканер не передаёт разделитель. Позовите администратора."},
		{"M-09 another item", Refusal(till.MarkOther, "Молоко 1 л", "Кефир 1 л").Line(),
			"Код от другого товара. Ждали: «Молоко 1 л». Прочитан: «Кефир 1 л»."},
		{"M-10 twice in a receipt", Refusal(till.MarkRepeated, "3").Line(),
			"Этот код уже есть в чеке, строка 3. Отсканируйте другой экземпляр."},
		{"M-11 in a suspended receipt", Refusal(till.MarkInSuspended).Line(),
			"Этот код сейчас в отложенном чеке. Вернитесь к отложенному чеку или возьмите другой экземпляр."},
		{"M-12 a plain barcode", Refusal(till.MarkWanted).Line(),
			"Отсканируйте код маркировки. Это обычный штрихкод. Найдите квадратный код маркировки."},
		{"M-13 the centre is asked", first(MarkState(checking, 800*time.Millisecond)), "спрашиваем Честный знак… 0,8\u00a0с"},
		{"M-13 the budget is over", first(MarkState(checking, 1500*time.Millisecond)), "нет ответа, проверяем по модулю магазина… 1,5\u00a0с"},
		{"M-14 checked offline", Verdict(marking.Verdict{Decision: marking.Allow, Source: marking.SourceModule, DataAt: data}),
			"Продавать можно. Проверено офлайн. Данные от 21.11 08:40."},
		{"M-15 the module is away", module(sale.Light{State: sale.LightWarn, Code: marking.FaultUnreachable.String()}),
			"Модуль магазина не отвечает. Проверка только онлайн."},
		{"M-16 old data", module(sale.Light{State: sale.LightWarn, Code: sale.LightCodeOld, Args: []string{"2026-11-21T05:40:00Z", "31"}}),
			"Данные модуля старше суток. Подключите интернет: до блокировки 31\u00a0ч. Данные от 21.11 08:40."},
		{"M-17 locked", module(sale.Light{State: sale.LightStop, Code: marking.FaultStale.String()}),
			"Модуль заблокирован: больше 72 часов без связи. Маркированный товар офлайн продать нельзя."},
		{"M-18 not set up", module(sale.Light{Code: sale.LightCodeNotSetUp}),
			"Модуль не настроен на этой кассе. Позовите администратора."},
		{"M-18 not bound", module(sale.Light{Code: marking.FaultNotBound.String()}),
			"Модуль не настроен на этой кассе. Позовите администратора."},
		{"M-19 nobody answered, the shop sells", Verdict(marking.Verdict{Decision: marking.Unchecked, MaySell: true, Reason: marking.ReasonNoAnswer}),
			"Проверить код не удалось. Продажа разрешена правилами магазина, запись сделана."},
		{"M-19 nobody answered, the shop does not sell", Stop(sale.Stop{Code: till.MarkForbidden,
			Verdict: &marking.Verdict{Decision: marking.Unchecked, Reason: marking.ReasonNoAnswer}}).Line(),
			"Продавать нельзя. Проверить код не удалось. Продажа запрещена правилами магазина."},
		{"M-20 of another receipt", Refusal(till.MarkNotInReceipt).Line(),
			"Код не подходит к возврату: в этом чеке его нет. Отсканируйте код с возвращаемого товара."},
	} {
		t.Run(c.id, func(t *testing.T) { require.Equal(t, c.want, c.got) })
	}
}

func TestTheLightOfTheCentreSaysWhatToDoAboutItsKeyAndAboutAnEmergency(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 32, 0, 0, moscow)
	const todo = "Новый – в кабинете Честного знака, «Токен для ККТ»; с 01.10.2026 ключи отключают поэтапно: настройте ТС ПИоТ."
	for _, c := range []struct {
		name string
		l    sale.Light
		want string
	}{
		{"the key is refused", sale.Light{State: sale.LightStop, Code: marking.FaultUnauthorised.String()},
			"Ключ доступа не принят. " + todo + " Маркированный товар проверяем по модулю магазина."},
		{"the way is switched off", sale.Light{State: sale.LightStop, Code: marking.FaultGone.String()},
			"Проверка по ключу доступа отключена (с 01.10.2026 – поэтапно у всех). Настройте ТС ПИоТ. Маркированный товар проверяем по модулю магазина."},
		{"the key ends soon", sale.Light{State: sale.LightWarn, Code: sale.LightCodeKeyEnds, Args: []string{"2026-11-25"}},
			"Ключ доступа действует до 25.11.2026. " + todo},
		{"an emergency with its end", sale.Light{State: sale.LightWarn, Code: sale.LightCodeEmergency, Args: []string{"2026-11-25T11:00:00Z"}},
			"Аварийная ситуация в Честном знаке. Продаём без проверки. До 25.11 14:00."},
		{"an emergency whose end is not known", sale.Light{State: sale.LightWarn, Code: sale.LightCodeEmergency},
			"Аварийная ситуация в Честном знаке. Продаём без проверки."},
		{"the days after it", sale.Light{State: sale.LightWarn, Code: sale.LightCodeAfterEmergency, Args: []string{"2026-11-25T11:00:00Z"}},
			"Аварийная ситуация в Честном знаке окончена. Проверяем, но без ответа ещё продаём. До 25.11 14:00."},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, Message{LampTone(c.l.State), "Честный знак", c.want}, Lamp(LampOnline, c.l, now))
		})
	}
}

func TestAnEmergencyIsToldWithItsEnd(t *testing.T) {
	since := time.Date(2026, 11, 22, 12, 10, 0, 0, moscow)
	until := time.Date(2026, 11, 22, 15, 0, 0, 0, moscow)
	declared := sale.EmergencyView{Phase: marking.EmergencyOn, Ends: until.AddDate(0, 0, 3),
		Emergency: marking.Emergency{Since: since, Until: until, Manual: true, By: "Петров Сергей", Reason: "Письмо оператора."}}
	require.Empty(t, EmergencyBand(sale.EmergencyView{}))
	require.Equal(t, "Аварийная ситуация в Честном знаке. Продаём без проверки. До 25.11 15:00", EmergencyBand(declared))
	require.Equal(t, Message{Attention, "Аварийная ситуация действует",
		"Объявил(а): Петров Сергей. Причина: Письмо оператора. Начало: 22.11 12:10. Конец: 22.11 15:00. Без проверки можно продавать до 25.11 15:00."},
		EmergencyState(declared))

	found := sale.EmergencyView{Phase: marking.EmergencyOn, Emergency: marking.Emergency{Since: since}}
	require.Equal(t, "Аварийная ситуация в Честном знаке. Продаём без проверки.", EmergencyBand(found))
	require.Equal(t, "Честный знак сообщил кассе сам. Начало: 22.11 12:10.", EmergencyState(found).Body)

	declared.Phase = marking.EmergencyAfter
	require.Equal(t, "После аварийной ситуации без ответа ещё продаём. До 25.11 15:00", EmergencyBand(declared))
	require.Equal(t, "Аварийная ситуация окончена", EmergencyState(declared).Headline)
}

// ki is a КИ as the journal keeps it: its serial must never be seen whole.
const ki = "0104600000000022215abcdefg"

func TestARowOfTheListOfSuspects(t *testing.T) {
	s := journal.Suspect{KI: ki, GTIN: "04600000000022", Item: "Вода", Reason: marking.ReasonExpired, Until: "2026-03-12T00:00:00.000Z",
		Origin: journal.FromSale, At: time.Date(2026, 11, 22, 14, 5, 0, 0, moscow), Till: "Касса 1", Person: "Иванова Анна"}
	require.Equal(t, "04600000000022/5ab… · 22.11 14:05 · Касса 1 · Иванова\u00a0А.", SuspectRow(s))
	require.Equal(t, "истёк срок годности: 12.03.2026", SuspectReason(s))
	s.Person, s.KI, s.Reason = "", "no code", "odd"
	require.Equal(t, "04600000000022/… · 22.11 14:05 · Касса 1", SuspectRow(s))
	require.Equal(t, "odd: 12.03.2026", SuspectReason(s))
	require.Equal(t, "Вода", ItemOr("Вода", "04600000000022"))
	require.Equal(t, "GTIN 04600000000022", ItemOr("", "04600000000022"))
	require.Equal(t, "3\u00a0экземпляра", SuspectsFound(3, 3))
	require.Equal(t, "Показано 50 из 312", SuspectsFound(50, 312))
}

func TestARowOfTheBookOfChecks(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 5, 31, 0, moscow)
	row := func(v marking.Verdict, online marking.OnlineAnswer) journal.Evidence {
		return journal.Evidence{KI: ki, GTIN: "04600000000022", At: at, Elapsed: 380 * time.Millisecond, Verdict: v, Online: online}
	}
	const head = "04600000000022/5ab… · 22.11 14:05 · "
	for _, c := range []struct {
		name       string
		e          journal.Evidence
		tone       Tone
		word, want string
	}{
		{"allowed by the centre", row(marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceOnline},
			marking.OnlineAnswer{Path: marking.PathTrueAPI}), OK, "можно", head + "Честный знак · 0,4\u00a0с"},
		{"allowed through the gateway", row(marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceOnline},
			marking.OnlineAnswer{Path: marking.PathGateway}), OK, "можно", head + "Честный знак через ТС ПИоТ · 0,4\u00a0с"},
		{"refused by the module", row(marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonBlocked, Source: marking.SourceModule},
			marking.OnlineAnswer{Path: marking.PathTrueAPI, Fault: marking.FaultTimeout}), Forbidden, "нельзя: партия запрещена", head + "модуль магазина · 0,4\u00a0с"},
		{"refused by the gateway's module", row(marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonBlocked, Source: marking.SourceModule},
			marking.OnlineAnswer{Path: marking.PathGateway, Offline: true}), Forbidden, "нельзя: партия запрещена", head + "модуль через ТС ПИоТ · 0,4\u00a0с"},
		{"sold at the shop's risk", row(marking.Verdict{Decision: marking.Unchecked, MaySell: true, Reason: marking.ReasonNoAnswer, Source: marking.SourceNone},
			marking.OnlineAnswer{}), Attention, "не проверен, разрешён", head + "никто не ответил · 0,4\u00a0с"},
		{"not sold without an answer", row(marking.Verdict{Decision: marking.Unchecked, Reason: marking.ReasonNoAnswer, Source: marking.SourceNone},
			marking.OnlineAnswer{}), Forbidden, "не проверен, запрещён", head + "никто не ответил · 0,4\u00a0с"},
		{"sold in an emergency", row(marking.Verdict{Decision: marking.Allow, MaySell: true, Reason: marking.ReasonEmergency, Source: marking.SourceEmergency},
			marking.OnlineAnswer{}), Attention, "без проверки: авария", head + "аварийная ситуация · 0,4\u00a0с"},
		{"not sold in an emergency either", row(marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonStructure, Source: marking.SourceEmergency},
			marking.OnlineAnswer{}), Forbidden, "нельзя: код повреждён", head + "аварийная ситуация · 0,4\u00a0с"},
		{"no verdict at all", row(marking.Verdict{}, marking.OnlineAnswer{}), Attention, "нет решения", head + "никто не ответил · 0,4\u00a0с"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tone, word := CheckWord(c.e.Verdict)
			require.Equal(t, c.tone, tone)
			require.Equal(t, c.word, word)
			require.Equal(t, c.want, CheckRow(c.e))
		})
	}
	require.Empty(t, CheckMarks(journal.Evidence{}))
	require.Equal(t, "поздний ответ · онлайн не успел · риск магазина", CheckMarks(journal.Evidence{Late: true, Overtime: true, Risk: true}))
}

func TestTheDetailsOfACheckNeverTellTheCode(t *testing.T) {
	e := journal.Evidence{
		At: time.Date(2026, 11, 22, 14, 5, 31, 0, moscow), KI: ki, GTIN: "04600000000022", Line: 3, Price: 45_00, Till: "Касса 1",
		Person: till.Person{Name: "Иванова Анна"}, Elapsed: 1520 * time.Millisecond, Overtime: true, Risk: true, Document: 1234,
		Verdict: marking.Verdict{Decision: marking.Unchecked, MaySell: true, Reason: marking.ReasonNoAnswer, Source: marking.SourceNone,
			Rules: "17.1", OnlineFault: marking.FaultTimeout, ModuleFault: marking.FaultUnreachable},
		Online: marking.OnlineAnswer{Site: "cdn01.crpt.ru", Fault: marking.FaultTimeout, Sent: ki, Got: ki},
		Module: marking.ModuleAnswer{Fault: marking.FaultUnreachable},
	}
	require.Equal(t, []Fact{
		{"Код", "04600000000022/5ab…"},
		{"Проверен", "22.11.2026 14:05:31 · Касса 1 · Иванова\u00a0А."},
		{"Решил", "никто не ответил · 1,5\u00a0с · онлайн не успел · риск магазина"},
		{"Честный знак", "не ответил вовремя · cdn01.crpt.ru"},
		{"Модуль", "нет связи"},
		{"Правило", "таблица 17.1"},
		{"Чек", "ФД 1234 · строка 3 · цена 45,00\u00a0₽"},
	}, CheckFacts(e))

	e.Verdict = marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceModule, Tag1265: "UUID=a&Time=1", Rules: "17.1"}
	e.Online, e.Overtime, e.Risk, e.Document, e.Price = marking.OnlineAnswer{Emergency: true}, false, false, 0, marking.NoPrice
	e.Module = marking.ModuleAnswer{ReqID: "m1", DataAt: time.Date(2026, 11, 22, 8, 40, 0, 0, moscow)}
	e.Emergency = marking.Emergency{Since: time.Date(2026, 11, 22, 12, 10, 0, 0, moscow), Reason: "Письмо", By: "Петров Сергей"}
	require.Equal(t, []Fact{
		{"Код", "04600000000022/5ab…"},
		{"Проверен", "22.11.2026 14:05:31 · Касса 1 · Иванова\u00a0А."},
		{"Решил", "модуль магазина · 1,5\u00a0с"},
		{"Честный знак", "аварийная ситуация"},
		{"Модуль", "ответил · данные 22.11 08:40"},
		{"Правило", "таблица 17.1"},
		{"Тег 1265", "UUID=a &Time=1"},
		{"Чек", "документа нет"},
		{"Авария", "с 22.11 12:10 · Письмо · Петров\u00a0С."},
	}, CheckFacts(e))
}
