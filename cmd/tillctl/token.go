package main

import (
	"context"
	"errors"
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
	var c common
	set := &cobra.Command{
		Use:   "set",
		Short: "Read a key from stdin, verify it at the central system, keep it",
		Long:  "Reads a key from stdin, verifies it at once (cdn/info), and keeps it in the file that the settings name, mode 0600.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := c.load()
			if err != nil {
				return err
			}
			key, err := readSecret(s.in)
			if err != nil {
				return err
			}
			if key == "" {
				return cli.Usage("no key on stdin")
			}
			o := conf.Marking.Online
			if o.URL == "" || o.TokenFile == "" {
				return &cli.Failure{What: "the settings name no central system", Do: "set marking.online.url and marking.online.token_file"}
			}
			client := trueapi.New(trueapi.Settings{
				URL: o.URL, Token: func() string { return key }, Now: time.Now, Timeout: verifyPatience,
			}, c.log(s))
			ctx, cancel := context.WithTimeout(cmd.Context(), verifyPatience)
			defer cancel()
			info, err := client.Info(ctx)
			if err != nil {
				return tokenFailure(err)
			}
			if err := config.WriteSecret(conf.Path(o.TokenFile), key); err != nil {
				return err
			}
			if c.json {
				return cli.Printer(s.out).Encode(map[string]any{"ok": true, "sites": len(info.Hosts), "emergency": info.Emergency})
			}
			_, err = fmt.Fprintf(s.out, "the key is good, %d sites\n", len(info.Hosts))
			return err
		},
	}
	c.flags(set)
	token.AddCommand(set)
	return token
}

// tokenFailure says what to do next about a key that was not accepted. The old key stays.
func tokenFailure(err error) error {
	var failed *trueapi.Error
	if !errors.As(err, &failed) {
		return err
	}
	do := "check the internet and the address of the central system, then try again"
	switch failed.Fault {
	case marking.FaultUnauthorised:
		do = "the key is wrong, expired, or of the other contour: make a new one in the cabinet («Токен для ККТ»)"
	case marking.FaultGone:
		do = "the centre has switched this way of asking off: set up the gateway (ТС ПИоТ)"
	}
	return &cli.Failure{What: "the key was not verified: " + err.Error(), Do: do}
}
