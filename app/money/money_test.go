package money_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/money"
)

func TestCostIsRoundedHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		name     string
		price    money.Kopecks
		quantity money.Millis
		want     money.Kopecks
	}{
		{"two pieces", 8990, 2000, 17980},
		{"1.254 kg at 100.00", 10000, 1254, 12540},
		{"half a kopeck goes up", 1, 500, 1},
		{"less than half goes down", 1, 499, 0},
		{"1.5 kopecks go to 2", 3, 500, 2},
		{"a return's half goes away from zero", -1, 500, -1},
		{"a return's 1.5 kopecks", -3, 500, -2},
		{"a negative quantity", 3, -500, -2},
		{"both negative", -3, -500, 2},
		{"nothing", 0, 1000, 0},
		{"one gram of the dearest", 999999999, 1, 1000000},
		{"a sum that fits only between the steps", 9_000_000_000_000_000, 1_000_000, 9_000_000_000_000_000_000},
		{"the largest sum", math.MaxInt64, 1000, math.MaxInt64},
		{"a product that does not fit is the largest sum", math.MaxInt64, 2000, math.MaxInt64},
		{"a product far beyond", math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{"the smallest price does not break it", math.MinInt64, 1, -9223372036854776},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, money.Cost(c.price, c.quantity))
		})
	}
}

func TestShareIsRoundedHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		name string
		sum  money.Kopecks
		part money.HundredthsOfPercent
		want money.Kopecks
	}{
		{"5 % of 100.00", 10000, 500, 500},
		{"5 % of 0.10 is half a kopeck", 10, 500, 1},
		{"5 % of 0.09", 9, 500, 0},
		{"33.33 % of 100.00", 10000, 3333, 3333},
		{"100 %", 12345, money.Whole, 12345},
		{"0 %", 12345, 0, 0},
		{"of a return", -10, 500, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, money.Share(c.sum, c.part))
		})
	}
}

func TestUnitPriceIsRoundedHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		name     string
		sum      money.Kopecks
		quantity money.Millis
		want     money.Kopecks
	}{
		{"exact", 17980, 2000, 8990},
		{"a third", 10000, 3000, 3333},
		{"two thirds", 20000, 3000, 6667},
		{"half", 3, 2000, 2},
		{"by weight", 12540, 1254, 10000},
		{"of no quantity is the largest sum", 1, 0, math.MaxInt64},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, money.UnitPrice(c.sum, c.quantity))
		})
	}
}

func TestCostAgreesWithLongArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.Int64().Draw(t, "price")
		quantity := rapid.Int64().Draw(t, "quantity")
		exact := new(big.Int).Mul(big.NewInt(price), big.NewInt(quantity))
		twice := new(big.Int).Add(new(big.Int).Abs(new(big.Int).Mul(exact, big.NewInt(2))), big.NewInt(1000))
		want := new(big.Int).Quo(twice, big.NewInt(2000)) // |x| + 1/2, cut
		if exact.Sign() < 0 {
			want.Neg(want)
		}
		got := int64(money.Cost(money.Kopecks(price), money.Millis(quantity)))
		if !want.IsInt64() || want.Int64() == math.MinInt64 {
			if got != math.MaxInt64 {
				t.Fatalf("%d × %d does not fit, got %d", price, quantity, got)
			}
			return
		}
		if got != want.Int64() {
			t.Fatalf("%d × %d: got %d, want %s", price, quantity, got, want)
		}
	})
}

