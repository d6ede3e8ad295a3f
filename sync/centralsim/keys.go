package centralsim

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"kassa/app/feed"
)

// Names in the folder. Private keys are readable for the owner only.
const (
	rootKeyFile = "feed-root.key"
	headKeyFile = "feed-head.key"
	rootFile    = "feed-root.json" // a feed.Trust: what a module is set up with
	keysFile    = "keys.json"      // a feed.SignedKeys: the answer of /feed/v1/keys
)

// keyYears is how long keys of a lab are good for; nobody rotates them there.
const keyYears = 10

// keySet is what the publisher signs with.
type keySet struct {
	version int64
	head    ed25519.PrivateKey
	answer  []byte // of /feed/v1/keys
}

// openKeys reads the keys, or makes them on the first start.
func openKeys(dir, name string, now time.Time) (keySet, error) {
	root, err := privateKey(filepath.Join(dir, rootKeyFile))
	if err != nil {
		return keySet{}, err
	}
	head, err := privateKey(filepath.Join(dir, headKeyFile))
	if err != nil {
		return keySet{}, err
	}
	path := filepath.Join(dir, keysFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := writeKeys(dir, name, root, head, now); err != nil {
			return keySet{}, fmt.Errorf("make keys of the feed: %w", err)
		}
	}
	answer, err := os.ReadFile(path)
	if err != nil {
		return keySet{}, fmt.Errorf("read keys of the feed: %w", err)
	}
	var signed feed.SignedKeys
	if err := json.Unmarshal(answer, &signed); err != nil {
		return keySet{}, fmt.Errorf("read keys of the feed in %s: %w", path, err)
	}
	keys, err := feed.PinKeys(signed, now)
	if err != nil {
		return keySet{}, fmt.Errorf("read keys of the feed in %s: %w", path, err)
	}
	return keySet{version: keys.Version, head: head, answer: answer}, nil
}

func writeKeys(dir, name string, root, head ed25519.PrivateKey, now time.Time) error {
	keys := feed.Keys{
		Version: 1, Expires: now.AddDate(keyYears, 0, 0).UTC(), Threshold: 1,
		Root: []feed.PublicKey{feed.NewPublicKey(root.Public().(ed25519.PublicKey))},
		// A day earlier, for readers whose clock is behind.
		Heads: []feed.HeadKey{{
			PublicKey: feed.NewPublicKey(head.Public().(ed25519.PublicKey)),
			From:      now.AddDate(0, 0, -1).UTC(), To: now.AddDate(keyYears, 0, 0).UTC(),
		}},
	}
	signed, err := feed.SignKeys(keys, root)
	if err != nil {
		return err
	}
	// keys.json comes last: as long as it is missing the next start writes both again.
	if err := replaceJSON(filepath.Join(dir, rootFile), keys.Trust(name)); err != nil {
		return err
	}
	return replaceJSON(filepath.Join(dir, keysFile), signed)
}

// privateKey reads a key in PKCS #8, or makes one.
func privateKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newPrivateKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read key of the feed: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("read key of the feed: %s is no PEM file", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read key of the feed in %s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read key of the feed: %s is not of Ed25519", path)
	}
	return key, nil
}

func newPrivateKey(path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key of the feed: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make key of the feed: %w", err)
	}
	err = replaceFile(path, 0o600, func(w io.Writer) error {
		return pem.Encode(w, &pem.Block{Type: "PRIVATE KEY", Bytes: der})
	})
	if err != nil {
		return nil, fmt.Errorf("keep key of the feed: %w", err)
	}
	return key, nil
}

func replaceJSON(path string, v any) error {
	return replaceFile(path, 0o644, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(v)
	})
}
