package devicesim

import (
	"time"

	"kassa/app/money"
)

// registrationFD is the number of the registration report: the drive's first document. It follows from the
// options and is not in the journal.
const registrationFD = 1

// shiftLimit is how long a shift may last (§8).
const shiftLimit = 24 * time.Hour

// sums of a shift by direction, for the reports.
type sums struct{ total, cash, card money.Kopecks }

// memory is what the printer and its drive remember: the documents, and everything that follows from them.
// It is rebuilt at start by applying the journal, with the same code that applies a new document.
type memory struct {
	entries []Entry
	byFD    map[uint32]int // index into entries

	lastFD   uint32
	lastTime time.Time // of the last numbered document

	shift       int // last number
	shiftOpen   bool
	shiftOpened time.Time
	receipt     int // last number in the shift
	inShift     sums

	drawer, cashIn, cashOut money.Kopecks     // registers 241, 242, 243
	payments                [16]money.Kopecks // registers 193..208: sales of the shift by payment
	receipts                [4]int            // operation registers 148..151, by kind as 8Dh counts
	documents               int               // operation register 152, every document
}

func newMemory(registered time.Time) *memory {
	return &memory{byFD: map[uint32]int{}, lastFD: registrationFD, lastTime: registered, documents: 1}
}

// apply adds a document that was formed.
func (m *memory) apply(e *Entry) {
	m.entries = append(m.entries, *e)
	m.documents++
	if e.numbered() {
		m.byFD[e.FD] = len(m.entries) - 1
		m.lastFD, m.lastTime = e.FD, e.Time
	}
	switch e.Type {
	case TypeOpenShift:
		m.shift, m.shiftOpen, m.shiftOpened = e.Shift, true, e.Time
		m.receipt, m.inShift, m.payments = 0, sums{}, [16]money.Kopecks{}
		m.cashIn, m.cashOut = 0, 0
	case TypeZ:
		m.shiftOpen = false
		if e.CashZeroed {
			m.drawer = 0
		}
	case TypeCashIn:
		m.drawer += e.Cash
		m.cashIn += e.Cash
	case TypeCashOut:
		m.drawer -= e.Cash
		m.cashOut += e.Cash
	}
	if e.isReceipt() {
		m.settle(e)
	}
}

func (m *memory) settle(e *Entry) {
	m.receipt = e.Receipt
	kind := kindOfSign(e.Kind)
	m.receipts[kind]++
	direction := money.Kopecks(1)
	if kind == kindReturn || kind == kindPurchase {
		direction = -1
	}
	m.drawer += direction * e.Cash
	m.inShift.total += direction * e.Total
	m.inShift.cash += direction * e.Cash
	m.inShift.card += direction * e.Card
	if kind != kindSale {
		return
	}
	for i, sum := range e.Payments {
		m.payments[i] += sum
	}
	m.payments[0] -= e.Change
}

// last gives the document formed last, nil when there is none but the registration.
func (m *memory) last() *Entry {
	if len(m.entries) == 0 {
		return nil
	}
	return &m.entries[len(m.entries)-1]
}

// lastReceipt gives the receipt formed last, nil when there is none.
func (m *memory) lastReceipt() *Entry {
	for i := len(m.entries) - 1; i >= 0; i-- {
		if m.entries[i].isReceipt() {
			return &m.entries[i]
		}
	}
	return nil
}

// find gives a numbered document.
func (m *memory) find(fd uint32) *Entry {
	i, found := m.byFD[fd]
	if !found {
		return nil
	}
	return &m.entries[i]
}
