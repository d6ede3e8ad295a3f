package texts

import (
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/till"
)

// notices has the sentence of every notice but the refused one, which is that of its code.
var notices = map[sale.NoticeCode]string{
	sale.NoticeReceiptClosed: "Чек {0} пробит[ · сдача {1}]",
	sale.NoticeShiftOpened:   "Смена {0} открыта",
	sale.NoticeShiftClosed:   "Смена[ {0}] закрыта",
	sale.NoticeCashMoved:     "Деньги учтены[: {0}]",
	sale.NoticeSuspended:     "Чек[ {0}] отложен",
	sale.NoticeRestored:      "Чек восстановлен после перезапуска",
	sale.NoticeCompleted:     "Оплаченный чек[ {0}] допечатан после перезапуска",
	sale.NoticeFoundPrinted:  "Чек[ {0}] уже был пробит. Повторно не пробивайте",
	sale.NoticeLayout:        "Сканер печатает русскими буквами – исправлено",
	sale.NoticeUnchecked:     "[«{0}»: ]проверить код не удалось. Продажа разрешена правилами магазина, запись сделана",
	sale.NoticeUnknownItem:   "Товар не найден[: {0}]",
	sale.NoticeScanInStop:    "Сначала закройте сообщение",
	sale.NoticeModuleAway:    "Модуль магазина не отвечает. Проверка только онлайн",
	sale.NoticePaperOwed:     "Чек оформлен. Замените бумагу – копия допечатается",
	sale.NoticeQuarantine:    "Карантин[: «{0}»][ – {1}]",
	sale.NoticeEmergency:     "Аварийная ситуация в Честном знаке. Продаём без проверки",
	sale.NoticeEmergencyOver: "Аварийная ситуация в Честном знаке окончена",
	sale.NoticeLateRefused:   "[«{0}»: ]Честный знак ответил после продажи – продавать было нельзя. Сообщите старшему",
}

// sums are the notices whose named argument is a sum in kopecks.
var sums = map[sale.NoticeCode]int{
	sale.NoticeReceiptClosed: 1,
	sale.NoticeCashMoved:     0,
}

// Notice is the news of a snapshot in one line.
func Notice(n sale.Notice) (Tone, string) {
	tone := Attention
	if n.Good {
		tone = OK
	}
	if n.Code == sale.NoticeRefused && len(n.Args) > 0 {
		m := Refusal(till.Code(n.Args[0]), n.Args[1:]...)
		return m.Tone, m.Line()
	}
	args := n.Args
	if n.Code == sale.NoticeQuarantine && len(args) > 1 {
		args = []string{args[0], ReasonWords(marking.Reason(args[1]))}
	}
	if i, ok := sums[n.Code]; ok && i < len(args) {
		args = append([]string(nil), args...)
		args[i] = writtenSum(args[i])
	}
	return tone, fill(notices[n.Code], args)
}

// writtenSum turns the engine's "145.10" into «145,10 ₽»; no change to give is nothing to say.
func writtenSum(s string) string {
	k, err := money.ParseKopecks(s)
	if err != nil {
		return s
	}
	if k == 0 {
		return ""
	}
	return Money(k)
}
