package feed_test

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/feed"
)

var header = feed.SegmentHeader{List: feed.BlockedCIS, Epoch: 3, From: 7, To: 9}

func TestASegmentReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		adds := sorted(rapid.SliceOfN(entries(), 0, 300).Draw(t, "adds"))
		dels := sorted(rapid.SliceOfN(entries(), 0, 30).Draw(t, "dels"))
		for i := range dels {
			dels[i].Value = 0
		}
		data := segment(t, header, adds, dels)
		h, gotAdds, gotDels, err := read(bytes.NewReader(data))
		require.NoError(t, err)
		require.Equal(t, header, h)
		require.True(t, slices.Equal(adds, gotAdds))
		require.True(t, slices.Equal(dels, gotDels))
	})
}

func TestManyBlocksAndTheEdgesOfKeys(t *testing.T) {
	const max = ^uint64(0)
	dense := make([]feed.Entry, 10_000)
	for i := range dense {
		dense[i] = feed.Entry{Key: max - uint64(len(dense)) + uint64(i) + 1, Value: uint32(i % 3)}
	}
	for _, c := range []struct {
		name       string
		adds, dels []feed.Entry
	}{
		{"nothing", nil, nil},
		{"the smallest and the largest key", []feed.Entry{{Key: 0, Value: 1}, {Key: max, Value: 1<<32 - 1}}, nil},
		{"removals alone", nil, []feed.Entry{{Key: 0}, {Key: max}}},
		{"a full block", random(4096), nil},
		{"a full block and one key", random(4097), random(1)},
		{"several blocks of both kinds", random(20_000), random(9_000)},
		{"neighbours up to the largest key", dense, nil},
		{"one far gap among neighbours", append([]feed.Entry{{Key: 1, Value: 1}}, dense...), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.dels {
				c.dels[i].Value = 0
			}
			_, adds, dels, err := read(bytes.NewReader(segment(t, header, c.adds, c.dels)))
			require.NoError(t, err)
			require.True(t, slices.Equal(c.adds, adds))
			require.True(t, slices.Equal(c.dels, dels))
		})
	}
}

func TestTheBytesOfASegmentAreTheseForEver(t *testing.T) {
	got := segment(t, header, []feed.Entry{{Key: 0x10, Value: 1}, {Key: 0x20, Value: 1}, {Key: 0x33, Value: 1}}, []feed.Entry{{Key: 5}})
	// Gaps minus one: 15 and 18; with 3 low bits 10.111 and 110.010, padded: be 40. CRCs computed apart from this code.
	want := "4b4153534547310a" + "0b" + hex.EncodeToString([]byte("blocked_cis")) +
		"0000000000000003" + "0000000000000007" + "0000000000000009" + "a984805e" +
		"01" + "0003" + "03" + "00000004" + "0000000000000010" + "be40" + "0001" + "5d945d9f" +
		"02" + "0001" + "00" + "00000002" + "0000000000000005" + "0000" + "356b6b9b" +
		"03" + "0000000000000003" + "0000000000000001" + "d1044822"
	require.Equal(t, want, hex.EncodeToString(got))
}

func TestADamagedSegmentIsRefused(t *testing.T) {
	whole := segment(t, header, random(5000), random(300))
	t.Run("cut off anywhere", func(t *testing.T) {
		for n := 0; n < len(whole); n += 1 + n/97 {
			_, _, _, err := read(bytes.NewReader(whole[:n]))
			require.ErrorIs(t, err, feed.ErrDamaged, "cut to %d of %d bytes", n, len(whole))
		}
	})
	t.Run("one bit turned anywhere", func(t *testing.T) {
		for i := 0; i < len(whole); i += 1 + i/97 {
			bad := slices.Clone(whole)
			bad[i] ^= 1 << (i % 8)
			_, _, _, err := read(bytes.NewReader(bad))
			require.True(t, errors.Is(err, feed.ErrDamaged) || errors.Is(err, feed.ErrFormat), "byte %d: %v", i, err)
		}
	})
	t.Run("something after the end", func(t *testing.T) {
		_, _, _, err := read(bytes.NewReader(append(slices.Clone(whole), 0)))
		require.ErrorIs(t, err, feed.ErrDamaged)
	})
	t.Run("a stop of the source is told as it is", func(t *testing.T) {
		broken := errors.New("cable pulled")
		_, _, _, err := read(io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), iotest.ErrReader(broken)))
		require.ErrorIs(t, err, broken)
	})
	t.Run("no segment at all", func(t *testing.T) {
		_, err := feed.NewSegmentReader(bytes.NewReader([]byte("<html>Please log in to the hotel's network</html>")))
		require.ErrorIs(t, err, feed.ErrFormat)
	})
	t.Run("after an error nothing more is read", func(t *testing.T) {
		r, err := feed.NewSegmentReader(bytes.NewReader(whole[:len(whole)-1]))
		require.NoError(t, err)
		for err == nil {
			_, _, err = r.Next()
		}
		_, _, again := r.Next()
		require.Equal(t, err, again)
	})
}

