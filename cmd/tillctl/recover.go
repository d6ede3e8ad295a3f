package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kassa/app/sale"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
)

// recoverJSON is what `tillctl recover` prints.
type recoverJSON struct {
	Outcome   sale.RecoverOutcome `json:"outcome"`
	ReceiptID string              `json:"receipt_id,omitempty"`
	Document  uint32              `json:"fiscal_document,omitempty"`
	Reason    till.Code           `json:"reason,omitempty"`
}

func recoverCommand(s streams) *cobra.Command {
	var c common
	cmd := &cobra.Command{
		Use:   "recover",
		Short: "Finish what a stopped till left unfinished",
		Long: "Finds out what the last run left unfinished, asks the fiscal printer, and ends it: nothing, kept, completed,\n" +
			"printed-already, cancelled, needs-person.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			t, snapshot, err := c.open(cmd.Context(), s)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, t.Close()) }()
			r := snapshot.Recovered
			j := recoverJSON{Outcome: r.Outcome, ReceiptID: r.ReceiptID, Document: r.Document, Reason: r.Reason}
			if c.json {
				err = cli.Printer(s.out).Encode(j)
			} else {
				_, err = fmt.Fprintf(s.out, "%s %s\n", j.Outcome, j.ReceiptID)
			}
			if err == nil && r.Outcome == sale.RecoverNeedsPerson {
				err = explain(till.Fail(r.Reason))
			}
			return err
		},
	}
	c.flags(cmd)
	return cmd
}
