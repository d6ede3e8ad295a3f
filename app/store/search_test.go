package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/money"
	"kassa/app/sale/saletest"
	"kassa/app/staff"
	"kassa/app/till"
)

func goods(names ...string) []till.Item {
	var items []till.Item
	for i, name := range names {
		items = append(items, till.Item{
			ID: fmt.Sprintf("i%04d", i), Code: fmt.Sprintf("A%d", 100+i), Name: name, Price: 100, HasPrice: true, VAT: money.VAT10,
			Barcodes: []string{fmt.Sprintf("46000000%05d", 70000+i)},
		})
	}
	return items
}

func TestSearch(t *testing.T) {
	s := open(t, t.TempDir())
	require.NoError(t, s.PutItems(ctx, goods(
		"Молоко «Простоквашино» 3,2 % 1 л", "Молоко топлёное 4 % 0,5 л", "Хлеб ржаной", "Творог зелёный 100%", "Сок_яблоко", "Молочный коктейль",
	)))
	cases := map[string]struct {
		query string
		want  []int
	}{
		"a part of a word":                  {"моло", []int{0, 1, 5}},
		"a part inside a word":              {"квашин", []int{0}},
		"parts in any order":                {"0,5 мол", []int{1}},
		"all parts must be there":           {"молоко хлеб", nil},
		"case and spaces do not matter":     {"  МОЛОКО   топл ", []int{1}},
		"ё is е":                            {"топленое", []int{1}},
		"е is ё":                            {"зелЁный", []int{3}},
		"the other layout":                  {"vjkjrj", []int{0, 1}},
		"the other layout, parts":           {"hj;f vjkjr", nil},
		"the other layout, two words":       {"'rc vj", nil},
		"the article":                       {"A102", []int{2}},
		"the end of a barcode":              {"70003", []int{3}},
		"four digits of it":                 {"0005", []int{5}},
		"three are too few":                 {"005", nil},
		"a percent sign is a percent sign":  {"100%", []int{3}},
		"an underline is an underline":      {"к_я", []int{4}},
		"a backslash finds nothing":         {`\`, nil},
		"quotes are no more than spaces":    {`"простокв`, []int{0}},
		"nothing asked is nothing found":    {"  ", nil},
		"an attack is a text":               {"'; DROP TABLE items; --", nil},
		"the other layout of an empty text": {"''", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			found, total, err := s.Search(ctx, c.query, 50)
			require.NoError(t, err)
			var ids, want []string
			for _, i := range found {
				ids = append(ids, i.ID)
			}
			for _, n := range c.want {
				want = append(want, fmt.Sprintf("i%04d", n))
			}
			require.ElementsMatch(t, want, ids)
			require.Equal(t, len(c.want), total)
		})
	}
}

func TestSearchShowsTheFirstAndCountsAll(t *testing.T) {
	s := open(t, t.TempDir())
	var names []string
	for i := range 312 {
		names = append(names, fmt.Sprintf("Молоко %03d", i))
	}
	require.NoError(t, s.PutItems(ctx, goods(names...)))
	found, total, err := s.Search(ctx, "молоко", 50)
	require.NoError(t, err)
	require.Len(t, found, 50, "Показано 50 …")
	require.Equal(t, 312, total, "… из 312")
	require.Equal(t, "Молоко 000", found[0].Name)
	require.Equal(t, "Молоко 049", found[49].Name)
}

func TestTheCatalogue(t *testing.T) {
	s := open(t, t.TempDir())
	items := saletest.Goods()
	items[0].Tile, items[0].Category, items[0].Barcodes = true, "Хлеб", []string{saletest.Bread, "46000012"}
	items[1].Tile, items[1].Category = true, "Пакеты"
	items[2].Code, items[3].Code = "77", "77"
	require.NoError(t, s.PutItems(ctx, items))

	for key, find := range map[string]func() (till.Item, error){
		"barcode":                func() (till.Item, error) { return s.ByBarcode(ctx, saletest.Bread) },
		"second barcode":         func() (till.Item, error) { return s.ByBarcode(ctx, "46000012") },
		"GTIN of an EAN-13":      func() (till.Item, error) { return s.ByGTIN(ctx, "0"+saletest.Bread) },
		"GTIN of an EAN-8":       func() (till.Item, error) { return s.ByGTIN(ctx, "00000046000012") },
		"id":                     func() (till.Item, error) { return s.ByID(ctx, items[0].ID) },
		"unknown barcode":        func() (till.Item, error) { return s.ByBarcode(ctx, "1") },
		"unknown GTIN":           func() (till.Item, error) { return s.ByGTIN(ctx, "04609999999990") },
		"unknown id":             func() (till.Item, error) { return s.ByID(ctx, "") },
		"unknown article":        func() (till.Item, error) { return s.ByCode(ctx, "99") },
		"unknown: empty article": func() (till.Item, error) { return s.ByCode(ctx, "") },
	} {
		item, err := find()
		if strings.HasPrefix(key, "unknown") {
			require.Equal(t, till.ItemUnknown, till.CodeOf(err), key)
			continue
		}
		require.NoError(t, err, key)
		want := items[0]
		want.Barcodes = []string{saletest.Bread, "46000012"}
		require.Equal(t, want, item, key)
	}
	twice, err := s.ByCode(ctx, "77")
	require.NoError(t, err)
	require.Equal(t, min(items[2].ID, items[3].ID), twice.ID, "the same one every time")
	tiles, err := s.Tiles(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"Пакет", "Хлеб"}, []string{tiles[0].Name, tiles[1].Name}, "by category")

	// An item that is put again is replaced with its barcodes; one bad item spoils the whole delivery.
	items[0].Price, items[0].Barcodes = 50_00, []string{"46000029"}
	require.NoError(t, s.PutItems(ctx, items[:1]))
	_, err = s.ByBarcode(ctx, saletest.Bread)
	require.Equal(t, till.ItemUnknown, till.CodeOf(err))
	stolen := items[1]
	stolen.ID, stolen.Barcodes = "thief", []string{"46000029"}
	items[1].Price = 9_99
	require.ErrorContains(t, s.PutItems(ctx, []till.Item{items[1], stolen}), "46000029")
	bag, err := s.ByBarcode(ctx, saletest.Bag)
	require.NoError(t, err)
	require.EqualValues(t, 5_00, bag.Price)
}

func TestPeople(t *testing.T) {
	s := open(t, t.TempDir())
	anna := till.Person{ID: "p1", Name: "Анна", INN: "500100732259", Role: staff.Cashier}
	require.Error(t, s.AddPerson(ctx, anna, "1111"), "a weak PIN")
	require.NoError(t, s.AddPerson(ctx, anna, "4821"))
	require.Error(t, s.AddPerson(ctx, till.Person{ID: "p2", Name: "Анна", Role: staff.Cashier}, "4822"), "a name is used at login: once")
	require.NoError(t, s.AddPerson(ctx, till.Person{ID: "p0", Name: "Борис", Role: staff.Cashier}, "4821"), "a PIN may repeat")
	people, err := s.People(ctx)
	require.NoError(t, err)
	require.Equal(t, []till.Person{anna, {ID: "p0", Name: "Борис", Role: staff.Cashier}}, people)
	for _, name := range []string{"p1", "Анна"} {
		got, _, err := s.Verify(ctx, name, "4821", at)
		require.NoError(t, err)
		require.Equal(t, anna, got)
	}
	var kept string
	require.NoError(t, s.read.QueryRowContext(ctx, "SELECT group_concat(pin) FROM people").Scan(&kept))
	require.NotContains(t, kept, "4821")
}
