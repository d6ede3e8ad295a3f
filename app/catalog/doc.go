// Package catalog knows how goods are searched: how a name and a query are folded so that case, ё, double
// spaces and the wrong keyboard layout do not matter.
package catalog
