package server

import (
	"context"
	"errors"
	"time"

	"kassa/localmodule/cache"
)

// How often the data are looked after.
const (
	probeEvery  = 10 * time.Second
	timeEvery   = time.Minute
	forgetEvery = 24 * time.Hour
	verifyEvery = 7 * 24 * time.Hour // engine.md §4.4
)

// keep looks after the data until the context ends: live look-ups, trusted time, old sold codes, and the
// digest of the active bases, first of all at the start, which may have followed a power cut.
func (s *Server) keep(ctx context.Context) {
	probe, clock, forget := time.NewTicker(probeEvery), time.NewTicker(timeEvery), time.NewTicker(forgetEvery)
	defer probe.Stop()
	defer clock.Stop()
	defer forget.Stop()
	verify := time.NewTimer(0)
	defer verify.Stop()
	s.forgetSold(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.cache.Changes():
			s.Probe(ctx)
		case <-probe.C:
			s.Probe(ctx)
		case <-clock.C:
			if err := s.cache.KeepTime(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("trusted time was not stored", "error", err)
			}
		case <-forget.C:
			s.forgetSold(ctx)
		case <-verify.C:
			s.verify(ctx)
			verify.Reset(verifyEvery)
		}
	}
}

func (s *Server) forgetSold(ctx context.Context) {
	n, err := s.cache.ForgetSold(ctx, false)
	switch {
	case err != nil && ctx.Err() == nil:
		s.log.Error("old sold codes were not forgotten", "error", err)
	case n > 0:
		s.log.Info("old sold codes forgotten", "count", n)
	}
}

// verify compares the bases with their signed digests. A list that differs is dropped and loaded again.
func (s *Server) verify(ctx context.Context) {
	err := s.cache.Verify(ctx)
	if err == nil || ctx.Err() != nil || errors.Is(err, cache.ErrNotLoaded) {
		return
	}
	s.log.Error("a list on the disk is damaged and is loaded again", "error", err)
	if s.sync != nil {
		s.sync.Kick()
	}
}
