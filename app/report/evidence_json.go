package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
)

// Options of an export.
type Options struct {
	// Whole shows marking codes whole; else only their КИ, everywhere.
	Whole bool
	// Zone of the times; nil: UTC.
	Zone *time.Location
	// Reason and Fault say a reason and a fault in words, for the CSV; nil: by their names.
	Reason func(marking.Reason) string
	Fault  func(marking.Fault) string
}

func (o Options) time(t time.Time) time.Time {
	if o.Zone == nil {
		return t.UTC()
	}
	return t.In(o.Zone)
}

// evidenceJSON is one row. The names are public and stay; members may be added. Times are RFC 3339 with the
// zone, sums kopecks, spans milliseconds.
type evidenceJSON struct {
	Seq       int64     `json:"seq"` // number of the row in the till's book of checks
	At        time.Time `json:"at"`  // of the verdict
	Till      string    `json:"till"`
	Person    string    `json:"person"`
	ReceiptID string    `json:"receipt_id"`
	Line      int       `json:"line"`
	Document  uint32    `json:"fiscal_document,omitempty"` // ФД that holds the line
	Drive     string    `json:"fiscal_drive"`              // ФН
	Item      string    `json:"item"`
	Group     string    `json:"group,omitempty"` // name of the product group
	GTIN      string    `json:"gtin"`
	KI        string    `json:"ki"`
	Masked    bool      `json:"masked"`                  // codes are cut behind the КИ in the requests and answers
	Price     *int64    `json:"price_kopecks,omitempty"` // for one unit; absent when it was not known

	Verdict  string     `json:"verdict"` // allow, forbid, unchecked
	MaySell  bool       `json:"may_sell"`
	Reason   string     `json:"reason,omitempty"`
	Source   string     `json:"source"`                  // online, module, emergency, none
	Rule     string     `json:"rule,omitempty"`          // row of the table that forbade
	Rules    string     `json:"rules"`                   // version of the table
	Tag1265  string     `json:"tag1265,omitempty"`       // as the line carries it; absent: the tag 1260 is left out
	Limit    *int64     `json:"limit_kopecks,omitempty"` // price that the rule wants
	Until    string     `json:"until,omitempty"`         // expiry date as sent
	DataAt   *time.Time `json:"data_at,omitempty"`       // when the data behind the verdict were issued
	Package  string     `json:"package,omitempty"`
	Parent   string     `json:"parent,omitempty"` // КИ of the package that the unit is in
	Elapsed  int64      `json:"elapsed_ms"`       // from the scan to the verdict
	Overtime bool       `json:"missed"`           // the centre was asked and missed the budget
	Late     bool       `json:"late"`             // the answer came after the verdict that counted
	Risk     bool       `json:"risk"`             // nobody answered, sold by the shop's policy

	Emergency *emergencyJSON `json:"emergency,omitempty"`
	Online    onlineJSON     `json:"online"`
	Module    moduleJSON     `json:"module"`
}

type emergencyJSON struct {
	Since     time.Time  `json:"since"`
	Until     *time.Time `json:"until,omitempty"`
	Manual    bool       `json:"manual"`
	Confirmed bool       `json:"confirmed"`
	By        string     `json:"by,omitempty"`
	Reason    string     `json:"reason,omitempty"`
}

// onlineJSON is what the centre was asked and said; fault "none" with a req_id is an answer.
type onlineJSON struct {
	Path         string `json:"path,omitempty"` // trueapi, gateway
	Site         string `json:"site,omitempty"`
	Fault        string `json:"fault"`
	Detail       string `json:"detail,omitempty"`
	Emergency    bool   `json:"emergency"` // HTTP 203
	Latency      int64  `json:"latency_ms"`
	ReqID        string `json:"req_id,omitempty"`
	ReqTimestamp int64  `json:"req_timestamp,omitempty"`
	Request      string `json:"request,omitempty"` // as they were on the wire, 16 KB each
	Answer       string `json:"answer,omitempty"`
}

