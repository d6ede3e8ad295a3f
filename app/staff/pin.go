package staff

import (
	"errors"
	"strings"
	"time"
)

// Role of a person. Stored; never reorder.
type Role uint8

const (
	Cashier       Role = 1 // кассир
	Senior        Role = 2 // старший кассир
	Manager       Role = 3 // менеджер, товаровед
	Director      Role = 4 // директор
	Administrator Role = 5 // администратор
)

// PIN length (till-ux LG-1).
const (
	minPIN = 4
	maxPIN = 6
)

// rounds of PBKDF2: a PIN has few values, so the hash can only slow a thief of the file down;
// this many cost a till of 2 cores about 60 ms.
const rounds = 120_000

// ErrWeakPIN is reported for a PIN that is not 4 to 6 digits, or all the same digit.
var ErrWeakPIN = errors.New("a PIN is 4 to 6 digits, not all the same")

// HashPIN makes what is kept of a PIN.
func HashPIN(pin string) (string, error) {
	if len(pin) < minPIN || len(pin) > maxPIN || strings.Trim(pin, "0123456789") != "" || strings.Trim(pin, pin[:1]) == "" {
		return "", ErrWeakPIN
	}
	return HashSecret(pin, rounds)
}

// VerifyPIN tells whether pin is the one that was hashed. It takes the same time for every pin.
func VerifyPIN(hash, pin string) bool { return len(pin) <= maxPIN && VerifySecret(hash, pin) }

// Wrong PINs: after FreeTries the till waits, longer each time (till-ux LG-3).
const (
	FreeTries  = 5
	firstPause = 30 * time.Second
	mostPause  = 15 * time.Minute
)

// Pause is how long a person has to wait after this many wrong PINs in a row.
func Pause(wrong int) time.Duration {
	if wrong < FreeTries {
		return 0
	}
	p := firstPause
	for i := FreeTries; i < wrong && p < mostPause; i++ {
		p *= 2
	}
	return min(p, mostPause)
}
