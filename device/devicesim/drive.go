package devicesim

import (
	"encoding/hex"
	"time"
)

// Documents being put together in the drive (curDoc of FF01h, §2.6).
const (
	currentNone       = 0x00
	currentOpenShift  = 0x02
	currentReceipt    = 0x04
	currentCloseShift = 0x08
	currentCorrection = 0x14
)

// Types of documents as FF0Ah and FF3Ah name them (§2.6).
const (
	documentRegistration = 1
	documentOpenShift    = 2
	documentReceipt      = 3
	documentCloseShift   = 5
	documentCorrection   = 31
)

// Limits of the drive (§8).
const (
	unsentLimit   = 30 * 24 * time.Hour
	unsentLate    = 5 * 24 * time.Hour // the warning «ОФД answer overdue»; the limit is our choice
	clockLimit    = 5 * time.Minute
	urgentLeft    = 3 * 24 * time.Hour
	resourceLeft  = 30 * 24 * time.Hour
	messageKB     = 65_536 // 30-day area
	receiptBytes  = 30_000 // one document (§7.3)
	tlvChunk      = 128    // bytes of one FF3Bh answer
	documentBytes = 250    // TLV of one FF0Ch or FF4Dh
)

// queue is what waits for the ОФД.
type queue struct {
	count int
	first uint32 // its first document, 0 when empty
	since time.Time
	bytes int
}

// status is the first byte of FF39h: bit 0 the transport is up, bit 1 there is a message, bit 2 a ticket is awaited.
func (q queue) status(s *Shtrih) byte {
	status := byte(0)
	if !s.faults.OFDOffline {
		status |= 1
	}
	if q.count > 0 {
		status |= 1 << 1
		if !s.faults.OFDOffline {
			status |= 1 << 2
		}
	}
	return status
}

// exchange lets everything go to the ОФД that has had its time, unless the ОФД is away, and gives what is left.
func (s *Shtrih) exchange() queue {
	entries := s.memory.entries
	for s.unsent < len(entries) {
		e := &entries[s.unsent]
		if e.numbered() && (s.faults.OFDOffline || s.clock().Sub(e.Time) < s.opts.OFDDelay) {
			break
		}
		s.unsent++
	}
	var q queue
	for i := s.unsent; i < len(entries); i++ {
		e := &entries[i]
		if !e.numbered() {
			continue
		}
		if q.count == 0 {
			q.first, q.since = e.FD, e.Time
		}
		q.count++
		q.bytes += len(e.Tags) / 2
	}
	return q
}

// refuses tells why the drive would not begin or form a document; closing a shift is allowed longer than the rest.
func (s *Shtrih) refuses(closesShift bool) code {
	now := s.clock()
	if now.Before(s.memory.lastTime.Truncate(time.Minute)) {
		return driveDate
	}
	if closesShift {
		return ok
	}
	q := s.exchange()
	switch {
	case now.After(s.opts.Expires):
		return driveExpired
	case int(s.memory.lastFD) >= s.opts.Capacity:
		return driveFull
	case q.count > 0 && now.Sub(q.since) > unsentLimit:
		return driveUnsent
	case s.memory.shiftOpen && now.Sub(s.memory.shiftOpened) >= shiftLimit:
		return driveShift24
	case s.memory.shiftOpen && (s.offset()-s.offsetAtOD).Abs() > clockLimit:
		return driveClock
	}
	return ok
}

// offset is the printer's clock less the drive's timer.
func (s *Shtrih) offset() time.Duration {
	return s.clockOffset + time.Duration(s.faults.ClockSkewS)*time.Second
}

// current is the document being put together in the drive, and whether it has data.
func (s *Shtrih) current() (document byte, data bool) {
	switch {
	case s.begun != nil && s.begun.closes:
		return currentCloseShift, len(s.begun.tags) > 0
	case s.begun != nil:
		return currentOpenShift, len(s.begun.tags) > 0
	case s.receipt == nil || !s.receipt.inDrive:
		return currentNone, false
	case s.receipt.correction:
		return currentCorrection, s.receipt.hasData()
	}
	return currentReceipt, s.receipt.hasData()
}

// warnings are the flags of FF01h: 1 urgent, 2 resource, 4 memory 90 %, 8 ОФД overdue.
func (s *Shtrih) warnings() byte {
	left, q := s.opts.Expires.Sub(s.clock()), s.exchange()
	flags := byte(0)
	if left <= urgentLeft {
		flags |= 1
	}
	if left <= resourceLeft {
		flags |= 2
	}
	if int(s.memory.lastFD)*10 >= s.opts.Capacity*9 {
		flags |= 4
	}
	if q.count > 0 && s.clock().Sub(q.since) > unsentLate {
		flags |= 8
	}
	return flags
}

