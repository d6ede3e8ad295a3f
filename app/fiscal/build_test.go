package fiscal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/fiscal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

var cashier = fiscal.Operator{Name: "Иванова М.", INN: "770000000000"}

func build(t *testing.T, r *till.Receipt) fiscal.Document {
	t.Helper()
	d, err := fiscal.FromReceipt(r, cashier, fiscal.TaxGeneral)
	require.NoError(t, err)
	return d
}

func TestALineIsSplitWhereNoPriceGivesItsSum(t *testing.T) {
	type part struct {
		price    money.Kopecks
		quantity money.Millis
		sum      money.Kopecks
	}
	for _, c := range []struct {
		name     string
		price    money.Kopecks
		quantity money.Millis
		discount money.Kopecks
		want     []part
	}{
		{"no discount", 8990, 2000, 0, []part{{8990, 2000, 17980}}},
		{"a discount that the price can carry", 10000, 2000, 1000, []part{{9500, 2000, 19000}}},
		{"one piece carries any discount", 10000, 1000, 333, []part{{9667, 1000, 9667}}},
		{"3 for 100.00: within the kopeck that is forgiven", 3400, 3000, 200, []part{{3333, 3000, 10000}}},
		// 7 pieces for 100.00: 7 × 14.29 = 100.03 is three too many; 3 × 14.28 + 4 × 14.29 = 42.84 + 57.16.
		{"7 for 100.00: two lines, a kopeck apart", 1500, 7000, 500, []part{{1428, 3000, 4284}, {1429, 4000, 5716}}},
		// 99 pieces for 50.00: 99 × 0.51 = 50.49; 49 × 0.50 + 50 × 0.51 = 24.50 + 25.50.
		{"99 for 50.00", 100, 99000, 4900, []part{{50, 49000, 2450}, {51, 50000, 2550}}},
		{"weight without a discount", 12345, 1254, 0, []part{{12345, 1254, 15481}}},
		{"a light weight carries its discount", 12345, 1254, 481, []part{{11962, 1254, 15000}}},
		// 20.500 kg for 100.00: 4.88 × 20.5 = 100.04; 4 kg at 4.87 = 19.48 … 16.5 kg at 4.88 = 80.52.
		{"a heavy weight is split by weight", 500, 20500, 250, []part{{487, 4000, 1948}, {488, 16500, 8052}}},
		{"given away", 10000, 3000, 30000, []part{{0, 3000, 0}}},
		{"less than a kopeck apiece", 1, 7000, 4, []part{{0, 4000, 0}, {1, 3000, 3}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &till.Receipt{Kind: till.Sale, Lines: []till.Line{{No: 1, Name: "item", Price: c.price, Quantity: c.quantity,
				Discount: c.discount, Measure: till.Kilogram, VAT: money.VAT10}}}
			var got []part
			for _, l := range build(t, r).Lines {
				got = append(got, part{l.Price, l.Quantity, l.Sum})
				require.Equal(t, "item", l.Name)
				require.Equal(t, money.VAT10, l.VAT)
				require.Equal(t, uint8(till.Kilogram), l.Measure)
				require.Equal(t, fiscal.SubjectGoods, l.Subject)
				require.Equal(t, fiscal.MethodFull, l.Method)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestSumsOfADocumentAreThoseOfItsReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &till.Receipt{Kind: till.Sale}
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			l := till.Line{No: i + 1, VAT: money.VAT22, Price: money.Kopecks(rapid.Int64Range(0, 5_000_000).Draw(t, "price"))}
			if rapid.Bool().Draw(t, "by weight") {
				l.Measure, l.Quantity = till.Kilogram, money.Millis(rapid.Int64Range(1, 100_000).Draw(t, "grams"))
			} else {
				l.Quantity = money.Unit * money.Millis(rapid.Int64Range(1, 1000).Draw(t, "pieces"))
			}
			l.Discount = money.Kopecks(rapid.Int64Range(0, int64(l.Full())).Draw(t, "discount"))
			r.Lines = append(r.Lines, l)
		}
		d, err := fiscal.FromReceipt(r, cashier, fiscal.TaxGeneral)
		if err != nil {
			t.Fatal(err)
		}
		if d.Total() != r.Total() {
			t.Fatalf("document %s, receipt %s", d.Total(), r.Total())
		}
		var quantity, want money.Millis
		for i := range r.Lines {
			want += r.Lines[i].Quantity
		}
		for _, l := range d.Lines {
			quantity += l.Quantity
			if diff := money.Cost(l.Price, l.Quantity) - l.Sum; diff < -1 || diff > 1 {
				t.Fatalf("%s × %s is not %s", l.Price, l.Quantity, l.Sum)
			}
			if l.Quantity <= 0 || l.Price < 0 || l.Sum < 0 {
				t.Fatalf("%s × %s = %s", l.Price, l.Quantity, l.Sum)
			}
		}
		if quantity != want {
			t.Fatalf("quantity %s, want %s", quantity, want)
		}
	})
}

func TestPiecesAreSplitIntoPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := till.Line{No: 1, VAT: money.VAT22, Price: money.Kopecks(rapid.Int64Range(1, 100_000).Draw(t, "price")),
			Quantity: money.Unit * money.Millis(rapid.Int64Range(1, 1000).Draw(t, "pieces"))}
		l.Discount = money.Kopecks(rapid.Int64Range(0, int64(l.Full())).Draw(t, "discount"))
		d, err := fiscal.FromReceipt(&till.Receipt{Lines: []till.Line{l}}, cashier, fiscal.TaxGeneral)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range d.Lines {
			if !part.Quantity.IsWhole() || part.Price > l.Price {
				t.Fatalf("%s × %s of %s × %s less %s", part.Price, part.Quantity, l.Price, l.Quantity, l.Discount)
			}
		}
	})
}

