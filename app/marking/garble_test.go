package marking_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/marking"
)

// The keyboard of marking-codes §5.2, written down here a second time, from the other side.
var (
	toRussian = strings.NewReplacer(
		"`", "ё", "q", "й", "w", "ц", "e", "у", "r", "к", "t", "е", "y", "н", "u", "г", "i", "ш", "o", "щ", "p", "з", "[", "х", "]", "ъ",
		"a", "ф", "s", "ы", "d", "в", "f", "а", "g", "п", "h", "р", "j", "о", "k", "л", "l", "д", ";", "ж", "'", "э",
		"z", "я", "x", "ч", "c", "с", "v", "м", "b", "и", "n", "т", "m", "ь", ",", "б", ".", "ю", "/", ".",
		"~", "Ё", "Q", "Й", "W", "Ц", "E", "У", "R", "К", "T", "Е", "Y", "Н", "U", "Г", "I", "Ш", "O", "Щ", "P", "З", "{", "Х", "}", "Ъ",
		"A", "Ф", "S", "Ы", "D", "В", "F", "А", "G", "П", "H", "Р", "J", "О", "K", "Л", "L", "Д", ":", "Ж", "\"", "Э",
		"Z", "Я", "X", "Ч", "C", "С", "V", "М", "B", "И", "N", "Т", "M", "Ь", "<", "Б", ">", "Ю", "?", ",",
		"@", "\"", "#", "№", "$", ";", "^", ":", "&", "?", "|", "/")
	swapLatin = strings.NewReplacer(pairs("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")...)
	// Under Caps Lock the Russian layout swaps the keys х ъ ж э б ю ё too.
	swapRussian = strings.NewReplacer(pairs("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ")...)
)

func pairs(a, b string) (all []string) {
	as, bs := []rune(a), []rune(b)
	for i := range as {
		all = append(all, string(as[i]), string(bs[i]), string(bs[i]), string(as[i]))
	}
	return all
}

// mishap is what may happen to a code on its way, and what Parse has to say of it.
type mishap struct {
	name    string
	garble  func(code, id string) string // id is the symbology prefix of the code's symbol
	repairs []marking.Repair
}

func gsAs(s string) func(string) string {
	return func(code string) string { return strings.ReplaceAll(code, "\x1d", s) }
}

