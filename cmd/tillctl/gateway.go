package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
	"kassa/sync/gateway"
)

func gatewayCommand(s streams) *cobra.Command {
	cmd := &cobra.Command{Use: "gateway", Short: "The gateway (ТС ПИоТ, ЕСМ) beside the printer: path C of the online check", Args: cobra.NoArgs}
	cmd.AddCommand(gatewayStatusCommand(s), gatewayTrustCommand(s))
	return cmd
}

func gatewayStatusCommand(s streams) *cobra.Command {
	var c common
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say how the gateway and its local module are, and what to do next",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := c.gateway()
			if err != nil {
				return err
			}
			g := wire.GatewayOf(conf, c.log(s))
			defer g.CloseIdle()
			info, err := g.Info(cmd.Context())
			if err != nil {
				return gatewayFailure(err)
			}
			return printGateway(s, conf, info, c.json)
		},
	}
	c.flags(cmd)
	return cmd
}

// gateway reads the settings and refuses those that name no gateway.
func (c *common) gateway() (*config.Config, error) {
	conf, err := c.load()
	if err != nil {
		return nil, err
	}
	if conf.Marking.Gateway.URL == "" {
		return nil, &cli.Failure{What: "the settings name no gateway", Do: "set marking.gateway.url, usually https://127.0.0.1:51401"}
	}
	return conf, nil
}

// gatewayJSON is what `tillctl gateway status` prints. There are no secrets in it.
type gatewayJSON struct {
	URL          string             `json:"url"`
	API          int                `json:"api"`
	Emergency    bool               `json:"emergency"`
	LatencyMS    int64              `json:"latency_ms"`
	ID           string             `json:"id"`
	Printer      string             `json:"printer"`
	Drive        string             `json:"drive"`
	INN          string             `json:"inn"`
	CheckTimeout int64              `json:"check_timeout_ms"`
	Module       *gatewayModuleJSON `json:"module,omitempty"`
	Next         []string           `json:"next"` // what a person should do, empty when all is well
}

type gatewayModuleJSON struct {
	Version    string     `json:"version"`
	Status     string     `json:"status"`
	Address    string     `json:"address,omitempty"`
	LastSync   *time.Time `json:"last_sync,omitempty"`
	TokenUntil *time.Time `json:"token_until,omitempty"`
}

