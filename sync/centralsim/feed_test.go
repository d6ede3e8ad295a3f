package centralsim_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/feed"
	"kassa/app/marking"
)

// reader is a client of the feed that trusts nothing but feed-root.json.
type reader struct {
	w       *world
	keys    feed.Keys
	trusted map[feed.List]feed.Trusted
}

func newReader(w *world) *reader {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, "feed-root.json"))
	require.NoError(w.t, err)
	trust, err := feed.ParseTrust(data)
	require.NoError(w.t, err)
	require.Equal(w.t, "lab", trust.Feed)
	status, data := send(w.t, http.MethodGet, w.url+"/feed/v1/keys", "")
	require.Equal(w.t, 200, status)
	var signed feed.SignedKeys
	require.NoError(w.t, json.Unmarshal(data, &signed))
	keys, err := feed.VerifyKeys(signed, trust, w.now)
	require.NoError(w.t, err)
	return &reader{w: w, keys: keys, trusted: map[feed.List]feed.Trusted{}}
}

// head fetches and verifies against all that was seen before.
func (r *reader) head(list feed.List) feed.Head {
	r.w.t.Helper()
	status, data := send(r.w.t, http.MethodGet, r.w.url+"/feed/v1/"+string(list)+"/head", "")
	require.Equal(r.w.t, 200, status)
	var signed feed.Signed
	require.NoError(r.w.t, json.Unmarshal(data, &signed))
	trusted, seen := r.trusted[list]
	if !seen {
		trusted = feed.Trusted{Feed: "lab", List: list}
	}
	h, err := feed.VerifyHead(signed, r.keys, r.w.now, trusted)
	require.NoError(r.w.t, err)
	r.trusted[list] = h.Trusted()
	return h
}

// object fetches a segment, compares it with its name and size, and applies it to rows.
func (r *reader) object(list feed.List, o feed.Object, from, to int64, rows map[uint64]uint32) {
	t := r.w.t
	t.Helper()
	status, data := send(t, http.MethodGet, r.w.url+"/feed/v1/objects/"+o.Name, "")
	require.Equal(t, 200, status)
	sum := sha256.Sum256(data)
	require.Equal(t, o.Name, hex.EncodeToString(sum[:]))
	require.EqualValues(t, o.Bytes, len(data))
	s, err := feed.NewSegmentReader(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, feed.SegmentHeader{List: list, Epoch: 1, From: from, To: to}, s.Header())
	for {
		op, block, err := s.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		for _, e := range block {
			if op == feed.Addition {
				rows[e.Key] = e.Value
			} else {
				require.Contains(t, rows, e.Key, "only what is there is removed")
				delete(rows, e.Key)
			}
		}
	}
}

func state(list feed.List, rows map[uint64]uint32) feed.State {
	s := feed.State{Count: int64(len(rows))}
	for key, value := range rows {
		s.Digest.Add(list, feed.Entry{Key: key, Value: value})
	}
	return s
}

func TestAPublishedCodeIsFoundByItsKey(t *testing.T) {
	w := newWorld(t)
	r := newReader(w)
	require.EqualValues(t, 1, r.head(feed.BlockedCIS).Seq)
	answer := w.lab(http.MethodPost, "/lab/feed", `{"add":["`+ki+`","`+pack+`"],"add_gtin":["04600000000039"],"add_grey":["04600000000046"],
		"prices":[{"gtin":"04600000000015","pg":16,"kopecks":20500},{"gtin":"04600000000015","pg":3,"kopecks":15300}]}`)
	require.JSONEq(t, `{"seq":2}`, string(answer))
	for list, want := range map[feed.List]map[string]uint32{
		feed.BlockedCIS:  {feed.Canonical("04600000000015", "5AbC!d9"): feed.ReasonBlocked, feed.Canonical("04600000000022", "5kT7!aZ"): feed.ReasonBlocked},
		feed.BlockedGTIN: {feed.CanonicalGTIN("04600000000039"): feed.ReasonBlocked},
		feed.GreyGTIN:    {feed.CanonicalGTIN("04600000000046"): feed.ReasonBlocked},
		feed.MinPrice:    {feed.CanonicalPrice("04600000000015", marking.Nicotine): 20500, feed.CanonicalPrice("04600000000015", marking.Tobacco): 15300},
	} {
		h := r.head(list)
		require.EqualValues(t, 2, h.Seq)
		require.EqualValues(t, 2, h.Snapshot.Seq, "each version has its snapshot")
		require.Equal(t, h.State, h.Snapshot.State)
		rows := map[uint64]uint32{}
		r.object(list, h.Snapshot.Object, 0, 2, rows)
		keyed := map[uint64]uint32{}
		for text, value := range want {
			keyed[feed.Hash(h.Salt, list, text)] = value
		}
		require.Equal(t, keyed, rows, list)
		require.Equal(t, h.State, state(list, rows))
	}
}

