package trueapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// decodeCheck reads the answer about the codes that were asked, by position.
func decodeCheck(body []byte, asked ...string) ([]marking.OnlineAnswer, *Error) {
	var v codescheck.Answer
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, garbage("check", err)
	}
	answers, err := readFacts(v, len(asked))
	if err == nil {
		err = inOrder(body, asked)
	}
	if err != nil {
		return nil, garbage("check", err)
	}
	return answers, nil
}

// readFacts takes the facts as a site may tell them.
func readFacts(v codescheck.Answer, asked int) ([]marking.OnlineAnswer, error) {
	if v.IsCheckedOffline {
		return nil, errors.New("checked offline, which a site never does")
	}
	answers, err := v.Read(asked)
	if err != nil {
		return nil, err
	}
	for i, a := range answers {
		if len(a.Parent) > marking.MaxScan || len(a.PackageType) > marking.MaxScan {
			return nil, fmt.Errorf("code %d: parent or packageType of over %d bytes", i, marking.MaxScan)
		}
	}
	return answers, nil
}

// echoes are the members of codes[] that repeat what was asked.
type echoes []struct {
	CIS  string `json:"cis"`
	GTIN string `json:"gtin"`
}

// inOrder refuses answers whose echoes stand in another order than the codes. An echo has no GS in it
// (marking-check §2.6); one in a form of its own says nothing.
func inOrder(body []byte, asked []string) error {
	var v struct {
		Codes echoes `json:"codes"`
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	positions := make(map[string]int, len(asked))
	for i, code := range asked {
		positions[withoutGS(code)] = i
	}
	for i, echo := range v.Codes {
		if p, ok := positions[withoutGS(echo.CIS)]; ok && withoutGS(asked[p]) != withoutGS(asked[i]) {
			return fmt.Errorf("element %d answers about code %d", i, p)
		}
	}
	return nil
}

func withoutGS(code string) string { return strings.ReplaceAll(code, string(rune(marking.GS)), "") }

// garbage is an answer with HTTP 200 that cannot be used.
func garbage(op string, err error) *Error {
	return &Error{Op: op, Fault: marking.FaultGarbage, Status: http.StatusOK, Err: fmt.Errorf("read answer: %w", err)}
}

// isReqID accepts a UUID in any spelling.
func isReqID(s string) bool {
	return len(s) > 0 && len(s) <= 64 && strings.Trim(s, "0123456789abcdefABCDEF-") == ""
}
