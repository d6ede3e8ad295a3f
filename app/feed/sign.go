package feed

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Refusals of VerifyHead and VerifyKeys; the answer that caused one is thrown away and what we have is kept.
var (
	ErrSignature    = errors.New("bad signature")
	ErrUnknownKey   = errors.New("signed by an unknown key")
	ErrKeyDates     = errors.New("signed by a key outside of its dates")
	ErrWrongFeed    = errors.New("belongs to another feed or list")
	ErrRollback     = errors.New("older than what is trusted")
	ErrFrozen       = errors.New("no longer valid")
	ErrKeysOutdated = errors.New("newer keys are needed first")
	ErrKeysExpired  = errors.New("keys have expired")
)

// Signed are the exact bytes that were signed, with the signature: the answer of /feed/v1/{list}/head.
type Signed struct {
	Body  []byte `json:"body"`  // base64 of the JSON of a Head
	Sig   []byte `json:"sig"`   // Ed25519 over Body, base64
	KeyID string `json:"keyId"` // one of Keys.Heads
}

// Signature is one of several.
type Signature struct {
	KeyID string `json:"keyId"`
	Sig   []byte `json:"sig"`
}

// SignedKeys is the answer of /feed/v1/keys. Signatures of keys that a reader does not know are no
// fault: a file may be signed by all earlier generations, for modules that slept through some.
type SignedKeys struct {
	Body       []byte      `json:"body"` // base64 of the JSON of Keys
	Signatures []Signature `json:"signatures"`
}

// Trusted is what a client already believes of one list; zero numbers at first contact.
type Trusted struct {
	Feed        string // empty: not known yet, any feed whose keys are trusted
	List        List
	KeysVersion int64
	Epoch, Seq  int64
	Issued      time.Time
}

// Trusted is what to believe once this head is applied.
func (h Head) Trusted() Trusted {
	return Trusted{Feed: h.Feed, List: h.List, KeysVersion: h.KeysVersion, Epoch: h.Epoch, Seq: h.Seq, Issued: h.Issued}
}

// SignHead makes the bytes of a head and signs them.
func SignHead(h Head, key ed25519.PrivateKey) (Signed, error) {
	if err := h.check(); err != nil {
		return Signed{}, fmt.Errorf("sign head of %s: %w", h.List, err)
	}
	body, err := json.Marshal(h)
	if err != nil {
		return Signed{}, fmt.Errorf("sign head of %s: %w", h.List, err)
	}
	return Signed{Body: body, Sig: ed25519.Sign(key, body), KeyID: KeyID(key.Public().(ed25519.PublicKey))}, nil
}

// SignKeys makes the bytes of keys.json and signs them with each root key.
func SignKeys(k Keys, roots ...ed25519.PrivateKey) (SignedKeys, error) {
	if err := k.check(); err != nil {
		return SignedKeys{}, fmt.Errorf("sign keys %d: %w", k.Version, err)
	}
	body, err := json.Marshal(k)
	if err != nil {
		return SignedKeys{}, fmt.Errorf("sign keys %d: %w", k.Version, err)
	}
	s := SignedKeys{Body: body}
	for _, r := range roots {
		s.Signatures = append(s.Signatures, Signature{KeyID: KeyID(r.Public().(ed25519.PublicKey)), Sig: ed25519.Sign(r, body)})
	}
	return s, nil
}

