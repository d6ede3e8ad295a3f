package feed_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/feed"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestAGoodHeadIsAccepted(t *testing.T) {
	want := head()
	signed, err := feed.SignHead(want, key(10))
	require.NoError(t, err)
	wire, err := json.Marshal(signed)
	require.NoError(t, err)
	var arrived feed.Signed
	require.NoError(t, json.Unmarshal(wire, &arrived))

	got, err := feed.VerifyHead(arrived, keys(), noon, feed.Trusted{Feed: "lab", List: feed.BlockedCIS})
	require.NoError(t, err)
	require.Equal(t, want, got)
	_, err = feed.VerifyHead(arrived, keys(), noon, got.Trusted())
	require.NoError(t, err, "the same head again is no rollback")
	_, err = feed.VerifyHead(arrived, keys(), noon, feed.Trusted{List: feed.BlockedCIS})
	require.NoError(t, err, "the name of the feed is not known at first contact")
}

func TestTheMembersOfAHeadAreTheContract(t *testing.T) {
	signed, err := feed.SignHead(head(), key(10))
	require.NoError(t, err)
	require.JSONEq(t, `{"feed":"lab","list":"blocked_cis","format":1,"epoch":2,"seq":5,
		"issued":"2026-03-01T11:30:00Z","validUntil":"2026-03-02T11:30:00Z","nextAfterSeconds":900,
		"salt":"MDEyMzQ1Njc4OWFiY2RlZg==","hashBits":64,
		"state":{"count":3,"digest":"0000000000000001000000000000000200000000000000030000000000000004"},
		"snapshot":{"seq":4,"object":"`+strings.Repeat("a", 64)+`","bytes":100,"count":2,
			"state":{"count":2,"digest":"`+strings.Repeat("0", 64)+`"}},
		"deltas":[{"from":4,"to":5,"object":"`+strings.Repeat("b", 64)+`","bytes":60,"add":2,"del":1,
			"state":{"count":3,"digest":"0000000000000001000000000000000200000000000000030000000000000004"}}],
		"keysVersion":7}`, string(signed.Body))
}

