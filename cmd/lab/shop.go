package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// product is a family of goods: every brand in every size is an item.
type product struct {
	category string
	group    marking.ProductGroup
	vat      money.VATRate
	name     string
	brands   []string
	sizes    []string
	price    money.Kopecks // of the first brand in the first size; the others cost a little more
	tile     bool          // the first size of each brand stands among the tiles
	measure  till.Measure
	noPieces bool
	minAge   int
	minPrice money.Kopecks
}

// simpleGoods sell by the piece on one scan: no weight, age, hour or price-floor rule (shop.csv).
var simpleGoods = []product{
	{category: "Молоко", group: marking.Milk, vat: money.VAT10, name: "Молоко", brands: []string{"«Домик» 2,5 %", "«Домик» 3,2 %", "«Луговое» 2,5 %", "«Луговое» 3,2 %"}, sizes: []string{"1 л", "0,5 л"}, price: 8990, tile: true},
	{category: "Молоко", group: marking.Milk, vat: money.VAT10, name: "Кефир", brands: []string{"«Домик» 1 %", "«Домик» 3,2 %", "«Луговой» 2,5 %"}, sizes: []string{"1 л", "0,5 л"}, price: 9450},
	{category: "Молоко", group: marking.Milk, vat: money.VAT10, name: "Йогурт", brands: []string{"«Ягодка» клубника", "«Ягодка» черника", "«Ягодка» персик", "«Ягодка» вишня"}, sizes: []string{"125 г", "290 г"}, price: 3990},
	{category: "Молоко", group: marking.Milk, vat: money.VAT10, name: "Сметана", brands: []string{"«Домик» 15 %", "«Домик» 20 %", "«Луговая» 20 %"}, sizes: []string{"200 г", "400 г"}, price: 7490},
	{category: "Молоко", group: marking.Milk, vat: money.VAT10, name: "Творог", brands: []string{"«Домик» 5 %", "«Домик» 9 %", "«Луговой» 9 %"}, sizes: []string{"200 г", "350 г"}, price: 10900},
	{category: "Вода и соки", group: marking.Water, vat: money.VAT22, name: "Вода", brands: []string{"«Родник» без газа", "«Родник» газированная", "«Исток» без газа", "«Исток» газированная"}, sizes: []string{"0,5 л", "1,5 л", "5 л"}, price: 4500, tile: true},
	{category: "Вода и соки", group: marking.SoftDrinks, vat: money.VAT22, name: "Лимонад", brands: []string{"«Ситро»", "«Тархун»", "«Дюшес»", "«Кола дворовая»"}, sizes: []string{"0,5 л", "1 л"}, price: 6900},
	{category: "Вода и соки", group: marking.SoftDrinks, vat: money.VAT22, name: "Сок", brands: []string{"«Сад» яблоко", "«Сад» апельсин", "«Сад» томат", "«Сад» вишня"}, sizes: []string{"0,2 л", "1 л"}, price: 4200},
	{category: "Хлеб", vat: money.VAT10, name: "Хлеб", brands: []string{"бородинский", "дарницкий", "пшеничный", "с отрубями"}, sizes: []string{"400 г", "700 г"}, price: 5200, tile: true},
	{category: "Хлеб", vat: money.VAT10, name: "Батон", brands: []string{"нарезной", "молочный"}, sizes: []string{"350 г"}, price: 4400, tile: true},
	{category: "Хлеб", vat: money.VAT10, name: "Лаваш", brands: []string{"тонкий", "грузинский"}, sizes: []string{"200 г"}, price: 6900, tile: true},
	{category: "Хлеб", vat: money.VAT10, name: "Пирожок", brands: []string{"с капустой", "с картофелем", "с яблоком"}, sizes: []string{"90 г"}, price: 3900, tile: true},
	{category: "Хлеб", vat: money.VAT22, name: "Круассан", brands: []string{"с маслом", "с шоколадом"}, sizes: []string{"70 г"}, price: 7500, tile: true},
	{category: "Кофе и чай", vat: money.VAT22, name: "Кофе с собой", brands: []string{"эспрессо", "капучино", "латте", "американо"}, sizes: []string{"200 мл", "300 мл"}, price: 12000, tile: true},
	{category: "Кофе и чай", vat: money.VAT22, name: "Чай с собой", brands: []string{"чёрный", "зелёный"}, sizes: []string{"300 мл"}, price: 9000, tile: true},
	{category: "Кофе и чай", vat: money.VAT22, name: "Чай листовой", brands: []string{"«Утро» чёрный", "«Утро» зелёный", "«Горный» с чабрецом"}, sizes: []string{"100 г", "200 г"}, price: 14900},
	{category: "Кофе и чай", vat: money.VAT22, name: "Кофе молотый", brands: []string{"«Полдень»", "«Полдень» крепкий"}, sizes: []string{"250 г", "500 г"}, price: 39900},
	{category: "Бакалея", vat: money.VAT10, name: "Крупа гречневая", brands: []string{"«Поле»", "«Колос»"}, sizes: []string{"800 г", "1,5 кг"}, price: 9900},
	{category: "Бакалея", vat: money.VAT10, name: "Рис", brands: []string{"«Поле» круглый", "«Поле» длинный"}, sizes: []string{"800 г", "1,5 кг"}, price: 11900},
	{category: "Бакалея", vat: money.VAT10, name: "Макароны", brands: []string{"«Колос» рожки", "«Колос» спагетти", "«Колос» перья"}, sizes: []string{"400 г", "800 г"}, price: 5900},
	{category: "Бакалея", vat: money.VAT10, name: "Мука пшеничная", brands: []string{"«Колос»", "«Поле»"}, sizes: []string{"1 кг", "2 кг"}, price: 6400},
	{category: "Бакалея", vat: money.VAT10, name: "Сахар", brands: []string{"«Сладкий край»"}, sizes: []string{"900 г", "5 кг"}, price: 7900},
	{category: "Бакалея", vat: money.VAT10, name: "Соль поваренная", brands: []string{"«Экстра»", "морская"}, sizes: []string{"1 кг"}, price: 2500},
	{category: "Консервы", group: 32, vat: money.VAT10, name: "Горошек", brands: []string{"«Огород»", "«Дачный»"}, sizes: []string{"400 г"}, price: 8900},
	{category: "Консервы", group: 32, vat: money.VAT10, name: "Кукуруза", brands: []string{"«Огород»", "«Дачная»"}, sizes: []string{"340 г"}, price: 9900},
	{category: "Консервы", group: 32, vat: money.VAT22, name: "Шпроты", brands: []string{"в масле", "в томате"}, sizes: []string{"160 г", "240 г"}, price: 15900},
	{category: "Бакалея", group: 33, vat: money.VAT10, name: "Масло подсолнечное", brands: []string{"«Солнце»", "«Хутор»"}, sizes: []string{"0,9 л", "1,8 л"}, price: 13900},
	{category: "Животным", group: 20, vat: money.VAT22, name: "Корм для кошек", brands: []string{"«Мурка» рыба", "«Мурка» курица", "«Мурка» кролик"}, sizes: []string{"85 г", "400 г"}, price: 3900},
	{category: "Животным", vat: money.VAT22, name: "Наполнитель", brands: []string{"древесный", "глиняный"}, sizes: []string{"5 л", "10 л"}, price: 24900},
	{category: "Сладости", vat: money.VAT22, name: "Вафли", brands: []string{"«Артист»", "лимонные", "шоколадные"}, sizes: []string{"200 г"}, price: 8400},
	{category: "Сладости", vat: money.VAT22, name: "Шоколад", brands: []string{"«Мишутка» молочный", "«Мишутка» тёмный", "«Мишутка» с орехом", "«Сказка» белый"}, sizes: []string{"90 г", "180 г"}, price: 10900},
	{category: "Сладости", vat: money.VAT22, name: "Печенье", brands: []string{"«Юбилей»", "овсяное", "сахарное", "«Ёлочка»"}, sizes: []string{"200 г", "400 г"}, price: 7900},
	{category: "Сладости", vat: money.VAT22, name: "Жевательная резинка", brands: []string{"мятная", "арбузная", "клубничная"}, sizes: []string{"14 г"}, price: 4900},
	{category: "Для дома", vat: money.VAT22, name: "Салфетки", brands: []string{"белые", "цветные"}, sizes: []string{"100 шт.", "200 шт."}, price: 7900},
	{category: "Для дома", vat: money.VAT22, name: "Батарейка", brands: []string{"пальчиковая", "мизинчиковая"}, sizes: []string{"2 шт.", "4 шт."}, price: 11900},
	{category: "Для дома", vat: money.VAT22, name: "Губка для посуды", brands: []string{"«Чистюля»"}, sizes: []string{"3 шт.", "5 шт."}, price: 5900},
	{category: "Для дома", group: marking.Clothes, vat: money.VAT22, name: "Носки", brands: []string{"мужские чёрные", "мужские серые", "женские белые", "детские"}, sizes: []string{"23", "25", "27"}, price: 14900},
	{category: "Пакеты", vat: money.VAT22, name: "Пакет", brands: []string{"майка", "большой", "подарочный"}, sizes: []string{""}, price: 500, tile: true},
	{category: "Книги и услуги", vat: money.VAT0, name: "Открытка", brands: []string{"с днём рождения", "с праздником"}, sizes: []string{""}, price: 6000},
	{category: "Книги и услуги", vat: money.VATNone, name: "Тетрадь", brands: []string{"в клетку", "в линейку"}, sizes: []string{"12 л.", "48 л."}, price: 2900},
	{category: "Книги и услуги", vat: money.VAT5, name: "Календарь", brands: []string{"настенный", "карманный"}, sizes: []string{""}, price: 9900},
	{category: "Книги и услуги", vat: money.VAT7, name: "Ручка шариковая", brands: []string{"синяя", "чёрная"}, sizes: []string{""}, price: 3500},
}

