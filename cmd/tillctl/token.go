package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/cmd/internal/cli"
	"kassa/sync/trueapi"
)

// verifyPatience bounds the question whether a key is good.
const verifyPatience = 10 * time.Second

func tokenCommand(s streams) *cobra.Command {
	token := &cobra.Command{Use: "token", Short: "The key for the central system", Args: cobra.NoArgs}
	token.AddCommand(tokenSet(s), tokenStatus(s))
	return token
}

func tokenSet(s streams) *cobra.Command {
	var c common
	var until string
	cmd := &cobra.Command{
		Use:   "set",
		Short: "Read a key from stdin, verify it at the central system, keep it",
		Long: "Reads a key from stdin, verifies it at once (cdn/info), and keeps it in the file that the settings name, mode 0600.\n" +
			"The last day of the key is kept in the settings, which are then written anew, without comments: --until, or what\n" +
			"a key that is a JWT tells of itself. The till warns before that day.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := c.load()
			if err != nil {
				return err
			}
			if _, err := time.Parse(time.DateOnly, until); until != "" && err != nil {
				return cli.Usage("--until %q: YYYY-MM-DD", until)
			}
			key, err := readSecret(s.in)
			if err != nil {
				return err
			}
			if key == "" {
				return cli.Usage("no key on stdin")
			}
			return setToken(cmd.Context(), s, &c, conf, key, until)
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&until, "until", "", "last day of the key, YYYY-MM-DD, as the cabinet shows it")
	return cmd
}

func setToken(ctx context.Context, s streams, c *common, conf *config.Config, key, until string) error {
	o := &conf.Marking.Online
	if entryOf(o) == "" || o.TokenFile == "" {
		return &cli.Failure{What: "the settings name no central system", Do: "set marking.online.entry and marking.online.token_file"}
	}
	if until == "" {
		until = lastDay(key)
	}
	if left, known := daysLeft(until, time.Now()); known && left < 0 {
		return &cli.Failure{What: "the last day of the key was " + until, Do: "make a new key in the cabinet («Токен для ККТ»)"}
	}
	client := trueapi.New(trueapi.Settings{
		URL: entryOf(o), Token: func() string { return key }, Now: time.Now, Timeout: verifyPatience,
	}, c.log(s))
	info, err := client.Info(ctx)
	if err != nil {
		return &cli.Failure{What: "the key was not verified: " + err.Error(), Do: tokenAdvice(faultOf(err))}
	}
	if info.Emergency {
		return &cli.Failure{
			What: "the key was not verified: an emergency is in force (203), no key can be verified now",
			Do:   "goods are sold without checks meanwhile; set the key when it is over",
		}
	}
	if err := config.WriteSecret(conf.Path(o.TokenFile), key); err != nil {
		return err
	}
	if o.TokenUntil != until { // also when it is not known: the old day was of the old key
		o.TokenUntil = until
		if err := conf.Save(conf.File()); err != nil {
			return fmt.Errorf("the key is kept, its last day is not: %w", err)
		}
	}
	if c.json {
		answer := map[string]any{"ok": true, "sites": len(info.Hosts)}
		addUntil(answer, until)
		return cli.Printer(s.out).Encode(answer)
	}
	_, err = fmt.Fprintf(s.out, "the key is good%s, %d sites\n", untilText(until), len(info.Hosts))
	return err
}

// entryOf is who is asked whether a key is good.
func entryOf(o *config.Online) string {
	if o.URL != "" {
		return o.URL
	}
	return o.Entry
}

// lastDay is the last whole or partial day of a key that tells its end, by this computer's zone; else empty.
func lastDay(key string) string {
	end, ok := trueapi.KeyUntil(key)
	if !ok {
		return ""
	}
	return end.Add(-time.Second).Local().Format(time.DateOnly)
}

// daysLeft counts the days after today up to the last day; negative: it is over. False: the day is not known.
func daysLeft(until string, now time.Time) (int, bool) {
	last, err := time.Parse(time.DateOnly, until)
	if err != nil {
		return 0, false
	}
	// Days of the calendar, all of 24 hours.
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(last.Sub(today) / (24 * time.Hour)), true
}

func addUntil(answer map[string]any, until string) {
	if left, known := daysLeft(until, time.Now()); known {
		answer["until"], answer["days_left"] = until, left
	}
}

func untilText(until string) string {
	left, known := daysLeft(until, time.Now())
	if !known {
		return ""
	}
	return fmt.Sprintf(" until %s (%d days left)", until, left)
}

// tokenAdvice is what a person does about a fault. The keys of path A have been expiring in stages since
// 01.10.2026 (guide §1.1, marking-check §1).
func tokenAdvice(fault marking.Fault) string {
	const stages = "keys have been expiring in stages since 01.10.2026"
	switch fault {
	case marking.FaultUnauthorised:
		return "the key is wrong, expired, or of the other contour (" + stages + "): make a new one in the cabinet («Токен для ККТ») and run tillctl token set; " +
			"when none is given any more, set up the gateway (ТС ПИоТ)"
	case marking.FaultGone:
		return "the centre has switched this way of asking off (" + stages + "): set up the gateway (ТС ПИоТ), marking.gateway.url"
	case marking.FaultBusy:
		return "the centre is asked too often: try again in a minute or later"
	case marking.FaultTimeout:
		return "the centre was too slow to say anything of the key: check the internet, then try again"
	case marking.FaultServer, marking.FaultOutside:
		return "the centre is out of order and says nothing of the key: try again later"
	case marking.FaultGarbage, marking.FaultBadRequest:
		return "another program may answer there: correct marking.online in the settings"
	case marking.FaultNotBound:
		return "run tillctl token set, and correct marking.online in the settings"
	}
	return "check the internet and the address of the central system, then try again"
}