func TestDeltasLeadToTheSameListAsTheSnapshot(t *testing.T) {
	w := newWorld(t)
	r := newReader(w)
	code := func(n int) string { return fmt.Sprintf(`"01046000000000152100000%04d"`, n) }
	rows := map[uint64]uint32{}
	prices := map[uint64]uint32{}
	for i := range 60 {
		w.now = w.now.Add(time.Minute)
		w.lab(http.MethodPost, "/lab/feed", fmt.Sprintf(`{"add":[%s,%s],"remove":[%s,%s],"prices":[{"gtin":"04600000000015","pg":16,"kopecks":%d}]}`,
			code(i), code(i*7%10), code(i/2), code(9000+i), 100+i/3))
		if i == 30 {
			w.restart()
		}
		h := r.head(feed.BlockedCIS)
		last := h.Deltas[len(h.Deltas)-1]
		require.Equal(t, h.Seq, last.To)
		require.LessOrEqual(t, len(h.Deltas), 40)
		before := len(rows)
		r.object(feed.BlockedCIS, last.Object, last.From, last.To, rows)
		require.EqualValues(t, len(rows)-before, last.Add-last.Del)
		require.Equal(t, h.State, state(feed.BlockedCIS, rows))
		whole := map[uint64]uint32{}
		r.object(feed.BlockedCIS, h.Snapshot.Object, 0, h.Seq, whole)
		require.Equal(t, rows, whole)

		h = r.head(feed.MinPrice)
		last = h.Deltas[len(h.Deltas)-1]
		r.object(feed.MinPrice, last.Object, last.From, last.To, prices)
		require.Equal(t, h.State, state(feed.MinPrice, prices), "a price that changes replaces the old one")
	}
	h := r.head(feed.BlockedCIS)
	require.Len(t, h.Deltas, 40)
	for i, d := range h.Deltas {
		require.EqualValues(t, 22+i, d.To)
		require.Equal(t, d.To-1, d.From, "the chain has no holes")
	}
	files, err := os.ReadDir(filepath.Join(w.dir, "objects"))
	require.NoError(t, err)
	require.LessOrEqual(t, len(files), 4*(1+40)*2, "old versions are tidied up")
}

func TestAnObjectIsReadInPartsAndCachedForEver(t *testing.T) {
	w := newWorld(t)
	o := newReader(w).head(feed.BlockedCIS).Snapshot.Object
	url := w.url + "/feed/v1/objects/" + o.Name
	_, whole := send(t, http.MethodGet, url, "")
	etag := `"` + o.Name + `"`
	status, rest := send(t, http.MethodGet, url, "", "Range", "bytes=10-", "If-Range", etag)
	require.Equal(t, http.StatusPartialContent, status)
	require.Equal(t, whole[10:], rest)
	status, _ = send(t, http.MethodGet, url, "", "If-None-Match", etag)
	require.Equal(t, http.StatusNotModified, status)
	status, again := send(t, http.MethodGet, url, "", "Range", "bytes=10-", "If-Range", `"another"`)
	require.Equal(t, 200, status)
	require.Equal(t, whole, again)
	for _, name := range []string{"feed.json", "..%2Ffeed.json", o.Name[:63] + "0", "x"} {
		status, _ := send(t, http.MethodGet, w.url+"/feed/v1/objects/"+name, "")
		require.Equal(t, http.StatusNotFound, status, name)
	}
	status, _ = send(t, http.MethodGet, w.url+"/feed/v1/nothing/head", "")
	require.Equal(t, http.StatusNotFound, status)
}