func code(t *testing.T, raw string) marking.MarkingCode {
	t.Helper()
	s, err := marking.Parse([]byte(raw))
	require.NoError(t, err)
	require.Equal(t, marking.KindMarking, s.Kind)
	return s.Code
}

func TestAMarkedLineCarriesItsCodeAndItsCheck(t *testing.T) {
	const km = "0104612345678903215abCd;\x1d93aB7z"
	const tag = "UUID=9b7e0c52-0000-4000-8000-000000000001&Time=1795300002000"
	line := till.Line{No: 1, Name: "milk", Price: 8990, Quantity: money.Unit, VAT: money.VAT10, Group: marking.Milk,
		Mark: code(t, km), Verdict: marking.Verdict{Tag1265: tag}}
	t.Run("a sale", func(t *testing.T) {
		d := build(t, &till.Receipt{ID: "r1", Kind: till.Sale, Lines: []till.Line{line}})
		require.Equal(t, fiscal.Sale, d.Kind)
		require.Equal(t, "r1", d.ReceiptID)
		require.Equal(t, cashier, d.Operator)
		require.Equal(t, &fiscal.MarkedUnit{Code: []byte(km), Status: fiscal.PieceSold}, d.Lines[0].Marked)
		require.Equal(t, fiscal.SubjectMarkedGoods, d.Lines[0].Subject)
		require.Equal(t, &fiscal.Industry{Authority: "030", Date: "21.11.2023", Number: "1944", Value: tag}, d.Lines[0].Industry)
	})
	t.Run("a return", func(t *testing.T) {
		d := build(t, &till.Receipt{Kind: till.Return, Lines: []till.Line{line}})
		require.Equal(t, fiscal.Return, d.Kind)
		require.Equal(t, fiscal.PieceReturned, d.Lines[0].Marked.Status)
	})
	t.Run("without a check there is no tag 1260", func(t *testing.T) {
		unchecked := line
		unchecked.Verdict.Tag1265 = ""
		require.Nil(t, build(t, &till.Receipt{Lines: []till.Line{unchecked}}).Lines[0].Industry)
	})
	t.Run("excise goods have a subject of their own", func(t *testing.T) {
		for _, g := range []marking.ProductGroup{marking.Tobacco, marking.OTP, marking.Nicotine, marking.Beer} {
			excise := line
			excise.Group = g
			require.Equal(t, fiscal.SubjectExciseMark, build(t, &till.Receipt{Lines: []till.Line{excise}}).Lines[0].Subject, g)
		}
	})
}

