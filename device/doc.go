// Package device holds the contracts of hardware, in the words of app/fiscal, app/marking and app/till.
// Drivers live below it (shtrih, scanner), each beside nothing but the wire (package wire); devicetest
// holds one conformance suite per contract, devicesim the simulators that the suites run against.
package device
