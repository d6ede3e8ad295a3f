// Package listing is a page with a list that is looked through: a title, a search, how many entries there are, the
// entries by whole rows, and keys below. Typing goes to the search at once; nothing has to be tapped before.
//
// It knows no words of the shop: its owner finds the entries and says what they look like.
//
//	page := listing.New(program, listing.Options{Name: "checks", Title: title, Hint: hint, Find: find, OnRow: open})
//	page.Enter()                     // empties the search and calls find("")
//	page.Show(entries, "14 проверок")
package listing
