package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// driveBusyPause is how long a busy fiscal drive is left alone: again in 1 to 3 s (marking-check §7).
const driveBusyPause = time.Second

// checkRequest is the body of codes/check; an element of codes is base64 of the КМ, in version 3 a member of
// an object. Source: marking-check §7.
type checkRequest struct {
	Codes  []any      `json:"codes"`
	Client clientInfo `json:"client_info"`
}

type clientInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	ID      string `json:"id"`
	Token   string `json:"token"`
}

// codeV3 is an element of codes in version 3.
type codeV3 struct {
	CIS   string               `json:"cis"`
	Group marking.ProductGroup `json:"pg,omitempty"`
}

// Check asks about one code. It ends with ctx, or after Settings.Timeout if that comes first; whatever fails
// is a Fault of the answer. Codes are asked one after another: while another one is checked, this one waits.
func (c *Client) Check(ctx context.Context, q marking.Query) marking.OnlineAnswer {
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	start := c.settings.Now()
	a, err := c.inTurn(ctx, q)
	a.Path, a.Site, a.Latency = marking.PathGateway, c.host(), c.settings.Now().Sub(start)
	if err != nil {
		a.Fault, a.Detail = err.Fault, err.Error()
	}
	c.note(ctx, q, a, err)
	return a
}

// inTurn checks when it is this code's turn, and once more where that may help.
func (c *Client) inTurn(ctx context.Context, q marking.Query) (marking.OnlineAnswer, *Error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return marking.OnlineAnswer{}, &Error{Op: "check", Fault: marking.FaultTimeout, Err: errors.New("another code was being checked")}
	}
	start := c.settings.Now()
	a, err := c.checkOnce(ctx, q)
	pause, again := c.worthAgain(ctx, err, c.settings.Now().Sub(start))
	if !again {
		return a, err
	}
	c.note(ctx, q, marking.OnlineAnswer{Latency: c.settings.Now().Sub(start)}, err)
	if !wait(ctx, pause) {
		return a, err
	}
	return c.checkOnce(ctx, q)
}

// worthAgain tells whether a failed check is repeated, and after which pause. Statuses 5xx and 514 may be
// repeated, a busy drive after a pause (marking-check §7); a method that is not there means that the gateway
// was replaced by one of another version. Nothing is begun that cannot end in time: a second try is taken
// to last as long as the first.
func (c *Client) worthAgain(ctx context.Context, err *Error, took time.Duration) (pause time.Duration, again bool) {
	switch {
	case err == nil:
		return 0, false
	case err.notThere():
		if !c.forgetAPI() {
			return 0, false
		}
	case err.said() == statusDriveBusy:
		pause = driveBusyPause
	case err.Fault == marking.FaultServer, err.Fault == marking.FaultOutside, err.said() == statusNobody:
	default:
		return 0, false
	}
	end, _ := ctx.Deadline() // Check has set one
	return pause, end.Sub(c.settings.Now()) > pause+took
}

// wait tells whether d passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Asked is the question about a code, for the evidence of one that gets no answer: Path, Site and Sent, the token
// left out. While the version of the protocol is not known it is the newest one's.
func (c *Client) Asked(q marking.Query) marking.OnlineAnswer {
	c.mu.Lock()
	api := c.api
	c.mu.Unlock()
	if api == 0 {
		api = newestAPI
	}
	a := marking.OnlineAnswer{Path: marking.PathGateway, Site: c.host()}
	if body, err := c.checkBody(api, q, Secret(c.token()).String()); err == nil {
		a.Sent = exchange(body)
	}
	return a
}

func (c *Client) checkOnce(ctx context.Context, q marking.Query) (a marking.OnlineAnswer, failed *Error) {
	if q.Code.IsZero() {
		return a, &Error{Op: "check", Fault: marking.FaultBadRequest, Err: errors.New("there is no code to ask about")}
	}
	api, emergency, failed := c.knownAPI(ctx)
	if failed != nil || emergency {
		a.Emergency = emergency
		return a, failed
	}
	token := c.token()
	body, err1 := c.checkBody(api, q, token)
	shown, err2 := c.checkBody(api, q, Secret(token).String())
	if err := errors.Join(err1, err2); err != nil {
		return a, &Error{Op: "check", Fault: marking.FaultBadRequest, Err: err}
	}
	answer, emergency, failed := c.call(ctx, "check", http.MethodPost, "/api/v"+strconv.Itoa(api)+"/codes/check", body)
	if failed == nil && !emergency {
		a, failed = decodeCheck(answer)
	} else {
		a.Emergency = emergency
	}
	a.Sent, a.Got = exchange(shown), exchange([]byte(hideToken(string(answer), token)))
	if failed != nil {
		failed.Text = codescheck.HideCode(hideToken(failed.Text, token), q.Code)
	}
	return a, failed
}

// hidden stands for a secret.
const hidden = "…"

// checkBody writes the request in a version of the protocol, leaving <, > and & as they are.
func (c *Client) checkBody(api int, q marking.Query, token string) ([]byte, error) {
	km := base64.StdEncoding.EncodeToString([]byte(q.Code.KM()))
	r := checkRequest{Codes: []any{km}, Client: clientInfo{
		Name: c.settings.Client.Name, Version: c.settings.Client.Version, ID: c.settings.Client.ID, Token: token,
	}}
	if api >= 3 {
		r.Codes[0] = codeV3{CIS: km, Group: q.Group}
	}
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(r); err != nil {
		return nil, fmt.Errorf("write request: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// note writes every unanswered request and every refusal: evidence under п. 11, 11(1) of the rules
// (guide §1.4.3).
func (c *Client) note(ctx context.Context, q marking.Query, a marking.OnlineAnswer, err *Error) {
	attrs := []slog.Attr{slog.String("code", q.Code.Masked()), slog.Duration("latency", a.Latency)}
	switch {
	case err != nil:
		attrs = append(attrs, slog.String("error", err.Error()))
		c.log.LogAttrs(ctx, slog.LevelWarn, "gateway gave no answer", attrs...)
	case a.Emergency:
		c.log.LogAttrs(ctx, slog.LevelWarn, "gateway says emergency", attrs...)
	default:
		attrs = append(attrs, slog.String("req_id", a.ReqID), slog.Bool("offline", a.Offline))
		c.log.LogAttrs(ctx, slog.LevelDebug, "gateway answered", attrs...)
	}
}

// exchange is what is kept of a request or an answer as evidence.
func exchange(b []byte) string {
	if len(b) > marking.MaxExchange {
		b = b[:marking.MaxExchange]
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

func hideToken(text, token string) string {
	if token == "" {
		return text
	}
	return strings.ReplaceAll(text, token, hidden)
}
