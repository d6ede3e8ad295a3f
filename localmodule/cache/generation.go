package cache

import (
	"fmt"
	"sync/atomic"
	"time"

	"kassa/app/feed"

	"github.com/google/uuid"
)

// loaded is a list in use. head is the newest one that describes base: a centre signs anew without a change.
type loaded struct {
	head feed.Head
	base *base
}

// generation is one consistent set of lists. It never changes; a switch puts another one in its place, and
// the old one lets its bases go when its last reader has left.
type generation struct {
	lists   map[feed.List]loaded
	version string
	dataAt  time.Time // when the oldest list was issued

	refs atomic.Int64 // readers, and one for being the current one
}

// newGeneration holds the bases and is held once by its maker.
func newGeneration(lists map[feed.List]loaded) *generation {
	g := &generation{lists: lists, version: versionOf(lists)}
	for _, l := range lists {
		l.base.hold()
		if g.dataAt.IsZero() || l.head.Issued.Before(g.dataAt) {
			g.dataAt = l.head.Issued
		}
	}
	g.refs.Store(1)
	return g
}

// whole tells whether every list is loaded.
func (g *generation) whole() bool { return len(g.lists) == len(Lists()) }

// hold fails only for a generation that was let go by all.
func (g *generation) hold() bool {
	for {
		n := g.refs.Load()
		if n == 0 {
			return false
		}
		if g.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (g *generation) letGo() {
	if g.refs.Add(-1) > 0 {
		return
	}
	for _, l := range g.lists {
		l.base.letGo()
	}
}

// versions is the name space of the version's UUIDs.
var versions = uuid.MustParse("6f3f2f0c-6d0c-4c58-9d8d-0d9d8b1c7a55")

// versionOf names the black list's version: equal data have equal names on every module, so that a receipt
// can cite what allowed the sale.
func versionOf(lists map[feed.List]loaded) string {
	var text []byte
	for _, list := range Lists() {
		if l, have := lists[list]; have {
			text = fmt.Appendf(text, "%s %s %d %d %s\n", l.head.Feed, list, l.head.Epoch, l.head.Seq, l.head.State.Digest)
		}
	}
	return uuid.NewSHA1(versions, text).String()
}
