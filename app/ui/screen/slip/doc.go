// Package slip shows the text of the last document as it was printed.
//
// It knows lines of text, no document.
//
//	s := slip.New(program)
//	s.Draw(snapshot)   // which has a last document
package slip
