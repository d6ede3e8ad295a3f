// Package journal holds the words of the till's durable memory: what the engine writes in one transaction
// ([Change]) and what a start reads ([Saved]). The engine (app/sale) and the SQLite file (app/store) both
// speak them; neither imports the other, which is why they stand here. Nothing here knows how they are kept.
//
// [Evidence] is a row of the book of checks, what is behind one verdict; [Suspect] a unit on the list «Карантин».
//
// A change always has an [Entry], the line of the journal that says who did what; the rest are its effects:
//
//	err := store.Commit(ctx, journal.Change{
//		Entry:   journal.Entry{At: now, Kind: "add", ReceiptID: r.ID, Person: cashier, Body: line},
//		Receipt: r, Lines: []till.Line{line},
//	})
package journal
