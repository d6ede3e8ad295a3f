package marking_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

// readingRules are the rules of marking-codes about reading, each with its paragraph and a scan that would be
// read otherwise without it.
var readingRules = []struct {
	rule, source, scan string
	holds              func(s marking.Scan) bool
}{
	{"КМ is КИ and a check part", "§1", milk, func(s marking.Scan) bool { return s.Code.KI() == milk[:24] && s.Code.Check() == "aB7z" }},
	{"the key of the check part is AI 91", "§1", clothes, func(s marking.Scan) bool { return s.Code.Key() == "EE11" && len(s.Code.Check()) == 44 }},
	{"a serial length is never fixed by the group", "§2", "010461234567890321abcdefgh\x1d93Kd4x", func(s marking.Scan) bool { return s.Code.Serial() == "abcdefgh" && s.Warnings == nil }},
	{"the first serial character never refuses a code", "§2", "010461234567890321xbCdEf\x1d93Kd4x", func(s marking.Scan) bool { return s.Warnings == nil }},
	{"AI 240 may stand between 21 and 91", "§2", strings.Replace(shoes, "\x1d91", "\x1d2406403\x1d91", 1), func(s marking.Scan) bool {
		return s.Code.KI() == "0104612345678903215abCdEfGhIjKl" && s.Warnings == nil
	}},
	{"values hold the digits of other AIs", "§2", "0104612345678903219192930121\x1d93Kd4x", func(s marking.Scan) bool { return s.Code.Serial() == "9192930121" }},
	{"a value is of set 82", "§2", "0104612345678903215ab`d;\x1d93aB7z", func(s marking.Scan) bool { return s.Kind == marking.KindUnknown }},
	{"a tobacco pack has no AIs", "§2", pack, func(s marking.Scan) bool { return s.Code.Serial() == "aB1?x<7" && s.Elements == nil }},
	{"3103 is grams", "§2", milkWeight, func(s marking.Scan) bool { return s.HasWeight && s.Weight == 1250 }},
	{"the last digit of 335n counts decimals", "§2", keg, func(s marking.Scan) bool { return s.HasVolume && s.Volume == 30_000 }},
	{"3353 is millilitres", "§2", beer + "\x1d3353030000", func(s marking.Scan) bool { return s.Volume == 30_000 }},
	{"17 with day 00 is the last day of the month", "§2", milk + "\x1d17280200", func(s marking.Scan) bool { return s.Expiry == "2028-02-29" }},
	{"7003 has hours and minutes", "§2", milk + "\x1d70032612312359", func(s marking.Scan) bool { return s.Expiry == "2026-12-31T23:59" }},
	{"МРЦ is base 80", "§2.2", pack, func(s marking.Scan) bool { mrp, ok := s.Code.MRP(); return ok && mrp == 21_500 }},
	{"AAAA is no МРЦ", "§2.2", strings.Replace(pack, "ADc8", "AAAA", 1), func(s marking.Scan) bool { _, ok := s.Code.MRP(); return !ok && s.Warnings == nil }},
	{"8005 is the price of a block", "§2.2", block, func(s marking.Scan) bool { mrp, ok := s.Code.MRP(); return ok && mrp == 215_000 }},
	{"a check part of 44 has its own sum", "§2.3", strings.Replace(clothes, "S0FT", "T0FT", 1), func(s marking.Scan) bool {
		return s.Kind == marking.KindMarking && slices.Contains(s.Warnings, marking.WarnCRC)
	}},
	{"68 characters are an old mark", "§3", excise68, func(s marking.Scan) bool { return s.Kind == marking.KindExcise68 }},
	{"its алкокод is base 36", "§3", excise68, func(s marking.Scan) bool { return s.AlcoholCode == "0123456000001234567" }},
	{"150 characters are a new mark", "§3", excise150, func(s marking.Scan) bool { return s.Kind == marking.KindExcise150 }},
	{"26 digits are a box of alcohol", "§3", "12345678901234567890123456", func(s marking.Scan) bool {
		return s.Kind == marking.KindUnknown && slices.Contains(s.Warnings, marking.WarnLogistic)
	}},
	{"КИ ends at the first GS", "§4", clothes, func(s marking.Scan) bool { return s.Code.KI() == "0104612345678903215abCdEfGhIjKl" }},
	{"the КИ of a pack is 21 characters", "§4", pack, func(s marking.Scan) bool { return s.Code.KI() == pack[:21] }},
	{"an SSCC is accepted without 00", "§4", "]C1460123456789000014", func(s marking.Scan) bool { return s.Kind == marking.KindSSCC }},
	{"identity is GTIN and serial, case-sensitive", "§4", strings.ToUpper(milk), func(s marking.Scan) bool { return s.Code.Identity() == "04612345678903/5ABCD;" }},
	{"a code without its check part is a КИ", "§4", milk[:24], func(s marking.Scan) bool {
		return !s.Code.HasCheckPart() && slices.Contains(s.Warnings, marking.WarnNoCheckPart)
	}},
	{"GS written out is undone", "§5", strings.Replace(milk, "\x1d", "{GS}", 1), repaired(marking.RepairEscape)},
	{"GS replaced is undone", "§5", strings.Replace(milk, "\x1d", "#", 1), repaired(marking.RepairGSSubstitute)},
	{"caret notation is undone", "§5", strings.Replace(milk, "\x1d", "^]", 1), repaired(marking.RepairEscape)},
	{"byte E8 at the start is FNC1", "§5", "\xe8" + milk, repaired(marking.RepairGSSubstitute)},
	{"a leading GS is normal", "§5", "\x1d" + milk, repaired()},
	{"the frame is taken off", "§5", "\ufeff\x02" + milk + "\x03\r\n", repaired()},
	{"brackets hold known AIs only", "§5", "(01)04612345678903(21)5a(bC)d", func(s marking.Scan) bool { return s.Kind == marking.KindUnknown }},
	{"the AIM id is taken off and kept", "§5.1", "]d2" + milk, func(s marking.Scan) bool { return s.Symbology == "]d2" && s.Code.KM() == milk }},
	{"UPC-A of 12 digits is accepted", "§5.1", "]E0012345678905", func(s marking.Scan) bool { return s.GTIN == "00012345678905" }},
	{"a Russian letter undoes the layout of the whole scan", "§5.2", "ъв20104612345678903215фиСвж\x1d93фИ7я", repaired(marking.RepairLayout, marking.RepairAIM)},
	{"case first, layout second", "§5.2", "ЪВ20104612345678903215ФИсВЖ\x1d93Фи7Я", repaired(marking.RepairLayout, marking.RepairCaps, marking.RepairAIM)},
	{"the AIM id is a canary of Caps Lock", "§5.2", "]D20104612345678903215ABcD;\x1d93Ab7Z", repaired(marking.RepairCaps, marking.RepairAIM)},
	{"a wrong sum that case mends is Caps Lock", "§5.2", swapLatin.Replace(clothes), func(s marking.Scan) bool {
		return s.Code.KM() == clothes && slices.Contains(s.Repairs, marking.RepairCaps)
	}},
	{"punctuation alone tells nothing of the layout", "§5.2", "0104612345678903215.,?\"/:\x1d93aB7z", repairedTo("0104612345678903215.,?\"/:\x1d93aB7z")},
	{"the raw bytes are kept", "§5.3", "\x02ъв2" + pack, func(s marking.Scan) bool { return string(s.Raw) == "\x02ъв2"+pack }},
	{"a GS1 code of 29 characters is no pack", "§6", "01046123456789032112345678901", func(s marking.Scan) bool { return s.Code.Serial() == "12345678901" }},
	{"a content is logistic", "§6", "020461234567890337" + "12", func(s marking.Scan) bool {
		return slices.Contains(s.Warnings, marking.WarnLogistic) && len(s.Elements) == 2
	}},
	{"a fur tag has its mask", "§6", fur, func(s marking.Scan) bool { return s.Kind == marking.KindFur }},
	{"anything else is free text", "§6", "KASSA-0017", func(s marking.Scan) bool { return s.Kind == marking.KindUnknown && s.Warnings == nil }},
	{"extra GS after a pre-defined length is allowed", "§6.1", "0104612345678903\x1d215abCd;\x1d93aB7z\x1d", func(s marking.Scan) bool { return s.Warnings == nil }},
	{"elements come in any order", "§6.1", "\x1d93aB7z\x1d215abCd;\x1d0104612345678903", func(s marking.Scan) bool { return s.Code.KI() == milk[:24] }},
	{"an AI with two values is an error", "§6.1", milk + "\x1d93Kd4x", func(s marking.Scan) bool { return slices.Contains(s.Warnings, marking.WarnElement) }},
	{"8005 run into 93 is too long", "§6.1", "010461234567890321aB1?x<7\x1d800521500093Kd4x", repaired(marking.RepairGSRestored)},
	{"lost GS is put back at the best place", "§6.2", gsAs("")(clothes), repaired(marking.RepairGSRestored)},
	{"block and keg of 41 are told apart", "§6.2", gsAs("")(block), repairedTo(block)},
	{"only a unique split counts", "§6.2", "010461234567890321A10B93Kd4x", func(s marking.Scan) bool {
		return slices.Contains(s.Warnings, marking.WarnGSLost) && len(s.Candidates) == 2
	}},
	{"the check part never goes into tag 1162", "§7.1", clothes, func(s marking.Scan) bool { return !strings.Contains(string(s.Tag1162), "EE11") }},
	{"a GTIN of 8 digits is padded", "§8", "46012340", func(s marking.Scan) bool { return s.GTIN == "00000046012340" }},
	{"UPC-E is expanded", "§8", "01234505", func(s marking.Scan) bool { return s.GTIN == "00012000003455" }},
	{"unknown AIs are kept", "§8", milk + "\x1d05xyz", func(s marking.Scan) bool {
		return s.Elements[3] == marking.Element{AI: "05", Value: "xyz"} && slices.Contains(s.Warnings, marking.WarnUnknownAI)
	}},
	{"pairs are not tested in marking codes", "§8", milk + "\x1d3712", func(s marking.Scan) bool { return s.Kind == marking.KindMarking && s.Warnings == nil }},
	{"pairs are tested in labels", "§8", "]C10104612345678903" + "3712", func(s marking.Scan) bool { return slices.Contains(s.Warnings, marking.WarnPairing) }},
	{"a Digital Link holds elements", "§8", "https://id.example/01/4612345678903?17=261231", func(s marking.Scan) bool { return s.GTIN == "04612345678903" && s.Expiry == "2026-12-31" }},
	{"20-29 are labels of scales", "§9", "2200123012340", func(s marking.Scan) bool { return s.PLU == "00123" && s.Weight == 1234 }},
	{"all digits of a label are kept", "§9", "2200123012340", func(s marking.Scan) bool { return s.Barcode == "2200123012340" }},
	{"a weight of nothing is said", "§9", "2200123000002", func(s marking.Scan) bool { return slices.Contains(s.Warnings, marking.WarnNoWeight) }},
	{"two scans in one are refused", "§11", milk + "]d2" + milk, func(s marking.Scan) bool {
		return s.Kind == marking.KindUnknown && slices.Contains(s.Warnings, marking.WarnTwoScans)
	}},
}

