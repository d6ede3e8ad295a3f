package uitest

import (
	"strconv"
	"time"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/till"
)

// Noon is the time on every clock of the samples.
var Noon = time.Date(2026, 11, 22, 14, 32, 0, 0, time.FixedZone("MSK", 3*3600))

// Goods is a small shop in the order of its tiles.
func Goods() []till.Item {
	rows := []struct {
		name, category string
		price          money.Kopecks
		measure        till.Measure
		group          marking.ProductGroup
	}{
		{"Хлеб бородинский 400 г", "Хлеб", 52_00, till.Piece, 0},
		{"Батон нарезной", "Хлеб", 44_00, till.Piece, 0},
		{"Лаваш тонкий", "Хлеб", 69_00, till.Piece, 0},
		{"Пирожок с капустой", "Хлеб", 39_00, till.Piece, 0},
		{"Круассан", "Хлеб", 75_00, till.Piece, 0},
		{"Бананы", "Овощи и фрукты", 129_90, till.Kilogram, 0},
		{"Яблоки Гала", "Овощи и фрукты", 150_00, till.Kilogram, 0},
		{"Огурцы", "Овощи и фрукты", 189_00, till.Kilogram, 0},
		{"Помидоры розовые", "Овощи и фрукты", 249_00, till.Kilogram, 0},
		{"Картофель мытый", "Овощи и фрукты", 54_90, till.Kilogram, 0},
		{"Кофе с собой 300 мл", "Кофе", 180_00, till.Piece, 0},
		{"Чай с собой", "Кофе", 90_00, till.Piece, 0},
		{"Пакет-майка", "Пакеты", 5_00, till.Piece, 0},
		{"Пакет большой", "Пакеты", 12_00, till.Piece, 0},
		{"Зажигалка", "Пакеты", 35_00, till.Piece, 0},
		{"Вода «Родник» 0,5 л", "Вода", 45_00, till.Piece, marking.Water},
		{"Молоко «Домик» 3,2 % 1 л", "Молоко", 89_90, till.Piece, marking.Milk},
		{"Кефир «Домик» 1 % 900 г с очень длинным названием, которое не помещается", "Молоко", 79_90, till.Piece, marking.Milk},
	}
	goods := make([]till.Item, len(rows))
	for i, r := range rows {
		goods[i] = till.Item{
			ID: "g" + strconv.Itoa(i+1), Name: r.name, Category: r.category, Price: r.price, HasPrice: true,
			VAT: money.VAT10, Measure: r.measure, Group: r.group, Tile: true, Barcodes: []string{strconv.Itoa(4600000000000 + i)},
		}
	}
	return goods
}

// People who may log in.
func People(n int) []till.Person {
	names := []string{"Иванова Анна", "Петров Сергей", "Ким Ольга", "Сидоров Иван", "Ахметова Лейла", "Новиков Пётр",
		"Константинопольская Александра", "Ли Вера", "Орлов Глеб", "Шах Рита", "Юн Ада", "Ясный Лев"}
	people := make([]till.Person, n)
	for i := range people {
		people[i] = till.Person{ID: "p" + strconv.Itoa(i+1), Name: names[i%len(names)]}
	}
	return people
}

// base is what every sample shares.
func base(step sale.Step) sale.Snapshot {
	ok := sale.Light{State: sale.LightOK, Code: sale.LightCodeReady}
	cashier := People(1)[0]
	return sale.Snapshot{
		Step: step, At: Noon, TillName: "Касса 1", Organisation: "ООО «Ромашка»", People: People(6), Cashier: &cashier,
		Shift:  sale.ShiftView{Known: true, Open: true, Number: 42, OpenedAt: Noon.Add(-190 * time.Minute), Totals: totals()},
		Lights: sale.Lights{Printer: ok, Online: ok, Module: ok},
	}
}

func totals() till.Shift {
	return till.Shift{
		Number: 42, SalesCash: 48_250_50, SalesCard: 131_902_00, ReturnsCash: 1_250_00, CashIn: 5_000_00, CashOut: 30_000_00, Receipts: 217,
	}
}

// Starting is a till that finds out what its last run left.
func Starting() sale.Snapshot {
	s := base(sale.StepStarting)
	s.Cashier, s.Shift = nil, sale.ShiftView{}
	s.Lights = sale.Lights{
		Printer: sale.Light{State: sale.LightWait, Code: sale.LightCodeAsking},
		Online:  sale.Light{State: sale.LightWait, Code: sale.LightCodeAsking},
		Module:  sale.Light{State: sale.LightUnset, Code: sale.LightCodeNotSetUp},
	}
	return s
}

