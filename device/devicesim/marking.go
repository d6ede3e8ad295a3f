package devicesim

import (
	"bytes"
	"slices"

	"kassa/app/marking"
)

// markResult is a code that was checked (FF61h) and what is known of it.
type markResult struct {
	code   []byte
	status byte // tag 2003 at the check, 2110 in the document
	t2106  byte
}

// marks are the codes of the receipt that is being made: one waiting for FF69h, and the saved ones.
type marks struct {
	pending *markResult
	online  bool // the ОИСМ answered about pending
	saved   []markResult
}

// codeKind is what a code's check part makes of it: tag 2100 (§7.2).
type codeKind byte

const (
	codeUnidentified codeKind = 0
	codeShort        codeKind = 1 // tobacco pack
	code88           codeKind = 2 // AI 91 and 92, 88 characters: checked in the drive
	code44           codeKind = 4 // AI 91 and 92, 44 characters: checked in the drive
	code4            codeKind = 5 // AI 93: a symmetric check, not the drive's
)

// Reasons why the drive did not check (§2.7).
const (
	reasonChecked    = 0
	reasonNotSubject = 1
	reasonNoKey      = 3 // no AI 91/92, or bad format
)

// Bits of tags 2004 and 2106 (§7.2).
const (
	markCheckedPositive = 0b11
	markOnlinePositive  = 0b1111
	markAutonomous      = 1 << 4
)

const (
	tobaccoPack   = 29
	tobaccoGTIN   = 14
	tobaccoKI     = 21
	gtinAndSerial = 2 + 14 + 2
	maxSerial     = 20
)

// kindOfCode reads the structure of a code; false when there is none, as when its separator was lost (D3h).
func kindOfCode(raw []byte) (codeKind, bool) {
	if bytes.ContainsFunc(raw, func(r rune) bool { return r != marking.GS && (r < '!' || r > '~') }) {
		return codeUnidentified, false
	}
	if len(raw) == tobaccoPack && digits(string(raw[:tobaccoGTIN])) && !bytes.ContainsRune(raw, marking.GS) {
		return codeShort, true
	}
	head, tail, separated := bytes.Cut(raw, []byte{marking.GS})
	serial := len(head) - gtinAndSerial
	if !separated || serial < 1 || serial > maxSerial || !bytes.HasPrefix(head, []byte("01")) ||
		!digits(string(head[2:16])) || string(head[16:18]) != "21" {
		return codeUnidentified, false
	}
	elements := map[string]int{}
	for element := range bytes.SplitSeq(tail, []byte{marking.GS}) {
		if len(element) < 3 {
			return codeUnidentified, false
		}
		elements[string(element[:2])] = len(element) - 2
	}
	switch {
	case elements["91"] > 0 && elements["92"] == 88:
		return code88, true
	case elements["91"] > 0 && elements["92"] == 44:
		return code44, true
	case elements["92"] > 0:
		return codeUnidentified, false
	case elements["93"] > 0:
		return code4, true
	}
	return codeUnidentified, true
}

// productCode is the value of 1163: the identification of the unit without its check part.
func productCode(raw []byte) []byte {
	if kind, _ := kindOfCode(raw); kind == codeShort {
		return appendTag(nil, tagShortCode, raw[:tobaccoKI])
	}
	ki, _, _ := bytes.Cut(raw, []byte{marking.GS})
	return appendTag(nil, tagGS1M, ki[:min(len(ki), 38)])
}

// verdict is the result block of FF61h.
type verdict struct {
	t2004, reason byte
	kind          codeKind
	ext           []byte // fnCode, t2106; empty in autonomous mode; fnCode alone when the server was silent
	t2106         byte
}

func (v verdict) encode() []byte {
	return append([]byte{v.t2004, v.reason, byte(v.kind), byte(len(v.ext))}, v.ext...)
}

const serverSilent = 0xFF

