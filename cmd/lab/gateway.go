package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
	"kassa/sync/gatewaysim"
)

// gatewayOptions are the flags of `lab gateway`.
type gatewayOptions struct {
	listen, control         string
	central, token          string
	module, login, password string
	api                     int
	plain                   bool
}

// gatewayCommand is `lab gateway`: the gateway beside a till's printer, with its control API.
func gatewayCommand() *cobra.Command {
	var o gatewayOptions
	cmd := &cobra.Command{
		Use:   "gateway",
		Short: "The gateway (ТС ПИоТ, ЕСМ) beside a till's printer: online check of path C",
		Long: "Asks a central system and a local module at the same time and answers a till once, in versions 1 to 3 of the\n" +
			"gateway's protocol. TLS with a certificate that is made at the start; its fingerprint is printed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.api < 1 || o.api > 3 {
				return cli.Usage("--api %d: 1 to 3", o.api)
			}
			return serveGateway(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:51401", "address for tills, host:port")
	f.StringVar(&o.control, "control", "127.0.0.1:51402", "address of the control API, host:port; it has no login, keep it on this computer")
	f.StringVar(&o.central, "central", "", "central system to ask (lab central); without it only the module is asked")
	f.StringVar(&o.token, "token", "lab-token", "key for the central system")
	f.StringVar(&o.module, "module", "", "local module to ask; without it only the central system is asked")
	f.StringVar(&o.login, "login", "", "login for the module")
	f.StringVar(&o.password, "password", "", "password for the module")
	f.IntVar(&o.api, "api", 3, "newest version of the protocol that is offered, 1 to 3")
	f.BoolVar(&o.plain, "plain", false, "HTTP without TLS")
	return cmd
}

func serveGateway(ctx context.Context, o gatewayOptions, out, errOut io.Writer) error {
	g := gatewaysim.New(gatewaysim.Options{
		Central: o.central, Token: o.token, Module: o.module, Login: o.login, Password: o.password, API: o.api,
		Now: time.Now, Log: slog.New(slog.NewTextHandler(errOut, nil)),
	})
	defer g.Close()
	tills, err := net.Listen("tcp", o.listen)
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another address with --listen"}
	}
	defer tills.Close()
	lab, err := net.Listen("tcp", o.control)
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another address with --control"}
	}
	defer lab.Close()
	if o.plain {
		fmt.Fprintf(out, "listening on http://%s\n", tills.Addr())
	} else {
		cert, fingerprint, err := gatewaysim.NewCertificate(time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "listening on https://%s\nfingerprint %s\n", tills.Addr(), fingerprint)
		tills = tls.NewListener(tills, &tls.Config{Certificates: []tls.Certificate{cert}})
	}
	fmt.Fprintf(out, "control on http://%s\n", lab.Addr())
	return serveAll(ctx, map[net.Listener]http.Handler{tills: g.Handler(), lab: g.Control()})
}