func TestAWriterRefusesDisorder(t *testing.T) {
	for name, write := range map[string]func(*feed.SegmentWriter) error{
		"a smaller key": func(w *feed.SegmentWriter) error {
			return errors.Join(w.Add(feed.Entry{Key: 2}), w.Add(feed.Entry{Key: 1}))
		},
		"the same key": func(w *feed.SegmentWriter) error {
			return errors.Join(w.Add(feed.Entry{Key: 2}), w.Add(feed.Entry{Key: 2}))
		},
		"an addition after a removal":  func(w *feed.SegmentWriter) error { return errors.Join(w.Remove(2), w.Add(feed.Entry{Key: 3})) },
		"removals in descending order": func(w *feed.SegmentWriter) error { return errors.Join(w.Remove(2), w.Remove(1)) },
	} {
		t.Run(name, func(t *testing.T) {
			w, err := feed.NewSegmentWriter(io.Discard, header)
			require.NoError(t, err)
			require.ErrorIs(t, write(w), feed.ErrOrder)
		})
	}
	_, err := feed.NewSegmentWriter(io.Discard, feed.SegmentHeader{From: 2, To: 1})
	require.ErrorIs(t, err, feed.ErrFormat)
}

func FuzzSegmentReader(f *testing.F) {
	f.Add(segment(f, header, nil, nil))
	f.Add(segment(f, header, random(3), random(2)))
	f.Add(segment(f, header, random(5000), nil))
	f.Add([]byte("KASSEG1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, adds, dels, err := read(bytes.NewReader(data))
		if err != nil {
			return
		}
		// What was accepted means one thing only.
		_, adds2, dels2, err := read(bytes.NewReader(segment(t, h, adds, dels)))
		require.NoError(t, err)
		require.True(t, slices.Equal(adds, adds2) && slices.Equal(dels, dels2))
		require.True(t, slices.IsSortedFunc(adds, byKey) && slices.IsSortedFunc(dels, byKey))
	})
}

func BenchmarkSegmentWrite(b *testing.B) {
	rows := random(1_000_000)
	var size int64
	for b.Loop() {
		counter := &countingWriter{}
		w, err := feed.NewSegmentWriter(counter, header)
		require.NoError(b, err)
		for _, e := range rows {
			if err := w.Add(e); err != nil {
				b.Fatal(err)
			}
		}
		require.NoError(b, w.Close())
		size = counter.n
	}
	b.ReportMetric(float64(size)/float64(len(rows)), "bytes/key")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/key")
}

func BenchmarkSegmentRead(b *testing.B) {
	rows := random(1_000_000)
	data := segment(b, header, rows, nil)
	for b.Loop() {
		r, err := feed.NewSegmentReader(bytes.NewReader(data))
		require.NoError(b, err)
		n := 0
		for {
			_, block, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(b, err)
			n += len(block)
		}
		require.Len(b, rows, n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/key")
}

func segment(t require.TestingT, h feed.SegmentHeader, adds, dels []feed.Entry) []byte {
	var buf bytes.Buffer
	w, err := feed.NewSegmentWriter(&buf, h)
	require.NoError(t, err)
	for _, e := range adds {
		require.NoError(t, w.Add(e))
	}
	for _, e := range dels {
		require.NoError(t, w.Remove(e.Key))
	}
	require.NoError(t, w.Close())
	return buf.Bytes()
}

func read(r io.Reader) (h feed.SegmentHeader, adds, dels []feed.Entry, err error) {
	s, err := feed.NewSegmentReader(r)
	if err != nil {
		return h, nil, nil, err
	}
	for {
		op, block, err := s.Next()
		switch {
		case errors.Is(err, io.EOF):
			return s.Header(), adds, dels, nil
		case err != nil:
			return s.Header(), adds, dels, err
		case op == feed.Addition:
			adds = append(adds, block...)
		case op == feed.Removal:
			dels = append(dels, block...)
		}
	}
}

// random gives n entries with keys as hashes are, always the same ones.
func random(n int) []feed.Entry {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	rows := make([]feed.Entry, n)
	for i := range rows {
		rows[i] = feed.Entry{Key: r.Uint64(), Value: feed.ReasonBlocked}
	}
	return sorted(rows)
}

func sorted(rows []feed.Entry) []feed.Entry {
	slices.SortFunc(rows, byKey)
	return slices.CompactFunc(rows, func(a, b feed.Entry) bool { return a.Key == b.Key })
}

func byKey(a, b feed.Entry) int { return cmp.Compare(a.Key, b.Key) }

type countingWriter struct{ n int64 }

func (c *countingWriter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
