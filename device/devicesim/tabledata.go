package devicesim

import (
	"fmt"
	"strconv"
)

// Registration of the simulated printer: what table 18 and the registration report say.
const (
	simUser     = "ООО «ИМИТАТОР»"
	simAddress  = "г. Москва, ул. Примерная, 1"
	simPlace    = "Магазин-имитатор"
	simOFD      = "ОФД-ИМИТАТОР"
	simOFDINN   = "0000000000"
	simOFDURL   = "ofd.example"
	simFNS      = "nalog.gov.ru"
	simTaxes    = 0x37 // every tax system but the abolished ЕНВД
	simMode     = 0x00
	simModel    = "ИМИТАТОР ШТРИХ-М"
	columns     = 40 // characters of a printed line
	ffdVersion  = 4  // ФФД 1.2 in 10.38 and 17.17
	ffdTag1209  = 4
	serverPort  = 7778
	fieldMark57 = 57 // table 1: 1 accepts any marking code
)

// rnm is the registration number (РНМ), 16 digits that no real ККТ has.
func (s *Shtrih) rnm() string { return "0000000000" + s.opts.Serial[len(s.opts.Serial)-6:] }

// number is a BIN field of one byte.
func number(name string, max uint64) field { return field{name: name, size: 1, max: max} }

// reserve are fields whose meaning the reference does not tell; they hold zero.
func reserve(from, to int) []field {
	var list []field
	for i := from; i <= to; i++ {
		list = append(list, field{name: fmt.Sprintf("Резерв %d", i), size: 1, max: 255})
	}
	return list
}

func newTable(number byte, name string, rows int, fields ...[]field) *table {
	t := &table{number: number, name: name, rows: rows, cells: map[cell][]byte{}}
	for _, f := range fields {
		t.fields = append(t.fields, f...)
	}
	return t
}

// newTables are the tables of §2.2 with their factory content.
func (s *Shtrih) newTables() []*table {
	return []*table{
		s.modeTable(), passwordTable(), textTable(), paymentTable(), taxTable(), s.coreTable(),
		s.regionalTable(), s.fiscalTable(), ofdTable(), s.exchangeTable(), netTable(),
	}
}

func (s *Shtrih) modeTable() *table {
	t := newTable(1, "Тип и режим кассы", 1,
		reserve(1, 1), []field{number("Обнуление наличности при закрытии смены", 1)},
		reserve(3, 5), []field{number("Открытие денежного ящика", 1), number("Отрезка чека", 2)},
		reserve(8, 13), []field{number("Начисление налогов", 1)},
		reserve(15, 19), []field{number("Печать чека по закрытию", 1)},
		reserve(21, 21), []field{number("Отрезка при открытом чеке", 1), number("Запрет нулевого чека", 1)},
		reserve(24, 38), []field{number("Клише после документа", 1)},
		reserve(40, 56), []field{number("Приём любого кода маркировки", 1)},
	)
	t.setNumber(1, 6, 1)
	t.setNumber(1, 7, 1)
	t.setNumber(1, 20, 1)
	return t
}

func passwordTable() *table {
	t := newTable(2, "Пароли кассиров и администраторов", 30,
		[]field{{name: "Пароль", size: 4, max: 99_999_999}, {name: "Имя", char: true, size: 21}})
	for row := 1; row <= 30; row++ {
		t.setNumber(row, 1, uint64(row))
		t.setText(row, 2, "КАССИР "+strconv.Itoa(row))
	}
	t.setText(29, 2, "АДМИНИСТРАТОР")
	t.setText(30, 2, "СИСТ. АДМИНИСТРАТОР")
	return t
}

func textTable() *table {
	t := newTable(4, "Текст в чеке", 14, []field{{name: "Строка", char: true, size: columns}})
	t.setText(1, 1, "СПАСИБО ЗА ПОКУПКУ")
	t.setText(4, 1, simPlace)
	return t
}

func paymentTable() *table {
	t := newTable(5, "Наименование типов оплаты", 16, []field{{name: "Наименование", char: true, size: columns}})
	for row := 1; row <= 16; row++ {
		t.setText(row, 1, "ЭЛЕКТРОННЫМИ "+strconv.Itoa(row))
	}
	for row, name := range map[int]string{1: "НАЛИЧНЫМИ", 2: "ЭЛЕКТРОННЫМИ", 14: "ПРЕДОПЛАТА", 15: "ПОСТОПЛАТА", 16: "ВСТРЕЧНОЕ ПРЕДОСТАВЛЕНИЕ"} {
		t.setText(row, 1, name)
	}
	return t
}

// taxTable: rows 1–6 in the order of FF45h, 7–10 and 11/12 as newer firmware has them (§2.2).
func taxTable() *table {
	rates := []struct {
		percent uint64 // in 0.01 %
		name    string
	}{
		{2000, "НДС 20%"}, {1000, "НДС 10%"}, {0, "НДС 0%"}, {0, "БЕЗ НДС"}, {2000, "НДС 20/120"}, {1000, "НДС 10/110"},
		{500, "НДС 5%"}, {700, "НДС 7%"}, {500, "НДС 5/105"}, {700, "НДС 7/107"}, {2200, "НДС 22%"}, {2200, "НДС 22/122"},
	}
	t := newTable(6, "Налоговые ставки", len(rates), []field{
		{name: "Величина налога", size: 2, max: 9999, inShift: true},
		{name: "Название налога", char: true, size: columns, inShift: true},
	})
	for i, r := range rates {
		t.setNumber(i+1, 1, r.percent)
		t.setText(i+1, 2, r.name)
	}
	return t
}

