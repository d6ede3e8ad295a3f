package trueapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	infoPath   = "/api/v4/true-api/cdn/info"
	healthPath = "/api/v4/true-api/cdn/health/check"
)

// Info is what cdn/info says.
type Info struct {
	Emergency bool     // HTTP 203: аварийная ситуация; then there are no hosts
	Hosts     []string // sites, as URLs; over plain http only when the asked host was
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
	info, failed := c.info(ctx)
	if failed != nil {
		return Info{}, failed
	}
	return info, nil
}

func (c *Client) info(ctx context.Context) (Info, *Error) {
	var v struct {
		Hosts []struct {
			Host string `json:"host"`
		} `json:"hosts"`
	}
	emergency, latency, failed := c.get(ctx, "info", infoPath, &v)
	if failed != nil {
		return Info{}, failed
	}
	if len(v.Hosts) > maxHosts {
		return Info{}, garbage("info", fmt.Errorf("%d hosts", len(v.Hosts)))
	}
	raw := make([]string, len(v.Hosts))
	for i, h := range v.Hosts {
		raw[i] = h.Host
	}
	sites, bad := parseSites(raw, c.site.Scheme == "http")
	if bad != nil {
		if len(sites) == 0 {
			return Info{}, garbage("info", bad)
		}
		c.log.Warn("a site of cdn/info is left out", "error", bad)
	}
	info := Info{Emergency: emergency, Latency: latency}
	for _, u := range sites {
		info.Hosts = append(info.Hosts, u.String())
	}
	return info, nil
}

// Health asks whether the site is there, on a connection of its own that is closed at once: idle
// ones count against a limit and may block checks (guide §1.3).
func (c *Client) Health(ctx context.Context) (Health, error) {
	health, failed := c.health(ctx)
	if failed != nil {
		return Health{}, failed
	}
	return health, nil
}

func (c *Client) health(ctx context.Context) (Health, *Error) {
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
	r, failed := c.call(ctx, ask{op: op, via: c.once, path: path})
	latency = c.since(start)
	if failed != nil {
		return false, latency, failed
	}
	if r.status == http.StatusNonAuthoritativeInfo {
		return true, latency, nil
	}
	if err := json.Unmarshal(r.body, v); err != nil {
		return false, latency, garbage(op, err)
	}
	return false, latency, nil
}
