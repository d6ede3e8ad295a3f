package upstream_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kassa/app/feed"
	"kassa/localmodule/cache"
	"kassa/localmodule/cache/cachetest"
	"kassa/localmodule/upstream"
	"kassa/localmodule/upstream/feedtest"

	"github.com/stretchr/testify/require"
)

const gtin = "04600000000015"

var start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// bench is a centre, a folder and the feed between them, on one clock.
type bench struct {
	*testing.T
	mu     sync.Mutex // guards at
	at     time.Time
	centre *feedtest.Centre
	cache  *cache.Cache
	feed   *upstream.Feed
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t, at: start}
	b.centre = feedtest.New(t, b.now)
	var err error
	b.cache, err = cache.Open(t.Context(), t.TempDir(), cache.Settings{Now: b.now, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.cache.Close()) })
	b.feed = b.newFeed(b.centre.URL)
	return b
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

func (b *bench) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = b.at.Add(d)
}

func (b *bench) newFeed(url string) *upstream.Feed {
	f, err := upstream.NewFeed(upstream.FeedSettings{URL: url, Cache: b.cache, Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	b.Cleanup(f.Close)
	return f
}

func (b *bench) sync(full bool) (upstream.Result, error) { return b.feed.Sync(b.Context(), full, nil) }

func (b *bench) blocked(serial string) bool {
	b.Helper()
	v, err := b.cache.View()
	require.NoError(b, err)
	defer v.Close()
	f, err := v.Look(b.Context(), gtin, serial)
	require.NoError(b, err)
	return f.Blocked
}

func (b *bench) files(prefix string) []string {
	entries, err := os.ReadDir(b.cache.Dir())
	require.NoError(b, err)
	var found []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			found = append(found, e.Name())
		}
	}
	return found
}

func TestASyncTakesTheNewestVersionAndTheNextOneOnlyWhatIsNew(t *testing.T) {
	b := newBench(t)
	seq := b.centre.Publish([]string{feed.Canonical(gtin, "bad")}, []string{feed.CanonicalGTIN("04600000000022")})
	var phases []string
	r, err := b.feed.Sync(t.Context(), false, func(p upstream.Progress) { phases = append(phases, p.Phase+" "+string(p.List)) })
	require.NoError(t, err)
	require.Equal(t, []upstream.ListResult{
		{List: feed.BlockedCIS, Epoch: 1, Seq: seq, Count: 1, Changed: true},
		{List: feed.BlockedGTIN, Epoch: 1, Seq: seq, Count: 1, Changed: true}}, r.Lists)
	require.Equal(t, 15*time.Minute, r.NextAfter)
	require.Subset(t, phases, []string{"download blocked_cis", "build blocked_cis", "download blocked_gtin", "build blocked_gtin"})
	require.True(t, b.blocked("bad"))
	require.False(t, b.blocked("good"))
	require.Empty(t, b.files("part-"), "a finished download leaves nothing")

	b.wait(time.Hour)
	before := len(b.centre.Asked())
	r, err = b.sync(false)
	require.NoError(t, err)
	require.False(t, r.Lists[0].Changed || r.Lists[1].Changed)
	require.Equal(t, []string{"/feed/v1/blocked_cis/head", "/feed/v1/blocked_gtin/head"}, b.centre.Asked()[before:])
	require.Equal(t, b.now(), b.cache.State().DataAt, "a head signed anew makes the data younger")

	r, err = b.sync(true)
	require.NoError(t, err)
	require.True(t, r.Lists[0].Changed && r.Lists[1].Changed, "full loads everything anew")
	require.True(t, b.blocked("bad"))

	b.centre.Publish(nil, nil)
	_, err = b.sync(false)
	require.NoError(t, err)
	require.False(t, b.blocked("bad"), "what is no longer listed is free")
}

func TestTheTokenGoesToTheUpstreamOnlyAndRedirectsAreNotFollowed(t *testing.T) {
	b := newBench(t)
	require.NoError(t, b.cache.Init(t.Context(), cache.Owner{INN: "7700000009", Login: "till", Password: cachetest.Hash(t, "correct horse"), Token: "t0ken"}))
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("followed a redirect") }))
	defer other.Close()
	b.centre.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("X-API-KEY") != "t0ken" {
			t.Errorf("token %q", r.Header.Get("X-API-KEY"))
		}
		http.Redirect(w, r, other.URL, http.StatusFound)
		return true
	})
	_, err := b.sync(false)
	var status *upstream.StatusError
	require.ErrorAs(t, err, &status)
	require.Equal(t, http.StatusFound, status.Status)
}

