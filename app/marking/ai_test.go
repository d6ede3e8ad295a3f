package marking

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

func TestTwoDigitsDecideTheLengthOfAnAI(t *testing.T) {
	// marking-codes §6.1, written out by hand.
	want := map[int][]int{
		2: {0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 30, 37, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99},
		3: {23, 24, 25, 40, 41, 42, 71},
		4: {31, 32, 33, 34, 35, 36, 39, 43, 70, 72, 80, 81, 82},
	}
	for first := range 100 {
		length := 0
		for n, list := range want {
			if slices.Contains(list, first) {
				length = n
			}
		}
		require.Equal(t, length, identifierLength[first], "AI %02d", first)
	}
	for ai := range identifiers {
		require.Len(t, ai, identifierLength[number(ai[:2])])
	}
}

func TestOnlyTheListedIdentifiersNeedNoGS(t *testing.T) {
	// marking-codes §6.1: value lengths.
	fixed := map[string]int{"00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "11": 6, "12": 6, "13": 6, "14": 6, "15": 6, "16": 6,
		"17": 6, "18": 6, "19": 6, "20": 2, "31": 6, "32": 6, "33": 6, "34": 6, "35": 6, "36": 6, "41": 13}
	for ai, id := range identifiers {
		require.Equal(t, fixed[ai[:2]], id.fixed, "AI %s", ai)
	}
}

func TestValuesOfIdentifiers(t *testing.T) {
	// marking-codes §8.
	for _, c := range []struct {
		ai, value string
		fits      bool
	}{
		{"00", "460123456789000014", true}, {"00", "460123456789000015", false},
		{"01", "04612345678903", true}, {"01", "4612345678903", false},
		{"10", "A17", true}, {"10", "", false}, {"10", "123456789012345678901", false}, {"10", "A#1", false},
		{"17", "261231", true}, {"17", "261200", true}, {"17", "261300", false}, {"17", "260231", false}, {"17", "2612", false}, {"17", "26123x", false},
		{"240", "6403", true},
		{"253", "4612345678903", true}, {"253", "4612345678903ABC", true}, {"253", "4612345678904", false},
		{"3105", "000150", true}, {"3105", "00150", false},
		{"3922", "12345", true}, {"3932", "6431234", true}, {"3932", "0001234", false}, {"3932", "643", false},
		{"395" + "5", "123456", true},
		{"255", "4612345678903", true}, {"255", "461234567890312", true}, {"255", "4612345678903x", false},
		{"421", "643101000", true}, {"421", "999101000", false}, {"422", "643", true}, {"422", "000", false}, {"426", "999", false}, {"423", "643", true}, {"423", "643112", true}, {"423", "643999", false}, {"423", "6431", false}, {"423", "643643643643643643", false},
		{"4307", "RU", true}, {"4307", "RR", false}, {"4307", "ru", false},
		{"4309", "18000000003600000000", true}, {"4309", "18000000010000000000", false}, {"4309", "00000000003600000001", false},
		{"4300", "A%20B", true}, {"4300", "A%2", false}, {"4300", "A%2G", false}, {"4300", "%41%42", true},
		{"4321", "0", true}, {"4321", "1", true}, {"4321", "2", false},
		{"4330", "000250", true}, {"4330", "000250-", true}, {"4330", "000250+", false},
		{"7003", "2612312359", true}, {"7003", "2612312460", false}, {"7003", "2612002359", false}, {"7003", "2612312360", false},
		{"7030", "999X", true}, {"7030", "643X", true}, {"7030", "000X", false}, {"7030", "643", false},
		{"7040", "1ABC", true}, {"7040", "ABCD", false}, {"7040", "1AB-", true}, {"7040", "1AB!", false},
		{"7250", "20000229", true}, {"7250", "19000229", false}, {"7252", "9", true}, {"7252", "3", false},
		{"7258", "1/2", true}, {"7258", "2/1", false}, {"7258", "0/1", false}, {"7258", "1-2", false}, {"7258", "1/x", false},
		{"8001", "12341234512391", true}, {"8001", "00001234512391", false}, {"8001", "12341234512321", false},
		{"8003", "04612345678903X", true}, {"8003", "04612345678904", false}, {"8003", "14612345678903", false},
		{"8005", "215000", true}, {"8005", "21500093Kd4x", false},
		{"8006", "046123456789030102", true}, {"8006", "046123456789030201", false}, {"8006", "046123456789030002", false},
		{"8007", "GB29NWBK60161331926819", true}, {"8007", "GB28NWBK60161331926819", false}, {"8007", "GB29", false}, {"8007", "gb29NWBK60161331926819", false},
		{"8008", "26123112", true}, {"8008", "261231125959", true}, {"8008", "26123124", false}, {"8008", "2612311260", false},
		{"8011", "12", true}, {"8011", "012", false},
		{"8013", "1987654Ad4X4bL5ttr2310c2K", true}, {"8013", "1987654Ad4X4bL5ttr2310c2X", false}, {"8013", "1", false}, {"8013", "!22", true},
		{"8010", "460#A/1", true}, {"8010", "460a", false},
		{"8018", "460123456789000014", true},
		{"8030", "ab-_=", true}, {"8030", "a+b", false},
		{"92", "S0FTU0E=", true}, {"99", "x", true},
	} {
		t.Run(fmt.Sprintf("%s %q", c.ai, c.value), func(t *testing.T) {
			require.Contains(t, identifiers, c.ai)
			require.Equal(t, c.fits, identifiers[c.ai].fits(c.value))
		})
	}
}

