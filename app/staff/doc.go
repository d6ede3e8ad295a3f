// Package staff holds the rules of people: roles, how a PIN or a password is kept and checked, and how long
// wrong PINs hold the till. Plain functions: the rows live in app/store, and nothing here knows of them.
//
//	hash, err := staff.HashPIN("4821")
//	staff.VerifyPIN(hash, "4821") // true
package staff
