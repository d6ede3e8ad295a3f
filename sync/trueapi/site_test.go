package trueapi

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheKeyIsSentToPlainHTTPSAddressesOnly(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		lab       bool
		want      string // empty: refused
	}{
		{"a host", "https://cdn-a.example", false, "https://cdn-a.example"},
		{"a host with a port", "https://cdn-b.example:8443", false, "https://cdn-b.example:8443"},
		{"a host in capitals with a slash", "https://CDN-B.Example/", false, "https://cdn-b.example"},
		{"an address of IPv6", "https://[2001:db8::1]:443", false, "https://[2001:db8::1]:443"},
		{"http", "http://cdn-a.example", false, ""},
		{"http of this machine", "http://127.0.0.1:8080", false, ""},
		{"http in a lab", "http://127.0.0.1:8080", true, "http://127.0.0.1:8080"},
		{"another protocol in a lab", "ftp://127.0.0.1", true, ""},
		{"a user", "https://user@cdn-a.example", false, ""},
		{"a password", "https://user:pw@cdn-a.example", false, ""},
		{"a path", "https://cdn-a.example/elsewhere", false, ""},
		{"a query", "https://cdn-a.example?x=1", false, ""},
		{"an empty query", "https://cdn-a.example?", false, ""},
		{"a fragment", "https://cdn-a.example#x", false, ""},
		{"no scheme", "cdn-a.example", false, ""},
		{"no host", "https://", false, ""},
		{"a port alone", "https://:443", false, ""},
		{"opaque", "https:cdn-a.example", false, ""},
		{"a line break", "https://cdn-a.example\r\nX: y", false, ""},
		{"a space", "https://cdn a.example", false, ""},
		{"nothing", "", false, ""},
		{"too long", "https://" + strings.Repeat("a", 250) + ".example", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			u, err := parseSite(c.raw, c.lab)
			if c.want == "" {
				require.Error(t, err)
				require.NotContains(t, err.Error(), "pw")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, u.String())
		})
	}
}

func TestTheBuiltInListIsTheGuidesInProductionAndTheEntryElsewhere(t *testing.T) {
	at := func(raw string) []string {
		entry, err := parseSite(raw, true)
		require.NoError(t, err)
		var hosts []string
		for _, u := range builtIn(entry) {
			hosts = append(hosts, u.String())
		}
		return hosts
	}
	production := at(ProductionEntry)
	require.Len(t, production, 11)
	require.Equal(t, "https://cdn01.crpt.ru", production[0])
	require.Equal(t, "https://cdn11.crpt.ru", production[10])
	require.Equal(t, []string{"https://markirovka.sandbox.crptech.ru"}, at("https://markirovka.sandbox.crptech.ru"), "another contour's key stays there")
}

func FuzzParseSite(f *testing.F) {
	for _, raw := range []string{"https://cdn01.crpt.ru", "http://127.0.0.1:1", "https://u:p@h", "https://[::1]:1/", "https://h?x", "//h", ""} {
		f.Add(raw, true)
	}
	f.Fuzz(func(t *testing.T, raw string, lab bool) {
		u, err := parseSite(raw, lab)
		if err != nil {
			return
		}
		require.True(t, u.Scheme == "https" || lab && u.Scheme == "http")
		require.NotEmpty(t, u.Hostname())
		require.Equal(t, url.URL{Scheme: u.Scheme, Host: u.Host}, *u)
		again, err := parseSite(u.String(), lab)
		require.NoError(t, err)
		require.Equal(t, u, again)
	})
}

func FuzzParseKept(f *testing.F) {
	entry := &url.URL{Scheme: "https", Host: "cdn.crpt.ru"}
	f.Add([]byte(`{"version":1,"entry":"https://cdn.crpt.ru","asked":"2026-11-22T12:00:00Z","sites":[{"url":"https://a.example","latency_us":41000}]}`))
	f.Add([]byte(`{"version":1,"entry":"https://cdn.crpt.ru","sites":[{"url":"https://a.example","out_until":"2026-11-22T12:00:00Z"},{"url":"https://a.example"}]}`))
	f.Add([]byte(`{"version":1,"sites":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		k, urls, err := parseKept(body, entry)
		if err != nil {
			return
		}
		require.Len(t, urls, len(k.Sites))
		for i, u := range urls {
			require.Equal(t, "https", u.Scheme)
			require.GreaterOrEqual(t, k.Sites[i].LatencyUS, int64(0))
		}
	})
}
