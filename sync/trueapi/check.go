package trueapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

const checkPath = "/api/v4/true-api/codes/check"

// checkRequest is the body of codes/check. Source: guide §1.5 (marking-check §2.6).
type checkRequest struct {
	Codes             []string `json:"codes"`
	FiscalDriveNumber string   `json:"fiscalDriveNumber,omitempty"`
	TimeZone          int      `json:"timeZone,omitempty"`
}

// Check asks about one code. It ends with ctx, or after Settings.Timeout if that comes first; whatever
// fails is a Fault of the answer. A busy or failing site is asked once more when there is time
// (guide §1.4).
func (c *Client) Check(ctx context.Context, q marking.Query) marking.OnlineAnswer {
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	start := c.settings.Now()
	a, err := c.checkOnce(ctx, q)
	if worthAgain(err) && ctx.Err() == nil {
		c.note(ctx, q, a, err)
		a, err = c.checkOnce(ctx, q)
	}
	a.Latency = c.since(start)
	c.note(ctx, q, a, err)
	return a
}

// checkOnce sends one request. The answer is whole but for the time that further tries took.
func (c *Client) checkOnce(ctx context.Context, q marking.Query) (marking.OnlineAnswer, *Error) {
	start := c.settings.Now()
	body, err := c.checkBody(q)
	var r reply
	var failed *Error
	if err != nil {
		failed = &Error{Op: "check", Fault: marking.FaultBadRequest, Err: err}
	} else {
		r, failed = c.call(ctx, ask{op: "check", via: c.kept, path: checkPath, body: body})
	}
	var a marking.OnlineAnswer
	switch {
	case failed != nil:
	case r.status == http.StatusNonAuthoritativeInfo:
		a.Emergency = true
	default:
		var answers []marking.OnlineAnswer
		if answers, failed = decodeCheck(r.body, q.Code.KM()); failed == nil {
			a = answers[0]
		}
	}
	if failed != nil {
		failed.Text = codescheck.HideCode(failed.Text, q.Code)
		a.Fault, a.Detail = failed.Fault, failed.Error()
	}
	a.Path, a.Site, a.Latency = marking.PathTrueAPI, c.host(), c.since(start)
	a.Sent, a.Got = string(body[:min(len(body), marking.MaxExchange)]), r.got
	return a, failed
}

// checkBody asks about the code of a query.
// Asked is the question about a code, for the evidence of one that gets no answer: Path, Site and Sent.
func (c *Client) Asked(q marking.Query) marking.OnlineAnswer {
	a := marking.OnlineAnswer{Path: marking.PathTrueAPI}
	if c.site != nil {
		a.Site = c.site.Host
	}
	if body, err := c.checkBody(q); err == nil {
		a.Sent = string(body[:min(len(body), marking.MaxExchange)])
	}
	return a
}

func (c *Client) checkBody(q marking.Query) ([]byte, error) {
	return c.body([]string{q.Code.KM()}, q.Drive, q.TimeZone)
}

// body writes GS as \u001d and leaves <, > and & as they are.
func (c *Client) body(codes []string, drive string, zone int) ([]byte, error) {
	if drive == "" {
		drive = c.settings.Drive
	}
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(checkRequest{Codes: codes, FiscalDriveNumber: drive, TimeZone: zone}); err != nil {
		return nil, fmt.Errorf("write request: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

func worthAgain(err *Error) bool {
	return err != nil && (err.Fault == marking.FaultBusy || err.Fault == marking.FaultServer || err.Fault == marking.FaultOutside)
}

// note writes every unanswered request and every refusal: evidence under п. 11, 11(1) of the rules
// (guide §1.4.3).
func (c *Client) note(ctx context.Context, q marking.Query, a marking.OnlineAnswer, err *Error) {
	attrs := []slog.Attr{slog.String("site", a.Site), slog.String("code", q.Code.Masked()), slog.Duration("latency", a.Latency)}
	switch {
	case err != nil:
		attrs = append(attrs, slog.String("error", err.Error()))
		c.log.LogAttrs(ctx, slog.LevelWarn, "online check got no answer", attrs...)
	case a.Emergency:
		c.log.LogAttrs(ctx, slog.LevelWarn, "online check says emergency", attrs...)
	default:
		attrs = append(attrs, slog.String("req_id", a.ReqID))
		c.log.LogAttrs(ctx, slog.LevelDebug, "online check answered", attrs...)
	}
}
