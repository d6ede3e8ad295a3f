package texts

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
)

func TestNumbersAreWrittenTheRussianWay(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"kopecks are always shown", Money(511_50), "511,50\u00a0₽"},
		{"thousands are parted by a thin space", Money(1_234_567_89), "1\u202f234\u202f567,89\u00a0₽"},
		{"nothing is 0,00", Sum(0), "0,00"},
		{"a negative sum has a dash", Sum(-10_40), "–10,40"},
		{"less than a rouble", Sum(5), "0,05"},
		{"a banknote has no kopecks", Banknote(1000_00), "1\u202f000\u00a0₽"},
		{"a key with kopecks shows them", Banknote(511_50), "511,50\u00a0₽"},
		{"pieces are plain", Quantity(2000, till.Piece), "2"},
		{"kilograms have three places at most", Quantity(1254, till.Kilogram), "1,254\u00a0кг"},
		{"whole litres", Quantity(3000, till.Litre), "3\u00a0л"},
		{"a whole percent", Percent(1000), "10\u00a0%"},
		{"half a percent", Percent(750), "7,5\u00a0%"},
		{"a quarter", Percent(1225), "12,25\u00a0%"},
		{"seconds", Seconds(4200 * time.Millisecond), "4\u00a0с"},
		{"a wait is rounded up", WaitSeconds(3100 * time.Millisecond), "4\u00a0с"},
		{"a wait that is over", WaitSeconds(0), "0\u00a0с"},
		{"tenths are rounded", Tenths(380 * time.Millisecond), "0,4\u00a0с"},
		{"minutes", Age(10 * time.Minute), "10\u00a0мин"},
		{"hours", Age(190 * time.Minute), "3\u00a0ч 10\u00a0мин"},
		{"days", Age(52 * time.Hour), "2\u00a0сут 4\u00a0ч"},
		{"a clock that went back", Age(-time.Hour), "0\u00a0мин"},
		{"a price by the kilogram", Price(till.Item{Price: 150_00, HasPrice: true, Measure: till.Kilogram}), "150,00 / кг"},
		{"a price by the piece", Price(till.Item{Price: 52_00, HasPrice: true}), "52,00"},
		{"no price", Price(till.Item{}), "нет цены"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, c.got) })
	}
}

func TestWordsFollowTheirNumber(t *testing.T) {
	for n, want := range map[int]string{
		0: "позиций", 1: "позиция", 2: "позиции", 4: "позиции", 5: "позиций", 11: "позиций", 12: "позиций", 14: "позиций",
		21: "позиция", 22: "позиции", 25: "позиций", 101: "позиция", 111: "позиций", 112: "позиций", 122: "позиции", -1: "позиция",
	} {
		require.Equal(t, want, Plural(n, "позиция", "позиции", "позиций"), n)
	}
}

func TestNames(t *testing.T) {
	for full, want := range map[string][2]string{
		"Иванова Анна":         {"Иванова\u00a0А.", "ИА"},
		"Иванова Анна Юрьевна": {"Иванова\u00a0А.\u00a0Ю.", "ИА"},
		"старший":              {"старший", "С"},
		"":                     {"", ""},
	} {
		require.Equal(t, want, [2]string{ShortName(full), Initials(full)}, full)
	}
}

func TestGapsOfASentence(t *testing.T) {
	for _, c := range []struct {
		name, sentence string
		args           []string
		want           string
	}{
		{"a gap takes its argument", "Чек {0} пробит", []string{"118"}, "Чек 118 пробит"},
		{"a part whose gap is empty goes", "Чек {0} пробит[ · сдача {1}]", []string{"118"}, "Чек 118 пробит"},
		{"a part with its argument stays", "Чек {0} пробит[ · сдача {1}]", []string{"118", "5"}, "Чек 118 пробит · сдача 5"},
		{"an empty argument is none", "Товар не найден[: {0}]", []string{""}, "Товар не найден"},
		{"an argument that looks like a gap is no gap", "«{0}» и «{1}»", []string{"{1}", "б"}, "«{1}» и «б»"},
		{"brackets in an argument stay", "Товар[: {0}]", []string{"[x]"}, "Товар: [x]"},
		{"a decimal point becomes a comma", "Слишком много: {0}", []string{"1.254"}, "Слишком много: 1,254"},
		{"a point in words stays", "Код {0}", []string{"а.б"}, "Код а.б"},
		{"no arguments at all", "Чек{0}", nil, "Чек"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, fill(c.sentence, c.args)) })
	}
}

func TestAnErrorIsToldByItsCode(t *testing.T) {
	wrapped := fmt.Errorf("scan: %w", till.Fail(till.MarkRepeated, "3"))
	require.Equal(t, Message{Attention, "Этот код уже есть в чеке, строка 3", "Отсканируйте другой экземпляр."}, Error(wrapped))
	require.Equal(t, "Не получилось. Повторите. Если не помогло, позовите администратора.", Error(errors.New("boom")).Line())
	require.Contains(t, Refusal("no-such-code").Body, "no-such-code")
	require.Equal(t, "Неверный ПИН. Осталось попыток: 2.", Error(till.Fail(till.LoginWrong, "2")).Line())
	require.Equal(t, "Неверный ПИН", Refusal(till.LoginWrong).Headline)
}

