package scan_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"kassa/app/scan"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// us is the US keyboard as X11 numbers it, written out by hand: xkeyboard-config, evdev + 8.
var us = map[rune]int{
	'1': 10, '2': 11, '3': 12, '4': 13, '5': 14, '6': 15, '7': 16, '8': 17, '9': 18, '0': 19, '-': 20, '=': 21,
	'q': 24, 'w': 25, 'e': 26, 'r': 27, 't': 28, 'y': 29, 'u': 30, 'i': 31, 'o': 32, 'p': 33, '[': 34, ']': 35,
	'a': 38, 's': 39, 'd': 40, 'f': 41, 'g': 42, 'h': 43, 'j': 44, 'k': 45, 'l': 46, ';': 47, '\'': 48, '`': 49,
	'\\': 51, 'z': 52, 'x': 53, 'c': 54, 'v': 55, 'b': 56, 'n': 57, 'm': 58, ',': 59, '.': 60, '/': 61, ' ': 65,
}

// windows is the same keyboard in set 1, as Windows numbers it.
var windows = map[rune]int{
	'1': 2, '2': 3, '3': 4, '4': 5, '5': 6, '6': 7, '7': 8, '8': 9, '9': 10, '0': 11, '-': 12, '=': 13,
	'q': 16, 'w': 17, 'e': 18, 'r': 19, 't': 20, 'y': 21, 'u': 22, 'i': 23, 'o': 24, 'p': 25, '[': 26, ']': 27,
	'a': 30, 's': 31, 'd': 32, 'f': 33, 'g': 34, 'h': 35, 'j': 36, 'k': 37, 'l': 38, ';': 39, '\'': 40, '`': 41,
	'\\': 43, 'z': 44, 'x': 45, 'c': 46, 'v': 47, 'b': 48, 'n': 49, 'm': 50, ',': 51, '.': 52, '/': 53, ' ': 57,
}

const (
	shiftedKeys = `!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>?`
	plainKeys   = "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./"
)

// russian gives the rune of a key in the Russian layout, for key-downs and runes as a window reports them.
var russian = strings.NewReplacer("a", "ф", "b", "и", "c", "с", "d", "в", ";", "ж", "z", "я", "B", "И", "C", "С", "]", "ъ")

// events turns a text into events step apart: a key-down and its rune each, as Fyne gives them.
func events(text string, numbers map[rune]int, layout func(string) string, at time.Time, step time.Duration) (keys []scan.Key) {
	for _, r := range text {
		k := scan.Key{At: at}
		plain := r
		if i := strings.IndexRune(shiftedKeys, r); i >= 0 {
			plain, k.Shift = rune(plainKeys[i]), true
		}
		k.Physical = numbers[plain]
		if r == 0x1D {
			k.Physical, k.Ctrl = numbers[']'], true
		}
		keys = append(keys, k)
		if r != 0x1D {
			typed, _ := utf8.DecodeRuneInString(layout(string(r)))
			keys = append(keys, scan.Key{Rune: typed, Shift: k.Shift, At: at.Add(100 * time.Microsecond)})
		}
		at = at.Add(step)
	}
	return keys
}

func asTyped(s string) string { return s }

// feed gives all keys to the detector and collects what it lets through: characters as they are, other keys by number.
type seen struct {
	typed string
	scans []string
	lost  int
	last  scan.Result
}

func (s *seen) take(k scan.Key, r scan.Result) {
	s.typed += r.Text
	switch r.Kind {
	case scan.Pass:
		if k.Rune != 0 {
			s.typed += string(k.Rune)
		}
	case scan.Scan:
		s.scans = append(s.scans, string(r.Data))
	case scan.Lost:
		s.lost++
	}
	s.last = r
}

func feed(w *scan.Wedge, keys ...scan.Key) (s seen) {
	for _, k := range keys {
		s.take(k, w.Key(k))
	}
	return s
}

const (
	milk  = "0104612345678903215abCd;\x1d93aB7z"
	codes = "]d2" + milk
	enter = 36 // X11
)

