package marking

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
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
		{"3922", "12345", true}, {"3932", "6431234", true}, {"3932", "643", false},
		{"395" + "5", "123456", true},
		{"421", "643101000", true}, {"423", "643", true}, {"423", "643112", true}, {"423", "6431", false}, {"423", "643643643643643643", false},
		{"4330", "000250", true}, {"4330", "000250-", true},
		{"7003", "2612312359", true}, {"7003", "2612312460", false}, {"7003", "2612002359", false}, {"7003", "2612312360", false},
		{"7040", "1ABC", true}, {"7040", "ABCD", false},
		{"8003", "04612345678903X", true}, {"8003", "04612345678904", false},
		{"8005", "215000", true}, {"8005", "21500093Kd4x", false},
		{"8008", "26123112", true}, {"8008", "261231125959", true},
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
