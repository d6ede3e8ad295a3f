// Package saletest is the world around an engine, for tests: a fiscal printer with a memory of its own, the
// centre, the local module, goods, people, a clock. All of it answers at once unless it is told otherwise,
// and all of it outlives the engine, so that a test may drop an engine and start the next on the same world.
//
// The fakes follow the reference documents (fiscal-printers §3, marking-check §2 and §4), never the
// engine: the printer refuses a sale in a closed shift whatever the till believes, the module remembers what
// was sold. They know nothing of SQLite: the test brings the journal, a real one.
//
//	w := saletest.NewWorld()
//	w.Journal, _ = store.Open(ctx, t.TempDir())
//	x := w.Start(t)
//	x.Must(sale.Login{Person: "Анна", PIN: "4821"}, sale.OpenShift{}, sale.Scan{Raw: []byte(saletest.Bread)})
//	x.Refused(till.PaymentShort, sale.Close{})
//	x.Kill()
//
// Words: a Try is what the printer does with one document; a Moment is a point inside its work where a test
// may cut the power.
package saletest
