package gateway

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/codescheck"
)

func parse(t testing.TB, raw string) marking.MarkingCode {
	t.Helper()
	s, err := marking.Parse([]byte(raw))
	require.NoError(t, err)
	require.False(t, s.Code.IsZero())
	return s.Code
}

// The base64 below is of the whole КМ, its GS included.
func TestTheRequestIsTheReferencesToTheByte(t *testing.T) {
	const (
		km     = "0104600000000015215AbC!d9<&\x1d93Zz9Q"
		pack   = "046000000000225kT7!aZAC=UabcD"
		client = `"client_info":{"name":"Kassa","version":"1.0","id":"11111111-2222-4333-8444-555555555555","token":"t<&>"}}`
		head   = "POST /api/v%d/codes/check HTTP/1.1\r\nHost: HOST\r\nUser-Agent: kassa\r\nContent-Length: %d\r\nContent-Type: application/json\r\n\r\n"
	)
	for _, c := range []struct {
		name string
		api  int
		q    marking.Query
		body string
	}{
		{"version 1 has the codes as texts", 1, marking.Query{Code: parse(t, km), Group: marking.Beer},
			`{"codes":["MDEwNDYwMDAwMDAwMDAxNTIxNUFiQyFkOTwmHTkzWno5UQ=="],` + client},
		{"version 2 too", 2, marking.Query{Code: parse(t, km)},
			`{"codes":["MDEwNDYwMDAwMDAwMDAxNTIxNUFiQyFkOTwmHTkzWno5UQ=="],` + client},
		{"version 3 has objects with the product group", 3, marking.Query{Code: parse(t, km), Group: marking.Beer},
			`{"codes":[{"cis":"MDEwNDYwMDAwMDAwMDAxNTIxNUFiQyFkOTwmHTkzWno5UQ==","pg":15}],` + client},
		{"version 3 without a group that nobody knows", 3, marking.Query{Code: parse(t, pack)},
			`{"codes":[{"cis":"MDQ2MDAwMDAwMDAwMjI1a1Q3IWFaQUM9VWFiY0Q="}],` + client},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer l.Close()
			got := make(chan string, 1) // one request is read
			go func() { got <- readRequest(l) }()
			g := New(Settings{
				URL: "http://" + l.Addr().String(), API: c.api, Now: time.Now,
				Client: ClientInfo{Name: "Kassa", Version: "1.0", ID: "11111111-2222-4333-8444-555555555555", Token: func() string { return "t<&>" }},
			}, slog.New(slog.DiscardHandler))
			a := g.Check(t.Context(), c.q)
			want := fmt.Sprintf(head, c.api, len(c.body)) + c.body
			require.Equal(t, strings.Replace(want, "HOST", l.Addr().String(), 1), <-got)
			require.Equal(t, strings.Replace(c.body, "t<&>", hidden, 1), a.Sent, "the evidence has no token")
		})
	}
}

// readRequest takes the bytes of one request and closes the connection.
func readRequest(l net.Listener) string {
	conn, err := l.Accept()
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	var raw bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &raw)))
	if err != nil {
		return err.Error()
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return err.Error()
	}
	return raw.String()
}

// element is one of codesResponse, as of version 1 (marking-check §7).
const element = `{"code":0,"description":"ok","codes":[{"cis":"x","found":true,"valid":true,"verified":true,"realizable":true,"utilised":true}],
	"reqId":"5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f","reqTimestamp":"1795300000123","isCheckedOffline":false}`

func TestAnswersOfAllVersions(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       marking.Fault
		emergency  bool
	}{
		{"version 1", `{"codesResponse":{"codesResponse":[` + element + `]}}`, marking.FaultNone, false},
		{"versions 2 and 3", `{"codesResponse":[` + element + `]}`, marking.FaultNone, false},
		{"an emergency of the one code", `{"codesResponse":[{"code":203,"description":"x"}]}`, marking.FaultNone, true},
		{"a silent issuer", `{"codesResponse":[{"code":5000,"description":"x"}]}`, marking.FaultOutside, false},
		{"a failing centre", `{"codesResponse":[{"code":"503"}]}`, marking.FaultServer, false},
		{"a refused key of the gateway", `{"codesResponse":[{"code":401}]}`, marking.FaultUnauthorised, false},
		{"nobody answered", `{"codesResponse":[{"code":514}]}`, marking.FaultTimeout, false},
		{"a code of its own", `{"codesResponse":[{"code":7}]}`, marking.FaultGarbage, false},
		{"two answers to one question", `{"codesResponse":[` + element + `,` + element + `]}`, marking.FaultGarbage, false},
		{"no answer", `{"codesResponse":[]}`, marking.FaultGarbage, false},
		{"null", `{"codesResponse":null}`, marking.FaultGarbage, false},
		{"null inside", `{"codesResponse":{"codesResponse":null}}`, marking.FaultGarbage, false},
		{"an element that is null", `{"codesResponse":[null]}`, marking.FaultGarbage, false},
		{"a text", `{"codesResponse":"ok"}`, marking.FaultGarbage, false},
		{"an answer without its codes", `{"codesResponse":[{"code":0,"reqId":"1","reqTimestamp":1}]}`, marking.FaultGarbage, false},
		{"an array", `[]`, marking.FaultGarbage, false},
		{"nothing", ``, marking.FaultGarbage, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := decodeCheck([]byte(c.body))
			if c.want != marking.FaultNone {
				require.NotNil(t, err)
				require.Equal(t, c.want, err.Fault, err)
				return
			}
			require.Nil(t, err)
			require.Equal(t, c.emergency, a.Emergency)
			require.Equal(t, !c.emergency, a.Answered() && *a.Utilised && a.ReqTimestamp == 1795300000123)
		})
	}
}

func TestEvidenceIsCutAndReadable(t *testing.T) {
	require.Equal(t, "a\uFFFDb", exchange([]byte("a\xffb")))
	require.Len(t, exchange(bytes.Repeat([]byte("x"), 1<<20)), marking.MaxExchange)
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"codesResponse":{"codesResponse":[` + element + `]}}`))
	f.Add([]byte(`{"codesResponse":[` + element + `]}`))
	f.Add([]byte(`{"code":203,"message":"x"}`))
	f.Add([]byte(`{"error":{"errorCode":"403","errorDescription":"x"}}`))
	f.Add([]byte(`{"tspiotId":"1","codesCheckTimeout":"1800","lm":{"lastSync":"1795299990000","port":5995,"expDate":"2026-03-22T10:30:00Z"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := decodeCheck(body)
		if err != nil {
			require.NotEqual(t, marking.FaultNone, err.Fault)
			require.NotEmpty(t, err.Error())
		} else if !a.Emergency {
			require.Positive(t, a.ReqTimestamp)
			require.NotContains(t, a.ReqID, "&")
		}
		info, err := decodeInfo(body)
		if err != nil {
			require.Equal(t, marking.FaultGarbage, err.Fault)
		} else {
			require.NotContains(t, info.ID+info.INN, "\n")
			require.GreaterOrEqual(t, info.CheckTimeout, time.Duration(0))
		}
		_, text := refusal(body)
		require.NotContains(t, codescheck.OneLine(text), "\n")
	})
}
