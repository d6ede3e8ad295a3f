// Package quarantine is the list «Карантин» (till-ux MK-6, issue 3): units that the till refused to sell, and units
// that the check of the stock speaks against. The first are official answers, the second are advice; they stand under
// headings of their own, with signs and words of their own, and are never mixed.
//
// It knows what the program's lookups give, not where it is kept. A person takes an entry off by «Разобрано» when
// the goods have been dealt with.
//
//	q := quarantine.New(program)
//	q.Enter()
package quarantine
