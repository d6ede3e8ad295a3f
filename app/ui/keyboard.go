package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"kassa/app/sale"
	"kassa/app/scan"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/screen"
)

// Attach takes all keys of a canvas. Nothing on it can have the focus, so every key comes here: characters as
// runes, every key-down with its place on the keyboard. Fyne's «typed key» is not used: it would be the
// same key once more.
func (u *UI) Attach(c fyne.Canvas) {
	c.SetOnTypedRune(u.TypedRune)
	if d, ok := c.(desktop.Canvas); ok {
		d.SetOnKeyDown(func(ev *fyne.KeyEvent) { u.KeyDown(ev, modifiers()) })
	}
}

// modifiers are the keys that are held down now.
func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// codes are the names of keys that the scanner's rules know by themselves.
var codes = map[fyne.KeyName]scan.Code{
	fyne.KeyReturn: scan.Enter, fyne.KeyEnter: scan.Enter, fyne.KeyTab: scan.Tab, fyne.KeyF8: scan.F8,
	desktop.KeyShiftLeft: scan.Mod, desktop.KeyShiftRight: scan.Mod, desktop.KeyControlLeft: scan.Mod,
	desktop.KeyControlRight: scan.Mod, desktop.KeySuperLeft: scan.Mod, desktop.KeySuperRight: scan.Mod,
	desktop.KeyCapsLock: scan.Mod, desktop.KeyAltLeft: scan.Alt, desktop.KeyAltRight: scan.Alt,
}

// KeyDown is a key going down, with the modifiers held at that moment.
func (u *UI) KeyDown(ev *fyne.KeyEvent, held fyne.KeyModifier) {
	k := scan.Key{
		Physical: ev.Physical.ScanCode, Code: codes[ev.Name], At: u.options.Now(),
		Shift: held&fyne.KeyModifierShift != 0, Ctrl: held&fyne.KeyModifierControl != 0, Alt: held&fyne.KeyModifierAlt != 0,
	}
	action := keys.Named(string(ev.Name))
	if k.Code == scan.NoCode && action.Action != keys.None {
		k.Code = scan.Other
	}
	if k.Code == scan.NoCode && k.Physical == 0 {
		return // a character key without a place: its rune follows and says everything
	}
	u.feed(k, action)
}

// TypedRune is a character as the layout of the system gives it.
func (u *UI) TypedRune(r rune) { u.feed(scan.Key{Rune: r, At: u.options.Now()}, keys.Press{}) }

// feed gives an event to the scanner's rules and does what they say.
func (u *UI) feed(k scan.Key, p keys.Press) { u.follow(u.wedge.Key(k), k, p) }

func (u *UI) follow(r scan.Result, k scan.Key, p keys.Press) {
	for _, held := range r.Typed {
		u.pressed(typedBefore(held))
	}
	switch r.Kind {
	case scan.Pass:
		u.pressed(p)
	case scan.Held:
		u.expireAt(r.Until)
	case scan.Scan:
		u.scanned(sale.Scan{Raw: r.Data, At: k.At})
	case scan.Lost:
		m := texts.Refusal(till.ScanUnreadable)
		u.say(m.Tone, m.Line())
	}
}

// standstill is how late the window may run a timer before it counts as having stood still: a frame and a little.
const standstill = 20 * time.Millisecond

// expireAt ends a burst of keys at a moment, unless the window stood still then: keys that came meanwhile are
// still to be taken, so it gets the time of a frame to take them first.
func (u *UI) expireAt(at time.Time) {
	u.options.After(at.Sub(u.options.Now()), func() {
		u.options.Post(func() {
			if now := u.options.Now(); now.Sub(at) > standstill {
				u.expireAt(now.Add(standstill))
				return
			}
			u.follow(u.wedge.Expire(u.options.Now()), scan.Key{}, keys.Press{})
		})
	})
}

// typedBefore is the press of a key that was held back and was typing after all.
func typedBefore(k scan.Key) keys.Press {
	switch {
	case k.Code == scan.F8:
		return keys.Named(string(fyne.KeyF8))
	case k.Rune != 0 && !k.Ctrl && !k.Alt:
		return keys.Typed(k.Rune)
	}
	return keys.Press{}
}

// pressed directs a key by what is on the glass.
func (u *UI) pressed(p keys.Press) {
	switch {
	case p == keys.Press{}:
	case u.told.shown():
		if p.Action == keys.Enter || p.Action == keys.Back {
			u.closeTold()
		}
	case u.drawn.Stop != nil:
		u.stop.Press(p)
	case u.wait.Waiting():
		u.wait.Press(p)
	case u.ask.Visible():
		u.cancel.Press(p)
	default:
		u.base.Press(p)
	}
}

// scanned directs a scan by the state of the till: it never lands where something is being typed.
// It is taken in its order behind commands that are still running, so that what is scanned while a receipt is
// printed belongs to the next one.
func (u *UI) scanned(s sale.Scan) {
	u.told.hide()
	switch {
	case u.ask.Visible():
		m := texts.Refusal(till.StopShown)
		u.say(m.Tone, m.Line())
		return
	case u.base == u.payment && !u.payment.Busy() && !u.payment.ScanAllowed():
		u.say(texts.Attention, texts.PayScanRefused)
		return
	case u.base == u.payment && u.payment.Busy():
	case u.drawn.Step == sale.StepSale:
		u.sale.Leave()
		u.open(screen.Own)
	}
	u.run(nil, s)
}
