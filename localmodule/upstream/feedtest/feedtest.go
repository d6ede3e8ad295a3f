// Package feedtest is a centre's feed for tests: honest by itself, and each of its answers can be spoilt.
// It follows engine.md §4.3 through app/feed and knows nothing of the client.
//
// Example:
//
//	centre := feedtest.New(t, now)
//	centre.Publish([]string{feed.Canonical(gtin, serial)}, nil)
//	source, err := upstream.NewFeed(upstream.FeedSettings{URL: centre.URL, …})
package feedtest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kassa/app/feed"

	"github.com/stretchr/testify/require"
)

// Centre publishes two lists. Its methods may be called while it serves.
type Centre struct {
	URL string

	t       testing.TB
	mu      sync.Mutex       // guards what follows
	now     func() time.Time // safe for use by many goroutines
	root    ed25519.PrivateKey
	headKey ed25519.PrivateKey
	salt    []byte
	seq     int64
	keys    feed.Keys
	signed  feed.SignedKeys
	heads   map[feed.List]feed.Head
	objects map[string][]byte
	asked   []string
	spoil   func(http.ResponseWriter, *http.Request) bool
	change  func(*feed.Head)
}

// Spoil lets a function answer requests itself, where it returns true; nil ends it.
func (c *Centre) Spoil(answer func(http.ResponseWriter, *http.Request) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spoil = answer
}

// Change lets a function change heads before they are signed; nil ends it.
func (c *Centre) Change(edit func(*feed.Head)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.change = edit
}

// New starts a centre without any version. It ends with the test.
func New(t testing.TB, now func() time.Time) *Centre {
	c := &Centre{t: t, now: now, root: newKey(t), salt: []byte("sixteen bytes of"), heads: map[feed.List]feed.Head{}, objects: map[string][]byte{}}
	c.Rotate(nil)
	c.Publish(nil, nil)
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	c.URL = srv.URL
	return c
}

func newKey(t testing.TB) ed25519.PrivateKey {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return key
}

// Rotate publishes the next keys.json with a new head key, signed by the root key and by any others given;
// root, when given, becomes the new root key.
func (c *Centre) Rotate(root ed25519.PrivateKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	signers := []ed25519.PrivateKey{c.root}
	if root != nil {
		signers = append(signers, root)
		c.root = root
	}
	c.headKey = newKey(c.t)
	public := func(k ed25519.PrivateKey) feed.PublicKey { return feed.NewPublicKey(k.Public().(ed25519.PublicKey)) }
	at := c.now()
	c.keys = feed.Keys{Version: c.keys.Version + 1, Expires: at.AddDate(1, 0, 0), Threshold: 1, Root: []feed.PublicKey{public(c.root)},
		Heads: []feed.HeadKey{{PublicKey: public(c.headKey), From: at.AddDate(0, 0, -30), To: at.AddDate(1, 0, 0)}}}
	var err error
	c.signed, err = feed.SignKeys(c.keys, signers...)
	require.NoError(c.t, err)
}

// NewKey makes a key for Rotate or SetHeadKey.
func (c *Centre) NewKey() ed25519.PrivateKey { return newKey(c.t) }

// SetHeadKey makes heads be signed by a key that keys.json does not have.
func (c *Centre) SetHeadKey(key ed25519.PrivateKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.headKey = key
}

// Trust is what `lab` writes as feed-root.json.
func (c *Centre) Trust() feed.Trust {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keys.Trust("")
}

// Publish makes the next version: these canonical texts and no others are listed.
func (c *Centre) Publish(codes, gtins []string) (seq int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	for list, texts := range map[feed.List][]string{feed.BlockedCIS: codes, feed.BlockedGTIN: gtins} {
		c.heads[list] = c.publish(list, texts)
	}
	return c.seq
}

func (c *Centre) publish(list feed.List, texts []string) feed.Head {
	h := feed.Head{Feed: "test", List: list, Format: feed.Format, Epoch: 1, Seq: c.seq, NextAfterSeconds: 900, Salt: c.salt, HashBits: feed.HashBits}
	var entries []feed.Entry
	for _, text := range texts {
		e := feed.Entry{Key: feed.Hash(c.salt, list, text), Value: feed.ReasonBlocked}
		entries = append(entries, e)
		h.State.Digest.Add(list, e)
	}
	h.State.Count = int64(len(entries))
	slices.SortFunc(entries, func(a, b feed.Entry) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	var file bytes.Buffer
	w, err := feed.NewSegmentWriter(&file, feed.SegmentHeader{List: list, Epoch: 1, To: c.seq})
	require.NoError(c.t, err)
	for _, e := range entries {
		require.NoError(c.t, w.Add(e))
	}
	require.NoError(c.t, w.Close())
	h.Snapshot = feed.Snapshot{Seq: c.seq, Object: c.add(file.Bytes()), Count: h.State.Count, State: h.State}
	return h
}

func (c *Centre) add(data []byte) feed.Object {
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	c.objects[name] = data
	return feed.Object{Name: name, Bytes: int64(len(data))}
}

// AddObject puts a file of one's own making among the objects.
func (c *Centre) AddObject(data []byte) feed.Object {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.add(data)
}

// Object is the file of the newest version of a list.
func (c *Centre) Object(list feed.List) (feed.Object, []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.heads[list].Snapshot.Object
	return o, c.objects[o.Name]
}

// Asked are the paths asked for so far, with the Range of each where there was one.
func (c *Centre) Asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}

// Head is the answer of a list's head as it is now: signed at this moment.
func (c *Centre) Head(list feed.List) feed.Signed {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.heads[list]
	h.Issued = c.now()
	h.ValidUntil = h.Issued.Add(24 * time.Hour)
	h.KeysVersion = c.keys.Version
	if c.change != nil {
		c.change(&h)
	}
	signed, err := feed.SignHead(h, c.headKey)
	require.NoError(c.t, err)
	return signed
}

// ServeHTTP answers the three paths of a feed.
func (c *Centre) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.asked = append(c.asked, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("Range")))
	spoil, keys := c.spoil, c.signed
	c.mu.Unlock()
	if spoil != nil && spoil(w, r) {
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/feed/v1/")
	name, isObject := strings.CutPrefix(path, "objects/")
	list, isHead := strings.CutSuffix(path, "/head")
	switch {
	case !ok:
		http.NotFound(w, r)
	case path == "keys":
		answer(w, keys)
	case isHead && (list == string(feed.BlockedCIS) || list == string(feed.BlockedGTIN)):
		answer(w, c.Head(feed.List(list)))
	case isObject:
		c.mu.Lock()
		data, found := c.objects[name]
		c.mu.Unlock()
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", `"`+name+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	default:
		http.NotFound(w, r)
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	// The client may have gone; that is its own matter.
	_ = json.NewEncoder(w).Encode(v)
}
