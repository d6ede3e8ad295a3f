package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"kassa/app/feed"
	"kassa/cmd/internal/cli"
	"kassa/localmodule/cache"
	"kassa/localmodule/upstream"
)

type initFlags struct {
	data, inn, token, login, password string
	upstream, trust                   string
	allowBasic                        bool
}

func initCommand() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "First setup of a data folder, for one legal entity",
		Long: `First setup of a data folder, for one legal entity. Run again for the same ИНН it changes
login, password, token and upstream; another ИНН needs another folder.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, flag := range []struct{ name, value string }{
				{"data", f.data}, {"inn", f.inn}, {"token", f.token}, {"login", f.login}, {"password", f.password},
			} {
				if flag.value == "" {
					return cli.Usage("--%s is missing - see localmodule init --help", flag.name)
				}
			}
			if f.upstream != "" {
				if err := upstream.CheckURL(f.upstream); err != nil {
					return cli.Usage("%w", err)
				}
			}
			return f.run(cmd)
		},
	}
	dataFlag(cmd, &f.data)
	cmd.Flags().StringVar(&f.inn, "inn", "", "ИНН of the legal entity, needed")
	cmd.Flags().StringVar(&f.token, "token", "", "the entity's token for the centre, needed; sent to the upstream only")
	cmd.Flags().StringVar(&f.login, "login", "", "login of the tills, needed; there is no default one")
	cmd.Flags().StringVar(&f.password, "password", "", fmt.Sprintf("password of the tills, needed, at least %d characters", cache.MinPassword))
	cmd.Flags().StringVar(&f.upstream, "upstream", "", "address of the centre's feed, http://host or https://host")
	cmd.Flags().StringVar(&f.trust, "trust", "", "file with the feed's root keys (feed-root.json); without it those of the first contact are pinned")
	cmd.Flags().BoolVar(&f.allowBasic, "allow-basic", false, "let tills log in over plain HTTP, as those of protocol version 2 do")
	return cmd
}

func (f *initFlags) run(cmd *cobra.Command) (err error) {
	ctx, log, out := cmd.Context(), logTo(io.Discard), cmd.OutOrStdout()
	var root feed.Trust
	if f.trust != "" {
		if root, err = readTrust(f.trust); err != nil {
			return err
		}
	}
	password, err := cache.HashPassword(f.password)
	if err != nil {
		return explain(err)
	}
	owner := cache.Owner{INN: f.inn, Login: f.login, Password: password, Token: f.token, Upstream: f.upstream, AllowBasic: f.allowBasic}
	if err := owner.Check(); err != nil { // before a folder is made
		return explain(err)
	}
	c, err := openData(ctx, f.data, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Init(ctx, owner); err != nil {
		return explain(err)
	}
	if f.trust != "" {
		if err := c.Pin(ctx, cache.Trust{Root: root}); err != nil {
			return explain(err)
		}
	}
	owner, _ = c.Owner()
	fmt.Fprintf(out, "%s belongs to ИНН %s now, instance %s\n", c.Dir(), owner.INN, owner.Inst)
	source, _, err := newSource(c, "", log)
	if err != nil {
		return err
	}
	if source != nil {
		defer source.Close()
		if _, err := source.Pin(ctx); err != nil {
			return &cli.Failure{What: fmt.Sprintf("the upstream's root keys: %v", err), Do: "check --upstream and --trust and run init again"}
		}
	}
	trust, found, err := c.Trust(ctx)
	if err != nil || !found {
		return err
	}
	fmt.Fprintf(out, "root keys %s - compare with what the centre publishes\n", trust.Root.Fingerprint())
	return nil
}

// maxTrust bounds the file: a few hundred bytes a key.
const maxTrust = 64 << 10

func readTrust(path string) (feed.Trust, error) {
	file, err := os.Open(path)
	if err != nil {
		return feed.Trust{}, &cli.Failure{What: err.Error(), Do: "check the file given with --trust"}
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxTrust))
	if err != nil {
		return feed.Trust{}, err
	}
	root, err := feed.ParseTrust(data)
	if err != nil {
		return feed.Trust{}, &cli.Failure{What: err.Error(), Do: "check the file given with --trust"}
	}
	return root, nil
}