// Login is a locked till.
func Login(people int) sale.Snapshot {
	s := base(sale.StepLogin)
	s.Cashier, s.People = nil, People(people)
	s.Shift.Open = false
	return s
}

// ShiftClosed is a till that needs a shift.
func ShiftClosed() sale.Snapshot {
	s := base(sale.StepShift)
	s.Shift.Open = false
	return s
}

// ShiftExpired is a till whose shift is over 24 hours old.
func ShiftExpired() sale.Snapshot {
	s := base(sale.StepShift)
	s.Shift.Expired, s.Shift.OpenedAt = true, Noon.Add(-25*time.Hour)
	return s
}

// Empty is a till waiting for the first scan.
func Empty() sale.Snapshot { return base(sale.StepSale) }

// line makes a line of a sample.
func line(no int, name string, price money.Kopecks, quantity money.Millis) till.Line {
	return till.Line{No: no, ItemID: "g" + strconv.Itoa(no), Name: name, Price: price, Quantity: quantity, VAT: money.VAT10}
}

// marked makes it a marked one.
func marked(l till.Line, state till.MarkState, source marking.Source, took time.Duration) till.Line {
	l.Group, l.MarkState, l.CheckTime = marking.Milk, state, took
	l.Verdict = marking.Verdict{Decision: marking.Allow, MaySell: true, Source: source}
	if source == marking.SourceModule {
		l.Verdict.DataAt = Noon.Add(-30 * time.Hour)
	}
	return l
}

// Sale is the receipt of the design's picture.
func Sale() sale.Snapshot {
	apples := line(4, "Яблоки Гала", 150_00, 1254)
	apples.Measure = till.Kilogram
	bread := line(6, "Хлеб бородинский 400 г", 52_00, 2000)
	bread.Percent, bread.Discount = 1000, 10_40
	s := base(sale.StepSale)
	s.Receipt = &till.Receipt{
		ID: "r118", Kind: till.Sale, Number: 118, Shift: 42, State: till.Open,
		Lines: []till.Line{
			marked(line(1, "Молоко «Домик» 3,2 % 1 л", 89_90, 1000), till.MarkAllowed, marking.SourceOnline, 310*time.Millisecond),
			marked(line(2, "Молоко «Домик» 3,2 % 1 л", 89_90, 1000), till.MarkAllowed, marking.SourceOnline, 220*time.Millisecond),
			line(3, "Пакет-майка", 5_00, 1000),
			apples,
			marked(line(5, "Вода «Родник» 0,5 л", 45_00, 1000), till.MarkAllowed, marking.SourceModule, 12*time.Millisecond),
			bread,
		},
	}
	s.Selected = 6
	return s
}

// Checking is a receipt whose last line is being checked while the centre is away.
func Checking() sale.Snapshot {
	s := Sale()
	s.Receipt.Lines = append(s.Receipt.Lines, marked(line(7, "Вода «Родник» 0,5 л", 45_00, 1000), till.MarkChecking, 0, 0))
	s.Selected = 7
	s.Lights.Online = sale.Light{State: sale.LightWarn, Code: marking.FaultTimeout.String(), Since: Noon.Add(-30 * time.Minute)}
	s.Lights.Queue = 3
	return s
}

// Long is a receipt of many lines with long words and large sums.
func Long() sale.Snapshot {
	s := Sale()
	for no := 7; no <= 40; no++ {
		l := line(no, "Набор подарочный «Новогодний сюрприз» с очень длинным названием 1,5 кг", 12_345_67, 99_000)
		if no%3 == 0 {
			l = marked(line(no, "Сыр «Деревенский» полутвёрдый из топлёного молока, фасованный", 1_749_90, 1000), till.MarkUnchecked, marking.SourceNone, 0)
		}
		s.Receipt.Lines = append(s.Receipt.Lines, l)
	}
	s.Selected = 40
	s.Cashier.Name = "Константинопольская Александра Владимировна"
	s.Emulated = true
	s.Suspended = Suspended().Suspended
	return s
}

// Refused is a stop: the shop has sold this unit already.
func Refused() sale.Snapshot {
	s := Sale()
	s.Stop = &sale.Stop{
		Code: till.MarkForbidden, Item: "Вода «Родник» 0,5 л", Line: 7, Masked: "04600000000022/5ab…", Elapsed: 120 * time.Millisecond,
		Verdict: &marking.Verdict{Decision: marking.Forbid, Reason: marking.ReasonSoldHere, Source: marking.SourceModule,
			DataAt: Noon.Add(-6 * time.Hour), OnlineFault: marking.FaultTimeout},
	}
	return s
}