// judge checks a code as the drive and the ОИСМ would: the code's kind decides what the drive can tell, and the
// ОИСМ of the lab knows every code.
func (s *Shtrih) judge(raw []byte) (verdict, code) {
	kind, readable := kindOfCode(raw)
	if !readable && s.setting(1, fieldMark57) == 0 {
		return verdict{}, markUnreadable
	}
	v := verdict{kind: kind}
	switch kind {
	case code88, code44:
		v.t2004, v.reason = markCheckedPositive, reasonChecked
	case codeUnidentified:
		v.reason = reasonNoKey
	default:
		v.reason = reasonNotSubject
	}
	f := &s.faults
	if f.Mark2004 != nil {
		v.t2004, f.Mark2004 = *f.Mark2004, nil
	}
	switch {
	case f.Autonomous:
		v.t2106 = v.t2004 | markAutonomous
	case f.MarkTimeout:
		v.t2106, v.ext = v.t2004, []byte{serverSilent}
	default:
		v.t2106 = markOnlinePositive
	}
	if f.Mark2106 != nil {
		v.t2106, f.Mark2106 = *f.Mark2106, nil
	}
	if !f.Autonomous && !f.MarkTimeout {
		v.ext = []byte{0, v.t2106}
	}
	return v, ok
}

// markingRefused tells why marking commands cannot work now: they belong to an open shift.
func (s *Shtrih) markingRefused() code {
	switch s.mode() {
	case modeShiftClosed:
		return shiftIsClosed
	case modeShiftExpired:
		return shiftExpired
	}
	return ok
}

// checkMark is FF61h: status 1, mode 1, lengths of code and TLV, code, TLV. It must be followed by FF69h.
func (s *Shtrih) checkMark(c *call) ([]byte, code) {
	status, mode := byte(c.p.num(1)), c.p.num(1)
	codeLength, tlvLength := int(c.p.num(1)), int(c.p.num(1))
	raw, list := slices.Clone(c.p.take(codeLength)), c.p.take(tlvLength)
	if !c.p.end() || codeLength == 0 {
		return nil, badLength
	}
	if _, err := parseTLV(list); err != nil || mode != 0 || status == 0 || status > 4 && status != 255 {
		return nil, badParams
	}
	if result := s.markingRefused(); result != ok {
		return nil, result
	}
	_, measured := findTag(list, tagMeasure)
	switch {
	case s.marks.pending != nil:
		return nil, markOrder
	case len(s.marks.saved) >= s.opts.MarkTable:
		return nil, markTableFull
	case (status == 2 || status == 4) && !measured:
		return nil, tagMissing
	}
	v, result := s.judge(raw)
	if result != ok {
		return nil, result
	}
	s.marks.pending = &markResult{code: raw, status: status, t2106: v.t2106}
	s.marks.online = len(v.ext) == 2
	return v.encode(), ok
}

// Decisions of FF69h.
const (
	markReject = 0
	markAccept = 1
	markClear  = 2
)

// acceptMark is FF69h: decision 1; the answer is tag 2106 of the code.
func (s *Shtrih) acceptMark(c *call) ([]byte, code) {
	decision := c.p.num(1)
	switch {
	case !c.p.end():
		return nil, badLength
	case decision > markClear:
		return nil, badParams
	case decision == markClear:
		s.marks = marks{}
		return []byte{0}, ok
	case s.marks.pending == nil:
		return nil, markOrder
	}
	m := *s.marks.pending
	s.marks.pending = nil
	if decision == markAccept {
		s.saveMark(m)
	}
	return []byte{m.t2106}, ok
}

func (s *Shtrih) saveMark(m markResult) {
	if i := s.savedMark(m.code); i >= 0 {
		s.marks.saved[i] = m
		return
	}
	s.marks.saved = append(s.marks.saved, m)
}

func (s *Shtrih) savedMark(raw []byte) int {
	return slices.IndexFunc(s.marks.saved, func(m markResult) bool { return bytes.Equal(m.code, raw) })
}

// dmTypes are the last byte of FF67h: 0 КМ 88, 1 symmetric, 2 tobacco, 3 КМ 44, FF without marking.
var dmTypes = map[codeKind]byte{code88: 0, code4: 1, codeShort: 2, code44: 3, codeUnidentified: 0xFF}

