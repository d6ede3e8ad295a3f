// Package gatewaysim is the gateway ТС ПИоТ / ЕСМ as a library: what stands beside a till's fiscal printer
// in tests and in the lab. It follows the reference documents, never our own clients.
//
// [Gateway.Handler] speaks the REST protocol in versions 1 to 3: codes/check and info. It asks a central
// system (codes/check of path A) and a local module (outCheck v2) at the same time and answers once: with
// the centre's word when it comes within 1.5 s, else with the module's, marked isCheckedOffline, else after
// 1.8 s with 514. One check runs at a time; a second one beside it finds the fiscal drive busy (407).
// [Gateway.Control] sets faults (package faultsim). [NewCertificate] makes the certificate that a gateway
// signs itself.
//
// Where the reference is silent the choice is ours: a code is answered by one element of codesResponse, a
// module that cannot be reached has the status failure.
//
// It knows HTTP and nothing of tills; fiscal drive and licence are words in its answers only.
//
// Example:
//
//	g := gatewaysim.New(gatewaysim.Options{Central: central.URL, Token: "key", Now: time.Now, Log: log})
//	server := httptest.NewTLSServer(g.Handler())
//
// Source: marking-check §7, §3.1; of what it asks §2.6, §4.4.
package gatewaysim
