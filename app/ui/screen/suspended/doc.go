// Package suspended is the list of receipts put aside (till-ux §4.13): one tap takes one up again.
//
// It knows the views that a snapshot has, not the receipts.
//
//	s := suspended.New(program)
//	s.Draw(snapshot)
package suspended
