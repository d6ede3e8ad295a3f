package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/cmd/internal/cli"
	"kassa/sync/trueapi"
)

// historyPatience bounds the wait for the centre's archive, which may be asked once a minute only.
const historyPatience = 10 * time.Minute

// historyJSON is what the centre says of one answer that it gave.
type historyJSON struct {
	ReqID   string            `json:"req_id"`
	ReqTime int64             `json:"req_time"` // ms, UTC
	Found   bool              `json:"found"`    // false: the centre has given no such answer
	Codes   []historyCodeJSON `json:"codes,omitempty"`
}

// historyCodeJSON are the facts of one code; what the answer did not tell is absent.
type historyCodeJSON struct {
	GTIN       string `json:"gtin,omitempty"`
	Found      *bool  `json:"found,omitempty"`
	Valid      *bool  `json:"valid,omitempty"`
	Verified   *bool  `json:"verified,omitempty"`
	Realizable *bool  `json:"realizable,omitempty"`
	Utilised   *bool  `json:"utilised,omitempty"`
	Blocked    *bool  `json:"blocked,omitempty"`
	Sold       *bool  `json:"sold,omitempty"`
	Expires    string `json:"expires,omitempty"`
	ErrorCode  int    `json:"error_code,omitempty"`
}

func historyCommand(s streams) *cobra.Command {
	var c common
	var key trueapi.HistoryKey
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Ask the centre for an answer that it gave to a check",
		Long: "Asks the central system what it answered to one check, by the two numbers of tag 1265 (UUID and Time). The centre\n" +
			"allows one such question a minute and may need some minutes for the answer.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := c.load()
			if err != nil {
				return err
			}
			return c.history(cmd.Context(), s, conf, key)
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&key.ReqID, "req-id", "", "reqId of the answer: UUID of tag 1265")
	cmd.Flags().Int64Var(&key.ReqTimestamp, "req-time", 0, "reqTimestamp of the answer in ms: Time of tag 1265")
	for _, required := range []string{"req-id", "req-time"} {
		_ = cmd.MarkFlagRequired(required) // it exists
	}
	return cmd
}

func (c *common) history(ctx context.Context, s streams, conf *config.Config, key trueapi.HistoryKey) error {
	o := &conf.Marking.Online
	address := o.Entry // which has the archive, whatever site is asked about codes
	if address == "" {
		address = o.URL
	}
	if address == "" {
		return &cli.Failure{What: "the settings name no central system", Do: "set marking.online.entry"}
	}
	token, err := conf.Secret(o.TokenFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	client := trueapi.New(trueapi.Settings{URL: address, Token: func() string { return token }, Now: time.Now, Timeout: verifyPatience}, c.log(s))
	ctx, cancel := context.WithTimeout(ctx, historyPatience)
	defer cancel()
	answers, err := client.History(ctx, []trueapi.HistoryKey{key})
	if err != nil {
		return &cli.Failure{What: "the history cannot be had: " + err.Error(), Do: tokenAdvice(faultOf(err))}
	}
	h := historyOf(answers[0])
	if c.json {
		return cli.Printer(s.out).Encode(h)
	}
	if !h.Found {
		_, err = fmt.Fprintln(s.out, "the centre has given no such answer")
		return err
	}
	for _, code := range h.Codes {
		fmt.Fprintf(s.out, "%q: found %s, verified %s, realizable %s, utilised %s, blocked %s, sold %s\n", code.GTIN,
			said(code.Found), said(code.Verified), said(code.Realizable), said(code.Utilised), said(code.Blocked), said(code.Sold))
	}
	return nil
}

func historyOf(a trueapi.HistoryAnswer) historyJSON {
	h := historyJSON{ReqID: a.ReqID, ReqTime: a.ReqTimestamp, Found: a.Found}
	for _, code := range a.Codes {
		h.Codes = append(h.Codes, historyCodeJSON{
			GTIN: code.GTIN, Found: code.Found, Valid: code.Valid, Verified: code.Verified, Realizable: code.Realizable,
			Utilised: code.Utilised, Blocked: code.Blocked, Sold: code.Sold, Expires: code.ExpireDate, ErrorCode: code.ErrorCode,
		})
	}
	return h
}

// said is a fact in a word; absent is not false.
func said(fact *bool) string {
	switch {
	case fact == nil:
		return "-"
	case *fact:
		return "yes"
	}
	return "no"
}