// Every row makes the centre lie in one way, after a good sync. The lie is refused and the old data serve on.
func TestALyingUpstreamIsRefusedAndOldDataServeOn(t *testing.T) {
	onHead := func(answer func(b *bench, list feed.List) any) func(*bench) {
		return func(b *bench) {
			b.centre.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
				list, isHead := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/feed/v1/"), "/head")
				if isHead {
					writeJSON(w, answer(b, feed.List(list)))
				}
				return isHead
			})
		}
	}
	onObject := func(change func([]byte) []byte) func(*bench) {
		return func(b *bench) {
			_, data := b.centre.Object(feed.BlockedCIS)
			b.centre.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.URL.Path, "/objects/") {
					_, _ = w.Write(change(bytes.Clone(data)))
					return true
				}
				return false
			})
		}
	}
	change := func(edit func(*feed.Head)) func(*bench) {
		return func(b *bench) {
			b.centre.Change(func(h *feed.Head) {
				if h.List == feed.BlockedCIS {
					edit(h)
				}
			})
		}
	}
	for name, tc := range map[string]struct {
		lie  func(*bench)
		want error
	}{
		"a changed body": {onHead(func(b *bench, list feed.List) any {
			s := b.centre.Head(list)
			s.Body = bytes.Replace(s.Body, []byte(`"count":1`), []byte(`"count":2`), 1)
			return s
		}), feed.ErrSignature},
		"a head by a stranger's key": {func(b *bench) { b.centre.SetHeadKey(b.centre.NewKey()) }, feed.ErrUnknownKey},
		"keys by a stranger's root":  {func(b *bench) { b.feed = b.newFeed(feedtest.New(b.T, b.now).URL) }, feed.ErrUnknownKey},
		"an older version":           {change(func(h *feed.Head) { h.Seq, h.Snapshot.Seq = 1, 1 }), feed.ErrRollback},
		"an older time":              {change(func(h *feed.Head) { h.Issued = start.Add(-time.Hour) }), feed.ErrRollback},
		"a head that has ended": {change(func(h *feed.Head) {
			h.Issued, h.ValidUntil = h.Issued.Add(-time.Minute), h.Issued
		}), feed.ErrFrozen},
		"another feed's head":                {change(func(h *feed.Head) { h.Feed = "other" }), feed.ErrWrongFeed},
		"another list's head":                {onHead(func(b *bench, _ feed.List) any { return b.centre.Head(feed.BlockedGTIN) }), feed.ErrWrongFeed},
		"a state that the set does not have": {change(func(h *feed.Head) { h.State.Digest[0]++; h.Snapshot.State = h.State }), cache.ErrDigest},
		"a count that the set does not have": {change(func(h *feed.Head) { h.State.Count++; h.Snapshot.Count++; h.Snapshot.State = h.State }), cache.ErrDigest},
		"a new version as steps only":        {change(func(h *feed.Head) { h.Snapshot.Seq-- }), upstream.ErrStepsOnly},
		"an object over every limit":         {change(func(h *feed.Head) { h.Snapshot.Bytes = 1 << 40 }), upstream.ErrTooLarge},
		"an object longer than told":         {onObject(func(d []byte) []byte { return append(d, 0) }), upstream.ErrTooLarge},
		"an object cut off":                  {onObject(func(d []byte) []byte { return d[:len(d)-1] }), upstream.ErrObject},
		"an object with a wrong bit":         {onObject(func(d []byte) []byte { d[len(d)/2] ^= 1; return d }), upstream.ErrObject},
		"another list's object": {func(b *bench) {
			o, _ := b.centre.Object(feed.BlockedGTIN)
			change(func(h *feed.Head) { h.Snapshot.Object = o })(b)
		}, feed.ErrWrongFeed},
		"an object that is no segment": {func(b *bench) {
			o := b.centre.AddObject([]byte("no segment"))
			change(func(h *feed.Head) { h.Snapshot.Object = o })(b)
		}, feed.ErrFormat},
		"an endless head": {func(b *bench) {
			b.centre.Spoil(func(w http.ResponseWriter, _ *http.Request) bool { _, _ = io.CopyN(w, zeros{}, 1<<20); return true })
		}, upstream.ErrTooLarge},
		"a head that is no JSON": {func(b *bench) {
			b.centre.Spoil(func(w http.ResponseWriter, _ *http.Request) bool { _, _ = io.WriteString(w, "<html>"); return true })
		}, feed.ErrFormat},
		"a 500": {func(b *bench) {
			b.centre.Spoil(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(500); return true })
		}, errStatus},
		"a connection that breaks in the head": {func(b *bench) {
			b.centre.Spoil(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
		}, errAny},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.centre.Publish([]string{feed.Canonical(gtin, "old")}, nil)
			_, err := b.sync(false)
			require.NoError(t, err)
			before := b.cache.State()
			bases := b.files("base-")
			b.wait(time.Hour)
			b.centre.Publish([]string{feed.Canonical(gtin, "new")}, nil)
			tc.lie(b)
			_, err = b.sync(false)
			switch tc.want {
			case errAny:
				require.Error(t, err)
			case errStatus:
				var status *upstream.StatusError
				require.ErrorAs(t, err, &status)
			default:
				require.ErrorIs(t, err, tc.want)
			}
			require.True(t, b.blocked("old"))
			require.False(t, b.blocked("new"))
			require.Equal(t, bases, b.files("base-"), "no half-made file stays")
			after := b.cache.State()
			require.NotEmpty(t, after.Sync.LastError)
			require.Equal(t, b.now(), after.Sync.LastUpdate)
			before.Sync.LastError, before.Sync.LastUpdate = after.Sync.LastError, after.Sync.LastUpdate
			require.Equal(t, before, after, "all else is as before")

			b.centre.Spoil(nil)
			b.centre.Change(nil)
			if name == "a head by a stranger's key" {
				b.centre.Rotate(nil)
			}
			if name == "keys by a stranger's root" {
				b.feed = b.newFeed(b.centre.URL)
			}
			_, err = b.sync(false)
			require.NoError(t, err, "an honest answer heals")
			require.True(t, b.blocked("new"))
		})
	}
}

