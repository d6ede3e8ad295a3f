package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/localmodule/api"

	"github.com/google/uuid"
)

const (
	// defaultTimeout bounds one call where the caller's own budget is longer; clients in the field take 2 to 3 s.
	defaultTimeout = 2 * time.Second
	maxAnswer      = 1 << 20
	// idlePatience keeps the one connection warm between scans; a module drops idle ones after 6 minutes.
	idlePatience = 5 * time.Minute
)

// Settings of New.
type Settings struct {
	URL             string // "http://host:5995"; empty: not bound to a module
	Login, Password string // secret
	Timeout         time.Duration
	Now             func() time.Time
}

// Client asks one module. Safe for use by many goroutines.
type Client struct {
	set  Settings
	http *http.Client
	log  *slog.Logger
}

// New makes no contact yet. Close it.
func New(set Settings, log *slog.Logger) *Client {
	if set.Timeout <= 0 {
		set.Timeout = defaultTimeout
	}
	set.URL = strings.TrimRight(set.URL, "/")
	return &Client{set: set, log: log.With("component", "module"), http: &http.Client{
		// A LAN address is never asked through a proxy.
		Transport: &http.Transport{MaxIdleConnsPerHost: 1, IdleConnTimeout: idlePatience, DisableCompression: true,
			DialContext: (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext},
		// The login must not travel to an address that nobody typed.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close drops the warm connection.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Check asks about one code. It answers within ctx and the timeout; whatever fails is a Fault in the answer.
func (c *Client) Check(ctx context.Context, q marking.Query) marking.ModuleAnswer {
	began := c.set.Now()
	answer, err := c.check(ctx, q)
	answer.Latency = c.set.Now().Sub(began)
	if err != nil {
		answer.Fault, answer.Detail = faultOf(err), err.Error()
		if ki := q.Code.KI(); ki != "" {
			// A module may quote the code in what it says.
			answer.Detail = strings.ReplaceAll(answer.Detail, ki, q.Code.Masked())
		}
		c.log.Warn("no answer", "code", q.Code.Masked(), "fault", answer.Fault.String(), "latency", answer.Latency, "error", answer.Detail)
	}
	return answer
}

func (c *Client) check(ctx context.Context, q marking.Query) (marking.ModuleAnswer, error) {
	ki := q.Code.KI()
	if ki == "" {
		return marking.ModuleAnswer{}, fault(marking.FaultBadRequest, "there is no code to ask about")
	}
	var answer api.OutCheckAnswer
	asked := api.OutCheckRequest{CISList: []api.Asked{{CIS: ki, PG: int(q.Group)}}}
	if err := c.post(ctx, api.PathOutCheck, asked, http.StatusOK, &answer); err != nil {
		return marking.ModuleAnswer{}, err
	}
	return read(answer, ki)
}

// read takes the facts of one code out of an answer. What will stand in the receipt (tag 1265) must be
// what it should be, or the answer is of no use.
func read(answer api.OutCheckAnswer, ki string) (marking.ModuleAnswer, error) {
	if len(answer.Results) != 1 {
		return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "%d results for one code", len(answer.Results))
	}
	r := answer.Results[0]
	if r.Code != 0 {
		return marking.ModuleAnswer{}, faultOfCode(r.Code, r.Description)
	}
	for name, id := range map[string]string{"reqId": r.ReqID, "inst": r.Inst, "version": r.Version} {
		if len(id) != 36 || uuid.Validate(id) != nil {
			return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "%s is no UUID", name)
		}
	}
	if r.ReqTimestamp <= 0 || r.DataTimestamp < 0 {
		return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "times %d and %d", r.ReqTimestamp, r.DataTimestamp)
	}
	if len(r.Codes) != 1 || r.Codes[0].CIS != ki {
		return marking.ModuleAnswer{}, fault(marking.FaultGarbage, "the answer is about another code")
	}
	code := r.Codes[0]
	mrp, err1 := price(code.MRP)
	smp, err2 := price(code.SMP)
	if err := errors.Join(err1, err2); err != nil {
		return marking.ModuleAnswer{}, err
	}
	a := marking.ModuleAnswer{ReqID: r.ReqID, ReqTimestamp: r.ReqTimestamp, Inst: r.Inst, Version: r.Version,
		Blocked: code.IsBlocked, GreyGTIN: code.IsGreyGTIN, Sold: code.Sold, MRP: mrp, SMP: smp}
	if r.DataTimestamp > 0 {
		a.DataAt = time.UnixMilli(r.DataTimestamp).UTC()
	}
	return a, nil
}

func price(p *api.Price) (*money.Kopecks, error) {
	if p == nil || !p.Known {
		return nil, nil
	}
	if p.Kopecks < 0 {
		return nil, fault(marking.FaultGarbage, "price of %d kopecks", p.Kopecks)
	}
	k := p.Kopecks
	return &k, nil
}

// Sold tells the module that codes were sold, by КИ. Telling it twice changes nothing.
func (c *Client) Sold(ctx context.Context, ki []string) error {
	results, err := c.tell(ctx, api.PathSell, http.StatusCreated, ki)
	if err != nil {
		return fmt.Errorf("tell sold codes: %w", err)
	}
	for i, r := range results {
		if !r.Success {
			return fmt.Errorf("tell sold codes: %w", fault(marking.FaultBadRequest, "the module did not take code %d of %d", i+1, len(results)))
		}
	}
	return nil
}

// Returned tells the module that codes came back, by КИ. A code that the module does not know is no error:
// it may have been forgotten after 30 days, or told before.
func (c *Client) Returned(ctx context.Context, ki []string) error {
	if _, err := c.tell(ctx, api.PathReturn, http.StatusOK, ki); err != nil {
		return fmt.Errorf("tell returned codes: %w", err)
	}
	return nil
}

// tell sends codes in portions of what a module takes at once.
func (c *Client) tell(ctx context.Context, path string, good int, ki []string) ([]api.SoldResult, error) {
	var all []api.SoldResult
	for len(ki) > 0 {
		n := min(len(ki), api.MaxCodes)
		var answer api.SoldAnswer
		if err := c.post(ctx, path, api.CISList{CISList: ki[:n]}, good, &answer); err != nil {
			return nil, err
		}
		if len(answer.Results) != n {
			return nil, fault(marking.FaultGarbage, "%d results for %d codes", len(answer.Results), n)
		}
		all, ki = append(all, answer.Results...), ki[n:]
	}
	return all, nil
}

// State is the module's own word about itself.
type State struct {
	Fault  marking.Fault // none: ready
	Detail string        // for the log
	INN    string        // of its owner, empty when it does not tell
	DataAt time.Time     // when its data were issued; of an official module, when it last synced. Zero: not known
}

// State asks the module how it is. It needs no login there, so FaultNone does not vouch for ours.
func (c *Client) State(ctx context.Context) State {
	var st api.Status
	if err := c.ask(ctx, http.MethodGet, api.PathStatus, nil, http.StatusOK, &st); err != nil {
		return State{Fault: faultOf(err), Detail: err.Error()}
	}
	s := State{INN: st.INN}
	switch {
	case st.DataAt != nil && *st.DataAt > 0:
		s.DataAt = time.UnixMilli(*st.DataAt).UTC()
	case st.DataAt == nil && st.LastSync > 0:
		s.DataAt = time.UnixMilli(st.LastSync).UTC()
	}
	switch st.Status {
	case api.StatusReady:
	case api.StatusSyncError:
		s.Fault, s.Detail = marking.FaultStale, st.Status
	case api.StatusNotConfigured, api.StatusInitialization, api.StatusFailure:
		s.Fault, s.Detail = marking.FaultNotReady, st.Status
	default:
		s.Fault, s.Detail = marking.FaultGarbage, fmt.Sprintf("status %.40q", st.Status)
	}
	return s
}

func (c *Client) post(ctx context.Context, path string, body any, good int, into any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // <, > and & stand in codes
	if err := e.Encode(body); err != nil {
		return fmt.Errorf("write question: %w", err)
	}
	return c.ask(ctx, http.MethodPost, path, b.Bytes(), good, into)
}

// ask makes one call and reads its answer. An error is a *Error.
func (c *Client) ask(ctx context.Context, method, path string, body []byte, good int, into any) error {
	if c.set.URL == "" || c.set.Login == "" {
		return fault(marking.FaultNotBound, "no address or no login")
	}
	ctx, cancel := context.WithTimeout(ctx, c.set.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.set.URL+path, bytes.NewReader(body))
	if err != nil {
		return &Error{Fault: marking.FaultNotBound, Err: fmt.Errorf("address: %w", err)}
	}
	req.SetBasicAuth(c.set.Login, c.set.Password)
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		// Every call may safely be repeated: the transport then does so by itself when the module has closed
		// the warm connection meanwhile. A nil value is not sent.
		req.Header["Idempotency-Key"] = nil
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return unreached(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return unreached(err)
	case len(data) > maxAnswer:
		return fault(marking.FaultGarbage, "answer over %d bytes", maxAnswer)
	case resp.StatusCode != good:
		return faultOfStatus(resp.StatusCode, data)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return &Error{Fault: marking.FaultGarbage, Err: fmt.Errorf("read answer: %w", err)}
	}
	return nil
}