// Wanted asks for the marking code of a marked item.
func Wanted() sale.Snapshot {
	s := Sale()
	item := Goods()[15]
	s.Stop = &sale.Stop{Code: till.MarkWanted, Item: item.Name, Wanted: &item}
	return s
}

// UnknownItem is a barcode that no item has.
func UnknownItem() sale.Snapshot {
	s := Sale()
	s.Stop = &sale.Stop{Code: till.ItemUnknown, Args: []string{"4601234567890"}}
	return s
}

// Printing is a receipt on its way to the printer since a while ago.
func Printing(since time.Duration) sale.Snapshot {
	s := Sale()
	s.Step, s.Receipt.State = sale.StepPrinting, till.Printing
	s.Receipt.Payments = []till.Payment{{No: 1, Kind: till.Cash, Kopecks: 1000_00}}
	s.Printing = sale.Printing{Active: true, Kind: "sale", Since: Noon.Add(-since)}
	return s
}

// Unclear is a receipt whose document's fate is not known.
func Unclear() sale.Snapshot {
	s := Printing(7 * time.Second)
	s.Step, s.Receipt.State = sale.StepUnknown, till.Unknown
	return s
}

// Part is a receipt of which a part is paid by card.
func Part() sale.Snapshot {
	s := Sale()
	s.Step, s.Receipt.State = sale.StepPayment, till.Paying
	s.Receipt.Payments = []till.Payment{{No: 1, Kind: till.Card, Kopecks: 200_00}}
	return s
}

// PaidNotPrinted is a paid receipt that the printer refused: no paper.
func PaidNotPrinted() sale.Snapshot {
	s := Sale()
	s.Step, s.Receipt.State, s.Receipt.Failure = sale.StepPayment, till.Paid, till.PrinterPaper
	s.Receipt.Payments = []till.Payment{{No: 1, Kind: till.Cash, Kopecks: 1000_00}}
	s.Lights.Printer = sale.Light{State: sale.LightStop, Code: string(till.PrinterPaper)}
	return s
}

// Closed is the till after a sale for cash: the change stays to be read.
func Closed() sale.Snapshot {
	s := Empty()
	s.Last = &sale.LastDocument{
		Kind: "sale", ReceiptID: "r118", Number: 118, Total: 511_50, Given: 1000_00, Change: 488_50,
		Slip: []string{
			"          ООО «Ромашка»", "       ИНН 7700000009", "        КАССОВЫЙ ЧЕК", "           ПРИХОД", "",
			"Молоко «Домик» 3,2 % 1 л", "  1 × 89,90              = 89,90", "  НДС 10 %                 8,17",
			"Хлеб бородинский 400 г", "  2 × 52,00 скидка 10 %  = 93,60", "", "ИТОГ                   = 511,50",
			"  НАЛИЧНЫМИ            = 1000,00", "  СДАЧА                = 488,50", "", "СМЕНА 42            ЧЕК 118",
			"22.11.2026 14:32", "ФН 9999078900001234", "ФД 5031    ФП 1234567890", "", "      НЕ ЯВЛЯЕТСЯ ЧЕКОМ",
		},
	}
	s.Notice = sale.Notice{Seq: 1, Good: true, Code: sale.NoticeReceiptClosed, Args: []string{"118", "488.50"}}
	return s
}

// Suspended is an empty till with receipts put aside.
func Suspended() sale.Snapshot {
	s := Empty()
	s.Suspended = []sale.SuspendedView{
		{ID: "s1", Number: 116, At: Noon.Add(-40 * time.Minute), Cashier: "Иванова Анна", Total: 1_250_00, First: "Молоко «Домик» 3,2 % 1 л, Хлеб бородинский"},
		{ID: "s2", Number: 117, At: Noon.Add(-12 * time.Minute), Cashier: "Петров Сергей", Total: 900_00, First: "Корм для кошек «Мур» 1,5 кг с лососем и рисом, Наполнитель древесный, Миска, Игрушка", Comment: "забыл карту"},
	}
	return s
}

// AskedAge asks whether the customer is old enough.
func AskedAge() sale.Snapshot {
	s := Sale()
	item := till.Item{ID: "g90", Name: "Пиво «Пристань» светлое 0,5 л", Price: 94_00, HasPrice: true, VAT: money.VAT22, MinAge: 18}
	s.Stop = &sale.Stop{Code: till.ItemNeedsAge, Args: []string{item.Name, "18"}, Item: item.Name, Asked: &item}
	return s
}
