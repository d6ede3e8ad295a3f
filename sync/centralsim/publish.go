package centralsim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"kassa/app/feed"
)

const (
	feedFile   = "feed.json"
	objectsDir = "objects"
	// keptDeltas is how many steps a client may lag behind before it needs a snapshot (engine.md §4.3).
	keptDeltas = 40
	// resignAfter and validFor: a head is signed anew at least hourly and good for a day (engine.md §4.3).
	resignAfter = time.Hour
	validFor    = 24 * time.Hour
	paceSeconds = 900
)

// published is feed.json: the version that is out, and the one before it, whose files clients may
// still be reading.
type published struct {
	Seq      int64                        `json:"seq"`
	Lists    map[feed.List]*publishedList `json:"lists"`
	Previous []string                     `json:"previous"`
}

// publishedList is what a head says of a list. All lists share one seq, so that one number names a
// version of the feed.
type publishedList struct {
	Epoch    int64         `json:"epoch"`
	Salt     []byte        `json:"salt"`
	Snapshot feed.Snapshot `json:"snapshot"`
	Deltas   []feed.Delta  `json:"deltas"`

	rows map[uint64]uint32 // key to value; on disk it is the snapshot's file
}

// change is what becomes of one list with the next version. A key that is removed and added is added.
type change struct {
	remove []string // canonical texts
	add    map[string]uint32
}

// publisher keeps the feed in files and signs its heads.
type publisher struct {
	dir     string // of feed.json
	objects string
	name    string
	keys    keySet
	now     func() time.Time

	mu     sync.Mutex // guards: out, heads
	out    published
	heads  map[feed.List]feed.Signed // signed at signed
	signed time.Time
}

// openPublisher reads the feed, or publishes its first version, which is empty.
func openPublisher(dir, name string, keys keySet, now func() time.Time) (*publisher, error) {
	p := &publisher{dir: dir, objects: filepath.Join(dir, objectsDir), name: name, keys: keys, now: now}
	if err := os.MkdirAll(p.objects, 0o755); err != nil {
		return nil, fmt.Errorf("make folder of the feed: %w", err)
	}
	data, err := os.ReadFile(filepath.Join(dir, feedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return p, p.first()
	}
	if err != nil {
		return nil, fmt.Errorf("read feed: %w", err)
	}
	if err := json.Unmarshal(data, &p.out); err != nil {
		return nil, fmt.Errorf("read feed in %s: %w", feedFile, err)
	}
	for _, list := range feed.Lists() {
		if err := p.load(list); err != nil {
			return nil, fmt.Errorf("read feed list %s: %w", list, err)
		}
	}
	return p, nil
}

// first publishes version 1: every list with a salt of its own and nothing in it.
func (p *publisher) first() error {
	p.out.Lists = map[feed.List]*publishedList{}
	for _, list := range feed.Lists() {
		salt := make([]byte, 32)
		if _, err := rand.Read(salt); err != nil {
			return fmt.Errorf("make salt: %w", err)
		}
		p.out.Lists[list] = &publishedList{Epoch: 1, Salt: salt}
	}
	_, err := p.publish(nil)
	return err
}

// load reads the rows of a list back from its snapshot and compares them with what was published.
func (p *publisher) load(list feed.List) error {
	l := p.out.Lists[list]
	if l == nil || !feed.IsObjectName(l.Snapshot.Name) {
		return fmt.Errorf("%s does not name its snapshot", feedFile)
	}
	f, err := os.Open(filepath.Join(p.objects, l.Snapshot.Name))
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := feed.NewSegmentReader(f)
	if err != nil {
		return err
	}
	l.rows = map[uint64]uint32{}
	var state feed.State
	for {
		_, block, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for _, e := range block {
			l.rows[e.Key] = e.Value
			state.Digest.Add(list, e)
			state.Count++
		}
	}
	if state != l.Snapshot.State {
		return fmt.Errorf("snapshot holds %d rows with digest %s, published were %d with %s",
			state.Count, state.Digest, l.Snapshot.State.Count, l.Snapshot.State.Digest)
	}
	return nil
}

// publish makes the next version and gives its seq. Either all of it is out, or nothing of it:
// files of the new version first, then feed.json, which names them.
func (p *publisher) publish(changes map[feed.List]change) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.sweep(); err != nil {
		return 0, err
	}
	next := published{Seq: p.out.Seq + 1, Lists: map[feed.List]*publishedList{}, Previous: p.out.objects()}
	for _, list := range feed.Lists() {
		l, err := p.step(list, p.out.Lists[list], changes[list], next.Seq)
		if err != nil {
			return 0, fmt.Errorf("publish %s: %w", list, err)
		}
		next.Lists[list] = l
	}
	if err := replaceJSON(filepath.Join(p.dir, feedFile), next); err != nil {
		return 0, fmt.Errorf("publish: %w", err)
	}
	p.out = next
	p.heads = nil
	return next.Seq, nil
}

