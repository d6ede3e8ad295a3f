package cache

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"kassa/app/feed"
)

// Step takes one list to the version of a verified head.
type Step struct {
	Head feed.Head
	Base *Built // nil: the set is the one that is loaded, only the head is newer
}

// Apply switches to new versions of lists: one commit for all of them, then new look-ups see them. Every
// new base has answered a live look-up before. A reader that is under way ends on the old version, whose
// files are deleted when the last one has left. The moment of the call becomes LastSync. When Apply fails
// the old version serves on.
func (c *Cache) Apply(ctx context.Context, steps []Step) error {
	c.switching.Lock()
	defer c.switching.Unlock()
	next, opened, err := c.next(ctx, steps)
	if err != nil {
		errs := []error{fmt.Errorf("apply: %w", err)}
		for _, b := range opened {
			errs = append(errs, b.close())
		}
		for _, s := range steps {
			if s.Base != nil {
				errs = append(errs, c.Discard(s.Base))
			}
		}
		return errors.Join(errs...)
	}
	at := c.Now()
	// From here on it is not given up half-way.
	if err := c.commit(context.WithoutCancel(ctx), steps, next, at); err != nil {
		errs := []error{fmt.Errorf("apply: %w", err)}
		for _, b := range opened {
			errs = append(errs, b.close())
		}
		// The files stay: a commit whose answer was an error may have happened all the same. The next start
		// reads which version is in force and sweeps the other.
		return errors.Join(errs...)
	}
	c.mu.Lock()
	c.sync.LastSync, c.sync.LastError = at, ""
	for _, s := range steps {
		c.heads[s.Head.List] = s.Head
	}
	c.mu.Unlock()
	c.become(next)
	return nil
}

// next opens what the steps lead to. The bases that it opened belong to the caller, also with an error.
func (c *Cache) next(ctx context.Context, steps []Step) (lists map[feed.List]loaded, opened []*base, err error) {
	g := c.current.Load()
	if g == nil {
		return nil, nil, ErrNotLoaded
	}
	lists = maps.Clone(g.lists)
	for _, s := range steps {
		list := s.Head.List
		if s.Base == nil {
			l, have := lists[list]
			if !have || l.head.Epoch != s.Head.Epoch || l.head.Seq != s.Head.Seq || l.head.State != s.Head.State {
				return nil, opened, fmt.Errorf("%s %d/%d without its set: %w", list, s.Head.Epoch, s.Head.Seq, ErrNotLoaded)
			}
			lists[list] = loaded{s.Head, l.base}
			continue
		}
		b, err := openBase(ctx, c.dir, s.Base.file, s.Head, s.Base.bytes, c.log)
		if err != nil {
			return nil, opened, err
		}
		opened = append(opened, b)
		if err := b.probe(ctx); err != nil {
			return nil, opened, err
		}
		lists[list] = loaded{s.Head, b}
	}
	return lists, opened, nil
}

func (c *Cache) commit(ctx context.Context, steps []Step, next map[feed.List]loaded, at time.Time) error {
	changed := map[feed.List]loaded{}
	var newest time.Time
	for _, s := range steps {
		changed[s.Head.List] = next[s.Head.List]
		if s.Head.Issued.After(newest) {
			newest = s.Head.Issued
		}
	}
	return c.control.setLists(ctx, changed, at, c.clock.raise(newest))
}

// become makes lists the current generation. The caller has switching.
func (c *Cache) become(lists map[feed.List]loaded) {
	old := c.current.Load()
	for name, l := range old.lists {
		if lists[name].base != l.base {
			l.base.obsolete.Store(true)
		}
	}
	c.current.Store(newGeneration(lists))
	old.letGo()
	select {
	case c.changes <- struct{}{}:
	default: // a notice is waiting already
	}
}

// drop gives up a base whose data turned out to be wrong, unless another has replaced it meanwhile: no
// checks until its list is loaded again.
func (c *Cache) drop(ctx context.Context, list feed.List, wrong *base) error {
	c.switching.Lock()
	defer c.switching.Unlock()
	g := c.current.Load()
	if g == nil || g.lists[list].base != wrong {
		return nil
	}
	if err := c.control.dropList(ctx, list); err != nil {
		return err
	}
	lists := maps.Clone(g.lists)
	delete(lists, list)
	c.become(lists)
	return nil
}

// SyncStarted notes that a sync begins.
func (c *Cache) SyncStarted(ctx context.Context) error {
	at := c.Now()
	if err := c.control.setSyncStarted(ctx, at); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sync.LastUpdate = at
	return nil
}

// SyncFailed notes why the last sync did not come to its end.
func (c *Cache) SyncFailed(ctx context.Context, why string) error {
	if err := c.control.setSyncFailed(ctx, why); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sync.LastError = why
	return nil
}
