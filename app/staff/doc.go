// Package staff holds the rules of people at the till: roles, how a PIN is kept and checked, and how long
// wrong PINs hold the till. Plain functions: the rows live in app/store.
package staff
