// Package scan tells a scanner that types like a keyboard (разрыв клавиатуры) from a person.
//
// Such a scanner presses keys far faster than a hand and ends with Enter or Tab. A [Wedge] is fed every
// key of the window with its time. It holds fast keys back until it knows: a scan comes out as bytes,
// typing comes out as the same keys a moment later. The bytes are made from the positions of the keys on
// a US keyboard, so that neither the Russian layout nor Caps Lock can spoil them; where the window gives
// no positions, they are made from the characters and marking.Parse mends the layout.
// GS has no key of its own: Ctrl+], F8 and Alt+029 on the numeric pad stand for it.
//
// The package knows no window and no clock: the caller passes the time of each event. One Wedge serves
// one window and is used from one goroutine, the window's.
//
// # How a screen uses it
//
// Every key-down and every typed rune of the window, of its focused fields too, goes to [Wedge.Key];
// nothing else handles them. Feed both when the window gives both: the rune that follows a key-down
// belongs to it. Then do what the [Result] says, in this order:
//
//	func (s *screen) key(k scan.Key) {
//		r := s.wedge.Key(k)
//		for _, typed := range r.Typed { // keys that were held and are typing after all
//			s.type_(typed)
//		}
//		switch r.Kind {
//		case scan.Pass: // not part of a burst: Enter in a field, an arrow, Esc
//			s.type_(k)
//		case scan.Held: // swallow it; ask again at r.Until
//			s.expireAt(r.Until) // a timer that does the loop above with s.wedge.Expire(now)
//		case scan.Scan:
//			s.scanned(r.Data)
//		}
//	}
//
// The timer has to run after every key that had arrived when it fired: a window that stood still, drawing,
// finds a burst and the timer's end at once, and only Expire ends a burst. A timer that runs late waits for a frame.
//
// Handle a key once: a toolkit that reports Enter both as key-down and as «typed key» must pass on one of them.
package scan
