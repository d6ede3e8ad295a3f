package saletest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/staff"
	"kassa/app/till"
)

// Barcodes of the sample goods.
const (
	Bread   = "4600000000015" // 45.50, plain
	Bag     = "4600000000022" // 5.00, plain, has a floor price of 4.50
	Milk    = "4612345678903" // 89.90, marked
	Water   = "4600000000039" // 30.00, marked
	Beer    = "4600000000046" // 120.00, marked, 18 years
	Energy  = "4600000000053" // 99.00, plain, 18 years
	Cigar   = "4600000000060" // 189.00, marked, tobacco: no discount
	NoPrice = "4600000000077"
	NoVAT   = "4600000000084"
	Cheese  = "4600000000091" // 799.90 a kilogram, only with a weight
)

// CheesePLU is the number of the cheese on labels of scales.
const CheesePLU = "00123"

// Goods are the sample goods.
func Goods() []till.Item {
	item := func(barcode, name string, price money.Kopecks) till.Item {
		return till.Item{ID: "item-" + barcode, Name: name, Price: price, HasPrice: true, VAT: money.VAT10, Barcodes: []string{barcode}}
	}
	goods := []till.Item{
		item(Bread, "Хлеб", 45_50), item(Bag, "Пакет", 5_00), item(Milk, "Молоко", 89_90), item(Water, "Вода", 30_00),
		item(Beer, "Пиво", 120_00), item(Energy, "Энергетик", 99_00), item(Cigar, "Сигары", 189_00),
		item(NoPrice, "Без цены", 0), item(NoVAT, "Без ставки", 10_00), item(Cheese, "Сыр", 799_90),
	}
	change := func(barcode string, f func(*till.Item)) {
		f(&goods[slices.IndexFunc(goods, func(i till.Item) bool { return i.Barcodes[0] == barcode })])
	}
	change(Bag, func(i *till.Item) { i.MinPrice = 4_50 })
	change(Milk, func(i *till.Item) { i.Group = marking.Milk })
	change(Water, func(i *till.Item) { i.Group = marking.Water })
	change(Beer, func(i *till.Item) { i.Group, i.MinAge = marking.Beer, 18 })
	change(Energy, func(i *till.Item) { i.MinAge = 18 })
	change(Cigar, func(i *till.Item) { i.Group = marking.OTP })
	change(NoPrice, func(i *till.Item) { i.HasPrice = false })
	change(NoVAT, func(i *till.Item) { i.VAT = 0 })
	change(Cheese, func(i *till.Item) { i.Code, i.NoPieces, i.Measure = "123", true, till.Kilogram })
	return goods
}

// Unit is the marking code of the n-th unit of a marked item, as a scanner sends it.
func Unit(barcode string, n int) []byte {
	return fmt.Appendf(nil, "010%s215%05d\x1d93aB7z", barcode, n)
}

// KI is the code of the same unit without its check part.
func KI(barcode string, n int) string { return fmt.Sprintf("010%s215%05d", barcode, n) }

// Label is what scales print for an item with this PLU of five digits and a weight in grams.
func Label(plu string, grams int) []byte {
	text := fmt.Sprintf("22%s%05d", plu, grams)
	sum := 0
	for i, c := range text {
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	return fmt.Appendf(nil, "%s%d", text, (10-sum%10)%10)
}

// Catalog keeps goods in memory. It fits sale.Catalog.
type Catalog struct{ Items []till.Item }

func (c Catalog) find(key string, fits func(*till.Item) bool) (till.Item, error) {
	for i := range c.Items {
		if fits(&c.Items[i]) {
			return c.Items[i], nil
		}
	}
	return till.Item{}, till.Fail(till.ItemUnknown, key)
}

// ByBarcode finds by the digits under the bars.
func (c Catalog) ByBarcode(_ context.Context, barcode string) (till.Item, error) {
	return c.find(barcode, func(i *till.Item) bool { return slices.Contains(i.Barcodes, barcode) })
}

// ByGTIN finds by the 14 digits of a marking code.
func (c Catalog) ByGTIN(_ context.Context, gtin string) (till.Item, error) {
	return c.find(gtin, func(i *till.Item) bool {
		return slices.ContainsFunc(i.Barcodes, func(b string) bool { return strings.Repeat("0", max(0, 14-len(b)))+b == gtin })
	})
}

// ByID finds by the id.
func (c Catalog) ByID(_ context.Context, id string) (till.Item, error) {
	return c.find(id, func(i *till.Item) bool { return i.ID == id })
}

// ByCode finds by the article number.
func (c Catalog) ByCode(_ context.Context, code string) (till.Item, error) {
	return c.find(code, func(i *till.Item) bool { return code != "" && i.Code == code })
}

// Staff are people with their PINs. It fits sale.Staff and counts nothing; app/store does.
type Staff map[till.Person]string

// Cashier is the one of a new World, PIN is his.
var Cashier = till.Person{ID: "p1", Name: "Анна", INN: "500100732259", Role: staff.Cashier}

// PIN of Cashier.
const PIN = "4821"

// People are all of them, by name.
func (s Staff) People(context.Context) ([]till.Person, error) {
	var people []till.Person
	for p := range s {
		people = append(people, p)
	}
	slices.SortFunc(people, func(a, b till.Person) int { return strings.Compare(a.Name, b.Name) })
	return people, nil
}

// Verify checks a PIN; the person is named by id or by name.
func (s Staff) Verify(_ context.Context, person, pin string, _ time.Time) (till.Person, time.Time, error) {
	for p, want := range s {
		if (p.ID == person || p.Name == person) && pin == want {
			return p, time.Time{}, nil
		}
	}
	return till.Person{}, time.Time{}, till.Fail(till.LoginWrong, "")
}

// Clock stands still until it is moved.
type Clock struct {
	mu  sync.Mutex // guards: now
	now time.Time
}

// NewClock makes a clock that shows noon of a working day.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("MSK", 3*3600))}
}

// Now is what it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves it; d may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// IDs gives id-000001, id-000002 …
type IDs struct {
	mu sync.Mutex // guards: n
	n  int
}

// Next is the next id.
func (s *IDs) Next() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return fmt.Sprintf("id-%06d", s.n)
}
