package feed_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/feed"
	"kassa/app/marking"
)

func TestAKIIsTakenApart(t *testing.T) {
	for _, c := range []struct{ name, ki, gtin, serial string }{
		{"a code with its AIs", "0104600000000015215AbC!d9", "04600000000015", "5AbC!d9"},
		{"a serial with quotes and angles", `010460000000001521a"<>&'%`, "04600000000015", `a"<>&'%`},
		{"a tobacco pack", "04600000000022" + "5kT7!aZ", "04600000000022", "5kT7!aZ"},
		{"a serial of 3 characters, as long as a pack", "0104600000000015" + "21" + "AbC", "04600000000015", "AbC"},
		{"the same where the first 14 characters happen to be a GTIN", "0104600000000701" + "21" + "AbC", "04600000000701", "AbC"},
		{"the longest serial of AI 21", "010460000000001521" + strings.Repeat("x", 20), "04600000000015", strings.Repeat("x", 20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			gtin, serial, err := feed.ParseKI(c.ki)
			require.NoError(t, err)
			require.Equal(t, c.gtin, gtin)
			require.Equal(t, c.serial, serial)
		})
	}
}

func TestWhatIsNoKIIsRefused(t *testing.T) {
	for name, ki := range map[string]string{
		"nothing":                       "",
		"digits of a barcode":           "4600000000015",
		"no serial":                     "010460000000001521",
		"no AI 21":                      "010460000000001510AbC!d9x",
		"letters in the GTIN":           "01O4600000000015215AbC!d9",
		"a separator and a tail":        "0104600000000015215AbC!d9\x1d93Zz9Q",
		"a space in the serial":         "0104600000000015215Ab C!d9",
		"another alphabet":              "0104600000000015215АбВ!d9",
		"a serial without end":          "010460000000001521" + strings.Repeat("x", 100),
		"a pack with a wrong GTIN":      "04600000000023" + "5kT7!aZ",
		"a pack with its tail and МРЦ":  "04600000000022" + "5kT7!aZ" + "AC=U" + "Zz9Q",
		"a pack that lost a character":  "04600000000022" + "5kT7!a",
		"AI 01 in brackets as printed…": "(01)04600000000015(21)5AbC!d9",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := feed.ParseKI(ki)
			require.ErrorIs(t, err, feed.ErrKI)
		})
	}
}

func TestKeysAreTheseForEver(t *testing.T) {
	// Computed with sha256sum over the bytes; a change here makes every published list unreadable.
	salt := []byte("0123456789abcdef")
	require.Equal(t, "0104600000000015215AbC!d9", feed.Canonical("04600000000015", "5AbC!d9"))
	require.Equal(t, "0104600000000015", feed.CanonicalGTIN("04600000000015"))
	require.Equal(t, "0104600000000015pg16", feed.CanonicalPrice("04600000000015", marking.Nicotine))
	for _, c := range []struct {
		list feed.List
		text string
		want uint64
	}{
		{feed.BlockedCIS, "0104600000000015215AbC!d9", 0x2962ef82b1ebb6a8},
		{feed.BlockedGTIN, "0104600000000015", 0xe8654773d9a64c34},
		{feed.GreyGTIN, "0104600000000015", 0x6b11ea8fbaef586a},
		{feed.MinPrice, "0104600000000015pg16", 0x28fd97a343793203},
	} {
		require.Equal(t, c.want, feed.Hash(salt, c.list, c.text), c.list)
	}
}

func TestATobaccoPackHasTheKeyOfItsCanonicalForm(t *testing.T) {
	gtin, serial, err := feed.ParseKI("046000000000225kT7!aZ")
	require.NoError(t, err)
	require.Equal(t, "0104600000000022215kT7!aZ", feed.Canonical(gtin, serial))
}

func TestHashingDoesNotAllocate(t *testing.T) {
	salt := make([]byte, 32)
	require.Zero(t, testing.AllocsPerRun(100, func() { feed.Hash(salt, feed.BlockedCIS, "0104600000000015215AbC!d9") }))
}

func FuzzParseKI(f *testing.F) {
	for _, seed := range []string{"0104600000000015215AbC!d9", "046000000000225kT7!aZ", "0104600000000015215AbC!d9\x1d93Zz9Q", "", "01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ki string) {
		gtin, serial, err := feed.ParseKI(ki)
		if err != nil {
			return
		}
		require.Len(t, gtin, 14)
		require.NotEmpty(t, serial)
		require.True(t, ki == gtin+serial || ki == feed.Canonical(gtin, serial))
	})
}
