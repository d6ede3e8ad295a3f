package cache

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"kassa/app/feed"

	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// wall is a clock that tests set.
type wall struct {
	mu sync.Mutex
	at time.Time
}

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *wall) add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func open(t *testing.T, dir string, w *wall) *Cache {
	t.Helper()
	c, err := Open(t.Context(), dir, Settings{Now: w.now, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() }) // a second Close of a test that closed it itself
	return c
}

// version is a made-up version of a list: the head that describes the texts, and its entries.
func version(list feed.List, seq int64, issued time.Time, texts ...string) (feed.Head, []feed.Entry) {
	h := feed.Head{Feed: "test", List: list, Format: feed.Format, Epoch: 1, Seq: seq, Issued: issued, ValidUntil: issued.Add(24 * time.Hour),
		Salt: []byte("0123456789abcdef"), HashBits: feed.HashBits}
	var entries []feed.Entry
	for _, text := range texts {
		e := feed.Entry{Key: feed.Hash(h.Salt, list, text), Value: feed.ReasonBlocked}
		entries = append(entries, e)
		h.State.Digest.Add(list, e)
	}
	slices.SortFunc(entries, func(a, b feed.Entry) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	h.State.Count = int64(len(entries))
	return h, entries
}

// blocks hands entries out as a segment reader does.
func blocks(entries []feed.Entry) iter.Seq2[[]feed.Entry, error] {
	return func(yield func([]feed.Entry, error) bool) {
		for block := range slices.Chunk(entries, 7) {
			if !yield(block, nil) {
				return
			}
		}
	}
}

// publish loads one version of both lists.
func publish(t *testing.T, c *Cache, seq int64, issued time.Time, codes, gtins []string) {
	t.Helper()
	var steps []Step
	for list, texts := range map[feed.List][]string{feed.BlockedCIS: codes, feed.BlockedGTIN: gtins} {
		h, entries := version(list, seq, issued, texts...)
		b, err := c.Build(t.Context(), h, blocks(entries))
		require.NoError(t, err)
		steps = append(steps, Step{h, b})
	}
	require.NoError(t, c.Apply(t.Context(), steps))
}

func look(t *testing.T, c *Cache, gtin, serial string) Facts {
	t.Helper()
	v, err := c.View()
	require.NoError(t, err)
	defer v.Close()
	f, err := v.Look(t.Context(), gtin, serial)
	require.NoError(t, err)
	return f
}

const (
	gtinA = "04600000000015"
	gtinB = "04600000000022"
)

func TestAnEmptyFolderAnswersNoChecks(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	_, err := c.View()
	require.ErrorIs(t, err, ErrNotLoaded)
	require.ErrorIs(t, c.Probe(t.Context()), ErrNotLoaded)
	require.Equal(t, State{Lists: map[feed.List]ListState{}}, c.State())
	_, owned := c.Owner()
	require.False(t, owned)
}

func TestCodesAreFoundByCodeByProductAndAsSold(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	publish(t, c, 1, start, []string{feed.Canonical(gtinA, "blocked")}, []string{feed.CanonicalGTIN(gtinB)})
	require.NoError(t, c.Sell(t.Context(), []Item{{gtinA, "gone"}}))
	for name, tc := range map[string]struct {
		gtin, serial string
		want         Facts
	}{
		"a code that nobody knows is free":        {gtinA, "free", Facts{GTIN: gtinA}},
		"a blocked code is blocked":               {gtinA, "blocked", Facts{GTIN: gtinA, Blocked: true}},
		"every code of a blocked GTIN is blocked": {gtinB, "any", Facts{GTIN: gtinB, Blocked: true}},
		"a sold code is sold":                     {gtinA, "gone", Facts{GTIN: gtinA, Sold: true}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, look(t, c, tc.gtin, tc.serial)) })
	}
}