func TestRulesOfPairsSpeakOfIdentifiersThatExist(t *testing.T) {
	for ai, id := range identifiers {
		patterns := id.excludes
		for _, group := range id.needs {
			patterns = append(slices.Clone(patterns), group...)
		}
		for _, order := range id.qualifiers {
			require.True(t, id.key)
			patterns = append(slices.Clone(patterns), order...)
		}
		for _, pattern := range patterns {
			known := false
			for other := range identifiers {
				known = known || matches(pattern, other)
			}
			require.True(t, known, "AI %s speaks of %s", ai, pattern)
		}
	}
	// marking-codes §8, GS1 Digital Link; 415 is in the dictionary.
	var keys []string
	for ai, id := range identifiers {
		if id.key {
			keys = append(keys, ai)
		}
	}
	slices.Sort(keys)
	require.Equal(t, []string{"00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006", "8010", "8013", "8017", "8018"}, keys)
}

func TestCountriesAreThoseOfISO(t *testing.T) {
	require.Len(t, countryNumbers, 249)
	require.Len(t, countryLetters, 249)
	for code := range strings.FieldsSeq(countryCodes) {
		region, err := language.ParseRegion(code[3:])
		require.NoError(t, err, code)
		require.True(t, region.IsCountry(), code)
		require.Equal(t, number(code[:3]), region.M49(), code)
	}
	for _, rouble := range []string{"643", "933", "398", "417", "051"} { // the money of the EAEU
		require.True(t, currencies[rouble], rouble)
	}
	require.False(t, currencies["810"], "the rouble of before 1998")
}

func TestAMistakeInTheTableIsFoundAtStart(t *testing.T) {
	for _, line := range []string{"99 Q4", "99 X..0", "99 X4:nonsense"} {
		require.Panics(t, func() { parseIdentifiers(line) }, line)
	}
}

func TestCheckDigitsOfTheReference(t *testing.T) {
	// marking-codes §8.
	for body, digit := range map[string]byte{"461234567890": '3', "1461234567890": '0', "4601234": '0', "46012345678900001": '4'} {
		require.Equal(t, string(digit), string(checkDigit(body)), body)
		require.True(t, checkDigitRight(body+string(digit)))
	}
}

func TestTheRussianLayoutIsABijection(t *testing.T) {
	// marking-codes §5.2: all 94 printable keys, those that are the same in both layouts included.
	seen := map[byte]bool{}
	for russian, us := range fromRussian {
		require.False(t, seen[us], "two keys give %q", us)
		seen[us] = true
		require.NotEqual(t, rune(us), russian)
	}
	for b := byte('!'); b <= '~'; b++ {
		if !seen[b] {
			require.Contains(t, "0123456789!%()*+-=_\\", string(b))
			require.NotContains(t, fromRussian, rune(b), "%q is the same in both layouts", b)
		}
	}
}