var mishaps = func() []mishap {
	all := []mishap{
		{"as it is", func(s, _ string) string { return s }, nil},
		{"leading GS", func(s, _ string) string { return "\x1d" + s }, nil},
		{"trailing GS", func(s, _ string) string { return s + "\x1d" }, nil},
		{"BOM", func(s, _ string) string { return "\ufeff" + s }, nil},
		{"STX, ETX, CR LF", func(s, _ string) string { return "\x02" + s + "\x03\r\n" }, nil},
		{"blanks and NUL around", func(s, _ string) string { return " \t" + s + "\x00 " }, nil},
		{"FNC1 as byte E8", func(s, _ string) string { return "\xe8" + s }, []marking.Repair{marking.RepairGSSubstitute}},
		{"FNC1 as byte E8, taken for CP1251", func(s, _ string) string { return "и" + s }, []marking.Repair{marking.RepairGSSubstitute}},
		{"FNC1 as è", func(s, _ string) string { return "è" + s }, []marking.Repair{marking.RepairGSSubstitute}},
		{"every FNC1 as byte E8", func(s, _ string) string { return "\xe8" + gsAs("\xe8")(s) }, []marking.Repair{marking.RepairGSSubstitute}},
		{"every FNC1 as byte E8, taken for CP1251", func(s, _ string) string { return "и" + gsAs("и")(s) }, []marking.Repair{marking.RepairGSSubstitute}},
		{"FNC1 as byte E8 in a plain symbol", func(s, id string) string { return id + "\xe8" + s }, []marking.Repair{marking.RepairAIM, marking.RepairGSSubstitute}},
		{"AIM id", func(s, id string) string { return id + s }, []marking.Repair{marking.RepairAIM}},
		{"AIM id and GS", func(s, id string) string { return id + "\x1d" + s }, []marking.Repair{marking.RepairAIM}},
		{"Russian layout", func(s, _ string) string { return toRussian.Replace(s) }, []marking.Repair{marking.RepairLayout}},
		{"Russian layout with AIM id", func(s, id string) string { return toRussian.Replace(id + s) },
			[]marking.Repair{marking.RepairLayout, marking.RepairAIM}},
		{"Caps Lock with AIM id", func(s, id string) string { return swapLatin.Replace(id + s) },
			[]marking.Repair{marking.RepairCaps, marking.RepairAIM}},
		{"Caps Lock and Russian layout with AIM id", func(s, id string) string { return swapRussian.Replace(toRussian.Replace(id + s)) },
			[]marking.Repair{marking.RepairLayout, marking.RepairCaps, marking.RepairAIM}},
		{"lost GS", func(s, _ string) string { return gsAs("")(s) }, []marking.Repair{marking.RepairGSRestored}},
		{"lost GS, Russian layout", func(s, _ string) string { return toRussian.Replace(gsAs("")(s)) },
			[]marking.Repair{marking.RepairLayout, marking.RepairGSRestored}},
		{"Russian layout, GS written out", func(s, _ string) string { return gsAs(`\x1d`)(toRussian.Replace(s)) },
			[]marking.Repair{marking.RepairLayout, marking.RepairEscape}},
		{"Russian layout, GS typed out", func(s, _ string) string { return toRussian.Replace(gsAs("<GS>")(s)) },
			[]marking.Repair{marking.RepairLayout, marking.RepairEscape}},
	}
	for _, s := range []string{"|", "~", "^", "#", "@", "$", " ", "\t", "\x1c", "\x1e", "\x1f", "␝", "↔"} {
		all = append(all, mishap{"GS as " + s, func(code, _ string) string { return gsAs(s)(code) }, []marking.Repair{marking.RepairGSSubstitute}})
	}
	for _, s := range []string{`\x1d`, `\x1D`, `\X1d`, `\X1D`, `\u001d`, `\u001D`, `\U001D`, `\\u001d`, `\035`, "{GS}", "{gs}", "<GS>", "<gs>", "[GS]",
		"(GS)", "<FNC1>", "{FNC1}", "{fnc1}", "^]", "~1", "~d029", "~D029", "&#29;", "&#x1D;", "\x1b[19~", "\x1b0\x1b2\x1b9", "\x1b0\x1b0\x1b2\x1b9"} {
		all = append(all, mishap{"GS as " + s, func(code, _ string) string { return gsAs(s)(code) }, []marking.Repair{marking.RepairEscape}},
			mishap{"GS and the leading FNC1 as " + s, func(code, _ string) string { return s + gsAs(s)(code) }, []marking.Repair{marking.RepairEscape}})
	}
	return all
}()

func TestAGarbledCodeIsTheSameItem(t *testing.T) {
	for _, code := range []struct{ name, scan string }{
		{"milk", milk}, {"milk by weight", milkWeight}, {"beer", beer}, {"keg", keg}, {"water", water},
		{"clothes", clothes}, {"shoes", shoes}, {"block", block},
		{"shoes with AI 240", strings.Replace(shoes, "\x1d91", "\x1d2406403\x1d91", 1)},
		{"photo camera", strings.Replace(clothes, "5abCdEfGhIjKl", "5abCdEfGhIjKlMnOpQrS", 1)},
		{"canned food", strings.Replace(clothes, "5abCdEfGhIjKl", "5abCdE", 1)},
	} {
		want := parse(t, code.scan).Code
		for _, m := range mishaps {
			t.Run(code.name+"/"+m.name, func(t *testing.T) {
				s := parse(t, m.garble(code.scan, "]d2"))
				require.Equal(t, want.Identity(), s.Code.Identity())
				require.Equal(t, code.scan, s.Code.KM())
				require.Equal(t, m.repairs, s.Repairs)
				require.Empty(t, s.Warnings)
				require.Empty(t, s.Candidates)
			})
		}
	}
}

