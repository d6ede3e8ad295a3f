package fiscal

import (
	"time"

	"kassa/app/money"
)

// Kind of document. Stored; never reorder.
type Kind uint8

const (
	OpenShift  Kind = 1
	CloseShift Kind = 2
	Sale       Kind = 3 // приход
	Return     Kind = 4 // возврат прихода
	Correction Kind = 5
	CashIn     Kind = 6 // no ФД
	CashOut    Kind = 7 // no ФД
	XReport    Kind = 8 // no ФД
)

var kindNames = [...]string{"", "open-shift", "close-shift", "sale", "return", "correction", "cash-in", "cash-out", "x"}

// String is the stable name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// Numbered tells whether the drive gives the document a number (ФД).
func (k Kind) Numbered() bool { return k >= OpenShift && k <= Correction }

// TaxSystem is the bit of tag 1055.
type TaxSystem uint8

const (
	TaxGeneral       TaxSystem = 1  // ОСН
	TaxIncome        TaxSystem = 2  // УСН доход
	TaxIncomeOutcome TaxSystem = 4  // УСН доход − расход
	TaxAgricultural  TaxSystem = 16 // ЕСХН
	TaxPatent        TaxSystem = 32 // ПСН
)

// Operator is who stands at the till: tags 1021, 1203.
type Operator struct{ Name, INN string }

// Industry is tag 1260 of a line: {1262, 1263, 1264, 1265}.
type Industry struct {
	Authority string // 1262, "030"
	Date      string // 1263, DD.MM.YYYY
	Number    string // 1264
	Value     string // 1265
}

// MarkedUnit is what the drive has to know of a marked line.
type MarkedUnit struct {
	Code   []byte // КМ, GS kept (tag 2000)
	Status uint8  // planned status, tag 2003: 1 piece sold, 3 piece returned
}

// Planned statuses (tag 2003).
const (
	PieceSold     uint8 = 1
	PieceReturned uint8 = 3
)

// Subjects (tag 1212) and methods (tag 1214) in use.
const (
	SubjectGoods       uint8 = 1
	SubjectExcise      uint8 = 2
	SubjectMarkedGoods uint8 = 33 // ТМ
	SubjectGoodsNoMark uint8 = 32 // ТНМ
	SubjectExciseMark  uint8 = 31 // АТМ
	MethodFull         uint8 = 4  // полный расчёт
)

// Line of a document. Sum is exactly Cost(Price, Quantity) ± 1 kopeck, as the drive demands.
type Line struct {
	Name     string
	Price    money.Kopecks
	Quantity money.Millis
	Sum      money.Kopecks
	VAT      money.VATRate
	Subject  uint8
	Method   uint8
	Measure  uint8
	Marked   *MarkedUnit
	Industry *Industry
}

// Payments by tag: 1031, 1081, 1215, 1216, 1217. Cash is what was given; the printer counts the change.
type Payments struct{ Cash, Card, Prepaid, Credit, Counter money.Kopecks }

// Sum of all.
func (p Payments) Sum() money.Kopecks { return p.Cash + p.Card + p.Prepaid + p.Credit + p.Counter }

// ReceiptIDAttribute is the name (tag 1085) under which the receipt's id (tag 1086) goes into the
// document's additional user attribute (tag 1084), so that the document can be found again.
const ReceiptIDAttribute = "receipt_id"

// Document is what the till wants registered.
type Document struct {
	Kind      Kind
	ReceiptID string // of a receipt; empty for the others
	Operator  Operator
	TaxSystem TaxSystem
	Lines     []Line
	Payments  Payments
	Sum       money.Kopecks // of CashIn and CashOut
}

// Total of the lines.
func (d *Document) Total() money.Kopecks {
	var sum money.Kopecks
	for i := range d.Lines {
		sum += d.Lines[i].Sum
	}
	return sum
}

// Mark is where the drive stood before a command. It is journalled before the command is sent.
type Mark struct {
	Drive         string // ФН, 16 digits
	Document      uint32 // last ФД
	Shift         int    // last shift number of the drive
	ShiftOpen     bool
	CashIn        money.Kopecks // sums of the printer's registers, they tell whether a cash move happened
	CashOut       money.Kopecks
	CashInDrawer  money.Kopecks
	PrinterClock  time.Time
	ReceiptNumber int // last receipt in the shift
}

// Registered is what the drive made of a document.
type Registered struct {
	Drive         string
	Document      uint32 // ФД; 0 for documents without a number
	Sign          uint32 // ФП
	Shift         int
	ReceiptNumber int
	At            time.Time // the printer's clock
	Change        money.Kopecks
	// PaperOwed: the document exists, its paper does not yet (paper out, cover open).
	PaperOwed bool
}

// Record is a document as the drive remembers it.
type Record struct {
	Kind      Kind
	Document  uint32
	Sign      uint32
	At        time.Time
	Sum       money.Kopecks
	Shift     int    // of shift documents
	ReceiptID string // empty when the drive does not tell
}
