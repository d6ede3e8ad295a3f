package feed

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kassa/app/marking"
)

// List names a set of entries. The names are those of dbState in the module's status (guide v17 §2.6.2),
// they stand in addresses and go into every key.
type List string

const (
	BlockedCIS  List = "blocked_cis"  // codes by КИ; Entry.Value is a reason
	BlockedGTIN List = "blocked_gtin" // whole products; Entry.Value is a reason
	GreyGTIN    List = "grey_gtin"    // products that only the online check can tell; Entry.Value is a reason
	MinPrice    List = "min_price"    // minimum prices by GTIN and group; Entry.Value is kopecks
)

// Lists are all lists, in the order in which a client fetches them.
func Lists() []List { return []List{BlockedCIS, BlockedGTIN, GreyGTIN, MinPrice} }

// Entry is one row of a list.
type Entry struct {
	Key   uint64
	Value uint32 // a reason, or kopecks in MinPrice
}

// ReasonBlocked is the only reason so far: sale is blocked, by whom is not told.
const ReasonBlocked uint32 = 1

// ErrKI is reported for a text that is no КИ.
var ErrKI = errors.New("not a КИ")

// Canonical is the text of one item's code: AI 01 and AI 21 with their AIs, no separators, no tail.
// gtin has 14 digits; serial is taken as it stands in the code.
func Canonical(gtin, serial string) string { return "01" + gtin + "21" + serial }

// CanonicalGTIN is the text of a product, for BlockedGTIN and GreyGTIN.
func CanonicalGTIN(gtin string) string { return "01" + gtin }

// CanonicalPrice is the text of a product's minimum price in a product group, for MinPrice.
func CanonicalPrice(gtin string, group marking.ProductGroup) string {
	return "01" + gtin + "pg" + strconv.Itoa(int(group))
}

// ParseKI takes a КИ apart: 01+GTIN+21+serial, or the 21 characters of a tobacco pack (GTIN and 7
// characters, without AIs). Source: guide v17 §2.8.
//
// A text of 21 characters could be either, since a serial of 3 characters is not impossible by GS1; the
// check digits tell, and where both are right it is taken for the form with AIs.
func ParseKI(ki string) (gtin, serial string, err error) {
	const (
		pack      = 21
		maxSerial = 74 // beyond any AI 21 in use (20), short of anything dangerous
	)
	if len(ki) == pack && isGTIN(ki[:14]) && !(ki[:2] == "01" && isGTIN(ki[2:16]) && ki[16:18] == "21") {
		return ki[:14], ki[14:], nil
	}
	rest, ok := strings.CutPrefix(ki, "01")
	if !ok || len(rest) < 17 || len(rest) > 16+maxSerial || !digits(rest[:14]) || rest[14:16] != "21" {
		return "", "", fmt.Errorf("%d characters: %w", len(ki), ErrKI)
	}
	serial = rest[16:]
	if strings.ContainsFunc(serial, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", "", fmt.Errorf("serial has characters outside of GS1 set 82: %w", ErrKI)
	}
	return rest[:14], serial, nil
}

// Hash is the key of a canonical text in a list: the first 8 bytes of SHA-256(salt, list name, text), big-endian.
// SQLite keeps it as int64(Hash(…)). Source: engine.md §2.4.
func Hash(salt []byte, list List, canonical string) uint64 {
	var room [192]byte // enough for a salt, a list name and a code: no allocation
	buf := append(append(append(room[:0], salt...), list...), canonical...)
	sum := sha256.Sum256(buf)
	return binary.BigEndian.Uint64(sum[:8])
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// isGTIN tells whether 14 characters are digits, the last of them the right check digit (GS1 General Specifications §7.9).
func isGTIN(gtin string) bool {
	if !digits(gtin) {
		return false
	}
	sum := 0
	for i := range 13 {
		weight := 1
		if i%2 == 0 {
			weight = 3
		}
		sum += weight * int(gtin[i]-'0')
	}
	return (10-sum%10)%10 == int(gtin[13]-'0')
}
