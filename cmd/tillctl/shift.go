package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kassa/app/sale"
	"kassa/cmd/internal/cli"
)

// shiftJSON is what `tillctl shift` prints.
type shiftJSON struct {
	Shift    int    `json:"shift"`
	State    string `json:"state"` // open, closed, expired
	Document uint32 `json:"fiscal_document,omitempty"`
	Sign     uint32 `json:"fiscal_sign,omitempty"`
}

func shiftCommand(s streams) *cobra.Command {
	shift := &cobra.Command{Use: "shift", Short: "Open, close and look at the shift", Args: cobra.NoArgs}
	for _, sub := range []struct {
		name, short string
		command     sale.Command
	}{
		{"open", "Open a shift", sale.OpenShift{}},
		{"close", "Close the shift (Z report)", sale.CloseShift{}},
		{"status", "Say whether a shift is open", nil},
	} {
		var c common
		cmd := &cobra.Command{Use: sub.name, Short: sub.short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return runShift(cmd, s, c, sub.command)
		}}
		c.actFlags(cmd)
		shift.AddCommand(cmd)
	}
	return shift
}

func runShift(cmd *cobra.Command, s streams, c common, command sale.Command) (err error) {
	t, _, err := c.open(cmd.Context(), s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if command != nil {
		if err := c.login(cmd.Context(), t); err != nil {
			return explain(err)
		}
		if err := t.Do(cmd.Context(), command); err != nil {
			return explain(err)
		}
	}
	now := t.Engine.Latest()
	j := shiftJSON{Shift: now.Shift.Number, State: "closed"}
	switch {
	case now.Shift.Expired:
		j.State = "expired"
	case now.Shift.Open:
		j.State = "open"
	}
	if command != nil && now.Last != nil {
		j.Document, j.Sign = now.Last.Fiscal.Document, now.Last.Fiscal.Sign
	} else {
		status, err := t.Printer.Status(cmd.Context())
		if err != nil {
			return explain(sale.Reason(err))
		}
		j.Document = status.LastDocument
	}
	if c.json {
		return cli.Printer(s.out).Encode(j)
	}
	_, err = fmt.Fprintf(s.out, "shift %d: %s, document %d\n", j.Shift, j.State, j.Document)
	return err
}
