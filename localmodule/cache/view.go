package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kassa/app/feed"
)

// View is one consistent version of the data for the time of a request. Close it.
type View struct {
	g    *generation
	sold *sold
}

// Facts are what the folder knows of one code.
type Facts struct {
	GTIN    string
	Blocked bool // by КИ or by GTIN
	Sold    bool // in this shop, in the last 30 days
}

// View takes the current version. ErrNotLoaded while a list is missing.
func (c *Cache) View() (*View, error) {
	g := c.hold()
	if g == nil {
		return nil, ErrNotLoaded
	}
	if !g.whole() {
		g.letGo()
		return nil, ErrNotLoaded
	}
	return &View{g: g, sold: c.sold}, nil
}

// hold takes the current generation; nil after Close.
func (c *Cache) hold() *generation {
	for {
		g := c.current.Load()
		if g == nil || g.hold() {
			return g
		}
	}
}

// Close gives the version back.
func (v *View) Close() { v.g.letGo() }

// Version is the UUID of the black list's version.
func (v *View) Version() string { return v.g.version }

// DataAt is when the oldest list of this version was issued by the centre.
func (v *View) DataAt() time.Time { return v.g.dataAt }

// Look finds what is known of a code. gtin has 14 digits, serial is as in the code.
func (v *View) Look(ctx context.Context, gtin, serial string) (Facts, error) {
	f := Facts{GTIN: gtin}
	code := feed.Canonical(gtin, serial)
	blocked, err := v.has(ctx, feed.BlockedCIS, code)
	if err == nil && !blocked {
		blocked, err = v.has(ctx, feed.BlockedGTIN, feed.CanonicalGTIN(gtin))
	}
	if err != nil {
		return Facts{}, err
	}
	f.Blocked = blocked
	f.Sold, err = v.sold.isSold(ctx, code)
	return f, err
}

func (v *View) has(ctx context.Context, list feed.List, canonical string) (bool, error) {
	b := v.g.lists[list].base
	_, found, err := b.lookup(ctx, feed.Hash(b.salt, list, canonical))
	return found, err
}

// Probe makes live look-ups past the filters: a key that is in each base is found and another is not.
// ErrNotLoaded while a list is missing.
func (c *Cache) Probe(ctx context.Context) error {
	v, err := c.View()
	if err != nil {
		return err
	}
	defer v.Close()
	for _, l := range v.g.lists {
		if err := l.base.probe(ctx); err != nil {
			return err
		}
	}
	if _, err := v.sold.asks(ctx, ""); err != nil {
		return fmt.Errorf("probe sold base: %w", err)
	}
	return nil
}

// Verify reads every active base to its end and compares it with its signed head. A list that differs is
// dropped and ErrDigest reported. It takes seconds for millions of codes; look-ups go on meanwhile.
func (c *Cache) Verify(ctx context.Context) error {
	g := c.hold()
	if g == nil {
		return ErrNotLoaded
	}
	defer g.letGo()
	for list, l := range g.lists {
		err := l.base.verify(ctx)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errors.Join(fmt.Errorf("verify %s: %w", list, err), c.drop(ctx, list, l.base))
	}
	return nil
}

// ListState is what is loaded of one list.
type ListState struct {
	Count      int64
	Epoch, Seq int64
	Issued     time.Time
}

// State is what the folder holds, from memory: no table is read.
type State struct {
	Whole   bool // every list is loaded
	Version string
	DataAt  time.Time // when the oldest list was issued; zero without data
	Lists   map[feed.List]ListState
	Sold    int64
	Sync    SyncState
}

// State tells what the folder holds.
func (c *Cache) State() State {
	c.mu.Lock()
	s := State{Sync: c.sync, Sold: c.sold.size(), Lists: map[feed.List]ListState{}}
	c.mu.Unlock()
	g := c.hold()
	if g == nil {
		return s
	}
	defer g.letGo()
	s.Whole, s.DataAt = g.whole(), g.dataAt
	if s.Whole {
		s.Version = g.version
	}
	for list, l := range g.lists {
		s.Lists[list] = ListState{Count: l.head.State.Count, Epoch: l.head.Epoch, Seq: l.head.Seq, Issued: l.head.Issued}
	}
	return s
}

// Head is the last applied head of a list: nothing older is to be believed. loaded is false when its set
// was lost since and has to be loaded again.
func (c *Cache) Head(list feed.List) (head feed.Head, loaded bool) {
	c.mu.Lock()
	head = c.heads[list]
	c.mu.Unlock()
	g := c.hold()
	if g == nil {
		return head, false
	}
	defer g.letGo()
	_, loaded = g.lists[list]
	return head, loaded
}

// Item is a code taken apart: GTIN of 14 digits and serial.
type Item struct{ GTIN, Serial string }

func canonical(items []Item) []string {
	codes := make([]string, len(items))
	for i, it := range items {
		codes[i] = feed.Canonical(it.GTIN, it.Serial)
	}
	return codes
}

// Sell remembers codes as sold. It is on the disk when Sell returns; a second sale of a code changes nothing.
func (c *Cache) Sell(ctx context.Context, items []Item) error {
	return c.sold.add(ctx, canonical(items), c.Now())
}

// Return forgets codes, and tells for each whether it was there.
func (c *Cache) Return(ctx context.Context, items []Item) ([]bool, error) {
	return c.sold.remove(ctx, canonical(items))
}

// ForgetSold deletes what was sold over 30 days ago; all of it when asked to. It tells how many.
func (c *Cache) ForgetSold(ctx context.Context, all bool) (int64, error) {
	if all {
		return c.sold.forgetBefore(ctx, time.Time{})
	}
	return c.sold.forgetBefore(ctx, c.Now().Add(-SoldFor))
}
