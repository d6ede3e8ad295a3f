package gateway_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/sync/gateway"
)

func TestInfoSaysWhoTheGatewayIsAndHowItsModuleIs(t *testing.T) {
	for api := 1; api <= 3; api++ {
		t.Run(fmt.Sprint("version ", api), func(t *testing.T) {
			address := module(t)
			l := newLab(t, api, address)
			info, err := l.client.Info(t.Context())
			require.NoError(t, err)
			require.Equal(t, api, info.API)
			require.False(t, info.Emergency)
			require.Regexp(t, `^[0-9a-f-]{36}$`, info.ID)
			require.Equal(t, "00000000000001", info.Printer)
			require.Equal(t, "9999078900000001", info.Drive)
			require.Equal(t, "7700000009", info.INN)
			require.Equal(t, 1800*time.Millisecond, info.CheckTimeout)
			require.Positive(t, info.Latency)
			m := info.Module
			require.Equal(t, "2.1.0-627", m.Version)
			require.Equal(t, "ready", m.Status)
			require.Equal(t, time.UnixMilli(1795299990000).UTC(), m.LastSync)
			require.Equal(t, l.now.Add(24*time.Hour), m.TokenUntil)
			require.Equal(t, strings.TrimPrefix(address, "http://"), m.Address)
			require.Len(t, string(m.Token), 36)
		})
	}
}

func TestTheModulesTokenDoesNotPrintItself(t *testing.T) {
	l := newLab(t, 3, module(t))
	info, err := l.client.Info(t.Context())
	require.NoError(t, err)
	secret := string(info.Module.Token)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("gateway", "info", info, "module", *info.Module, "token", info.Module.Token)
	asJSON, err := json.Marshal(info)
	require.NoError(t, err)
	for _, text := range []string{log.String(), string(asJSON), fmt.Sprint(*info.Module), fmt.Sprintf("%+v %#v %s", *info.Module, *info.Module, info.Module.Token)} {
		require.Contains(t, text, "…")
		require.NotContains(t, text, secret)
		require.NotContains(t, text, password)
	}
	require.Empty(t, gateway.Secret("").String())
}

func TestInfoFindsTheVersionAgainWhenTheGatewayIsReplaced(t *testing.T) {
	was, is := newLab(t, 1, ""), newLab(t, 3, "")
	now := forward(t, was)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { now.ServeHTTP(w, r) }))
	defer front.Close()
	c := newClient(t, front.URL)
	api := func() int {
		info, err := c.Info(t.Context())
		require.NoError(t, err)
		return info.API
	}
	check := func() marking.OnlineAnswer { return c.Check(t.Context(), marking.Query{Code: code(t)}) }

	require.True(t, check().Answered())
	require.Contains(t, check().Got, `{"codesResponse":{"codesResponse":[`)
	now = forward(t, is)
	require.Equal(t, 3, api())
	require.Contains(t, check().Got, `{"codesResponse":[`)
	now = forward(t, was)
	a := check()
	require.True(t, a.Answered(), "an older one again: the check itself finds out; %s", a.Detail)
	require.Equal(t, 1, api())
}

// forward passes requests on to a gateway.
func forward(t *testing.T, l *lab) http.Handler {
	target, err := url.Parse(l.url)
	require.NoError(t, err)
	p := httputil.NewSingleHostReverseProxy(target)
	p.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	return p
}

func TestInfoThatCannotBeUsed(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   marking.Fault
	}{
		{"no member of a gateway", 200, `{}`, marking.FaultGarbage},
		{"no JSON", 200, `<html>`, marking.FaultGarbage},
		{"a member of another kind", 200, `{"tspiotId":1}`, marking.FaultGarbage},
		{"a limit below zero", 200, `{"tspiotId":"1","codesCheckTimeout":-1}`, marking.FaultGarbage},
		{"a limit of years", 200, `{"tspiotId":"1","codesCheckTimeout":"99999999999"}`, marking.FaultGarbage},
		{"no version is there", 404, ``, marking.FaultBadRequest},
		{"a gateway made of gRPC says so with 501", 501, ``, marking.FaultServer},
		{"no licence", 403, `{"code":403}`, marking.FaultUnauthorised},
		{"a failing gateway", 500, ``, marking.FaultServer},
		{"an error in place of an answer", 200, `{"error":{"errorCode":403,"errorDescription":"Нет лицензии"}}`, marking.FaultUnauthorised},
		{"a huge one", 200, `{"tspiotId":"1"` + strings.Repeat(" ", 2<<20) + `}`, marking.FaultGarbage},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
			}))
			defer s.Close()
			g := newClient(t, s.URL)
			_, err := g.Info(t.Context())
			require.Equal(t, c.want, fault(t, err), err)
			require.Equal(t, c.want, g.Check(t.Context(), marking.Query{Code: code(t)}).Fault, "a check finds out the version first")
		})
	}
}

func TestAnEmergencyIsTakenFromInfoToo(t *testing.T) {
	l := newLab(t, 2, "")
	l.faults(`{"status":203,"on":"all"}`)
	info, err := l.client.Info(t.Context())
	require.NoError(t, err)
	require.True(t, info.Emergency)
	a := l.client.Check(t.Context(), marking.Query{Code: code(t)})
	require.True(t, a.Emergency, a.Detail)
	l.faults(`{}`)
	require.True(t, l.client.Check(t.Context(), marking.Query{Code: code(t)}).Answered())
}

func TestWhatAGatewaySaysOfItselfStaysOnOneLine(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"tspiotId": "a\nb\x1b[2J" + strings.Repeat("x", 500), "lm": map[string]any{"status": "re\nady", "expDate": "soon"}})
	}))
	defer s.Close()
	info, err := newClient(t, s.URL).Info(t.Context())
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(info.ID, "a b [2Jxxx"), info.ID)
	require.Less(t, len(info.ID), 210)
	require.Equal(t, "re ady", info.Module.Status)
	require.True(t, info.Module.TokenUntil.IsZero())
	require.True(t, info.Module.LastSync.IsZero())
	require.Empty(t, info.Module.Address)
}
