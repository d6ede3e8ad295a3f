package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/gateway"
	"kassa/sync/gatewaysim"
	"kassa/sync/pipetest"
)

const (
	ms   = time.Millisecond
	scan = 1500 * ms
)

// The budget of a scan to the nanosecond: till, gateway and what is behind it on a clock of their own.
func TestACheckEndsInTimeWhateverTheGatewayDoes(t *testing.T) {
	const never = time.Hour
	for _, c := range []struct {
		name           string
		centre, module time.Duration // after which they answer
		faults         string        // of the gateway
		patience       time.Duration
		want           marking.Fault
		took           time.Duration
	}{
		{"the centre's answer after 0.2 s is used", 200 * ms, 0, `{}`, scan, marking.FaultNone, 200 * ms},
		{"the centre's answer after 1.4 s is used", 1400 * ms, 0, `{}`, scan, marking.FaultNone, 1400 * ms},
		{"a silent centre leaves the gateway's module 0.3 s", never, 1600 * ms, `{}`, 2 * scan, marking.FaultNone, 1600 * ms},
		{"the gateway's module is too late for a scan", never, 0, `{}`, scan - ms, marking.FaultTimeout, scan - ms},
		{"nobody behind the gateway: 514 after 1.8 s, not asked again", never, never, `{}`, gateway.DefaultTimeout, marking.FaultTimeout, 1800 * ms},
		{"nobody behind the gateway ends a scan", never, never, `{}`, scan, marking.FaultTimeout, scan},
		{"a patient caller is not kept longer than the settings say", never, never, `{"blackhole":true}`, time.Minute, marking.FaultTimeout, gateway.DefaultTimeout},
		{"silence ends with the scan", 0, 0, `{"blackhole":true}`, scan, marking.FaultTimeout, scan},
		{"a byte now and then ends with the scan", 0, 0, `{"drip":true}`, scan, marking.FaultTimeout, scan},
		{"silence of info ends with the scan", 0, 0, `{"blackhole":true,"on":"all"}`, scan, marking.FaultTimeout, scan},
		{"two quick errors are told at once", 0, 0, `{"delay_ms":300,"status":500}`, scan, marking.FaultServer, 600 * ms},
		{"a slow error leaves no time for another", 0, 0, `{"delay_ms":1000,"status":500}`, scan, marking.FaultServer, 1000 * ms},
		{"two quick 514 are told at once", 0, 0, `{"delay_ms":100,"status":514}`, scan, marking.FaultTimeout, 200 * ms},
		{"two quick 504 are told at once", 0, 0, `{"status":504}`, scan, marking.FaultServer, 0},
		{"a busy drive is asked again after a second", 0, 0, `{"status":407}`, scan, marking.FaultBusy, time.Second},
		{"a busy drive is not waited for without time", 0, 0, `{"status":407}`, 900 * ms, marking.FaultBusy, 0},
		{"a bad request is final", 0, 0, `{"status":400}`, scan, marking.FaultBadRequest, 0},
		{"no licence is final", 0, 0, `{"status":403}`, scan, marking.FaultUnauthorised, 0},
		{"garbage is final", 0, 0, `{"garbage":true}`, scan, marking.FaultGarbage, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sources := sources{centre: c.centre, module: c.module}
				g := gatewaysim.New(gatewaysim.Options{
					Central: "http://centre", Module: "http://module", Now: time.Now, Log: slog.New(slog.DiscardHandler), Transport: sources,
				})
				set := httptest.NewRecorder()
				g.Control().ServeHTTP(set, httptest.NewRequest(http.MethodPost, "/lab/faults", strings.NewReader(c.faults)))
				require.Equal(t, http.StatusOK, set.Code)
				checker := inMemory(t, g.Handler())

				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				a := checker.Check(ctx, marking.Query{Code: code(t)})
				require.Equal(t, c.want, a.Fault, a.Detail)
				require.Equal(t, c.took, time.Since(start))
				require.Equal(t, c.took, a.Latency)
			})
		})
	}
}

func TestCodesAreAskedOneAfterAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gatewaysim.New(gatewaysim.Options{
			Central: "http://centre", Now: time.Now, Log: slog.New(slog.DiscardHandler), Transport: sources{centre: 400 * ms},
		})
		checker := inMemory(t, g.Handler())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		answers := make(chan marking.OnlineAnswer, 3)
		var asking sync.WaitGroup
		for range cap(answers) {
			asking.Go(func() { answers <- checker.Check(ctx, marking.Query{Code: code(t)}) })
		}
		asking.Wait()
		close(answers)
		var took []time.Duration
		for a := range answers {
			if a.Fault == marking.FaultNone {
				took = append(took, a.Latency)
				continue
			}
			require.Equal(t, marking.FaultTimeout, a.Fault, "never FaultBusy: the drive is asked for one code at a time; %s", a.Detail)
		}
		require.ElementsMatch(t, []time.Duration{400 * ms, 800 * ms}, took, "the third has no time left")
		require.Equal(t, time.Second, time.Since(start))

		again, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.True(t, checker.Check(again, marking.Query{Code: code(t)}).Answered(), "who gave up does not hold the others")
	})
}

