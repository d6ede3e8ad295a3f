package faultsim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Set is what goes wrong with each request until the next set.
type Set struct {
	DelayMS   int    `json:"delay_ms"`  // before anything else happens
	Status    int    `json:"status"`    // HTTP status of the answer, with BodyCode or itself as its code
	BodyCode  int    `json:"body_code"` // code inside of the answer; with HTTP 200 unless Status says otherwise
	Blackhole bool   `json:"blackhole"` // the request is read and never answered
	Drip      bool   `json:"drip"`      // the right answer, a byte each dripEvery
	Reset     bool   `json:"reset"`     // the connection ends with RST
	Garbage   bool   `json:"garbage"`   // HTTP 200 with bytes that are no JSON
	On        string `json:"on"`        // name of the method that fails; empty: the service's first; "all": everything
}

const (
	// dripEvery is slow enough that no answer is whole within the budget of a scan.
	dripEvery = 50 * time.Millisecond
	maxBody   = 1 << 20 // bytes of a request
)

// garbageBody is what a captive portal or a broken proxy may send in place of JSON.
const garbageBody = "<html>\x00\xff{\"code\":0,\"codes\":[{\"found\":tr"

// Method is one that may fail alone.
type Method struct {
	Name string
	Is   func(path string) bool
}

func (b *Box) check(s Set) error {
	switch {
	case s.On != "" && s.On != "all" && !slices.ContainsFunc(b.methods, func(m Method) bool { return m.Name == s.On }):
		return fmt.Errorf(`on is the name of a method or "all", not %.20q`, s.On)
	case s.DelayMS < 0 || s.DelayMS > int(time.Hour/time.Millisecond):
		return errors.New("delay_ms is 0 to an hour")
	case s.Status != 0 && (s.Status < 200 || s.Status > 599):
		return errors.New("status is 200 to 599")
	}
	return nil
}

// Box holds the set in force.
type Box struct {
	refuse  func(w http.ResponseWriter, status, code int)
	methods []Method

	mu    sync.Mutex // guards: inUse
	inUse Set
}

// New makes a box without faults. refuse writes a refusal in the service's own form; methods, at least one, may
// fail alone.
func New(refuse func(w http.ResponseWriter, status, code int), methods ...Method) *Box {
	return &Box{refuse: refuse, methods: methods}
}

// Control takes a set in the body of a POST; it replaces the whole set, {} clears it.
func (b *Box) Control(w http.ResponseWriter, r *http.Request) {
	var s Set
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	err := d.Decode(&s)
	if err == nil && d.More() {
		err = errors.New("more than one JSON value")
	}
	if err == nil {
		err = b.check(s)
	}
	if err != nil {
		http.Error(w, "body is not a set of faults: "+err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	b.inUse = s
	b.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s) // a client that left is no error of ours
}

// of gives the faults that a path suffers from.
func (b *Box) of(path string) Set {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inUse.On == "all" {
		return b.inUse
	}
	for i, m := range b.methods {
		if (m.Name == b.inUse.On || i == 0 && b.inUse.On == "") && m.Is(path) {
			return b.inUse
		}
	}
	return Set{}
}

// Inject puts the faults between the network and the honest answers.
func (b *Box) Inject(honest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := b.of(r.URL.Path)
		if s == (Set{}) {
			honest.ServeHTTP(w, r)
			return
		}
		// The whole request is read first: the server learns of a client that left only then.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			b.refuse(w, http.StatusBadRequest, http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !wait(r.Context(), time.Duration(s.DelayMS)*time.Millisecond) {
			return
		}
		b.serve(s, w, r, honest)
	})
}

func (b *Box) serve(s Set, w http.ResponseWriter, r *http.Request, honest http.Handler) {
	switch {
	case s.Blackhole:
		<-r.Context().Done()
	case s.Reset:
		reset(w)
	case s.Status != 0 || s.BodyCode != 0:
		status, code := s.Status, s.BodyCode
		if status == 0 {
			status = http.StatusOK
		}
		if code == 0 {
			code = status
		}
		b.refuse(w, status, code)
	case s.Garbage:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, garbageBody) // a client that left is what the lab is for
	case s.Drip:
		honest.ServeHTTP(&dripWriter{ResponseWriter: w, ctx: r.Context()}, r)
	default:
		honest.ServeHTTP(w, r)
	}
}

// reset ends the connection so that the kernel sends RST instead of FIN.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 has no connection to take; its stream is reset
	}
	raw := conn
	if tls, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = tls.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the close below then resets; without it the close alone ends the connection
	}
	_ = raw.Close()
}

// wait tells whether d passed before the client left.
func wait(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// dripWriter sends an answer byte by byte.
type dripWriter struct {
	http.ResponseWriter
	ctx context.Context // of the request that is answered
}

func (d *dripWriter) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := d.ResponseWriter.Write(p[i : i+1]); err != nil {
			return i, err
		}
		if err := http.NewResponseController(d.ResponseWriter).Flush(); err != nil {
			return i, fmt.Errorf("drip: %w", err)
		}
		if !wait(d.ctx, dripEvery) {
			return i + 1, errors.New("client has left")
		}
	}
	return len(p), nil
}
