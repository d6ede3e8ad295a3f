package trueapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kassa/app/marking"
)

const (
	// MaxMany is how many codes one request may have. The guide names no limit; this is politeness.
	MaxMany = 100
	// manyTimeout bounds a request of many codes, for which no customer waits.
	manyTimeout = 10 * time.Second
)

// CheckMany asks about several codes in one request, КМ or КИ; drive and zone are as in marking.Query. The
// answers are in the order of the codes; 203 is an Emergency in each. The error is an *Error.
//
// It is for work in the background: it has a connection of its own that is closed at once, keeps no score of
// sites, asks one site once and leaves further tries to the caller. Sent and Got are left out of the answers.
func (s *Sites) CheckMany(ctx context.Context, codes []string, drive string, zone int) ([]marking.OnlineAnswer, error) {
	if len(codes) == 0 || len(codes) > MaxMany {
		return nil, &Error{Op: "check many", Fault: marking.FaultBadRequest, Err: fmt.Errorf("%d codes: 1 to %d", len(codes), MaxMany)}
	}
	at := s.roster.pick()
	if at == nil {
		return nil, &Error{Op: "check many", Fault: marking.FaultNotBound, Err: errNoSite}
	}
	ctx, cancel := context.WithTimeout(ctx, manyTimeout)
	defer cancel()
	answers, failed := at.client.checkMany(ctx, codes, drive, zone)
	if failed != nil {
		return nil, failed
	}
	if answers[0].Emergency {
		s.emergency.Store(true)
	}
	return answers, nil
}

func (c *Client) checkMany(ctx context.Context, codes []string, drive string, zone int) ([]marking.OnlineAnswer, *Error) {
	start := c.settings.Now()
	body, err := c.body(codes, drive, zone)
	if err != nil {
		return nil, &Error{Op: "check many", Fault: marking.FaultBadRequest, Err: err}
	}
	r, failed := c.call(ctx, ask{op: "check many", via: c.once, path: checkPath, body: body})
	var answers []marking.OnlineAnswer
	switch {
	case failed != nil:
	case r.status == http.StatusNonAuthoritativeInfo:
		answers = make([]marking.OnlineAnswer, len(codes))
		for i := range answers {
			answers[i].Emergency = true
		}
	default:
		answers, failed = decodeCheck(r.body, codes...)
	}
	if failed != nil {
		for _, code := range codes { // the far side may put them into its own text, whole or without the tail
			ki, _, _ := strings.Cut(code, string(rune(marking.GS)))
			failed.Text = strings.NewReplacer(code, "…", withoutGS(code), "…", ki, "…").Replace(failed.Text)
		}
		return nil, failed
	}
	latency := c.since(start)
	for i := range answers {
		answers[i].Path, answers[i].Site, answers[i].Latency = marking.PathTrueAPI, c.host(), latency
	}
	return answers, nil
}
