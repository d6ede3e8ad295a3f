package marking_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/money"
)

const otherPack = "04612345678903aZ1?x<7ADc8Kd4x"

func TestTwoScansInOneAreRefused(t *testing.T) {
	// marking-codes §11. gtin: the marked code among them, which the till asks for once more.
	const gtin = "04612345678903"
	for _, c := range []struct{ name, scan, gtin string }{
		{"a short КМ and a tobacco pack", "0104600000000015215t0103\x1d93aB7z" + pack, "04600000000015"},
		{"a КМ and an EAN-13", milk + "4612345678903", gtin},
		{"a КМ and an EAN-8", milk + "46012340", gtin},
		{"a КМ and a UPC-A", milk + "012345678905", gtin},
		{"a КМ and an ITF-14", milk + "14612345678900", gtin},
		{"a КМ and an SSCC", milk + sscc, gtin},
		{"a КМ and a fur tag", milk + fur, gtin},
		{"a КМ and a mark of ЕГАИС", milk + excise68, gtin},
		{"a КМ and a КМ", milk + beer, gtin},
		{"a КМ and its КИ", milk + milk[:24], gtin},
		{"a КМ of 44 and a pack", clothes + pack, gtin},
		{"a КМ of 88 and an EAN-13", shoes + "4612345678903", gtin},
		{"a КМ with a weight and an EAN-13", milkWeight + "4612345678903", gtin},
		{"a КМ with a weight and a pack", milkWeight + pack, gtin},
		{"a КМ with a weight and an SSCC", milkWeight + sscc, gtin},
		{"a КМ with a weight twice", milkWeight + milkWeight, gtin},
		{"an SSCC and a КМ", sscc + milk, gtin},
		{"an EAN-13 and a КМ", "4612345678903" + milk, gtin},
		{"a КИ and a КМ", milk[:24] + milk, gtin},
		{"a КМ twice, each with its FNC1 as GS", "\x1d" + milk + "\x1d" + milk, gtin},
		{"a pack and a КМ", pack + milk, gtin},
		{"a pack twice", pack + pack, gtin},
		{"two packs", pack + otherPack, gtin},
		{"two packs in plain symbols", "]d1" + pack + "]d1" + otherPack, gtin},
		{"three packs", pack + otherPack + pack, gtin},
		{"a pack and an EAN-13", pack + "4612345678903", gtin},
		{"an EAN-13 and a pack", "4612345678903" + pack, gtin},
		{"two EAN-13 with their prefixes", "]E04612345678903]E04612345678903", ""},
		{"two EAN-8", "4601234046012340", ""},
		{"an EAN-8 and an EAN-13", "460123404612345678903", ""},
		{"an SSCC twice", sscc + sscc, ""},
		{"an SSCC twice in GS1-128", "]C1" + sscc + sscc, ""},
		{"two SSCC", sscc + "00460123456789000021", ""},
		{"a GTIN with its AI twice", "]d2" + strings.Repeat("0104612345678903", 2), ""},
		{"a mark of ЕГАИС twice", excise68 + excise68, ""},
		{"marks of both sorts", excise68 + excise150, ""},
		{"two fur tags", fur + fur, ""},
		{"two barcodes on two lines", "4612345678903\r46012340", ""},
		{"two КМ in the Russian layout", toRussian.Replace("]d2" + milk + "]d2" + milk), gtin},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Equal(t, marking.KindUnknown, s.Kind)
			require.Equal(t, []string{marking.WarnTwoScans}, s.Warnings)
			require.Equal(t, c.gtin, s.GTIN)
			require.True(t, s.Code.IsZero())
			require.NotContains(t, s.Repairs, marking.RepairGSRestored)
		})
	}
}

