package marking_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

var update = flag.Bool("update", false, "write the golden files anew")

const goldenFile = "../../testdata/codes/examples.json"

// golden is everything that was read from one example.
type golden struct {
	Name        string
	Scan        string
	ScanHex     string `json:",omitempty"` // instead, for one that is no UTF-8
	Kind        marking.Kind
	Symbology   string `json:",omitempty"`
	GTIN        string `json:",omitempty"`
	Barcode     string `json:",omitempty"`
	PLU         string `json:",omitempty"`
	Text        string
	Serial      string            `json:",omitempty"`
	KI          string            `json:",omitempty"`
	KM          string            `json:",omitempty"`
	Key         string            `json:",omitempty"`
	Check       string            `json:",omitempty"`
	Elements    []marking.Element `json:",omitempty"`
	Kopecks     *int64            `json:",omitempty"`
	Grams       *int64            `json:",omitempty"`
	Expiry      string            `json:",omitempty"`
	MilliLitres *int64            `json:",omitempty"`
	AlcoholCode string            `json:",omitempty"`
	Tag1162     string
	Tag1163     uint16
	Value1163   string
	KMType      marking.CodeType `json:",omitempty"`
	Repairs     []marking.Repair `json:",omitempty"`
	Warnings    []string         `json:",omitempty"`
	Candidates  []string         `json:",omitempty"`
}

func goldenOf(t *testing.T, name, raw string) golden {
	t.Helper()
	s, err := marking.Parse([]byte(raw))
	require.NoError(t, err, name)
	g := golden{
		Name: name, Scan: raw, Kind: s.Kind, Symbology: s.Symbology, GTIN: s.GTIN, Barcode: s.Barcode, PLU: s.PLU, Text: s.Text,
		Serial: s.Code.Serial(), KI: s.Code.KI(), KM: s.Code.KM(), Key: s.Code.Key(), Check: s.Code.Check(),
		Elements: s.Elements, Expiry: s.Expiry, Tag1162: hex.EncodeToString(s.Tag1162), Repairs: s.Repairs, Warnings: s.Warnings,
	}
	if !utf8.ValidString(raw) {
		g.Scan, g.ScanHex = "", hex.EncodeToString([]byte(raw))
	}
	g.AlcoholCode, g.KMType, g.Candidates = s.AlcoholCode, s.Code.Type(), s.Candidates
	g.Tag1163, g.Value1163 = s.Tag1163()
	if s.HasVolume {
		g.MilliLitres = (*int64)(&s.Volume)
	}
	if s.HasPrice {
		g.Kopecks = (*int64)(&s.Price)
	}
	if s.HasWeight {
		g.Grams = (*int64)(&s.Weight)
	}
	return g
}

