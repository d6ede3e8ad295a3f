package server

import (
	"context"
	"errors"
	"sync"
	"time"

	"kassa/app/feed"
	"kassa/localmodule/api"
	"kassa/localmodule/cache"
)

// health is what the last live look-up has shown.
type health struct {
	mu     sync.Mutex // guards the two below
	probed bool       // a probe has worked at least once
	err    error      // of the last probe, or of a check since then
}

func (h *health) set(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
	if err == nil {
		h.probed = true
	}
}

func (h *health) get() (probed bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.probed, h.err
}

// Probe makes a live look-up and remembers how it went.
func (s *Server) Probe(ctx context.Context) {
	err := s.cache.Probe(ctx)
	if ctx.Err() != nil {
		return // our own end is no fault of the data
	}
	if errors.Is(err, cache.ErrNotLoaded) {
		return // initialization says so already
	}
	if _, before := s.health.get(); err != nil && before == nil {
		s.log.Error("look-ups do not work", "error", err)
	}
	s.health.set(err)
}

// state gives the word for status and what it was worked out from.
func (s *Server) state() (string, cache.State) {
	data := s.cache.State()
	probed, err := s.health.get()
	_, owned := s.cache.Owner()
	switch {
	case !owned:
		return api.StatusNotConfigured, data
	case !data.Whole, err == nil && !probed:
		return api.StatusInitialization, data
	case err != nil:
		return api.StatusFailure, data
	case s.left(data) <= 0:
		return api.StatusSyncError, data
	}
	return api.StatusReady, data
}

// left is how long data may still be used; 0 or less: not any more.
func (s *Server) left(data cache.State) time.Duration {
	from := data.DataAt
	if data.Sync.LastSync.Before(from) {
		from = data.Sync.LastSync
	}
	return from.Add(feed.UsableFor).Sub(s.cache.Now())
}

// Status is the module's word about itself. It reads no table.
func (s *Server) Status() api.Status {
	name, data := s.state()
	st := api.Status{
		Version: Version, Status: name, ServiceURL: s.url, OperationMode: "active",
		Name:       "regime", // the product name that v2 clients have always been told
		LastUpdate: milli(data.Sync.LastUpdate), LastSync: milli(data.Sync.LastSync),
		DBVersion: data.Version, SoldCount: data.Sold, LastError: data.Sync.LastError,
	}
	owner, owned := s.cache.Owner()
	if !owned {
		return st
	}
	st.Inst, st.INN = owner.Inst, owner.INN
	st.DBState = map[string]api.DBState{}
	for _, list := range cache.Lists() {
		l := data.Lists[list] // zero while it is not loaded
		st.DBState[string(list)] = api.DBState{DocCount: l.Count, Epoch: l.Epoch, Seq: l.Seq, Issued: milli(l.Issued)}
	}
	if data.Whole {
		at := data.DataAt.UnixMilli()
		age := int64(max(0, s.cache.Now().Sub(data.DataAt)) / time.Second)
		hours := int64(max(0, s.left(data)) / time.Hour)
		st.DataAt, st.AgeS, st.HoursToStop = &at, &age, &hours
	}
	return st
}

// milli is an instant on the wire; 0 is none.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
