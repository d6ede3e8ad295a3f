package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

// Info is what a gateway says of itself. Texts are cut to 200 bytes of one line, and empty when it is
// silent about them.
type Info struct {
	API       int  // version of the protocol in which it answered
	Emergency bool // 203: аварийная ситуация; then the rest is not told
	Latency   time.Duration

	ID           string        // tspiotId
	Printer      string        // kktSerial
	Drive        string        // fnSerial, ФН
	INN          string        // kktInn
	CheckTimeout time.Duration // codesCheckTimeout: how long it waits for its sources, 0 when it does not tell
	Module       *Module       // lm, nil when it does not tell
}

// Module is the gateway's local module (ЛМ ЧЗ).
type Module struct {
	Version, Status string
	Address         string    // host:port, empty when not told
	LastSync        time.Time // zero when there was none
	Token           Secret    // opens the module's outCheck without its password (guide v17 §2.6.3)
	TokenUntil      time.Time // zero when not told
}

// Secret does not print itself.
type Secret string

// String hides the secret, as the other three do; string(s) is the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides it from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue hides it from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides it from JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Info asks the gateway how it is, and finds out its version again when the settings do not name one. It is
// also the probe for the time when a gateway was silent. An error is an *Error.
func (c *Client) Info(ctx context.Context) (Info, error) {
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	info, failed := c.askInfo(ctx)
	if failed != nil {
		return Info{}, failed
	}
	return info, nil
}

// knownAPI gives the version of the protocol, asking for it where it is not known yet.
func (c *Client) knownAPI(ctx context.Context) (api int, emergency bool, failed *Error) {
	c.mu.Lock()
	api = c.api
	c.mu.Unlock()
	if api != 0 {
		return api, false, nil
	}
	info, failed := c.askInfo(ctx)
	return info.API, info.Emergency, failed
}

// forgetAPI tells whether the version was found out, so that it can be found out again.
func (c *Client) forgetAPI() bool {
	if c.settings.API != 0 {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.api = 0
	return true
}

// method is one way to ask for info.
type method struct {
	api  int
	verb string
}

// infoMethods by the version in the settings, the newest first; version 1 has been met with both verbs
// (marking-check §7).
var infoMethods = [newestAPI + 1][]method{
	0: {{3, http.MethodGet}, {2, http.MethodGet}, {1, http.MethodPost}, {1, http.MethodGet}},
	1: {{1, http.MethodPost}, {1, http.MethodGet}},
	2: {{2, http.MethodGet}},
	3: {{3, http.MethodGet}},
}

// askInfo asks in each version until one is there.
func (c *Client) askInfo(ctx context.Context) (Info, *Error) {
	if c.invalid != nil {
		return Info{}, &Error{Op: "info", Fault: marking.FaultNotBound, Err: c.invalid}
	}
	var failed *Error
	for _, m := range infoMethods[c.settings.API] {
		start := c.settings.Now()
		var body []byte
		if m.verb == http.MethodPost {
			body = []byte("{}")
		}
		var answer []byte
		var emergency bool
		answer, emergency, failed = c.call(ctx, "info", m.verb, "/api/v"+strconv.Itoa(m.api)+"/info", body)
		if failed != nil {
			failed.Text = hideToken(failed.Text, c.token())
			if failed.notThere() {
				continue
			}
			return Info{}, failed
		}
		info := Info{Emergency: emergency}
		if !emergency {
			if info, failed = decodeInfo(answer); failed != nil {
				return Info{}, failed
			}
			c.mu.Lock()
			c.api = m.api
			c.mu.Unlock()
		}
		info.API, info.Latency = m.api, c.settings.Now().Sub(start)
		return info, nil
	}
	return Info{}, failed
}

// infoAnswer is the answer of info. Source: marking-check §7. The module's login and password, which some
// gateways tell, are not read: nobody needs them here.
type infoAnswer struct {
	ID           string         `json:"tspiotId"`
	Printer      string         `json:"kktSerial"`
	Drive        string         `json:"fnSerial"`
	INN          string         `json:"kktInn"`
	CheckTimeout codescheck.Int `json:"codesCheckTimeout"` // ms
	Module       *struct {
		Version  string         `json:"version"`
		Status   string         `json:"status"`
		LastSync codescheck.Int `json:"lastSync"` // ms
		Token    Secret         `json:"token"`
		ExpDate  string         `json:"expDate"` // ISO 8601
		IP       string         `json:"ip"`
		Port     codescheck.Int `json:"port"`
	} `json:"lm"`
}

func decodeInfo(body []byte) (Info, *Error) {
	var v infoAnswer
	if err := json.Unmarshal(body, &v); err != nil {
		return Info{}, garbage("info", err)
	}
	const day = 24 * time.Hour
	switch {
	case v.ID == "" && v.Drive == "" && v.INN == "":
		return Info{}, garbage("info", errors.New("no member of a gateway"))
	case v.CheckTimeout < 0 || int64(v.CheckTimeout) > day.Milliseconds():
		return Info{}, garbage("info", fmt.Errorf("codesCheckTimeout %d", v.CheckTimeout))
	}
	info := Info{
		ID: codescheck.OneLine(v.ID), Printer: codescheck.OneLine(v.Printer), Drive: codescheck.OneLine(v.Drive), INN: codescheck.OneLine(v.INN),
		CheckTimeout: time.Duration(v.CheckTimeout) * time.Millisecond,
	}
	if lm := v.Module; lm != nil {
		m := &Module{Version: codescheck.OneLine(lm.Version), Status: codescheck.OneLine(lm.Status), Token: lm.Token}
		if lm.LastSync > 0 {
			m.LastSync = time.UnixMilli(int64(lm.LastSync)).UTC()
		}
		if until, err := time.Parse(time.RFC3339, lm.ExpDate); err == nil {
			m.TokenUntil = until.UTC()
		}
		if lm.IP != "" {
			m.Address = net.JoinHostPort(codescheck.OneLine(lm.IP), strconv.FormatInt(int64(lm.Port), 10))
		}
		info.Module = m
	}
	return info, nil
}