func TestEveryEntryOfALargeVersionIsFoundAfterARestart(t *testing.T) {
	const n = 10_000
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	var codes []string
	for i := range n {
		codes = append(codes, feed.Canonical(gtinA, fmt.Sprint("s", i)))
	}
	publish(t, c, 1, start, codes, nil)
	before := c.State()
	require.NoError(t, c.Close())
	c = open(t, dir, w)
	require.Equal(t, before, c.State())
	require.NoError(t, c.Probe(t.Context()))
	require.NoError(t, c.Verify(t.Context()))
	v, err := c.View()
	require.NoError(t, err)
	defer v.Close()
	for i := range n {
		f, err := v.Look(t.Context(), gtinA, fmt.Sprint("s", i))
		require.NoError(t, err)
		require.True(t, f.Blocked, "code %d", i)
		f, err = v.Look(t.Context(), gtinA, fmt.Sprint("other", i))
		require.NoError(t, err)
		require.False(t, f.Blocked, "code %d", i)
	}
}

func TestASetThatIsNotTheHeadsIsRefusedAndTheOldDataServeOn(t *testing.T) {
	good, entries := version(feed.BlockedCIS, 2, start, "a", "b", "c", "d")
	other := entries[1]
	other.Value++
	for name, tc := range map[string]struct {
		entries []feed.Entry
		err     error
	}{
		"an entry is missing":         {entries[1:], nil},
		"an entry is too many":        {append(slices.Clone(entries), feed.Entry{Key: 1<<64 - 1, Value: 1}), nil},
		"a value differs":             {[]feed.Entry{entries[0], other, entries[2], entries[3]}, nil},
		"the source breaks off":       {entries[:2], feed.ErrDamaged},
		"an entry comes twice":        {append(entries[:3:3], entries[2]), errAny},
		"the set is empty":            {nil, nil},
		"all is there in wrong order": {[]feed.Entry{entries[1], entries[0], entries[2], entries[3]}, errNone},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c := open(t, dir, &wall{at: start})
			publish(t, c, 1, start, []string{feed.Canonical(gtinA, "x")}, nil)
			files := names(t, dir)
			_, err := c.Build(t.Context(), good, func(yield func([]feed.Entry, error) bool) {
				if yield(tc.entries, nil) && tc.err == feed.ErrDamaged {
					yield(nil, tc.err)
				}
			})
			switch tc.err {
			case nil:
				require.ErrorIs(t, err, ErrDigest)
			case errAny:
				require.Error(t, err)
			case errNone:
				require.NoError(t, err)
				return
			default:
				require.ErrorIs(t, err, tc.err)
			}
			require.Equal(t, files, names(t, dir))
			require.True(t, look(t, c, gtinA, "x").Blocked)
		})
	}
}

// What a row of the table above expects besides a known error.
var (
	errAny  = fmt.Errorf("any error")
	errNone = fmt.Errorf("no error")
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	return found
}

func TestAReaderEndsOnItsOwnVersionAndTheOldFilesGoWithIt(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, &wall{at: start})
	publish(t, c, 1, start, []string{feed.Canonical(gtinA, "old")}, nil)
	v, err := c.View()
	require.NoError(t, err)
	publish(t, c, 2, start.Add(time.Minute), []string{feed.Canonical(gtinA, "new")}, nil)
	f, err := v.Look(t.Context(), gtinA, "old")
	require.NoError(t, err)
	require.True(t, f.Blocked, "the reader's own version")
	require.FileExists(t, filepath.Join(dir, "base-blocked_cis-1-1.db"))
	require.False(t, look(t, c, gtinA, "old").Blocked, "a new reader has the new version")
	require.True(t, look(t, c, gtinA, "new").Blocked)
	v.Close()
	require.NoFileExists(t, filepath.Join(dir, "base-blocked_cis-1-1.db"))
	require.NoFileExists(t, filepath.Join(dir, "base-blocked_cis-1-1.flt"))
	require.FileExists(t, filepath.Join(dir, "base-blocked_cis-1-2.db"))
}

func TestTheSameVersionLoadedAgainGetsAnotherName(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, &wall{at: start})
	for range 2 {
		publish(t, c, 1, start, []string{feed.Canonical(gtinA, "x")}, nil)
	}
	require.True(t, look(t, c, gtinA, "x").Blocked)
	require.FileExists(t, filepath.Join(dir, "base-blocked_cis-1-1-2.db"))
	require.NoFileExists(t, filepath.Join(dir, "base-blocked_cis-1-1.db"))
}

