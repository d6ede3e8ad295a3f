package trueapi_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/sync/trueapi"
)

func jwt(claims string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"none"}`)) + "." + part([]byte(claims)) + "." + part([]byte("signature"))
}

func TestAKeyThatIsAJWTTellsItsEnd(t *testing.T) {
	end := time.Date(2026, 12, 31, 20, 59, 59, 0, time.UTC)
	for _, c := range []struct {
		name, key string
		want      time.Time
	}{
		{"with an end", jwt(`{"sub":"7700000009","exp":1798750799}`), end},
		{"with a fraction of a second", jwt(`{"exp":1798750799.5}`), end},
		{"without an end", jwt(`{"sub":"7700000009"}`), time.Time{}},
		{"an end that is null", jwt(`{"exp":null}`), time.Time{}},
		{"an end before time", jwt(`{"exp":-1}`), time.Time{}},
		{"an end beyond all time", jwt(`{"exp":1e300}`), time.Time{}},
		{"an end beyond the calendar", jwt(`{"exp":9223372036854775807}`), time.Time{}},
		{"claims that are no JSON", jwt(`exp=1`), time.Time{}},
		{"claims that are no base64", "a.!!.b", time.Time{}},
		{"two parts", "a.b", time.Time{}},
		{"a UUID, as the cabinet gives", "5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f", time.Time{}},
		{"nothing", "", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := trueapi.KeyUntil(c.key)
			require.Equal(t, !c.want.IsZero(), ok)
			require.Equal(t, c.want, got)
		})
	}
}

func FuzzKeyUntil(f *testing.F) {
	f.Add(jwt(`{"exp":1798750799}`))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, key string) {
		if until, ok := trueapi.KeyUntil(key); ok {
			require.True(t, until.Year() >= 1970 && until.Year() <= 9999)
		}
	})
}
