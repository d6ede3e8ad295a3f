package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
	"kassa/localmodule/server"
	"kassa/localmodule/upstream"
)

// defaultListen is the port that tills expect. Source: guide v17 §2.6 (marking-check §4.1).
const defaultListen = ":5995"

type serveFlags struct {
	data, listen, upstream string
	allowBasic             bool
}

func serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer the tills of the shop until SIGTERM",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needData(f.data); err != nil {
				return err
			}
			return f.run(cmd)
		},
	}
	dataFlag(cmd, &f.data)
	cmd.Flags().StringVar(&f.listen, "listen", defaultListen, "address for the tills, host:port")
	cmd.Flags().StringVar(&f.upstream, "upstream", "", "address of the centre's feed for this run; default: the one given to init")
	cmd.Flags().BoolVar(&f.allowBasic, "allow-basic", false, "let tills log in over plain HTTP, for this run; without it and without init --allow-basic they get 401")
	return cmd
}

func (f *serveFlags) run(cmd *cobra.Command) (err error) {
	ctx, log := cmd.Context(), logTo(cmd.ErrOrStderr())
	c, err := openData(ctx, f.data, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	source, address, err := newSource(c, f.upstream, log)
	if err != nil {
		return err
	}
	set := server.Settings{Cache: c, ServiceURL: address, AllowBasic: f.allowBasic, Log: log}
	jobs := []func(context.Context) error{}
	if source != nil {
		defer source.Close()
		runner := upstream.NewRunner(source, log)
		set.Sync = runner
		jobs = append(jobs, runner.Serve)
	}
	if owner, owned := c.Owner(); !owned {
		log.Warn("the folder was not initialised: checks are answered with 4045 until localmodule init was run")
	} else if owner.Test {
		log.Warn("the folder holds made-up test data: never use it in a shop")
	}
	srv := server.New(set)
	ln, err := net.Listen("tcp", f.listen)
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another address with --listen"}
	}
	control, err := srv.OpenControl()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	jobs = append(jobs, control.Serve, func(ctx context.Context) error { return srv.Serve(ctx, ln) })
	fmt.Fprintln(cmd.OutOrStdout(), "listening on", ln.Addr())
	return together(ctx, jobs...)
}

// together runs jobs until the context ends or one of them fails, which ends the others too.
func together(ctx context.Context, jobs ...func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	errs := make([]error, len(jobs))
	var running sync.WaitGroup
	for i, job := range jobs {
		running.Go(func() {
			if errs[i] = job(ctx); errs[i] != nil {
				stop()
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}
