package centralsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCodesAreAnsweredByTheirFactsAndByPosition(t *testing.T) {
	w := newWorld(t)
	w.lab(http.MethodPut, "/lab/codes", `[
		{"cis":"`+ki+`","groupIds":[15],"expireDate":"2027-03-01T00:00:00.000Z","sold":true,"verified":null},
		{"cis":"`+pack+`","groupIds":[3],"smp":15300,"realizable":false,"grayZone":true}]`)
	tail := "AC=UZz9Q"
	answer := w.check(km, "0104600000000015210000000\x1d93Zz9Q", "4600000000015", pack+tail, "0104600000000022"+"215kT7!aZ"+"\x1d8005001890\x1d93Zz9Q")

	require.EqualValues(t, 0, answer["code"])
	require.EqualValues(t, w.now.UnixMilli(), answer["reqTimestamp"])
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$`, answer["reqId"])
	require.NotEqual(t, answer["reqId"], w.check(km)["reqId"])
	good := func(more map[string]any) map[string]any {
		f := map[string]any{"valid": true, "verified": true, "found": true, "realizable": true, "utilised": true, "isBlocked": false, "sold": false, "errorCode": 0.0}
		for k, v := range more {
			f[k] = v
		}
		return f
	}
	known := good(map[string]any{"cis": ki + "93Zz9Q", "printView": ki, "gtin": "04600000000015", "groupIds": []any{15.0},
		"expireDate": "2027-03-01T00:00:00.000Z", "sold": true})
	delete(known, "verified") // null takes a member out
	tobacco := map[string]any{"gtin": "04600000000022", "groupIds": []any{3.0}, "smp": 15300.0, "realizable": false, "grayZone": true}
	smoke, carton := good(tobacco), good(tobacco)
	smoke["cis"], smoke["printView"] = pack+tail, pack
	carton["cis"], carton["printView"] = "0104600000000022215kT7!aZ800500189093Zz9Q", "0104600000000022215kT7!aZ"
	require.Equal(t, []any{
		known,
		map[string]any{"cis": "010460000000001521000000093Zz9Q", "printView": "0104600000000015210000000", "gtin": "04600000000015", "valid": true,
			"verified": false, "found": false, "realizable": false, "utilised": false, "isBlocked": false, "sold": false,
			"errorCode": 10.0, "message": "Код маркировки не найден в ГИС МТ"},
		map[string]any{"cis": "4600000000015", "valid": false, "verified": false, "found": false, "realizable": false, "utilised": false,
			"errorCode": 1.0, "message": "Код маркировки некорректен"},
		smoke,
		carton,
	}, answer["codes"])
}

func TestFactsAreReplacedByCodeAndAllOrNothing(t *testing.T) {
	w := newWorld(t)
	first := func() map[string]any { return w.check(km)["codes"].([]any)[0].(map[string]any) }
	require.JSONEq(t, `{"codes":1}`, string(w.lab(http.MethodPut, "/lab/codes", `[{"cis":"`+ki+`","sold":true}]`)))
	require.Equal(t, true, first()["sold"])
	require.JSONEq(t, `{"codes":1}`, string(w.lab(http.MethodPut, "/lab/codes", `[{"cis":"`+ki+`","isBlocked":true}]`)))
	require.Equal(t, false, first()["sold"], "the new facts replace the old ones")
	for name, body := range map[string]string{
		"a code that is none":  `[{"cis":"` + ki + `","sold":true},{"cis":"hello"}]`,
		"facts without a code": `[{"sold":true}]`,
		"null":                 `[null]`,
		"no array":             `{"cis":"` + ki + `"}`,
		"two values":           `[] []`,
		"no JSON":              `cis=1`,
	} {
		status, data := send(t, http.MethodPut, w.control+"/lab/codes", body)
		require.Equal(t, http.StatusBadRequest, status, "%s: %s", name, data)
	}
	require.Equal(t, true, first()["isBlocked"], "a refused list changed nothing")
}

func TestTheHeaderRulesOfTheGuideAreKept(t *testing.T) {
	w := newWorld(t)
	body := `{"codes":["` + ki + `"]}`
	const key, kind = "X-API-KEY", "Content-Type"
	for _, c := range []struct {
		name   string
		body   string
		header []string
		want   int
	}{
		{"all is right", body, []string{key, "k", kind, "application/json"}, 200},
		{"the charset is named", body, []string{key, "k", kind, "application/json; charset=UTF-8"}, 200},
		{"another charset", body, []string{key, "k", kind, "application/json; charset=windows-1251"}, 400},
		{"another type", body, []string{key, "k", kind, "text/plain"}, 400},
		{"no type", body, []string{key, "k"}, 400},
		{"a header twice", body, []string{key, "k", kind, "application/json", "X-Other", "1", "X-Other", "1"}, 400},
		{"the key twice", body, []string{key, "k", key, "k", kind, "application/json"}, 400},
		{"no key", body, []string{kind, "application/json"}, 401},
		{"a key that is refused", body, []string{key, "bad-token", kind, "application/json"}, 401},
		{"no codes", `{"codes":[]}`, []string{key, "k", kind, "application/json"}, 400},
		{"no JSON", `codes`, []string{key, "k", kind, "application/json"}, 400},
		{"a drive of 15 digits", `{"codes":["x"],"fiscalDriveNumber":"738044070000000"}`, []string{key, "k", kind, "application/json"}, 400},
		{"zone 0", `{"codes":["x"],"timeZone":0}`, []string{key, "k", kind, "application/json"}, 400},
		{"zone 12", `{"codes":["x"],"timeZone":12}`, []string{key, "k", kind, "application/json"}, 400},
		{"members that nobody knows", `{"codes":["x"],"more":1}`, []string{key, "k", kind, "application/json"}, 200},
		{"a body over a megabyte", `{"codes":["` + strings.Repeat("x", 1<<20) + `"]}`, []string{key, "k", kind, "application/json"}, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, data := send(t, http.MethodPost, w.url+"/api/v4/true-api/codes/check", c.body, c.header...)
			require.Equal(t, c.want, status, "%s", data)
			if c.want != 200 {
				require.EqualValues(t, c.want, object(t, data)["code"])
				require.NotEmpty(t, object(t, data)["description"])
			}
		})
	}
}

func TestTheListOfSitesNamesTheSiteItself(t *testing.T) {
	w := newWorld(t)
	status, data := send(t, http.MethodGet, w.url+"/api/v4/true-api/cdn/info", "", "X-API-KEY", "k")
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"code":0,"description":"ok","hosts":[{"host":"`+w.url+`"}]}`, string(data))
	status, data = send(t, http.MethodGet, w.url+"/api/v4/true-api/cdn/health/check", "", "X-API-KEY", "k", "Content-Type", "application/json")
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"code":0,"description":"ok","avgTimeMs":1}`, string(data))
	status, _ = send(t, http.MethodGet, w.url+"/api/v4/true-api/cdn/info", "", "X-API-KEY", "bad-token")
	require.Equal(t, 401, status)
}

func TestTheListOfSitesCanBeSet(t *testing.T) {
	w := newWorld(t)
	info := func() string {
		status, data := send(t, http.MethodGet, w.url+"/api/v4/true-api/cdn/info", "", "X-API-KEY", "k")
		require.Equal(t, 200, status)
		return string(data)
	}
	w.lab(http.MethodPut, "/lab/hosts", `["https://a.example","https://b.example:8443"]`)
	require.JSONEq(t, `{"code":0,"description":"ok","hosts":[{"host":"https://a.example"},{"host":"https://b.example:8443"}]}`, info())
	w.lab(http.MethodPut, "/lab/hosts", `[]`)
	require.JSONEq(t, `{"code":0,"description":"ok","hosts":[]}`, info())
	w.lab(http.MethodPut, "/lab/hosts", `null`)
	require.Contains(t, info(), w.url)
	for _, body := range []string{`{}`, `[1]`, `"x"`, ``, `[] []`, `[` + strings.Repeat(`"x",`, 1000) + `"x"]`} {
		status, data := send(t, http.MethodPut, w.control+"/lab/hosts", body)
		require.Equal(t, http.StatusBadRequest, status, "%.20q: %s", body, data)
	}
}
