package trueapi_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
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
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/trueapi"
)

// ailment is one way in which the network or a site is ill, on real sockets.
type ailment struct {
	name string
	tls  bool
	talk func(net.Conn)                                                                       // what the ill site does with a connection
	dial func(t *testing.T) func(ctx context.Context, network, addr string) (net.Conn, error) // or how the ill network dials
	want marking.Fault
}

// ailments of issue «One budget of 1.5 s for the whole scan, whatever fails».
func ailments() []ailment {
	answer := func(c net.Conn, head, body string) {
		_, _ = http.ReadRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, head+body) // a client that has left is what some of these are for
	}
	return []ailment{
		{name: "a name server that never answers", dial: silentResolver, want: marking.FaultTimeout},
		{name: "a dialler that is deaf to its context", dial: func(t *testing.T) func(context.Context, string, string) (net.Conn, error) {
			return func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-t.Context().Done()
				return nil, ctx.Err()
			}
		}, want: marking.FaultTimeout},
		{name: "TLS that stalls in the handshake", tls: true, talk: func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, want: marking.FaultTimeout},
		{name: "TLS that is broken off", tls: true, talk: func(c net.Conn) { _, _ = c.Read(make([]byte, 5)) }, want: marking.FaultUnreachable},
		{name: "TLS that is nonsense", tls: true, talk: func(c net.Conn) { answer(c, "220 mail.example ESMTP\r\n", "") }, want: marking.FaultUnreachable},
		{name: "a connection that nobody reads", talk: hold, want: marking.FaultTimeout},
		{name: "a request that is read and not answered", talk: func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, want: marking.FaultTimeout},
		{name: "a header byte by byte", talk: func(c net.Conn) { answer(c, "", ""); drip(c, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 10000)) }, want: marking.FaultTimeout},
		{name: "a body byte by byte", talk: func(c net.Conn) {
			answer(c, "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", "")
			drip(c, strings.Repeat(" ", 10000))
		}, want: marking.FaultTimeout},
		{name: "a body that stops", talk: func(c net.Conn) { answer(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", `{"code":0,`); hold(c) }, want: marking.FaultTimeout},
		{name: "a body that is cut off", talk: func(c net.Conn) { answer(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", `{"code":0,`) }, want: marking.FaultUnreachable},
		{name: "a body that is reset", talk: func(c net.Conn) {
			answer(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", `{"code":0,`)
			_ = c.(*net.TCPConn).SetLinger(0) // the close that follows resets
		}, want: marking.FaultUnreachable},
		{name: "10 MB", talk: func(c net.Conn) {
			answer(c, "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n", strings.Repeat(" ", 10000000))
		}, want: marking.FaultGarbage},
		{name: "chunks without end", talk: func(c net.Conn) {
			answer(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "")
			flood(c, "1000\r\n"+strings.Repeat(" ", 0x1000)+"\r\n")
		}, want: marking.FaultGarbage},
		{name: "chunks of nonsense", talk: func(c net.Conn) { answer(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "zz\r\n") }, want: marking.FaultUnreachable},
		{name: "one header without end", talk: func(c net.Conn) { answer(c, "HTTP/1.1 200 OK\r\nX: ", ""); flood(c, strings.Repeat("x", 4096)) }, want: marking.FaultUnreachable},
		{name: "headers without end", talk: func(c net.Conn) { answer(c, "HTTP/1.1 200 OK\r\n", ""); flood(c, "X-Noise: x\r\n") }, want: marking.FaultUnreachable},
		{name: "100 Continue without end", talk: func(c net.Conn) { answer(c, "", ""); flood(c, "HTTP/1.1 100 Continue\r\nX: xxxxxxxx\r\n\r\n") }, want: marking.FaultUnreachable},
		{name: "a bomb of gzip", talk: func(c net.Conn) {
			answer(c, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", len(bomb())), bomb())
		}, want: marking.FaultGarbage},
		{name: "no HTTP", talk: func(c net.Conn) { answer(c, "SSH-2.0-OpenSSH_9.6\r\n", "") }, want: marking.FaultUnreachable},
		{name: "a page of a captive portal", talk: func(c net.Conn) {
			answer(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n", "<html>\x00\xff pay")
		}, want: marking.FaultGarbage},
		{name: "a redirect", talk: func(c net.Conn) {
			answer(c, "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://"+c.LocalAddr().String()+"/elsewhere\r\nContent-Length: 0\r\n\r\n", "")
		}, want: marking.FaultGarbage},
	}
}

func TestWhateverFailsAScanEndsInTimeAndTheNextOneIsNotHurt(t *testing.T) {
	for _, c := range ailments() {
		t.Run(c.name, func(t *testing.T) {
			w := newWard(t, c)
			answer := checkWanting(t, w.pool, c.want)
			require.NotEmpty(t, answer.Detail)
			require.LessOrEqual(t, len(answer.Got), marking.MaxExchange)
			require.LessOrEqual(t, w.connections.Load(), int64(2), "nothing is asked again and again")

			w.ill.Store(false)
			ctx, cancel := context.WithTimeout(t.Context(), ample)
			defer cancel()
			next := w.pool.Check(ctx, marking.Query{Code: code(t)})
			require.True(t, next.Answered(), next.Detail)
		})
	}
}

func TestNoiseBeforeAnAnswerIsNoFault(t *testing.T) {
	w := newWard(t, ailment{talk: func(c net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(c))
		fmt.Fprintf(c, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"+
			"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(goodAnswer), goodAnswer)
	}})
	answer := checkWanting(t, w.pool, marking.FaultNone)
	require.True(t, answer.Answered())
}

func TestARedirectIsNotFollowedAndTheKeyStaysHome(t *testing.T) {
	var strayed atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		site := httptest.NewServer(http.RedirectHandler(elsewhere.URL, status))
		pool := realPool(t, site.URL)
		ctx, cancel := context.WithTimeout(t.Context(), ample)
		require.Equal(t, marking.FaultGarbage, pool.Check(ctx, marking.Query{Code: code(t)}).Fault)
		_, err := pool.CheckMany(ctx, []string{km}, drive, 5)
		require.Equal(t, marking.FaultGarbage, fault(t, err))
		require.Equal(t, marking.FaultGarbage, pool.Probe(ctx).Fault)
		cancel()
		site.Close()
	}
	require.Zero(t, strayed.Load())
}

func TestASiteThatSendsBackKeyAndCodesPutsThemIntoNoError(t *testing.T) {
	for _, form := range []string{km, strings.ReplaceAll(km, "\x1d", ""), ki} {
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]any{"code": 400, "description": r.Header.Get("X-API-KEY") + " asked about " + form})
		}))
		_, err := realPool(t, site.URL).CheckMany(t.Context(), []string{km}, drive, 5)
		require.Equal(t, marking.FaultBadRequest, fault(t, err))
		require.Contains(t, err.Error(), "… asked about …")
		require.NotContains(t, err.Error(), "5AbC")
		site.Close()
	}
}

// ward is a pool with one site that is ill until it is told to be well.
type ward struct {
	pool        *trueapi.Sites
	ill         atomic.Bool
	connections atomic.Int64
}

func newWard(t *testing.T, a ailment) *ward {
	w := &ward{}
	w.ill.Store(true)
	lamp := httptest.NewTLSServer(http.NotFoundHandler()) // lends its certificate
	t.Cleanup(lamp.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop); _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { <-stop; _ = conn.Close() }()
			w.connections.Add(1)
			go func() {
				defer conn.Close()
				if w.ill.Load() && a.talk != nil {
					a.talk(conn)
					return
				}
				line := conn
				if a.tls {
					line = tls.Server(conn, &tls.Config{Certificates: lamp.TLS.Certificates})
				}
				if _, err := http.ReadRequest(bufio.NewReader(line)); err == nil {
					fmt.Fprintf(line, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(goodAnswer), goodAnswer)
				}
			}()
		}
	}()
	address := l.Addr().String()
	scheme := "http://"
	if a.tls {
		scheme = "https://"
	}
	well := (&net.Dialer{}).DialContext
	ill := well
	if a.dial != nil {
		ill = a.dial(t)
	}
	w.pool = realPool(t, scheme+"site.example", func(s *trueapi.SitesSettings) {
		s.TLS = lamp.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		s.TLS.ServerName = "example.com"
		s.Dial = func(ctx context.Context, network, name string) (net.Conn, error) {
			if a.dial != nil && w.ill.Load() {
				return ill(ctx, network, name)
			}
			return well(ctx, network, address)
		}
	})
	return w
}

