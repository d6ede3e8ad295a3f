// Package sale is the main screen (till-ux §4.4): the receipt at the left; at the right the search, the groups
// and tiles of quick goods, and in their place the results of a search or the block of digits for a quantity
// or a discount; the keys below.
//
// Typing without a chosen field goes where it can only mean one thing: letters search; digits are the quantity
// of the selected line, or a search when there is none, or when they become too many for a quantity.
//
// It knows the receipt of a snapshot and the goods it is given; it finds no goods itself and sums nothing.
//
//	s := sale.New(program)
//	s.SetItems(goods)
//	s.Draw(snapshot)
package sale
