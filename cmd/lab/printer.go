package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
	"kassa/device/devicesim"
)

// printerFlags are what `lab printer` is told.
type printerFlags struct {
	kind, journal, control, inn, drive string
	listen                             []string
	speed                              int
	cashCore                           bool
}

// printerCommand is `lab printer`: a simulated fiscal printer with its control API.
func printerCommand() *cobra.Command {
	var f printerFlags
	cmd := &cobra.Command{
		Use:   "printer",
		Short: "A simulated fiscal printer: every slip says «НЕ ЯВЛЯЕТСЯ ЧЕКОМ»",
		Long: `A simulated fiscal printer on TCP and on pseudo-terminals, with one memory: one client at a time, the other waits.
Prints one line "listening on tcp:HOST:PORT" or "listening on pty:PATH" per listener, then "control on http://HOST:PORT".
Ends on SIGTERM. The journal is the fiscal memory: start it again on the same file and it goes on where it was.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return servePrinter(cmd.Context(), f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&f.kind, "kind", "shtrih", "family of the printer: shtrih")
	cmd.Flags().StringArrayVar(&f.listen, "listen", nil, "where tills connect: tcp:HOST:PORT (port 0: any free) or pty:PATH (PATH becomes a link to the pty, Linux only); repeatable")
	cmd.Flags().StringVar(&f.journal, "journal", "", "file of the fiscal memory, one JSON line per document; made if it is not there")
	cmd.Flags().StringVar(&f.control, "control", "127.0.0.1:0", "address of the control API, host:port; it has no login, keep it on this computer")
	cmd.Flags().StringVar(&f.inn, "inn", devicesim.DefaultINN, "INN of the organisation, 10 or 12 digits")
	cmd.Flags().StringVar(&f.drive, "drive", devicesim.DefaultDrive, "number of the fiscal drive, 16 digits")
	cmd.Flags().IntVar(&f.speed, "speed", 0, "baud of the serial line on a pty; 0: no pacing")
	cmd.Flags().BoolVar(&f.cashCore, "cash-core", true, "tags and marks come before their item (cash core); false: after it (older firmware)")
	cobra.CheckErr(cmd.MarkFlagRequired("listen"))
	cobra.CheckErr(cmd.MarkFlagRequired("journal"))
	return cmd
}

func servePrinter(ctx context.Context, f printerFlags, out, errOut io.Writer) (err error) {
	if f.kind != "shtrih" {
		return cli.Usage("--kind %q is not one of: shtrih", f.kind)
	}
	if f.speed < 0 {
		return cli.Usage("--speed %d is negative", f.speed)
	}
	sim, err := devicesim.NewShtrih(devicesim.ShtrihOptions{
		Journal: f.journal, INN: f.inn, Drive: f.drive, Speed: f.speed, CashCore: f.cashCore,
		Now: time.Now, Log: slog.New(slog.NewTextHandler(errOut, nil)),
	})
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "check --journal, --inn and --drive"}
	}
	defer func() { err = errors.Join(err, sim.Close()) }()
	tills, err := openListeners(f.listen)
	defer tills.close()
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp", f.control)
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another address with --control"}
	}
	defer control.Close()
	for _, name := range tills.names {
		fmt.Fprintln(out, "listening on", name)
	}
	fmt.Fprintf(out, "control on http://%s\n", control.Addr())
	return tills.serve(ctx, sim, func(ctx context.Context) error {
		return serveAll(ctx, map[net.Listener]http.Handler{control: sim.Control()})
	})
}

// listeners are the ways to a printer, opened before anything is served so that a bad one fails at once.
type listeners struct {
	tcp   []net.Listener
	ptys  []*devicesim.PTY
	names []string // in the order of the flags, with real addresses
}

func openListeners(flags []string) (*listeners, error) {
	l := &listeners{}
	for _, flag := range flags {
		medium, address, _ := strings.Cut(flag, ":")
		switch {
		case medium == "tcp" && address != "":
			t, err := net.Listen("tcp", address)
			if err != nil {
				return l, &cli.Failure{What: err.Error(), Do: "choose another address with --listen"}
			}
			l.tcp = append(l.tcp, t)
			l.names = append(l.names, "tcp:"+t.Addr().String())
		case medium == "pty" && address != "":
			p, err := devicesim.OpenPTY(address)
			if err != nil {
				return l, &cli.Failure{What: err.Error(), Do: "choose another path with --listen"}
			}
			l.ptys = append(l.ptys, p)
			l.names = append(l.names, "pty:"+p.Path())
		default:
			return l, cli.Usage("--listen %q is neither tcp:HOST:PORT nor pty:PATH", flag)
		}
	}
	return l, nil
}

func (l *listeners) close() {
	for _, t := range l.tcp {
		t.Close()
	}
	for _, p := range l.ptys {
		p.Close()
	}
}

// serve serves everything until ctx ends or a part fails; it returns when every part has ended.
func (l *listeners) serve(ctx context.Context, sim *devicesim.Shtrih, control func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts := []func() error{func() error { return control(ctx) }}
	for _, t := range l.tcp {
		parts = append(parts, func() error { return sim.Serve(ctx, t) })
	}
	for _, p := range l.ptys {
		parts = append(parts, func() error { return sim.ServePort(ctx, p) })
	}
	ended := make(chan error, len(parts)) // room for each part: none waits at its end
	for _, part := range parts {
		go func() { ended <- part() }()
	}
	var errs []error
	for range parts {
		errs = append(errs, <-ended)
		cancel()
	}
	return errors.Join(errs...)
}
