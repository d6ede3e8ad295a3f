package till

import (
	"time"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/staff"
)

// ReceiptKind: sale or return. Stored; never reorder.
type ReceiptKind uint8

const (
	Sale   ReceiptKind = 1
	Return ReceiptKind = 2
)

// String is the stable name.
func (k ReceiptKind) String() string {
	switch k {
	case Sale:
		return "sale"
	case Return:
		return "return"
	}
	return ""
}

// State of a receipt, architecture §4. Stored; never reorder.
type State uint8

const (
	Open      State = 1 // lines may change; a line may still be checked
	Paying    State = 2 // a part is paid
	Paid      State = 3 // all is paid, no fiscal document yet; Failure says why when a try was refused
	Printing  State = 4 // the command went to the printer, its answer is not journalled yet
	Unknown   State = 5 // the printer did not answer: ask it, never print again blindly
	Closed    State = 6 // the fiscal document exists (printed)
	Suspended State = 7
	Cancelled State = 8
)

var stateNames = [...]string{"", "open", "paying", "paid", "printing", "unknown", "closed", "suspended", "cancelled"}

// String is the stable name for journals and JSON.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return ""
}

// Final tells that nothing can happen to the receipt any more.
func (s State) Final() bool { return s == Closed || s == Cancelled }

// MarkState of a line. Stored; never reorder.
type MarkState uint8

const (
	MarkNone      MarkState = 0 // not a marked item
	MarkNeeded    MarkState = 1 // a marked item without its code yet
	MarkChecking  MarkState = 2
	MarkAllowed   MarkState = 3
	MarkUnchecked MarkState = 4 // nobody could tell; sold by the shop's policy
	MarkRefused   MarkState = 5 // the line is removed
)

// Line is one position of a receipt. Marked items have one line a code, never merged.
type Line struct {
	No       int // 1, 2, 3 … as shown; never reused inside a receipt
	ItemID   string
	Name     string
	Barcode  string
	Price    money.Kopecks // for one unit, before discounts
	Quantity money.Millis
	Measure  Measure
	VAT      money.VATRate
	Group    marking.ProductGroup
	Discount money.Kopecks // of the whole line
	// Percent is the discount asked for; Discount follows it when the quantity changes.
	Percent  money.HundredthsOfPercent `json:",omitempty"`
	MinAge   int                       `json:",omitempty"`
	MinPrice money.Kopecks             `json:",omitempty"`

	Mark      marking.MarkingCode
	MarkState MarkState
	Verdict   marking.Verdict
	CheckTime time.Duration // from the scan to the verdict

	Removed bool
	Why     string // reason of the removal: "cashier", "refused", "repeat"
	// ReturnOf is the line of the sale that a line of a return gives back.
	ReturnOf int `json:",omitempty"`
}

// Full is price × quantity.
func (l Line) Full() money.Kopecks { return money.Cost(l.Price, l.Quantity) }

// Sum is what the customer pays for the line; 0 for a removed one.
func (l Line) Sum() money.Kopecks {
	if l.Removed {
		return 0
	}
	return l.Full() - l.Discount
}

// PaymentKind, by the tag it goes to. Stored; never reorder.
type PaymentKind uint8

const (
	Cash    PaymentKind = 1 // 1031
	Card    PaymentKind = 2 // 1081
	FastPay PaymentKind = 3 // СБП, 1081
	Prepaid PaymentKind = 4 // 1215
	Credit  PaymentKind = 5 // 1216
)

var paymentNames = [...]string{"", "cash", "card", "sbp", "prepaid", "credit"}

// String is the stable name.
func (k PaymentKind) String() string {
	if int(k) < len(paymentNames) {
		return paymentNames[k]
	}
	return ""
}

// ParsePaymentKind reads what String prints.
func ParsePaymentKind(s string) (PaymentKind, bool) {
	for k, n := range paymentNames {
		if k > 0 && n == s {
			return PaymentKind(k), true
		}
	}
	return 0, false
}