func TestVerdicts(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 40, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		v    marking.Verdict
		want string
	}{
		{"allowed online", marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceOnline},
			"Продавать можно. Проверено в Честном знаке."},
		{"allowed by the module", marking.Verdict{Decision: marking.Allow, MaySell: true, Source: marking.SourceModule, DataAt: at},
			"Продавать можно. Проверено офлайн. Данные от 21.11 08:40."},
		{"sold", marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSold, Source: marking.SourceOnline},
			"Продавать нельзя. Этот экземпляр уже продан или выведен из оборота. Возьмите другой экземпляр."},
		{"expired, with its day", marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonExpired, Until: "2026-03-12T00:00:00.000Z"},
			"Продавать нельзя. Истёк срок годности: 12.03.2026. Снимите товар с продажи."},
		{"expired, the day in another form", marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonExpired, Until: "весной"},
			"Продавать нельзя. Истёк срок годности: весной. Снимите товар с продажи."},
		{"the price of the pack", marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonPriceNotMRP, Limit: 135_00},
			"Продавать нельзя. Цена не совпадает с ценой на пачке (МРЦ 135,00\u00a0₽). Позовите товароведа."},
		{"nobody answered, the shop sells", marking.Verdict{Decision: marking.Unchecked, MaySell: true, Reason: marking.ReasonNoAnswer},
			"Проверить код не удалось. Продажа разрешена правилами магазина, запись сделана."},
		{"nobody answered, the shop does not sell", marking.Verdict{Decision: marking.Unchecked, Reason: marking.ReasonNoAnswer},
			"Проверить код не удалось. Продажа запрещена правилами магазина."},
		{"emergency", marking.Verdict{Decision: marking.Allow, MaySell: true, Reason: marking.ReasonEmergency, Source: marking.SourceEmergency},
			"Аварийная ситуация в Честном знаке: продажа без проверки разрешена."},
		{"no verdict yet", marking.Verdict{}, "Код не проверялся."},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, Verdict(c.v)) })
	}
}

func TestAStopSaysWhoSaidSoAndHowFresh(t *testing.T) {
	s := sale.Stop{
		Code: till.MarkForbidden, Masked: "04600000000022/5ab…", Elapsed: 120 * time.Millisecond,
		Verdict: &marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSoldHere, Source: marking.SourceModule,
			DataAt: time.Date(2026, 11, 22, 8, 40, 0, 0, time.UTC), OnlineFault: marking.FaultTimeout},
	}
	require.Equal(t, Message{Forbidden, "Продавать нельзя", "Этот экземпляр уже продан в этом магазине. Возьмите другой экземпляр."}, Stop(s))
	require.Equal(t, "Проверено по модулю магазина · данные 22.11 08:40 · 0,1\u00a0с · код\u00a004600000000022/5ab…", Details(s))
	require.Equal(t, "код сообщения M-02 · причина sold-here · Честный знак: не ответил вовремя", Technical(s))
	s.Verdict.Rule, s.Verdict.Rules = "module-sold", "17.1"
	require.Contains(t, Technical(s), "правило module-sold, таблица 17.1")
	require.Empty(t, Details(sale.Stop{Code: till.ItemUnknown}))
}

func TestTheStateOfALine(t *testing.T) {
	allowed := func(source marking.Source) till.Line {
		return till.Line{MarkState: till.MarkAllowed, CheckTime: 380 * time.Millisecond, Verdict: marking.Verdict{
			Source: source, DataAt: time.Date(2026, 11, 21, 8, 40, 0, 0, time.UTC)}}
	}
	for _, c := range []struct {
		name    string
		line    till.Line
		waited  time.Duration
		tone    Tone
		longest string
	}{
		{"a plain item has none", till.Line{}, 0, 0, ""},
		{"a code is needed", till.Line{MarkState: till.MarkNeeded}, 0, Attention, "нужен код"},
		{"the centre is asked", till.Line{MarkState: till.MarkChecking}, 800 * time.Millisecond, Wait, "спрашиваем Честный знак… 0,8\u00a0с"},
		{"then the module", till.Line{MarkState: till.MarkChecking}, 1600 * time.Millisecond, Wait, "нет ответа, проверяем по модулю магазина… 1,6\u00a0с"},
		{"online", allowed(marking.SourceOnline), 0, OK, "онлайн 0,4\u00a0с"},
		{"offline, with the age of the data", allowed(marking.SourceModule), 0, OK, "офлайн, данные от 21.11 08:40"},
		{"in an emergency", allowed(marking.SourceEmergency), 0, Attention, "без проверки: авария Честного знака"},
		{"not checked", till.Line{MarkState: till.MarkUnchecked}, 0, Attention, "не проверен"},
		{"refused", till.Line{MarkState: till.MarkRefused}, 0, Forbidden, "продавать нельзя"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tone, words := MarkState(c.line, c.waited)
			require.Equal(t, c.tone, tone)
			if c.longest == "" {
				require.Empty(t, words)
				return
			}
			require.Equal(t, c.longest, words[0])
			for i := 1; i < len(words); i++ {
				require.Less(t, len(words[i]), len(words[i-1]), "each form is shorter than the one before")
			}
		})
	}
}

