package fiscal

import (
	"errors"
	"fmt"
)

// Outcome of a command to a device. Stored; never reorder.
type Outcome uint8

const (
	Done    Outcome = 1
	NotDone Outcome = 2 // certainly not executed: it may be sent again
	Unknown Outcome = 3 // ask the device; never send again blindly
)

// String is the stable name.
func (o Outcome) String() string {
	switch o {
	case Done:
		return "done"
	case NotDone:
		return "notDone"
	case Unknown:
		return "unknown"
	}
	return ""
}

// Problem is why, in words that every family of printers shares. Zero: none.
type Problem uint8

const (
	ProblemSilent        Problem = 1  // no answer
	ProblemPaper         Problem = 2  // no paper
	ProblemCover         Problem = 3  // cover open
	ProblemBusy          Problem = 4  // printing or a report is running
	ProblemShiftExpired  Problem = 5  // shift over 24 h
	ProblemShiftClosed   Problem = 6  // no open shift
	ProblemShiftOpen     Problem = 7  // shift is open already
	ProblemReceiptOpen   Problem = 8  // a receipt is open in the printer
	ProblemDrawerShort   Problem = 9  // less cash than is to be given
	ProblemPassword      Problem = 10 // wrong password in the settings
	ProblemOtherOperator Problem = 11 // receipt opened by another operator
	ProblemMark          Problem = 12 // marking code refused by the drive
	ProblemDrive         Problem = 13 // ФН: expired, full, fault
	ProblemOFD           Problem = 14 // oldest unsent message over 30 days
	ProblemClock         Problem = 15 // clock differs or must be confirmed
	ProblemOtherDrive    Problem = 16 // another ФН than before
	ProblemForeign       Problem = 17 // documents of another program stand between
	ProblemUnsupported   Problem = 18
	ProblemService       Problem = 19 // tech reset, hardware: a service person
	ProblemRefused       Problem = 20 // any other refusal; see Device
)

// Error of a fiscal printer. It answers three questions: did it happen (Outcome), what is wrong
// (Problem), what did the device say (Device, for the log and the small print).
type Error struct {
	Op      string // "close receipt"
	Outcome Outcome
	Problem Problem
	Device  string // "ШТРИХ 4Eh: смена превысила 24 часа"
	Err     error
}

// Error is for logs.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s", e.Op, e.Outcome)
	if e.Device != "" {
		s += ": " + e.Device
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// OutcomeOf reads the outcome of a call: Done for nil, Unknown for an error that does not tell.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return Done
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Outcome
	}
	return Unknown
}

// ProblemOf reads the problem, 0 when err is nil or does not tell.
func ProblemOf(err error) Problem {
	var e *Error
	if errors.As(err, &e) {
		return e.Problem
	}
	return 0
}
