// Package server is the module's service on the shop's LAN: version 2 of the protocol of ЛМ ЧЗ for tills,
// and a control channel for the commands on the same computer.
//
// It must not know how lists travel (that is upstream) nor how they are stored (cache).
//
// Words:
//   - the state (status on the wire) is worked out anew for every answer: not_configured without an owner,
//     initialization until every list is loaded and a live look-up has worked, failure when a look-up does
//     not work, sync_error when the data may not be used any more, else ready;
//   - data may be used for 72 h since the last sync, and since the centre has issued them, whichever ends
//     first: a sync with an old head does not make data younger;
//   - a probe is a live look-up of a key that is there and of one that is not;
//   - control is a listener on the loopback; its address and secret stand in DIR/control.json (0600).
//
// Who may ask: status, healthz and readyz need no login. All else wants the Basic login that was chosen at
// init, and over plain HTTP only where the owner has allowed it. Checks in any state but ready are answered
// with 400 and errorCode 4045, or 4050 in sync_error.
//
// Example:
//
//	s := server.New(server.Settings{Cache: c, Sync: runner, Log: log, AllowBasic: true})
//	err := s.Serve(ctx, listener) // until ctx ends
//
// Source: guide to ПП 1944 v17 §2.6–2.7 (marking-check §4), engine.md §3, §4.6.
package server
