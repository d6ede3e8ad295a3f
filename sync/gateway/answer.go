package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// checkAnswer is the answer of codes/check in all three versions. Source: marking-check §7.
type checkAnswer struct {
	Elements elements `json:"codesResponse"`
}

// elements are an array; version 1 wraps it into an object with a member of the same name.
type elements []codescheck.Answer

func (e *elements) UnmarshalJSON(b []byte) error {
	type plain []codescheck.Answer
	if len(b) > 0 && b[0] == '{' {
		var wrapped struct {
			Elements plain `json:"codesResponse"`
		}
		err := json.Unmarshal(b, &wrapped)
		*e = elements(wrapped.Elements)
		return err
	}
	return json.Unmarshal(b, (*plain)(e))
}

// decodeCheck reads the answer about one code. Emergency is the element's code 203.
func decodeCheck(body []byte) (marking.OnlineAnswer, *Error) {
	var v checkAnswer
	if err := json.Unmarshal(body, &v); err != nil {
		return marking.OnlineAnswer{}, garbage("check", err)
	}
	if len(v.Elements) != 1 {
		return marking.OnlineAnswer{}, garbage("check", fmt.Errorf("%d answers, asked about one code", len(v.Elements)))
	}
	element := v.Elements[0]
	switch {
	case element.Code == http.StatusNonAuthoritativeInfo:
		return marking.OnlineAnswer{Emergency: true}, nil
	case element.Code != 0:
		code := int(element.Code)
		return marking.OnlineAnswer{}, &Error{Op: "check", Fault: faultOf(code), Status: http.StatusOK, Code: code, Text: element.Description}
	}
	facts, err := element.Read(1)
	if err != nil {
		return marking.OnlineAnswer{}, garbage("check", err)
	}
	return facts[0], nil
}