func TestANewerHeadOfTheSameSetMakesTheDataYounger(t *testing.T) {
	w := &wall{at: start}
	c := open(t, t.TempDir(), w)
	publish(t, c, 1, start, nil, nil)
	before := c.State()
	w.add(time.Hour)
	var steps []Step
	for _, list := range Lists() {
		h, _ := c.Head(list)
		h.Issued = start.Add(time.Hour)
		steps = append(steps, Step{Head: h})
	}
	require.NoError(t, c.Apply(t.Context(), steps))
	after := c.State()
	require.Equal(t, start.Add(time.Hour), after.DataAt)
	require.Equal(t, start.Add(time.Hour), after.Sync.LastSync)
	require.Equal(t, before.Version, after.Version, "the same data have the same version")
	h, _ := c.Head(feed.BlockedCIS)
	h.Seq++
	require.ErrorIs(t, c.Apply(t.Context(), []Step{{Head: h}}), ErrNotLoaded, "another version needs its set")
}

func TestWhatAKilledRunLeftIsSweptAndADamagedBaseIsDropped(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	publish(t, c, 1, start, []string{feed.Canonical(gtinA, "x")}, nil)
	require.NoError(t, c.Close())
	litter := []string{"base-blocked_cis-1-2.db", "base-blocked_cis-1-2.flt", "base-blocked_cis-1-3.db.tmp"}
	for _, name := range litter {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600))
	}
	c = open(t, dir, w)
	for _, name := range litter {
		require.NoFileExists(t, filepath.Join(dir, name))
	}
	require.True(t, look(t, c, gtinA, "x").Blocked)
	require.NoError(t, c.Close())

	require.NoError(t, os.Truncate(filepath.Join(dir, "base-blocked_cis-1-1.db"), 4096))
	c = open(t, dir, w)
	_, err := c.View()
	require.ErrorIs(t, err, ErrNotLoaded)
	require.Equal(t, []feed.List{feed.BlockedGTIN}, loadedLists(c))
	for range 2 {
		head, loaded := c.Head(feed.BlockedCIS)
		require.False(t, loaded)
		require.EqualValues(t, 1, head.Seq, "what was lost still tells what is too old")
		require.NoError(t, c.Close())
		c = open(t, dir, w)
	}
	publish(t, c, 2, start, []string{feed.Canonical(gtinA, "x")}, nil)
	require.True(t, look(t, c, gtinA, "x").Blocked)
}

func TestAFullDiskIsNoticedBeforehand(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	require.NoError(t, c.Room(1))
	require.ErrorIs(t, c.Room(1<<60), ErrNoRoom)
}

func loadedLists(c *Cache) []feed.List {
	var found []feed.List
	for list := range c.State().Lists {
		found = append(found, list)
	}
	return found
}

func TestAChangedByteIsFoundByVerifyAndTheListIsDropped(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	publish(t, c, 1, start, []string{feed.Canonical(gtinA, "x"), feed.Canonical(gtinA, "y")}, nil)
	require.NoError(t, c.Close())
	path := filepath.Join(dir, "base-blocked_cis-1-1.db")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data[len(data)-6] ^= 1 // within the key of the last cell, which stands at the end of the page
	require.NoError(t, os.WriteFile(path, data, 0o600))
	c = open(t, dir, w)
	require.ErrorIs(t, c.Verify(t.Context()), ErrDigest)
	_, err = c.View()
	require.ErrorIs(t, err, ErrNotLoaded)
}

func TestAMissingOrForeignFilterIsMadeAnew(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"missing": func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
		"a bit is wrong": func(t *testing.T, path string) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			data[len(data)/2] ^= 1
			require.NoError(t, os.WriteFile(path, data, 0o600))
		},
		"cut off": func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 100)) },
		"of another set": func(t *testing.T, path string) {
			f, err := newFilter(1)
			require.NoError(t, err)
			require.NoError(t, f.save(path, feed.Digest{1}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, w := t.TempDir(), &wall{at: start}
			c := open(t, dir, w)
			publish(t, c, 1, start, []string{feed.Canonical(gtinA, "x")}, nil)
			require.NoError(t, c.Close())
			path := filepath.Join(dir, "base-blocked_cis-1-1.flt")
			whole, err := os.ReadFile(path)
			require.NoError(t, err)
			spoil(t, path)
			c = open(t, dir, w)
			require.True(t, look(t, c, gtinA, "x").Blocked)
			again, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, whole, again)
		})
	}
}

