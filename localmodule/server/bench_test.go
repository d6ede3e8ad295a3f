package server_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"kassa/app/feed"
	"kassa/localmodule/api"
	"kassa/localmodule/cache"

	"github.com/stretchr/testify/require"
)

// benchCodes is how many blocked codes the module of the benchmarks has: KASSA_BENCH_CODES, else a million.
func benchCodes(b *testing.B) int {
	text := os.Getenv("KASSA_BENCH_CODES")
	if text == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(text)
	require.NoError(b, err)
	return n
}

// fillShop loads n made-up blocked codes into a module.
func fillShop(b *testing.B, s *shop, n int) {
	h := feed.Head{Feed: "bench", List: feed.BlockedCIS, Format: feed.Format, Epoch: 2, Seq: 1, Issued: start, ValidUntil: start.Add(24 * time.Hour),
		Salt: []byte("sixteen bytes of"), HashBits: feed.HashBits}
	entries := make([]feed.Entry, n)
	for i := range entries {
		entries[i] = feed.Entry{Key: feed.Hash(h.Salt, h.List, feed.Canonical(gtinA, "made-up-"+strconv.Itoa(i))), Value: feed.ReasonBlocked}
		h.State.Digest.Add(h.List, entries[i])
	}
	slices.SortFunc(entries, func(a, b feed.Entry) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	h.State.Count = int64(n)
	built, err := s.cache.Build(b.Context(), h, func(yield func([]feed.Entry, error) bool) {
		for block := range slices.Chunk(entries, 4096) {
			if !yield(block, nil) {
				return
			}
		}
	})
	require.NoError(b, err)
	require.NoError(b, s.cache.Apply(b.Context(), []cache.Step{{Head: h, Base: built}}))
	s.server.Probe(b.Context())
}

// askAgain posts one body over kept connections, one for each goroutine, as tills do: four of them a core.
func askAgain(b *testing.B, url, body string, want int) {
	b.ReportAllocs()
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		client := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{}).DialContext, MaxIdleConnsPerHost: 1}}
		defer client.CloseIdleConnections()
		for pb.Next() {
			req, err := http.NewRequest("POST", url, bytes.NewReader([]byte(body)))
			if err != nil {
				b.Error(err)
				return
			}
			req.SetBasicAuth(login, password)
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != want {
				b.Errorf("status %d", resp.StatusCode)
				return
			}
		}
	})
}

// BenchmarkOutCheck stands beside BenchmarkEmptyHandler: the same requests to the same kind of server, which
// does nothing with them. Trust the ratio, not the values.
func BenchmarkOutCheck(b *testing.B) {
	s := newShop(b, func(o *cache.Owner) { o.Test = true })
	fillShop(b, s, benchCodes(b))
	s.check(free) // the first login takes its 0.2 s here
	hit := "01" + gtinA + "21made-up-7"
	require.True(b, s.check(hit).Codes[0].IsBlocked)
	hundred := `{"cis_list":[{"cis":"` + free + `"}`
	for range 99 {
		hundred += `,{"cis":"` + free + `"}`
	}
	hundred += `]}`
	for name, body := range map[string]string{
		"1 free code":    `{"cis_list":[{"cis":"` + free + `"}]}`,
		"1 blocked code": `{"cis_list":[{"cis":"` + hit + `"}]}`,
		"100 free codes": hundred,
	} {
		b.Run(name, func(b *testing.B) { askAgain(b, s.url+api.PathOutCheck, body, 200) })
	}
}

func BenchmarkEmptyHandler(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	askAgain(b, srv.URL+api.PathOutCheck, `{"cis_list":[{"cis":"`+free+`"}]}`, 200)
}