// symbolOf is the symbology prefix that the symbol of an example has; gs1: it begins with FNC1.
func symbolOf(s marking.Scan) (id string, gs1 bool) {
	switch {
	case s.Symbology != "":
		return s.Symbology, s.Symbology == "]d2" || s.Symbology == "]C1"
	case s.Kind == marking.KindExcise68:
		return "]L0", false
	case s.Kind == marking.KindURL:
		return "]Q1", false
	case len(s.Elements) == 0 && len(s.Barcode) == 13:
		return "]E0", false
	case len(s.Elements) == 0 && len(s.Barcode) == 8:
		return "]E4", false
	case len(s.Elements) == 0:
		return "]d1", false
	case s.Kind == marking.KindSSCC:
		return "]C1", true
	}
	return "]d2", true
}

// Examples whose separators cannot be found again: what stands after the serial number may be a part of it.
var cannotBeRestored = map[string]bool{
	"§2.1 tobacco transport pack": true, "§2 medicine with batch and expiry": true,
}

func TestEveryExampleIsTheSameItemHoweverItIsGarbled(t *testing.T) {
	for _, e := range examples {
		clean := parse(t, e.scan)
		code := clean.Text // without the frame and the prefix of the example itself
		if clean.Kind == marking.KindUnknown && clean.GTIN == "" && len(clean.Elements) == 0 {
			continue // free text and box numbers have no form that would tell a garbled one
		}
		id, gs1 := symbolOf(clean)
		want := parse(t, code)
		// Only its prefix tells an SSCC without 00, an EAN-13 with an add-on, a UPC-E from other digits.
		needsPrefix := want.Kind != clean.Kind || want.GTIN != clean.GTIN || len(want.Elements) != len(clean.Elements)
		if clean.Symbology != "" {
			want = parse(t, clean.Symbology+code)
		}
		for _, m := range mishaps {
			garbled := m.garble(code, id)
			switch {
			case garbled == code, !gs1 && strings.Contains(m.name, "FNC1"):
				continue // nothing to garble, no FNC1 to be changed
			case needsPrefix && !strings.HasPrefix(m.name, "AIM"):
				continue
			}
			t.Run(e.name+"/"+m.name, func(t *testing.T) {
				got := parse(t, garbled)
				require.Equal(t, garbled, string(got.Raw))
				for _, r := range got.Repairs {
					require.Contains(t, m.repairs, r)
				}
				if cannotBeRestored[e.name] && strings.Contains(m.name, "lost GS") {
					require.Contains(t, got.Warnings, marking.WarnGSLost)
					require.NotEqual(t, code, got.Text)
					return
				}
				require.Equal(t, want.Kind, got.Kind)
				require.Equal(t, want.Code, got.Code)
				require.Equal(t, want.GTIN, got.GTIN)
				require.Equal(t, want.Barcode, got.Barcode)
				require.Equal(t, want.PLU, got.PLU)
				require.Equal(t, want.Elements, got.Elements)
				require.Equal(t, want.Tag1162, got.Tag1162)
				require.Equal(t, want.Expiry, got.Expiry)
				require.Subset(t, append([]string{marking.WarnNotGS1}, want.Warnings...), got.Warnings)
			})
		}
	}
}

func TestCodesOfCapitalsOnlyTellCapsLockByThemselves(t *testing.T) {
	for _, c := range []struct{ name, scan string }{{"fur", fur}, {"EGAIS 2.0", excise68}, {"EGAIS 3.0", excise150}} {
		t.Run(c.name, func(t *testing.T) {
			want := parse(t, c.scan)
			us := parse(t, swapLatin.Replace(c.scan))
			require.Equal(t, want.Kind, us.Kind)
			require.Equal(t, c.scan, us.Text)
			require.Equal(t, []marking.Repair{marking.RepairCaps}, us.Repairs)
			russian := parse(t, swapRussian.Replace(toRussian.Replace(c.scan)))
			require.Equal(t, c.scan, russian.Text)
			require.Equal(t, []marking.Repair{marking.RepairLayout, marking.RepairCaps}, russian.Repairs)
		})
	}
	require.Equal(t, marking.KindUnknown, parse(t, "a text of the same length, 68 characters with blanks and other signs").Kind)
}

