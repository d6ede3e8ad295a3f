package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"kassa/localmodule/api"
	"kassa/localmodule/cache"
	"kassa/localmodule/upstream"

	"golang.org/x/net/netutil"
)

// Version is what status reports. Clients take the older protocol when it begins with "1.".
const Version = "2.0.0"

// Limits of the service. Source: engine.md §3.
const (
	maxConnections = 512 // some dozens of tills with two each, and room
	maxInFlight    = 64
	headerPatience = 5 * time.Second
	bodyPatience   = 10 * time.Second
	answerPatience = 30 * time.Second
	idlePatience   = 6 * time.Minute // tills keep one warm connection and ask at least every 5 minutes
	maxHeader      = 16 << 10

	checkPatience = 300 * time.Millisecond
	soldPatience  = 5 * time.Second // a commit on an old hard disk may take long
	endPatience   = 5 * time.Second
)

// Syncer brings the lists up to date; upstream.Runner is one.
type Syncer interface {
	Sync(ctx context.Context, full bool, progress func(upstream.Progress)) (upstream.Result, error)
	Kick() // sync soon
}

// Settings of New.
type Settings struct {
	Cache      *cache.Cache
	Sync       Syncer // nil: there is no upstream
	ServiceURL string // of the upstream, for status
	AllowBasic bool   // besides the owner's own setting
	Log        *slog.Logger
}

// Server answers tills. Safe for use by many goroutines.
type Server struct {
	cache    *cache.Cache
	sync     Syncer
	url      string
	gate     *gate
	visitors *visitors
	inFlight chan struct{} // one token for each request that is being answered
	health   health
	handler  http.Handler
	log      *slog.Logger
}

// New makes a server; nothing runs before Serve.
func New(set Settings) *Server {
	s := &Server{cache: set.Cache, sync: set.Sync, url: set.ServiceURL, log: set.Log.With("component", "server"),
		gate: newGate(set.Cache, set.AllowBasic), visitors: newVisitors(), inFlight: make(chan struct{}, maxInFlight)}
	s.handler = s.routes()
	return s
}

// Handler answers the requests of tills; for tests without a listener of ours.
func (s *Server) Handler() http.Handler { return s.handler }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api.PathStatus, s.getStatus)
	mux.HandleFunc("GET "+api.PathHealth, func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET "+api.PathReady, s.getReady)
	mux.Handle("POST "+api.PathInit, s.guard(s.postInit))
	mux.Handle("POST "+api.PathOutCheck, s.guard(s.whenReady(s.postOutCheck)))
	// What was sold is kept in every state: it has nothing to do with the lists, and a sale that was allowed
	// by the online check must not be forgotten because the lists are old.
	mux.Handle("POST "+api.PathSell, s.guard(s.postSell))
	mux.Handle("POST "+api.PathReturn, s.guard(s.postReturn))
	return mux
}

// Serve answers on a listener and looks after the data until the context ends; then it lets requests under
// way finish and closes the listener.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	s.Probe(ctx)
	ctx, stop := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() { s.keep(ctx) })
	defer keeper.Wait()
	defer stop()

	srv := &http.Server{Handler: s.handler, ReadHeaderTimeout: headerPatience, ReadTimeout: bodyPatience, WriteTimeout: answerPatience,
		IdleTimeout: idlePatience, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
	return serveHTTP(ctx, srv, netutil.LimitListener(ln, maxConnections))
}

// serveHTTP serves until the context ends.
func serveHTTP(ctx context.Context, srv *http.Server, ln net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), endPatience)
	defer cancel()
	err := srv.Shutdown(patience)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
