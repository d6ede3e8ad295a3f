package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/fiscal"
	"kassa/app/money"
	"kassa/app/store"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
	"kassa/device"
)

// mismatch is one thing on which journal, fiscal printer and stock do not agree.
type mismatch struct {
	What      string `json:"what"` // missing-in-journal, missing-in-printer, differs, unfinished, stock
	Document  uint32 `json:"fiscal_document,omitempty"`
	ReceiptID string `json:"receipt_id,omitempty"`
	Journal   string `json:"journal,omitempty"`
	Printer   string `json:"printer,omitempty"`
}

// verifyJSON is what `tillctl verify` prints.
type verifyJSON struct {
	Receipts   int        `json:"receipts"`
	Documents  int        `json:"documents"` // compared with the printer
	Mismatches []mismatch `json:"mismatches"`
}

func verifyCommand(s streams) *cobra.Command {
	var c common
	var since string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Compare journal, fiscal printer and stock",
		Long: "Compares every fiscal document of the printer since the journal's first with the journal, in both directions,\n" +
			"and the movement of goods with the receipts. Exit code 1 when something differs.",
		Args: cobra.NoArgs,
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
			printer, err := wire.OpenPrinter(conf, c.log(s))
			if err != nil {
				return explain(err)
			}
			defer func() { err = errors.Join(err, printer.Close()) }()
			v := verifier{db: db, printer: printer, found: verifyJSON{Mismatches: []mismatch{}}}
			if err := v.run(cmd.Context(), from); err != nil {
				return explain(err)
			}
			if c.json {
				err = cli.Printer(s.out).Encode(v.found)
			} else {
				err = v.print(s)
			}
			if err == nil && len(v.found.Mismatches) > 0 {
				err = &cli.Failure{What: fmt.Sprintf("%d mismatches", len(v.found.Mismatches)), Do: "run tillctl recover, then look at each"}
			}
			return err
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&since, "since", "", "only what happened since then: 2026-11-22 or 2026-11-22T10:00:00+03:00")
	return cmd
}

type verifier struct {
	db      *store.Store
	printer device.FiscalPrinter
	found   verifyJSON
}

func (v *verifier) add(m mismatch) { v.found.Mismatches = append(v.found.Mismatches, m) }

func (v *verifier) print(s streams) error {
	for _, m := range v.found.Mismatches {
		if _, err := fmt.Fprintf(s.out, "%s: document %d, receipt %s: journal %q, printer %q\n", m.What, m.Document, m.ReceiptID, m.Journal, m.Printer); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(s.out, "%d receipts, %d documents, %d mismatches\n", v.found.Receipts, v.found.Documents, len(v.found.Mismatches))
	return err
}

func (v *verifier) run(ctx context.Context, since time.Time) error {
	receipts, err := v.db.ReceiptsSince(ctx, since)
	if err != nil {
		return err
	}
	documents, err := v.db.DocumentsSince(ctx, since)
	if err != nil {
		return err
	}
	for _, r := range receipts {
		if err := v.receipt(ctx, r); err != nil {
			return err
		}
	}
	return v.documents(ctx, documents)
}

// receipt compares one receipt with its movement of goods, and says when it is neither open nor ended.
func (v *verifier) receipt(ctx context.Context, r *till.Receipt) error {
	v.found.Receipts++
	if r.State == till.Paid || r.State == till.Printing || r.State == till.Unknown {
		v.add(mismatch{What: "unfinished", ReceiptID: r.ID, Journal: r.State.String()})
	}
	moves, err := v.db.StockOf(ctx, r.ID)
	if err != nil {
		return err
	}
	want := map[int]money.Millis{}
	if r.State == till.Closed {
		for i := range r.Lines {
			if l := &r.Lines[i]; !l.Removed {
				want[l.No] = -l.Quantity
				if r.Kind == till.Return {
					want[l.No] = l.Quantity
				}
			}
		}
	}
	for line := range union(want, moves) {
		if want[line] != moves[line] {
			v.add(mismatch{What: "stock", ReceiptID: r.ID, Journal: fmt.Sprintf("line %d: %s", line, want[line]), Printer: fmt.Sprintf("moved %s", moves[line])})
		}
	}
	return nil
}

func union(a, b map[int]money.Millis) map[int]bool {
	keys := map[int]bool{}
	for k := range a {
		keys[k] = true
	}
	for k := range b {
		keys[k] = true
	}
	return keys
}

// documents walks the printer's documents from the journal's first to the last, in both directions.
func (v *verifier) documents(ctx context.Context, documents []store.Document) error {
	status, err := v.printer.Status(ctx)
	if err != nil {
		return err
	}
	known := map[uint32][]store.Document{}
	var first uint32
	for _, d := range documents {
		if d.Open {
			v.add(mismatch{What: "unfinished", ReceiptID: d.Document.ReceiptID, Journal: d.Document.Kind.String() + " being sent"})
		}
		if !d.Formed || !d.Document.Kind.Numbered() || d.Result.Drive != status.Drive {
			continue
		}
		n := d.Result.Document
		known[n] = append(known[n], d)
		if first == 0 || n < first {
			first = n
		}
	}
	if first == 0 {
		return nil
	}
	for n := first; n <= status.LastDocument; n++ {
		if err := v.document(ctx, n, known[n]); err != nil {
			return err
		}
		delete(known, n)
	}
	for n, d := range known {
		v.add(mismatch{What: "missing-in-printer", Document: n, ReceiptID: d[0].Document.ReceiptID, Journal: d[0].Document.Kind.String()})
	}
	return nil
}

func (v *verifier) document(ctx context.Context, n uint32, journal []store.Document) error {
	v.found.Documents++
	record, err := v.printer.Find(ctx, n)
	if err != nil {
		return err
	}
	printed := fmt.Sprintf("%s %s", record.Kind, record.Sum)
	if len(journal) == 0 {
		v.add(mismatch{What: "missing-in-journal", Document: n, ReceiptID: record.ReceiptID, Printer: printed})
		return nil
	}
	if len(journal) > 1 {
		v.add(mismatch{What: "differs", Document: n, Journal: fmt.Sprintf("%d documents of the journal have this number", len(journal)), Printer: printed})
	}
	d := journal[0]
	same := record.Kind == d.Document.Kind && record.Sign == d.Result.Sign
	if record.Kind == fiscal.Sale || record.Kind == fiscal.Return {
		same = same && record.Sum == d.Document.Total() && (record.ReceiptID == "" || record.ReceiptID == d.Document.ReceiptID)
	}
	if !same {
		v.add(mismatch{
			What: "differs", Document: n, ReceiptID: d.Document.ReceiptID,
			Journal: fmt.Sprintf("%s %s sign %d", d.Document.Kind, d.Document.Total(), d.Result.Sign),
			Printer: fmt.Sprintf("%s sign %d %s", printed, record.Sign, record.ReceiptID),
		})
	}
	return nil
}
