package till

import (
	"errors"
	"fmt"
)

// Code names, for tests, journal and texts, everything a person may be told. Stable; app/texts has the
// sentence of each. M-, F-, P-, D-, R- codes are those of the screens' reference.
type Code string

const (
	// Marked goods; the refusals by a verdict are Codes of marking.Reason through CodeOf in app/texts.
	MarkIncomplete   Code = "M-08" // the code was read in part
	MarkOther        Code = "M-09" // code of another item than the one waited for
	MarkRepeated     Code = "M-10" // already in this receipt
	MarkInSuspended  Code = "M-11" // in a suspended receipt of this till
	MarkWanted       Code = "M-12" // plain barcode of a marked item: scan the square code
	MarkForbidden    Code = "M-00" // a verdict forbids; Error.Verdict has it
	MarkNotInReceipt Code = "M-20" // return: the code is not of this receipt

	// Goods and lines.
	ItemUnknown      Code = "item-unknown"
	ItemNoPrice      Code = "item-no-price"
	ItemNoVAT        Code = "item-no-vat"
	ItemNeedsWeight  Code = "item-needs-weight"
	ItemNeedsAge     Code = "item-needs-age"
	ScanUnreadable   Code = "scan-unreadable"
	LineMissing      Code = "line-missing"
	LineMarked       Code = "line-marked" // quantity of a marked unit cannot be typed
	QuantityBad      Code = "quantity-bad"
	QuantityLarge    Code = "quantity-large"
	DiscountBad      Code = "discount-bad"
	ReceiptMissing   Code = "receipt-missing"
	ReceiptEmpty     Code = "receipt-empty"
	ReceiptBusy      Code = "receipt-busy"       // being paid or printed
	ReceiptChecking  Code = "receipt-checking"   // a line is still being checked
	ReceiptIncomp    Code = "receipt-incomplete" // a marked line has no code
	ReceiptOpenStill Code = "receipt-open-still" // finish it first
	PaymentBad       Code = "payment-bad"        // sum is zero, negative or too large
	PaymentCardOver  Code = "payment-card-over"  // only cash may exceed what is due
	PaymentShort     Code = "payment-short"      // not all is paid
	ReturnTooMuch    Code = "R-02"
	ReturnLineBad    Code = "return-line-bad"
	DrawerShort      Code = "drawer-short" // less cash in the drawer than is to be given
	StopShown        Code = "stop-shown"   // close the message first

	// Shift and people.
	ShiftClosed   Code = "shift-closed"
	ShiftOpen     Code = "shift-open"
	ShiftExpired  Code = "F-03"
	LoginNeeded   Code = "login-needed"
	LoginWrong    Code = "login-wrong"
	LoginPaused   Code = "login-paused"
	RightMissing  Code = "R-01"
	NotSupported  Code = "not-supported"
	NeedsRecovery Code = "needs-recovery" // a document's fate is not known yet

	// Fiscal printer and disk.
	PrinterPaper   Code = "F-01"
	PrinterSilent  Code = "F-02"
	PrinterUnclear Code = "F-05" // printed or not: being found out
	PrinterRefused Code = "printer-refused"
	PrinterForeign Code = "printer-foreign" // another ФН than the till was bound to
	PrinterBusy    Code = "printer-busy"
	PrinterCover   Code = "printer-cover"
	PrinterService Code = "printer-service" // call a service person
	OFDOverdue     Code = "F-04"
	DiskFailed     Code = "D-02"
	EmergencyBad   Code = "emergency-bad" // a reason and an end within 30 days are needed
	Internal       Code = "internal"
)

// Error is what a person may be shown.
type Error struct {
	Code Code
	// Args fill the gaps of the sentence: item name, sum, code …
	Args []string
	// Err is the cause, for the log only.
	Err error
}

// Error is for logs; people read the sentence of Code.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return string(e.Code)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Fail makes an Error.
func Fail(code Code, args ...string) *Error { return &Error{Code: code, Args: args} }

// CodeOf is the code inside err, Internal when there is none, empty for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
