package gatewaysim

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"kassa/sync/faultsim"
)

// Who the gateway says it is, where the options do not tell. The drive's number is one of a test drive.
const (
	defaultPrinter = "00000000000001"
	defaultDrive   = "9999078900000001"
	defaultINN     = "7700000009"
)

// Options of a gateway; Now and Log are needed. Without a centre and a module nobody ever answers it.
type Options struct {
	Central, Token          string // site of path A, and its key
	Module, Login, Password string // local module, version 2
	API                     int    // newest version of the protocol that is offered, 1 to 3; 0: 3
	Printer, Drive, INN     string // empty: those of the lab
	Now                     func() time.Time
	Log                     *slog.Logger
	// Transport to centre and module, zero: the network without a proxy.
	Transport http.RoundTripper
}

// Gateway is one gateway. Its handlers may be served by any number of servers at once.
type Gateway struct {
	o           Options
	id          string // tspiotId
	moduleToken string // lm.token
	http        *http.Client
	faults      *faultsim.Box
	drive       sync.Mutex // guards: the fiscal drive, which works for one check at a time
}

// New makes a gateway; it asks nobody yet.
func New(o Options) *Gateway {
	o.API = cmp.Or(o.API, newestAPI)
	o.Printer, o.Drive, o.INN = cmp.Or(o.Printer, defaultPrinter), cmp.Or(o.Drive, defaultDrive), cmp.Or(o.INN, defaultINN)
	if o.Transport == nil {
		o.Transport = &http.Transport{}
	}
	return &Gateway{
		o: o, id: uuid.NewString(), moduleToken: uuid.NewString(), http: &http.Client{Transport: o.Transport},
		faults: faultsim.New(refuseCode, faultsim.Method{Name: "check", Is: func(path string) bool { return strings.HasSuffix(path, "/codes/check") }}),
	}
}

// Close drops the connections to centre and module.
func (g *Gateway) Close() { g.http.CloseIdleConnections() }

// Handler is the gateway as a till sees it.
func (g *Gateway) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, v := range versions[:g.o.API] {
		mux.HandleFunc("POST "+v.prefix+"/codes/check", g.check(v))
		mux.HandleFunc(v.infoMethod+" "+v.prefix+"/info", g.info(v))
	}
	return g.faults.Inject(mux)
}

// Control is the API of whoever runs the lab: POST /lab/faults (design/contracts.md).
func (g *Gateway) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /lab/faults", g.faults.Control)
	return mux
}

// version of the protocol.
type version struct {
	prefix     string
	infoMethod string
	objects    bool // codes are asked for as objects {cis, pg}
	wrapped    bool // codesResponse is wrapped once more, and 64-bit numbers are text
}

const newestAPI = 3

var versions = [newestAPI]version{
	{prefix: "/api/v1", infoMethod: http.MethodPost, wrapped: true},
	{prefix: "/api/v2", infoMethod: http.MethodGet},
	{prefix: "/api/v3", infoMethod: http.MethodGet, objects: true},
}

// refuse answers {"code","message"}.
func refuse(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]any{"code": status, "message": message})
}

// refuseCode is refuse for a fault of the lab, whose code may differ from the status.
func refuseCode(w http.ResponseWriter, status, code int) {
	writeJSON(w, status, map[string]any{"code": code, "message": "fault of the lab"})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	// A client that is gone is no error of ours, and nothing else can fail here.
	_ = e.Encode(v)
}
