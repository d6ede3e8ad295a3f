package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
	"kassa/localmodule/cache"
	"kassa/localmodule/server"
	"kassa/localmodule/upstream"
)

func dataFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "data", "", "the module's data folder, needed; one legal entity per folder")
}

func needData(dir string) error {
	if dir == "" {
		return cli.Usage("--data is missing - name the module's data folder")
	}
	return nil
}

// logTo logs what a person who looks after the service wants to read.
func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// openData takes a folder for this process.
func openData(ctx context.Context, dir string, log *slog.Logger) (*cache.Cache, error) {
	c, err := cache.Open(ctx, dir, cache.Settings{Now: time.Now, Log: log})
	return c, explain(err)
}

// openExisting takes a folder that is there, or finds the server that has it: exactly one of the two is not nil.
func openExisting(ctx context.Context, dir string, log *slog.Logger) (*cache.Cache, *server.Control, error) {
	if !cache.Exists(dir) {
		return nil, nil, &cli.Failure{What: "no module's data in " + dir, Do: "make the folder with localmodule init"}
	}
	c, err := cache.Open(ctx, dir, cache.Settings{Now: time.Now, Log: log})
	if errors.Is(err, cache.ErrInUse) {
		control, err := server.Dial(dir)
		return nil, control, explain(err)
	}
	return c, nil, explain(err)
}

// newSource makes the feed behind a folder; nil without an address. address goes before the owner's own.
func newSource(c *cache.Cache, address string, log *slog.Logger) (*upstream.Feed, string, error) {
	owner, _ := c.Owner()
	if address == "" {
		address = owner.Upstream
	}
	if address == "" {
		return nil, "", nil
	}
	if owner.Test {
		return nil, "", explain(cache.ErrTestFolder)
	}
	source, err := upstream.NewFeed(upstream.FeedSettings{URL: address, Cache: c, Log: log})
	if err != nil {
		return nil, "", cli.Usage("%w", err)
	}
	return source, address, nil
}

// explain turns an error into the contract's one line: what happened - what to do.
func explain(err error) error {
	for known, do := range map[error]string{
		cache.ErrInUse:       "end the other localmodule on this folder first",
		cache.ErrForeign:     "one folder per legal entity: name another folder with --data",
		cache.ErrTestFolder:  "it is for tests only: name another folder with --data",
		cache.ErrInitialised: "test data go into a folder of their own: name another one with --data",
		cache.ErrNoOwner:     "run localmodule init first",
		cache.ErrINN:         "check the number given with --inn",
		cache.ErrLogin:       "choose another login",
		cache.ErrPassword:    fmt.Sprintf("choose a password of at least %d characters", cache.MinPassword),
		cache.ErrToken:       "check the token given with --token",
		cache.ErrOtherTrust:  "root keys change by a signed rotation only; for another feed make another folder",
		cache.ErrNewer:       "update this program",
		cache.ErrNoRoom:      "make room on the disk",
		server.ErrNotRunning: "another localmodule is starting or ending on this folder: try again",
		server.ErrNoUpstream: "name it with localmodule init --upstream, or with serve --upstream",
	} {
		if errors.Is(err, known) {
			return &cli.Failure{What: err.Error(), Do: do}
		}
	}
	return err
}