func TestAFailedCheckIsRepeatedOnceWhereThatMayHelp(t *testing.T) {
	const good = `{"codesResponse":[{"code":0,"codes":[{"cis":"x","found":true}],"reqId":"5d0c1c0e","reqTimestamp":1795300000123}]}`
	for _, c := range []struct {
		name   string
		status []int // of the answers, the last for all that follow
		want   marking.Fault
		asked  int64
		took   time.Duration
	}{
		{"busy, then free", []int{407, 200}, marking.FaultNone, 2, time.Second},
		{"failing, then well", []int{500, 200}, marking.FaultNone, 2, 0},
		{"silent sources, then well", []int{514, 200}, marking.FaultNone, 2, 0},
		{"failing twice", []int{504}, marking.FaultServer, 2, 0},
		{"a version that is set and not there is final", []int{501, 200}, marking.FaultServer, 1, 0},
		{"busy, then failing", []int{407, 500}, marking.FaultServer, 2, time.Second},
		{"a bad request is final", []int{400, 200}, marking.FaultBadRequest, 1, 0},
		{"no licence is final", []int{403, 200}, marking.FaultUnauthorised, 1, 0},
		{"an emergency is final", []int{203, 200}, marking.FaultNone, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int64
				checker := inMemory(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					n := min(int(asked.Add(1)), len(c.status))
					w.WriteHeader(c.status[n-1])
					fmt.Fprint(w, good)
				}), func(s *gateway.Settings) { s.API = 3 })
				a := checker.Check(t.Context(), marking.Query{Code: code(t)})
				require.Equal(t, c.want, a.Fault, a.Detail)
				require.Equal(t, c.asked, asked.Load())
				require.Equal(t, c.took, a.Latency)
			})
		})
	}
}

// sources answer for the centre and for the module after a time, as far as the gateway waits.
type sources struct{ centre, module time.Duration }

func (s sources) RoundTrip(r *http.Request) (*http.Response, error) {
	after, body := s.centre, `{"code":0,"codes":[{"cis":"x","found":true}],"reqId":"5d0c1c0e","reqTimestamp":1795300000123}`
	switch {
	case strings.HasSuffix(r.URL.Path, "/status"):
		after, body = 0, `{"version":"2.1.0-627","status":"ready"}`
	case r.URL.Host == "module":
		after, body = s.module, `{"results":[{"code":0,"reqId":"7c0a","reqTimestamp":1,"inst":"0f1e","version":"a1b2","codes":[{"cis":"x","isBlocked":false}]}]}`
	}
	t := time.NewTimer(after)
	defer t.Stop()
	select {
	case <-t.C:
		return http.ReadResponse(bufio.NewReader(strings.NewReader("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+body)), r)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// inMemory serves a gateway over pipes until the test ends: sockets do not live on the test's clock.
func inMemory(t *testing.T, h http.Handler, change ...func(*gateway.Settings)) *gateway.Client {
	wire := pipetest.New()
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(wire) }()
	s := settings("http://127.0.0.1:51401")
	s.Timeout, s.Dial = 0, wire.Dial
	for _, f := range change {
		f(&s)
	}
	c := gateway.New(s, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = server.Close() })
	t.Cleanup(c.CloseIdle)
	return c
}

func counting(n *atomic.Int64) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		n.Add(1)
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

func TestABrokenNetworkIsAFaultWithinTheBudget(t *testing.T) {
	serve := func(h http.HandlerFunc) func(*testing.T) *gateway.Client {
		return func(t *testing.T) *gateway.Client {
			s := httptest.NewServer(h)
			t.Cleanup(s.Close)
			return newClient(t, s.URL)
		}
	}
	listen := func(scheme string, talk func(net.Conn)) func(*testing.T) *gateway.Client {
		return func(t *testing.T) *gateway.Client { return newClient(t, scheme+"://"+listener(t, talk)) }
	}
	for _, c := range []struct {
		name   string
		client func(*testing.T) *gateway.Client
		want   marking.Fault
	}{
		{"a name that is looked up for ever", func(t *testing.T) *gateway.Client {
			return newClient(t, "https://slow.example", func(s *gateway.Settings) {
				s.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
					<-t.Context().Done() // deaf to its own context, as the worst resolver
					return nil, ctx.Err()
				}
			})
		}, marking.FaultTimeout},
		{"TLS that is no TLS", listen("https", func(c net.Conn) { fmt.Fprint(c, "220 mail.example ESMTP\r\n"); _ = c.Close() }), marking.FaultUnreachable},
		{"a handshake that stalls", listen("https", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }), marking.FaultTimeout},
		{"a header that never ends", listen("http", func(c net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(c))
			for {
				if _, err := fmt.Fprint(c, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 64<<10)); err != nil {
					return
				}
			}
		}), marking.FaultUnreachable},
		{"an answer that is cut off", listen("http", func(c net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(c))
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"codesResponse\":[")
			_ = c.Close()
		}), marking.FaultUnreachable},
		{"a refusal that is cut off is still a refusal", listen("http", func(c net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(c))
			fmt.Fprint(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 500\r\n\r\n{\"code\":4")
			_ = c.Close()
		}), marking.FaultUnauthorised},
		{"a redirect, which is not followed", serve(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				panic("the token was carried elsewhere")
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}), marking.FaultGarbage},
		{"a huge answer", serve(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20+1))
		}), marking.FaultGarbage},
		{"an endless answer", serve(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(bytes.Repeat([]byte(" "), 64<<10)); err != nil {
					return
				}
			}
		}), marking.FaultGarbage},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := checkWanting(t, c.client(t), c.want)
			require.NotEmpty(t, a.Detail)
		})
	}
}

// listener accepts connections for talk until the test ends, and gives its address.
func listener(t *testing.T, talk func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				talk(conn)
			}()
		}
	}()
	return l.Addr().String()
}
