package cache

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

	"kassa/app/staff"
	"kassa/app/till"
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
const iterations = 600_000

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
	return staff.HashSecret(password, iterations)
}

// PasswordIs compares a password with a stored one in constant time. It takes about 0.2 s.
func PasswordIs(hashed, password string) bool { return staff.VerifySecret(hashed, password) }

// LoginIs compares a login in constant time.
func (o Owner) LoginIs(login string) bool {
	got, want := sha256.Sum256([]byte(login)), sha256.Sum256([]byte(o.Login))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// Check tells whether an owner may be stored: ErrINN, ErrLogin, ErrPassword or ErrToken.
func (o Owner) Check() error {
	if !till.ValidINN(o.INN) {
		return fmt.Errorf("%.20q is no ИНН of 10 or 12 digits with right check digits: %w", o.INN, ErrINN)
	}
	// RFC 7617 §2: a colon ends the login in a Basic header.
	if o.Login == "" || len(o.Login) > 64 || strings.ContainsFunc(o.Login, func(r rune) bool { return r < ' ' || r == ':' }) {
		return fmt.Errorf("1 to 64 characters without a colon: %w", ErrLogin)
	}
	if !staff.IsHash(o.Password) {
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
