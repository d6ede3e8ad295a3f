package marking_test

import (
	"strings"
	"testing"

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

// fault is what may happen to a code on its way, and what Parse has to say of it.
type fault struct {
	name    string
	garble  func(string) string
	repairs []marking.Repair
}

func gsAs(s string) func(string) string {
	return func(code string) string { return strings.ReplaceAll(code, "\x1d", s) }
}

var faults = func() []fault {
	all := []fault{
		{"as it is", func(s string) string { return s }, nil},
		{"leading GS", func(s string) string { return "\x1d" + s }, nil},
		{"trailing GS", func(s string) string { return s + "\x1d" }, nil},
		{"BOM", func(s string) string { return "\ufeff" + s }, nil},
		{"STX, ETX, CR LF", func(s string) string { return "\x02" + s + "\x03\r\n" }, nil},
		{"FNC1 as byte E8", func(s string) string { return "\xe8" + s }, []marking.Repair{marking.RepairGSSubstitute}},
		{"FNC1 as byte E8, taken for CP1251", func(s string) string { return "и" + s }, []marking.Repair{marking.RepairGSSubstitute}},
		{"FNC1 as è", func(s string) string { return "è" + s }, []marking.Repair{marking.RepairGSSubstitute}},
		{"AIM id", func(s string) string { return "]d2" + s }, []marking.Repair{marking.RepairAIM}},
		{"AIM id and GS", func(s string) string { return "]d2\x1d" + s }, []marking.Repair{marking.RepairAIM}},
		{"Russian layout", toRussian.Replace, []marking.Repair{marking.RepairLayout}},
		{"Russian layout with AIM id", func(s string) string { return toRussian.Replace("]d2" + s) },
			[]marking.Repair{marking.RepairLayout, marking.RepairAIM}},
		{"Caps Lock with AIM id", func(s string) string { return swapLatin.Replace("]d2" + s) },
			[]marking.Repair{marking.RepairCaps, marking.RepairAIM}},
		{"Caps Lock and Russian layout with AIM id", func(s string) string { return swapRussian.Replace(toRussian.Replace("]d2" + s)) },
			[]marking.Repair{marking.RepairLayout, marking.RepairCaps, marking.RepairAIM}},
		{"lost GS", gsAs(""), []marking.Repair{marking.RepairGSRestored}},
		{"lost GS, Russian layout", func(s string) string { return toRussian.Replace(gsAs("")(s)) },
			[]marking.Repair{marking.RepairLayout, marking.RepairGSRestored}},
		{"Russian layout, GS written out", func(s string) string { return gsAs(`\x1d`)(toRussian.Replace(s)) },
			[]marking.Repair{marking.RepairLayout, marking.RepairEscape}},
	}
	for _, s := range []string{"|", "~", "^", "#", "@", "$", " ", "\t", "\x1c", "\x1e", "\x1f", "␝"} {
		all = append(all, fault{"GS as " + s, gsAs(s), []marking.Repair{marking.RepairGSSubstitute}})
	}
	for _, s := range []string{`\x1d`, `\x1D`, `\u001d`, `\u001D`, `\035`, "{GS}", "<GS>", "[GS]", "(GS)", "<FNC1>", "{FNC1}", "^]", "~1", "~d029"} {
		all = append(all, fault{"GS as " + s, gsAs(s), []marking.Repair{marking.RepairEscape}},
			fault{"GS and the leading FNC1 as " + s, func(code string) string { return s + gsAs(s)(code) }, []marking.Repair{marking.RepairEscape}})
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
		for _, f := range faults {
			t.Run(code.name+"/"+f.name, func(t *testing.T) {
				s := parse(t, f.garble(code.scan))
				require.Equal(t, want.Identity(), s.Code.Identity())
				require.Equal(t, code.scan, s.Code.KM())
				require.Equal(t, f.repairs, s.Repairs)
				require.Empty(t, s.Warnings)
			})
		}
	}
}

func TestAPackHasNoSeparatorsToLose(t *testing.T) {
	for _, f := range faults[:14] {
		if strings.Contains(f.name, "FNC1") {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			s := parse(t, strings.ReplaceAll(f.garble(pack), "]d2", "]d1"))
			require.Equal(t, pack, s.Code.KM())
		})
	}
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
		f := rapid.SampledFrom(faults).Draw(t, "fault")
		s, err := marking.Parse([]byte(f.garble(code)))
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
	for _, g := range faults {
		f.Add([]byte(g.garble(clothes)))
		f.Add([]byte(g.garble(block)))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := marking.Parse(raw)
		if err != nil {
			return
		}
		require.Equal(t, string(raw), string(s.Raw))
		require.LessOrEqual(t, len(s.Tag1162), 32)
		require.Equal(t, s.Kind == marking.KindMarking, !s.Code.IsZero())
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
