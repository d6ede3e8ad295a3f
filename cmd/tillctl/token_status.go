package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/cmd/internal/cli"
	"kassa/sync/trueapi"
)

// tokenReport is what token status prints.
type tokenReport struct {
	OK        bool         `json:"ok"`              // the key is accepted
	Fault     string       `json:"fault,omitempty"` // of cdn/info, by its stable name
	Detail    string       `json:"detail,omitempty"`
	Emergency bool         `json:"emergency,omitempty"` // 203: nobody can verify a key
	Until     string       `json:"until,omitempty"`     // last day, when it is known
	DaysLeft  *int         `json:"days_left,omitempty"` // after today; negative: over
	List      string       `json:"list"`                // where the list of sites is from: cdn/info, kept, built-in, settings
	Asked     string       `json:"asked,omitempty"`     // when the till was told its kept list
	Sites     []siteReport `json:"sites"`
	Do        string       `json:"do,omitempty"` // what a person should do now
}

// siteReport is one site: what the till keeps of it, and its health now.
type siteReport struct {
	URL      string `json:"url"`
	Rank     int    `json:"rank,omitempty"` // in the till's list; absent: it is not in it
	Latency  int64  `json:"latency_ms"`     // of health/check now
	Fault    string `json:"fault,omitempty"`
	OutUntil string `json:"out_until,omitempty"` // the till leaves it alone until then
}

func tokenStatus(s streams) *cobra.Command {
	var c common
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Ask whether the key is good, how long it lasts and how the sites are",
		Long: "Asks cdn/info with the kept key and health/check of every site. Works beside a running till. A key that is not\n" +
			"accepted ends the command with code 1 and what to do.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := c.load()
			if err != nil {
				return err
			}
			return c.tokenStatus(cmd.Context(), s, conf)
		},
	}
	c.flags(cmd)
	return cmd
}

func (c *common) tokenStatus(ctx context.Context, s streams, conf *config.Config) error {
	o := &conf.Marking.Online
	if entryOf(o) == "" || o.TokenFile == "" {
		return &cli.Failure{What: "the settings name no central system", Do: "set marking.online.entry and marking.online.token_file"}
	}
	key, err := conf.Secret(o.TokenFile)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && key == "":
		return &cli.Failure{What: "there is no key", Do: "run tillctl token set"}
	case err != nil:
		return err
	}
	at := func(url string) *trueapi.Client {
		return trueapi.New(trueapi.Settings{URL: url, Token: func() string { return key }, Now: time.Now, Timeout: verifyPatience}, c.log(s))
	}
	info, asked := at(entryOf(o)).Info(ctx)
	r := tokenReport{OK: asked == nil && !info.Emergency, Emergency: info.Emergency, Until: o.TokenUntil}
	if told := lastDay(key); told != "" {
		r.Until = told
	}
	if asked != nil {
		r.Fault, r.Detail, r.Do = faultOf(asked).String(), asked.Error(), tokenAdvice(faultOf(asked))
	}
	if left, known := daysLeft(r.Until, time.Now()); known {
		r.DaysLeft = &left
		if r.Do == "" && left < keyWarnDays {
			r.Do = "make a new key in the cabinet («Токен для ККТ») and run tillctl token set, or set up the gateway (ТС ПИоТ)"
		}
	}
	c.listSites(s, conf, info, &r)
	var all sync.WaitGroup
	for i := range r.Sites {
		site := &r.Sites[i]
		all.Go(func() {
			health, err := at(site.URL).Health(ctx)
			site.Latency = health.Latency.Milliseconds()
			if err != nil {
				site.Fault = faultOf(err).String()
			}
		})
	}
	all.Wait()
	return c.printToken(s, r)
}

// faultOf is why a call of trueapi gave nothing.
func faultOf(err error) marking.Fault {
	var failed *trueapi.Error
	if errors.As(err, &failed) {
		return failed.Fault
	}
	return marking.FaultNone
}

// listSites names the sites in the order of the till's own list, then those that it does not know yet.
func (c *common) listSites(s streams, conf *config.Config, info trueapi.Info, r *tokenReport) {
	o := conf.Marking.Online
	if o.URL != "" {
		r.List, r.Sites = "settings", []siteReport{{URL: o.URL, Rank: 1}}
		return
	}
	pool := trueapi.NewSites(trueapi.SitesSettings{
		Entry: o.Entry, File: filepath.Join(conf.Path(conf.Data), trueapi.SitesFile), Token: func() string { return "" }, Now: time.Now,
	}, c.log(s))
	defer pool.Close()
	kept := pool.State()
	r.List = string(kept.Source)
	if !kept.Asked.IsZero() {
		r.Asked = kept.Asked.Format(time.RFC3339)
	}
	for i, site := range kept.Sites {
		if len(info.Hosts) > 0 && !slices.Contains(info.Hosts, site.URL) {
			continue
		}
		report := siteReport{URL: site.URL, Rank: i + 1}
		if site.Out {
			report.OutUntil = site.Until.Format(time.RFC3339)
		}
		r.Sites = append(r.Sites, report)
	}
	if len(info.Hosts) == 0 {
		return
	}
	r.List = string(trueapi.SourceInfo)
	for _, url := range info.Hosts {
		if !slices.ContainsFunc(r.Sites, func(known siteReport) bool { return known.URL == url }) {
			r.Sites = append(r.Sites, siteReport{URL: url})
		}
	}
}

// printToken prints the report; a key that is not accepted is an error too.
func (c *common) printToken(s streams, r tokenReport) error {
	var refused error
	if !r.OK && !r.Emergency {
		what := "nobody told whether the key is good: "
		if r.Fault == marking.FaultUnauthorised.String() || r.Fault == marking.FaultGone.String() {
			what = "the key is not accepted: "
		}
		refused = &cli.Failure{What: what + r.Detail, Do: r.Do}
	}
	if c.json {
		return errors.Join(cli.Printer(s.out).Encode(r), refused)
	}
	for _, site := range r.Sites {
		text := fmt.Sprintf("%s: %d ms", site.URL, site.Latency)
		if site.Fault != "" {
			text = fmt.Sprintf("%s: %s", site.URL, site.Fault)
		}
		if site.OutUntil != "" {
			text += ", left alone until " + site.OutUntil
		}
		fmt.Fprintln(s.out, text)
	}
	switch {
	case r.Emergency:
		fmt.Fprintln(s.out, "an emergency is in force (203): goods are sold without checks, no key can be verified")
	case r.OK:
		fmt.Fprintf(s.out, "the key is good%s\n", untilText(r.Until))
		if r.Do != "" {
			fmt.Fprintln(s.out, r.Do)
		}
	}
	return refused
}
