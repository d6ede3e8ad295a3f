package wire

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/localmodule/client"
	"kassa/sync/trueapi"
)

// The times of verdicts: how long a scan waits, in percentiles over many first scans, each by clients of its
// own, and the worst of a thousand under every fault of the network that the issue names. All of it over
// real sockets, many tills at once.

// measureTrials runs n trials, tills at a time, and reports percentiles in milliseconds.
func measureTrials(b *testing.B, n, tills int, trial func(i int) time.Duration) {
	for b.Loop() {
		took := make([]time.Duration, n)
		var next atomic.Int64
		var all sync.WaitGroup
		for range tills {
			all.Go(func() {
				for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
					took[i] = trial(i)
				}
			})
		}
		all.Wait()
		slices.Sort(took)
		for _, p := range []struct {
			name string
			at   int
		}{{"p50-ms", n / 2}, {"p95-ms", n * 95 / 100}, {"p99-ms", n * 99 / 100}, {"max-ms", n - 1}} {
			b.ReportMetric(float64(took[p.at].Microseconds())/1000, p.name)
		}
	}
}

// scanAt judges one code as a till does, from the bytes of the scan.
func scanAt(j *sale.Judge, n int) (sale.Checked, time.Duration) {
	start := time.Now()
	scan, err := marking.Parse(benchCode(n))
	if err != nil {
		panic(err) // the code is ours
	}
	c := j.Check(context.Background(), marking.Query{Code: scan.Code, Group: marking.Water, Price: 4500, At: start}, start)
	return c, time.Since(start)
}

func BenchmarkVerdictTime(b *testing.B) {
	quiet := slog.New(slog.DiscardHandler)
	url, faults := benchCentre(b)
	moduleURL := benchModule(b)
	dead := "http://" + silentListener(b)
	// till is a till of its own: its first scan opens its connections. Close it.
	till := func(centreURL string) (j *sale.Judge, closeAll func()) {
		online := trueapi.New(trueapi.Settings{URL: centreURL, Token: benchToken, Now: time.Now}, quiet)
		local := client.New(client.Settings{URL: moduleURL, Login: benchLogin, Password: benchPassword, Now: time.Now}, quiet)
		j = sale.NewJudge(module{local}, sale.JudgeSettings{Now: time.Now, OfflineOn: true}, oneSite{online})
		return j, func() { j.Close(); online.CloseIdle(); local.Close() }
	}
	warm, closeWarm := till(url)
	scanAt(warm, 1) // the module hashes a password once
	closeWarm()
	for _, c := range []struct {
		name, faults, url string
		source            marking.Source
	}{
		{"50ms", `{"delay_ms":50}`, url, marking.SourceOnline},
		{"1s", `{"delay_ms":1000}`, url, marking.SourceOnline},
		{"dead-first-scan", `{}`, dead, marking.SourceModule},
	} {
		b.Run(c.name, func(b *testing.B) {
			faults(c.faults)
			measureTrials(b, 100, 8, func(int) time.Duration {
				j, closeAll := till(c.url)
				defer closeAll()
				return judgedBy(b, j, c.source)
			})
		})
	}
	b.Run("dead-breaker-open", func(b *testing.B) {
		j, closeAll := till(dead)
		defer closeAll()
		for !j.BreakerOpen() {
			scanAt(j, 1)
		}
		measureTrials(b, 100, 1, func(int) time.Duration { return judgedBy(b, j, marking.SourceModule) })
	})
}

// judgedBy scans once; another source than the one that is measured spoils the numbers.
func judgedBy(b *testing.B, j *sale.Judge, source marking.Source) time.Duration {
	got, took := scanAt(j, 1)
	if got.Verdict.Source != source {
		b.Errorf("judged by %s: centre %s, module %s", got.Verdict.Source, got.Online.Detail, got.Module.Detail)
	}
	return took
}

func benchToken() string { return "token" }

// fault is one way in which a far side fails: its address, and how it is dialled when that matters.
type fault struct {
	name string
	url  string
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	now  func() time.Time
}