// realPool is a pool of one site.
func realPool(t *testing.T, site string, change ...func(*trueapi.SitesSettings)) *trueapi.Sites {
	set := trueapi.SitesSettings{Entry: "http://127.0.0.1:1", BuiltIn: []string{site}, Token: func() string { return token }, Now: time.Now}
	for _, f := range change {
		f(&set)
	}
	pool := trueapi.NewSites(set, slog.New(slog.DiscardHandler))
	t.Cleanup(pool.Close)
	return pool
}

// silentResolver looks names up at a name server that takes every question and answers none.
func silentResolver(t *testing.T) func(context.Context, string, string) (net.Conn, error) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}}).DialContext
}

// hold keeps a connection without reading it until the other side or the ward closes it.
func hold(c net.Conn) {
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Read(func(uintptr) bool { return false }) // waits for bytes and takes none
}

// drip sends a byte each 10 ms.
func drip(c net.Conn, text string) {
	for i := range len(text) {
		if _, err := io.WriteString(c, text[i:i+1]); err != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// flood sends a text again and again.
func flood(c net.Conn, text string) {
	for {
		if _, err := io.WriteString(c, text); err != nil {
			return
		}
	}
}

// bomb is 16 MB of zeros in gzip.
var bomb = sync.OnceValue(func() string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range 16 {
		_, _ = w.Write(make([]byte, 1<<20)) // into memory
	}
	_ = w.Close()
	return packed.String()
})
