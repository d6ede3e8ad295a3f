// Package receipt is the list of a receipt's lines with its total, as the sale and the payment show it: name
// and sum of each line, below them quantity, price and what is known of the mark.
//
// It only shows: a tapped line is reported, nothing is changed here.
//
//	l := receipt.New(now, func(line int) { … }, shownWhileEmpty)
//	l.Draw(snapshot)
package receipt