// VerifyHead checks a head against the keys and against what is trusted, at the time of the trusted
// clock. The order matters: nothing of the body is looked at before its signature is right.
//
// A head made under newer keys starts the ratchet anew, so that a stolen head key cannot lock clients
// out with a huge seq. Source: engine.md §4.4 step 1.
func VerifyHead(s Signed, keys Keys, now time.Time, trusted Trusted) (Head, error) {
	key, ok := headKey(keys, s.KeyID)
	if !ok {
		return Head{}, fmt.Errorf("head of %s, key %.40q: %w", trusted.List, s.KeyID, ErrUnknownKey)
	}
	if !ed25519.Verify(key.Ed25519, s.Body, s.Sig) {
		return Head{}, fmt.Errorf("head of %s: %w", trusted.List, ErrSignature)
	}
	if !now.Before(keys.Expires) {
		return Head{}, fmt.Errorf("head of %s, keys %d expired %v: %w", trusted.List, keys.Version, keys.Expires, ErrKeysExpired)
	}
	h, err := parseHead(s.Body)
	if err != nil {
		return Head{}, err
	}
	if h.List != trusted.List || trusted.Feed != "" && h.Feed != trusted.Feed {
		return Head{}, fmt.Errorf("head of %.40q %.40q, want %q %q: %w", h.Feed, h.List, trusted.Feed, trusted.List, ErrWrongFeed)
	}
	if h.KeysVersion > keys.Version {
		return Head{}, fmt.Errorf("head of %s wants keys %d, have %d: %w", h.List, h.KeysVersion, keys.Version, ErrKeysOutdated)
	}
	if now.Before(key.From) || !now.Before(key.To) || h.Issued.Before(key.From) {
		return Head{}, fmt.Errorf("head of %s, key %s is for %v to %v: %w", h.List, key.ID, key.From, key.To, ErrKeyDates)
	}
	if h.older(trusted) {
		return Head{}, fmt.Errorf("head of %s is %d/%d of %v, trusted %d/%d of %v: %w",
			h.List, h.Epoch, h.Seq, h.Issued, trusted.Epoch, trusted.Seq, trusted.Issued, ErrRollback)
	}
	if !now.Before(h.ValidUntil) {
		return Head{}, fmt.Errorf("head of %s ended %v: %w", h.List, h.ValidUntil, ErrFrozen)
	}
	return h, nil
}

// older is the ratchet.
func (h Head) older(t Trusted) bool {
	if h.KeysVersion != t.KeysVersion {
		return h.KeysVersion < t.KeysVersion
	}
	return h.Epoch < t.Epoch || h.Epoch == t.Epoch && h.Seq < t.Seq || h.Issued.Before(t.Issued)
}

// VerifyKeys checks keys.json against the root keys that are trusted: enough of them signed it, it is not
// older than the trusted one and has not expired. Its Trust is what the next one is checked with.
func VerifyKeys(s SignedKeys, trust Trust, now time.Time) (Keys, error) {
	if err := checkRoot(trust.Root, trust.Threshold); err != nil {
		return Keys{}, fmt.Errorf("trusted root keys: %w: %w", ErrFormat, err)
	}
	if err := enoughSigned(s, trust); err != nil {
		return Keys{}, err
	}
	k, err := parseKeys(s.Body)
	if err != nil {
		return Keys{}, err
	}
	if k.Version < trust.Version {
		return Keys{}, fmt.Errorf("keys %d, trusted %d: %w", k.Version, trust.Version, ErrRollback)
	}
	// The same version with other root keys is a forgery by a thief of one generation.
	if k.Version == trust.Version && !same(k.Root, trust.Root) {
		return Keys{}, fmt.Errorf("keys %d with other root keys: %w", k.Version, ErrRollback)
	}
	if !now.Before(k.Expires) {
		return Keys{}, fmt.Errorf("keys %d expired %v: %w", k.Version, k.Expires, ErrKeysExpired)
	}
	return k, nil
}

// PinKeys reads the very first keys.json, where nothing is trusted yet: it must be signed by its own root
// keys, and a person must compare the fingerprint of its Trust.
func PinKeys(s SignedKeys, now time.Time) (Keys, error) {
	unverified, err := parseKeys(s.Body)
	if err != nil {
		return Keys{}, err
	}
	return VerifyKeys(s, unverified.Trust(""), now)
}

func enoughSigned(s SignedKeys, trust Trust) error {
	if len(s.Signatures) > maxKeys {
		return fmt.Errorf("keys with %d signatures: %w", len(s.Signatures), ErrFormat)
	}
	good := map[string]bool{}
	known := 0
	for _, sig := range s.Signatures {
		key, ok := find(trust.Root, sig.KeyID)
		if !ok {
			continue
		}
		known++
		if ed25519.Verify(key, s.Body, sig.Sig) {
			good[sig.KeyID] = true
		}
	}
	switch {
	case len(good) >= trust.Threshold:
		return nil
	case known == 0:
		return fmt.Errorf("keys: %w", ErrUnknownKey)
	}
	return fmt.Errorf("keys signed by %d of %d root keys: %w", len(good), trust.Threshold, ErrSignature)
}

func headKey(keys Keys, id string) (HeadKey, bool) {
	for _, k := range keys.Heads {
		if k.ID == id && len(k.Ed25519) == ed25519.PublicKeySize {
			return k, true
		}
	}
	return HeadKey{}, false
}
