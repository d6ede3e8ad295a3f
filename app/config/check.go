package config

import (
	"net/url"
	"regexp"
	"slices"
	"time"

	"kassa/app/marking"
)

// Limits of the time that a check may take: the law gives 1.5 s (ПП 1944 п. 11), and in less than a tenth of a
// second nobody answers.
const (
	leastBudget = 100 * time.Millisecond
	mostBudget  = 1500 * time.Millisecond
)

const mostPreCheck = 100 // codes in one request

// check finds the first value that cannot be. Files that the settings name are looked at by who needs them: a key may
// come later, and a broken table of rules must not keep a person from the commands that mend it.
func (c *Config) check() error {
	switch {
	case c.Version != Version:
		return wrong("use the program that wrote the file, or make the settings anew with tillctl init", "version %d: this program reads version %d", c.Version, Version)
	case c.Till.Name == "":
		return wrong("give the till a name: «Касса 1»", "till.name is empty")
	case c.Data == "":
		return wrong("name the folder of the database", "data is empty")
	case c.Till.TimeZone < 0 || c.Till.TimeZone > 11:
		return wrong("set 1 (Калининград) to 11 (Камчатка), 2 is Москва, or leave it out", "till.time_zone %d is no zone of tag 1011", c.Till.TimeZone)
	case c.Printer.Kind != "" && c.Printer.Kind != "shtrih":
		return wrong("set shtrih", "printer.kind %q is not known", c.Printer.Kind)
	}
	if _, err := c.Parser(); err != nil {
		return err
	}
	return c.Marking.check()
}

func (m *Marking) check() error {
	for _, check := range []func() error{m.checkPaths, m.checkPolicy, m.checkAddresses, m.checkGateway, m.checkTimes} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (m *Marking) checkPaths() error {
	for i, p := range m.Paths {
		if p != marking.PathGateway && p != marking.PathTrueAPI || slices.Contains(m.Paths[:i], p) {
			return wrong("name gateway and trueapi, each once, in the order in which they are asked", "marking.paths has %q", p)
		}
	}
	return nil
}

func (m *Marking) checkPolicy() error {
	const words = "set forbid or allow"
	if m.NoAnswer != "" && !isNoAnswer(m.NoAnswer) {
		return wrong(words, "marking.no_answer %q is no word for it", m.NoAnswer)
	}
	for group, word := range m.NoAnswerIn {
		if g, ok := marking.ParseGroup(group); !ok || g == 0 {
			return wrong("name groups as tillctl rules show does: milk, water, tobacco", "marking.no_answer_in: there is no product group %q", group)
		}
		if !isNoAnswer(word) {
			return wrong(words, "marking.no_answer_in.%s %q is no word for it", group, word)
		}
	}
	return nil
}

func isNoAnswer(word string) bool { return word == "forbid" || word == "allow" }

func (m *Marking) checkAddresses() error {
	for _, a := range []struct{ key, address string }{
		{"marking.online.url", m.Online.URL}, {"marking.online.entry", m.Online.Entry},
		{"marking.gateway.url", m.Gateway.URL}, {"marking.offline.url", m.Offline.URL},
	} {
		if a.address != "" && !IsAddress(a.address) {
			return wrong("set an address like https://host:port", "%s %q is no address", a.key, a.address)
		}
	}
	return nil
}

// IsAddress tells whether a text is the address of a service: http or https, and a host.
func IsAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

var fingerprint = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

func (m *Marking) checkGateway() error {
	g := &m.Gateway
	switch {
	case g.API < 0 || g.API > 3:
		return wrong("set 1 to 3, or leave it out: it is found out", "marking.gateway.api %d is no version of the protocol", g.API)
	case g.API != 0 && g.URL == "":
		return wrong("set marking.gateway.url, usually https://127.0.0.1:51401, or leave api out", "marking.gateway.api is set without marking.gateway.url")
	case g.Fingerprint != "" && !fingerprint.MatchString(g.Fingerprint):
		return wrong("take marking.gateway.fingerprint out, then run tillctl gateway trust, which writes it", "marking.gateway.fingerprint is not 64 hex digits")
	}
	return nil
}

func (m *Marking) checkTimes() error {
	if m.Online.TokenUntil != "" {
		if _, err := time.Parse(time.DateOnly, m.Online.TokenUntil); err != nil {
			return wrong("write it as 2026-12-31, or leave it out", "marking.online.token_until %q is no day", m.Online.TokenUntil)
		}
	}
	p := &m.PreCheck
	switch {
	case m.Budget != 0 && (m.Budget < leastBudget || m.Budget > mostBudget):
		return wrong("set 100ms to 1.5s, or leave it out for 1.5s, the most that the law gives", "marking.budget %s cannot be", m.Budget)
	case m.Emergency.Probe < 0:
		return wrong("set a time like 5m, or leave it out", "marking.emergency.probe %s is negative", m.Emergency.Probe)
	case m.EvidenceDays < 0:
		return wrong("set a number of days, or leave it out for three years", "marking.evidence_days %d is negative", m.EvidenceDays)
	case p.Batch < 0 || p.Batch > mostPreCheck:
		return wrong("set 1 to 100, or leave it out", "marking.precheck.batch %d cannot be", p.Batch)
	case p.Every < 0 || p.Again < 0:
		return wrong("set times like 10s and 24h, or leave them out", "marking.precheck.every and again cannot be negative")
	}
	return nil
}
