package marking

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheSearchForLostSeparatorsIsBounded(t *testing.T) {
	const head = "010461234567890321"
	t.Run("real codes take few steps", func(t *testing.T) {
		for _, rest := range []string{
			"5abCd;93aB7z", "aB1?x<7800521500093Kd4x", "5abCdEfGhIjKl91EE1192S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk=",
			"919191919191991EE1192S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk=",
		} {
			require.Less(t, stepsOf(rest), 100, rest)
		}
	})
	t.Run("a text made up to be slow is given up", func(t *testing.T) {
		// Found by climbing: every place is a batch, an additional number or a weight.
		const slow = "3103102409310102402424024021010173103103103101335103103917080050800570030210261231912402612311000125080059124024110"
		require.Greater(t, stepsOf(slow), maxSteps)
		s, err := Parse([]byte(head + slow))
		require.NoError(t, err)
		require.Contains(t, s.Warnings, WarnGSLost)
		require.Empty(t, s.Candidates)
	})
	t.Run("a text longer than any code is not searched", func(t *testing.T) {
		require.Zero(t, restoreGS(head+strings.Repeat("93Kd4x", 60)))
	})
}

// stepsOf counts what the search does for what follows AI 21.
func stepsOf(rest string) int {
	s := gsSearch{rest: rest}
	for n := 1; n <= min(maxSerial, len(rest)); n++ {
		s.serial = n
		s.walk(n, 0, false)
	}
	return s.steps
}

// Four times the length may take four times the time; a square would take sixteen. The best of many runs is
// compared, so that a busy machine does not matter.
func TestTimeGrowsWithTheLengthOfAScanOnly(t *testing.T) {
	for name, piece := range map[string]string{
		"digits":                    "1",
		"heads of marking codes":    "010461234567890321",
		"elements":                  "10~\x1d99x",
		"brackets":                  "(10)A",
		"open brackets":             "(",
		"names of GS":               "<GS>93a{GS}",
		"escapes cut short":         `\u00`,
		"substitutes":               "#93Kd4x",
		"Russian layout":            "фИсВЖ",
		"two alphabets":             "фFсC",
		"a Digital Link":            "01/04612345678903/",
		"attributes":                "&17=261231",
		"bytes that are no text":    "\xe8\xff",
		"symbology prefixes":        "]d2",
		"lost separators":           "93Kd4x10240",
		"line ends":                 "4612345678903\r\n",
		"tildes":                    "~1~d029",
		"Caps Lock":                 "]D2ABC",
		"numbers of boxes":          "00460123456789000014",
		"capitals, as excise marks": "ABC0",
	} {
		t.Run(name, func(t *testing.T) {
			for _, prefix := range []string{"", "]d2", "]D2", "010461234567890321", "https://id.example/01/04612345678903?", "и01", "("} {
				scan := func(size int) []byte { return []byte((prefix + strings.Repeat(piece, size))[:size]) }
				small, large := best(scan(MaxScan/4)), best(scan(MaxScan))
				require.Less(t, large, 10*small+50*time.Microsecond, "%q: %s, then %s", prefix, small, large)
			}
		})
	}
}

// best is the shortest of many runs.
func best(raw []byte) time.Duration {
	shortest := time.Hour
	for range 20 {
		start := time.Now()
		_, err := Parse(raw)
		if d := time.Since(start); d < shortest {
			shortest = d
		}
		if err != nil {
			panic(err)
		}
	}
	return shortest
}
