package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Limits of a request. Source: engine.md §3.
const (
	MaxBody  = 64 << 10 // bytes
	MaxCodes = 100
	maxCIS   = 256 // characters of one КИ: three times the longest in use
)

// RequestError is a request that cannot be served as it is.
type RequestError struct {
	Status  int    // HTTP: 400 or 413
	Message string // for the caller's log
}

func (e *RequestError) Error() string { return e.Message }

func refuse(format string, args ...any) error {
	return &RequestError{Status: http.StatusBadRequest, Message: fmt.Sprintf(format, args...)}
}

// ReadOutCheck reads the body of outCheck: 1 to 100 objects. A [*RequestError] says what is wrong.
func ReadOutCheck(body io.Reader) ([]Asked, error) {
	var req OutCheckRequest
	if err := read(body, &req); err != nil {
		return nil, err
	}
	if err := checkCount(len(req.CISList)); err != nil {
		return nil, err
	}
	for i, a := range req.CISList {
		if err := checkCIS(i, a.CIS); err != nil {
			return nil, err
		}
	}
	return req.CISList, nil
}

// ReadCISList reads the body of sell and return: 1 to 100 strings. A [*RequestError] says what is wrong.
func ReadCISList(body io.Reader) ([]string, error) {
	var req CISList
	if err := read(body, &req); err != nil {
		return nil, err
	}
	if err := checkCount(len(req.CISList)); err != nil {
		return nil, err
	}
	for i, cis := range req.CISList {
		if err := checkCIS(i, cis); err != nil {
			return nil, err
		}
	}
	return req.CISList, nil
}

// ReadInit reads the body of init. A [*RequestError] says what is wrong.
func ReadInit(body io.Reader) (InitRequest, error) {
	var req InitRequest
	if err := read(body, &req); err != nil {
		return InitRequest{}, err
	}
	return req, nil
}

// read decodes one JSON object and nothing after it. Members that we do not know are ignored.
func read(body io.Reader, into any) error {
	data, err := io.ReadAll(io.LimitReader(body, MaxBody+1))
	if err != nil {
		return refuse("the body could not be read to its end")
	}
	if len(data) > MaxBody {
		return &RequestError{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("the body is over %d bytes", MaxBody)}
	}
	err = json.Unmarshal(data, into)
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return refuse("member %q cannot be a %s", wrongType.Field, wrongType.Value)
	case err != nil:
		return refuse("the body is no JSON object")
	}
	return nil
}

func checkCount(n int) error {
	switch {
	case n == 0:
		return refuse("cis_list is missing or empty")
	case n > MaxCodes:
		return refuse("cis_list has %d codes, at most %d", n, MaxCodes)
	}
	return nil
}

func checkCIS(i int, cis string) error {
	switch {
	case cis == "":
		return refuse("cis_list[%d] is empty", i)
	case len(cis) > maxCIS:
		return refuse("cis_list[%d] has %d bytes, at most %d", i, len(cis), maxCIS)
	}
	return nil
}