func TestABadHeadIsRefused(t *testing.T) {
	trusted := feed.Trusted{Feed: "lab", List: feed.BlockedCIS, KeysVersion: 7, Epoch: 2, Seq: 5, Issued: noon.Add(-30 * time.Minute)}
	for _, c := range []struct {
		name   string
		change func(h *feed.Head, k *feed.Keys, t *feed.Trusted)
		signer int
		now    time.Time
		want   error
	}{
		{name: "signed by somebody else", signer: 66, want: feed.ErrUnknownKey},
		{name: "signed by a root key", signer: 1, want: feed.ErrUnknownKey},
		{name: "of another feed", change: func(h *feed.Head, _ *feed.Keys, _ *feed.Trusted) { h.Feed = "elsewhere" }, want: feed.ErrWrongFeed},
		{name: "of another list", change: func(h *feed.Head, _ *feed.Keys, _ *feed.Trusted) { h.List = feed.BlockedGTIN }, want: feed.ErrWrongFeed},
		{name: "of a lower seq", change: func(_ *feed.Head, _ *feed.Keys, t *feed.Trusted) { t.Seq = 6 }, want: feed.ErrRollback},
		{name: "of a lower epoch", change: func(_ *feed.Head, _ *feed.Keys, t *feed.Trusted) { t.Epoch, t.Seq = 3, 1 }, want: feed.ErrRollback},
		{name: "issued earlier", change: func(_ *feed.Head, _ *feed.Keys, t *feed.Trusted) { t.Issued = t.Issued.Add(time.Second) }, want: feed.ErrRollback},
		{name: "made under older keys", change: func(_ *feed.Head, _ *feed.Keys, t *feed.Trusted) { t.KeysVersion = 8 }, want: feed.ErrRollback},
		{name: "made under keys that we do not have", change: func(h *feed.Head, _ *feed.Keys, _ *feed.Trusted) { h.KeysVersion = 8 }, want: feed.ErrKeysOutdated},
		{name: "valid until this moment", now: noon.Add(-30 * time.Minute).Add(24 * time.Hour), want: feed.ErrFrozen},
		{name: "signed by a key that is over", change: func(_ *feed.Head, k *feed.Keys, _ *feed.Trusted) { k.Heads[0].To = noon }, want: feed.ErrKeyDates},
		{name: "signed by a key that is not yet good", change: func(_ *feed.Head, k *feed.Keys, _ *feed.Trusted) { k.Heads[0].From = noon.Add(time.Second) }, want: feed.ErrKeyDates},
		{name: "dated before its key", change: func(_ *feed.Head, k *feed.Keys, _ *feed.Trusted) { k.Heads[0].From = noon.Add(-time.Minute) }, want: feed.ErrKeyDates},
		{name: "verified with expired keys", change: func(_ *feed.Head, k *feed.Keys, _ *feed.Trusted) { k.Expires = noon }, want: feed.ErrKeysExpired},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, k, trusted := head(), keys(), trusted
			if c.change != nil {
				c.change(&h, &k, &trusted)
			}
			signer, now := 10, noon
			if c.signer != 0 {
				signer = c.signer
			}
			if !c.now.IsZero() {
				now = c.now
			}
			signed, err := feed.SignHead(h, key(signer))
			require.NoError(t, err)
			_, err = feed.VerifyHead(signed, k, now, trusted)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestAChangedHeadIsRefusedBeforeItIsParsed(t *testing.T) {
	signed, err := feed.SignHead(head(), key(10))
	require.NoError(t, err)
	for i := range signed.Body {
		bad := signed
		bad.Body = slices.Clone(signed.Body)
		bad.Body[i] ^= 1
		_, err := feed.VerifyHead(bad, keys(), noon, feed.Trusted{List: feed.BlockedCIS})
		require.ErrorIs(t, err, feed.ErrSignature, "byte %d", i)
	}
	signed.Sig = nil
	_, err = feed.VerifyHead(signed, keys(), noon, feed.Trusted{List: feed.BlockedCIS})
	require.ErrorIs(t, err, feed.ErrSignature)
}

func TestNewKeysStartTheRatchetAnew(t *testing.T) {
	stolen := head()
	stolen.Seq, stolen.Snapshot.Seq = 1<<62, 1<<62
	h := head()
	h.KeysVersion = 8
	signed, err := feed.SignHead(h, key(10))
	require.NoError(t, err)
	k := keys()
	k.Version = 8
	_, err = feed.VerifyHead(signed, k, noon, stolen.Trusted())
	require.NoError(t, err)
}

func TestASignedHeadThatMakesNoSenseIsRefused(t *testing.T) {
	for name, edit := range map[string]func(string) string{
		"no JSON":            func(string) string { return "<html>" },
		"another format":     func(b string) string { return strings.Replace(b, `"format":1`, `"format":2`, 1) },
		"short keys":         func(b string) string { return strings.Replace(b, `"hashBits":64`, `"hashBits":48`, 1) },
		"no salt":            func(b string) string { return strings.Replace(b, `MDEyMzQ1Njc4OWFiY2RlZg==`, ``, 1) },
		"a negative seq":     func(b string) string { return strings.Replace(b, `"seq":5`, `"seq":-5`, 1) },
		"a seq beyond int64": func(b string) string { return strings.Replace(b, `"seq":5`, `"seq":9223372036854775808`, 1) },
		"a path for an object": func(b string) string {
			return strings.Replace(b, strings.Repeat("a", 64), "../../../etc/"+strings.Repeat("a", 51), 1)
		},
		"a delta backwards": func(b string) string { return strings.Replace(b, `"from":4,"to":5`, `"from":5,"to":4`, 1) },
		"no end":            func(b string) string { return strings.Replace(b, `2026-03-02T`, `2026-02-02T`, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			good, err := feed.SignHead(head(), key(10))
			require.NoError(t, err)
			body := []byte(edit(string(good.Body)))
			require.False(t, bytes.Equal(good.Body, body), "the edit must hit")
			signed := feed.Signed{Body: body, Sig: ed25519.Sign(key(10), body), KeyID: good.KeyID}
			_, err = feed.VerifyHead(signed, keys(), noon, feed.Trusted{List: feed.BlockedCIS})
			require.ErrorIs(t, err, feed.ErrFormat)
		})
	}
}

func TestRootKeysRotate(t *testing.T) {
	first := keys() // roots 1, 2, 3 with a threshold of 2
	second := keys()
	second.Version, second.Threshold = 8, 1
	second.Root = []feed.PublicKey{public(4)}
	trust := first.Trust("lab")

	signed, err := feed.SignKeys(second, key(1), key(3), key(4))
	require.NoError(t, err)
	got, err := feed.VerifyKeys(signed, trust, noon)
	require.NoError(t, err)
	require.Equal(t, second, got)
	again, err := feed.VerifyKeys(signed, got.Trust("lab"), noon)
	require.NoError(t, err, "the new keys signed themselves too")
	require.Equal(t, second, again)

	for _, c := range []struct {
		name    string
		signers []int
		want    error
	}{
		{"one signature of two", []int{1}, feed.ErrSignature},
		{"one key signing twice", []int{2, 2}, feed.ErrSignature},
		{"the new root alone", []int{4}, feed.ErrUnknownKey},
		{"nobody", nil, feed.ErrUnknownKey},
	} {
		t.Run(c.name, func(t *testing.T) {
			var roots []ed25519.PrivateKey
			for _, n := range c.signers {
				roots = append(roots, key(n))
			}
			signed, err := feed.SignKeys(second, roots...)
			require.NoError(t, err)
			_, err = feed.VerifyKeys(signed, trust, noon)
			require.ErrorIs(t, err, c.want)
		})
	}
	t.Run("older keys", func(t *testing.T) {
		old := keys()
		old.Version = 6
		signed, err := feed.SignKeys(old, key(1), key(2))
		require.NoError(t, err)
		_, err = feed.VerifyKeys(signed, trust, noon)
		require.ErrorIs(t, err, feed.ErrRollback)
	})
	t.Run("the same version with other roots", func(t *testing.T) {
		forged := second
		forged.Version = 7
		signed, err := feed.SignKeys(forged, key(1), key(2))
		require.NoError(t, err)
		_, err = feed.VerifyKeys(signed, trust, noon)
		require.ErrorIs(t, err, feed.ErrRollback)
	})
	t.Run("expired keys", func(t *testing.T) {
		signed, err := feed.SignKeys(second, key(1), key(2))
		require.NoError(t, err)
		_, err = feed.VerifyKeys(signed, trust, second.Expires)
		require.ErrorIs(t, err, feed.ErrKeysExpired)
	})
	t.Run("a changed body", func(t *testing.T) {
		bad := signed
		bad.Body = bytes.Replace(signed.Body, []byte(`"version":8`), []byte(`"version":9`), 1)
		_, err := feed.VerifyKeys(bad, trust, noon)
		require.ErrorIs(t, err, feed.ErrSignature)
	})
}

func TestTheFirstKeysArePinned(t *testing.T) {
	signed, err := feed.SignKeys(keys(), key(1), key(2))
	require.NoError(t, err)
	k, err := feed.PinKeys(signed, noon)
	require.NoError(t, err)
	require.Equal(t, keys(), k)
	require.Regexp(t, `^([0-9a-f]{4} ){7}[0-9a-f]{4}$`, k.Trust("").Fingerprint())
	other := keys()
	other.Root[0] = public(9)
	require.NotEqual(t, k.Trust("").Fingerprint(), other.Trust("").Fingerprint())

	signed, err = feed.SignKeys(keys(), key(1))
	require.NoError(t, err)
	_, err = feed.PinKeys(signed, noon)
	require.ErrorIs(t, err, feed.ErrSignature, "must at least be signed by itself")
}

func TestATrustFileIsRead(t *testing.T) {
	want := keys().Trust("lab")
	data, err := json.Marshal(want)
	require.NoError(t, err)
	got, err := feed.ParseTrust(data)
	require.NoError(t, err)
	require.Equal(t, want, got)
	for name, bad := range map[string]string{
		"no JSON":                 "ssh-ed25519 AAAA",
		"no keys":                 `{"threshold":1,"root":[]}`,
		"a threshold of nothing":  strings.Replace(string(data), `"threshold":2`, `"threshold":0`, 1),
		"a threshold beyond keys": strings.Replace(string(data), `"threshold":2`, `"threshold":4`, 1),
		"an id of another key":    strings.Replace(string(data), public(1).ID, public(2).ID, 1),
	} {
		_, err := feed.ParseTrust([]byte(bad))
		require.ErrorIs(t, err, feed.ErrFormat, name)
	}
}

func FuzzVerifyHead(f *testing.F) {
	signed, err := feed.SignHead(head(), key(10))
	require.NoError(f, err)
	f.Add([]byte(signed.Body))
	f.Add([]byte(`{"salt":null,"deltas":[{}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		// Signed by the right key, so that the parser gets every byte.
		s := feed.Signed{Body: body, Sig: ed25519.Sign(key(10), body), KeyID: public(10).ID}
		h, err := feed.VerifyHead(s, keys(), noon, feed.Trusted{Feed: "lab", List: feed.BlockedCIS})
		if err != nil {
			return
		}
		_, err = feed.SignHead(h, key(10))
		require.NoError(t, err, "what was accepted could be published")
	})
}

func FuzzPinKeys(f *testing.F) {
	signed, err := feed.SignKeys(keys(), key(1), key(2))
	require.NoError(f, err)
	wire, err := json.Marshal(signed)
	require.NoError(f, err)
	f.Add(wire)
	f.Fuzz(func(t *testing.T, wire []byte) {
		var s feed.SignedKeys
		if json.Unmarshal(wire, &s) != nil {
			return
		}
		if k, err := feed.PinKeys(s, noon); err == nil {
			require.GreaterOrEqual(t, k.Threshold, 1)
			require.LessOrEqual(t, k.Threshold, len(k.Root))
		}
	})
}

func head() feed.Head {
	return feed.Head{
		Feed: "lab", List: feed.BlockedCIS, Format: feed.Format, Epoch: 2, Seq: 5,
		Issued: noon.Add(-30 * time.Minute), ValidUntil: noon.Add(-30 * time.Minute).Add(24 * time.Hour),
		NextAfterSeconds: 900, Salt: []byte("0123456789abcdef"), HashBits: feed.HashBits,
		State:    feed.State{Count: 3, Digest: feed.Digest{1, 2, 3, 4}},
		Snapshot: feed.Snapshot{Seq: 4, Object: feed.Object{Name: strings.Repeat("a", 64), Bytes: 100}, Count: 2, State: feed.State{Count: 2}},
		Deltas: []feed.Delta{{From: 4, To: 5, Object: feed.Object{Name: strings.Repeat("b", 64), Bytes: 60}, Add: 2, Del: 1,
			State: feed.State{Count: 3, Digest: feed.Digest{1, 2, 3, 4}}}},
		KeysVersion: 7,
	}
}

// keys are signed by any two of the roots 1, 2, 3; heads by 10.
func keys() feed.Keys {
	return feed.Keys{
		Version: 7, Expires: noon.AddDate(1, 0, 0), Threshold: 2,
		Root:  []feed.PublicKey{public(1), public(2), public(3)},
		Heads: []feed.HeadKey{{PublicKey: public(10), From: noon.AddDate(0, -1, 0), To: noon.AddDate(0, 1, 0)}},
	}
}

// key is the n-th test key, always the same.
func key(n int) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(n)}, ed25519.SeedSize))
}

func public(n int) feed.PublicKey { return feed.NewPublicKey(key(n).Public().(ed25519.PublicKey)) }
