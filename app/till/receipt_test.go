package till_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

func TestSumsOfAReceipt(t *testing.T) {
	line := func(no int, price money.Kopecks, quantity money.Millis, discount money.Kopecks, removed bool) till.Line {
		return till.Line{No: no, Price: price, Quantity: quantity, Discount: discount, Removed: removed}
	}
	pay := func(k till.PaymentKind, sum money.Kopecks) till.Payment { return till.Payment{Kind: k, Kopecks: sum} }
	for _, c := range []struct {
		name                         string
		lines                        []till.Line
		payments                     []till.Payment
		total, discount, due, change money.Kopecks
		cash, card, given            money.Kopecks
		positions                    int
	}{
		{name: "an empty receipt"},
		{name: "two lines, nothing paid",
			lines: []till.Line{line(1, 8990, 2000, 0, false), line(2, 12345, 1254, 0, false)},
			total: 17980 + 15481, due: 33461, positions: 2},
		{name: "a discount lowers the total",
			lines: []till.Line{line(1, 10000, 1000, 500, false)},
			total: 9500, discount: 500, due: 9500, positions: 1},
		{name: "a removed line counts for nothing, its discount neither",
			lines: []till.Line{line(1, 10000, 1000, 500, true), line(2, 100, 1000, 0, false)},
			total: 100, due: 100, positions: 1},
		{name: "paid in part by card",
			lines: []till.Line{line(1, 10000, 1000, 0, false)}, payments: []till.Payment{pay(till.Card, 4000)},
			total: 10000, due: 6000, card: 4000, given: 4000, positions: 1},
		{name: "card and cash, with change",
			lines: []till.Line{line(1, 10000, 1000, 0, false)}, payments: []till.Payment{pay(till.Card, 4000), pay(till.Cash, 5000), pay(till.Cash, 5000)},
			total: 10000, change: 4000, cash: 10000, card: 4000, given: 14000, positions: 1},
		{name: "paid exactly",
			lines: []till.Line{line(1, 10000, 1000, 0, false)}, payments: []till.Payment{pay(till.Cash, 10000)},
			total: 10000, cash: 10000, given: 10000, positions: 1},
		{name: "given away",
			lines: []till.Line{line(1, 10000, 1000, 10000, false)}, discount: 10000, positions: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := till.Receipt{Lines: c.lines, Payments: c.payments}
			require.Equal(t, []money.Kopecks{c.total, c.discount, c.due, c.change, c.cash, c.card, c.given},
				[]money.Kopecks{r.Total(), r.Discount(), r.Due(), r.Change(), r.Given(till.Cash), r.Given(till.Card), r.Given(0)})
			require.Equal(t, c.positions, r.Positions())
		})
	}
}

func TestALineIsFoundByItsNumber(t *testing.T) {
	r := till.Receipt{Lines: []till.Line{{No: 1}, {No: 3, Name: "milk"}}}
	require.Equal(t, "milk", r.Line(3).Name)
	require.Nil(t, r.Line(2))
	r.Line(3).Name = "water"
	require.Equal(t, "water", r.Lines[1].Name, "it is the line itself")
}

func TestACloneSharesNothing(t *testing.T) {
	r := &till.Receipt{ID: "a", Lines: []till.Line{{No: 1}}, Payments: []till.Payment{{No: 1}}}
	c := r.Clone()
	require.Equal(t, r, c)
	r.Lines[0].No, r.Payments[0].No, r.ID = 9, 9, "b"
	require.Equal(t, &till.Receipt{ID: "a", Lines: []till.Line{{No: 1}}, Payments: []till.Payment{{No: 1}}}, c)
}

func TestNamesOfTheWords(t *testing.T) {
	require.Equal(t, []string{"", "sale", "return", ""}, names(4, func(i int) string { return till.ReceiptKind(i).String() }))
	require.Equal(t, []string{"", "open", "paying", "paid", "printing", "unknown", "closed", "suspended", "cancelled", ""},
		names(10, func(i int) string { return till.State(i).String() }))
	require.Equal(t, []string{"", "cash", "card", "sbp", "prepaid", "credit", ""}, names(7, func(i int) string { return till.PaymentKind(i).String() }))
	for k := till.Cash; k <= till.Credit; k++ {
		got, ok := till.ParsePaymentKind(k.String())
		require.True(t, ok)
		require.Equal(t, k, got)
	}
	for _, bad := range []string{"", "gold"} {
		_, ok := till.ParsePaymentKind(bad)
		require.False(t, ok, bad)
	}
}

func names(n int, name func(int) string) (all []string) {
	for i := range n {
		all = append(all, name(i))
	}
	return all
}

func TestOnlyClosedAndCancelledAreFinal(t *testing.T) {
	for s := till.Open; s <= till.Cancelled; s++ {
		require.Equal(t, s == till.Closed || s == till.Cancelled, s.Final(), s)
	}
}

func TestAnErrorCarriesItsCodeThroughWrapping(t *testing.T) {
	cause := errors.New("disk is full")
	err := fmt.Errorf("close receipt: %w", &till.Error{Code: till.DiskFailed, Err: cause})
	require.Equal(t, till.DiskFailed, till.CodeOf(err))
	require.ErrorIs(t, err, cause)
	require.Equal(t, "close receipt: D-02: disk is full", err.Error())
	require.Equal(t, till.Internal, till.CodeOf(cause))
	require.Empty(t, till.CodeOf(nil))
	require.Equal(t, "item-unknown", till.Fail(till.ItemUnknown, "4612345678903").Error())
	require.Equal(t, []string{"4612345678903"}, till.Fail(till.ItemUnknown, "4612345678903").Args)
}

func TestAnItemOfAGroupIsMarked(t *testing.T) {
	require.True(t, till.Item{Group: marking.Milk}.Marked())
	require.False(t, till.Item{}.Marked())
	require.True(t, till.Piece.Whole())
	require.False(t, till.Kilogram.Whole())
}
