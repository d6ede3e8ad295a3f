package marking

import (
	"net/url"
	"slices"
	"strings"
)

// primaryKeys are the AIs that may begin a GS1 Digital Link. Source: marking-codes §8.
var primaryKeys = []string{"00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8013", "8017", "8018"}

// readLink: a web address; when it is a GS1 Digital Link, its AIs too.
func (r *reading) readLink() bool {
	if len(r.Text) < 8 || !strings.EqualFold(r.Text[:4], "http") {
		return false
	}
	u, err := url.Parse(r.Text)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return false
	}
	r.known(KindURL)
	elements := linkElements(u)
	for i := range elements {
		e := &elements[i]
		if e.AI == "01" && len(e.Value) < 14 {
			e.Value = strings.Repeat("0", 14-len(e.Value)) + e.Value
		}
		if id := identifiers[e.AI]; id == nil || !id.fits(e.Value) {
			r.warn(WarnElement)
			return true
		}
	}
	r.GTIN = valueOf(elements, "01")
	r.takeElements(elements)
	return true
}

// linkElements are the AI/value pairs of the path from the first primary key on, then those of the query.
func linkElements(u *url.URL) (elements []Element) {
	path := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	start := slices.IndexFunc(path, func(p string) bool { return slices.Contains(primaryKeys, p) })
	if start < 0 {
		return nil
	}
	for i := start; i+1 < len(path); i += 2 {
		if value, err := url.PathUnescape(path[i+1]); err == nil {
			elements = append(elements, Element{path[i], value})
		}
	}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		ai, value, _ := strings.Cut(pair, "=")
		if identifiers[ai] == nil {
			continue // the address's own parameter
		}
		if value, err := url.QueryUnescape(value); err == nil {
			elements = append(elements, Element{ai, value})
		}
	}
	return elements
}
