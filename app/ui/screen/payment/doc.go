// Package payment is the screen where money changes hands (till-ux §4.10): cash with the likely sums, the
// digits and the change; a card by an explicit confirmation that the terminal has approved it; parts in any
// order. Every key that moves money is dead from its first tap until the result.
//
// It knows the receipt of a snapshot; what is due and the change are the receipt's own sums. It knows no bank
// terminal and no printer.
//
//	y := payment.New(program)
//	y.Draw(snapshot)
//	y.Enter(false)   // cash; true asks about the card
package payment