// Payment is money given by the customer (or back to him, in a return).
type Payment struct {
	No      int
	Kind    PaymentKind
	Kopecks money.Kopecks // as given: for cash it may exceed what is due
	At      time.Time
}

// Person who acts.
type Person struct {
	ID   string
	Name string
	INN  string
	Role staff.Role `json:",omitempty"`
}

// Fiscal is what is known of the receipt's fiscal document.
type Fiscal struct {
	Document uint32 // ФД
	Sign     uint32 // ФП
	Drive    string // ФН
	Shift    int
	Number   int // of the receipt in the shift
	At       time.Time
}

// Receipt is a чек from its first line to its fiscal document.
type Receipt struct {
	ID       string // UUIDv7, made at the till, never changes
	Kind     ReceiptKind
	Number   int // of this till, as shown: Чек № 118
	Shift    int
	Cashier  Person
	OpenedAt time.Time
	ClosedAt time.Time
	State    State
	Lines    []Line
	Payments []Payment
	Fiscal   Fiscal
	// Failure is the code of the last refused try to print, while Paid.
	Failure Code `json:",omitempty"`
	// ReturnOf is the sale that a return gives back.
	ReturnOf string `json:",omitempty"`
	// Age is the customer's age in years that the cashier has confirmed, 0: was not asked.
	Age int `json:",omitempty"`
	// Comment of a suspended receipt.
	Comment string `json:",omitempty"`
}

// Total is what the customer has to pay.
func (r *Receipt) Total() money.Kopecks {
	var sum money.Kopecks
	for i := range r.Lines {
		sum += r.Lines[i].Sum()
	}
	return sum
}

// Discount is what the customer saves.
func (r *Receipt) Discount() money.Kopecks {
	var sum money.Kopecks
	for i := range r.Lines {
		if !r.Lines[i].Removed {
			sum += r.Lines[i].Discount
		}
	}
	return sum
}

// Given is all money taken so far, of one kind or of all (kind 0).
func (r *Receipt) Given(kind PaymentKind) money.Kopecks {
	var sum money.Kopecks
	for _, p := range r.Payments {
		if kind == 0 || p.Kind == kind {
			sum += p.Kopecks
		}
	}
	return sum
}

// Due is what is still to pay, never below 0.
func (r *Receipt) Due() money.Kopecks { return max(0, r.Total()-r.Given(0)) }

// Change is the cash to give back, never below 0. Only cash may exceed what is due.
func (r *Receipt) Change() money.Kopecks { return max(0, r.Given(0)-r.Total()) }

// Positions counts the lines that are sold.
func (r *Receipt) Positions() int {
	n := 0
	for i := range r.Lines {
		if !r.Lines[i].Removed {
			n++
		}
	}
	return n
}

// Line finds a line by its number, nil when there is none.
func (r *Receipt) Line(no int) *Line {
	for i := range r.Lines {
		if r.Lines[i].No == no {
			return &r.Lines[i]
		}
	}
	return nil
}

// Clone is a deep copy, for a snapshot.
func (r *Receipt) Clone() *Receipt {
	c := *r
	c.Lines = append([]Line(nil), r.Lines...)
	c.Payments = append([]Payment(nil), r.Payments...)
	return &c
}

// Shift is a смена of the till. Its number is the fiscal printer's.
type Shift struct {
	Number   int
	Open     bool
	OpenedAt time.Time
	ClosedAt time.Time
	OpenedBy Person
	ClosedBy Person
	// Sales and Returns are sums of closed receipts of this till in the shift, by way of payment (cash after change).
	SalesCash, SalesCard, ReturnsCash, ReturnsCard money.Kopecks
	CashIn, CashOut                                money.Kopecks
	Receipts                                       int
}

// CashMoveKind: внесение or изъятие.
type CashMoveKind uint8

const (
	CashIn  CashMoveKind = 1
	CashOut CashMoveKind = 2
)

// CashMove is money put into the drawer or taken out of it without a sale.
type CashMove struct {
	ID     string
	Kind   CashMoveKind
	Sum    money.Kopecks
	Reason string
	By     Person
	At     time.Time
}