// bindMark is FF67h: length 1, code. On the cash core it concerns the next FF46h, otherwise the last one; in the
// wrong order the mark is lost without a word (NGI 180). A code that was not checked is checked and accepted here,
// and the result stands in the answer.
func (s *Shtrih) bindMark(c *call) ([]byte, code) {
	raw := slices.Clone(c.p.take(int(c.p.num(1))))
	if !c.p.end() || len(raw) == 0 {
		return nil, badLength
	}
	if result := s.inReceipt(c, true); result != ok {
		return nil, result
	}
	if s.marks.pending != nil {
		return nil, markOrder
	}
	kind, readable := kindOfCode(raw)
	if !readable && s.setting(1, fieldMark57) == 0 {
		return nil, markUnreadable
	}
	out := []byte{'D', 'M', dmTypes[kind]} // 44 4D: a DataMatrix code
	if s.savedMark(raw) < 0 {
		if len(s.marks.saved) >= s.opts.MarkTable {
			return nil, markTableFull
		}
		v, result := s.judge(raw)
		if result != ok {
			return nil, result
		}
		status := byte(1) // piece sold
		if s.receipt.kind == kindReturn || s.receipt.kind == kindPurchaseReturn {
			status = 3 // piece returned
		}
		s.saveMark(markResult{code: raw, status: status, t2106: v.t2106})
		out = append(out, v.encode()...)
	}
	mark := s.marks.saved[s.savedMark(raw)]
	r := s.receipt
	if s.opts.CashCore {
		r.nextMark = &mark
	} else if len(r.lines) > 0 {
		r.lines[len(r.lines)-1].mark = &mark
	}
	return out, ok
}

// Values of check1 and notice1 in FF70h.
const (
	checkTableFull = 0
	checkNone      = 1
	checkPassed    = 2 // B1h: in the drive
	checkAnswered  = 4 // B6h: the ОИСМ too

	noticeNone  = 0
	noticeBegun = 1
)

// Commands that the drive allows next, as bits of FF70h.
const (
	allowB1 = 1 << 0
	allowB2 = 1 << 1
	allowB3 = 1 << 2
)

// markingStatus is FF70h: check, notice, allowed commands, saved, included, storage, queue 2.
func (s *Shtrih) markingStatus(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	check, allowed := byte(checkNone), byte(allowB1|allowB3)
	switch {
	case s.marks.pending != nil && s.marks.online:
		check, allowed = checkAnswered, allowB2|allowB3
	case s.marks.pending != nil:
		check, allowed = checkPassed, allowB2|allowB3
	case len(s.marks.saved) >= s.opts.MarkTable:
		check, allowed = checkTableFull, allowB3
	}
	included, notice := 0, byte(noticeNone)
	if s.receipt != nil {
		for i := range s.receipt.lines {
			if s.receipt.lines[i].mark != nil {
				included, notice = included+1, noticeBegun
			}
		}
	}
	count, _, _ := s.notices()
	out := []byte{check, notice, allowed, byte(len(s.marks.saved)), byte(included), 0}
	return appendLE(out, uint64(min(count, 0xFFFF)), 2), ok
}

// notices are the notifications of sold marked goods that wait for the ОФД: one for each receipt with such goods,
// numbered from 1.
func (s *Shtrih) notices() (count int, first int, oldest *Entry) {
	s.exchange()
	number := 0
	for i := range s.memory.entries {
		e := &s.memory.entries[i]
		if e.marked() == 0 {
			continue
		}
		number++
		if i < s.unsent {
			continue
		}
		if count == 0 {
			first, oldest = number, e
		}
		count++
	}
	return count, first, oldest
}

// noticeStatus is FF68h: state, count 2, number of the first 4, its date 3 and time 2, share of the storage.
func (s *Shtrih) noticeStatus(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	count, first, oldest := s.notices()
	out := appendLE([]byte{0}, uint64(min(count, 0xFFFF)), 2)
	out = appendLE(out, uint64(first), 4)
	if oldest == nil {
		return append(out, 0, 0, 0, 0, 0, 0), ok
	}
	out = classicDate(out, oldest.Time)
	return append(out, byte(oldest.Time.Hour()), byte(oldest.Time.Minute()), 0), ok
}
