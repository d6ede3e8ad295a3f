package staff

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// scheme begins every hash of a secret; hashes with another one are not ours.
const scheme = "pbkdf2-sha256"

// mostRounds bounds the work that a stored hash may ask for.
const mostRounds = 10_000_000

// HashSecret makes what is kept of a PIN or a password: scheme, rounds, salt and key. rounds set the price of a guess.
func HashSecret(secret string, rounds int) (string, error) {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	key, err := pbkdf2.Key(sha256.New, secret, salt, rounds, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("hash secret: %w", err)
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d$%s$%s", scheme, rounds, b64(salt), b64(key)), nil
}

// IsHash tells whether HashSecret made the text.
func IsHash(text string) bool { return strings.HasPrefix(text, scheme+"$") }

// VerifySecret tells whether secret is the one that was hashed. It takes the same time for every secret.
func VerifySecret(hash, secret string) bool {
	parts := strings.Split(hash, "$")
	// HMAC pads its key with zero bytes: a secret with such bytes behind it would be as good as the secret.
	if len(parts) != 4 || parts[0] != scheme || strings.HasSuffix(secret, "\x00") {
		return false
	}
	rounds, err1 := strconv.Atoi(parts[1])
	salt, err2 := base64.RawStdEncoding.DecodeString(parts[2])
	want, err3 := base64.RawStdEncoding.DecodeString(parts[3])
	if err1 != nil || err2 != nil || err3 != nil || rounds < 1 || rounds > mostRounds || len(want) != sha256.Size {
		return false
	}
	got, err := pbkdf2.Key(sha256.New, secret, salt, rounds, sha256.Size)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1
}
