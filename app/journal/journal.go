package journal

import (
	"time"

	"kassa/app/fiscal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// Saved is the state of the till as the journal remembers it.
type Saved struct {
	Receipt *till.Receipt // being made, nil when none
	Pending *Pending      // document whose result is not journalled
	Shift   till.Shift    // newest shift, zero when there was none
	State   State
	Untold  int
}

// State are the few values that outlive receipts.
type State struct {
	ReceiptID  string // of the receipt being made
	NextNumber int    // of the next receipt
	Drive      string // ФН that this till's shift belongs to
	Emergency  marking.Emergency
}

// Pending is a fiscal document between «about to be sent» and its result.
type Pending struct {
	ID       string
	Document fiscal.Document
	Mark     fiscal.Mark // where the drive stood before it
	Attempt  int
	At       time.Time
	By       till.Person
	Reason   string // of a cash move
}

// Change is what one transaction writes. Fields that are nil or empty are left as they are.
type Change struct {
	Entry   Entry
	Receipt *till.Receipt // header: everything but lines and payments
	Lines   []till.Line   // of Receipt or Entry.ReceiptID, inserted or replaced by their number
	// Payments of the receipt, all of them; SetPayments tells that they are to be written.
	Payments    []till.Payment
	SetPayments bool
	State       *State
	Shift       *till.Shift
	Pending     *Pending // inserted or replaced
	// Settled ends the pending document of this id: with Result it was formed, without it was not.
	Settled string
	Result  *fiscal.Registered
	Stock   []StockMove
	News    []CodeNews // codes to tell the module
	Told    []int64    // CodeNews.Seq that the module knows now
	// Evidence is a row of the book of checks.
	Evidence *Evidence
	// Suspects join the list «Карантин».
	Suspects []Suspect
}

// Entry is one line of the journal.
type Entry struct {
	At        time.Time
	Kind      string // name of the command, or of what happened: "check", "send", "result", "unknown", "told" …
	ReceiptID string
	Person    till.Person
	Body      any // written as JSON
}

// StockMove is an additive movement of goods: minus for a sale.
type StockMove struct {
	ItemID    string
	ReceiptID string
	Line      int
	Quantity  money.Millis
	At        time.Time
}

// CodeNews is a code that the module has to be told of.
type CodeNews struct {
	Seq      int64
	KI       string
	Returned bool // else sold
}
