package client

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"kassa/app/marking"
	"kassa/localmodule/api"
)

// form is a way in which outCheck is asked. The zero value is tried first.
type form uint8

const (
	formV2    form = iota
	formV1         // POST of version 1
	formV1GET      // GET of version 1, before guide v11
	forms
)

// next is what is tried when a module does not have this one: each leads to the next, so that a module that
// was replaced, by a newer or an older one, is found again.
func (f form) next() form { return (f + 1) % forms }

// String is the version of the protocol, as the evidence names it.
func (f form) String() string {
	if f == formV2 {
		return "v2"
	}
	return "v1"
}

// question asks about one КИ. Source: marking-check §4.4, §4.5.
func (f form) question(ki string, group marking.ProductGroup) (question, error) {
	switch f {
	case formV1:
		return post(api.PathOutCheckV1, api.CISList{CISList: []string{ki}}, http.StatusOK)
	case formV1GET:
		// Everything is escaped that may be: integrations broke on + % & (marking-check §8).
		cis := strings.ReplaceAll(url.QueryEscape(ki), "+", "%20")
		return question{method: http.MethodGet, path: api.PathOutCheckV1 + "?cis=" + cis, good: http.StatusOK}, nil
	default:
		return post(api.PathOutCheck, api.OutCheckRequest{CISList: []api.Asked{{CIS: ki, PG: int(group)}}}, http.StatusOK)
	}
}

// lookEvery is how often a module of version 1 is asked whether it speaks version 2 by now.
const lookEvery = 10 * time.Minute

func (c *Client) knownForm() form {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.form
}

func (c *Client) use(f form) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.form = f
}

// lookAgain makes State look for version 2 at its next chance: what has failed may be another module now.
func (c *Client) lookAgain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looked = time.Time{}
}

// statusPaths are where the status is asked for, and where else when it is not there. Version 2 goes first,
// but not at every look when the module was found to be an old one.
func (c *Client) statusPaths() [2]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.set.Now()
	since := now.Sub(c.looked)
	if c.form != formV2 && since >= 0 && since < lookEvery {
		return [2]string{api.PathStatusV1, api.PathStatus}
	}
	c.looked = now
	return [2]string{api.PathStatus, api.PathStatusV1}
}

// learn takes the form from a status: version 1 is spoken by programs whose version begins with "1.", and by
// those that tell no version where that of version 1 is asked for (marking-check §4.5).
func (c *Client) learn(path, version string) {
	old := strings.HasPrefix(version, "1.") || version == "" && path == api.PathStatusV1
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !old:
		c.form = formV2
	case c.form == formV2:
		c.form = formV1
	}
}
