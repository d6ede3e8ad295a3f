package marking_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

func TestTag1163HasOneMember(t *testing.T) {
	// marking-codes §7.2.
	for _, c := range []struct {
		name, scan string
		tag        uint16
		value      string
	}{
		{"EAN-8", "46012340", 1301, "46012340"},
		{"UPC-E, as in tag 1162", "01234505", 1301, "01234505"},
		{"EAN-13", "4612345678903", 1302, "4612345678903"},
		{"UPC-A gets 13 digits", "012345678905", 1302, "0012345678905"},
		{"a label of scales", "2200123012340", 1302, "2200123012340"},
		{"ITF-14", "14612345678900", 1303, "14612345678900"},
		{"a GTIN in a GS1 symbol", "]d20104612345678903", 1304, "0104612345678903"},
		{"marked goods, without GS and check part", clothes, 1305, "0104612345678903215abCdEfGhIjKl"},
		{"a block, without its price", block, 1305, "010461234567890321aB1?x<7"},
		{"a КИ", milk[:24], 1305, "0104612345678903215abCd;"},
		{"a serial of 20 is the longest", strings.Replace(clothes, "5abCdEfGhIjKl", "5abCdEfGhIjKlMnOpQrS", 1), 1305, "0104612345678903215abCdEfGhIjKlMnOpQrS"},
		{"a pack gets its AIs", pack, 1306, "010461234567890321aB1?x<7"},
		{"the КИ of a pack too", pack[:21], 1306, "010461234567890321aB1?x<7"},
		{"fur", fur, 1307, fur},
		{"EGAIS 2.0: characters 9 to 31", excise68, 1308, "XRLHZFX9VUVGMX1TF3A7NUF"},
		{"EGAIS 3.0: characters 1 to 14", excise150, 1309, "10180000000001"},
		{"an SSCC is not goods", sscc, 1300, sscc},
		{"a short text", "KASSA-0017", 1300, "KASSA-0017"},
		{"the first 32 characters, not bytes", "Скидочная карта постоянного покупателя", 1300, "Скидочная карта постоянного поку"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			tag, value := s.Tag1163()
			require.Equal(t, c.tag, tag)
			require.Equal(t, c.value, value)
		})
	}
}

func TestTypeOfAMarkingCode(t *testing.T) {
	// marking-codes §7.3, §2.3.
	for _, c := range []struct {
		name, scan string
		want       marking.CodeType
	}{
		{"check of 4", milk, 5},
		{"a block", block, 5},
		{"a pack is short", pack, 1},
		{"check of 88", shoes, 2},
		{"check of 44 with a right sum", clothes, 3},
		{"check of 44 with a wrong sum", strings.Replace(clothes, "S0FT", "T0FT", 1), 4},
		{"check of 44 that is no Base64", strings.Replace(clothes, "S0FT", "!0FT", 1), 0},
		{"a cut check", clothes[:60], 0},
		{"a КИ", milk[:24], 0},
		{"a pack without its tail", pack[:21], 0},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, parse(t, c.scan).Code.Type()) })
	}
	require.Zero(t, marking.MarkingCode{}.Type())
}

func TestAlcoholCodeOfAnOldMark(t *testing.T) {
	// marking-codes §3.
	require.Equal(t, "0123456000001234567", parse(t, excise68).AlcoholCode)
	mark := func(code string) string { return excise68[:3] + code + excise68[19:] }
	require.Equal(t, "0000000000000000000", parse(t, mark("0000000000000000")).AlcoholCode)
	require.Equal(t, "9999999999999999999", parse(t, mark("00023Z405FZ79TDR")).AlcoholCode, "the largest of 19 digits")
	require.Empty(t, parse(t, mark("00023Z405FZ79TDS")).AlcoholCode, "one more has 20")
	require.Empty(t, parse(t, mark("ZZZZZZZZZZZZZZZZ")).AlcoholCode)
	require.Empty(t, parse(t, excise150).AlcoholCode, "a new mark has none")
}
