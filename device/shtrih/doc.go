// Package shtrih drives fiscal printers (ККТ) that speak the ШТРИХ-М protocol: [New] gives a [Driver], a
// device.FiscalPrinter over a serial line or TCP.
//
// From the line upwards: frame.go knows frames and checksums, link.go the dialogue of ENQ, ACK and NAK,
// commands.go and answers.go the bytes of each command, receipt.go their order within a receipt, register.go
// and settle.go what was formed and what was not, codes.go what the numbers of errors mean.
//
// It knows documents (app/fiscal), not receipts: no prices are computed here and no sale is decided here. It
// keeps nothing on disk; the engine journals the Mark before it asks for Register.
//
// The rule above all: only reading is repeated. A command that may have been executed is never sent again;
// after a lost answer the driver asks the fiscal drive what happened.
//
// Words: ФН = fiscal drive, ФД = number of a document in the drive, ФП = fiscal sign; stale answer = the answer
// to an earlier command, which the printer still holds; cash core = printers whose tags and marks come before
// the item they belong to (bit 23 of F7h).
//
// Sources, as restated in the reference «fiscal-printers»: «Протокол ККТ v. 2.0» (SP, SPF), «фр-фн 3.1» (FF),
// «Схемы работы с драйвером JPOS v.2» (M12), the maker's JPOS driver (JP). Paragraphs (§) are the reference's.
//
//	settings := shtrih.Defaults()
//	settings.Address = "tcp:10.0.0.5:7778"
//	printer, err := shtrih.New(settings, log) // no I/O: the printer may be off
//	if err != nil { … }
//	defer printer.Close()
//	mark, err := printer.Mark(ctx)
//	// journal mark, then
//	registered, err := printer.Register(ctx, document, mark)
package shtrih
