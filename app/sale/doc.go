// Package sale is the engine of the till: commands in, immutable snapshots out, one goroutine that owns
// everything. Nobody else changes a receipt.
//
// A [Command] is first an entry in the journal, in the same transaction as its effect on the receipt;
// then comes the effect outside (a check, a fiscal document); then its result as a second entry. A start
// reads what is unfinished and goes on; recover.go says how, step by step.
//
// The engine knows the world through the small interfaces of ports.go, which speak in the words of
// app/fiscal, app/marking and app/till. It imports no SQL, no network, no screen.
//
//	e := sale.New(sale.Settings{…}, sale.Ports{…})
//	go e.Serve(ctx)
//	err := e.Do(ctx, sale.Scan{Raw: []byte("4600000000008")})
//	snapshots, stop := e.Subscribe()
package sale
