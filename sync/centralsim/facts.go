package centralsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"kassa/app/feed"
)

// facts are the members of one element of codes[] as they were put; null takes a member out of the answer.
type facts map[string]json.RawMessage

// factBook is what the centre knows of codes, kept in one file.
type factBook struct {
	path string
	mu   sync.Mutex // guards: known, and the file
	// known by canonical code (feed.Canonical).
	known map[string]facts
}

func openFacts(path string) (*factBook, error) {
	b := &factBook{path: path, known: map[string]facts{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read facts of codes: %w", err)
	}
	if err := json.Unmarshal(data, &b.known); err != nil {
		return nil, fmt.Errorf("read facts of codes in %s: %w", path, err)
	}
	return b, nil
}

// put adds or replaces, all or nothing, and gives the number of codes that are known now.
func (b *factBook) put(list []facts) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := make(map[string]facts, len(b.known)+len(list))
	for k, f := range b.known {
		next[k] = f
	}
	for i, f := range list {
		var ki string
		if err := json.Unmarshal(f["cis"], &ki); err != nil {
			return 0, fmt.Errorf("element %d: %w: no cis", i, errInput)
		}
		gtin, serial, err := feed.ParseKI(ki)
		if err != nil {
			return 0, fmt.Errorf("element %d: %w: cis: %w", i, errInput, err)
		}
		next[feed.Canonical(gtin, serial)] = f
	}
	if err := replaceJSON(b.path, next); err != nil {
		return 0, fmt.Errorf("keep facts of codes: %w", err)
	}
	b.known = next
	return len(next), nil
}

func (b *factBook) find(canonical string) (facts, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, ok := b.known[canonical]
	return f, ok
}

// kiOf takes the КИ out of a КМ: everything up to the first GS, or the first 21 of the 29 characters of
// a tobacco pack, 25 without МРЦ (guide §2.8, app. 1).
func kiOf(km string) (gtin, serial string, err error) {
	ki, _, hasGS := strings.Cut(km, "\x1d")
	if !hasGS && (len(ki) == 29 || len(ki) == 25) {
		if gtin, serial, err := feed.ParseKI(ki[:21]); err == nil && ki[:21] == gtin+serial {
			return gtin, serial, nil
		}
	}
	return feed.ParseKI(ki)
}

// Error codes of one code (guide §1.5).
const (
	codeNotInSystem = 10
	codeInvalid     = 1
)

// answerFor is the element of codes[] for one КМ.
func (b *factBook) answerFor(km string) map[string]any {
	// The guide's example echoes the code without GS (marking-check §2.6).
	echo := strings.ReplaceAll(km, "\x1d", "")
	gtin, serial, err := kiOf(km)
	if err != nil {
		return map[string]any{
			"cis": echo, "valid": false, "verified": false, "found": false, "realizable": false, "utilised": false,
			"errorCode": codeInvalid, "message": "Код маркировки некорректен",
		}
	}
	canonical := feed.Canonical(gtin, serial)
	answer := map[string]any{
		"cis": echo, "valid": true, "printView": printView(km, canonical, gtin, serial), "gtin": gtin,
	}
	known, ok := b.find(canonical)
	if !ok {
		for member, value := range map[string]any{
			"verified": false, "found": false, "realizable": false, "utilised": false, "isBlocked": false, "sold": false,
			"errorCode": codeNotInSystem, "message": "Код маркировки не найден в ГИС МТ",
		} {
			answer[member] = value
		}
		return answer
	}
	// A code whose facts say nothing else is in order.
	for _, member := range []string{"verified", "found", "realizable", "utilised"} {
		answer[member] = true
	}
	for _, member := range []string{"isBlocked", "sold"} {
		answer[member] = false
	}
	answer["errorCode"] = 0
	for member, value := range known {
		switch {
		case member == "cis":
		case bytes.Equal(value, []byte("null")):
			delete(answer, member)
		default:
			answer[member] = value
		}
	}
	return answer
}

// printView is the code without its tail, in the form in which it was asked.
func printView(km, canonical, gtin, serial string) string {
	if strings.HasPrefix(km, canonical) {
		return canonical
	}
	return gtin + serial
}
