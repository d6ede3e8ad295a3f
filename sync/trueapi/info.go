package trueapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	infoPath   = "/api/v4/true-api/cdn/info"
	healthPath = "/api/v4/true-api/cdn/health/check"
	maxHosts   = 100
)

// Info is what cdn/info says.
type Info struct {
	Emergency bool     // HTTP 203: аварийная ситуация; then there are no hosts
	Hosts     []string // sites, as URLs
	Latency   time.Duration
}

// Health is what cdn/health/check says.
type Health struct {
	Emergency bool
	Latency   time.Duration // request sent to answer read: the rank of a site (guide §1.4)
	AvgTimeMs int           // as told by the site; for information
}

// Info asks for the list of sites. It is also the way to verify a token (guide §1.4.3): *Error with
// FaultUnauthorised or FaultGone says that it is of no use.
func (c *Client) Info(ctx context.Context) (Info, error) {
	var v struct {
		Hosts []struct {
			Host string `json:"host"`
		} `json:"hosts"`
	}
	emergency, latency, failed := c.get(ctx, "info", infoPath, &v)
	if failed != nil {
		return Info{}, failed
	}
	info := Info{Emergency: emergency, Latency: latency}
	if len(v.Hosts) > maxHosts {
		return Info{}, garbage("info", fmt.Errorf("%d hosts", len(v.Hosts)))
	}
	for _, h := range v.Hosts {
		if u, err := url.Parse(h.Host); err != nil || u.Host == "" {
			return Info{}, garbage("info", fmt.Errorf("host %.80q", h.Host))
		}
		info.Hosts = append(info.Hosts, h.Host)
	}
	return info, nil
}

// Health asks whether the site is there, on a connection of its own that is closed at once: idle
// ones count against a limit and may block checks (guide §1.3).
func (c *Client) Health(ctx context.Context) (Health, error) {
	var v struct {
		AvgTimeMs int `json:"avgTimeMs"`
	}
	emergency, latency, failed := c.get(ctx, "health", healthPath, &v)
	if failed != nil {
		return Health{}, failed
	}
	return Health{Emergency: emergency, Latency: latency, AvgTimeMs: v.AvgTimeMs}, nil
}

// get asks and reads the answer into v.
func (c *Client) get(ctx context.Context, op, path string, v any) (emergency bool, latency time.Duration, failed *Error) {
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	start := c.settings.Now()
	status, answer, failed := c.call(ctx, op, c.once, path, nil)
	latency = c.settings.Now().Sub(start)
	if failed != nil {
		return false, latency, failed
	}
	if status == http.StatusNonAuthoritativeInfo {
		return true, latency, nil
	}
	if err := json.Unmarshal(answer, v); err != nil {
		return false, latency, garbage(op, err)
	}
	return false, latency, nil
}
