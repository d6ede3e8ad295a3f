package journal

import (
	"time"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// Evidence is one row of the book of checks: everything behind one verdict, for tag 1260 and for an inspector
// (ПП 1944 п. 11, 11(1); guide §1.4.3). It holds whole codes; screens and exports mask them unless the
// person has the right to see them.
type Evidence struct {
	Seq       int64 // number of the row, given by the book
	At        time.Time
	ReceiptID string
	Line      int
	Item      string // name
	Group     marking.ProductGroup
	GTIN      string
	KI        string // whole
	Price     money.Kopecks
	Drive     string // ФН
	Till      string
	Person    till.Person

	Verdict marking.Verdict
	Online  marking.OnlineAnswer
	Module  marking.ModuleAnswer
	Elapsed time.Duration // from the scan to the verdict

	Overtime bool // the online answer missed the budget
	// Late is set for an answer that came after its verdict; Verdict is then what it would have been.
	Late bool
	// Emergency under which the unit was sold, zero when none.
	Emergency marking.Emergency
	// Risk: nobody answered, and the shop's policy sold it all the same.
	Risk bool

	// Document is the ФД that holds the line, 0 when there is none (yet); read only.
	Document uint32
}

// EvidenceQuery finds rows of the book; zero members do not limit. The newest come first.
type EvidenceQuery struct {
	Since, Before time.Time
	ReceiptID     string
	GTIN          string
	KI            string // whole, or its beginning
	Decision      marking.Decision
	Source        marking.Source
	Reason        marking.Reason
	Overtime      bool  // only those that missed the budget
	Under         int64 // only rows with a Seq below; for paging
	Limit         int   // 0: 100
}

// Suspect is a unit on the list «Карантин»: one that a check refused at the till, or one that the check of
// the stock in the background speaks against. The second kind is advice and never decides a sale.
type Suspect struct {
	KI     string // whole
	GTIN   string
	Item   string // name, empty when not known
	Reason marking.Reason
	Until  string // expiry date for marking.ReasonExpired, as the source sent it
	Origin SuspectOrigin
	At     time.Time
	Till   string
	Person string // name, empty for the background
}

// SuspectQuery finds units on the list; zero members do not limit. The newest come first.
type SuspectQuery struct {
	Text   string // parts of name, GTIN or КИ, each of which must occur
	Origin SuspectOrigin
	Limit  int // 0: 100
	Skip   int // rows before the page
}

// SuspectOrigin says who put a unit on the list. Stored; never reorder.
type SuspectOrigin uint8

const (
	FromSale     SuspectOrigin = 1 // refused at the till by an official answer
	FromPreCheck SuspectOrigin = 2 // advice of the check of the stock
)

// SoldHere is a sale of a unit in this till's own journal; the zero value: it was not sold here, or was
// taken back.
type SoldHere struct {
	Till   string
	Number int // of the receipt
	At     time.Time
}
