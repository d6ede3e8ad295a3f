// Package catalog knows how goods are searched: how a name and a query are folded so that case, ё, double
// spaces and the wrong keyboard layout do not matter.
//
// It must not know where the goods are kept: app/store asks its table with what [ParseQuery] says.
//
//	catalog.Fold("Молоко  «ЁЛКА»")    // молоко елка
//	catalog.ParseQuery("vjkjrj").Other // [молоко]
package catalog
