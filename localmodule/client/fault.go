package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"kassa/app/marking"
	"kassa/localmodule/api"
)

// Error is a call that gave no usable answer, with the kind that decides what follows.
type Error struct {
	Fault  marking.Fault
	Status int // of HTTP, when that is what failed
	Err    error
}

func (e *Error) Error() string { return e.Fault.String() + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

func fault(f marking.Fault, format string, args ...any) error {
	return &Error{Fault: f, Err: fmt.Errorf(format, args...)}
}

// faultOf is the kind of an error of this package.
func faultOf(err error) marking.Fault {
	var e *Error
	if errors.As(err, &e) {
		return e.Fault
	}
	return marking.FaultGarbage
}

// unreached is an error of the way there or back.
func unreached(err error) error {
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.As(err, &network) && network.Timeout() {
		return &Error{Fault: marking.FaultTimeout, Err: err}
	}
	return &Error{Fault: marking.FaultUnreachable, Err: err}
}

// faultOfStatus reads an answer with another HTTP status than the good one. Source: marking-check §4.2, §4.3.
func faultOfStatus(status int, body []byte) error {
	var said api.Error
	// Without a readable body the status alone decides.
	_ = json.Unmarshal(body, &said)
	e := faultOfCode(cmp.Or(said.ErrorCode, status), said.Message)
	e.Status = status
	return e
}

// notThere tells that the module does not have the asked method.
func notThere(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed)
}

// faultOfCode reads an HTTP status, or a code in a body.
func faultOfCode(code int, message string) *Error {
	f := marking.FaultGarbage
	switch {
	case code == api.ErrorNotReady:
		f = marking.FaultNotReady
	case code == api.ErrorStale:
		f = marking.FaultStale
	case code == http.StatusUnauthorized:
		f = marking.FaultUnauthorised
	case code == http.StatusGone:
		f = marking.FaultGone
	case code == http.StatusTooManyRequests:
		f = marking.FaultBusy
	case code >= 500 && code < 600:
		f = marking.FaultServer
	case code >= 400 && code < 500:
		f = marking.FaultBadRequest
	}
	return &Error{Fault: f, Err: fmt.Errorf("answer %d: %.200q", code, message)}
}
