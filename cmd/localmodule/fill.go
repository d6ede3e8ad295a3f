package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/feed"
	"kassa/cmd/internal/cli"
	"kassa/localmodule/cache"
)

// What test data look like.
const (
	testINN     = "7700000009" // the made-up legal entity of the lab
	testGTIN    = "04600000000015"
	testSerial  = 13 // characters, as most groups have
	serialChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	testFeed    = "made-up"
)

type fillFlags struct {
	data, login, password string
	blocked               int64
	seed                  uint64
	allowBasic            bool
}

func fillCommand() *cobra.Command {
	var f fillFlags
	cmd := &cobra.Command{
		Use:   "fill",
		Short: "Fill a test folder with made-up blocked codes, for benchmarks",
		Long: `Fill a test folder with made-up blocked codes, for benchmarks. Such a folder has no rate limit and no
upstream, and can never be initialised for a shop; a folder of a shop is refused.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needData(f.data); err != nil {
				return err
			}
			if f.blocked < 0 || f.blocked > feed.MaxEntries {
				return cli.Usage("--blocked is %d - from 0 to %d", f.blocked, feed.MaxEntries)
			}
			if f.login == "" || f.password == "" {
				return cli.Usage("--login or --password is missing - there are no default ones")
			}
			return f.run(cmd)
		},
	}
	dataFlag(cmd, &f.data)
	cmd.Flags().Int64Var(&f.blocked, "blocked", 1_000_000, "how many blocked codes")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "equal seeds make equal codes")
	cmd.Flags().StringVar(&f.login, "login", "", "login of the tills, needed")
	cmd.Flags().StringVar(&f.password, "password", "", fmt.Sprintf("password of the tills, needed, at least %d characters", cache.MinPassword))
	cmd.Flags().BoolVar(&f.allowBasic, "allow-basic", false, "let tills log in over plain HTTP")
	return cmd
}

func (f *fillFlags) run(cmd *cobra.Command) (err error) {
	ctx := cmd.Context()
	password, err := cache.HashPassword(f.password)
	if err != nil {
		return explain(err)
	}
	c, err := openData(ctx, f.data, logTo(io.Discard))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	err = c.Init(ctx, cache.Owner{INN: testINN, Login: f.login, Password: password, Token: "made-up", AllowBasic: f.allowBasic, Test: true})
	if err != nil {
		return explain(err)
	}
	codes := newCodes(f.seed)
	if err := load(ctx, c, f.blocked, codes); err != nil {
		return explain(err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d blocked codes", f.blocked)
	if f.blocked > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), ", the first is %s", newCodes(f.seed).next())
	}
	fmt.Fprintln(cmd.OutOrStdout())
	return nil
}

// codes makes up one code after another.
type codes struct{ random *rand.Rand }

func newCodes(seed uint64) *codes { return &codes{rand.New(rand.NewPCG(seed, 0))} }

// next is a КИ.
func (c *codes) next() string {
	var serial [testSerial]byte
	for i := range serial {
		serial[i] = serialChars[c.random.IntN(len(serialChars))]
	}
	return feed.Canonical(testGTIN, string(serial[:]))
}

// load makes the next version of all lists: n blocked codes, and the other lists empty.
func load(ctx context.Context, c *cache.Cache, n int64, from *codes) error {
	at := c.Now()
	var steps []cache.Step
	for _, list := range cache.Lists() {
		before, _ := c.Head(list)
		head := feed.Head{Feed: testFeed, List: list, Format: feed.Format, Epoch: 1, Seq: before.Seq + 1, Issued: at, ValidUntil: at.Add(24 * time.Hour),
			Salt: []byte("made-up test data"), HashBits: feed.HashBits}
		var entries []feed.Entry
		if list == feed.BlockedCIS {
			entries = make([]feed.Entry, n)
			for i := range entries {
				entries[i] = feed.Entry{Key: feed.Hash(head.Salt, list, from.next()), Value: feed.ReasonBlocked}
				head.State.Digest.Add(list, entries[i])
			}
			slices.SortFunc(entries, func(a, b feed.Entry) int { return cmp.Compare(a.Key, b.Key) })
			head.State.Count = n
		}
		built, err := c.Build(ctx, head, func(yield func([]feed.Entry, error) bool) {
			for block := range slices.Chunk(entries, 4096) {
				if !yield(block, nil) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
		steps = append(steps, cache.Step{Head: head, Base: built})
	}
	return c.Apply(ctx, steps)
}
