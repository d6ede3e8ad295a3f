package upstream

import (
	"context"
	"time"

	"kassa/app/feed"
)

// Upstream is a source of the lists.
type Upstream interface {
	// Sync brings the lists up to date; when it returns without an error, look-ups see the newest version.
	// full loads everything anew. progress may be nil; it is called from the same goroutine.
	Sync(ctx context.Context, full bool, progress func(Progress)) (Result, error)
}

// Progress is how far a sync has come.
type Progress struct {
	Phase string    `json:"phase"` // download, build
	List  feed.List `json:"list"`
	Done  int64     `json:"done"`  // bytes, entries
	Total int64     `json:"total"` // of the same
}

// Phases of Progress.
const (
	PhaseDownload = "download"
	PhaseBuild    = "build"
)

// Result is what a sync has done.
type Result struct {
	Lists     []ListResult  `json:"lists"`
	Bytes     int64         `json:"bytes"` // of objects that were loaded
	NextAfter time.Duration `json:"-"`     // the centre's pace
}

// ListResult is the version of a list that serves now.
type ListResult struct {
	List    feed.List `json:"list"`
	Epoch   int64     `json:"epoch"`
	Seq     int64     `json:"seq"`
	Count   int64     `json:"count"`
	Changed bool      `json:"changed"`
}
