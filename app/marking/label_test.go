package marking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
)

func TestLabelsOfScalesFollowTheSettings(t *testing.T) {
	labels := []marking.Label{
		{Prefix: "20", ItemDigits: 5, ValueDigits: 5, Kind: marking.LabelGrams},
		{Prefix: "21", ItemDigits: 4, InnerCheck: true, ValueDigits: 5, Kind: marking.LabelKopecks},
		{Prefix: "22", ItemDigits: 5, ValueDigits: 5, Kind: marking.LabelGrams, Multiplier: 100},
		{Prefix: "23", ItemDigits: 6, ValueDigits: 4, Kind: marking.LabelPieces},
		{Prefix: "231", ItemDigits: 5, ValueDigits: 4, Kind: marking.LabelKopecks, Multiplier: 100},
		{Prefix: "02", ItemDigits: 5, ValueDigits: 5, Kind: marking.LabelKopecks},
		{Prefix: "24", ItemDigits: 5, ValueDigits: 50, Kind: marking.LabelGrams}, // Check refuses it
	}
	type want struct {
		kind    marking.Kind
		plu     string
		grams   money.Millis
		kopecks money.Kopecks
		pieces  int64
		warn    string
	}
	for _, c := range []struct {
		name, body string // without the check digit
		want       want
	}{
		{"weight in grams", "200012301234", want{kind: marking.KindWeight, plu: "00123", grams: 1234}},
		{"price, behind an inner check digit", "210123712345", want{kind: marking.KindWeight, plu: "0123", kopecks: 12345}},
		{"tenths of a kilogram", "220012300012", want{kind: marking.KindWeight, plu: "00123", grams: 1200}},
		{"pieces", "230001230012", want{kind: marking.KindWeight, plu: "000123", pieces: 12}},
		{"the longest prefix counts", "231001230012", want{kind: marking.KindWeight, plu: "00123", kopecks: 1200}},
		{"prefix 02", "020012300999", want{kind: marking.KindWeight, plu: "00123", kopecks: 999}},
		{"no weight", "200012300000", want{kind: marking.KindWeight, plu: "00123", warn: marking.WarnNoWeight}},
		{"no price", "210123700000", want{kind: marking.KindWeight, plu: "0123", warn: marking.WarnNoValue}},
		{"no pieces", "230001230000", want{kind: marking.KindWeight, plu: "000123", warn: marking.WarnNoValue}},
		{"a label that cannot be is passed over", "240012301234", want{kind: marking.KindGTIN}},
		{"a prefix without a label is a number of the shop", "290012301234", want{kind: marking.KindGTIN}},
		{"goods of others", "461234567890", want{kind: marking.KindGTIN}},
	} {
		t.Run(c.name, func(t *testing.T) {
			scan := c.body + checkDigitOf(c.body)
			s, err := marking.Parser{Labels: labels}.Parse([]byte(scan))
			require.NoError(t, err)
			require.Equal(t, c.want.kind, s.Kind)
			require.Equal(t, scan, s.Barcode)
			require.Equal(t, c.want.plu, s.PLU)
			require.Equal(t, c.want.grams, s.Weight)
			require.Equal(t, c.want.kopecks, s.Price)
			require.Equal(t, c.want.pieces, s.Pieces)
			if c.want.warn != "" {
				require.Equal(t, []string{c.want.warn}, s.Warnings)
				require.True(t, s.HasWeight || s.HasPrice || s.HasPieces)
				return
			}
			require.Empty(t, s.Warnings)
			require.Equal(t, []bool{c.want.grams > 0, c.want.kopecks > 0, c.want.pieces > 0}, []bool{s.HasWeight, s.HasPrice, s.HasPieces})
			require.Equal(t, c.want.kind == marking.KindGTIN, s.GTIN != "")
		})
	}
	t.Run("a UPC-A is its EAN-13", func(t *testing.T) {
		const body = "020012300999"
		upca := body[1:] + checkDigitOf(body)
		s, err := marking.Parser{Labels: labels}.Parse([]byte(upca))
		require.NoError(t, err)
		require.Equal(t, money.Kopecks(999), s.Price)
		require.Equal(t, upca, s.Barcode)
	})
}

// checkDigitOf is written a second time here, from the left.
func checkDigitOf(body string) string {
	sum := 0
	for i, d := range body {
		weight := 1
		if (len(body)-i)%2 == 1 {
			weight = 3
		}
		sum += weight * int(d-'0')
	}
	return string(rune('0' + (10-sum%10)%10))
}

func TestUsualLabelsAreThoseOfScales(t *testing.T) {
	require.Len(t, marking.DefaultLabels(), 10)
	for _, l := range marking.DefaultLabels() {
		require.NoError(t, l.Check())
	}
	s := parse(t, "290012301234"+checkDigitOf("290012301234"))
	require.Equal(t, "00123", s.PLU)
	require.Equal(t, money.Millis(1234), s.Weight)
}

func TestALabelOfTheSettingsMustBePossible(t *testing.T) {
	good := marking.Label{Prefix: "21", ItemDigits: 4, InnerCheck: true, ValueDigits: 5, Kind: marking.LabelPieces, Multiplier: 10}
	require.NoError(t, good.Check())
	for _, c := range []struct {
		name   string
		change func(*marking.Label)
		says   string
	}{
		{"no prefix", func(l *marking.Label) { l.Prefix = "" }, "digits"},
		{"letters", func(l *marking.Label) { l.Prefix = "2x" }, "digits"},
		{"a prefix of goods", func(l *marking.Label) { l.Prefix = "46" }, "goods of others"},
		{"no item", func(l *marking.Label) { l.ItemDigits, l.ValueDigits = 0, 9 }, "a digit each"},
		{"no value", func(l *marking.Label) { l.ItemDigits, l.ValueDigits = 9, 0 }, "a digit each"},
		{"too short", func(l *marking.Label) { l.InnerCheck = false }, "12, not 13"},
		{"too long", func(l *marking.Label) { l.ItemDigits = 5 }, "14, not 13"},
		{"a kind that does not exist", func(l *marking.Label) { l.Kind = "ounces" }, "grams, kopecks or pieces"},
		{"a negative multiplier", func(l *marking.Label) { l.Multiplier = -1 }, "multiplier"},
		{"a multiplier out of all reason", func(l *marking.Label) { l.Multiplier = 10_000_000 }, "multiplier"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := good
			c.change(&l)
			require.ErrorContains(t, l.Check(), c.says)
		})
	}
}