func TestAScanOfAnyLayoutComesOutAsTheKeysOfAUSKeyboard(t *testing.T) {
	for _, c := range []struct {
		name    string
		codes   scan.Codes
		numbers map[rune]int
		enter   int
		layout  func(string) string
	}{
		{"X11, US layout", scan.CodesX11, us, enter, asTyped},
		{"X11, Russian layout", scan.CodesX11, us, enter, russian.Replace},
		{"X11, Caps Lock", scan.CodesX11, us, enter, strings.ToUpper},
		{"X11, Enter of the numeric pad", scan.CodesX11, us, 104, asTyped},
		{"X11, Tab", scan.CodesX11, us, 23, asTyped},
		{"Windows, Russian layout", scan.CodesWindows, windows, 0x1C, russian.Replace},
		{"Windows, Tab", scan.CodesWindows, windows, 0x0F, asTyped},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := scan.NewWedge(scan.Settings{Codes: c.codes})
			keys := events(codes, c.numbers, c.layout, start, 8*time.Millisecond)
			end := scan.Key{Physical: c.enter, At: keys[len(keys)-1].At.Add(8 * time.Millisecond)}
			got := feed(w, append(keys, end)...)
			require.Equal(t, []string{codes}, got.scans)
			require.Empty(t, got.typed)
		})
	}
}

func TestEveryKeyOfAUSKeyboard(t *testing.T) {
	for _, c := range []struct {
		name    string
		codes   scan.Codes
		numbers map[rune]int
		enter   int
	}{{"X11", scan.CodesX11, us, enter}, {"Windows", scan.CodesWindows, windows, 0x1C}} {
		t.Run(c.name, func(t *testing.T) {
			text := plainKeys + " " + shiftedKeys
			w := scan.NewWedge(scan.Settings{Codes: c.codes})
			keys := events(text, c.numbers, func(string) string { return "ы" }, start, time.Millisecond)
			got := feed(w, append(keys, scan.Key{Physical: c.enter, At: keys[len(keys)-1].At})...)
			require.Equal(t, []string{text}, got.scans)
		})
	}
}

func TestTheNumericPadGivesDigits(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes scan.Codes
		pad   []int // of 4 6 0 1 2 3 4 0 as the system numbers them
		enter int
	}{
		{"X11", scan.CodesX11, []int{83, 85, 90, 87, 88, 89, 83, 90}, 104},
		{"Windows", scan.CodesWindows, []int{0x4B, 0x4D, 0x52, 0x4F, 0x50, 0x51, 0x4B, 0x52}, 0x11C},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := scan.NewWedge(scan.Settings{Codes: c.codes})
			at := start
			for _, k := range c.pad {
				feed(w, scan.Key{Physical: k, At: at})
				at = at.Add(5 * time.Millisecond)
			}
			require.Equal(t, []string{"46012340"}, feed(w, scan.Key{Physical: c.enter, At: at}).scans)
		})
	}
}

func TestAWindowWithoutPositionsGivesRunes(t *testing.T) {
	w := scan.NewWedge(scan.Settings{})
	at := start
	for _, r := range "0104612345678903215фиСвж" {
		require.Equal(t, scan.Held, w.Key(scan.Key{Rune: r, At: at}).Kind)
		at = at.Add(time.Millisecond)
	}
	got := w.Key(scan.Key{Code: scan.Enter, At: at})
	require.Equal(t, scan.Scan, got.Kind)
	require.Equal(t, "0104612345678903215фиСвж", string(got.Data))
}

func TestAWindowWithoutPositionsKeepsTheRuneAfterF8(t *testing.T) {
	w := scan.NewWedge(scan.Settings{})
	keys := []scan.Key{{Rune: '2'}, {Rune: '1'}, {Rune: 'a'}, {Code: scan.F8}, {Rune: '9'}, {Rune: '3'}, {Code: scan.Enter}}
	for i := range keys {
		keys[i].At = start.Add(time.Duration(i) * time.Millisecond)
	}
	require.Equal(t, []string{"21a\x1d93"}, feed(w, keys...).scans)
}