func TestAHeadIsSignedAnewEachHour(t *testing.T) {
	w := newWorld(t)
	r := newReader(w)
	first := r.head(feed.BlockedCIS)
	require.Equal(t, w.now, first.Issued)
	require.Equal(t, w.now.Add(24*time.Hour), first.ValidUntil)
	w.now = w.now.Add(time.Hour - time.Second)
	require.Equal(t, first, r.head(feed.BlockedCIS))
	w.now = w.now.Add(time.Second)
	second := r.head(feed.BlockedCIS)
	require.Equal(t, w.now, second.Issued)
	require.Equal(t, first.Seq, second.Seq)
	w.now = w.now.Add(time.Second)
	w.lab(http.MethodPost, "/lab/feed", `{"add":["`+ki+`"]}`)
	require.Equal(t, w.now, r.head(feed.BlockedCIS).Issued, "a new version is signed at once")
}

func TestEverythingSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	r := newReader(w)
	w.lab(http.MethodPut, "/lab/codes", `[{"cis":"`+ki+`","sold":true}]`)
	w.lab(http.MethodPost, "/lab/feed", `{"add":["`+ki+`"]}`)
	before := r.head(feed.BlockedCIS)
	w.now = w.now.Add(time.Minute)
	w.restart()
	after := r.head(feed.BlockedCIS) // verified with the keys of before
	after.Issued, after.ValidUntil = before.Issued, before.ValidUntil
	require.Equal(t, before, after)
	require.Equal(t, true, w.check(km)["codes"].([]any)[0].(map[string]any)["sold"])
	require.JSONEq(t, `{"seq":3}`, string(w.lab(http.MethodPost, "/lab/feed", `{"remove":["`+ki+`"]}`)))
	require.Zero(t, r.head(feed.BlockedCIS).State.Count)
}

func TestPrivateKeysAreForTheOwnerOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes; the folder's own rights apply")
	}
	w := newWorld(t)
	for _, name := range []string{"feed-root.key", "feed-head.key"} {
		info, err := os.Stat(filepath.Join(w.dir, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	files, err := os.ReadDir(w.dir)
	require.NoError(t, err)
	for _, f := range files {
		require.NotContains(t, f.Name(), ".new-", "no file is left half made")
	}
}

func TestAFolderThatIsDamagedIsRefused(t *testing.T) {
	for name, damage := range map[string]func(dir string, snapshot string) error{
		"facts": func(dir, _ string) error { return os.WriteFile(filepath.Join(dir, "codes.json"), []byte("{"), 0o600) },
		"keys":  func(dir, _ string) error { return os.WriteFile(filepath.Join(dir, "keys.json"), []byte("{}"), 0o600) },
		"private key": func(dir, _ string) error {
			return os.WriteFile(filepath.Join(dir, "feed-head.key"), []byte("x"), 0o600)
		},
		"feed": func(dir, _ string) error {
			return os.WriteFile(filepath.Join(dir, "feed.json"), []byte(`{"seq":1}`), 0o600)
		},
		"no snapshot":  func(dir, s string) error { return os.Remove(filepath.Join(dir, "objects", s)) },
		"cut snapshot": func(dir, s string) error { return os.Truncate(filepath.Join(dir, "objects", s), 60) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.lab(http.MethodPut, "/lab/codes", `[{"cis":"`+ki+`"}]`)
			snapshot := newReader(w).head(feed.BlockedCIS).Snapshot.Name
			require.NoError(t, damage(w.dir, snapshot))
			_, err := w.open()
			require.Error(t, err)
		})
	}
}

func TestAChangeIsPublishedWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	r := newReader(w)
	for _, body := range []string{
		`{"add":["` + ki + `","hello"]}`,
		`{"add":["` + ki + `"],"remove":["hello"]}`,
		`{"add":["` + ki + `"],"add_gtin":["4600000000015"]}`,
		`{"add":["` + ki + `"],"add_grey":["O4600000000015"]}`,
		`{"add":["` + ki + `"],"prices":[{"gtin":"04600000000015","pg":16,"kopecks":0}]}`,
		`{"add":["` + ki + `"],"prices":[{"gtin":"04600000000015","pg":0,"kopecks":1}]}`,
		`{"add":["` + ki + `"],"prices":[{"gtin":"04600000000015","pg":16,"kopecks":4294967296}]}`,
		`{"add":["` + ki + `"],"prices":[{"gtin":"04600000000015","pg":16,"kopecks":1.5}]}`,
		`{"add":"` + ki + `"}`,
		`add`,
	} {
		status, data := send(t, http.MethodPost, w.control+"/lab/feed", body)
		require.Equal(t, http.StatusBadRequest, status, "%s: %s", body, data)
	}
	h := r.head(feed.BlockedCIS)
	require.EqualValues(t, 1, h.Seq)
	require.Zero(t, h.State.Count)
}