// ruledGoods need more than one scan: a weight, an age, a price rule (shop-more.csv).
var ruledGoods = []product{
	{category: "Овощи и фрукты", vat: money.VAT10, name: "Яблоки", brands: []string{"Гала", "Антоновка"}, sizes: []string{"вес."}, price: 15000, tile: true, measure: till.Kilogram, noPieces: true},
	{category: "Овощи и фрукты", vat: money.VAT10, name: "Бананы", brands: []string{""}, sizes: []string{"вес."}, price: 12990, tile: true, measure: till.Kilogram, noPieces: true},
	{category: "Овощи и фрукты", vat: money.VAT10, name: "Картофель", brands: []string{"мытый", "молодой"}, sizes: []string{"вес."}, price: 5490, tile: true, measure: till.Kilogram, noPieces: true},
	{category: "Табак", group: marking.Tobacco, vat: money.VAT22, name: "Сигареты", brands: []string{"«Прибой»", "«Маяк»"}, sizes: []string{"20 шт."}, price: 21500, minAge: 18},
	{category: "Пиво", group: marking.Beer, vat: money.VAT22, name: "Пиво", brands: []string{"«Слобода» светлое", "«Слобода» тёмное"}, sizes: []string{"0,5 л"}, price: 8900, minAge: 18, minPrice: 5000},
}

