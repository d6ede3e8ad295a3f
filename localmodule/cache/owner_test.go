package cache

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"kassa/app/feed"
	"kassa/localmodule/cache/cachetest"

	"github.com/stretchr/testify/require"
)

type planner struct{ db *sql.DB }

// plan is SQLite's own word on how it would run a query.
func (p planner) plan(t *testing.T, query string) string {
	t.Helper()
	rows, err := p.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, 1)
	require.NoError(t, err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		all = append(all, detail)
	}
	require.NoError(t, rows.Err())
	return strings.Join(all, "\n")
}

func owner(t *testing.T) Owner {
	t.Helper()
	return Owner{INN: "7700000009", Login: "till", Password: cachetest.Hash(t, "correct horse"), Token: "t0ken"}
}

func TestPasswords(t *testing.T) {
	require.True(t, PasswordIs(cachetest.Hash(t, "correct horse"), "correct horse"), "the tests' hash is a real one")
	one, err := HashPassword("correct horse")
	require.NoError(t, err)
	two, err := HashPassword("correct horse")
	require.NoError(t, err)
	require.NotEqual(t, one, two, "every hash has its own salt")
	require.NotContains(t, one, "correct")
	require.True(t, PasswordIs(one, "correct horse"))
	require.False(t, PasswordIs(one, "correct hors"))
	require.False(t, PasswordIs(one, ""))
	for _, short := range []string{"", "1234567", "семьбук"} {
		_, err := HashPassword(short)
		require.ErrorIs(t, err, ErrPassword, short)
	}
	for _, broken := range []string{"", "correct horse", "pbkdf2-sha256$x$AA$AA", "pbkdf2-sha256$0$AA$AA", "pbkdf2-sha256$1$AA$", "md5$1$AA$AA", "pbkdf2-sha256$1$!$AA"} {
		require.False(t, PasswordIs(broken, "correct horse"), broken)
	}
}

func TestAFolderHasOneOwner(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	o := owner(t)
	require.NoError(t, c.Init(t.Context(), o))
	first, owned := c.Owner()
	require.True(t, owned)
	require.NotEmpty(t, first.Inst)

	foreign := o
	foreign.INN = "7707083893"
	require.ErrorIs(t, c.Init(t.Context(), foreign), ErrForeign)
	test := o
	test.Test = true
	require.ErrorIs(t, c.Init(t.Context(), test), ErrInitialised)

	o.Login, o.AllowBasic, o.Upstream = "other", true, "http://centre.example"
	require.NoError(t, c.Init(t.Context(), o))
	require.NoError(t, c.Close())
	c = open(t, dir, w)
	got, _ := c.Owner()
	o.Inst = first.Inst
	require.Equal(t, o, got, "the instance stays, the rest is new")
	require.ErrorIs(t, c.SetToken(t.Context(), ""), ErrToken)
	require.NoError(t, c.SetToken(t.Context(), "new"))
	require.True(t, got.LoginIs("other"))
	require.False(t, got.LoginIs("till"))
	got, _ = c.Owner()
	o.Token = "new"
	require.Equal(t, o, got)
	require.ErrorIs(t, open(t, t.TempDir(), w).SetToken(t.Context(), "new"), ErrNoOwner)
}

func TestATestFolderIsNeverInitialisedForReal(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	o := owner(t)
	o.Test = true
	require.NoError(t, c.Init(t.Context(), o))
	o.Test = false
	require.ErrorIs(t, c.Init(t.Context(), o), ErrTestFolder)
}

func TestUnfitOwnersAreRefused(t *testing.T) {
	c := open(t, t.TempDir(), &wall{at: start})
	for name, tc := range map[string]struct {
		change func(*Owner)
		want   error
	}{
		"a wrong check digit":     {func(o *Owner) { o.INN = "7700000001" }, ErrINN},
		"no login":                {func(o *Owner) { o.Login = "" }, ErrLogin},
		"a colon in the login":    {func(o *Owner) { o.Login = "a:b" }, ErrLogin},
		"a plain password":        {func(o *Owner) { o.Password = "correct horse" }, ErrPassword},
		"no token":                {func(o *Owner) { o.Token = "" }, ErrToken},
		"a line end in the token": {func(o *Owner) { o.Token = "a\r\nX-Y: z" }, ErrToken},
	} {
		t.Run(name, func(t *testing.T) {
			o := Owner{INN: "7700000009", Login: "till", Password: "pbkdf2-sha256$x", Token: "t"}
			tc.change(&o)
			require.ErrorIs(t, c.Init(t.Context(), o), tc.want)
		})
	}
}

