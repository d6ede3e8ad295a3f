package centralsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// faultSet is what goes wrong with each request until the next set.
type faultSet struct {
	DelayMS   int    `json:"delay_ms"`   // before anything else happens
	Status    int    `json:"status"`     // HTTP status of the answer, with BodyCode or itself as "code"
	BodyCode  int    `json:"body_code"`  // "code" of the answer; with HTTP 200 unless Status says otherwise
	Blackhole bool   `json:"blackhole"`  // the request is read and never answered
	Drip      bool   `json:"drip"`       // the right answer, a byte each dripEvery
	Reset     bool   `json:"reset"`      // the connection ends with RST
	Garbage   bool   `json:"garbage"`    // HTTP 200 with bytes that are no JSON
	HistoryMS int    `json:"history_ms"` // how long a query for the history of answers is in progress
	On        string `json:"on"`         // one of faultyPaths, empty: "check"; or "all": everything
}

// faultyPaths are the methods that may fail alone.
var faultyPaths = map[string]string{"": checkPath, "check": checkPath, "info": infoPath, "health": healthPath}

// dripEvery is slow enough that no answer is whole within the budget of a scan.
const dripEvery = 50 * time.Millisecond

// mostMS is an hour.
const mostMS = int(time.Hour / time.Millisecond)

// garbageBody is what a captive portal or a broken proxy may send in place of JSON.
const garbageBody = "<html>\x00\xff{\"code\":0,\"codes\":[{\"found\":tr"

func (f faultSet) check() error {
	switch {
	case f.On != "all" && faultyPaths[f.On] == "":
		return fmt.Errorf(`on is "check", "info", "health" or "all", not %.20q: %w`, f.On, errInput)
	case f.DelayMS < 0 || f.DelayMS > mostMS || f.HistoryMS < 0 || f.HistoryMS > mostMS:
		return fmt.Errorf("delay_ms and history_ms are 0 to an hour: %w", errInput)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status is 200 to 599: %w", errInput)
	}
	return nil
}

// faultBox holds the set in force.
type faultBox struct {
	mu    sync.Mutex // guards: inUse
	inUse faultSet
}

func (b *faultBox) set(f faultSet) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inUse = f
}

// historyTakes is how long a query for the history is in progress.
func (b *faultBox) historyTakes() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Duration(b.inUse.HistoryMS) * time.Millisecond
}

// of gives the faults that a path suffers from.
func (b *faultBox) of(path string) faultSet {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inUse.On != "all" && path != faultyPaths[b.inUse.On] {
		return faultSet{}
	}
	return b.inUse
}

// inject puts the faults between the network and the honest answers.
func (b *faultBox) inject(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := b.of(r.URL.Path)
		if f == (faultSet{}) {
			next.ServeHTTP(w, r)
			return
		}
		// The whole request is read first: the server learns of a client that left only then.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCheck))
		if err != nil {
			refuse(w, http.StatusBadRequest, "body cannot be read")
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !wait(r.Context(), time.Duration(f.DelayMS)*time.Millisecond) {
			return
		}
		f.serve(w, r, next)
	})
}

func (f faultSet) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	switch {
	case f.Blackhole:
		<-r.Context().Done()
	case f.Reset:
		reset(w)
	case f.Status != 0 || f.BodyCode != 0:
		status, code := f.Status, f.BodyCode
		if status == 0 {
			status = http.StatusOK
		}
		if code == 0 {
			code = status
		}
		writeJSON(w, status, map[string]any{"code": code, "description": "fault of the lab"})
	case f.Garbage:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, garbageBody) // a client that left is what the lab is for
	case f.Drip:
		next.ServeHTTP(&dripWriter{ResponseWriter: w, ctx: r.Context()}, r)
	default:
		next.ServeHTTP(w, r)
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
