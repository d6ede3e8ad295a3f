package scan

import "time"

// Code names the keys that have a meaning of their own. A caller that knows the position of a key
// ([Key.Physical]) may leave it zero.
type Code uint8

const (
	NoCode Code = 0 // a character key, or a key that only Physical names
	Enter  Code = 1 // on the main block or the numeric pad
	Tab    Code = 2
	F8     Code = 3
	Mod    Code = 4 // Shift, Ctrl, Caps Lock, Num Lock or a system key itself
	Alt    Code = 5 // either Alt itself
	Other  Code = 6 // any other key without a character: arrows, Esc, Backspace, F1 …
)

// Key is one event: a key-down (Physical or Code), a typed rune (Rune), or both in one.
type Key struct {
	Rune     rune // the character as the layout of the system gave it; 0 when the event has none
	Code     Code
	Physical int // scan code: X11 (evdev + 8) or Windows (set 1, 0x100 added for E0 keys); 0 when not known
	// Modifiers that were down.
	Shift, Ctrl, Alt bool
	At               time.Time
}

// Codes says which numbers Key.Physical holds.
type Codes uint8

const (
	CodesOfSystem Codes = 0 // by the operating system the program runs on
	CodesX11      Codes = 1 // evdev + 8
	CodesWindows  Codes = 2 // set 1, 0x100 added for extended (E0) keys
)

// position is what a key of the US keyboard gives.
type position struct {
	plain, shifted byte // 0: no character
	code           Code
	digit          byte // '0'…'9' on the numeric pad
}

// rows are the character keys in the order of the keyboard; the two systems number each row upwards from its first key.
var rows = []struct {
	x11, windows   int // number of the first key
	plain, shifted string
}{
	{10, 0x02, "1234567890-=", "!@#$%^&*()_+"},
	{24, 0x10, "qwertyuiop[]", "QWERTYUIOP{}"},
	{38, 0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
	{51, 0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
	{65, 0x39, " ", " "},
	{94, 0x56, "<", ">"}, // the extra key of ISO keyboards
}

// pad is the numeric pad; both systems number it in this order. Its digits are read with Num Lock on.
const pad = "789-456+1230."

// named are the keys without a character, and the rest of the pad.
var named = []struct {
	x11, windows int
	position
}{
	{36, 0x1C, position{code: Enter}},
	{104, 0x11C, position{code: Enter}},
	{23, 0x0F, position{code: Tab}},
	{74, 0x42, position{code: F8}},
	{50, 0x2A, position{code: Mod}},   // left Shift
	{62, 0x36, position{code: Mod}},   // right Shift
	{37, 0x1D, position{code: Mod}},   // left Ctrl
	{105, 0x11D, position{code: Mod}}, // right Ctrl
	{66, 0x3A, position{code: Mod}},   // Caps Lock
	{77, 0x145, position{code: Mod}},  // Num Lock
	{133, 0x15B, position{code: Mod}}, // left system key
	{134, 0x15C, position{code: Mod}}, // right system key
	{64, 0x38, position{code: Alt}},   // left Alt
	{108, 0x138, position{code: Alt}}, // right Alt
	{63, 0x37, position{plain: '*', shifted: '*'}},
	{106, 0x135, position{plain: '/', shifted: '/'}},
}

var x11Keys, windowsKeys = keyTables()

func keyTables() (x11, windows map[int]position) {
	x11, windows = map[int]position{}, map[int]position{}
	for _, r := range rows {
		for i := range len(r.plain) {
			p := position{plain: r.plain[i], shifted: r.shifted[i]}
			x11[r.x11+i], windows[r.windows+i] = p, p
		}
	}
	for i := range len(pad) {
		p := position{plain: pad[i], shifted: pad[i]}
		if pad[i] >= '0' && pad[i] <= '9' {
			p.digit = pad[i]
		}
		x11[79+i], windows[0x47+i] = p, p
	}
	for _, n := range named {
		x11[n.x11], windows[n.windows] = n.position, n.position
	}
	return x11, windows
}