func TestNotices(t *testing.T) {
	for _, c := range []struct {
		name string
		n    sale.Notice
		tone Tone
		want string
	}{
		{"a receipt with change", sale.Notice{Good: true, Code: sale.NoticeReceiptClosed, Args: []string{"118", "145.10"}}, OK, "Чек 118 пробит · сдача 145,10\u00a0₽"},
		{"a receipt without change", sale.Notice{Good: true, Code: sale.NoticeReceiptClosed, Args: []string{"118", "0.00"}}, OK, "Чек 118 пробит"},
		{"a refused command", sale.Notice{Code: sale.NoticeRefused, Args: []string{string(till.ShiftClosed)}}, Attention, "Смена закрыта. Откройте смену."},
		{"a refused command with its arguments", sale.Notice{Code: sale.NoticeRefused, Args: []string{string(till.QuantityLarge), "130"}}, Attention,
			"Слишком много: 130. В одной строке – не больше 99 шт. или 30 кг. Проверьте, не код ли это."},
		{"an advice of the check of the stock", sale.Notice{Code: sale.NoticeQuarantine, Args: []string{"Вода «Родник»", "expired"}}, Attention,
			"Карантин: «Вода «Родник»» – истёк срок годности"},
		{"an answer that came after the sale", sale.Notice{Code: sale.NoticeLateRefused, Args: []string{"Сыр"}}, Attention,
			"«Сыр»: Честный знак ответил после продажи – продавать было нельзя. Сообщите старшему"},
		{"money was moved", sale.Notice{Good: true, Code: sale.NoticeCashMoved, Args: []string{"1000.00"}}, OK, "Деньги учтены: 1\u202f000,00\u00a0₽"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tone, got := Notice(c.n)
			require.Equal(t, c.tone, tone)
			require.Equal(t, c.want, got)
		})
	}
}

func TestLights(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 32, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		kind LampKind
		l    sale.Light
		want Message
	}{
		{"well", LampPrinter, sale.Light{State: sale.LightOK, Code: sale.LightCodeReady}, Message{OK, "Касса", "Работает."}},
		{"the printer has no paper", LampPrinter, sale.Light{State: sale.LightStop, Code: string(till.PrinterPaper)},
			Message{Forbidden, "Касса", "Нет бумаги в кассе. Замените ленту – печать продолжится."}},
		{"the centre is silent for half an hour", LampOnline, sale.Light{State: sale.LightWarn, Code: marking.FaultTimeout.String(), Since: now.Add(-30 * time.Minute)},
			Message{Attention, "Честный знак", "Не ответил вовремя. Маркированный товар проверяем по модулю магазина. Так уже 30\u00a0мин."}},
		{"the module is locked", LampModule, sale.Light{State: sale.LightStop, Code: marking.FaultStale.String()},
			Message{Forbidden, "Модуль", "Модуль заблокирован: больше 72 часов без связи. Маркированный товар офлайн продать нельзя."}},
		{"not set up", LampModule, sale.Light{Code: sale.LightCodeNotSetUp}, Message{Attention, "Модуль", "Модуль не настроен на этой кассе. Позовите администратора."}},
		{"an unknown code is not hidden", LampModule, sale.Light{State: sale.LightWarn, Code: "odd"}, Message{Attention, "Модуль", "Состояние: odd."}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, Lamp(c.kind, c.l, now)) })
	}
}

func TestTheQuestionOfAgeNamesTheLatestBirthday(t *testing.T) {
	today := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	m, born := AskAge([]string{"Пиво", "18"}, today)
	require.Equal(t, "Покупателю есть 18\u00a0лет?", m.Headline)
	require.Equal(t, "22.11.2008", born)
	m, born = AskAge([]string{"Энергетик", "21"}, today)
	require.Equal(t, "Покупателю есть 21\u00a0год?", m.Headline)
	require.Equal(t, "22.11.2005", born)
}

func TestSuspendedReceiptsAreCountedBeforeAShiftIsClosed(t *testing.T) {
	rows := []sale.SuspendedView{{Total: 1_250_00}, {Total: 900_00}}
	require.Equal(t, "2\u00a0отложенных чека на 2\u202f150,00\u00a0₽ – до следующей смены.", SuspendedWarning(rows))
	require.Equal(t, "Показано 50 из 12\u202f480", Found(50, 12480))
}
