package devicesim

// command is one row of the command table. A number that is not in the table is answered 37h: so are the classic
// items and closes, which cannot carry ФФД 1.2 (§2.5), corrections of older formats, registration and archive, the
// buffer of long TLV, authorisation keys, and notices of the autonomous mode.
//
// run gets the parameters after the password and gives what follows the
// error byte (and the operator's byte, where op is set). Numbers of commands and lengths: §2.
type command struct {
	who     access
	op      bool // the answer has the operator's number after the error byte
	prints  bool // refused while there is no paper or a print is unfinished
	undated bool // works while the date waits for its confirmation (mode 6)
	run     func(s *Shtrih, c *call) ([]byte, code)
}

var commands = map[uint16]command{
	0x10: {who: anyone, op: true, undated: true, run: (*Shtrih).shortStatus},
	0x11: {who: anyone, op: true, undated: true, run: (*Shtrih).fullStatus},
	0x12: {who: anyone, op: true, prints: true, run: (*Shtrih).printLine},
	0x13: {who: anyone, op: true, run: (*Shtrih).beep},
	0x16: {who: nobody, undated: true, run: (*Shtrih).techReset},
	0x17: {who: anyone, op: true, prints: true, run: (*Shtrih).printLine},
	0x1A: {who: anyone, op: true, run: (*Shtrih).moneyRegister},
	0x1B: {who: anyone, op: true, run: (*Shtrih).operationRegister},
	0x1E: {who: system, run: (*Shtrih).writeTable},
	0x1F: {who: system, run: (*Shtrih).readTable},
	0x21: {who: system, undated: true, run: (*Shtrih).setTime},
	0x22: {who: system, undated: true, run: (*Shtrih).setDate},
	0x23: {who: system, undated: true, run: (*Shtrih).confirmSetDate},
	0x25: {who: anyone, op: true, prints: true, run: (*Shtrih).cut},
	0x26: {who: system, run: (*Shtrih).fontMetrics},
	0x28: {who: anyone, op: true, run: (*Shtrih).openDrawer},
	0x29: {who: anyone, op: true, prints: true, run: (*Shtrih).feed},
	0x2D: {who: system, run: (*Shtrih).tableStructure},
	0x2E: {who: system, run: (*Shtrih).fieldStructure},
	0x2F: {who: anyone, op: true, prints: true, run: (*Shtrih).printFontLine},
	0x40: {who: reports, op: true, prints: true, run: (*Shtrih).xReport},
	0x41: {who: admins, op: true, prints: true, run: (*Shtrih).zReport},
	0x42: {who: reports, op: true, prints: true, run: (*Shtrih).sectionReport},
	0x43: {who: reports, op: true, prints: true, run: (*Shtrih).taxReport},
	0x44: {who: reports, op: true, prints: true, run: (*Shtrih).cashierReport},
	0x50: {who: anyone, op: true, prints: true, run: (*Shtrih).cashIn},
	0x51: {who: anyone, op: true, prints: true, run: (*Shtrih).cashOut},
	0x6B: {who: nobody, undated: true, run: (*Shtrih).errorText},
	0x88: {who: anyone, op: true, run: (*Shtrih).cancelReceipt},
	0x89: {who: anyone, op: true, run: (*Shtrih).subtotal},
	0x8C: {who: anyone, op: true, prints: true, run: (*Shtrih).copyReceipt},
	0x8D: {who: anyone, op: true, prints: true, run: (*Shtrih).openReceipt},
	0xB0: {who: anyone, op: true, run: (*Shtrih).continuePrint},
	0xE0: {who: anyone, op: true, prints: true, run: (*Shtrih).openShift},
	0xF7: {who: nobody, undated: true, run: (*Shtrih).extendedRequest},
	0xFC: {who: nobody, undated: true, run: (*Shtrih).deviceType},

	0xFF01: {who: system, run: (*Shtrih).driveStatus},
	0xFF02: {who: system, run: (*Shtrih).driveNumber},
	0xFF03: {who: system, run: (*Shtrih).driveExpiry},
	0xFF04: {who: system, run: (*Shtrih).driveVersion},
	0xFF08: {who: system, run: (*Shtrih).cancelInDrive},
	0xFF09: {who: system, run: (*Shtrih).registration},
	0xFF0A: {who: system, run: (*Shtrih).findDocument},
	0xFF0B: {who: system, prints: true, run: (*Shtrih).formOpenShift},
	0xFF0C: {who: system, run: (*Shtrih).documentTags},
	0xFF39: {who: system, run: (*Shtrih).exchangeStatus},
	0xFF3A: {who: system, run: (*Shtrih).readDocument},
	0xFF3B: {who: system, run: (*Shtrih).readDocumentBlock},
	0xFF3F: {who: system, run: (*Shtrih).withoutTicket},
	0xFF40: {who: system, run: (*Shtrih).shiftParameters},
	0xFF41: {who: system, run: (*Shtrih).beginOpenShift},
	0xFF42: {who: system, run: (*Shtrih).beginCloseShift},
	0xFF43: {who: system, prints: true, run: (*Shtrih).formCloseShift},
	0xFF45: {who: anyone, prints: true, run: (*Shtrih).closeReceipt},
	0xFF46: {who: anyone, run: (*Shtrih).operation},
	0xFF4B: {who: system, run: (*Shtrih).receiptDiscount},
	0xFF4D: {who: system, run: (*Shtrih).operationTags},
	0xFF60: {who: system, run: (*Shtrih).registrationTag},
	0xFF61: {who: anyone, run: (*Shtrih).checkMark},
	0xFF63: {who: system, run: (*Shtrih).driveMemory},
	0xFF67: {who: anyone, run: (*Shtrih).bindMark},
	0xFF68: {who: system, run: (*Shtrih).noticeStatus},
	0xFF69: {who: anyone, run: (*Shtrih).acceptMark},
	0xFF70: {who: system, run: (*Shtrih).markingStatus},
}