// step makes the next version of one list, with its files.
func (p *publisher) step(list feed.List, old *publishedList, c change, seq int64) (*publishedList, error) {
	rows, delta := applied(list, old, c)
	next := &publishedList{Epoch: old.Epoch, Salt: old.Salt, rows: rows}
	header := feed.SegmentHeader{List: list, Epoch: old.Epoch, From: 0, To: seq}
	snapshot, err := p.write(header, slices.Sorted(maps.Keys(rows)), nil, rows)
	if err != nil {
		return nil, err
	}
	next.Snapshot = feed.Snapshot{Seq: seq, Object: snapshot, Count: delta.state.Count, State: delta.state}
	if seq == 1 {
		return next, nil // nothing leads to the first version
	}
	header.From = seq - 1
	object, err := p.write(header, delta.add, delta.del, rows)
	if err != nil {
		return nil, err
	}
	next.Deltas = append(slices.Clone(old.Deltas), feed.Delta{
		From: header.From, To: seq, Object: object,
		Add: int64(len(delta.add)), Del: int64(len(delta.del)), State: delta.state,
	})
	if extra := len(next.Deltas) - keptDeltas; extra > 0 {
		next.Deltas = next.Deltas[extra:]
	}
	return next, nil
}

// difference is what a change did to a list.
type difference struct {
	add, del []uint64 // sorted; a key with a new value is in add
	state    feed.State
}

func applied(list feed.List, old *publishedList, c change) (map[uint64]uint32, difference) {
	rows := maps.Clone(old.rows)
	if rows == nil {
		rows = map[uint64]uint32{}
	}
	touched := map[uint64]bool{}
	for _, text := range c.remove {
		key := feed.Hash(old.Salt, list, text)
		touched[key] = true
		delete(rows, key)
	}
	for text, value := range c.add {
		key := feed.Hash(old.Salt, list, text)
		touched[key] = true
		rows[key] = value
	}
	d := difference{state: old.Snapshot.State}
	for _, key := range slices.Sorted(maps.Keys(touched)) {
		before, was := old.rows[key]
		after, is := rows[key]
		if was == is && before == after {
			continue
		}
		if was {
			d.state.Digest.Remove(list, feed.Entry{Key: key, Value: before})
			d.state.Count--
		}
		if is {
			d.state.Digest.Add(list, feed.Entry{Key: key, Value: after})
			d.state.Count++
			d.add = append(d.add, key)
		} else {
			d.del = append(d.del, key)
		}
	}
	return rows, d
}

// write makes a segment file under the name of its SHA-256.
func (p *publisher) write(h feed.SegmentHeader, add, del []uint64, rows map[uint64]uint32) (feed.Object, error) {
	sum := sha256.New()
	counted := &countingWriter{}
	temp, err := writeTemp(p.objects, 0o644, func(w io.Writer) error {
		s, err := feed.NewSegmentWriter(io.MultiWriter(w, sum, counted), h)
		if err != nil {
			return err
		}
		for _, key := range add {
			if err := s.Add(feed.Entry{Key: key, Value: rows[key]}); err != nil {
				return err
			}
		}
		for _, key := range del {
			if err := s.Remove(key); err != nil {
				return err
			}
		}
		return s.Close()
	})
	if err != nil {
		return feed.Object{}, err
	}
	o := feed.Object{Name: hex.EncodeToString(sum.Sum(nil)), Bytes: counted.n}
	return o, nameFile(p.objects, temp, o.Name)
}

// objects are the files that a version names.
func (v published) objects() []string {
	var names []string
	for _, l := range v.Lists {
		if l.Snapshot.Name != "" {
			names = append(names, l.Snapshot.Name)
		}
		for _, d := range l.Deltas {
			names = append(names, d.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// sweep removes files that neither the version that is out nor the one before it names: what a crash or
// a failure left, and old versions.
func (p *publisher) sweep() error {
	files, err := os.ReadDir(p.objects)
	if err != nil {
		return fmt.Errorf("tidy feed: %w", err)
	}
	keep := append(p.out.objects(), p.out.Previous...)
	for _, f := range files {
		if slices.Contains(keep, f.Name()) || !feed.IsObjectName(f.Name()) && !strings.HasPrefix(f.Name(), ".new-") {
			continue
		}
		if err := os.Remove(filepath.Join(p.objects, f.Name())); err != nil {
			return fmt.Errorf("tidy feed: %w", err)
		}
	}
	return nil
}

// head gives the signed head of one of feed.Lists.
func (p *publisher) head(list feed.List) (feed.Signed, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	// A clock that was set back must not leave the heads unsigned for as long.
	if age := now.Sub(p.signed); p.heads == nil || age >= resignAfter || age < 0 {
		if err := p.sign(now); err != nil {
			return feed.Signed{}, err
		}
	}
	return p.heads[list], nil
}

func (p *publisher) sign(now time.Time) error {
	heads := map[feed.List]feed.Signed{}
	for list, l := range p.out.Lists {
		deltas := l.Deltas
		if deltas == nil {
			deltas = []feed.Delta{}
		}
		h, err := feed.SignHead(feed.Head{
			Feed: p.name, List: list, Format: feed.Format, Epoch: l.Epoch, Seq: p.out.Seq,
			Issued: now.UTC(), ValidUntil: now.Add(validFor).UTC(), NextAfterSeconds: paceSeconds,
			Salt: l.Salt, HashBits: feed.HashBits,
			State: l.Snapshot.State, Snapshot: l.Snapshot, Deltas: deltas, KeysVersion: p.keys.version,
		}, p.keys.head)
		if err != nil {
			return err
		}
		heads[list] = h
	}
	p.heads, p.signed = heads, now
	return nil
}

type countingWriter struct{ n int64 }

func (c *countingWriter) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}
