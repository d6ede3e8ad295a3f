package marking_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
)

func parse(t *testing.T, raw string) marking.Scan {
	t.Helper()
	s, err := marking.Parse([]byte(raw))
	require.NoError(t, err, "%q", raw)
	return s
}

func TestPartsOfACode(t *testing.T) {
	for _, c := range []struct {
		name, scan, gtin, serial, ki, key, check string
	}{
		{"milk has a serial of 6 and a check of 4", milk, "04612345678903", "5abCd;", "0104612345678903215abCd;", "", "aB7z"},
		{"weight stays out of the КИ", milkWeight, "04612345678903", "5abCd;", "0104612345678903215abCd;", "", "aB7z"},
		{"clothes have a key and a check of 44", clothes, "04612345678903", "5abCdEfGhIjKl", "0104612345678903215abCdEfGhIjKl", "EE11", "S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk="},
		{"the КИ of a pack is its first 21 characters", pack, "04612345678903", "aB1?x<7", "04612345678903aB1?x<7", "", "Kd4x"},
		{"the price of a block stays out of the КИ", block, "04612345678903", "aB1?x<7", "010461234567890321aB1?x<7", "", "Kd4x"},
		{"a serial with the digits of other AIs is kept whole", "0104612345678903219193921\x1d93Kd4x", "04612345678903", "9193921", "0104612345678903219193921", "", "Kd4x"},
		{"elements in another order give the same КИ", "\x1d93aB7z\x1d215abCd;\x1d0104612345678903", "04612345678903", "5abCd;", "0104612345678903215abCd;", "", "aB7z"},
		{"an extra GS after an element of fixed length is allowed", "0104612345678903\x1d215abCd;\x1d93aB7z\x1d", "04612345678903", "5abCd;", "0104612345678903215abCd;", "", "aB7z"},
		{"the same AI twice with one value is allowed", milk + "\x1d93aB7z", "04612345678903", "5abCd;", "0104612345678903215abCd;", "", "aB7z"},
		{"an AI that is in no table is kept", milk + "\x1d05xyz", "04612345678903", "5abCd;", "0104612345678903215abCd;", "", "aB7z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Equal(t, marking.KindMarking, s.Kind)
			got := []string{s.GTIN, s.Code.GTIN(), s.Code.Serial(), s.Code.KI(), s.Code.Key(), s.Code.Check()}
			require.Equal(t, []string{c.gtin, c.gtin, c.serial, c.ki, c.key, c.check}, got)
			require.True(t, s.Code.HasCheckPart())
		})
	}
}

func TestPriceOfATobaccoCode(t *testing.T) {
	for _, c := range []struct {
		name, scan string
		price      money.Kopecks
		has        bool
	}{
		{"marking-codes §2.2: ADc8 is 215.00", pack, 21500, true},
		{"marking-check §3.2: AC=U is 189.00", "04612345678903aB1?x<7AC=UKd4x", 18900, true},
		{"the last character of the alphabet counts 79", "04612345678903aB1?x<7AAA?Kd4x", 79, true},
		{"the largest price fits", "04612345678903aB1?x<7????Kd4x", 40959999, true},
		{"AAAA is no price", "04612345678903aB1?x<7AAAAKd4x", 0, false},
		{"a bracket is no digit of a price", "04612345678903aB1?x<7AD(8Kd4x", 0, false},
		{"a block carries kopecks in AI 8005", block, 215000, true},
		{"milk has no price", milk, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			price, has := s.Code.MRP()
			require.Equal(t, c.has, has)
			require.Equal(t, c.price, price)
			require.Equal(t, c.has, s.HasPrice)
			require.Equal(t, c.price, s.Price)
		})
	}
}

