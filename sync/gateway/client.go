package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// DefaultTimeout bounds a call whose context has no earlier end: the gateway itself gives up after 1.8 s.
// The 1.5 s of a scan are the caller's, since they begin before this package is asked.
const DefaultTimeout = 2 * time.Second

// newestAPI is the newest version of the protocol that is spoken.
const newestAPI = 3

// Settings of a client. URL and Now are needed, the rest may be zero.
type Settings struct {
	// URL of the gateway, https://127.0.0.1:51401. http is for this computer only, unless AllowHTTP is set
	// (a gateway of the lab).
	URL       string
	AllowHTTP bool
	// API is the version of its protocol, 1 to 3; 0: found out by info.
	API int
	// Fingerprint is the SHA-256 of its certificate in hex, for one that signs itself; empty: the system's
	// roots must vouch for it.
	Fingerprint string
	Client      ClientInfo
	// Timeout of one call, zero: DefaultTimeout. The context may end it sooner, never later.
	Timeout time.Duration
	Now     func() time.Time // measures latency and the time that is left of a context

	TLS  *tls.Config                                                          // zero: the system's roots
	Dial func(ctx context.Context, network, address string) (net.Conn, error) // zero: the system's
}

// ClientInfo is how the till names itself (client_info).
type ClientInfo struct {
	Name, Version string        // of the program
	ID            string        // UUID of this till
	Token         func() string // secret; nil or empty: none was given out
}

// Client asks one gateway. It may be used by several goroutines.
type Client struct {
	settings Settings
	site     *url.URL // nil when the settings are of no use, invalid says why
	invalid  error
	log      *slog.Logger
	http     *http.Client
	turn     chan struct{} // holds one: the check that runs

	mu  sync.Mutex // guards: api
	api int        // version of the protocol, 0 when not known
}

// New makes a client; it opens nothing. With settings that are of no use every call says FaultNotBound.
func New(s Settings, log *slog.Logger) *Client {
	if s.Timeout == 0 {
		s.Timeout = DefaultTimeout
	}
	c := &Client{settings: s, log: log, turn: make(chan struct{}, 1), api: s.API}
	pin, err := parseFingerprint(s.Fingerprint)
	if err == nil {
		c.site, err = parseURL(s.URL, s.AllowHTTP)
	}
	if err == nil && (s.API < 0 || s.API > newestAPI) {
		c.site, err = nil, fmt.Errorf("version %d of the protocol: 1 to %d", s.API, newestAPI)
	}
	c.invalid = err
	c.http = newHTTP(s, pin)
	return c
}

// CloseIdle drops the kept connection; call it after the receipt.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }

// host names the gateway in the evidence.
func (c *Client) host() string {
	if c.site == nil {
		return ""
	}
	return c.site.Host
}

func (c *Client) token() string {
	if c.settings.Client.Token == nil {
		return ""
	}
	return c.settings.Client.Token()
}

// parseURL takes scheme, host and port.
func parseURL(text string, allowHTTP bool) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return nil, errors.New("no address of a gateway is set")
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("the address is no URL like https://127.0.0.1:51401")
	case u.Scheme == "http" && !allowHTTP && !isThisComputer(u.Hostname()):
		return nil, errors.New("http is for a gateway on this computer only")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}, nil
}

func isThisComputer(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// newHTTP makes the transport. A gateway stands beside the till: it is never asked through a proxy.
func newHTTP(s Settings, pin []byte) *http.Client {
	t := &http.Transport{
		DialContext:            s.Dial,
		DisableCompression:     true, // answers are small, and a limit of their size is simpler to keep
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        170 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig:        pinned(s.TLS, pin),
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	t.Protocols = protocols
	return &http.Client{
		Transport: t,
		// A redirect leads away from the gateway that was trusted: neither code nor token may follow it.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
