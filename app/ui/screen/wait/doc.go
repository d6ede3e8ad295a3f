// Package wait is what stands over the screen while a fiscal document is on its way (till-ux §4.11): nothing
// in the first second, then what is waited for and for how long; and, when the printer's answer was lost,
// that the till is finding out the document's fate. It is also the screen of a starting till.
//
// It knows what is printing and since when, no printer.
//
//	w := wait.New(program)
//	w.Draw(snapshot)
//	w.Tick()   // when time has passed
package wait
