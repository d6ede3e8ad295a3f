package trueapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// DefaultTimeout bounds a call whose context has no earlier end: the guide's limit of health/check (§1.3).
// The 1.5 s of a scan are the caller's, since they begin before this package is asked.
const DefaultTimeout = 2 * time.Second

// Settings of a client. URL, Token and Now are needed, the rest may be zero.
type Settings struct {
	URL   string        // the site, scheme and host and maybe a port: https://cdn-a.example
	Token func() string // the key of the legal entity; asked for each call, since it may be replaced at any time
	Drive string        // ФН number, 16 digits, for queries that have none
	// Timeout of one call, zero: DefaultTimeout. The context may end it sooner, never later.
	Timeout time.Duration
	Now     func() time.Time // measures latency

	TLS  *tls.Config                                                          // zero: the system's roots
	Dial func(ctx context.Context, network, address string) (net.Conn, error) // zero: the system's
}

// Client asks one site. It may be used by several goroutines.
type Client struct {
	settings Settings
	site     *url.URL // nil when the URL is of no use
	log      *slog.Logger
	kept     *http.Client // codes/check of a sale: one connection for the codes of a receipt
	once     *http.Client // the rest: open, ask, close at once (guide §1.3, §1.5.4.2)
}

// New makes a client; it opens nothing. With a URL or a token that is of no use every call says FaultNotBound.
func New(s Settings, log *slog.Logger) *Client {
	if s.Timeout == 0 {
		s.Timeout = DefaultTimeout
	}
	c := &Client{settings: s, log: log, kept: newHTTP(s, true), once: newHTTP(s, false)}
	if u, err := url.Parse(s.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil {
		c.site = &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}
	}
	return c
}

// at is the same client, connections included, for another site.
func (c *Client) at(site *url.URL, timeout time.Duration) *Client {
	other := *c
	other.site, other.settings.Timeout = site, timeout
	return &other
}

// host is the site for evidence and logs.
func (c *Client) host() string {
	if c.site == nil {
		return ""
	}
	return c.site.Host
}

// since is the time passed since start, never negative: a clock without monotonic readings may be set back.
func (c *Client) since(start time.Time) time.Duration { return max(0, c.settings.Now().Sub(start)) }

// CloseIdle drops the kept connection; call it after the receipt (guide §1.5.4.1).
func (c *Client) CloseIdle() { c.kept.CloseIdleConnections() }

// Error is why a call gave nothing to use.
type Error struct {
	Op     string        // "check", "info", "health"
	Fault  marking.Fault // never FaultNone
	Status int           // of HTTP, 0 when there was no answer
	Code   int           // of the body, 0 when there was none
	Text   string        // the site's own description, without the token and the asked code
	Err    error         // what failed on our side of the wire; nil when the answer itself is the failure
}

func (e *Error) Error() string {
	text := e.Op + ": " + e.Fault.String()
	if e.Status != 0 {
		text += fmt.Sprintf(": HTTP %d", e.Status)
	}
	if e.Code != 0 || e.Text != "" {
		text += fmt.Sprintf(": code %d %s", e.Code, codescheck.OneLine(e.Text))
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// fault of a call; FaultNone for nil.
func (e *Error) fault() marking.Fault {
	if e == nil {
		return marking.FaultNone
	}
	return e.Fault
}

// newHTTP makes the transport. HTTP/1.1 only, as the guide's rules of connections speak of it.
func newHTTP(s Settings, keep bool) *http.Client {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            s.Dial,
		DisableKeepAlives:      !keep,
		DisableCompression:     true, // answers are small, and a limit of their size is simpler to keep
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        170 * time.Second, // the far side drops after 180 s (guide §1.5.4.1)
		MaxResponseHeaderBytes: 64 << 10,
	}
	if s.TLS != nil {
		t.TLSClientConfig = s.TLS.Clone()
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	t.Protocols = protocols
	return &http.Client{
		Transport: t,
		// A redirect is a captive portal or an attack: the key must not follow it.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var (
	errNoSite  = errors.New("no address of a site is set")
	errNoToken = errors.New("no token is set, or one with spaces or control characters")
)