func TestRootKeysArePinnedOnce(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	trust := func(b byte) Trust {
		return Trust{Root: feed.Trust{Threshold: 1, Root: []feed.PublicKey{feed.NewPublicKey([]byte(strings.Repeat(string(rune(b)), 32)))}}}
	}
	_, found, err := c.Trust(t.Context())
	require.NoError(t, err)
	require.False(t, found)
	require.NoError(t, c.Pin(t.Context(), trust('a')))
	require.NoError(t, c.Pin(t.Context(), trust('a')))
	require.ErrorIs(t, c.Pin(t.Context(), trust('b')), ErrOtherTrust)
	next := trust('b')
	next.Keys = feed.Keys{Version: 2, Expires: start, Threshold: 1, Root: next.Root.Root}
	require.NoError(t, c.Rotate(t.Context(), next))
	require.NoError(t, c.Close())
	got, found, err := open(t, dir, w).Trust(t.Context())
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, next, got)
}

func TestSoldCodes(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	publish(t, c, 1, start, nil, nil)
	item := Item{gtinA, "one"}
	sold := func() bool { return look(t, c, item.GTIN, item.Serial).Sold }

	require.False(t, sold())
	for range 2 {
		require.NoError(t, c.Sell(t.Context(), []Item{item}))
	}
	require.True(t, sold())
	require.EqualValues(t, 1, c.State().Sold, "a second sale changes nothing")

	require.NoError(t, c.Close())
	c = open(t, dir, w)
	require.True(t, sold(), "a restart forgets nothing")

	gone, err := c.Return(t.Context(), []Item{item, {gtinA, "never sold"}})
	require.NoError(t, err)
	require.Equal(t, []bool{true, false}, gone)
	require.False(t, sold())
	require.Zero(t, c.State().Sold)
	require.NoError(t, c.Sell(t.Context(), []Item{item}))
	require.True(t, sold(), "a returned code can be sold again")
}

func TestSoldCodesAreForgottenAfter30Days(t *testing.T) {
	w := &wall{at: start}
	c := open(t, t.TempDir(), w)
	publish(t, c, 1, start, nil, nil)
	require.NoError(t, c.Sell(t.Context(), []Item{{gtinA, "one"}}))
	w.add(SoldFor)
	n, err := c.ForgetSold(t.Context(), false)
	require.NoError(t, err)
	require.Zero(t, n, "at 30 days to the second it is still known")
	require.NoError(t, c.Sell(t.Context(), []Item{{gtinA, "two"}}))
	w.add(time.Millisecond)
	n, err = c.ForgetSold(t.Context(), false)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.False(t, look(t, c, gtinA, "one").Sold)
	require.True(t, look(t, c, gtinA, "two").Sold)
	n, err = c.ForgetSold(t.Context(), true)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.False(t, look(t, c, gtinA, "two").Sold)
}

func TestTrustedTime(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	require.Equal(t, start, c.Now(), "without any head it is the computer's")
	publish(t, c, 1, start, nil, nil)

	w.add(-24 * time.Hour)
	require.Equal(t, start, c.Now(), "a clock set back does not go below the head")
	w.add(25 * time.Hour)
	require.Equal(t, start.Add(time.Hour), c.Now())

	w.add(365 * 24 * time.Hour)
	require.Equal(t, start.Add(365*24*time.Hour+time.Hour), c.Now())
	require.NoError(t, c.Close())
	w.at = start.Add(2 * time.Hour)
	c = open(t, dir, w)
	require.Equal(t, start.Add(2*time.Hour), c.Now(), "a clock that was far ahead leaves no trace")
	w.add(30 * time.Minute)
	require.NoError(t, c.KeepTime(t.Context()))
	require.NoError(t, c.Close())
	w.at = start.Add(-time.Hour)
	c = open(t, dir, w)
	require.Equal(t, start.Add(30*time.Minute), c.Now(), "what the process has run since the head counts after a restart")
}

func TestSyncStateIsKept(t *testing.T) {
	dir, w := t.TempDir(), &wall{at: start}
	c := open(t, dir, w)
	require.NoError(t, c.SyncStarted(t.Context()))
	require.NoError(t, c.SyncFailed(t.Context(), "no route"))
	require.NoError(t, c.Close())
	c = open(t, dir, w)
	require.Equal(t, SyncState{LastUpdate: start, LastError: "no route"}, c.State().Sync)
	w.add(time.Minute)
	publish(t, c, 1, start, nil, nil)
	require.Equal(t, SyncState{LastUpdate: start, LastSync: start.Add(time.Minute)}, c.State().Sync)
}

func TestStoredKeysKeepTheirOrder(t *testing.T) {
	keys := []uint64{0, 1, 1<<63 - 1, 1 << 63, 1<<64 - 1}
	for i, k := range keys {
		require.Equal(t, k, unstored(stored(k)))
		if i > 0 {
			require.Less(t, stored(keys[i-1]), stored(k), fmt.Sprint(k))
		}
	}
}
