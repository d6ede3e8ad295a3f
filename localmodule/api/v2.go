package api

import (
	"encoding/json"
	"strconv"

	"kassa/app/money"
)

// Paths of version 2, and the two for whoever watches the service.
const (
	PathInit     = "/api/v2/init"
	PathStatus   = "/api/v2/status"
	PathOutCheck = "/api/v2/cis/outCheck"
	PathSell     = "/api/v2/cis/sell"
	PathReturn   = "/api/v2/cis/return"
	PathHealth   = "/healthz"
	PathReady    = "/readyz"
)

// Values of Status.Status. Source: marking-check §4.2.
const (
	StatusNotConfigured  = "not_configured" // no owner yet
	StatusInitialization = "initialization" // the bases are not loaded yet
	StatusReady          = "ready"          // checks may be used
	StatusSyncError      = "sync_error"     // 72 h since the last sync
	StatusFailure        = "failure"        // the module's own data cannot be read
)

// Values of Error.ErrorCode that the guide names. Source: guide v17 §2.6.3.
const (
	ErrorNotReady = 4045 // not_configured, initialization, and our failure
	ErrorStale    = 4050 // sync_error
)

// InitRequest is the body of POST init: unknown members (activationKey, kpp, fiasId of old scripts) are ignored.
type InitRequest struct {
	Token          string `json:"token"`
	ClearSold      bool   `json:"clearSold"`      // wipe the sold base
	EnableGreyList bool   `json:"enableGreyList"` // not offered yet: refused when true
}

// OutCheckRequest is the body of POST outCheck.
type OutCheckRequest struct {
	CISList []Asked `json:"cis_list"`
}

// Asked is one code of a check.
type Asked struct {
	CIS string `json:"cis"`
	PG  int    `json:"pg,omitempty"` // product group, only 16 changes the answer
}

// OutCheckAnswer is the answer of outCheck.
type OutCheckAnswer struct {
	Results []Result `json:"results"`
}

// Result is the answer for one КИ.
type Result struct {
	Code         int    `json:"code"` // 0, or an HTTP-like number when this КИ could not be looked up; then Codes is absent
	Description  string `json:"description"`
	ReqID        string `json:"reqId"`        // UUID, goes into tag 1265
	ReqTimestamp int64  `json:"reqTimestamp"` // ms, UTC
	Inst         string `json:"inst"`         // UUID of this module
	Version      string `json:"version"`      // UUID of the black list's version, as Status.DBVersion
	// DataTimestamp is ours: when the oldest of the lists behind this answer was issued by the centre, ms, UTC.
	DataTimestamp int64       `json:"dataTimestamp,omitempty"`
	Codes         []CodeFacts `json:"codes,omitempty"`
}

// CodeFacts is what the module knows of one code.
type CodeFacts struct {
	CIS        string `json:"cis"`  // as asked
	GTIN       string `json:"gtin"` // 14 digits
	IsBlocked  bool   `json:"isBlocked"`
	IsGreyGTIN bool   `json:"isGreyGtin"`
	Sold       bool   `json:"sold"`
	MRP        *Price `json:"mrp,omitempty"` // null on the wire for group 16 when none is known
	SMP        *Price `json:"smp,omitempty"`
}

// Price is a number of kopecks or null.
type Price struct {
	Kopecks money.Kopecks
	Known   bool
}

// MarshalJSON writes null for a price that is not known.
func (p Price) MarshalJSON() ([]byte, error) {
	if !p.Known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(p.Kopecks), 10), nil
}

// UnmarshalJSON reads a whole number; anything else is an error, since it is money.
func (p *Price) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*p = Price{}
		return nil
	}
	var n int64
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*p = Price{Kopecks: money.Kopecks(n), Known: true}
	return nil
}

// CISList is the body of sell and return: plain strings, unlike outCheck.
type CISList struct {
	CISList []string `json:"cis_list"`
}

// SoldAnswer is the answer of sell and return.
type SoldAnswer struct {
	Results []SoldResult `json:"results"`
}

// SoldResult tells for one КИ whether it was added (sell) or removed (return).
type SoldResult struct {
	Success bool   `json:"success"`
	CIS     string `json:"cis"`
}

// Status is the answer of GET status.
type Status struct {
	Version       string `json:"version"` // of the program; clients fall back to version 1 when it begins with "1."
	Status        string `json:"status"`
	ServiceURL    string `json:"serviceUrl"`
	OperationMode string `json:"operationMode"`
	Name          string `json:"name"`
	LastUpdate    int64  `json:"lastUpdate"` // start of the last sync, ms; 0 before the first
	LastSync      int64  `json:"lastSync"`   // last success over all lists, ms; 0 before the first
	Inst          string `json:"inst"`
	INN           string `json:"inn"`
	DBVersion     string `json:"dbVersion"`
	IsGreyGTIN    bool   `json:"isGreyGtin"`
	// DBState is there after init only, by the name of the list.
	DBState map[string]DBState `json:"dbState,omitempty"`

	// Ours. Without data the first three are null.
	AgeS        *int64 `json:"age_s"`         // trusted time since DataAt, seconds
	HoursToStop *int64 `json:"hours_to_stop"` // whole hours until sync_error, 0 when there
	DataAt      *int64 `json:"data_at"`       // when the oldest list was issued by the centre, ms
	SoldCount   int64  `json:"sold_count"`    // codes in the sold base
	LastError   string `json:"last_error,omitempty"`
}

// DBState is what is loaded of one list.
type DBState struct {
	DocCount int64 `json:"docCount"`
	Epoch    int64 `json:"epoch"` // ours, as Seq and Issued
	Seq      int64 `json:"seq"`
	Issued   int64 `json:"issued"` // ms
}

// Error is the body of an answer that is no success.
type Error struct {
	ErrorCode int    `json:"errorCode,omitempty"`
	Message   string `json:"message"`
}