// itemsOf lists the items of the products. Their GTINs are made up: 460 + 000 + a running number.
func itemsOf(products []product, first int) []till.Item {
	var items []till.Item
	n := first
	for _, p := range products {
		for b, brand := range p.brands {
			for s, size := range p.sizes {
				n++
				item := till.Item{
					ID: fmt.Sprintf("lab-%04d", n), Code: strconv.Itoa(n), Name: joinWords(p.name, brand, size),
					Price: (p.price + money.Kopecks(b)*300 + money.Kopecks(s)*p.price*7/10) / 10 * 10, HasPrice: true, VAT: p.vat,
					Group: p.group, Measure: p.measure, Category: p.category, MinAge: p.minAge, MinPrice: p.minPrice,
					Tile: p.tile && s == 0, NoPieces: p.noPieces,
				}
				if !p.noPieces {
					item.Barcodes = []string{ean13(fmt.Sprintf("460000%06d", n))}
				}
				items = append(items, item)
			}
		}
	}
	return items
}

func joinWords(words ...string) string {
	s := ""
	for _, w := range words {
		if w != "" && s != "" {
			s += " "
		}
		s += w
	}
	return s
}

// ean13 adds the check digit (GS1: weights 1, 3 from the left of twelve digits).
func ean13(body string) string {
	sum := 0
	for i, r := range body {
		d := int(r - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return body + strconv.Itoa((10-sum%10)%10)
}

// writeShop writes the goods as the contract's columns; extra columns follow where rules hold.
func writeShop(w io.Writer, items []till.Item, rules bool) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	head := []string{"barcode", "name", "price_kopecks", "vat", "marking_group"}
	if rules {
		head = append(head, "code", "measure", "min_age", "min_price_kopecks")
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, i := range items {
		barcode := ""
		if len(i.Barcodes) > 0 {
			barcode = i.Barcodes[0]
		}
		row := []string{barcode, i.Name, strconv.FormatInt(int64(i.Price), 10), i.VAT.String(), i.Group.String()}
		if rules {
			row = append(row, i.Code, strconv.Itoa(int(i.Measure)), strconv.Itoa(i.MinAge), strconv.FormatInt(int64(i.MinPrice), 10))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
