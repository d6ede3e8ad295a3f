// Package precheck asks the central system in the background about the units that are in stock, so that a shop
// knows of blocked and expired goods before a customer does. What it finds is advice, shown as «Карантин»: the
// check at the till knows nothing of it and decides alone.
//
// It is polite. Codes go many to a request, one request at a time with a pause after each; a centre that is
// busy or away is left alone for longer each time, one that refuses the key until there is another key. It
// never asks while a receipt is being made, and lets go of a request that is under way when one begins.
//
// It knows words and the faults of sync/trueapi: not where codes are kept, and not how the centre is found.
//
//	w := precheck.New(precheck.Settings{Idle: noReceipt, Now: time.Now, Log: log}, store, sites)
//	err := w.Run(ctx) // until ctx ends
package precheck