// What a row of the table above expects besides a known error.
var (
	errAny    = io.ErrNoProgress
	errStatus = http.ErrNotSupported
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestABrokenDownloadIsResumedWhereItEnded(t *testing.T) {
	b := newBench(t)
	var codes []string
	for i := range 3000 {
		codes = append(codes, feed.Canonical(gtin, strings.Repeat("x", i%7)+string(rune('a'+i%26))+time.Duration(i).String()))
	}
	b.centre.Publish(codes, nil)
	object, data := b.centre.Object(feed.BlockedCIS)
	half := len(data) / 2
	b.centre.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/feed/v1/objects/"+object.Name {
			return false
		}
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(data[:half])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	_, err := b.sync(false)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	info, err := os.Stat(filepath.Join(b.cache.Dir(), "part-"+object.Name))
	require.NoError(t, err)
	require.EqualValues(t, half, info.Size())

	b.centre.Spoil(nil)
	_, err = b.sync(false)
	require.NoError(t, err)
	require.Contains(t, b.centre.Asked(), "/feed/v1/objects/"+object.Name+" bytes="+itoa(half)+"-")
	require.EqualValues(t, len(codes), b.cache.State().Lists[feed.BlockedCIS].Count)
}

func TestAPartThatCannotBeResumedIsStartedAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		part  func(data []byte) []byte
		spoil func(data []byte) func(http.ResponseWriter, *http.Request) bool
		fails bool // at the first attempt, which removes the part; the second succeeds
	}{
		"the server answers with the whole": {
			part: func(d []byte) []byte { return d[:10] },
			spoil: func(data []byte) func(http.ResponseWriter, *http.Request) bool {
				return func(w http.ResponseWriter, r *http.Request) bool {
					if r.Header.Get("Range") == "" {
						return false
					}
					_, _ = w.Write(data)
					return true
				}
			}},
		"the server resumes elsewhere": {
			part: func(d []byte) []byte { return d[:10] },
			spoil: func(data []byte) func(http.ResponseWriter, *http.Request) bool {
				return func(w http.ResponseWriter, r *http.Request) bool {
					if r.Header.Get("Range") == "" {
						return false
					}
					w.Header().Set("Content-Range", "bytes 5-9/10")
					w.WriteHeader(http.StatusPartialContent)
					return true
				}
			}, fails: true},
		"the part has zeros at its end":   {part: func(d []byte) []byte { return make([]byte, len(d)-3) }, fails: true},
		"the part is whole but wrong":     {part: func(d []byte) []byte { return make([]byte, len(d)) }, fails: true},
		"the part is longer than allowed": {part: func(d []byte) []byte { return make([]byte, len(d)+5) }, fails: true},
		"the part is whole":               {part: func(d []byte) []byte { return d }},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.centre.Publish([]string{feed.Canonical(gtin, "bad")}, nil)
			object, data := b.centre.Object(feed.BlockedCIS)
			require.NoError(t, os.WriteFile(filepath.Join(b.cache.Dir(), "part-"+object.Name), tc.part(bytes.Clone(data)), 0o600))
			if tc.spoil != nil {
				b.centre.Spoil(tc.spoil(data))
			}
			_, err := b.sync(false)
			if tc.fails {
				require.Error(t, err)
				_, err = b.sync(false)
			}
			require.NoError(t, err)
			require.True(t, b.blocked("bad"))
		})
	}
}