// driveStatus is FF01h. Its time is the last document's.
func (s *Shtrih) driveStatus(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	document, data := s.current()
	out := []byte{3, document, flag(data), flag(s.memory.shiftOpen), s.warnings()} // phase 3: fiscal mode
	out = driveTime(out, s.memory.lastTime)
	out = append(out, s.opts.Drive...)
	return appendLE(out, uint64(s.memory.lastFD), 4), ok
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// driveNumber is FF02h.
func (s *Shtrih) driveNumber(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	return []byte(s.opts.Drive), ok
}

// driveExpiry is FF03h: YY MM DD, re-registrations left and done.
func (s *Shtrih) driveExpiry(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	e := s.opts.Expires
	return []byte{byte(e.Year() % 100), byte(e.Month()), byte(e.Day()), 29, 1}, ok
}

// driveVersion is FF04h: a debug drive.
func (s *Shtrih) driveVersion(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	return append([]byte("IMITATOR FN 1.2 "), 0), ok
}

// cancelInDrive is FF08h: whatever is being put together is dropped, the receipt in the printer with it.
func (s *Shtrih) cancelInDrive(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	if document, _ := s.current(); document == currentNone {
		return nil, driveState
	}
	s.begun = nil
	s.dropReceipt()
	return nil, ok
}

// registration is FF09h, the form of ФФД 1.1 and later: time, INN 12, РНМ 20, taxes, mode, extended modes, INN of
// the ОФД 12, reason 4, ФД, ФП.
func (s *Shtrih) registration(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	out := driveTime(nil, s.opts.Registered)
	out = append(out, cp866(s.opts.INN, 12)...)
	out = append(out, cp866(s.rnm(), 20)...)
	out = append(out, simTaxes, simMode, 0)
	out = append(out, cp866(simOFDINN, 12)...)
	out = appendLE(out, 0, 4)
	out = appendLE(out, registrationFD, 4)
	return appendLE(out, uint64(s.sign(s.registrationTags())), 4), ok
}

// registrationTag is FF60h: number of the report (there is one) and tag.
func (s *Shtrih) registrationTag(c *call) ([]byte, code) {
	number, tag := c.p.num(1), uint16(c.p.num(2))
	if !c.p.end() {
		return nil, badLength
	}
	value, found := findTag(s.registrationTags(), tag)
	if number != 1 || !found {
		return nil, driveNoData
	}
	return appendTag(nil, tag, value), ok
}

// documentType is the type of a numbered document for FF0Ah and FF3Ah.
func documentType(e *Entry) byte {
	switch e.Type {
	case TypeOpenShift:
		return documentOpenShift
	case TypeZ:
		return documentCloseShift
	case TypeCorrection:
		return documentCorrection
	}
	return documentReceipt
}

// findDocument is FF0Ah: type, ticket, time, ФД, ФП, and by type: shift 2 · kind 1 and sum 5 · registration.
func (s *Shtrih) findDocument(c *call) ([]byte, code) {
	number := uint32(c.p.num(4))
	if !c.p.end() {
		return nil, badLength
	}
	if number == registrationFD {
		out := driveTime([]byte{documentRegistration, 1}, s.opts.Registered)
		out = appendLE(out, registrationFD, 4)
		out = appendLE(out, uint64(s.sign(s.registrationTags())), 4)
		out = append(out, cp866(s.opts.INN, 12)...)
		out = append(out, cp866(s.rnm(), 20)...)
		return append(out, simTaxes, simMode), ok
	}
	e := s.memory.find(number)
	if e == nil {
		return nil, driveNoData
	}
	q := s.exchange()
	out := driveTime([]byte{documentType(e), flag(q.count == 0 || e.FD < q.first)}, e.Time)
	out = appendLE(out, uint64(e.FD), 4)
	out = appendLE(out, uint64(e.Sign), 4)
	if e.isReceipt() {
		return appendLE(append(out, e.Kind), uint64(e.Total), 5), ok
	}
	return appendLE(out, uint64(e.Shift), 2), ok
}

// readDocument is FF3Ah: type 2, length 2; the TLV follow by FF3Bh.
func (s *Shtrih) readDocument(c *call) ([]byte, code) {
	number := uint32(c.p.num(4))
	if !c.p.end() {
		return nil, badLength
	}
	s.reading = nil
	var kind byte
	if number == registrationFD {
		kind, s.reading = documentRegistration, s.registrationTags()
	} else {
		e := s.memory.find(number)
		if e == nil {
			return nil, driveNoData
		}
		tags, err := hex.DecodeString(e.Tags)
		if err != nil {
			return nil, driveFault
		}
		kind, s.reading = documentType(e), tags
	}
	return appendLE(appendLE(nil, uint64(kind), 2), uint64(len(s.reading)), 2), ok
}

// readDocumentBlock is FF3Bh: the next block, error 08h after the last.
func (s *Shtrih) readDocumentBlock(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	if len(s.reading) == 0 {
		return nil, driveNoData
	}
	n := min(tlvChunk, len(s.reading))
	block := s.reading[:n]
	s.reading = s.reading[n:]
	return block, ok
}

// exchangeStatus is FF39h: status, read state, count 2, first ФД 4, its time 5.
func (s *Shtrih) exchangeStatus(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	q := s.exchange()
	out := appendLE([]byte{q.status(s), 0}, uint64(min(q.count, 0xFFFF)), 2)
	out = appendLE(out, uint64(q.first), 4)
	if q.count == 0 {
		return append(out, 0, 0, 0, 0, 0), ok
	}
	return driveTime(out, q.since), ok
}

// withoutTicket is FF3Fh: count of documents that the ОФД has not confirmed.
func (s *Shtrih) withoutTicket(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	return appendLE(nil, uint64(min(s.exchange().count, 0xFFFF)), 2), ok
}

// shiftParameters is FF40h: open, shift 2, last receipt 2.
func (s *Shtrih) shiftParameters(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	out := appendLE([]byte{flag(s.memory.shiftOpen)}, uint64(s.memory.shift), 2)
	return appendLE(out, uint64(s.memory.receipt), 2), ok
}

// driveMemory is FF63h: documents left 4, kilobytes left in the 30-day area 4, share of notices 1.
func (s *Shtrih) driveMemory(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	out := appendLE(nil, uint64(max(0, s.opts.Capacity-int(s.memory.lastFD))), 4)
	out = appendLE(out, uint64(max(0, messageKB-s.exchange().bytes/1024)), 4)
	return append(out, 0), ok
}
