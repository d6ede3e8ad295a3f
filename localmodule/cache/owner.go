package cache

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Owner is who a data folder belongs to and how its module is spoken to.
type Owner struct {
	Inst       string // UUID of this module, made by Init
	INN        string
	Login      string
	Password   string // as HashPassword made it, never plain
	Token      string // secret: the centre's, for the upstream only
	Upstream   string // base address, empty: none
	AllowBasic bool   // plain HTTP with Basic login is allowed
	Test       bool   // made-up data of `fill`: no rate limit, never a real module
}

// MinPassword is the shortest password in characters. There is no default one.
const MinPassword = 8

// iterations make one guess of a password cost about 0.2 s here (OWASP: 600,000 for PBKDF2-HMAC-SHA256, 2023).
const (
	iterations = 600_000
	hashScheme = "pbkdf2-sha256"
	saltSize   = 16
)

// Errors of settings that cannot be taken.
var (
	ErrPassword = errors.New("unfit password")
	ErrLogin    = errors.New("unfit login")
	ErrINN      = errors.New("wrong ИНН")
	ErrToken    = errors.New("unfit token")
)

// HashPassword makes what is stored of a password.
func HashPassword(password string) (string, error) {
	if n := len([]rune(password)); n < MinPassword {
		return "", fmt.Errorf("password of %d characters, at least %d: %w", n, MinPassword, ErrPassword)
	}
	salt := make([]byte, saltSize)
	rand.Read(salt)
	key, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d$%s$%s", hashScheme, iterations, b64(salt), b64(key)), nil
}

// PasswordIs compares a password with a stored one in constant time. It takes about 0.2 s.
func PasswordIs(hashed, password string) bool {
	parts := strings.Split(hashed, "$")
	if len(parts) != 4 || parts[0] != hashScheme {
		return false
	}
	rounds, err := strconv.Atoi(parts[1])
	if err != nil || rounds < 1 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[2])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[3])
	if err1 != nil || err2 != nil || len(want) != sha256.Size {
		return false
	}
	got, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	return err == nil && hmac.Equal(got, want)
}

// LoginIs compares a login in constant time.
func (o Owner) LoginIs(login string) bool {
	got, want := sha256.Sum256([]byte(login)), sha256.Sum256([]byte(o.Login))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// Check tells whether an owner may be stored: ErrINN, ErrLogin, ErrPassword or ErrToken.
func (o Owner) Check() error {
	if !ValidINN(o.INN) {
		return fmt.Errorf("%.20q is no ИНН of 10 or 12 digits with right check digits: %w", o.INN, ErrINN)
	}
	// RFC 7617 §2: a colon ends the login in a Basic header.
	if o.Login == "" || len(o.Login) > 64 || strings.ContainsFunc(o.Login, func(r rune) bool { return r < ' ' || r == ':' }) {
		return fmt.Errorf("1 to 64 characters without a colon: %w", ErrLogin)
	}
	if !strings.HasPrefix(o.Password, hashScheme+"$") {
		return fmt.Errorf("not hashed: %w", ErrPassword)
	}
	return CheckToken(o.Token)
}

// CheckToken tells whether a token can stand in a header.
func CheckToken(token string) error {
	if token == "" || len(token) > 8192 || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("1 to 8192 printable characters without spaces: %w", ErrToken)
	}
	return nil
}

// ValidINN tells whether an ИНН has 10 or 12 digits and right check digits.
// Source: приказ ФНС ЕД-7-14/559@ of 26.06.2025, the algorithm is unchanged since 1993.
func ValidINN(inn string) bool {
	weights := []int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
	for i := range len(inn) {
		if inn[i] < '0' || inn[i] > '9' {
			return false
		}
	}
	right := func(at int) bool {
		sum := 0
		for i, w := range weights[len(weights)-at:] {
			sum += w * int(inn[i]-'0')
		}
		return sum%11%10 == int(inn[at]-'0')
	}
	switch len(inn) {
	case 10:
		return right(9)
	case 12:
		return right(10) && right(11)
	}
	return false
}
