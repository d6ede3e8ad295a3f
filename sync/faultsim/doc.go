// Package faultsim spoils the answers of simulated HTTP services on demand: late, silent, dripping, reset,
// refused or unreadable, as networks and servers do (design/contracts.md, `POST /lab/faults`).
//
// A [Box] holds the one [Set] that is in force. [Box.Inject] stands between the network and the honest
// answers, [Box.Control] is the control API's handler. What a refusal looks like is the service's own affair.
//
// It must not know which service it spoils. For tests and the lab only.
//
// Example:
//
//	faults := faultsim.New(refuse, faultsim.Method{Name: "check", Is: func(path string) bool { return path == checkPath }})
//	server := &http.Server{Handler: faults.Inject(honest)}
//	control.HandleFunc("POST /lab/faults", faults.Control)
package faultsim
