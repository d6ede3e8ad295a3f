// Package devicesim holds simulated devices of a till as a library: [Shtrih], a fiscal printer that speaks the
// ШТРИХ-М protocol over TCP and over a pty, and [Scanner], a barcode scanner on a pty. They follow the reference
// (docs: fiscal-printers §1.1, §2, §3.3, §7, cited below as «§») and know nothing of our drivers: where the
// reference leaves a choice open, an option or the comment beside the code says which one was taken.
//
// A simulator is a test tool and never a ККТ: the model's name says «ИМИТАТОР», the serial number begins with 00,
// and every slip says «НЕ ЯВЛЯЕТСЯ ЧЕКОМ».
//
// Words: the drive is the ФН inside the printer; its memory is the [Entry] list of the journal file. A document is
// formed when its line is on the disk, and only then the answer goes out, so that a kill at any moment leaves a
// memory that agrees with what the host was told. A slip is what the paper shows. A [Faults] set says how the
// device misbehaves; the set is replaced as a whole.
//
// What is lost when the power (or the process) goes: the receipt that was open is gone from the drive (§3.1 p. 4).
// After [Faults].PowerOff the printer still shows mode 8 and has to be told 88h; after a restart of the process it
// shows the mode of the shift. Tables written by 1Eh and the device's clock return to their defaults with the
// process; the fiscal memory and every register come back from the journal.
//
//	sim, err := devicesim.NewShtrih(devicesim.ShtrihOptions{Journal: "printer.jsonl", CashCore: true})
//	...
//	defer sim.Close()
//	go sim.Serve(ctx, listener)          // a till connects here
//	err = sim.ApplyFaults(devicesim.Faults{DropReply: "FF45"}) // the next close is formed, its answer is lost
//	fmt.Println(sim.State().LastDocument)
package devicesim