// examples are the codes that marking-codes gives, by its paragraphs, and the forms it describes.
var examples = []struct{ name, scan string }{
	{"§2.1 milk", milk},
	{"§2.1 milk by weight", milkWeight},
	{"§2.1 beer", beer},
	{"§2.1 keg", keg},
	{"§2.1 water", water},
	{"§2.1 clothes", clothes},
	{"§2.1 shoes", shoes},
	{"§2.1 tobacco pack", pack},
	{"§2.1 tobacco block", block},
	{"§2.1 tobacco transport pack", transport},
	{"§2.1 SSCC", sscc},
	{"§2.1 fur", fur},
	{"§2.1 EGAIS 2.0", excise68},
	{"§2 e-nicotine with a check of 4", "0104612345678903215abCdEfGhIjKm\x1d93Kd4x"},
	{"§2 canned food, serial of 6", strings.Replace(clothes, "5abCdEfGhIjKl", "5abCdE", 1)},
	{"§2 block with AI 240", block + "\x1d2401234"},
	{"§2 expiry at the end of a month", milk + "\x1d17280200"},
	{"§2 shoes with AI 240", strings.Replace(shoes, "\x1d91", "\x1d2406403\x1d91", 1)},
	{"§2 photo camera, serial of 20", strings.Replace(clothes, "5abCdEfGhIjKl", "5abCdEfGhIjKlMnOpQrS", 1)},
	{"§2 medicine with batch and expiry", strings.Replace(clothes, "\x1d91", "\x1d10A1\x1d17280600\x1d91", 1)},
	{"§2 expiry with an hour", milk + "\x1d70032612312359"},
	{"§2.2 pack without a price", "04612345678903aB1?x<7AAAAKd4x"},
	{"§2.2 pack of the guide's own price", "04612345678903aB1?x<7AC=UKd4x"},
	{"§2.3 clothes with a wrong check sum", strings.Replace(clothes, "S0FT", "T0FT", 1)},
	{"§3 EGAIS 3.0", excise150},
	{"§3 box of the alcohol regulator", "12345678901234567890123456"},
	{"§4 pack without its tail", pack[:21]},
	{"§4 pack with its price only", pack[:25]},
	{"§4 КИ of milk", milk[:24]},
	{"§4 SSCC without 00 in GS1-128", "]C1460123456789000014"},
	{"§4 КИ of a pack as an identifier", "010461234567890321aB1?x<7"},
	{"§5 brackets", "(01)04612345678903(21)5abCd;(93)aB7z"},
	{"§5 leading GS", "\x1d" + milk},
	{"§5 leading FNC1 codeword as a byte", "\xe8" + milk},
	{"§5 framed by STX, ETX and CR LF", "\x02" + milk + "\x03\r\n"},
	{"§5.1 tobacco pack as plain DataMatrix", "]d1" + pack},
	{"§5.1 milk as plain DataMatrix", "]d1" + milk},
	{"§5.1 EAN-13 with id", "]E04612345678903"},
	{"§5.1 UPC-A sent as 12 digits", "]E0012345678905"},
	{"§5.1 EAN-13 with add-on", "]E3461234567890312"},
	{"§5.2 milk with id", "]d2" + milk},
	{"§5.2 milk, Russian layout", "ъв20104612345678903215фиСвж\x1d93фИ7я"},
	{"§5.2 milk, Caps Lock, US", "]D20104612345678903215ABcD;\x1d93Ab7Z"},
	{"§5.2 milk, Caps Lock, Russian", "ЪВ20104612345678903215ФИсВЖ\x1d93Фи7Я"},
	{"§7.1 EAN-8", "46012340"},
	{"§7.1 EAN-13", "4612345678903"},
	{"§7.1 ITF-14", "14612345678900"},
	{"§8 UPC-A", "012345678905"},
	{"§8 UPC-E", "]E001234565"},
	{"§8 GTIN in a GS1 symbol", "]d20104612345678903"},
	{"§8 goods with a weight in GS1-128", "]C101046123456789033103001250"},
	{"§8 SSCC with its content", "]C10046012345678900001402046123456789033712"},
	{"§8 label of a box", "]C102046123456789033712"},
	{"§8 Digital Link", "https://id.example/01/04612345678903/10/A1/21/5ab%2FC?17=261231&3103=001250"},
	{"§8 Digital Link with a short GTIN", "HTTP://id.example/p/01/4612345678903"},
	{"§8 Digital Link of a loyalty card", "https://id.example/8018/460123456789000014"},
	{"§8 Digital Link in the wrong order", "https://id.example/01/04612345678903/21/5ab/10/A1"},
	{"§6 any link", "https://example.com/page"},
	{"§6 receipt", "t=20261122T1200&s=354.90&fn=7380440700000001&i=118&fp=1234567890&n=1"},
	{"§6 badge", "KASSA-0017"},
	{"§9 weight label", "2200123012340"},
}

func TestEveryExampleOfTheReferenceIsReadAsRecorded(t *testing.T) {
	got := make([]golden, 0, len(examples))
	for _, e := range examples {
		got = append(got, goldenOf(t, e.name, e.scan))
	}
	if *update {
		text, err := json.MarshalIndent(got, "", " ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(goldenFile, append(text, '\n'), 0o644))
	}
	file, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	var want []golden
	require.NoError(t, json.Unmarshal(file, &want))
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i], got[i], want[i].Name)
	}
}

func TestTag1162IsAsTheReferencePrintsIt(t *testing.T) {
	// marking-codes §7.1.
	for _, c := range []struct{ name, scan, hex string }{
		{"EAN-8", "46012340", "45 08 00 00 02 BE 17 B4"},
		{"EAN-13", "4612345678903", "45 0D 04 31 E5 39 CC 37"},
		{"ITF-14", "14612345678900", "49 0E 0D 4A 33 AC 6C 34"},
		{"marking DataMatrix", milk, "44 4D 04 31 E5 39 CC 37 35 61 62 43 64 3B"},
		{"block", block, "44 4D 04 31 E5 39 CC 37 61 42 31 3F 78 3C 37 32 31 35 30 30 30"},
		{"tobacco pack", pack, "44 4D 04 31 E5 39 CC 37 61 42 31 3F 78 3C 37 41 44 63 38 20 20"},
		{"fur", fur, "52 46 52 55 2D 34 33 30 33 30 32 2D 41 42 43 30 30 30 30 30 31 37"},
		{"EGAIS 2.0", excise68, "C5 14 58 52 4C 48 5A 46 58 39 56 55 56 47 4D 58 31 54 46 33 41 37 4E 55 46"},
		{"not recognised", "a text of more than thirty bytes, for sure",
			"00 00 " + hex.EncodeToString([]byte("a text of more than thirty byt"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := marking.Parse([]byte(c.scan))
			require.NoError(t, err)
			require.Equal(t, strings.ToLower(strings.ReplaceAll(c.hex, " ", "")), hex.EncodeToString(s.Tag1162))
		})
	}
}