func TestWaysToTypeGS(t *testing.T) {
	const f8, leftAlt, pad0, pad2, pad9 = 74, 64, 90, 88, 81
	alt := func(physical int) scan.Key { return scan.Key{Physical: physical, Alt: true} }
	for _, c := range []struct {
		name string
		keys []scan.Key
	}{
		{"Ctrl and ] as a key-down", []scan.Key{{Physical: 37}, {Physical: 35, Ctrl: true}}},
		{"Ctrl and ] as a key-down and a shortcut", []scan.Key{{Physical: 35, Ctrl: true}, {Rune: ']', Ctrl: true}}},
		{"Ctrl and ] as a shortcut only", []scan.Key{{Rune: ']', Ctrl: true}}},
		{"the character itself", []scan.Key{{Rune: 0x1D}}},
		{"F8 by its position", []scan.Key{{Physical: f8}}},
		{"F8 by its name", []scan.Key{{Code: scan.F8}}},
		{"Alt and 029", []scan.Key{{Physical: leftAlt}, alt(pad0), alt(pad2), alt(pad9)}},
		{"Alt and 0029", []scan.Key{{Physical: leftAlt}, alt(pad0), alt(pad0), alt(pad2), alt(pad9)}},
		{"Alt by its name and 029", []scan.Key{{Code: scan.Alt}, alt(pad0), alt(pad2), alt(pad9)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
			keys := events("215abCd", us, russian.Replace, start, 4*time.Millisecond)
			at := keys[len(keys)-1].At
			for _, k := range c.keys {
				at = at.Add(2 * time.Millisecond)
				k.At = at
				keys = append(keys, k)
			}
			keys = append(keys, events("93aB7z", us, russian.Replace, at.Add(2*time.Millisecond), 4*time.Millisecond)...)
			keys = append(keys, scan.Key{Physical: enter, At: keys[len(keys)-1].At.Add(time.Millisecond)})
			got := feed(w, keys...)
			require.Equal(t, []string{"215abCd\x1d93aB7z"}, got.scans)
			require.Empty(t, got.typed)
		})
	}
}

func TestAScannerThatTypesEveryCharacterWithAlt(t *testing.T) {
	pad := map[rune]int{'0': 90, '1': 87, '2': 88, '3': 89, '4': 83, '5': 84, '6': 85, '7': 79, '8': 80, '9': 81}
	w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11, MeanGap: 40 * time.Millisecond})
	at := start
	var got seen
	for _, number := range []string{"052", "054", "048", "029", "065", "098", "0122"} {
		for _, k := range append([]scan.Key{{Physical: 64}}, func() (digits []scan.Key) {
			for _, d := range number {
				digits = append(digits, scan.Key{Physical: pad[d], Alt: true})
			}
			return digits
		}()...) {
			k.At = at
			got.take(k, w.Key(k))
			at = at.Add(4 * time.Millisecond)
		}
	}
	k := scan.Key{Physical: enter, At: at}
	got.take(k, w.Key(k))
	require.Equal(t, []string{"460\x1dAbz"}, got.scans)
}

func TestTypingIsHeldAndReleasedUnchanged(t *testing.T) {
	t.Run("a slow hand: each key comes out when its time is over", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		r := w.Key(scan.Key{Rune: 'м', At: start})
		require.Equal(t, scan.Held, r.Kind)
		require.Equal(t, start.Add(45*time.Millisecond), r.Until)
		require.Equal(t, scan.Result{Kind: scan.Held, Until: r.Until}, w.Expire(r.Until.Add(-time.Nanosecond)))
		require.Equal(t, "м", w.Expire(r.Until).Text)
		require.Equal(t, scan.Pass, w.Expire(r.Until).Kind, "nothing is held any more")
	})
	t.Run("without a timer a key much later lets it out", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		got := feed(w, scan.Key{Rune: 'м', At: start}, scan.Key{Rune: 'о', At: start.Add(3 * time.Second)})
		require.Equal(t, "м", got.typed)
		require.Equal(t, scan.Held, got.last.Kind)
	})
	t.Run("the rune of a key-down comes out once, with the key-down before it", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		down, char := scan.Key{Physical: 55, At: start}, scan.Key{Rune: 'м', At: start}
		feed(w, down, char)
		r := w.Expire(start.Add(time.Second))
		require.Equal(t, []scan.Key{down, char}, r.Typed)
		require.Equal(t, "м", r.Text)
	})
	t.Run("a key that no scan has lets all out and passes", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		got := feed(w, scan.Key{Rune: '1', At: start}, scan.Key{Code: scan.Other, At: start.Add(time.Millisecond)})
		require.Equal(t, scan.Pass, got.last.Kind)
		require.Equal(t, "1", got.typed)
	})
	t.Run("an arrow known by a number only passes at once", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		require.Equal(t, scan.Result{Kind: scan.Pass}, w.Key(scan.Key{Physical: 113, At: start}))
	})
	t.Run("Shift alone passes and starts nothing", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		require.Equal(t, scan.Result{Kind: scan.Pass}, w.Key(scan.Key{Physical: 50, At: start}))
		require.Equal(t, scan.Result{Kind: scan.Pass}, w.Key(scan.Key{Code: scan.Alt, At: start}))
		require.Equal(t, scan.Result{Kind: scan.Pass}, w.Expire(start))
	})
	t.Run("a shortcut passes", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		require.Equal(t, scan.Pass, w.Key(scan.Key{Physical: 54, Ctrl: true, At: start}).Kind)
	})
	t.Run("F8 pressed by a person is given back to be handled", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		f8 := scan.Key{Code: scan.F8, At: start}
		require.Equal(t, scan.Held, w.Key(f8).Kind)
		r := w.Expire(start.Add(time.Second))
		require.Equal(t, []scan.Key{f8}, r.Typed)
		require.Empty(t, r.Text)
	})
	t.Run("Enter alone passes", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		require.Equal(t, scan.Result{Kind: scan.Pass}, w.Key(scan.Key{Code: scan.Enter, At: start}))
	})
}

