package api

import (
	"bytes"
	"strconv"
)

// Paths of version 1 that a till uses. outCheck is a POST, in the oldest modules a GET with ?cis=.
const (
	PathStatusV1   = "/api/v1/status"
	PathOutCheckV1 = "/api/v1/cis/outCheck"
)

// OutCheckAnswerV1 is the answer of outCheck in version 1: one reqId for the whole call. Its request is a
// CISList. Source: marking-check §4.5.
type OutCheckAnswerV1 struct {
	Code         int           `json:"code"`
	Description  string        `json:"description"`
	ReqID        string        `json:"reqId"`
	ReqTimestamp int64         `json:"reqTimestamp"` // ms, UTC
	Inst         string        `json:"inst"`
	Version      string        `json:"version,omitempty"`
	Ver          string        `json:"ver,omitempty"` // the name of Version before guide v10
	Codes        []CodeFactsV1 `json:"codes,omitempty"`
}

// CodeFactsV1 is what a module of version 1 knows of one code.
type CodeFactsV1 struct {
	CIS        string `json:"cis"`
	PrintView  string `json:"printView,omitempty"`
	GTIN       string `json:"gtin"`
	IsBlocked  *bool  `json:"isBlocked"`
	IsGreyGTIN bool   `json:"isGreyGtin"`
	Sold       bool   `json:"sold"` // came with guide v12; absent: that module keeps no list of sold codes
	MRP        *Price `json:"mrp,omitempty"`
	SMP        *Price `json:"smp,omitempty"`
}

// StatusV1 is the answer of GET status in version 1. Source: marking-check §4.5.
type StatusV1 struct {
	Version           string                 `json:"version"`
	Status            string                 `json:"status"`
	OperationMode     string                 `json:"operationMode"`
	Inst              string                 `json:"inst"`
	INN               string                 `json:"inn"`
	DBVersion         string                 `json:"dbVersion"`
	LastUpdate        Count                  `json:"lastUpdate"` // ms
	LastSync          Count                  `json:"lastSync"`   // ms
	RequiresDownload  bool                   `json:"requiresDownload"`
	ReplicationStatus map[string]Replication `json:"replicationStatus"` // blocked_cis, blocked_gtin, cis, blocked_series
}

// Replication says how far one list is loaded.
type Replication struct {
	LocalDocCount  Count `json:"localDocCount"`
	ServerDocCount Count `json:"serverDocCount"`
	TimeLag        Count `json:"timeLag"`
}

// Count is a number of a status that may not be known: the string "unknown" stands in its place.
type Count struct {
	N     int64
	Known bool
}

// MarshalJSON writes "unknown" for a number that is not known.
func (c Count) MarshalJSON() ([]byte, error) {
	if !c.Known {
		return []byte(`"unknown"`), nil
	}
	return strconv.AppendInt(nil, c.N, 10), nil
}

// UnmarshalJSON takes whatever is no whole number for unknown: one odd number must not spoil a status.
func (c *Count) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(b, `"`)), 10, 64)
	*c = Count{}
	if err == nil {
		*c = Count{N: n, Known: true}
	}
	return nil
}
