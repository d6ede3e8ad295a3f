package centralsim

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxRequests is how many requests are remembered.
const maxRequests = 1000

// request is one line of GET /lab/requests.
type request struct {
	Time       time.Time `json:"time"`
	Method     string    `json:"method"`
	Path       string    `json:"path"`
	Token      string    `json:"token,omitempty"` // masked
	Codes      []string  `json:"codes,omitempty"` // masked
	Status     int       `json:"status"`          // 0: not answered (yet)
	DurationMS int64     `json:"duration_ms"`
}

// requestLog remembers the last requests, oldest first.
type requestLog struct {
	now  func() time.Time
	mu   sync.Mutex // guards: last, and the requests in it
	last []*request
}

// requestKey finds the request's own line in its context.
type requestKey struct{}

type openRequest struct {
	log  *requestLog
	line *request
}

// record notes each request when it comes, and what became of it when it is over.
func (l *requestLog) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line := &request{Time: l.now().UTC(), Method: r.Method, Path: r.URL.Path, Token: maskToken(r.Header.Get("X-API-KEY"))}
		l.mu.Lock()
		l.last = append(l.last, line)
		if len(l.last) > maxRequests {
			l.last = slices.Delete(l.last, 0, len(l.last)-maxRequests)
		}
		l.mu.Unlock()
		watched := &statusWriter{ResponseWriter: w}
		defer func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			line.Status = watched.status
			line.DurationMS = l.now().Sub(line.Time).Milliseconds()
		}()
		next.ServeHTTP(watched, r.WithContext(context.WithValue(r.Context(), requestKey{}, openRequest{l, line})))
	})
}

func (l *requestLog) list() []request {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]request, len(l.last))
	for i, line := range l.last {
		list[i] = *line
	}
	return list
}

// noteCodes adds what was asked to the request's line.
func noteCodes(r *http.Request, codes []string) {
	open, ok := r.Context().Value(requestKey{}).(openRequest)
	if !ok {
		return
	}
	masked := make([]string, len(codes))
	for i, km := range codes {
		masked[i] = maskCode(km)
	}
	open.log.mu.Lock()
	defer open.log.mu.Unlock()
	open.line.Codes = masked
}

func maskToken(token string) string {
	switch {
	case token == "":
		return ""
	case len(token) < 12:
		return "…"
	}
	return "…" + token[len(token)-4:]
}

func maskCode(km string) string {
	gtin, serial, err := kiOf(km)
	if err != nil {
		return "…"
	}
	return gtin + "/" + serial[:min(3, len(serial)-1)] + "…"
}

// statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusWriter) Write(p []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return s.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController: flush and hijack.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