func TestWeightAndExpiry(t *testing.T) {
	for _, c := range []struct {
		name, tail string
		grams      money.Millis
		expiry     string
	}{
		{"3103 is grams", "3103001250", 1250, ""},
		{"3100 is whole kilograms", "3100000012", 12000, ""},
		{"3102 has two decimals", "3102000125", 1250, ""},
		{"3105 is rounded, half up", "3105000150", 2, ""},
		{"3105 below half is rounded down", "3105000149", 1, ""},
		{"17 is a day", "17261231", 0, "2026-12-31"},
		{"day 00 is the end of the month", "17280200", 0, "2028-02-29"},
		{"7003 has an hour and a minute", "70032612312359", 0, "2026-12-31T23:59"},
		{"7003 is more exact than 17", "17261231\x1d70032612311800", 0, "2026-12-31T18:00"},
		{"17 after 7003 does not blur it", "70032612311800\x1d17261231", 0, "2026-12-31T18:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, milk+"\x1d"+c.tail)
			require.Empty(t, s.Warnings)
			require.Equal(t, c.grams, s.Weight)
			require.Equal(t, c.grams != 0, s.HasWeight)
			require.Equal(t, c.expiry, s.Expiry)
		})
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		name, scan string
		kind       marking.Kind
		warnings   []string
	}{
		{"a whole code has none", milk, marking.KindMarking, nil},
		{"a КИ has no check part", milk[:24], marking.KindMarking, []string{marking.WarnNoCheckPart}},
		{"a code cut inside its serial", milk[:21], marking.KindMarking, []string{marking.WarnNoCheckPart}},
		{"a pack without its tail", pack[:21], marking.KindMarking, []string{marking.WarnNoCheckPart}},
		{"a check part of a wrong length", milk + "zz", marking.KindMarking, []string{marking.WarnCheckForm}},
		{"a key of a wrong length", strings.Replace(clothes, "EE11", "EE1", 1), marking.KindMarking, []string{marking.WarnCheckForm}},
		{"a cut check part", clothes[:60], marking.KindMarking, []string{marking.WarnCheckForm}},
		{"a wrong check sum", strings.Replace(clothes, "S0FT", "T0FT", 1), marking.KindMarking, []string{marking.WarnCRC}},
		{"a check part of 44 that is no Base64", strings.Replace(clothes, "S0FT", "!0FT", 1), marking.KindMarking, []string{marking.WarnCRC}},
		{"an SSCC with a wrong check digit", "00460123456789000015", marking.KindUnknown, []string{marking.WarnCheckDigit}},
		{"a pack with a wrong check digit", "04612345678904" + pack[14:], marking.KindUnknown, []string{marking.WarnCheckDigit}},
		{"a GTIN of zeros", "00000000000000", marking.KindUnknown, nil},
		{"a marking code with a GTIN of zeros", "0100000000000000215abCd;\x1d93aB7z", marking.KindUnknown, []string{marking.WarnCheckDigit}},
		{"a link with a broken escape", "https://id.example/%zz", marking.KindURL, []string{marking.WarnElement}},
		{"a marking code in a symbol without FNC1", "]d1" + milk, marking.KindMarking, []string{marking.WarnNotGS1}},
		{"a day that does not exist", milk + "\x1d17261340", marking.KindMarking, []string{marking.WarnElement}},
		{"an AI twice with two values", milk + "\x1d93Kd4x", marking.KindMarking, []string{marking.WarnElement, marking.WarnNoCheckPart}},
		{"two serial numbers", milk + "\x1d21other", marking.KindUnknown, []string{marking.WarnGSLost}},
		{"more elements than any label has", milk + strings.Repeat("\x1d99x", 40), marking.KindMarking, []string{marking.WarnElement}},
		{"letters where an AI belongs", milk + "\x1dxyz", marking.KindMarking, []string{marking.WarnElement}},
		{"an AI cut in the middle", milk + "\x1d310", marking.KindMarking, []string{marking.WarnElement}},
		{"a serial number of 21", "010461234567890321123456789012345678901\x1d93aB7z", marking.KindUnknown, []string{marking.WarnGSLost}},
		{"a character that no code has", "0104612345678903215ab`d;\x1d93aB7z", marking.KindUnknown, []string{marking.WarnCharacters}},
		{"a wrong check digit in a marking code", "0104612345678904215abCd;\x1d93aB7z", marking.KindUnknown, []string{marking.WarnCheckDigit}},
		{"a wrong check digit under bars", "4612345678904", marking.KindUnknown, []string{marking.WarnCheckDigit}},
		{"two codes glued", milk + "]d2" + milk, marking.KindUnknown, []string{marking.WarnTwoScans}},
		{"two codes glued without an id", milk + milk, marking.KindUnknown, []string{marking.WarnTwoScans}},
		{"two codes glued, GS lost", "0104612345678903215abCd;93aB7z0104612345678903215abCd;93aB7z", marking.KindUnknown, []string{marking.WarnTwoScans}},
		{"two barcodes glued", "46123456789034612345678903", marking.KindUnknown, []string{marking.WarnTwoScans}},
		{"two lines", "4612345678903\r\n4612345678903", marking.KindUnknown, []string{marking.WarnTwoScans}},
		{"a price of a pack that cannot be read", "04612345678903aB1?x<7AD(8Kd4x", marking.KindMarking, []string{marking.WarnMRP}},
		{"a label of a box", "]C102046123456789033712", marking.KindUnknown, []string{marking.WarnLogistic}},
		{"a box of alcohol", "12345678901234567890123456", marking.KindUnknown, []string{marking.WarnLogistic}},
		{"a weight of nothing", "2200123000002", marking.KindWeight, []string{marking.WarnNoWeight}},
		{"a GS1 label with a broken element", "]C1010461234567890331030012", marking.KindGTIN, []string{marking.WarnElement}},
		{"a link with a wrong GTIN", "https://id.example/01/04612345678904", marking.KindURL, []string{marking.WarnElement}},
		{"free text", "KASSA-0017", marking.KindUnknown, nil},
		{"free text in Russian", "Иванова М.", marking.KindUnknown, nil},
		{"a bracket without a known AI", "(99999)x", marking.KindUnknown, nil},
		{"brackets around nothing", "(", marking.KindUnknown, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Equal(t, c.kind, s.Kind)
			require.Equal(t, c.warnings, s.Warnings)
			require.Equal(t, c.kind == marking.KindMarking, !s.Code.IsZero())
		})
	}
}