// burst types six or more characters with the given pauses before the second, the third … and before Enter,
// into a window whose timers fire in time.
func burst(w *scan.Wedge, pauses ...int) seen { return burstInto(w, true, pauses...) }

func burstInto(w *scan.Wedge, awake bool, pauses ...int) (got seen) {
	at := start
	k := scan.Key{Rune: '0', At: at}
	got.take(k, w.Key(k))
	for i, p := range pauses {
		at = at.Add(time.Duration(p) * time.Millisecond)
		if until := got.last.Until; awake && got.last.Kind == scan.Held && at.After(until) {
			got.take(scan.Key{}, w.Expire(until))
		}
		k = scan.Key{Rune: '1', At: at}
		if i == len(pauses)-1 {
			k = scan.Key{Code: scan.Enter, At: at}
		}
		got.take(k, w.Key(k))
	}
	return got
}

func TestTheRuleOfABurst(t *testing.T) {
	// devices §5: at least 6 characters, no pause over 45 ms, mean below 25 ms.
	for _, c := range []struct {
		name   string
		pauses []int
		scans  int
		typed  string
	}{
		{"six characters at scanner speed", []int{8, 8, 8, 8, 8, 8}, 1, ""},
		{"no pauses at all", []int{0, 0, 0, 0, 0, 0}, 1, ""},
		{"recorded: frames of a busy window", []int{1, 17, 0, 32, 0, 16, 1, 17, 32, 0}, 1, ""},
		{"one pause of 45 ms", []int{1, 45, 1, 1, 1, 1}, 1, ""},
		{"one pause of 46 ms", []int{1, 46, 1, 1, 1, 1}, 0, "011111"},
		{"five characters", []int{8, 8, 8, 8, 8}, 0, "01111"},
		{"mean just below the limit", []int{24, 25, 25, 25, 25, 25}, 1, ""},
		{"mean at the limit", []int{25, 25, 25, 25, 25, 25}, 0, "011111"},
		{"a very fast hand", []int{40, 38, 42, 41, 39, 40, 44}, 0, "0111111"},
		{"a hand", []int{50, 67, 55, 61, 50, 67}, 0, "011111"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := burst(scan.NewWedge(scan.Settings{}), c.pauses...)
			require.Len(t, got.scans, c.scans)
			require.Equal(t, c.typed, got.typed)
			if c.scans == 0 {
				require.Equal(t, scan.Pass, got.last.Kind, "Enter is the field's")
			}
		})
	}
}

func TestAStandstillOfTheWindowSplitsNoScan(t *testing.T) {
	for _, c := range []struct {
		name   string
		pauses []int
		scans  int
	}{
		{"a slow picture after the first key", []int{300, 2, 2, 2, 2, 2, 2}, 1},
		{"two slow pictures", []int{2, 120, 2, 2, 400, 2, 2}, 1},
		{"the window stood still for longer than any picture takes", []int{2500, 2, 2, 2, 2, 2}, 0},
		{"a hand stays a hand", []int{50, 67, 55, 61, 50, 67}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Len(t, burstInto(scan.NewWedge(scan.Settings{}), false, c.pauses...).scans, c.scans)
		})
	}
}