// moduleJSON is what the local module was asked and said.
type moduleJSON struct {
	API          string     `json:"api,omitempty"` // v1, v2
	Inst         string     `json:"inst,omitempty"`
	Version      string     `json:"version,omitempty"`
	Fault        string     `json:"fault"`
	Detail       string     `json:"detail,omitempty"`
	Latency      int64      `json:"latency_ms"`
	ReqID        string     `json:"req_id,omitempty"`
	ReqTimestamp int64      `json:"req_timestamp,omitempty"`
	DataAt       *time.Time `json:"data_at,omitempty"`
	Request      string     `json:"request,omitempty"`
	Answer       string     `json:"answer,omitempty"`
}

// EvidenceJSON writes rows as JSON, one object a line.
type EvidenceJSON struct {
	out     *json.Encoder
	options Options
}

// NewEvidenceJSON writes to w; it does not close it.
func NewEvidenceJSON(w io.Writer, o Options) *EvidenceJSON {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &EvidenceJSON{e, o}
}

// Write adds a row.
func (w *EvidenceJSON) Write(e journal.Evidence) error {
	if err := w.out.Encode(w.options.row(e)); err != nil {
		return fmt.Errorf("write row %d: %w", e.Seq, err)
	}
	return nil
}

// Flush has nothing to do; it makes the two writers alike.
func (w *EvidenceJSON) Flush() error { return nil }

// row is a row as both forms show it: masked, in the zone.
func (o Options) row(e journal.Evidence) evidenceJSON {
	m := newMasker(e.KI, o.Whole, e.Online.Sent, e.Online.Got, e.Module.Sent, e.Module.Got)
	v := e.Verdict
	j := evidenceJSON{
		Seq: e.Seq, At: o.time(e.At), Till: e.Till, Person: e.Person.Name, ReceiptID: e.ReceiptID, Line: e.Line, Document: e.Document,
		Drive: e.Drive, Item: e.Item, Group: e.Group.String(), GTIN: e.GTIN, KI: m.code(e.KI, e.GTIN), Masked: !o.Whole,
		Verdict: v.Decision.String(), MaySell: v.MaySell, Reason: string(v.Reason), Source: v.Source.String(), Rule: v.Rule, Rules: v.Rules,
		Tag1265: v.Tag1265, Until: v.Until, DataAt: o.moment(v.DataAt), Package: v.Package, Parent: m.value(v.Parent),
		Elapsed: e.Elapsed.Milliseconds(), Overtime: e.Overtime, Late: e.Late, Risk: e.Risk,
		Online: onlineJSON{
			Path: string(e.Online.Path), Site: e.Online.Site, Fault: e.Online.Fault.String(), Detail: m.text(e.Online.Detail), Emergency: e.Online.Emergency,
			Latency: e.Online.Latency.Milliseconds(), ReqID: e.Online.ReqID, ReqTimestamp: e.Online.ReqTimestamp,
			Request: m.text(e.Online.Sent), Answer: m.text(e.Online.Got),
		},
		Module: moduleJSON{
			API: e.Module.API, Inst: e.Module.Inst, Version: e.Module.Version, Fault: e.Module.Fault.String(), Detail: m.text(e.Module.Detail),
			Latency: e.Module.Latency.Milliseconds(), ReqID: e.Module.ReqID, ReqTimestamp: e.Module.ReqTimestamp, DataAt: o.moment(e.Module.DataAt),
			Request: m.text(e.Module.Sent), Answer: m.text(e.Module.Got),
		},
	}
	if e.Price >= 0 {
		j.Price = (*int64)(&e.Price)
	}
	if v.Limit > 0 {
		j.Limit = (*int64)(&v.Limit)
	}
	if em := e.Emergency; !em.Since.IsZero() {
		j.Emergency = &emergencyJSON{o.time(em.Since), o.moment(em.Until), em.Manual, em.Confirmed, em.By, em.Reason}
	}
	return j
}

// moment is nil for the zero time.
func (o Options) moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = o.time(t)
	return &t
}
