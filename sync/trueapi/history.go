package trueapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

const (
	historyCreatePath  = checkPath + "/history/create"
	historyReceivePath = checkPath + "/history/receive"
	// MaxHistory is how many answers one query may name; historyEvery how often each of its two methods may be
	// called (guide §1.6).
	MaxHistory   = 100
	historyEvery = time.Minute
)

// HistoryKey names one answer of codes/check: the two members that stand in the receipt (tag 1265).
type HistoryKey struct {
	ReqID        string `json:"reqId"`
	ReqTimestamp int64  `json:"reqTimestamp"` // ms, UTC
}

// HistoryAnswer is what the centre itself remembers of an answer.
type HistoryAnswer struct {
	HistoryKey
	Found bool // false: the centre has given no such answer
	Codes []HistoryCode
}

// HistoryCode is one code of an answer. The code itself stays out: whoever audits has it.
type HistoryCode struct {
	GTIN string
	marking.OnlineAnswer
}

// History asks the centre for answers that it gave before, for an audit; the client must be one of the entry.
// It makes a query, and asks for its result once a minute until it is there or ctx ends. The answers are in
// the order of the keys. The error is an *Error. Source: guide §1.6 (marking-check §2.7).
func (c *Client) History(ctx context.Context, keys []HistoryKey) ([]HistoryAnswer, error) {
	if len(keys) == 0 || len(keys) > MaxHistory {
		return nil, &Error{Op: "history", Fault: marking.FaultBadRequest, Err: fmt.Errorf("%d answers: 1 to %d", len(keys), MaxHistory)}
	}
	body, err := json.Marshal(map[string]any{"requests": keys})
	if err != nil {
		return nil, &Error{Op: "history", Fault: marking.FaultBadRequest, Err: err}
	}
	r, failed := c.callHistory(ctx, ask{op: "history", via: c.once, path: historyCreatePath, body: body, want: http.StatusAccepted})
	if failed != nil {
		return nil, failed
	}
	var made struct {
		QueryID string `json:"queryId"`
	}
	if err := json.Unmarshal(r.body, &made); err != nil {
		return nil, garbage("history", err)
	}
	if !isReqID(made.QueryID) {
		return nil, garbage("history", fmt.Errorf("queryId of %d characters is no UUID", len(made.QueryID)))
	}
	for {
		r, failed := c.callHistory(ctx, ask{op: "history", via: c.once, path: historyReceivePath, query: url.Values{"queryId": {made.QueryID}}})
		if failed != nil {
			return nil, failed
		}
		answers, done, failed := decodeHistory(r.body, keys)
		switch {
		case failed != nil:
			return nil, failed
		case done:
			return answers, nil
		}
		c.log.Info("the history of answers is not ready yet", "asked_again_in", historyEvery)
		select {
		case <-time.After(historyEvery):
		case <-ctx.Done():
			return nil, &Error{Op: "history", Fault: marking.FaultTimeout, Err: ctx.Err()}
		}
	}
}

// callHistory bounds one of its requests. An emergency has no history to give.
func (c *Client) callHistory(ctx context.Context, a ask) (reply, *Error) {
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	r, failed := c.call(ctx, a)
	if failed == nil && r.status == http.StatusNonAuthoritativeInfo {
		failed = &Error{Op: a.op, Fault: marking.FaultServer, Status: r.status, Err: errors.New("emergency")}
	}
	return r, failed
}

// decodeHistory reads the answer of history/receive; done is false while the query is in progress.
func decodeHistory(body []byte, keys []HistoryKey) (answers []HistoryAnswer, done bool, failed *Error) {
	var v struct {
		Status string            `json:"queryStatus"`
		Result []json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, false, garbage("history", err)
	}
	switch {
	case v.Status == "IN_PROGRESS":
		return nil, false, nil
	case v.Status != "DONE":
		return nil, false, garbage("history", fmt.Errorf("queryStatus %.20q", v.Status))
	case len(v.Result) > len(keys):
		return nil, false, garbage("history", fmt.Errorf("%d answers, asked for %d", len(v.Result), len(keys)))
	}
	answers = make([]HistoryAnswer, len(keys))
	for i, key := range keys {
		answers[i].HistoryKey = key
	}
	for n, result := range v.Result {
		key, codes, found, err := decodeRemembered(result)
		if err != nil {
			return nil, false, garbage("history", fmt.Errorf("answer %d: %w", n, err))
		}
		if i := slices.Index(keys, key); found && i >= 0 {
			answers[i].Found, answers[i].Codes = true, codes
		}
	}
	return answers, true, nil
}

// decodeRemembered reads one answer of the archive: the original one and whether it was found.
func decodeRemembered(result []byte) (key HistoryKey, codes []HistoryCode, found bool, err error) {
	var search struct {
		Status string `json:"searchStatus"`
	}
	if err := json.Unmarshal(result, &search); err != nil || search.Status != "FOUND" {
		return HistoryKey{}, nil, false, err
	}
	var answer codescheck.Answer
	if err := json.Unmarshal(result, &answer); err != nil {
		return HistoryKey{}, nil, false, err
	}
	facts, err := readFacts(answer, len(answer.Codes))
	if err != nil {
		return HistoryKey{}, nil, false, err
	}
	var echo struct {
		Codes echoes `json:"codes"`
	}
	if err := json.Unmarshal(result, &echo); err != nil {
		return HistoryKey{}, nil, false, err
	}
	for i, f := range facts {
		codes = append(codes, HistoryCode{GTIN: echo.Codes[i].GTIN, OnlineAnswer: f})
	}
	return HistoryKey{ReqID: answer.ReqID, ReqTimestamp: int64(answer.ReqTimestamp)}, codes, true, nil
}
