// Package frame is what surrounds every screen: the status bar with the till, the shift, the cashier, the
// lights and the clock (till-ux §4), the strip of news, the band of an emergency, and the frame of a till that is none.
//
// It knows no screen: what it surrounds is an object.
//
//	f := frame.New(program, stage, dialogs)
//	f.Draw(snapshot)
//	f.Say(texts.OK, words, until)
package frame