func TestCapsLockIsFoundByTheCheckSum(t *testing.T) {
	t.Run("without an AIM id", func(t *testing.T) {
		s := parse(t, swapLatin.Replace(clothes))
		require.Equal(t, clothes, s.Code.KM())
		require.Equal(t, []marking.Repair{marking.RepairCaps}, s.Repairs)
		require.Empty(t, s.Warnings)
	})
	t.Run("without an AIM id, in the Russian layout, GS lost", func(t *testing.T) {
		s := parse(t, swapRussian.Replace(toRussian.Replace(gsAs("")(clothes))))
		require.Equal(t, clothes, s.Code.KM())
		require.Equal(t, []marking.Repair{marking.RepairLayout, marking.RepairCaps, marking.RepairGSRestored}, s.Repairs)
	})
}

func TestAPrefixTellsTheRussianLayoutOfAnyNumber(t *testing.T) {
	s := parse(t, toRussian.Replace("]C0123456"))
	require.Equal(t, "123456", s.Text)
	require.Equal(t, "]C0", s.Symbology)
	require.Equal(t, []marking.Repair{marking.RepairLayout, marking.RepairAIM}, s.Repairs)
}

func TestLettersOfTwoAlphabets(t *testing.T) {
	t.Run("the check sum tells look-alikes from keys", func(t *testing.T) {
		s := parse(t, strings.NewReplacer("A", "А", "B", "В", "T", "Т").Replace(clothes))
		require.Equal(t, clothes, s.Code.KM())
		require.Equal(t, []marking.Repair{marking.RepairLayout}, s.Repairs)
		require.Empty(t, s.Warnings)
	})
	t.Run("without a check sum both readings are possible, and it is said", func(t *testing.T) {
		s := parse(t, strings.Replace(water, "Kd4x", "Kd4а", 1))
		require.Contains(t, s.Warnings, marking.WarnMixedScript)
	})
	t.Run("letters without a Latin look-alike come from the keyboard", func(t *testing.T) {
		s := parse(t, strings.Replace(water, "Kd4x", "Лd4x", 1))
		require.Equal(t, "Kd4x", s.Code.Check())
		require.Empty(t, s.Warnings)
	})
}

func TestLostSeparators(t *testing.T) {
	for _, c := range []struct {
		name, scan string
		kind       marking.Kind
		km         string
		repaired   bool
		warnings   []string
	}{
		{"one of two is missing", strings.Replace(clothes, "\x1d92", "92", 1), marking.KindMarking, clothes, true, nil},
		{"the one before 93 is missing, the one after came", strings.Replace(milkWeight, "\x1d93", "93", 1), marking.KindMarking, milkWeight, true, nil},
		{"a block with the AI 240", strings.ReplaceAll(block+"\x1d2401234", "\x1d", ""), marking.KindMarking, block + "\x1d2401234", true, nil},
		{"an expiry among the tails needs no GS after it", strings.ReplaceAll(strings.Replace(clothes, "\x1d91", "\x1d1728060091", 1), "\x1d", ""),
			marking.KindMarking, strings.Replace(clothes, "\x1d91", "\x1d1728060091", 1), true, nil},
		{"a form that no group has", "010461234567890321abc93Kd4x", marking.KindMarking, "010461234567890321abc\x1d93Kd4x", true, []string{marking.WarnGSGuessed}},
		{"a batch may end before the expiry or after it", strings.ReplaceAll(strings.Replace(clothes, "\x1d91", "\x1d10A1\x1d1728060091", 1), "\x1d", ""),
			marking.KindUnknown, "", false, []string{marking.WarnGSLost}},
		{"a short one with two places is not guessed", "010461234567890321A10B93Kd4x", marking.KindMarking,
			"010461234567890321A10B93Kd4x", false, []string{marking.WarnNoCheckPart, marking.WarnGSLost}},
		{"a label with GS and a serial that looks like a tail", "010461234567890321abc93Kd4x\x1d17261231", marking.KindMarking,
			"010461234567890321abc93Kd4x\x1d17261231", false, []string{marking.WarnNoCheckPart}},
		{"more than any code has", "010461234567890321" + strings.Repeat("93Kd4x", 60), marking.KindUnknown, "", false, []string{marking.WarnGSLost}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Equal(t, c.kind, s.Kind)
			require.Equal(t, c.km, s.Code.KM())
			require.Equal(t, c.warnings, s.Warnings)
			if c.repaired {
				require.Equal(t, []marking.Repair{marking.RepairGSRestored}, s.Repairs)
			} else {
				require.Empty(t, s.Repairs)
			}
			require.Equal(t, "04612345678903", s.GTIN)
		})
	}
}