func BenchmarkWorstCase(b *testing.B) {
	quiet := slog.New(slog.DiscardHandler)
	faults := networkFaults(b)
	moduleURL := benchModule(b)
	deadModule := "http://" + silentListener(b)
	measureTrials(b, 1000, 20, func(i int) time.Duration {
		f := faults[i%len(faults)]
		now := time.Now
		if f.now != nil {
			now = f.now
		}
		online := trueapi.New(trueapi.Settings{URL: f.url, Token: benchToken, Now: now, Dial: f.dial}, quiet)
		defer online.CloseIdle()
		moduleAt := moduleURL
		if i/len(faults)%2 == 1 { // the module is dead too
			moduleAt = deadModule
		}
		local := client.New(client.Settings{URL: moduleAt, Login: benchLogin, Password: benchPassword, Now: now}, quiet)
		defer local.Close()
		j := sale.NewJudge(module{local}, sale.JudgeSettings{Now: now, OfflineOn: true}, oneSite{online})
		defer j.Close()
		_, took := scanAt(j, 1)
		return took
	})
}

// networkFaults are those of issue «one budget of 1.5 s, whatever fails».
func networkFaults(b *testing.B) []fault {
	dead := silentListener(b)
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", silentUDP(b))
	}}
	jumping := func() time.Time { return time.Now().Round(0).Add(time.Duration(rand.IntN(7200)-3600) * time.Second) }
	raw := func(answer func(w io.Writer, gone <-chan struct{})) string { return "http://" + rawServer(b, answer) }
	// As fast as a line of some MB/s, not as memory: the servers share the processors with the tills.
	endless := func(text string) func(io.Writer, <-chan struct{}) {
		return func(w io.Writer, gone <-chan struct{}) {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					if _, err := io.WriteString(w, text); err != nil {
						return
					}
				case <-gone:
					return
				}
			}
		}
	}
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	return []fault{
		{name: "slow DNS", url: "http://centre.example", dial: (&net.Dialer{Resolver: resolver}).DialContext},
		{name: "TLS stall", url: "https://" + dead},
		{name: "half-open TCP", url: "http://" + dead},
		{name: "drip-fed body", url: raw(func(w io.Writer, gone <-chan struct{}) {
			_, _ = io.WriteString(w, head+"Content-Length: 400\r\n\r\n")
			drip(w, gone)
		})},
		{name: "drip-fed head", url: raw(drip)},
		{name: "redirects", url: raw(func(w io.Writer, _ <-chan struct{}) {
			_, _ = io.WriteString(w, "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://"+dead+"/\r\nContent-Length: 0\r\n\r\n")
		})},
		{name: "endless body", url: raw(func(w io.Writer, gone <-chan struct{}) {
			_, _ = io.WriteString(w, head+"Transfer-Encoding: chunked\r\n\r\n")
			endless("1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n")(w, gone)
		})},
		{name: "endless head", url: raw(func(w io.Writer, gone <-chan struct{}) {
			_, _ = io.WriteString(w, head)
			endless("X-Noise: "+strings.Repeat("x", 1000)+"\r\n")(w, gone)
		})},
		{name: "100 Continue for ever", url: raw(endless("HTTP/1.1 100 Continue\r\n\r\n"))},
		{name: "garbage", url: raw(endless("\x00\xff<html>"))},
		{name: "reset", url: raw(func(io.Writer, <-chan struct{}) {})},
		{name: "half an answer", url: raw(func(w io.Writer, gone <-chan struct{}) {
			_, _ = io.WriteString(w, head+"Content-Length: 400\r\n\r\n{\"code\":0,")
			<-gone
		})},
		{name: "clock jumps", url: "http://" + dead, now: jumping},
	}
}

// drip writes a byte now and then.
func drip(w io.Writer, gone <-chan struct{}) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
		case <-gone:
			return
		}
	}
}

// silentListener takes connections, reads, and never says a word.
func silentListener(b *testing.B) string {
	return rawServer(b, func(_ io.Writer, gone <-chan struct{}) { <-gone })
}

// rawServer answers each connection by a function after the first bytes came, or after none did: a client that
// waits for the server's first word gets it at once. gone is closed when the client has left.
func rawServer(b *testing.B, answer func(w io.Writer, gone <-chan struct{})) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				gone := make(chan struct{})
				first := make(chan struct{}, 1)
				go func() {
					defer close(gone)
					r := bufio.NewReader(c)
					_, _ = r.Peek(1)
					first <- struct{}{}
					_, _ = io.Copy(io.Discard, r)
				}()
				<-first
				answer(c, gone)
			}()
		}
	}()
	return l.Addr().String()
}

// silentUDP is a name server that never answers.
var silentUDP = func() func(b *testing.B) string {
	var once sync.Once
	var address string
	return func(b *testing.B) string {
		once.Do(func() {
			c, err := net.ListenPacket("udp", "127.0.0.1:0")
			require.NoError(b, err)
			address = c.LocalAddr().String() // open until the process ends
		})
		return address
	}
}()
