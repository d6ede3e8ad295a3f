package trueapi

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const (
	maxHosts   = 100 // sites of one answer of cdn/info
	maxHostURL = 255 // bytes
)

// ProductionEntry is the host that lists the sites (guide §1.2).
const ProductionEntry = "https://cdn.crpt.ru"

// builtIn are the sites to ask when there is neither a kept list nor an answer of cdn/info. The guide's own
// list (§1.4) is of the production contour and must not get the key of another one: there the entry is asked.
func builtIn(entry *url.URL) []*url.URL {
	if entry.String() != ProductionEntry {
		return []*url.URL{entry}
	}
	sites := make([]*url.URL, 11)
	for i := range sites {
		sites[i] = &url.URL{Scheme: "https", Host: fmt.Sprintf("cdn%02d.crpt.ru", i+1)}
	}
	return sites
}

// parseSite reads the address of a site: scheme, host and maybe a port. It is where the key will be sent, so
// anything else in it is refused; http is for a lab only.
func parseSite(raw string, lab bool) (*url.URL, error) {
	if len(raw) > maxHostURL {
		return nil, fmt.Errorf("address of a site has %d bytes", len(raw))
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errors.New("address of a site: no URL") // not quoted: a password may stand in it
	case u.User != nil:
		return nil, fmt.Errorf("address of a site at %q: with a user", u.Host)
	case u.Scheme != "https" && !(lab && u.Scheme == "http"):
		return nil, fmt.Errorf("address of a site %q: not https", raw)
	case u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "":
		return nil, fmt.Errorf("address of a site %q: only scheme, host and port may stand in it", raw)
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

// parseSites takes the good ones, each once, and names the first bad one.
func parseSites(raw []string, lab bool) (sites []*url.URL, bad error) {
	for _, r := range raw[:min(len(raw), maxHosts)] {
		u, err := parseSite(r, lab)
		switch {
		case err != nil:
			if bad == nil {
				bad = err
			}
		case !slices.ContainsFunc(sites, func(s *url.URL) bool { return *s == *u }):
			sites = append(sites, u)
		}
	}
	return sites, bad
}