// coreTable: on the cash core the ФФД version stands in field 38 (§2.2).
func (s *Shtrih) coreTable() *table {
	if !s.opts.CashCore {
		return newTable(10, "Служебная", 1, reserve(1, 20))
	}
	t := newTable(10, "Служебная", 1, reserve(1, 37), []field{{name: "Версия ФФД", size: 1, min: 2, max: ffdVersion, inShift: true}})
	t.setNumber(1, 38, ffdVersion)
	return t
}

func (s *Shtrih) regionalTable() *table {
	fields := [][]field{
		reserve(1, 6), {number("Печать документов", 2), number("Минут до конца смены", 60)},
		reserve(9, 14), {number("Печать отменённых документов", 1)},
		reserve(16, 16), {{name: "Формат ФД", size: 1, max: ffdVersion, inShift: true}},
	}
	if s.opts.VAT20As22 {
		fields = append(fields, reserve(18, 70), []field{{name: "НДС 20% как 22%", size: 1, min: 1, max: 2}})
	}
	t := newTable(17, "Региональные настройки", 1, fields...)
	t.setNumber(1, 8, 1)
	t.setNumber(1, 17, ffdVersion)
	if s.opts.VAT20As22 {
		t.setNumber(1, 71, 1)
	}
	return t
}

func (s *Shtrih) fiscalTable() *table {
	text := func(name string, size int) field { return field{name: name, char: true, size: size, fixed: true} }
	byteOf := func(name string) field { return field{name: name, size: 1, max: 255, fixed: true} }
	operator := text("Кассир", 64)
	operator.fixed = false
	t := newTable(18, "Fiscal storage", 1, []field{
		text("Серийный номер", 16), text("ИНН", 12), text("РНМ", 20), text("Номер ФН", 16), byteOf("Системы налогообложения"),
		byteOf("Режим работы"), text("Пользователь", 100), operator, text("Адрес", 100), text("ОФД", 64),
		text("URL ОФД", 64), text("ИНН ОФД", 12), text("Сайт ФНС", 64), text("Место расчётов", 100),
	})
	for number, value := range map[int]string{
		1: s.opts.Serial, 2: s.opts.INN, 3: s.rnm(), 4: s.opts.Drive, 7: simUser, 9: simAddress,
		10: simOFD, 11: simOFDURL, 12: simOFDINN, 13: simFNS, 14: simPlace,
	} {
		t.setText(1, number, value)
	}
	t.setNumber(1, 5, simTaxes)
	t.setNumber(1, 6, simMode)
	return t
}

func ofdTable() *table {
	t := newTable(19, "Параметры ОФД", 1, []field{{name: "Сервер", char: true, size: 64}, {name: "Порт", size: 2, max: 65535}})
	t.setText(1, 1, simOFDURL)
	t.setNumber(1, 2, 7777)
	return t
}

// exchangeTable shows what FF39h tells.
func (s *Shtrih) exchangeTable() *table {
	live := func(name string, size int, value func(*Shtrih, queue) uint64) field {
		return field{name: name, size: size, max: 1<<(8*size) - 1, live: func(s *Shtrih) []byte { return appendLE(nil, value(s, s.exchange()), size) }}
	}
	return newTable(20, "Статус обмена с ОФД", 1, []field{
		live("Статус", 1, func(s *Shtrih, q queue) uint64 { return uint64(q.status(s)) }),
		live("Состояние чтения", 1, func(*Shtrih, queue) uint64 { return 0 }),
		live("Количество сообщений", 2, func(_ *Shtrih, q queue) uint64 { return uint64(q.count) }),
		live("Номер первого", 4, func(_ *Shtrih, q queue) uint64 { return uint64(q.first) }),
		{name: "Дата первого", char: true, size: 16, live: func(s *Shtrih) []byte {
			q := s.exchange()
			if q.count == 0 {
				return win1251("", 16)
			}
			return win1251(q.since.Format("02.01.2006 15:04"), 16)
		}},
		live("Последний ответ 26h", 1, func(*Shtrih, queue) uint64 { return 0 }),
		live("Последний ответ ОФД", 1, func(*Shtrih, queue) uint64 { return 0 }),
	})
}

func netTable() *table {
	t := newTable(21, "Сетевой интерфейс", 1, reserve(1, 1),
		[]field{number("Обмен с ОФД средствами ККТ", 1), number("TCP-сервер", 1), {name: "TCP-порт", size: 2, min: 1, max: 65535}})
	t.setNumber(1, 2, 1)
	t.setNumber(1, 3, 1)
	t.setNumber(1, 4, serverPort)
	return t
}