func TestEquallyGoodReadingsAreSaidAndListed(t *testing.T) {
	medicine := strings.Replace(clothes, "\x1d91", "\x1d10A1\x1d1728060091", 1)
	for _, c := range []struct {
		name, scan, warning string
		candidates          []string
	}{
		{"a batch may end before the expiry or after it", gsAs("")(medicine), marking.WarnGSLost, []string{
			medicine, strings.Replace(strings.Replace(medicine, "\x1d17", "17", 1), "0091", "00\x1d91", 1)}},
		{"two places of a check part", "010461234567890321A10B93Kd4x", marking.WarnGSLost,
			[]string{"010461234567890321A10B\x1d93Kd4x", "010461234567890321A\x1d10B\x1d93Kd4x"}},
		{"a КИ, or a serial number and a batch", gsAs("")(transport), marking.WarnGSLost, []string{gsAs("")(transport), transport}},
		{"two alphabets", strings.Replace(water, "Kd4x", "Kd4а", 1), marking.WarnMixedScript,
			[]string{strings.Replace(water, "Kd4x", "Kd4f", 1), strings.Replace(water, "Kd4x", "Kd4a", 1)}},
		{"eight digits", "01234558", marking.WarnUPCE, []string{"00000001234558", "00012345000058"}},
		{"~1 is a name of GS, or ~ stands for it", "010461234567890321abcdef~100460123456789000014", marking.WarnAmbiguous,
			[]string{"010461234567890321abcdef\x1d00460123456789000014", "010461234567890321abcdef\x1d100460123456789000014"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.scan)
			require.Contains(t, s.Warnings, c.warning)
			require.ElementsMatch(t, c.candidates, s.Candidates)
		})
	}
	t.Run("of very many some are listed", func(t *testing.T) {
		s := parse(t, "010461234567890321abcdef10"+strings.Repeat("240", 7)+"310300125093Kd4x")
		require.Contains(t, s.Warnings, marking.WarnGSLost)
		require.Len(t, s.Candidates, marking.MaxCandidates)
	})
	t.Run("a long serial number with a batch has one split, a guess", func(t *testing.T) {
		s := parse(t, "0104612345678903215abCdEfGhIjKl10A17/2026-11")
		require.Equal(t, "0104612345678903215abCdEfGhIjKl\x1d10A17/2026-11", s.Code.KM())
		require.Equal(t, []string{marking.WarnNoCheckPart, marking.WarnGSGuessed}, s.Warnings)
		require.Empty(t, s.Candidates)
	})
}

func TestTwoDifferentSubstitutesAreDamage(t *testing.T) {
	s := parse(t, "0104612345678903215abCdEfGhIjKl#91EE11@92S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk=")
	require.Equal(t, marking.KindUnknown, s.Kind)
	require.Equal(t, []string{marking.WarnCharacters}, s.Warnings)
}

func TestBracketsOfPeople(t *testing.T) {
	require.Equal(t, clothes, parse(t, "(01)04612345678903(21)5abCdEfGhIjKl(91)EE11(92)S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk=").Code.KM())
	require.Equal(t, "04612345678903", parse(t, "(01)04612345678903").GTIN)
	require.Equal(t, marking.KindUnknown, parse(t, "(01)04612345678903(21)5a(bC)d").Kind)
}

