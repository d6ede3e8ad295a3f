package centralsim

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"kassa/app/feed"
	"kassa/sync/faultsim"
)

// Options of a central system; all but Feed are needed.
type Options struct {
	Dir  string // keeps everything; made if it is not there
	Feed string // name of the feed, empty: "lab"
	Now  func() time.Time
	Log  *slog.Logger
}

// Central is a central system. Its handlers may be served by any number of servers at once.
type Central struct {
	now      func() time.Time
	log      *slog.Logger
	facts    *factBook
	faults   *faultsim.Box
	hosts    *hostBox
	history  *history
	requests *requestLog
	lists    *publisher
}

// New opens the folder, or makes it with new keys and an empty feed.
func New(o Options) (*Central, error) {
	if o.Feed == "" {
		o.Feed = "lab"
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder of the central system: %w", err)
	}
	facts, err := openFacts(filepath.Join(o.Dir, "codes.json"))
	if err != nil {
		return nil, err
	}
	keys, err := openKeys(o.Dir, o.Feed, o.Now())
	if err != nil {
		return nil, err
	}
	lists, err := openPublisher(o.Dir, o.Feed, keys, o.Now)
	if err != nil {
		return nil, err
	}
	return &Central{
		now: o.Now, log: o.Log, facts: facts, lists: lists,
		faults: newFaults(), hosts: &hostBox{}, history: newHistory(o.Now), requests: &requestLog{now: o.Now},
	}, nil
}

// Handler is the central system as the shops see it.
func (c *Central) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+infoPath, authorised(c.info))
	mux.HandleFunc("GET "+healthPath, authorised(c.health))
	mux.HandleFunc("POST "+checkPath, authorised(c.check))
	mux.HandleFunc("POST "+historyCreatePath, authorised(c.createHistory))
	mux.HandleFunc("GET "+historyReceivePath, authorised(c.receiveHistory))
	mux.HandleFunc("GET /feed/v1/keys", c.serveKeys)
	for _, list := range feed.Lists() { // by name: a wildcard would collide with objects/{name}
		mux.HandleFunc("GET /feed/v1/"+string(list)+"/head", c.serveHead(list))
	}
	mux.HandleFunc("GET /feed/v1/objects/{name}", c.serveObject)
	return c.requests.record(c.faults.Inject(mux))
}
