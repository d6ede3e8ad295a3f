// Package stop is the card that holds the screen until it is read (till-ux ST-4, §4.9): refusals with their
// reason and what to do, and the request for a marking code. The keys are at most three; the first is the one
// that Enter presses.
//
// It knows the stop of a snapshot; its words come from texts.
//
//	s := stop.New(program, openSearch)
//	s.Draw(snapshot)   // which has a stop
package stop