func printGateway(s streams, conf *config.Config, info gateway.Info, asJSON bool) error {
	j := gatewayJSON{
		URL: conf.Marking.Gateway.URL, API: info.API, Emergency: info.Emergency, LatencyMS: info.Latency.Milliseconds(),
		ID: info.ID, Printer: info.Printer, Drive: info.Drive, INN: info.INN, CheckTimeout: info.CheckTimeout.Milliseconds(),
		Next: gatewayNext(conf.Organisation.INN, info),
	}
	if m := info.Module; m != nil {
		j.Module = &gatewayModuleJSON{Version: m.Version, Status: m.Status, Address: m.Address, LastSync: known(m.LastSync), TokenUntil: known(m.TokenUntil)}
	}
	if asJSON {
		return cli.Printer(s.out).Encode(j)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "gateway %s, version %d of the protocol, answered in %d ms\n", j.URL, j.API, j.LatencyMS)
	fmt.Fprintf(&b, "id %s, printer %s, ФН %s, ИНН %s, waits %d ms for its sources\n", j.ID, j.Printer, j.Drive, j.INN, j.CheckTimeout)
	if m := j.Module; m != nil {
		fmt.Fprintf(&b, "module %s %s: %s\n", m.Version, m.Address, m.Status)
	}
	for _, next := range j.Next {
		fmt.Fprintf(&b, "next: %s\n", next)
	}
	_, err := io.WriteString(s.out, b.String())
	return err
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// gatewayNext says what a person should do about a gateway that answers.
func gatewayNext(inn string, info gateway.Info) []string {
	next := []string{}
	if info.Emergency {
		// The gateway says nothing else then.
		return append(next, "an emergency of ГИС МТ is in force: goods are sold without checks, look at tillctl emergency status")
	}
	if info.INN != "" && info.INN != inn {
		next = append(next, fmt.Sprintf("the printer of the gateway belongs to ИНН %s, this till to %s: bind the till to its own printer's gateway", info.INN, inn))
	}
	switch m := info.Module; {
	case m == nil:
		next = append(next, "the gateway tells of no local module: set its address in the gateway's settings (port 51077)")
	case m.Status == "ready":
	case m.Status == "sync_error":
		next = append(next, "the module's data are older than 72 h: give it the internet")
	case m.Status == "initialization":
		next = append(next, "the module loads its data: wait, this may take hours")
	case m.Status == "not_configured":
		next = append(next, "the module has no owner: initialise it")
	default:
		next = append(next, "the module is not ready: look at its service and at the controller beside it (port 50063)")
	}
	return next
}

// gatewayFailure says what to do about a gateway that does not answer.
func gatewayFailure(err error) error {
	var failed *gateway.Error
	var certificate *tls.CertificateVerificationError
	if !errors.As(err, &failed) {
		return err
	}
	do := "see that the gateway's service runs and that the address in marking.gateway.url is right"
	switch {
	case errors.Is(err, gateway.ErrOtherCertificate):
		do = "if the gateway was installed anew, look at its new certificate with tillctl gateway trust; if not, find out who answers in its place"
	case errors.As(err, &certificate):
		do = "look at the gateway's certificate with tillctl gateway trust"
	case failed.Fault == marking.FaultNotBound:
		do = "correct marking.gateway in the settings"
	case failed.Fault == marking.FaultUnauthorised:
		do = "start the printer's driver and open the shift, then look at the licence in the gateway's settings (port 51077)"
	case failed.Fault == marking.FaultBusy:
		do = "wait a few seconds and try again"
	case failed.Fault == marking.FaultGarbage, failed.Fault == marking.FaultBadRequest:
		do = "another program may answer at this address, or the gateway is older than this till: compare marking.gateway.url and .api with its settings"
	}
	return &cli.Failure{What: "the gateway gave no answer to use: " + err.Error(), Do: do}
}

func gatewayTrustCommand(s streams) *cobra.Command {
	var c common
	var yes bool
	cmd := &cobra.Command{
		Use:   "trust",
		Short: "Look at the gateway's own certificate and trust it from now on",
		Long: "A gateway signs its certificate itself. This shows whose it is and its SHA-256, asks, and writes the fingerprint\n" +
			"into the settings: from its next start the till talks to this gateway only. Do it at the till, once, after the\n" +
			"gateway was installed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := c.gateway()
			if err != nil {
				return err
			}
			return trustGateway(cmd.Context(), s, conf, yes, c.json)
		},
	}
	c.flags(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// trustJSON is what `tillctl gateway trust` prints.
type trustJSON struct {
	Fingerprint string    `json:"fingerprint"`
	Subject     string    `json:"subject"`
	Issuer      string    `json:"issuer"`
	NotBefore   time.Time `json:"not_before"`
	NotAfter    time.Time `json:"not_after"`
	Before      string    `json:"before,omitempty"` // the fingerprint that was trusted until now
	Trusted     bool      `json:"trusted"`
}

// certificatePatience bounds the look at a certificate.
const certificatePatience = 10 * time.Second

func trustGateway(ctx context.Context, s streams, conf *config.Config, yes, asJSON bool) error {
	g := &conf.Marking.Gateway
	ctx, cancel := context.WithTimeout(ctx, certificatePatience)
	defer cancel()
	cert, err := gateway.Certificate(ctx, gateway.Settings{URL: g.URL, AllowHTTP: conf.Emulated})
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "see that the gateway's service runs and that marking.gateway.url is right"}
	}
	j := trustJSON{
		Fingerprint: gateway.Fingerprint(cert), Subject: printable(cert.Subject.String()), Issuer: printable(cert.Issuer.String()),
		NotBefore: cert.NotBefore, NotAfter: cert.NotAfter, Before: g.Fingerprint,
	}
	// The questions stand on stderr: stdout is for the result.
	fmt.Fprintf(s.err, "%s\nof     %s\nsigned %s\nvalid  %s to %s\nSHA-256 %s\n", g.URL, j.Subject, j.Issuer,
		j.NotBefore.Format(time.DateOnly), j.NotAfter.Format(time.DateOnly), inPairs(j.Fingerprint))
	if j.Before != "" && j.Before != j.Fingerprint {
		fmt.Fprintf(s.err, "until now another one was trusted: %s\n", j.Before)
	}
	if !yes && !agrees(s) {
		return &cli.Failure{What: "the certificate was not trusted, nothing is changed", Do: "compare it with the gateway's own screen and answer yes, or give --yes"}
	}
	g.Fingerprint = j.Fingerprint
	if err := conf.Save(conf.File()); err != nil {
		return err
	}
	j.Trusted = true
	if asJSON {
		return cli.Printer(s.out).Encode(j)
	}
	_, err = fmt.Fprintln(s.out, "trusted from the till's next start")
	return err
}

// agrees asks on the terminal.
func agrees(s streams) bool {
	fmt.Fprint(s.err, "trust it? (yes/no) ")
	line, _ := bufio.NewReader(io.LimitReader(s.in, maxSecret)).ReadString('\n') // no answer is no
	return slices.Contains([]string{"yes", "да"}, strings.ToLower(strings.TrimSpace(line)))
}

// inPairs writes hex as people compare it.
func inPairs(hex string) string {
	var pairs []string
	for pair := range slices.Chunk([]byte(hex), 2) {
		pairs = append(pairs, string(pair))
	}
	return strings.ToUpper(strings.Join(pairs, ":"))
}

// printable keeps a name from a certificate from moving the cursor of a terminal.
func printable(name string) string {
	const most = 200
	return fmt.Sprintf("%.*s", most, strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, name))
}
