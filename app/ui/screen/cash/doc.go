// Package cash is the page where money is put into the drawer or taken out of it without a sale (внесение,
// изъятие; till-ux CS-1): a sum and a reason.
//
// It does not know how much is in the drawer: that is the printer's word.
//
//	c := cash.New(program, till.CashIn)
//	c.Enter()
//	c.Press(keys.Typed('5'))
package cash