func TestNumbersAreReadAndWritten(t *testing.T) {
	for _, c := range []struct {
		text    string
		kopecks money.Kopecks
		again   string
	}{
		{"354.90", 35490, "354.90"}, {"354,9", 35490, "354.90"}, {" 354 ", 35400, "354.00"}, {"0.01", 1, "0.01"},
		{"-0.01", -1, "-0.01"}, {"-12.5", -1250, "-12.50"}, {"0", 0, "0.00"}, {"999999999999999.99", 99999999999999999, "999999999999999.99"},
	} {
		got, err := money.ParseKopecks(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.kopecks, got, c.text)
		require.Equal(t, c.again, got.String())
	}
	for _, c := range []struct {
		text   string
		millis money.Millis
		again  string
		whole  bool
	}{
		{"2", 2000, "2", true}, {"1.254", 1254, "1.254", false}, {"1,5", 1500, "1.5", false}, {"0.001", 1, "0.001", false},
		{"-1.25", -1250, "-1.25", false}, {"0", 0, "0", true}, {"100", 100000, "100", true},
	} {
		got, err := money.ParseMillis(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.millis, got, c.text)
		require.Equal(t, c.again, got.String())
		require.Equal(t, c.whole, got.IsWhole())
	}
	percent, err := money.ParsePercent("12,25")
	require.NoError(t, err)
	require.Equal(t, money.HundredthsOfPercent(1225), percent)
	require.Equal(t, "-92233720368547758.08", money.Kopecks(math.MinInt64).String())
	require.Equal(t, "-9223372036854775.808", money.Millis(math.MinInt64).String())
}

func TestTextThatIsNoNumberIsRefused(t *testing.T) {
	for _, text := range []string{"", " ", "-", ".", ".5", "5.", "5.123", "1,234.56", "1.2.3", "--5", "+5", "5 000", "1_000", "0x10", "5e3", "1-2",
		"1.-2", "five", "٥", "1000000000000000", "99999999999999999999999"} {
		_, err := money.ParseKopecks(text)
		require.ErrorIs(t, err, money.ErrFormat, "%q", text)
		_, err = money.ParsePercent(text)
		require.ErrorIs(t, err, money.ErrFormat, "%q", text)
	}
	_, err := money.ParseMillis("1.2345")
	require.ErrorIs(t, err, money.ErrFormat)
}

func FuzzParseKopecks(f *testing.F) {
	for _, s := range []string{"354.90", "-0,01", "1.2.3", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, err := money.ParseKopecks(s)
		if err != nil {
			return
		}
		again, err := money.ParseKopecks(k.String())
		require.NoError(t, err)
		require.Equal(t, k, again)
	})
}

func TestVATInsideASum(t *testing.T) {
	for _, c := range []struct {
		rate money.VATRate
		sum  money.Kopecks
		want money.Kopecks
	}{
		{money.VAT20, 12000, 2000}, {money.VAT20Calc, 12000, 2000}, {money.VAT22, 12200, 2200}, {money.VAT22Calc, 12200, 2200},
		{money.VAT22, 10000, 1803}, // 1803.28
		{money.VAT22, 8990, 1621},  // 1621.15
		{money.VAT10, 8990, 817},   // 817.27
		{money.VAT10Calc, 11, 1}, {money.VAT5, 10500, 500}, {money.VAT5Calc, 10500, 500}, {money.VAT7, 10700, 700}, {money.VAT7Calc, 10700, 700},
		{money.VAT20, 3, 1}, // exactly half a kopeck
		{money.VAT20, 2, 0}, {money.VAT20, -3, -1}, {money.VAT0, 12000, 0}, {money.VATNone, 12000, 0}, {0, 12000, 0},
	} {
		require.Equal(t, c.want, c.rate.Included(c.sum), "%s of %s", c.rate, c.sum)
	}
}

func TestRatesOfVATHaveNamesAndTheNumbersOfTag1199(t *testing.T) {
	// fiscal-printers §7, tag 1199.
	for number, name := range []string{1: "20", 2: "10", 3: "20/120", 4: "10/110", 5: "0", 6: "none", 7: "5", 8: "7", 9: "5/105", 10: "7/107", 11: "22", 12: "22/122"} {
		r := money.VATRate(number)
		if number == 0 {
			require.False(t, r.Known())
			require.Equal(t, "unset", r.String())
			continue
		}
		require.True(t, r.Known())
		require.Equal(t, name, r.String())
		again, err := money.ParseVAT(name)
		require.NoError(t, err)
		require.Equal(t, r, again)
	}
	_, err := money.ParseVAT("18")
	require.ErrorIs(t, err, money.ErrFormat)
}

func TestTheGeneralRateOfVATIs22Since2026(t *testing.T) {
	require.Equal(t, money.VAT20, money.StandardVAT(time.Date(2025, 12, 31, 23, 59, 59, 0, time.UTC)))
	require.Equal(t, money.VAT22, money.StandardVAT(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
}