func TestACodeWhoseTailIsMissingIsNoKM(t *testing.T) {
	for _, scan := range []string{milk[:24], pack[:21], pack[:25], transport} {
		s := parse(t, scan)
		require.Equal(t, marking.KindMarking, s.Kind, "%q", scan)
		require.False(t, s.Code.HasCheckPart(), "%q", scan)
		require.Contains(t, s.Warnings, marking.WarnNoCheckPart, "%q", scan)
	}
}

func TestBarcodes(t *testing.T) {
	for _, c := range []struct {
		name, scan          string
		kind                marking.Kind
		gtin, barcode, warn string
	}{
		{"EAN-13", "4612345678903", marking.KindGTIN, "04612345678903", "4612345678903", ""},
		{"EAN-8", "46012340", marking.KindGTIN, "00000046012340", "46012340", ""},
		{"ITF-14", "14612345678900", marking.KindGTIN, "14612345678900", "14612345678900", ""},
		{"UPC-A of 12 digits", "012345678905", marking.KindGTIN, "00012345678905", "012345678905", ""},
		{"UPC-A of 13 digits with an id", "]E00012345678905", marking.KindGTIN, "00012345678905", "0012345678905", ""},
		{"UPC-E ending in 0", "01234505", marking.KindGTIN, "00012000003455", "01234505", ""},
		{"UPC-E ending in 3", "01234531", marking.KindGTIN, "00012300000451", "01234531", ""},
		{"UPC-E ending in 4", "01234543", marking.KindGTIN, "00012340000053", "01234543", ""},
		{"UPC-E ending in 5 with an id", "]E001234558", marking.KindGTIN, "00012345000058", "01234558", ""},
		{"UPC-E ending in 5 is right as EAN-8 too", "01234558", marking.KindGTIN, "00000001234558", "01234558", marking.WarnUPCE},
		{"an id says EAN-8", "]E401234558", marking.KindGTIN, "00000001234558", "01234558", ""},
		{"in-store code of scales", "2200123012340", marking.KindWeight, "", "2200123012340", ""},
		{"in-store code of prefix 02 is a number of the shop", "0200123012342", marking.KindGTIN, "00200123012342", "0200123012342", ""},
		{"EAN-13 and an add-on", "]E3461234567890312345", marking.KindGTIN, "04612345678903", "4612345678903", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Equal(t, c.kind, s.Kind)
			require.Equal(t, c.gtin, s.GTIN)
			require.Equal(t, c.barcode, s.Barcode)
			if c.warn == "" {
				require.Empty(t, s.Warnings)
			} else {
				require.Equal(t, []string{c.warn}, s.Warnings)
			}
		})
	}
}

