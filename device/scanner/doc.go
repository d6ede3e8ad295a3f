// Package scanner reads barcode scanners that send bytes on a line: RS-232, USB virtual COM, TCP. [New] gives
// a [Scanner], a device.Scanner that connects again by itself when the line is lost.
//
// It cuts the stream into scans and takes prefix and suffix off, nothing more: GS stays, symbology prefixes
// stay, and what a scan means is marking.Parse's to say. It keeps no scan and logs none.
//
// Words: suffix = what the scanner sends after a scan; silence = the pause that ends a scan of a scanner
// without suffix. Source of the rules: the reference «devices» §5, §6.
//
//	s, err := scanner.New(scanner.Settings{Name: "counter", Address: "serial:/dev/ttyACM0?baud=9600"}, log)
//	if err != nil { … }
//	err = s.Serve(ctx, func(scan device.Scan) { … })
package scanner
