package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"kassa/localmodule/api"
	"kassa/localmodule/cache"
	"kassa/localmodule/upstream"
)

// ControlFile is where a running server of a data folder says how commands on the same computer reach it.
const ControlFile = "control.json"

// contact is the content of ControlFile.
type contact struct {
	Address string `json:"address"` // on the loopback
	Secret  string `json:"secret"`
}

// report is one line of the answer of a sync by control: progress, and at last result or error.
type report struct {
	Progress *upstream.Progress `json:"progress,omitempty"`
	Result   *upstream.Result   `json:"result,omitempty"`
	Error    string             `json:"error,omitempty"`
}

// Errors of control.
var (
	ErrNotRunning = errors.New("no server runs on this folder")
	ErrNoUpstream = errors.New("the module has no upstream")
)

const secretHeader = "X-Control-Secret"

// ControlServer answers the commands of the same computer.
type ControlServer struct {
	server *Server
	ln     net.Listener
	path   string
	secret string
}

// OpenControl begins to listen and writes ControlFile. A port on the loopback is reachable by every user of
// the computer, so that each request must show the secret of the file, which only the owner of the folder
// can read; browsers cannot know it either. Serve it.
func (s *Server) OpenControl() (*ControlServer, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for control: %w", err)
	}
	c := &ControlServer{server: s, ln: ln, path: filepath.Join(s.cache.Dir(), ControlFile), secret: rand.Text()}
	data, err := json.Marshal(contact{Address: ln.Addr().String(), Secret: c.secret})
	if err == nil {
		err = cache.WriteFile(c.path, data)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write control file: %w", err), ln.Close())
	}
	return c, nil
}

// Serve answers until the context ends, which ends a sync under way too, and removes the file.
func (c *ControlServer) Serve(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, os.Remove(c.path)) }()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, c.server.Status()) })
	mux.HandleFunc("POST /sync", c.server.postSync)
	srv := &http.Server{ReadHeaderTimeout: headerPatience, MaxHeaderBytes: maxHeader, // no ReadTimeout: it would end a long sync
		ErrorLog:    slog.NewLogLogger(c.server.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return ctx },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if subtle.ConstantTimeCompare([]byte(r.Header.Get(secretHeader)), []byte(c.secret)) != 1 {
				plain(w, http.StatusForbidden, "wrong secret")
				return
			}
			mux.ServeHTTP(w, r)
		})}
	return serveHTTP(ctx, srv, c.ln)
}

// postSync syncs and reports line by line; the last line comes when the new version answers look-ups.
func (s *Server) postSync(w http.ResponseWriter, r *http.Request) {
	out := json.NewEncoder(w)
	say := func(line report) {
		// A caller who has gone ends the sync through the request's context.
		_ = out.Encode(line)
		_ = http.NewResponseController(w).Flush()
	}
	if s.sync == nil {
		say(report{Error: ErrNoUpstream.Error()})
		return
	}
	result, err := s.sync.Sync(r.Context(), r.URL.Query().Get("full") == "1", throttled(func(p upstream.Progress) { say(report{Progress: &p}) }))
	if err == nil {
		s.Probe(r.Context())
		if name, _ := s.state(); name != api.StatusReady {
			err = fmt.Errorf("lists are loaded, but the state is %s", name)
		}
	}
	if err != nil {
		say(report{Error: err.Error()})
		return
	}
	say(report{Result: &result})
}

// throttled passes on one report in a hundred and every last one of a phase.
func throttled(to func(upstream.Progress)) func(upstream.Progress) {
	var last upstream.Progress
	return func(p upstream.Progress) {
		if p.Phase == last.Phase && p.List == last.List && p.Done < p.Total && p.Done-last.Done < p.Total/100 {
			return
		}
		last = p
		to(p)
	}
}

// Control asks the server that runs on a data folder.
type Control struct {
	contact contact
	client  *http.Client
}

// Dial finds the server that runs on a folder. ErrNotRunning when there is none.
func Dial(dir string) (*Control, error) {
	f, err := os.Open(filepath.Join(dir, ControlFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("read control file: %w", err)
	}
	defer f.Close()
	c := &Control{client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true, ResponseHeaderTimeout: time.Minute}}}
	if err := json.NewDecoder(io.LimitReader(f, 4096)).Decode(&c.contact); err != nil {
		return nil, fmt.Errorf("read control file: %w", err)
	}
	return c, nil
}

// Status is the server's word about itself.
func (c *Control) Status(ctx context.Context) (api.Status, error) {
	body, err := c.ask(ctx, http.MethodGet, "/status")
	if err != nil {
		return api.Status{}, err
	}
	defer body.Close()
	var st api.Status
	if err := json.NewDecoder(io.LimitReader(body, 1<<20)).Decode(&st); err != nil {
		return api.Status{}, fmt.Errorf("read answer of the running server: %w", err)
	}
	return st, nil
}

// Sync makes the server sync once. It returns when the new version answers look-ups.
func (c *Control) Sync(ctx context.Context, full bool, progress func(upstream.Progress)) (upstream.Result, error) {
	path := "/sync"
	if full {
		path += "?full=1"
	}
	body, err := c.ask(ctx, http.MethodPost, path)
	if err != nil {
		return upstream.Result{}, err
	}
	defer body.Close()
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		var line report
		if err := json.NewDecoder(bytes.NewReader(lines.Bytes())).Decode(&line); err != nil {
			return upstream.Result{}, fmt.Errorf("read answer of the running server: %w", err)
		}
		switch {
		case line.Error == ErrNoUpstream.Error():
			return upstream.Result{}, ErrNoUpstream
		case line.Error != "":
			return upstream.Result{}, errors.New(line.Error)
		case line.Result != nil:
			return *line.Result, nil
		case line.Progress != nil:
			progress(*line.Progress)
		}
	}
	return upstream.Result{}, fmt.Errorf("the running server broke off: %w", errors.Join(lines.Err(), io.ErrUnexpectedEOF))
}

func (c *Control) ask(ctx context.Context, method, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.contact.Address+path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	req.Header.Set(secretHeader, c.contact.Secret)
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w: %w", ErrNotRunning, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the running server answered %d", resp.StatusCode), resp.Body.Close())
	}
	return resp.Body, nil
}
