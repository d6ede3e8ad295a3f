package scan

import (
	"runtime"
	"time"
	"unicode/utf8"
)

// gs is the group separator, for which a keyboard has no key.
const gs = 0x1D

// maxBurst is the most keys that are held; a longer burst is dropped.
const maxBurst = 8192

// Suffix says which key ends a scan.
type Suffix uint8

const (
	SuffixEnterOrTab Suffix = 0
	SuffixEnter      Suffix = 1
	SuffixTab        Suffix = 2
)

// Settings of a Wedge. A zero field takes its default.
type Settings struct {
	MaxGap    time.Duration // no pause inside a scan is longer; 45 ms
	MeanGap   time.Duration // the mean pause of a scan is shorter; 25 ms
	MinLength int           // a scan has at least so many characters; 6
	Suffix    Suffix
	Codes     Codes
}

// maxStall is the longest standstill of a window that may lie inside a scan. Events bear the time when the
// window handles them: a window that stood still makes a pause that the scanner has not made. A pause
// counts only when the window was awake for it, which it shows by calling Expire.
const maxStall = 2 * time.Second

// Defaults, measured with Fyne, which reads keys once a frame: a scanner of 8 ms a key arrives as pauses
// of 0.3-17 ms, now and then 32; fast hands stay above 50 (devices §5).
const (
	defaultMaxGap    = 45 * time.Millisecond
	defaultMeanGap   = 25 * time.Millisecond
	defaultMinLength = 6
)

// Kind of a result: what to do with the event that was fed.
type Kind uint8

const (
	Pass Kind = 1 // handle the event as always, after Result.Typed
	Held Kind = 2 // swallow it; call Expire at Result.Until
	Scan Kind = 3 // swallow it; Result.Data was scanned
	Lost Kind = 4 // swallow it; a burst was too long for any code and was dropped
)

// Result of an event.
type Result struct {
	Kind Kind
	// Typed are held keys that turned out to be typing, in their order. They come before the event itself.
	Typed []Key
	// Text is the characters among Typed.
	Text string
	// Data is the scan without its suffix, for Kind Scan.
	Data []byte
	// Until is when Expire has to be called, for Kind Held.
	Until time.Time
}

// Wedge finds scans among keys. Make one with NewWedge; it is not safe for use by several goroutines.
type Wedge struct {
	settings Settings
	keys     map[int]position

	held    []Key
	data    []byte    // what the burst says so far
	strokes int       // characters of the burst
	start   time.Time // of its first key
	last    time.Time // of its latest key
	number  int       // being typed as Alt+digits
	digits  int       // how many digits of it came
	twin    bool      // the next rune belongs to the key-down before it
	lost    bool      // the burst is too long, the rest of it is dropped
	scanned time.Time // when the latest scan ended
}

// NewWedge makes a detector.
func NewWedge(s Settings) *Wedge {
	if s.MaxGap == 0 {
		s.MaxGap = defaultMaxGap
	}
	if s.MeanGap == 0 {
		s.MeanGap = defaultMeanGap
	}
	if s.MinLength == 0 {
		s.MinLength = defaultMinLength
	}
	if s.Codes == CodesOfSystem {
		s.Codes = CodesX11
		if runtime.GOOS == "windows" {
			s.Codes = CodesWindows
		}
	}
	w := &Wedge{settings: s, keys: x11Keys}
	if s.Codes == CodesWindows {
		w.keys = windowsKeys
	}
	return w
}

// Key takes one event and says what to do with it. Events come in the order of their times.
func (w *Wedge) Key(k Key) Result {
	var r Result
	if late := k.At.Sub(w.last) - w.settings.MaxGap; w.busy() && late > 0 {
		if late > maxStall {
			r = w.release()
		} else {
			w.start = w.start.Add(late)
		}
	}
	p, known := w.keys[k.Physical]
	if k.Code != NoCode {
		p = position{code: k.Code}
	}
	switch {
	case w.twin && k.Rune != 0 && k.Physical == 0:
		w.twin = false
		w.hold(&r, k)
	case p.code == Enter, p.code == Tab:
		w.end(&r, k, p.code)
	case p.code == Mod, p.code == Alt && !w.busy():
		w.modifier(&r, k)
	case p.code == Alt:
		w.endNumber()
		w.modifier(&r, k)
	case k.Alt && p.digit != 0:
		w.hold(&r, k)
		w.digit(int(p.digit - '0'))
	case p.code == F8, k.Ctrl && (p.plain == ']' || k.Rune == ']' || k.Rune == gs):
		w.stroke(&r, k, p, gs)
	case k.Ctrl, k.Alt, p.code != NoCode, !known && k.Rune == 0:
		w.other(&r)
	default:
		w.stroke(&r, k, p, w.character(k, p)...)
	}
	return r
}

