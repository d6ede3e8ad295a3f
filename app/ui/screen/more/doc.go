// Package more is the page of the rarer things («Ещё», till-ux §4.4, §4.14), and the question before a receipt
// is cancelled.
//
// It knows which pages there are, not what they do.
//
//	m := more.New(program)
//	m.Draw(snapshot)
package more
