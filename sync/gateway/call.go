package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// maxBody is the largest answer that is read, in bytes; one has about 1 KiB for a code.
const maxBody = 1 << 20

// call sends one request and reads the whole answer; it ends with ctx. emergency is HTTP 203 or the body's
// code 203. Every other word than a good one is an *Error; what the gateway said is given all the same.
func (c *Client) call(ctx context.Context, op, method, path string, body []byte) (answer []byte, emergency bool, failed *Error) {
	if c.invalid != nil {
		return nil, false, &Error{Op: op, Fault: marking.FaultNotBound, Err: c.invalid}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.site.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, false, &Error{Op: op, Fault: marking.FaultNotBound, Err: fmt.Errorf("make request: %w", err)}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("User-Agent", "kassa")
	// An empty list is not sent. It tells net/http that a question may be repeated when the kept connection
	// turns out to have been dropped by the far side.
	req.Header["Idempotency-Key"] = []string{}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, false, &Error{Op: op, Fault: codescheck.FaultOfError(ctx, err), Err: err}
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	code, text := refusal(answer)
	if resp.StatusCode == http.StatusNonAuthoritativeInfo || resp.StatusCode == http.StatusOK && code == http.StatusNonAuthoritativeInfo {
		return answer, true, nil
	}
	if resp.StatusCode != http.StatusOK || code != 0 {
		// A refusal stands even when its body is cut off; then it has no code.
		e := &Error{Op: op, Status: resp.StatusCode, Code: code, Text: text}
		e.Fault = faultOf(e.said())
		return answer, false, e
	}
	if err == nil {
		// Under TLS the far side may see that we leave and end its answer properly before our own connection
		// is closed: half an answer then looks like a whole one.
		err = ctx.Err()
	}
	switch {
	case err != nil:
		return answer, false, &Error{Op: op, Fault: codescheck.FaultOfError(ctx, err), Status: resp.StatusCode, Err: fmt.Errorf("read answer: %w", err)}
	case len(answer) > maxBody:
		return answer, false, garbage(op, fmt.Errorf("over %d bytes", maxBody))
	}
	return answer, false, nil
}

// refusal reads what is said in place of an answer, as far as it can be read: {"code","message"}, or the
// member error that version 1 has from gRPC. Source: marking-check §7 and its source SPO.
func refusal(answer []byte) (code int, text string) {
	var v struct {
		Code    codescheck.Int `json:"code"`
		Message string         `json:"message"`
		Error   struct {
			Code        codescheck.Int `json:"errorCode"`
			Description string         `json:"errorDescription"`
		} `json:"error"`
	}
	if json.Unmarshal(answer, &v) != nil {
		return 0, ""
	}
	if v.Code == 0 && v.Error.Code != 0 {
		return int(v.Error.Code), v.Error.Description
	}
	return int(v.Code), v.Message
}