func TestADownloadThatStallsIsGivenUp(t *testing.T) {
	b := newBench(t)
	b.centre.Publish([]string{feed.Canonical(gtin, "bad")}, nil)
	_, data := b.centre.Object(feed.BlockedCIS)
	b.centre.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/objects/") {
			return false
		}
		_, _ = w.Write(data[:5])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return true
	})
	f, err := upstream.NewFeed(upstream.FeedSettings{URL: b.centre.URL, Cache: b.cache, Log: slog.New(slog.DiscardHandler), Stall: 50 * time.Millisecond})
	require.NoError(t, err)
	defer f.Close()
	_, err = f.Sync(t.Context(), false, nil)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NotErrorIs(t, err, context.Canceled)
}

func TestASyncThatIsCancelledLeavesTheOldVersion(t *testing.T) {
	b := newBench(t)
	_, err := b.sync(false)
	require.NoError(t, err)
	b.centre.Publish([]string{feed.Canonical(gtin, "bad")}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = b.feed.Sync(ctx, false, func(p upstream.Progress) {
		if p.Phase == upstream.PhaseBuild {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, b.blocked("bad"))
	require.Contains(t, b.cache.State().Sync.LastError, "canceled")
}

func TestKeysRotateThroughTheRootKeysOnly(t *testing.T) {
	b := newBench(t)
	_, err := b.sync(false)
	require.NoError(t, err)
	root := b.centre.NewKey()
	b.centre.Rotate(root) // signed by the old root too
	b.centre.Publish([]string{feed.Canonical(gtin, "bad")}, nil)
	_, err = b.sync(false)
	require.NoError(t, err)
	require.True(t, b.blocked("bad"))
	trust, _, err := b.cache.Trust(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, trust.Keys.Version)
	require.Equal(t, feed.NewPublicKey(root.Public().(ed25519.PublicKey)), trust.Root.Root[0])
	require.Equal(t, "test", trust.Root.Feed, "the feed's name is pinned with the first head")

	b.centre.Rotate(nil)
	_, err = b.sync(false)
	require.NoError(t, err, "the new root key signs now")
}

func TestPinnedRootKeysAreUsedFromTheFirstContact(t *testing.T) {
	b := newBench(t)
	require.NoError(t, b.cache.Pin(t.Context(), cache.Trust{Root: b.centre.Trust()}))
	_, err := b.sync(false)
	require.NoError(t, err)

	other := newBench(t)
	require.NoError(t, other.cache.Pin(t.Context(), cache.Trust{Root: b.centre.Trust()}))
	_, err = other.sync(false)
	require.ErrorIs(t, err, feed.ErrUnknownKey, "a centre with other root keys is refused at once")
	_, err = other.cache.View()
	require.ErrorIs(t, err, cache.ErrNotLoaded)
}

func TestAddressesOfAnUpstream(t *testing.T) {
	for address, want := range map[string]bool{
		"http://centre": true, "https://centre:8443/": true, "http://127.0.0.1:8080/path": true,
		"": false, "centre": false, "ftp://centre": false, "http://": false, "http://user:secret@centre": false,
		"http://centre?x=1": false, "http://centre/#x": false, "http://\x00": false,
	} {
		err := upstream.CheckURL(address)
		require.Equal(t, want, err == nil, "%q: %v", address, err)
		if err != nil {
			require.NotContains(t, err.Error(), "secret")
		}
	}
}