// repaired: the scan is a marking code without a warning, and these are the repairs.
func repaired(repairs ...marking.Repair) func(marking.Scan) bool {
	return func(s marking.Scan) bool {
		return s.Kind == marking.KindMarking && s.Warnings == nil && slices.Equal(s.Repairs, repairs)
	}
}

func repairedTo(km string) func(marking.Scan) bool {
	return func(s marking.Scan) bool { return s.Code.KM() == km && s.Warnings == nil }
}

func TestEveryRuleOfReadingHolds(t *testing.T) {
	for _, r := range readingRules {
		t.Run(r.source+" "+r.rule, func(t *testing.T) {
			s := parse(t, r.scan)
			require.True(t, r.holds(s), "%q is read as %s %q, %v %v", r.scan, s.Kind, s.Text, s.Repairs, s.Warnings)
		})
	}
}

func TestScansOfOneItemCompareEqualWhateverTheChannel(t *testing.T) {
	// marking-codes §4.
	for _, c := range []struct {
		name  string
		scans []string
	}{
		{"milk", []string{milk, "]d2" + milk, milk[:24], gsAs("")(milk), gsAs("|")(milk), toRussian.Replace(milk), milkWeight,
			"(01)04612345678903(21)5abCd;(93)aB7z", "\x1d93aB7z\x1d215abCd;\x1d0104612345678903", "https://id.example/01/04612345678903/21/5abCd%3B"}},
		{"a tobacco pack", []string{pack, "]d1" + pack, pack[:21], pack[:25], "01" + pack[:14] + "21" + pack[14:21],
			"01" + pack[:14] + "21" + pack[14:21] + "\x1d93Kd4x", toRussian.Replace(pack)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := parse(t, c.scans[0]).Code.Identity()
			require.NotEmpty(t, want)
			for _, scan := range c.scans {
				require.Equal(t, want, parse(t, scan).Code.Identity(), "%q", scan)
			}
		})
	}
	for _, scan := range []string{"4612345678903", "04612345678903", "0104612345678903", "]d20104612345678903", "]E04612345678903",
		"(01)04612345678903", "https://id.example/01/4612345678903", milk, pack} {
		require.Equal(t, "04612345678903", parse(t, scan).GTIN, "%q", scan)
	}
	require.NotEqual(t, parse(t, milk).Code.Identity(), parse(t, swapLatin.Replace(milk)).Code.Identity(), "case counts")
}
