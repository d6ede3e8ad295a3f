package trueapi

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// KeyUntil is the end that a key tells of itself, when it is a JWT with the member exp (RFC 7519 §4.1.4);
// false: it tells none. Nothing is verified: the centre alone knows whether a key is good, this is for the
// warning before its last day.
func KeyUntil(key string) (time.Time, bool) {
	parts := strings.Split(key, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, false
	}
	var v struct {
		// A NumericDate may have a fraction of a second; the whole is enough.
		Exp json.Number `json:"exp"`
	}
	if json.Unmarshal(claims, &v) != nil {
		return time.Time{}, false
	}
	whole, _, _ := strings.Cut(v.Exp.String(), ".")
	seconds, err := json.Number(whole).Int64()
	if err != nil || seconds <= 0 || seconds > maxKeyEnd {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0).UTC(), true
}

// maxKeyEnd is the year 9999: a larger number is no date.
const maxKeyEnd = 253402300799
