package shtrih

import (
	"encoding/binary"
	"fmt"
	"slices"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// Commands (§2). Those of two bytes begin with FFh.
const (
	cmdShortStatus   = 0x10
	cmdFullStatus    = 0x11
	cmdMoneyRegister = 0x1A
	cmdReadTable     = 0x1F
	cmdTableShape    = 0x2D
	cmdXReport       = 0x40
	cmdZReport       = 0x41
	cmdCashIn        = 0x50
	cmdCashOut       = 0x51
	cmdCancelReceipt = 0x88
	cmdOpenReceipt   = 0x8D
	cmdContinuePrint = 0xB0
	cmdOpenShift     = 0xE0
	cmdCapabilities  = 0xF7
	cmdDeviceType    = 0xFC

	cmdDriveStatus    = 0xFF01
	cmdDriveExpiry    = 0xFF03
	cmdCancelDocument = 0xFF08
	cmdFindDocument   = 0xFF0A
	cmdDocumentTag    = 0xFF0C
	cmdOFDStatus      = 0xFF39
	cmdDocumentTLV    = 0xFF3A
	cmdNextTLV        = 0xFF3B
	cmdShift          = 0xFF40
	cmdCloseReceipt   = 0xFF45
	cmdOperation      = 0xFF46
	cmdOperationTag   = 0xFF4D
	cmdCheckMark      = 0xFF61
	cmdBindMark       = 0xFF67
	cmdAcceptMark     = 0xFF69
)

// Money registers (§2.2).
const (
	registerDrawer  = 241
	registerCashIn  = 242
	registerCashOut = 243
)

// Types of 8Dh and of FF46h: they count differently (§2.6).
const (
	openSale, operationSale     = 0, 1
	openReturn, operationReturn = 2, 2
)

// notGiven in a sum of five bytes lets the printer compute it (§2.6).
const notGiven = 1<<40 - 1

// commandName is how documents and people call a command: "41h", "FF61h".
func commandName(cmd uint16) string { return fmt.Sprintf("%02Xh", cmd) }

// repeatable tells the commands that only read (§1.1): these alone are asked again after a lost answer.
func repeatable(cmd uint16) bool {
	switch cmd {
	case cmdShortStatus, cmdFullStatus, cmdMoneyRegister, cmdReadTable, cmdTableShape, cmdCapabilities, cmdDeviceType,
		cmdDriveStatus, cmdDriveExpiry, cmdFindDocument, cmdOFDStatus, cmdDocumentTLV, cmdShift:
		return true
	}
	return false // FF3Bh too: each one moves on to the next block
}

// request is a message under construction: command, then parameters.
type request []byte

// bare is a command without a password.
func bare(cmd uint16, parameters ...byte) request {
	if cmd > 0xFF {
		return append(request{byte(cmd >> 8), byte(cmd)}, parameters...)
	}
	return append(request{byte(cmd)}, parameters...)
}

// with is a command whose first parameter is a password.
func with(cmd uint16, password uint32, parameters ...byte) request {
	r := binary.LittleEndian.AppendUint32(bare(cmd), password)
	return append(r, parameters...)
}

// uint adds a number of size bytes, little-endian.
func (r request) uint(n uint64, size int) request {
	return append(r, binary.LittleEndian.AppendUint64(nil, n)[:size]...)
}

// money5 adds a sum of five bytes.
func (r request) money5(k money.Kopecks) request { return r.uint(uint64(k), 5) }

// readTable is 1Fh: the value of one field.
func readTable(password uint32, table byte, row uint16, field byte) request {
	return append(with(cmdReadTable, password, table).uint(uint64(row), 2), field)
}

// operation is FF46h, one line of the receipt (§2.6). The taxes are the printer's to compute.
func operation(password uint32, kind, vat byte, l *fiscal.Line) request {
	r := with(cmdOperation, password, kind)
	r = r.uint(uint64(l.Quantity)*1000, 6) // thousandths to millionths
	r = r.money5(l.Price).money5(l.Sum).uint(notGiven, 5)
	r = append(r, vat, 1, l.Method, l.Subject) // 1: department
	name := l.Name
	if len(name) > 1 && name[:2] == "//" {
		name = " " + name // two slashes at the start would keep the name off the paper
	}
	return append(r, commandText(name, 128)...)
}

// closeReceipt is FF45h (§2.6).
func closeReceipt(password uint32, p fiscal.Payments, system fiscal.TaxSystem) request {
	var pay [16]money.Kopecks
	pay[0], pay[1], pay[13], pay[14], pay[15] = p.Cash, p.Card, p.Prepaid, p.Credit, p.Counter
	r := with(cmdCloseReceipt, password)
	for _, sum := range pay {
		r = r.money5(sum)
	}
	r = append(r, 0)            // rounding: the total is whole already
	r = r.uint(0, 5).uint(0, 5) // six taxes, which the printer computes (table 1, tax mode 0)
	r = r.uint(0, 5).uint(0, 5)
	r = r.uint(0, 5).uint(0, 5)
	return append(r, byte(system))
}

// checkMark is FF61h of ФФД 1.2 (§2.7). The quantity goes along for a part of a unit only (statuses 2 and 4).
func checkMark(password uint32, l *fiscal.Line) request {
	var part []byte
	if l.Marked.Status == 2 || l.Marked.Status == 4 {
		part = slices.Concat(tlv(tagMeasure, l.Measure), quantityTLV(l.Quantity))
	}
	r := with(cmdCheckMark, password, l.Marked.Status, 0, byte(len(l.Marked.Code)), byte(len(part)))
	return append(append(r, l.Marked.Code...), part...)
}

// bindMark is FF67h (§2.7).
func bindMark(password uint32, code []byte) request {
	return append(with(cmdBindMark, password, byte(len(code))), code...)
}