func TestTheFilterNeverHidesAKeyAndRarelyAsksInVain(t *testing.T) {
	for _, n := range []int{0, 1, 40, 100_000} {
		f, err := newFilter(int64(n))
		require.NoError(t, err)
		key := func(i int) uint64 { return feed.Hash([]byte("salt"), "test", fmt.Sprint(i)) }
		for i := range n {
			f.add(key(i))
		}
		for i := range n {
			require.True(t, f.mayHave(key(i)), "key %d of %d", i, n)
		}
		wrong := 0
		for i := range 100_000 {
			if f.mayHave(key(n + i)) {
				wrong++
			}
		}
		require.Less(t, wrong, 1000, "of 100000 with %d keys", n)
	}
	_, err := newFilter(-1)
	require.Error(t, err)
	_, err = newFilter(1 << 60)
	require.Error(t, err)
}

func TestLookUpsGoOnWhileVersionsChange(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	// Every version blocks exactly one of the two codes.
	codes := [][]string{{feed.Canonical(gtinA, "even")}, {feed.Canonical(gtinA, "odd")}}
	publish(t, c, 0, start, codes[0], nil)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				v, err := c.View()
				if err != nil {
					t.Error(err)
					return
				}
				even, err1 := v.Look(t.Context(), gtinA, "even")
				odd, err2 := v.Look(t.Context(), gtinA, "odd")
				v.Close()
				if err1 != nil || err2 != nil || even.Blocked == odd.Blocked {
					t.Errorf("even %v %v, odd %v %v", even, err1, odd, err2)
					return
				}
			}
		})
	}
	for seq := int64(1); seq <= 20; seq++ {
		publish(t, c, seq, start, codes[seq%2], nil)
	}
	stop()
	readers.Wait()
}

func TestNoQueryReadsAWholeTable(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	publish(t, c, 1, start, []string{"x"}, []string{"y"})
	g := c.hold()
	defer g.letGo()
	for query, db := range map[string]interface {
		plan(t *testing.T, query string) string
	}{
		selectEntry:                          planner{g.lists[feed.BlockedCIS].base.db},
		selectSold:                           planner{c.sold.read},
		"DELETE FROM sold WHERE sold_at < ?": planner{c.sold.write},
	} {
		got := db.plan(t, query)
		require.Contains(t, got, "SEARCH", query)
		require.NotContains(t, got, "SCAN", query)
	}
}

func TestAnotherProcessesFolderIsRefused(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	_, err := Open(t.Context(), dir, Settings{Now: w.now, Log: slog.New(slog.DiscardHandler)})
	require.ErrorIs(t, err, ErrInUse)
	require.NoError(t, c.Close())
	open(t, dir, w)
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	_, err := c.control.db.ExecContext(t.Context(), "PRAGMA user_version = 99")
	require.NoError(t, err)
	require.NoError(t, c.Close())
	_, err = Open(t.Context(), dir, Settings{Now: w.now, Log: slog.New(slog.DiscardHandler)})
	require.ErrorIs(t, err, ErrNewer)
}

func TestSecretsAreReadableByTheOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, &wall{at: start})
	for _, name := range []string{controlFile, controlFile + "-wal", localFile, lockName} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
}

func TestMemoryOfManySwitchesIsGivenBack(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	for seq := int64(1); seq <= 10; seq++ {
		publish(t, c, seq, start, []string{rand.Text()}, nil)
		g := c.hold()
		b := g.lists[feed.BlockedCIS].base
		require.EqualValues(t, 1, b.holders.Load())
		require.EqualValues(t, slots, b.db.Stats().OpenConnections, "one connection for each slot and no more")
		g.letGo()
		publish(t, c, seq, start, []string{rand.Text()}, nil)
		require.Zero(t, b.db.Stats().OpenConnections, "all connections of the old version are closed")
	}
}
