package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
	"kassa/sync/centralsim"
)

// centralCommand is `lab central`: the central system with its control API.
func centralCommand() *cobra.Command {
	var listen, control, data string
	cmd := &cobra.Command{
		Use:   "central",
		Short: "The central system: online check, signed feed, and a control API for the lab",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return cli.Usage("--data is missing - name the folder of the central system")
			}
			return serveCentral(cmd.Context(), listen, control, data, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address for tills and modules, host:port")
	cmd.Flags().StringVar(&control, "control", "127.0.0.1:8081", "address of the control API, host:port; it has no login, keep it on this computer")
	cmd.Flags().StringVar(&data, "data", "", "folder for facts, feed and keys, needed; made if it is not there")
	return cmd
}

func serveCentral(ctx context.Context, listen, control, data string, out, errOut io.Writer) error {
	log := slog.New(slog.NewTextHandler(errOut, nil))
	central, err := centralsim.New(centralsim.Options{Dir: data, Now: time.Now, Log: log})
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "check the folder given with --data"}
	}
	shops, err := net.Listen("tcp", listen)
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another address with --listen"}
	}
	defer shops.Close()
	lab, err := net.Listen("tcp", control)
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another address with --control"}
	}
	defer lab.Close()
	fmt.Fprintf(out, "listening on http://%s\ncontrol on http://%s\n", shops.Addr(), lab.Addr())
	return serveAll(ctx, map[net.Listener]http.Handler{shops: central.Handler(), lab: central.Control()})
}

// serveAll serves until ctx ends or a server fails, then ends all: first politely, since requests in the
// middle of an answer deserve it, after a second at once, since a black hole never answers.
func serveAll(ctx context.Context, handlers map[net.Listener]http.Handler) error {
	failed := make(chan error, len(handlers)) // room for each server: none waits at its end
	var servers []*http.Server
	for l, h := range handlers {
		s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 180 * time.Second}
		servers = append(servers, s)
		go func() { failed <- s.Serve(l) }()
	}
	var err error
	running := len(servers)
	select {
	case <-ctx.Done():
	case err = <-failed:
		running--
	}
	polite, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	for _, s := range servers {
		if s.Shutdown(polite) != nil {
			err = errors.Join(err, s.Close())
		}
	}
	for range running {
		if end := <-failed; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
	}
	return err
}
