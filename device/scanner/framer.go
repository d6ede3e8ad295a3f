package scanner

import "bytes"

// maxScan is the longest scan that is delivered, in bytes; longer ones are dropped whole.
const maxScan = 4096

// framer cuts a stream of bytes into scans. With a suffix only that ends a scan; without, CR, LF or a silence
// does, whichever comes first. Empty scans are none: the LF after a CR makes no scan of its own.
type framer struct {
	prefix, suffix []byte

	scan    []byte // what has come of the scan that is not yet ended
	tooLong bool   // it has passed the limit: the rest of it is dropped
}

// feed takes bytes and calls deliver for each scan that they end. deliver owns its argument.
func (f *framer) feed(b []byte, deliver func(scan []byte), drop func(why string)) {
	for _, c := range b {
		if len(f.suffix) == 0 && (c == '\r' || c == '\n') {
			f.end(f.scan, deliver, drop)
			continue
		}
		if f.tooLong {
			// Only so much is kept as tells a suffix.
			f.scan = append(f.scan[:0], f.scan[max(0, len(f.scan)-len(f.suffix)):]...)
		}
		f.scan = append(f.scan, c)
		if len(f.suffix) > 0 && bytes.HasSuffix(f.scan, f.suffix) {
			f.end(f.scan[:len(f.scan)-len(f.suffix)], deliver, drop)
			continue
		}
		if len(f.scan) > maxScan+len(f.prefix)+len(f.suffix) {
			f.tooLong = true
		}
	}
}

// quiet is called when the line was silent for so long that no byte of the scan can follow.
func (f *framer) quiet(deliver func(scan []byte), drop func(why string)) {
	if len(f.suffix) > 0 && len(f.scan) > 0 {
		f.scan, f.tooLong = nil, false
		drop("scan without its suffix")
		return
	}
	f.end(f.scan, deliver, drop)
}

// begun tells that a scan has come in part.
func (f *framer) begun() bool { return len(f.scan) > 0 }

func (f *framer) end(scan []byte, deliver func(scan []byte), drop func(why string)) {
	scan = bytes.TrimPrefix(scan, f.prefix)
	tooLong := f.tooLong || len(scan) > maxScan
	f.scan, f.tooLong = nil, false
	switch {
	case tooLong:
		drop("scan over 4096 bytes")
	case len(scan) > 0:
		deliver(scan)
	}
}
