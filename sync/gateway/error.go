package gateway

import (
	"fmt"
	"net/http"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// Statuses of a gateway that HTTP has no name for, or another one. Source: marking-check §7.
const (
	statusDriveBusy     = 407  // the fiscal drive is busy: again in 1 to 3 s
	statusNobody        = 514  // neither ГИС МТ nor the local module answered within 1.8 s
	statusOutsideSilent = 5000 // inside of an answer: an outside system is silent (guide §1.4)
)

// hints say for the log what a status of a gateway means.
var hints = map[int]string{
	http.StatusForbidden: "no active licence, the printer's driver may be stopped",
	statusDriveBusy:      "the fiscal drive is busy",
	statusNobody:         "neither ГИС МТ nor the local module answered the gateway",
}

// Error is why a call gave nothing to use.
type Error struct {
	Op     string        // "check", "info"
	Fault  marking.Fault // never FaultNone
	Status int           // of HTTP, 0 when there was no answer
	Code   int           // of the body, 0 when there was none
	Text   string        // the gateway's own words, without the token and the asked code
	Err    error         // what failed on our side of the wire; nil when the answer itself is the failure
}

func (e *Error) Error() string {
	text := e.Op + ": " + e.Fault.String()
	if e.Status != 0 {
		text += fmt.Sprintf(": HTTP %d", e.Status)
	}
	if e.Code != 0 {
		text += fmt.Sprintf(": code %d", e.Code)
	}
	if hint := hints[e.said()]; hint != "" {
		text += " (" + hint + ")"
	}
	if e.Text != "" {
		text += ": " + codescheck.OneLine(e.Text)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// said is the status that counts: HTTP's, or under HTTP 200 that of the body.
func (e *Error) said() int {
	if e.Status == http.StatusOK {
		return e.Code
	}
	return e.Status
}

// notThere tells that the gateway does not have the asked method; one made of gRPC says 501 for that too.
func (e *Error) notThere() bool {
	switch e.said() {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return true
	}
	return false
}

// faultOf gives a status its fault. Source: marking-check §7; inside of an element also guide §1.4.
//
// 514 is FaultTimeout: the sources behind the gateway were silent for all the time that it gives them, which
// is what a till sees of a silent site, and the breaker must count it as such. 403 is FaultUnauthorised:
// there is no licence to ask, and a person has to act, as with a key that is refused.
func faultOf(status int) marking.Fault {
	switch {
	case status == statusNobody:
		return marking.FaultTimeout
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return marking.FaultUnauthorised
	case status == http.StatusGone:
		return marking.FaultGone
	case status == statusDriveBusy, status == http.StatusTooManyRequests:
		return marking.FaultBusy
	case status == statusOutsideSilent:
		return marking.FaultOutside
	case status >= 500 && status < 600:
		return marking.FaultServer
	case status >= 400 && status < 500:
		return marking.FaultBadRequest
	}
	return marking.FaultGarbage
}

// garbage is an answer with HTTP 200 that cannot be used.
func garbage(op string, err error) *Error {
	return &Error{Op: op, Fault: marking.FaultGarbage, Status: http.StatusOK, Err: fmt.Errorf("read answer: %w", err)}
}