func TestOverlappingForms(t *testing.T) {
	// marking-codes §6.
	t.Run("a GS1 code of 29 characters is no tobacco pack", func(t *testing.T) {
		s := parse(t, "01046123456789032112345\x1d93aB7z")
		require.Len(t, s.Text, 30)
		s = parse(t, "01046123456789032112345678901")
		require.Len(t, s.Text, 29)
		require.Equal(t, "12345678901", s.Code.Serial())
	})
	t.Run("a pack is told by its GTIN of 14 digits, not by an EAN-13 of 13", func(t *testing.T) {
		require.Equal(t, marking.KindUnknown, parse(t, "4612345678903aB1?x<7ADc8Kd4xZ").Kind)
	})
	t.Run("18 digits are an SSCC in GS1-128 only", func(t *testing.T) {
		require.Equal(t, marking.KindSSCC, parse(t, "]C1460123456789000014").Kind)
		require.Equal(t, marking.KindUnknown, parse(t, "460123456789000014").Kind)
	})
	t.Run("an SSCC with a content is still an SSCC", func(t *testing.T) {
		require.Equal(t, marking.KindSSCC, parse(t, "]C10046012345678900001402046123456789033712").Kind)
	})
	t.Run("21 digits are no pack", func(t *testing.T) {
		require.Equal(t, marking.KindUnknown, parse(t, "046123456789031234567").Kind)
	})
	t.Run("a fur tag needs its mask", func(t *testing.T) {
		require.Equal(t, marking.KindUnknown, parse(t, "RU-43030X-ABC0000017").Kind)
	})
	t.Run("an excise mark has capitals and digits only", func(t *testing.T) {
		require.Equal(t, marking.KindUnknown, parse(t, strings.Replace(excise68, "X", "x", 1)).Kind)
	})
}

func TestTextThatIsNoCodeStaysAsItCame(t *testing.T) {
	for _, text := range []string{"KASSA <GS> 17", "#17", "a~1b", "4612345678904#", "{GS}{GS}", "Иванова #1", "№ 17"} {
		s := parse(t, text)
		require.Equal(t, marking.KindUnknown, s.Kind, text)
		require.Equal(t, text, s.Text)
		require.Empty(t, s.Repairs, text)
	}
}

func TestLimitsOfAScan(t *testing.T) {
	_, err := marking.Parse(nil)
	require.ErrorIs(t, err, marking.ErrEmpty)
	for _, nothing := range []string{"\r\n \x00", "\x1d", "\x02\x1d\x1d\x03", "\ufeff"} {
		_, err = marking.Parse([]byte(nothing))
		require.ErrorIs(t, err, marking.ErrEmpty, "%q", nothing)
	}
	s, err := marking.Parse([]byte(strings.Repeat("1", marking.MaxScan)))
	require.NoError(t, err)
	require.Equal(t, marking.KindUnknown, s.Kind)
	_, err = marking.Parse([]byte(strings.Repeat("1", marking.MaxScan+1)))
	require.ErrorIs(t, err, marking.ErrTooLong)
}

func TestRawBytesAreKeptAndNotShared(t *testing.T) {
	raw := []byte("\x02" + milk + "\r\n")
	s, err := marking.Parse(raw)
	require.NoError(t, err)
	clear(raw)
	require.Equal(t, "\x02"+milk+"\r\n", string(s.Raw))
	require.Equal(t, milk, s.Code.KM())
}

func TestACodeKeepsItsTailOutOfLogs(t *testing.T) {
	code := parse(t, clothes).Code
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("scan", "code", code)
	for _, text := range []string{log.String(), fmt.Sprint(code), fmt.Sprintf("%#v", code), code.Masked()} {
		require.Contains(t, text, "04612345678903/5ab…")
		require.NotContains(t, text, "S0FT")
		require.NotContains(t, text, "EfGh")
	}
	require.Equal(t, "04612345678903/…", parse(t, "0104612345678903215ab").Code.Masked())
	var none marking.MarkingCode
	require.Empty(t, none.Masked()+none.Identity())
}

func TestACodeSurvivesTheJournal(t *testing.T) {
	for _, scan := range []string{milk, clothes, pack, block, milk[:24], pack[:21]} {
		code := parse(t, scan).Code
		text, err := json.Marshal(code)
		require.NoError(t, err)
		var back marking.MarkingCode
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, code, back)
	}
	var code marking.MarkingCode
	require.NoError(t, code.UnmarshalText(nil))
	require.True(t, code.IsZero())
	require.ErrorContains(t, code.UnmarshalText([]byte("4612345678903")), "gtin")
	require.ErrorIs(t, code.UnmarshalText([]byte(" ")), marking.ErrEmpty)
}

func TestGroupsAreFoundByTheirNames(t *testing.T) {
	g, ok := marking.ParseGroup("water")
	require.True(t, ok)
	require.Equal(t, marking.Water, g)
	require.Equal(t, "water", g.String())
	g, ok = marking.ParseGroup("")
	require.True(t, ok)
	require.Zero(t, g)
	require.Empty(t, g.String())
	_, ok = marking.ParseGroup("spaceships")
	require.False(t, ok)
}
