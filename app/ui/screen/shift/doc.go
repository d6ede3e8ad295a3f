// Package shift is the screen of a till without a usable shift (till-ux §4.3): the result of the last one and
// «Открыть смену»; or, when the shift is over 24 hours old, the only thing left: to close it. The same
// result is shown before a shift is closed by hand ([Closing]).
//
// It knows the sums that a snapshot has, and counts none itself.
//
//	s := shift.New(program)
//	s.Draw(snapshot)
//	s.Press(keys.Named("Return"))   // opens, or closes what is too old
package shift