// Expire releases held keys as typing when no key came in time. Call it at Result.Until or later.
func (w *Wedge) Expire(now time.Time) Result {
	if !w.busy() {
		return Result{Kind: Pass}
	}
	if until := w.last.Add(w.settings.MaxGap); now.Before(until) {
		return Result{Kind: Held, Until: until}
	}
	return w.release()
}

func (w *Wedge) busy() bool { return len(w.held) > 0 || w.lost }

// character is what a key says: its place on a US keyboard, or its rune when the place is not known.
func (w *Wedge) character(k Key, p position) []byte {
	switch {
	case p.plain != 0 && k.Shift:
		return []byte{p.shifted}
	case p.plain != 0:
		return []byte{p.plain}
	}
	return utf8.AppendRune(nil, k.Rune)
}

// stroke adds a character to the burst. Only the key-down of a character key has a rune to follow.
func (w *Wedge) stroke(r *Result, k Key, p position, b ...byte) {
	w.endNumber()
	w.hold(r, k)
	if w.lost {
		return
	}
	w.data = append(w.data, b...)
	w.strokes++
	w.twin = k.Rune == 0 && p.plain != 0
}

// hold keeps a key back until it is known whether it is a part of a scan.
func (w *Wedge) hold(r *Result, k Key) {
	if !w.busy() {
		w.start = k.At
	}
	w.last = k.At
	if len(w.held) >= maxBurst {
		w.clear()
		w.lost, w.last = true, k.At
	}
	if w.lost {
		r.Kind = Lost
		return
	}
	w.held = append(w.held, k)
	r.Kind, r.Until = Held, k.At.Add(w.settings.MaxGap)
}

// modifier goes on with a burst, and starts none: alone it is nobody's character.
func (w *Wedge) modifier(r *Result, k Key) {
	if w.busy() {
		w.hold(r, k)
		return
	}
	r.Kind = Pass
}

// other is a key that no scan has: what was held is typing.
func (w *Wedge) other(r *Result) {
	if w.busy() {
		typed := r.Typed
		*r = w.release()
		r.Typed = append(typed, r.Typed...)
		r.Text = text(r.Typed)
	}
	r.Kind = Pass
}

// end decides at the suffix.
func (w *Wedge) end(r *Result, k Key, code Code) {
	w.endNumber()
	isSuffix := w.settings.Suffix == SuffixEnterOrTab ||
		w.settings.Suffix == SuffixEnter && code == Enter || w.settings.Suffix == SuffixTab && code == Tab
	switch {
	case !isSuffix:
		w.other(r)
	case w.lost:
		w.clear()
		w.scanned = k.At
		r.Kind = Lost
	case !w.busy() && !w.scanned.IsZero() && k.At.Sub(w.scanned) <= w.settings.MaxGap:
		// The second half of a CR LF: it must not press the button that has the focus.
		w.scanned = k.At
		r.Kind, r.Until = Held, k.At
	case w.strokes >= w.settings.MinLength && k.At.Sub(w.start) < w.settings.MeanGap*time.Duration(w.strokes):
		r.Kind, r.Data = Scan, w.data
		w.clear()
		w.scanned = k.At
	default:
		w.other(r)
	}
}

// digit adds to a number typed with Alt; the longest is 0255.
func (w *Wedge) digit(d int) {
	if w.digits < 4 {
		w.number = w.number*10 + d
		w.digits++
	}
}

// endNumber turns the digits typed with Alt into the character they mean.
func (w *Wedge) endNumber() {
	if w.digits == 0 {
		return
	}
	if w.number > 0 && w.number < 0x80 {
		w.data = append(w.data, byte(w.number))
		w.strokes++
	}
	w.number, w.digits = 0, 0
}

// release gives the held keys back as typing.
func (w *Wedge) release() Result {
	r := Result{Kind: Pass, Typed: w.held, Text: text(w.held)}
	w.clear()
	return r
}

func (w *Wedge) clear() {
	w.held, w.data = nil, nil
	w.strokes, w.number, w.digits = 0, 0, 0
	w.twin, w.lost = false, false
	w.start, w.last = time.Time{}, time.Time{}
}

func text(keys []Key) string {
	var b []rune
	for _, k := range keys {
		if k.Rune != 0 && !k.Ctrl && !k.Alt {
			b = append(b, k.Rune)
		}
	}
	return string(b)
}
