package centralsim

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	historyCreatePath  = "/api/v4/true-api/codes/check/history/create"
	historyReceivePath = "/api/v4/true-api/codes/check/history/receive"

	// Limits of guide §1.6: answers of one query, and how often either method may be called with one key.
	maxHistoryQuery = 100
	historyEvery    = time.Minute

	maxHistory = 1000 // answers and queries that are remembered
)

// history remembers the answers of codes/check of this run for whoever audits them. Source: guide §1.6
// (marking-check §2.7); the members of a result beside searchStatus are inferred from «the original answer».
type history struct {
	now     func() time.Time
	mu      sync.Mutex // guards: all below
	answers map[string]map[string]any
	order   []string // reqIds, oldest first
	queries []historyQuery
	called  map[string]time.Time // by method and key
	takes   time.Duration        // how long a query is in progress
}

type historyQuery struct {
	id    string
	asked []historyRequest
	ready time.Time
}

type historyRequest struct {
	ReqID        string `json:"reqId"`
	ReqTimestamp int64  `json:"reqTimestamp"`
}

func newHistory(now func() time.Time) *history {
	return &history{now: now, answers: map[string]map[string]any{}, called: map[string]time.Time{}}
}

func (h *history) keep(answer map[string]any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := answer["reqId"].(string)
	h.answers[id] = answer
	h.order = append(h.order, id)
	if len(h.order) > maxHistory {
		delete(h.answers, h.order[0])
		h.order = h.order[1:]
	}
}

// tooSoon notes a call and tells that the last one was less than a minute ago.
func (h *history) tooSoon(method, key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	last, known := h.called[method+" "+key]
	if known && now.Sub(last) < historyEvery {
		return true
	}
	if len(h.called) >= maxHistory {
		clear(h.called)
	}
	h.called[method+" "+key] = now
	return false
}

// createHistory takes a query.
func (c *Central) createHistory(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Requests []historyRequest `json:"requests"`
	}
	if err := readJSON(w, r, maxCheck, &ask); err != nil || len(ask.Requests) == 0 || len(ask.Requests) > maxHistoryQuery {
		refuse(w, http.StatusBadRequest, "requests are 1 to 100")
		return
	}
	if c.history.tooSoon("create", r.Header.Get("X-API-KEY")) {
		refuse(w, http.StatusTooManyRequests, "once a minute")
		return
	}
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	q := historyQuery{id: uuid.NewString(), asked: ask.Requests, ready: c.now().Add(c.history.takes)}
	c.history.queries = append(c.history.queries, q)
	if len(c.history.queries) > maxHistory {
		c.history.queries = c.history.queries[1:]
	}
	writeJSON(w, http.StatusAccepted, map[string]string{"queryId": q.id})
}

// mostHistoryMS is an hour.
const mostHistoryMS = int(time.Hour / time.Millisecond)

// putHistory is PUT /lab/history: how long queries are in progress from now on.
func (c *Central) putHistory(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		TakesMS int `json:"takes_ms"`
	}
	if err := readJSON(w, r, maxCheck, &ask); err != nil || ask.TakesMS < 0 || ask.TakesMS > mostHistoryMS {
		refuse(w, http.StatusBadRequest, "takes_ms is 0 to an hour")
		return
	}
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	c.history.takes = time.Duration(ask.TakesMS) * time.Millisecond
	writeJSON(w, http.StatusOK, ask)
}

// receiveHistory answers a query when it is ready.
func (c *Central) receiveHistory(w http.ResponseWriter, r *http.Request) {
	if c.history.tooSoon("receive", r.Header.Get("X-API-KEY")) {
		refuse(w, http.StatusTooManyRequests, "once a minute")
		return
	}
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	id := r.URL.Query().Get("queryId")
	i := slices.IndexFunc(c.history.queries, func(q historyQuery) bool { return q.id == id })
	if i < 0 {
		refuse(w, http.StatusNotFound, "no such query")
		return
	}
	q := c.history.queries[i]
	if c.now().Before(q.ready) {
		writeJSON(w, http.StatusOK, map[string]any{"queryId": id, "queryStatus": "IN_PROGRESS"})
		return
	}
	result := make([]map[string]any, len(q.asked))
	for i, asked := range q.asked {
		answer, known := c.history.answers[asked.ReqID]
		if !known || answer["reqTimestamp"] != asked.ReqTimestamp {
			result[i] = map[string]any{"reqId": asked.ReqID, "reqTimestamp": asked.ReqTimestamp, "searchStatus": "NOT_FOUND"}
			continue
		}
		result[i] = map[string]any{"searchStatus": "FOUND"}
		for member, value := range answer {
			result[i][member] = value
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"queryId": id, "queryStatus": "DONE", "result": result})
}
