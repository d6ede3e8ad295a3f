package scanner

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const silence = "\x00silence" // a piece of input that stands for a pause

func TestAStreamIsCutIntoScans(t *testing.T) {
	const mark = "010461234567890321ABC\x1d93Kd4x"
	long := strings.Repeat("x", maxScan)
	for name, test := range map[string]struct {
		prefix, suffix string
		pieces         []string
		want           []string
		dropped        int
	}{
		"CR ends a scan":                       {"", "", []string{"4606453849072\r"}, []string{"4606453849072"}, 0},
		"LF ends a scan":                       {"", "", []string{"1\n2\n"}, []string{"1", "2"}, 0},
		"CRLF ends one scan, not two":          {"", "", []string{"1\r\n2\r\n"}, []string{"1", "2"}, 0},
		"CRLF that falls into two reads":       {"", "", []string{"1\r", "\n2\r", "\n"}, []string{"1", "2"}, 0},
		"bytes one by one":                     {"", "", strings.Split("46\r47\r", ""), []string{"46", "47"}, 0},
		"silence ends a scan without suffix":   {"", "", []string{"46", "07", silence, "48", silence}, []string{"4607", "48"}, 0},
		"silence alone is no scan":             {"", "", []string{silence, "\r\n", silence}, nil, 0},
		"GS is kept":                           {"", "", []string{mark + "\r"}, []string{mark}, 0},
		"the set suffix ends a scan":           {"", "\r", []string{"1\r2", "\r"}, []string{"1", "2"}, 0},
		"with a suffix set others are data":    {"", "\t", []string{"1\r\n2\t"}, []string{"1\r\n2"}, 0},
		"a suffix of two bytes":                {"", "\r\n", []string{"1\r2\r", "\n3\r\n"}, []string{"1\r2", "3"}, 0},
		"silence gives up what has no suffix":  {"", "\r", []string{"12", silence, "3\r"}, []string{"3"}, 1},
		"the prefix is taken off":              {"\x02", "\x03", []string{"\x02123\x03\x02456\x03"}, []string{"123", "456"}, 0},
		"a scan without the prefix is a scan":  {"\x02", "\r", []string{"123\r"}, []string{"123"}, 0},
		"prefix and suffix around nothing":     {"\x02", "\x03", []string{"\x02\x03"}, nil, 0},
		"a scan at the limit":                  {"", "", []string{long + "\r"}, []string{long}, 0},
		"a scan at the limit with its affixes": {"ab", "cd", []string{"ab" + long + "cd"}, []string{long}, 0},
		"a scan over the limit is dropped":     {"", "", []string{long + "x\r1\r"}, []string{"1"}, 1},
		"far over the limit, ended by silence": {"", "", []string{long, long, long, silence, "1\r"}, []string{"1"}, 1},
		"far over the limit with a suffix":     {"", "##", []string{long, long, "#", "#1##"}, []string{"1"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := framer{prefix: []byte(test.prefix), suffix: []byte(test.suffix)}
			var got []string
			dropped := 0
			deliver := func(scan []byte) { got = append(got, string(scan)) }
			drop := func(string) { dropped++ }
			for _, piece := range test.pieces {
				if piece == silence {
					f.quiet(deliver, drop)
					continue
				}
				f.feed([]byte(piece), deliver, drop)
			}
			require.Equal(t, test.want, got)
			require.Equal(t, test.dropped, dropped)
			require.False(t, f.begun())
		})
	}
}

func FuzzFramer(f *testing.F) {
	f.Add("", "", []byte("1\r\n2\r\n"), 3)
	f.Add("\x02", "\x03", []byte("\x021\x03\x022\x03"), 1)
	f.Add("", "##", bytes.Repeat([]byte("x#"), 5000), 4000)
	f.Fuzz(func(t *testing.T, prefix, suffix string, stream []byte, cut int) {
		if len(prefix) > maxAffix || len(suffix) > maxAffix {
			return
		}
		read := func(pieces ...[]byte) (scans []string, dropped int) {
			framer := framer{prefix: []byte(prefix), suffix: []byte(suffix)}
			deliver := func(scan []byte) { scans = append(scans, string(scan)) }
			drop := func(string) { dropped++ }
			for _, piece := range pieces {
				framer.feed(piece, deliver, drop)
				require.LessOrEqual(t, len(framer.scan), maxScan+2*maxAffix+2)
			}
			framer.quiet(deliver, drop)
			return scans, dropped
		}
		whole, dropped := read(stream)
		cut = max(0, min(cut, len(stream)))
		inParts, droppedInParts := read(stream[:cut], stream[cut:])
		require.Equal(t, whole, inParts, "how bytes fall into reads does not matter")
		require.Equal(t, dropped, droppedInParts)
		for _, scan := range whole {
			require.NotEmpty(t, scan)
			require.LessOrEqual(t, len(scan), maxScan)
			require.NotContains(t, scan, "\r"+suffix)
		}
	})
}
