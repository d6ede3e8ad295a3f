package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kassa/cmd/internal/cli"
	"kassa/localmodule/api"
	"kassa/localmodule/server"
	"kassa/localmodule/upstream"
)

func syncCommand() *cobra.Command {
	var data string
	var full, asJSON bool
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Bring the lists up to date now; returns when the new version answers look-ups",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needData(data); err != nil {
				return err
			}
			show, end := progressOn(cmd.ErrOrStderr())
			result, err := syncNow(cmd.Context(), data, full, show)
			end()
			if err != nil {
				return explainSync(err)
			}
			if asJSON {
				return cli.Printer(cmd.OutOrStdout()).Encode(result)
			}
			for _, l := range result.Lists {
				what := "as before"
				if l.Changed {
					what = "loaded"
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s %d/%d: %d entries, %s\n", l.List, l.Epoch, l.Seq, l.Count, what)
			}
			return nil
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().BoolVar(&full, "full", false, "load everything anew, also what is there already")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object: lists with epoch, seq, count, changed; bytes")
	return cmd
}

// syncNow asks the server that runs on the folder, or does it alone.
func syncNow(ctx context.Context, dir string, full bool, progress func(upstream.Progress)) (_ upstream.Result, err error) {
	log := logTo(io.Discard)
	c, control, err := openExisting(ctx, dir, log)
	if err != nil {
		return upstream.Result{}, err
	}
	if control != nil {
		return control.Sync(ctx, full, progress)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	source, _, err := newSource(c, "", log)
	if err != nil {
		return upstream.Result{}, err
	}
	if source == nil {
		return upstream.Result{}, server.ErrNoUpstream
	}
	defer source.Close()
	result, err := source.Sync(ctx, full, progress)
	if err != nil {
		return upstream.Result{}, err
	}
	srv := server.New(server.Settings{Cache: c, Log: log})
	srv.Probe(ctx)
	if st := srv.Status(); st.Status != api.StatusReady {
		return upstream.Result{}, fmt.Errorf("lists are loaded, but the state is %s", st.Status)
	}
	return result, nil
}

// explainSync adds what to do where nothing more special is known: the old data serve on.
func explainSync(err error) error {
	err = explain(err)
	var known *cli.Failure
	if errors.As(err, &known) {
		return err
	}
	return &cli.Failure{What: err.Error(), Do: "the old data serve on; check the upstream and try again"}
}

// progressOn shows progress on a terminal, and nothing elsewhere; end clears the line.
func progressOn(w io.Writer) (show func(upstream.Progress), end func()) {
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return func(upstream.Progress) {}, func() {}
	}
	const width = 30
	show = func(p upstream.Progress) {
		done := int64(width)
		if p.Total > 0 {
			done = min(width, p.Done*width/p.Total)
		}
		bar := make([]byte, width)
		for i := range bar {
			bar[i] = '.'
			if int64(i) < done {
				bar[i] = '#'
			}
		}
		fmt.Fprintf(w, "\r\x1b[K[%s] %s %s", bar, p.Phase, p.List)
	}
	return show, func() { fmt.Fprint(w, "\r\x1b[K") }
}
