package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
)

func checkCommand(s streams) *cobra.Command {
	var code, onlineURL, token, moduleURL, login, password string
	var price int64
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Ask whether a marked item may be sold",
		Long: "Asks the central system and the shop's module at the same time and prints the verdict.\n" +
			"The 1.5 s start with the request; nothing is kept between runs.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			scan, err := marking.Parse([]byte(code))
			if err != nil {
				return cli.Usage("--code: %w", err)
			}
			for _, a := range []struct{ flag, address string }{{"online", onlineURL}, {"module", moduleURL}} {
				if a.address != "" && !config.IsAddress(a.address) {
					return cli.Usage("--%s %q is no address - give one like https://host:port", a.flag, a.address)
				}
			}
			if onlineURL != "" && token == "" {
				return cli.Usage("--online needs a key - give it with --token")
			}
			if scan.Code.IsZero() {
				return &cli.Failure{What: "the code is " + kindWords(scan.Kind) + ", not a marking code that can be checked", Do: "give the whole code with GS as byte 1D, \\x1d or <GS>"}
			}
			log := slog.New(slog.DiscardHandler)
			var paths []sale.Online
			var module sale.Module
			if onlineURL != "" {
				paths = append(paths, wire.OnlineAt(onlineURL, func() string { return token }, log))
			}
			if moduleURL != "" {
				module = wire.ModuleAt(moduleURL, login, password, log)
			}
			judge := sale.NewJudge(module, sale.JudgeSettings{Now: time.Now, OfflineOn: true}, paths...)
			defer judge.Close()
			now := time.Now()
			checked := judge.Check(cmd.Context(), marking.Query{Code: scan.Code, Price: money.Kopecks(price), At: now}, now)
			return printCheck(s, checked, now, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&code, "code", "", "marking code; GS as byte 1D, \\x1d or <GS>")
	f.Int64Var(&price, "price", int64(marking.NoPrice), "price of one unit in kopecks, for the price rules; without it they are not checked")
	f.StringVar(&onlineURL, "online", "", "site of the central system; without it the centre is not asked")
	f.StringVar(&token, "token", "", "key for the central system (X-API-KEY)")
	f.StringVar(&moduleURL, "module", "", "address of the local module; without it the module is not asked")
	f.StringVar(&login, "login", "", "login for the module")
	f.StringVar(&password, "password", "", "password for the module")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = cmd.MarkFlagRequired("code") // it exists
	return cmd
}

// kindWords say what a scan is that is no marking code with a serial number of its own.
func kindWords(k marking.Kind) string {
	switch k {
	case marking.KindUnknown:
		return "an unknown scan"
	case marking.KindFur:
		return "the КИЗ of a fur"
	case marking.KindExcise68, marking.KindExcise150:
		return "an excise stamp (ЕГАИС)"
	case marking.KindGTIN:
		return "a plain barcode"
	case marking.KindWeight:
		return "a label of the shop"
	case marking.KindSSCC:
		return "the number of a transport package (SSCC)"
	case marking.KindURL:
		return "a link"
	}
	return string(k)
}

// checkJSON is what `tillctl check` prints.
type checkJSON struct {
	Verdict     string `json:"verdict"`
	Reason      string `json:"reason"`
	Text        string `json:"text"`
	Source      string `json:"source"`
	DataAge     *int64 `json:"data_age_s,omitempty"`
	Elapsed     int64  `json:"elapsed_ms"`
	Online      int64  `json:"online_ms"`
	Module      int64  `json:"module_ms"`
	Tag1265     string `json:"tag1265"`
	Rule        string `json:"rule,omitempty"` // of the table of forbidden sales, the one that forbade
	Rules       string `json:"rules"`          // version of the table
	OnlineFault string `json:"online_fault,omitempty"`
	ModuleFault string `json:"module_fault,omitempty"`
}

func printCheck(s streams, c sale.Checked, now time.Time, asJSON bool) error {
	j := checkJSON{
		Verdict: c.Verdict.Decision.String(), Reason: string(c.Verdict.Reason), Text: texts.Verdict(c.Verdict),
		Source: c.Verdict.Source.String(), Elapsed: c.Elapsed.Milliseconds(),
		Online: c.Online.Latency.Milliseconds(), Module: c.Module.Latency.Milliseconds(), Tag1265: c.Verdict.Tag1265,
		Rule: c.Verdict.Rule, Rules: c.Verdict.Rules,
	}
	if c.Online.Fault != marking.FaultNone {
		j.OnlineFault = c.Online.Fault.String()
	}
	if c.Module.Fault != marking.FaultNone {
		j.ModuleFault = c.Module.Fault.String()
	}
	if !c.Verdict.DataAt.IsZero() {
		age := max(0, int64(now.Add(c.Elapsed).Sub(c.Verdict.DataAt)/time.Second))
		j.DataAge = &age
	}
	if asJSON {
		return cli.Printer(s.out).Encode(j)
	}
	_, err := fmt.Fprintf(s.out, "%s\n%s, %d мс\n", j.Text, j.Source, j.Elapsed)
	return err
}
