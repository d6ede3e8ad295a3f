// Package store keeps the till's two SQLite files.
//
// till.db is precious: the journal, receipts, documents, people, the book of checks with the list «Карантин», the
// units of the stock. WAL with synchronous=FULL, one writing connection and a few reading ones; every change of
// the engine ([Store.Commit]) is one transaction, and longer work goes in small ones, so that a sale never waits.
// catalog.db is large and can be rebuilt; it is read while an import is being written. A line of a receipt copies
// name, price and VAT, so the two files need no key between them.
//
// Schemas are embedded, numbered and applied once, a transaction each; user_version tells how far a file
// is, and a file newer than the program is refused.
//
//	s, err := store.Open(ctx, dir)   // makes what is not there
//	saved, err := s.Load(ctx)
//	err = s.Commit(ctx, journal.Change{…})
//
// It fits the ports Journal, Catalog and Staff of app/sale by structure only; cmd/internal/wire holds the check.
package store
