package feed_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/feed"
)

func TestADigestIsWhatIsLeftInTheSetWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := rapid.SliceOf(entries()).Draw(t, "kept")
		passing := rapid.SliceOf(entries()).Draw(t, "passing")
		seed := rapid.Uint64().Draw(t, "seed")

		var want feed.Digest
		for _, e := range kept {
			want.Add(feed.BlockedCIS, e)
		}
		var got feed.Digest
		for _, e := range passing {
			got.Add(feed.BlockedCIS, e)
		}
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
		for _, e := range kept {
			got.Add(feed.BlockedCIS, e)
		}
		for _, e := range passing {
			got.Remove(feed.BlockedCIS, e)
		}
		require.True(t, got.Equal(want))
	})
}

func TestADigestTellsListKeyAndValueApart(t *testing.T) {
	seen := map[feed.Digest]bool{{}: true}
	for _, c := range []struct {
		list feed.List
		e    feed.Entry
	}{
		{feed.BlockedCIS, feed.Entry{Key: 1, Value: 1}},
		{feed.BlockedCIS, feed.Entry{Key: 2, Value: 1}},
		{feed.BlockedCIS, feed.Entry{Key: 1, Value: 2}},
		{feed.BlockedGTIN, feed.Entry{Key: 1, Value: 1}},
	} {
		var d feed.Digest
		d.Add(c.list, c.e)
		require.False(t, seen[d], "%s %v", c.list, c.e)
		seen[d] = true
	}
}

func TestADigestInJSONIsHexadecimal(t *testing.T) {
	d := feed.Digest{0x0123456789abcdef, 1, 2, 1 << 63}
	text, err := json.Marshal(d)
	require.NoError(t, err)
	require.Equal(t, `"0123456789abcdef000000000000000100000000000000028000000000000000"`, string(text))
	var back feed.Digest
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, d, back)
	for _, bad := range []string{`"00"`, `""`, `"x123456789abcdef000000000000000100000000000000028000000000000000"`} {
		require.ErrorIs(t, json.Unmarshal([]byte(bad), &back), feed.ErrFormat, bad)
	}
}

func entries() *rapid.Generator[feed.Entry] {
	return rapid.Custom(func(t *rapid.T) feed.Entry {
		return feed.Entry{Key: rapid.Uint64().Draw(t, "key"), Value: rapid.Uint32().Draw(t, "value")}
	})
}
