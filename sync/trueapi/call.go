package trueapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// maxBody is the largest answer that is read, in bytes; one of codes/check has about 1 KiB for a code.
const maxBody = 1 << 20

// outsideSilent is the body's code for «an outside system is silent, the site is fine» (guide §1.4).
const outsideSilent = 5000

// ask is one request.
type ask struct {
	op    string // names it in errors
	via   *http.Client
	path  string
	query url.Values
	body  []byte // nil: GET
	want  int    // the status of success, 0: 200
}

// reply is the whole answer of one request.
type reply struct {
	status int    // the wanted one or 203; 0 when the call failed
	body   []byte // empty with 203
	got    string // what came, for the evidence, however the call ended
}

// call sends one request and reads the whole answer; it ends with ctx. A status but the wanted one and 203 is
// an *Error, as is a body that says so itself; 203 comes without its body.
func (c *Client) call(ctx context.Context, a ask) (reply, *Error) {
	op, token := a.op, c.settings.Token()
	if a.want == 0 {
		a.want = http.StatusOK
	}
	switch {
	case c.site == nil:
		return reply{}, &Error{Op: op, Fault: marking.FaultNotBound, Err: errNoSite}
	case token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return reply{}, &Error{Op: op, Fault: marking.FaultNotBound, Err: errNoToken}
	}
	req, err := c.request(ctx, a, token)
	if err != nil {
		return reply{}, &Error{Op: op, Fault: marking.FaultNotBound, Err: err}
	}
	resp, err := a.via.Do(req)
	if err != nil {
		return reply{}, &Error{Op: op, Fault: codescheck.FaultOfError(ctx, err), Err: err}
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNonAuthoritativeInfo {
		// The status says it all; nobody waits for a body that may never end.
		return reply{status: resp.StatusCode, got: evidence(resp, nil, token)}, nil
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	got := evidence(resp, answer, token)
	code, description := bodyCode(answer)
	if resp.StatusCode != a.want || code != 0 {
		// A refusal stands even when its body is cut off; then it has no code.
		return reply{got: got}, &Error{
			Op: op, Fault: faultOfStatus(resp.StatusCode, code), Status: resp.StatusCode,
			Code: code, Text: strings.ReplaceAll(description, token, "…"),
		}
	}
	switch {
	case err != nil:
		return reply{got: got}, &Error{Op: op, Fault: codescheck.FaultOfError(ctx, err), Status: resp.StatusCode, Err: fmt.Errorf("read answer: %w", err)}
	case len(answer) > maxBody:
		return reply{got: got}, garbage(op, fmt.Errorf("over %d bytes", maxBody))
	}
	return reply{status: resp.StatusCode, body: answer, got: got}, nil
}

// evidence is an answer as it is kept: the body, after the status line where that is not 200, without the
// key if a site sends it back.
func evidence(resp *http.Response, body []byte, token string) string {
	text := string(body[:min(len(body), 2*marking.MaxExchange)]) // the key may stand across the cut below
	if resp.StatusCode != http.StatusOK {
		text = resp.Proto + " " + resp.Status + "\r\n\r\n" + text
	}
	text = strings.ReplaceAll(text, token, "…")
	return strings.ToValidUTF8(text[:min(len(text), marking.MaxExchange)], "?")
}

// request sets the headers by the rules of guide §8: none twice.
func (c *Client) request(ctx context.Context, a ask, token string) (*http.Request, error) {
	method, content := http.MethodGet, io.Reader(nil)
	if a.body != nil {
		method, content = http.MethodPost, bytes.NewReader(a.body)
	}
	address := c.site.JoinPath(a.path)
	address.RawQuery = a.query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, address.String(), content)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header["Content-Type"] = []string{"application/json"}
	req.Header["X-API-KEY"] = []string{token} // spelt as the guide does; Set would change it to X-Api-Key
	req.Header["User-Agent"] = []string{"kassa"}
	// An empty list is not sent. It tells net/http that a check may be repeated when the kept connection
	// turns out to have been dropped by the far side.
	req.Header["Idempotency-Key"] = []string{}
	return req, nil
}

// faultOfStatus follows the table of guide §1.4 (marking-check §2.5). Under HTTP 200 the body's code counts.
func faultOfStatus(status, bodyCode int) marking.Fault {
	if status == http.StatusOK {
		status = bodyCode
	}
	switch {
	case status == http.StatusUnauthorized:
		return marking.FaultUnauthorised
	case status == http.StatusGone:
		return marking.FaultGone
	case status == http.StatusTooManyRequests:
		return marking.FaultBusy
	case status == outsideSilent, status >= 500 && status < 600 && bodyCode == outsideSilent:
		return marking.FaultOutside
	case status >= 500 && status < 600:
		return marking.FaultServer
	case status >= 400 && status < 500:
		return marking.FaultBadRequest
	}
	return marking.FaultGarbage
}

// bodyCode takes the members that every answer has, as far as they can be read.
func bodyCode(answer []byte) (code int, description string) {
	var v struct {
		Code        int    `json:"code"`
		Description string `json:"description"`
	}
	if json.Unmarshal(answer, &v) != nil {
		return 0, ""
	}
	return v.Code, v.Description
}
