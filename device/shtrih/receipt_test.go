package shtrih

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/money"
)

var update = flag.Bool("update", false, "write the golden files")

const beer = "0104612345678903215aB1?x7\x1d93Kd4x" // the code of §2.7

// sampleReceipt has a plain line, a weighed one and a marked one with a permission.
func sampleReceipt() fiscal.Document {
	return fiscal.Document{
		Kind:      fiscal.Sale,
		ReceiptID: "0198c0de-0000-7000-8000-000000000001",
		Operator:  fiscal.Operator{Name: "Иванова А. П.", INN: "770000000900"},
		TaxSystem: fiscal.TaxGeneral,
		Lines: []fiscal.Line{
			{Name: "Молоко", Price: 8990, Quantity: 2 * money.Unit, Sum: 17980, VAT: money.VAT10, Subject: fiscal.SubjectGoods, Method: fiscal.MethodFull},
			{Name: "Сыр «Российский»", Price: 65000, Quantity: 1254, Sum: 81510, VAT: money.VAT22, Subject: fiscal.SubjectGoods, Method: fiscal.MethodFull, Measure: 11},
			{
				Name: "Пиво", Price: 12000, Quantity: money.Unit, Sum: 12000, VAT: money.VAT22,
				Subject: fiscal.SubjectExciseMark, Method: fiscal.MethodFull,
				Marked:   &fiscal.MarkedUnit{Code: []byte(beer), Status: fiscal.PieceSold},
				Industry: &fiscal.Industry{Authority: "030", Date: "21.11.2023", Number: "1944", Value: "UUID=0a1b2c3d-0000-4000-8000-00000000000a&Time=1700000000000"},
			},
		},
		Payments: fiscal.Payments{Cash: 100000, Card: 20000},
	}
}

func testSettings() Settings {
	s := Defaults()
	s.Address = "tcp:127.0.0.1:1"
	s.AfterClosePause = 0
	s.Timeouts = *testTimeouts()
	return s
}

