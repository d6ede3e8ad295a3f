// Package devicetest holds the conformance suite of a device contract: what every fiscal printer driver must
// do, whatever it speaks. A driver without it is not finished. Tests only.
//
// The suite knows no protocol. It makes a simulator misbehave through [Simulator] and believes nobody but the
// simulator's journal about what was formed: however the line, the paper and the power treat a sale, it must
// end as exactly one document.
//
//	devicetest.FiscalPrinter(t, func(t *testing.T) devicetest.Bench { … })
package devicetest
