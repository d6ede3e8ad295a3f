package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/marking"
	"kassa/app/store"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
)

// receiptJSON is one receipt of the journal.
type receiptJSON struct {
	ReceiptID string        `json:"receipt_id"`
	Number    int           `json:"receipt_number"`
	Kind      string        `json:"kind"`
	State     string        `json:"receipt_state"`
	Shift     int           `json:"shift"`
	Cashier   string        `json:"cashier"`
	OpenedAt  time.Time     `json:"opened_at"`
	ClosedAt  *time.Time    `json:"closed_at,omitempty"`
	Total     int64         `json:"total_kopecks"`
	Change    int64         `json:"change_kopecks"`
	Lines     []lineJSON    `json:"lines"`
	Payments  []paymentJSON `json:"payments"`
	Document  uint32        `json:"fiscal_document,omitempty"`
	Sign      uint32        `json:"fiscal_sign,omitempty"`
	Drive     string        `json:"fiscal_drive,omitempty"`
	ReturnOf  string        `json:"return_of,omitempty"`
	Failure   till.Code     `json:"failure,omitempty"`
}

// lineJSON is one line of a receipt; removed lines say so.
type lineJSON struct {
	Line     int    `json:"line"`
	Name     string `json:"name"`
	Barcode  string `json:"barcode,omitempty"`
	Price    int64  `json:"price_kopecks"`
	Millis   int64  `json:"millis"`
	Discount int64  `json:"discount_kopecks,omitempty"`
	Sum      int64  `json:"sum_kopecks"`
	VAT      string `json:"vat"`
	KI       string `json:"ki,omitempty"`
	Verdict  string `json:"verdict,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Text     string `json:"text,omitempty"` // M-19, of a unit that was sold without a check
	Risk     bool   `json:"risk,omitempty"` // of the shop: nobody answered, its policy allows it
	Source   string `json:"source,omitempty"`
	Elapsed  int64  `json:"elapsed_ms,omitempty"`
	Tag1265  string `json:"tag1265,omitempty"`
	Removed  string `json:"removed,omitempty"` // why
}

type paymentJSON struct {
	Kind    string `json:"kind"`
	Kopecks int64  `json:"kopecks"`
}

func linesOf(r *till.Receipt) []lineJSON {
	lines := make([]lineJSON, 0, len(r.Lines))
	for i := range r.Lines {
		l := &r.Lines[i]
		j := lineJSON{
			Line: l.No, Name: l.Name, Barcode: l.Barcode, Price: int64(l.Price), Millis: int64(l.Quantity),
			Discount: int64(l.Discount), Sum: int64(l.Sum()), VAT: l.VAT.String(),
		}
		if !l.Mark.IsZero() {
			j.KI, j.Verdict, j.Reason = l.Mark.KI(), l.Verdict.Decision.String(), string(l.Verdict.Reason)
			if l.Verdict.Decision == marking.Unchecked && l.Verdict.MaySell {
				j.Text, j.Risk = texts.Verdict(l.Verdict), true
			}
			j.Source, j.Elapsed, j.Tag1265 = l.Verdict.Source.String(), l.CheckTime.Milliseconds(), l.Verdict.Tag1265
		}
		if l.Removed {
			j.Removed = l.Why
		}
		lines = append(lines, j)
	}
	return lines
}

func receiptOf(r *till.Receipt) receiptJSON {
	j := receiptJSON{
		ReceiptID: r.ID, Number: r.Number, Kind: r.Kind.String(), State: r.State.String(), Shift: r.Shift, Cashier: r.Cashier.Name,
		OpenedAt: r.OpenedAt, Total: int64(r.Total()), Change: int64(r.Change()), Lines: linesOf(r), Payments: []paymentJSON{},
		Document: r.Fiscal.Document, Sign: r.Fiscal.Sign, Drive: r.Fiscal.Drive, ReturnOf: r.ReturnOf, Failure: r.Failure,
	}
	if !r.ClosedAt.IsZero() {
		j.ClosedAt = &r.ClosedAt
	}
	for _, p := range r.Payments {
		j.Payments = append(j.Payments, paymentJSON{p.Kind.String(), int64(p.Kopecks)})
	}
	return j
}

func receiptsCommand(s streams) *cobra.Command {
	var c common
	var since string
	cmd := &cobra.Command{
		Use:   "receipts",
		Short: "List the receipts of the journal",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			from, err := parseSince(since)
			if err != nil {
				return err
			}
			conf, err := c.load()
			if err != nil {
				return err
			}
			db, err := store.Open(cmd.Context(), conf.Path(conf.Data))
			if err != nil {
				return explain(err)
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			receipts, err := db.ReceiptsSince(cmd.Context(), from)
			if err != nil {
				return explain(err)
			}
			print := cli.Printer(s.out)
			for _, r := range receipts {
				if c.json {
					err = print.Encode(receiptOf(r))
				} else {
					_, err = fmt.Fprintf(s.out, "%d\t%s\t%s\t%s\t%s\t%d\n", r.Number, r.OpenedAt.Format(time.DateTime), r.Kind, r.State, r.Total(), r.Fiscal.Document)
				}
				if err != nil {
					return fmt.Errorf("print: %w", err)
				}
			}
			return nil
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&since, "since", "", "only those opened since then: 2026-11-22 or 2026-11-22T10:00:00+03:00")
	return cmd
}

// parseSince reads a day or a moment; empty is the beginning of time.
func parseSince(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, time.Local)
	if err != nil {
		return t, cli.Usage("--since %q: 2026-11-22 or 2026-11-22T10:00:00+03:00", s)
	}
	return t, nil
}