func TestLinesThatNoDocumentMayHold(t *testing.T) {
	good := till.Line{No: 7, Name: "item", Price: 100, Quantity: money.Unit, VAT: money.VAT22}
	for _, c := range []struct {
		name   string
		change func(*till.Line)
		want   till.Code
	}{
		{"no quantity", func(l *till.Line) { l.Quantity = 0 }, till.QuantityBad},
		{"a negative quantity", func(l *till.Line) { l.Quantity = -1000 }, till.QuantityBad},
		{"no VAT", func(l *till.Line) { l.VAT = 0 }, till.ItemNoVAT},
		{"a discount above the price", func(l *till.Line) { l.Discount = 101 }, till.DiscountBad},
		{"two units with one code", func(l *till.Line) {
			l.Mark, l.Group, l.Quantity = code(t, "0104612345678903215abCd;\x1d93aB7z"), marking.Milk, 2000
		}, till.LineMarked},
		{"a marked item without its code", func(l *till.Line) { l.Group = marking.Milk }, till.ReceiptIncomp},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := good
			c.change(&l)
			_, err := fiscal.FromReceipt(&till.Receipt{Lines: []till.Line{l}}, cashier, fiscal.TaxGeneral)
			require.Equal(t, c.want, till.CodeOf(err))
			require.ErrorContains(t, err, "line 7")

			l.Removed = true
			require.Len(t, build(t, &till.Receipt{Lines: []till.Line{l, good}}).Lines, 1, "a removed line may be anything")
		})
	}
	_, err := fiscal.FromReceipt(&till.Receipt{Lines: []till.Line{{Removed: true}}}, cashier, fiscal.TaxGeneral)
	require.Equal(t, till.ReceiptEmpty, till.CodeOf(err))
}

func TestPaymentsGoByTheirTags(t *testing.T) {
	r := &till.Receipt{Lines: []till.Line{{No: 1, Price: 15000, Quantity: money.Unit, VAT: money.VAT22}}}
	for i, k := range []till.PaymentKind{till.Cash, till.Cash, till.Card, till.FastPay, till.Prepaid, till.Credit} {
		r.Payments = append(r.Payments, till.Payment{Kind: k, Kopecks: money.Kopecks(1000 * (i + 1))})
	}
	p := build(t, r).Payments
	require.Equal(t, fiscal.Payments{Cash: 3000, Card: 7000, Prepaid: 5000, Credit: 6000}, p)
	require.Equal(t, money.Kopecks(21000), p.Sum())
}

func TestALongNameIsCutByCharacters(t *testing.T) {
	r := &till.Receipt{Lines: []till.Line{{No: 1, Name: strings.Repeat("ы", 200), Price: 1, Quantity: money.Unit, VAT: money.VAT22}}}
	require.Equal(t, strings.Repeat("ы", 128), build(t, r).Lines[0].Name)
}

func TestKindsOfDocuments(t *testing.T) {
	for k, want := range map[fiscal.Kind]struct {
		name     string
		numbered bool
	}{
		0: {"", false}, fiscal.OpenShift: {"open-shift", true}, fiscal.CloseShift: {"close-shift", true}, fiscal.Sale: {"sale", true},
		fiscal.Return: {"return", true}, fiscal.Correction: {"correction", true}, fiscal.CashIn: {"cash-in", false},
		fiscal.CashOut: {"cash-out", false}, fiscal.XReport: {"x", false}, 99: {"", false},
	} {
		require.Equal(t, want.name, k.String())
		require.Equal(t, want.numbered, k.Numbered(), want.name)
	}
}

func TestTheOutcomeOfACall(t *testing.T) {
	cause := errors.New("connection reset")
	refused := fmt.Errorf("sell: %w", &fiscal.Error{Op: "close receipt", Outcome: fiscal.NotDone, Problem: fiscal.ProblemPaper, Device: "ШТРИХ 6Bh", Err: cause})
	require.Equal(t, fiscal.Done, fiscal.OutcomeOf(nil))
	require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(refused))
	require.Equal(t, fiscal.Unknown, fiscal.OutcomeOf(cause), "an error that does not tell may have happened")
	require.Equal(t, fiscal.ProblemPaper, fiscal.ProblemOf(refused))
	require.Zero(t, fiscal.ProblemOf(cause))
	require.ErrorIs(t, refused, cause)
	require.Equal(t, "sell: close receipt: notDone: ШТРИХ 6Bh: connection reset", refused.Error())
	require.Equal(t, []string{"", "done", "notDone", "unknown"},
		[]string{fiscal.Outcome(0).String(), fiscal.Done.String(), fiscal.NotDone.String(), fiscal.Unknown.String()})
}
