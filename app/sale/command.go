package sale

import (
	"time"

	"kassa/app/money"
	"kassa/app/till"
)

// Command is something a person, a scanner or a script asks of the till.
// Do returns when its effect is complete; for Scan of a marked item that is when the line is
// on disk, its verdict follows in a snapshot.
type Command interface{ name() string }

type (
	// Login opens the till for a person. Wrong PINs are counted, also over restarts.
	Login struct{ Person, PIN string }
	// Logout locks the till; the receipt stays.
	Logout struct{}

	// OpenShift registers the opening of a shift.
	OpenShift struct{}
	// CloseShift registers its end (Z). No receipt may be open, unless the shift is over 24 hours: then the
	// receipt waits for the next shift. Suspended ones stay.
	CloseShift struct{}
	// ReportX prints the X report.
	ReportX struct{}
	// MoveCash puts money into the drawer or takes it out.
	MoveCash struct {
		Kind   till.CashMoveKind
		Sum    money.Kopecks
		Reason string
	}

	// Scan is what a scanner read. At is when it arrived: the budget of a check starts there. Zero: now.
	Scan struct {
		Raw []byte
		At  time.Time
	}
	// AddItem is a tap on a tile or on a search result.
	AddItem struct{ ItemID string }
	// SetQuantity of a line; of a marked line it is refused.
	SetQuantity struct {
		Line     int
		Quantity money.Millis
	}
	// Discount of a line by percent; 0 takes it away.
	Discount struct {
		Line    int
		Percent money.HundredthsOfPercent
	}
	// Remove takes a line out.
	Remove struct{ Line int }
	// Select makes a line the one that quantity, discount and removal mean.
	Select struct{ Line int }
	// Dismiss closes the Stop that is shown. A question about age is answered with no.
	Dismiss struct{}
	// ConfirmAge answers the question of a Stop with till.ItemNeedsAge: Yes adds the item and holds for the
	// rest of the receipt, No drops the item.
	ConfirmAge struct{ Yes bool }

	// Pay records money given by the customer. When all is paid the receipt is Paid.
	Pay struct {
		Kind till.PaymentKind
		Sum  money.Kopecks
	}
	// Unpay takes back the parts of an unfinished payment: back to the lines. Not when Paid.
	Unpay struct{}
	// Close registers the paid receipt. Also the retry after a refusal.
	Close struct{}
	// Cancel ends a receipt without a document. Refused once a card payment is recorded.
	Cancel struct{ Reason string }
	// Suspend puts the receipt aside, Resume takes it up again.
	Suspend struct{ Comment string }
	Resume  struct{ ID string }
	// StartReturn opens a receipt that gives back lines of a closed sale; no lines means all.
	StartReturn struct {
		ReceiptID string
		Lines     []int
	}
	// DeclareEmergency starts selling without checks: the operator has announced an emergency of ГИС МТ.
	// Seniors and above. Until is its end as far as known; the days after it follow by themselves.
	DeclareEmergency struct {
		Reason string
		Until  time.Time
	}
	// EndEmergency ends the one that is in force, declared or found; seniors and above.
	EndEmergency struct{}
	// TakeLimitPrice answers a Stop whose verdict wants the price on the pack (M-07): the unit is put on the
	// receipt again at Verdict.Limit and checked anew.
	TakeLimitPrice struct{}
	// Settle asks the printer for the fate of an Unknown document, then completes or frees it.
	Settle struct{}
)

func (Login) name() string            { return "login" }
func (Logout) name() string           { return "logout" }
func (OpenShift) name() string        { return "open-shift" }
func (CloseShift) name() string       { return "close-shift" }
func (ReportX) name() string          { return "report-x" }
func (MoveCash) name() string         { return "move-cash" }
func (Scan) name() string             { return "scan" }
func (AddItem) name() string          { return "add-item" }
func (SetQuantity) name() string      { return "quantity" }
func (Discount) name() string         { return "discount" }
func (Remove) name() string           { return "remove" }
func (Select) name() string           { return "select" }
func (Dismiss) name() string          { return "dismiss" }
func (ConfirmAge) name() string       { return "confirm-age" }
func (Pay) name() string              { return "pay" }
func (Unpay) name() string            { return "unpay" }
func (Close) name() string            { return "close" }
func (Cancel) name() string           { return "cancel" }
func (Suspend) name() string          { return "suspend" }
func (Resume) name() string           { return "resume" }
func (StartReturn) name() string      { return "return" }
func (DeclareEmergency) name() string { return "declare-emergency" }
func (EndEmergency) name() string     { return "end-emergency" }
func (TakeLimitPrice) name() string   { return "take-limit-price" }
func (Settle) name() string           { return "settle" }