func TestSettingsOfTheRule(t *testing.T) {
	t.Run("a slower scanner", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{MaxGap: 90 * time.Millisecond, MeanGap: 60 * time.Millisecond, MinLength: 3})
		require.Equal(t, []string{"011"}, burst(w, 50, 50, 50).scans)
	})
	t.Run("Tab ends a field, not a scan", func(t *testing.T) {
		w := scan.NewWedge(scan.Settings{Suffix: scan.SuffixEnter})
		for i := range 8 {
			w.Key(scan.Key{Rune: '1', At: start.Add(time.Duration(i) * time.Millisecond)})
		}
		r := w.Key(scan.Key{Code: scan.Tab, At: start.Add(9 * time.Millisecond)})
		require.Equal(t, scan.Pass, r.Kind)
		require.Equal(t, "11111111", r.Text)
	})
	t.Run("Enter does not end a scan of a Tab scanner", func(t *testing.T) {
		require.Empty(t, burst(scan.NewWedge(scan.Settings{Suffix: scan.SuffixTab}), 1, 1, 1, 1, 1, 1).scans)
	})
}

func TestTwentyScansInARow(t *testing.T) {
	// till-ux SC-4: 150 ms apart, in order, none lost, none doubled.
	w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
	var got seen
	var want []string
	at := start
	for i := range 20 {
		code := strings.Repeat(string(rune('a'+i)), 130)
		want = append(want, code)
		for _, k := range append(events(code, us, asTyped, at, time.Millisecond), scan.Key{Physical: enter, At: at.Add(131 * time.Millisecond)}) {
			got.take(k, w.Key(k))
		}
		at = at.Add(150 * time.Millisecond)
	}
	require.Equal(t, want, got.scans)
	require.Empty(t, got.typed)
}

func TestTheSecondHalfOfCRLFPressesNoButton(t *testing.T) {
	w := scan.NewWedge(scan.Settings{})
	burst(w, 1, 1, 1, 1, 1, 1)
	require.Equal(t, scan.Held, w.Key(scan.Key{Code: scan.Enter, At: start.Add(8 * time.Millisecond)}).Kind)
	require.Equal(t, scan.Pass, w.Key(scan.Key{Code: scan.Enter, At: start.Add(time.Second)}).Kind)
}

func TestABurstWithoutEndIsDropped(t *testing.T) {
	w := scan.NewWedge(scan.Settings{})
	at := start
	var got seen
	for range 20000 {
		at = at.Add(time.Millisecond)
		k := scan.Key{Rune: '1', At: at}
		got.take(k, w.Key(k))
	}
	require.Equal(t, scan.Lost, got.last.Kind)
	require.Equal(t, scan.Lost, w.Key(scan.Key{Code: scan.Enter, At: at.Add(time.Millisecond)}).Kind)
	require.Empty(t, got.typed)
	require.Equal(t, []string{"011111"}, burst(scan.NewWedge(scan.Settings{}), 1, 1, 1, 1, 1, 1).scans)
	w.Key(scan.Key{Rune: '1', At: at.Add(time.Second)})
	require.Equal(t, "1", w.Expire(at.Add(2*time.Second)).Text, "the detector works again")
}

func FuzzWedge(f *testing.F) {
	f.Add([]byte("\x01\x08\x01\x08\x01\x08\x01\x08\x01\x08\x01\x08\x02\x08"))
	f.Add([]byte("\x01\x00\x03\x00\x04\x00\x05\x00\x06\x00\x07\xff\x01\x10"))
	f.Fuzz(func(t *testing.T, script []byte) {
		// Two bytes an event: what it is, and milliseconds before it. Every rune must come out once: typed, in
		// order, or inside a scan.
		w := scan.NewWedge(scan.Settings{Codes: scan.CodesX11})
		at := start
		var fed, out strings.Builder
		byNumber := false // Alt and digits may spell letters that no rune was fed for
		for i := 0; i+1 < len(script); i += 2 {
			at = at.Add(time.Duration(script[i+1]) * time.Millisecond)
			k := scan.Key{At: at}
			switch script[i] % 4 {
			case 0:
				k.Rune = rune('a' + i/2%26)
				fed.WriteRune(k.Rune)
			case 1:
				k.Code = scan.Enter
			case 2:
				k.Physical = 64
			case 3:
				k.Physical, k.Alt = 79+int(script[i])%13, true
				byNumber = true
			}
			r := w.Key(k)
			out.WriteString(r.Text)
			if r.Kind == scan.Pass && k.Rune != 0 {
				out.WriteRune(k.Rune)
			}
			for _, b := range r.Data {
				if b >= 'a' && b <= 'z' {
					out.WriteByte(b)
				}
			}
		}
		out.WriteString(w.Expire(at.Add(time.Hour)).Text)
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= 'a' && r <= 'z' {
					return r
				}
				return -1
			}, s)
		}
		if !byNumber && len(script) < 8000 {
			require.Equal(t, fed.String(), letters(out.String()))
		}
	})
}
