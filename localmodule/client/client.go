package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"kassa/app/marking"
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
	// Dial opens connections; nil: the system's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client asks one module. Safe for use by many goroutines.
type Client struct {
	set  Settings
	http *http.Client
	log  *slog.Logger

	mu     sync.Mutex // guards: all below
	form   form       // in which outCheck is asked
	looked time.Time  // when version 2 was looked for by State, zero: look at the next chance
	drive  string     // ФН of the last query that had one
}

// New makes no contact yet. Close it.
func New(set Settings, log *slog.Logger) *Client {
	if set.Timeout <= 0 {
		set.Timeout = defaultTimeout
	}
	if set.Dial == nil {
		set.Dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	set.URL = strings.TrimRight(set.URL, "/")
	return &Client{set: set, log: log.With("component", "module"), http: &http.Client{
		// A LAN address is never asked through a proxy.
		Transport: &http.Transport{MaxIdleConnsPerHost: 1, IdleConnTimeout: idlePatience, DisableCompression: true,
			DialContext: set.Dial},
		// The login must not travel to an address that nobody typed.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close drops the warm connection.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// question is one call.
type question struct {
	method, path string // path with its query
	body         []byte // nil: none
	good         int    // HTTP status of success
}

// post is a question with a JSON body. <, > and & stand in codes and are not escaped.
func post(path string, body any, good int) (question, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return question{}, &Error{Fault: marking.FaultBadRequest, Err: fmt.Errorf("write question: %w", err)}
	}
	return question{http.MethodPost, path, b.Bytes(), good}, nil
}

// ask makes one call and reads its answer; got is the answer as it came, also of a call that failed. An error
// is an *Error.
func (c *Client) ask(ctx context.Context, q question, into any) (got []byte, err error) {
	if c.set.URL == "" || c.set.Login == "" {
		return nil, fault(marking.FaultNotBound, "no address or no login")
	}
	ctx, cancel := context.WithTimeout(ctx, c.set.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, q.method, c.set.URL+q.path, bytes.NewReader(q.body))
	if err != nil {
		return nil, &Error{Fault: marking.FaultNotBound, Err: fmt.Errorf("address: %w", err)}
	}
	req.SetBasicAuth(c.set.Login, c.set.Password)
	if drive := c.knownDrive(); drive != "" {
		req.Header["X-ClientId"] = []string{drive} // spelt as the guide does
	}
	if q.body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		// Every call may safely be repeated: the transport then does so by itself when the module has closed
		// the warm connection meanwhile. A nil value is not sent.
		req.Header["Idempotency-Key"] = nil
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, unreached(err)
	}
	defer resp.Body.Close()
	got, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return got, unreached(err)
	case len(got) > maxAnswer:
		return got, fault(marking.FaultGarbage, "answer over %d bytes", maxAnswer)
	case resp.StatusCode != q.good:
		return got, faultOfStatus(resp.StatusCode, got)
	}
	if err := json.Unmarshal(got, into); err != nil {
		return got, &Error{Fault: marking.FaultGarbage, Err: fmt.Errorf("read answer: %w", err)}
	}
	return got, nil
}

func (c *Client) knownDrive() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drive
}

// know remembers the ФН: clients of version 1 name it in every call (marking-check §4.3), also where there is
// no query.
func (c *Client) know(drive string) {
	if drive == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drive = drive
}