func TestOneScanIsNotTakenForTwo(t *testing.T) {
	for _, c := range []struct {
		name, scan string
		kind       marking.Kind
	}{
		{"a check part longer than any known one", milk + "newTail2", marking.KindMarking},
		{"a check part longer than any known one, of digits without a check digit", milk + "46012341", marking.KindMarking},
		{"an unknown AI behind a GS", milk + "\x1d4612345678903", marking.KindMarking},
		{"an expiry whose GS is lost and which has the check digit of an EAN-8", milk + "17261203", marking.KindMarking},
		{"an expiry with an hour whose GS is lost and which has the check digit of an ITF-14", milk + "70032612311808", marking.KindMarking},
		{"a weight whose GS is lost and whose digits are an EAN-8", gsAs("")(milk + "\x1d3103001257"), marking.KindMarking},
		{"an AIM prefix of nothing", "KASSA]d2KASSA", marking.KindUnknown},
		{"two lines of nothing", "abc\rdef", marking.KindUnknown},
		{"one line of nothing", "4612345678903\rdef", marking.KindUnknown},
		{"bytes that are no text", "\x81\x93\r\xfe\x01\r9", marking.KindUnknown},
		{"a badge that ends like a barcode", "KASSA4612345678903", marking.KindUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Equal(t, c.kind, s.Kind)
			require.NotContains(t, s.Warnings, marking.WarnTwoScans)
		})
	}
	t.Run("an unknown length alone warns", func(t *testing.T) {
		s := parse(t, milk+"newTail2")
		require.Equal(t, []string{marking.WarnCheckForm}, s.Warnings)
		require.Equal(t, "aB7znewTail2", s.Code.Check())
		require.Equal(t, marking.TypeUnknown, s.Code.Type())
	})
}

func TestValuesThatContradictEachOtherSayNothing(t *testing.T) {
	type said struct {
		weight money.Millis
		has    bool
		expiry string
		check  string
	}
	for _, c := range []struct {
		name, scan string
		want       said
		warnings   []string
	}{
		// marking-codes §8: at most one of each 31nn family.
		{"two weights of different decimals", milk + "\x1d3103001250\x1d3102001250", said{check: "aB7z"}, []string{marking.WarnPairing}},
		{"two weights of different decimals that are the same", milk + "\x1d3103001250\x1d3102000125", said{check: "aB7z"}, []string{marking.WarnPairing}},
		{"one weight twice", milk + "\x1d3103001250\x1d3103001250", said{weight: 1250, has: true, check: "aB7z"}, nil},
		{"a weight and a volume", milk + "\x1d3103001250\x1d3353001250", said{weight: 1250, has: true, check: "aB7z"}, nil},
		// §6.1: the same AI with different values is an error.
		{"two values of a weight", milk + "\x1d3103001250\x1d3103001251", said{}, []string{marking.WarnElement, marking.WarnNoCheckPart}},
		{"two check parts", milk + "\x1d93aB7q", said{}, []string{marking.WarnElement, marking.WarnNoCheckPart}},
		{"two expiries", milk + "\x1d17261231\x1d17261230", said{}, []string{marking.WarnElement, marking.WarnNoCheckPart}},
		{"two keys", clothes + "\x1d91EE12", said{}, []string{marking.WarnElement, marking.WarnNoCheckPart}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Equal(t, marking.KindMarking, s.Kind)
			require.Equal(t, c.want, said{s.Weight, s.HasWeight, s.Expiry, s.Code.Check()})
			require.Equal(t, c.want.check != "", s.Code.HasCheckPart())
			require.Equal(t, c.warnings, s.Warnings)
		})
	}
	t.Run("a label of a box too", func(t *testing.T) {
		s := parse(t, "]C10104612345678903"+"3103001250"+"3102001250")
		require.Equal(t, []string{marking.WarnPairing}, s.Warnings)
		require.False(t, s.HasWeight)
	})
	t.Run("two prices of a block", func(t *testing.T) {
		_, has := parse(t, block+"\x1d8005215001").Code.MRP()
		require.False(t, has)
	})
}
