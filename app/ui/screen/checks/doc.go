// Package checks is the book of checks on the screen («Проверки», issue 3): every verdict with its item, who gave it
// and how fast, and on a tap what it rests on. Codes are masked always; whole ones and the answers word by word are
// in the export (tillctl), which has a right of its own.
//
// It knows what the program's lookups give, not where it is kept.
//
//	c := checks.New(program)
//	c.Enter()
package checks
