package devicesim

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"kassa/app/money"
)

// State is what a look at the printer shows. It is the answer of GET /lab/state.
type State struct {
	Model   string `json:"model"`
	Serial  string `json:"serial"`
	INN     string `json:"inn"`
	Drive   string `json:"drive"`
	Power   bool   `json:"power"`
	Mode    byte   `json:"mode"` // as 10h tells it
	Submode byte   `json:"submode"`

	Shift        int           `json:"shift"`
	ShiftOpen    bool          `json:"shift_open"`
	ReceiptOpen  bool          `json:"receipt_open"`
	LastDocument uint32        `json:"last_document"`
	Cash         money.Kopecks `json:"cash_kopecks"` // in the drawer, register 241
	Unsent       int           `json:"unsent"`       // documents that wait for the ОФД
	DrawerOpens  int           `json:"drawer_opens"` // times that the cash drawer was opened
	Clock        time.Time     `json:"clock"`

	Slip   []string `json:"slip"` // paper of the last document
	Faults Faults   `json:"faults"`
}

// State looks at the printer.
func (s *Shtrih) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return State{
		Model: simModel, Serial: s.opts.Serial, INN: s.opts.INN, Drive: s.opts.Drive,
		Power: !s.faults.PowerOff, Mode: s.mode(), Submode: s.submode(),
		Shift: s.memory.shift, ShiftOpen: s.memory.shiftOpen, ReceiptOpen: s.receipt != nil,
		LastDocument: s.memory.lastFD, Cash: s.memory.drawer, Unsent: s.exchange().count,
		DrawerOpens: s.drawerOpens, Clock: s.clock(), Slip: append([]string{}, s.paper.slip...), Faults: s.faults,
	}
}

// Documents gives the fiscal memory, oldest first.
func (s *Shtrih) Documents() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.memory.entries)
}

// maxControlBody bounds the body of a request to the control API.
const maxControlBody = 64 << 10

// Control is the control API: POST /lab/faults replaces the fault set by the JSON object in the body and answers
// the state, GET /lab/state answers the state. A set that cannot be carried out is answered 400 {"error":"…"}.
func (s *Shtrih) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /lab/state", func(w http.ResponseWriter, _ *http.Request) {
		s.answer(w, http.StatusOK, s.State())
	})
	mux.HandleFunc("POST /lab/faults", func(w http.ResponseWriter, r *http.Request) {
		f, err := readFaults(http.MaxBytesReader(w, r.Body, maxControlBody))
		if err == nil {
			err = s.ApplyFaults(f)
		}
		if err != nil {
			s.answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		s.answer(w, http.StatusOK, s.State())
	})
	return mux
}

func (s *Shtrih) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.log.Debug("control answer not taken", "err", err)
	}
}