func TestTheCommandsOfAReceiptAreTheseBytes(t *testing.T) {
	back := sampleReceipt()
	back.Kind = fiscal.Return
	back.Lines = back.Lines[2:]
	back.Lines[0].Marked = &fiscal.MarkedUnit{Code: []byte(beer), Status: fiscal.PieceReturned}
	back.Lines[0].Industry = nil
	back.Payments = fiscal.Payments{Card: 12000}
	for name, test := range map[string]struct {
		doc  fiscal.Document
		bits uint64
	}{
		"sale":           {sampleReceipt(), 0},
		"sale-cash-core": {sampleReceipt(), capCashCore},
		"return":         {back, 0},
	} {
		t.Run(name, func(t *testing.T) {
			settings := testSettings()
			r, err := settings.compose(&test.doc, &model{ffd: ffd12, caps: capabilities{bits: test.bits}})
			require.NoError(t, err)
			var got strings.Builder
			for _, list := range [][]request{{r.open}, r.tags, r.checks, r.items, {r.close}} {
				for _, message := range list {
					got.WriteString(commandName(commandOf(message)) + ": " + hexText(message) + "\n")
				}
			}
			file := filepath.Join("testdata", "receipt-"+name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

func TestTheCommandsOfTheReferenceComeOutOfADocument(t *testing.T) {
	doc := fiscal.Document{
		Kind: fiscal.Sale, TaxSystem: fiscal.TaxGeneral,
		Lines: []fiscal.Line{
			{Name: "Молоко", Price: 8990, Quantity: 2 * money.Unit, Sum: 17980, VAT: money.VAT10, Subject: fiscal.SubjectGoods, Method: fiscal.MethodFull},
			{Name: "Пиво", Price: 2020, Quantity: money.Unit, Sum: 2020, VAT: money.VAT22, Subject: fiscal.SubjectExciseMark, Method: fiscal.MethodFull,
				Marked: &fiscal.MarkedUnit{Code: []byte(beer), Status: fiscal.PieceSold}},
		},
		Payments: fiscal.Payments{Cash: 20000},
	}
	settings := testSettings()
	r, err := settings.compose(&doc, &model{ffd: ffd12})
	require.NoError(t, err)

	frame := func(message request) string {
		b, err := encodeFrame(message)
		require.NoError(t, err)
		return hexText(b)
	}
	require.Equal(t, "02 06 8D 01 00 00 00 00 8A", frame(r.open), "§2.5")
	require.Equal(t, "02 2A FF 61 01 00 00 00 01 00 20 00 30 31 30 34 36 31 32 33 34 35 36 37 38 39 30 33 32 31 35 61 42 31 3F 78 37 1D 39 33 4B 64 34 78 B5",
		frame(r.checks[0]), "§2.7")

	// §2.6 sends no sum; ours is the document's, byte for byte in its place.
	want := unhex(t, "FF 46 01 00 00 00 01 80 84 1E 00 00 00 1E 23 00 00 00 FF FF FF FF FF FF FF FF FF FF 02 01 04 01 CC EE EB EE EA EE")
	copy(want[18:], []byte{0x3C, 0x46, 0, 0, 0})
	require.Equal(t, hexText(want), hexText(r.items[0]))

	// §2.6: cash 200.00, ОСН.
	require.Equal(t, "02 76 FF 45 01 00 00 00 20 4E 00 00 00 "+strings.Repeat("00 ", 75+1+30)+"01 A2", frame(r.close))
}

func TestPaymentsStandInTheirPlaces(t *testing.T) {
	message := closeReceipt(1, fiscal.Payments{Cash: 1, Card: 2, Prepaid: 3, Credit: 4, Counter: 5}, fiscal.TaxPatent)
	require.Len(t, message, 118)
	pay := func(n int) uint64 { return number(message[6+5*(n-1) : 6+5*n]) }
	require.EqualValues(t, []uint64{1, 2, 3, 4, 5}, []uint64{pay(1), pay(2), pay(14), pay(15), pay(16)})
	require.EqualValues(t, 32, message[117])
}

func TestAPartOfAMarkedPackSaysHowMuch(t *testing.T) {
	l := fiscal.Line{Quantity: 500, Measure: 11, Marked: &fiscal.MarkedUnit{Code: []byte("01"), Status: 2}}
	require.Equal(t, "FF 61 01 00 00 00 02 00 02 0C 30 31 3C 08 01 00 0B FF 03 03 00 03 F4 01", hexText(checkMark(1, &l)))
}

func TestADocumentThatCannotBeSentIsRefusedBeforeTheFirstByte(t *testing.T) {
	long := strings.Repeat("x", 256)
	for name, test := range map[string]struct {
		change func(d *fiscal.Document, m *model)
		want   fiscal.Problem
		text   string
	}{
		"no lines":                    {func(d *fiscal.Document, m *model) { d.Lines = nil }, fiscal.ProblemRefused, "нет позиций"},
		"no tax system":               {func(d *fiscal.Document, m *model) { d.TaxSystem = 0 }, fiscal.ProblemRefused, "система налогообложения"},
		"two tax systems":             {func(d *fiscal.Document, m *model) { d.TaxSystem = 3 }, fiscal.ProblemRefused, "система налогообложения"},
		"less paid than due":          {func(d *fiscal.Document, m *model) { d.Payments = fiscal.Payments{Cash: 111489} }, fiscal.ProblemRefused, "меньше итога"},
		"card over the total":         {func(d *fiscal.Document, m *model) { d.Payments = fiscal.Payments{Card: 111491} }, fiscal.ProblemRefused, "безналичная"},
		"a negative payment":          {func(d *fiscal.Document, m *model) { d.Payments = fiscal.Payments{Cash: 200000, Card: -1} }, fiscal.ProblemRefused, "вне допустимых"},
		"no quantity":                 {func(d *fiscal.Document, m *model) { d.Lines[0].Quantity = 0 }, fiscal.ProblemRefused, "line 1: цена, количество"},
		"a negative price":            {func(d *fiscal.Document, m *model) { d.Lines[0].Price = -1 }, fiscal.ProblemRefused, "вне допустимых"},
		"a sum that means not given":  {func(d *fiscal.Document, m *model) { d.Lines[0].Sum = notGiven }, fiscal.ProblemRefused, "вне допустимых"},
		"a sum two kopecks off":       {func(d *fiscal.Document, m *model) { d.Lines[1].Sum += 2 }, fiscal.ProblemRefused, "line 2: сумма позиции"},
		"a rate without a code":       {func(d *fiscal.Document, m *model) { d.Lines[0].VAT = 0 }, fiscal.ProblemUnsupported, "НДС"},
		"a mark in an old format":     {func(d *fiscal.Document, m *model) { m.ffd = 2 }, fiscal.ProblemUnsupported, "ФФД 1.05"},
		"an empty code":               {func(d *fiscal.Document, m *model) { d.Lines[2].Marked.Code = nil }, fiscal.ProblemMark, "0 байт"},
		"a code too long for a frame": {func(d *fiscal.Document, m *model) { d.Lines[2].Marked.Code = []byte(long) }, fiscal.ProblemMark, "256 байт"},
		"a permission over 250 bytes": {func(d *fiscal.Document, m *model) { d.Lines[2].Industry.Value = long }, fiscal.ProblemUnsupported, "line 3: отраслевой"},
		"an id too long for its tag":  {func(d *fiscal.Document, m *model) { d.ReceiptID = long }, fiscal.ProblemRefused, "слишком длинный"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, m, settings := sampleReceipt(), &model{ffd: ffd12}, testSettings()
			test.change(&doc, m)
			_, err := settings.compose(&doc, m)
			var own *problem
			require.True(t, errors.As(err, &own), "got %v", err)
			require.Equal(t, test.want, own.word)
			require.ErrorContains(t, err, test.text)
		})
	}
}

func TestTextIsWrittenInThePrintersPages(t *testing.T) {
	for text, want := range map[string]string{
		"Молоко":    "CC EE EB EE EA EE",
		"«Ёж» №5":   "AB A8 E6 BB 20 B9 35",
		"a\nb\x1dc": "61 20 62 20 63",
		"чай 中":     "F7 E0 E9 20 3F",
	} {
		require.Equal(t, want, hexText(commandText(text, 20)), text)
	}
	require.Equal(t, "8C AE AB AE AA AE", hexText(tlvText("Молоко", 20)))
	require.Equal(t, "22 A5 A6 22 20 FC 35 20 2D", hexText(tlvText("«еж» №5 —", 20)))
	require.Len(t, commandText(strings.Repeat("я", 200), 128), 128)
	require.Equal(t, byte(' '), operation(1, 1, 1, &fiscal.Line{Name: "//тайна"})[32], "two slashes would keep the name off the paper")
}