// anyCode composes a code of one of the known forms.
func anyCode(t *rapid.T) string {
	const serials = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"%&'*+-./_,:;=<>?"
	text := func(label string, n int) string {
		return string(rapid.SliceOfN(rapid.SampledFrom([]byte(serials)), n, n).Draw(t, label))
	}
	head := "01" + rapid.SampledFrom([]string{"04612345678903", "14612345678900", "00000046012340"}).Draw(t, "gtin") + "21"
	tail := rapid.SampledFrom([]struct {
		serial int
		with   func() string
	}{
		{6, func() string { return "\x1d93" + text("check", 4) }},
		{6, func() string { return "\x1d93" + text("check", 4) + "\x1d3103001250" }},
		{7, func() string { return "\x1d93" + text("check", 4) }},
		{7, func() string { return "\x1d8005215000\x1d93" + text("check", 4) }},
		{13, func() string { return "\x1d93" + text("check", 4) }},
		{13, func() string { return clothes[strings.IndexByte(clothes, '\x1d'):] }},
		{13, func() string { return shoes[strings.IndexByte(shoes, '\x1d'):] }},
		{20, func() string { return clothes[strings.IndexByte(clothes, '\x1d'):] }},
	}).Draw(t, "form")
	return head + text("serial", tail.serial) + tail.with()
}

func TestAnyGarbledCodeReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := anyCode(t)
		f := rapid.SampledFrom(mishaps).Draw(t, "mishap")
		s, err := marking.Parse([]byte(f.garble(code, "]d2")))
		if err != nil || s.Kind != marking.KindMarking || s.Code.KM() != code {
			t.Fatalf("%s of %q: %s %q, %v %v, %v", f.name, code, s.Kind, s.Code.KM(), s.Repairs, s.Warnings, err)
		}
		if ki, _, _ := strings.Cut(code, "\x1d"); s.Code.KI() != ki {
			t.Fatalf("КИ of %q: got %q", code, s.Code.KI())
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, e := range examples {
		f.Add([]byte(e.scan))
	}
	for _, m := range mishaps {
		f.Add([]byte(m.garble(clothes, "]d2")))
		f.Add([]byte(m.garble(block, "]d2")))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := marking.Parse(raw)
		if err != nil {
			return
		}
		require.Equal(t, string(raw), string(s.Raw))
		require.LessOrEqual(t, len(s.Tag1162), 32)
		require.LessOrEqual(t, len(s.Candidates), marking.MaxCandidates)
		require.NotEqual(t, 1, len(s.Candidates), "one candidate is no choice")
		if tag, value := s.Tag1163(); tag != marking.Tag1300 {
			require.LessOrEqual(t, len(value), 38)
		} else {
			require.LessOrEqual(t, utf8.RuneCountInString(value), 32)
		}
		require.Equal(t, s.Kind == marking.KindMarking || s.Kind == marking.KindURL && s.Code.Serial() != "", !s.Code.IsZero())
		require.False(t, s.Kind == marking.KindURL && s.Code.HasCheckPart())
		if s.GTIN != "" {
			require.Len(t, s.GTIN, 14)
		}
		if s.Kind != marking.KindMarking {
			return
		}
		c := s.Code
		require.Equal(t, s.Text, c.KM())
		require.NotContains(t, c.KI(), "\x1d")
		require.Equal(t, -1, strings.IndexFunc(c.KM(), func(r rune) bool { return r != marking.GS && (r <= ' ' || r > '~') }), "KM has foreign characters")
		require.LessOrEqual(t, len(c.Serial()), 20)
		require.True(t, c.KI() == "01"+c.GTIN()+"21"+c.Serial() || c.KI() == c.GTIN()+c.Serial() && len(c.Serial()) == 7, c.KI())
		require.NotContains(t, c.Masked(), c.KM())
		if !c.HasCheckPart() {
			require.Contains(t, s.Warnings, marking.WarnNoCheckPart)
		}
		var back marking.MarkingCode
		require.NoError(t, back.UnmarshalText([]byte(c.KM())))
		require.Equal(t, c, back, "a code that was read is read again as the same")
	})
}
