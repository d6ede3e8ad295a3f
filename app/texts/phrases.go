package texts

import (
	"strconv"
	"time"

	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/till"
)

// ReceiptTitle stands over the lines: «Чек № 118 · 7 позиций».
func ReceiptTitle(r *till.Receipt) string {
	word := "Чек № "
	if r.Kind == till.Return {
		word = "Возврат, чек № "
	}
	return word + strconv.Itoa(r.Number) + " · " + Count(r.Positions(), "позиция", "позиции", "позиций")
}

// ReceiptDone is said of a closed receipt: «Чек № 118 пробит».
func ReceiptDone(number int) string { return "Чек № " + strconv.Itoa(number) + " пробит" }

// CancelBody says what will be lost with a receipt.
func CancelBody(r *till.Receipt) string {
	return Count(r.Positions(), "позиция", "позиции", "позиций") + " на " + Money(r.Total()) + ". Вернуть чек будет нельзя."
}

// ShiftAge is the shift of the status bar: «Смена 42 · 3 ч 10 мин».
func ShiftAge(s sale.ShiftView, now time.Time) string {
	return ShiftNumber(s) + " · " + Age(now.Sub(s.OpenedAt))
}

// ShiftNumber is the short form: «Смена 42».
func ShiftNumber(s sale.ShiftView) string { return "Смена " + strconv.Itoa(s.Number) }

// PageOf counts pages: «2 из 3».
func PageOf(page, pages int) string { return strconv.Itoa(page) + " из " + strconv.Itoa(pages) }

// Found says how much of a search's result is shown: «Показано 50 из 312».
func Found(shown, total int) string {
	return "Показано " + strconv.Itoa(shown) + " из " + grouped(uint64(max(0, total)))
}

// SuspendedWarning is said before a shift is closed: «3 отложенных чека на 2 150,00 ₽ останутся до следующей смены.»
func SuspendedWarning(rows []sale.SuspendedView) string {
	var sum money.Kopecks
	for _, r := range rows {
		sum += r.Total
	}
	return Count(len(rows), "отложенный чек", "отложенных чека", "отложенных чеков") + " на " + Money(sum) + " – до следующей смены."
}

// LineDiscount is the discount of a line: «скидка 10 %», or the sum when it was not given by percent.
func LineDiscount(l till.Line) string {
	if l.Percent > 0 {
		return "скидка " + Percent(l.Percent)
	}
	return "скидка " + Sum(l.Discount)
}

// documents are the names of fiscal documents by the text of fiscal.Kind.
var documents = map[string]string{
	"open-shift": "Открытие смены", "sale": "Чек", "return": "Чек возврата", "correction": "Чек коррекции",
	"cash-in": "Внесение", "cash-out": "Изъятие", "x": "X-отчёт", "close-shift": "Закрытие смены",
}

// Document is the name of a fiscal document by the text of fiscal.Kind.
func Document(kind string) string {
	if name, ok := documents[kind]; ok {
		return name
	}
	return "Документ"
}

// Printing says which document is on its way, by the text of fiscal.Kind.
func Printing(kind string) string {
	switch kind {
	case "sale", "return", "correction":
		return WaitReceipt
	}
	return WaitDocument
}

// SuspendedRow says which receipt was put aside, when and by whom: «Чек № 117 · 21.11 14:02 · Иванова А.»
func SuspendedRow(v sale.SuspendedView) string {
	s := "Чек № " + strconv.Itoa(v.Number) + " · " + Moment(v.At) + " · " + ShortName(v.Cashier)
	if v.Comment != "" {
		s += " · " + v.Comment
	}
	return s
}

// AskAge asks whether the customer is old enough for an item, and says the latest day of birth that will do.
// Args are those of a stop with till.ItemNeedsAge: name, years.
func AskAge(args []string, today time.Time) (m Message, born string) {
	years := 18
	if len(args) > 1 {
		if n, err := strconv.Atoi(args[1]); err == nil {
			years = n
		}
	}
	m = Message{Attention, "Покупателю есть " + Count(years, "год", "года", "лет") + "?", "Проверьте документ. Родился не позже:"}
	return m, today.AddDate(-years, 0, 0).Format("02.01.2006")
}
