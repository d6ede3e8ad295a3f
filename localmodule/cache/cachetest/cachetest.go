// Package cachetest makes owners for tests of what stands on a cache. It knows the stored form of a password
// and nothing else.
//
// Example:
//
//	c.Init(ctx, cache.Owner{…, Password: cachetest.Hash(t, "correct horse")})
package cachetest

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// rounds are few: a real password takes 0.2 s for every look, and seconds under the race detector.
const rounds = 1000

// Hash is a password as cache.HashPassword stores it, quick to look at.
func Hash(t testing.TB, password string) string {
	t.Helper()
	salt := []byte("sixteen bytes of")
	key, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	require.NoError(t, err)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("pbkdf2-sha256$%d$%s$%s", rounds, b64(salt), b64(key))
}
