package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/report"
	"kassa/app/staff"
	"kassa/app/store"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
)

func evidenceCommand(s streams) *cobra.Command {
	evidence := &cobra.Command{
		Use: "evidence", Short: "The book of checks: what is behind every verdict", Args: cobra.NoArgs,
		Long: "The book of checks keeps the evidence behind every verdict: request, answer, source, times, version of the rules and\n" +
			"the tag that was written. It is read beside a running till.",
	}
	evidence.AddCommand(evidenceListCommand(s), evidenceExportCommand(s))
	return evidence
}

// evidenceFilter are the flags that say which rows are wanted.
type evidenceFilter struct {
	since, before, gtin, code, receipt, decision, source, reason string
	missed                                                       bool
}

func (f *evidenceFilter) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.since, "since", "", "only checks since then: 2026-11-22 or 2026-11-22T10:00:00+03:00")
	flags.StringVar(&f.before, "before", "", "only checks before then")
	flags.StringVar(&f.gtin, "gtin", "", "only this product, 8 to 14 digits")
	flags.StringVar(&f.code, "code", "", "only this unit: a scan, a КИ, or how a КИ begins")
	flags.StringVar(&f.receipt, "receipt", "", "only this receipt, by its id")
	flags.StringVar(&f.decision, "decision", "", "only allow, forbid or unchecked")
	flags.StringVar(&f.source, "source", "", "only verdicts by online, module, emergency or none")
	flags.StringVar(&f.reason, "reason", "", "only this reason: sold, blocked, expired …")
	flags.BoolVar(&f.missed, "missed", false, "only checks in which the centre missed the budget")
}

func (f *evidenceFilter) query() (q journal.EvidenceQuery, err error) {
	q = journal.EvidenceQuery{
		ReceiptID: f.receipt, KI: kiOf(f.code), Reason: marking.Reason(f.reason), Overtime: f.missed,
	}
	if q.GTIN, err = gtinOf(f.gtin); err != nil {
		return q, err
	}
	if !texts.IsReason(q.Reason) {
		return q, cli.Usage("--reason %q is none - take one of tillctl evidence list --json: sold, blocked, expired", f.reason)
	}
	if q.Since, err = timeOf("since", f.since); err != nil {
		return q, err
	}
	if q.Before, err = timeOf("before", f.before); err != nil {
		return q, err
	}
	if q.Decision, err = named("decision", f.decision, marking.Allow, marking.Forbid, marking.Unchecked); err != nil {
		return q, err
	}
	q.Source, err = named("source", f.source, marking.SourceOnline, marking.SourceModule, marking.SourceEmergency, marking.SourceNone)
	return q, err
}

// gtinOf is a GTIN of 14 digits: shorter ones, as printed under bars, have zeros in front.
func gtinOf(text string) (string, error) {
	const length = 14
	if text == "" {
		return "", nil
	}
	if len(text) < len("12345670") || len(text) > length || strings.Trim(text, "0123456789") != "" {
		return "", cli.Usage("--gtin %q is none - give 8 to 14 digits", text)
	}
	return strings.Repeat("0", length-len(text)) + text, nil
}

// countOf refuses a negative number of a flag.
func countOf(flag string, n int) error {
	if n < 0 {
		return cli.Usage("--%s %d is negative - give a number from 0", flag, n)
	}
	return nil
}

// timeOf reads a day or a moment of a flag.
func timeOf(flag, text string) (time.Time, error) {
	t, err := parseSince(text)
	if err != nil {
		return t, cli.Usage("--%s %q: 2026-11-22 or 2026-11-22T10:00:00+03:00", flag, text)
	}
	return t, nil
}

// named finds a value by its name; no name is no value.
func named[T interface {
	comparable
	fmt.Stringer
}](flag, name string, values ...T) (none T, err error) {
	if name == "" {
		return none, nil
	}
	names := make([]string, len(values))
	for i, v := range values {
		if names[i] = v.String(); names[i] == name {
			return v, nil
		}
	}
	return none, cli.Usage("--%s %q: %s", flag, name, strings.Join(names, ", "))
}

// kiOf is the КИ of a scan; what reads as no code stays as it is: a КИ may be given in part.
func kiOf(scan string) string {
	if read, err := marking.Parse([]byte(scan)); err == nil && !read.Code.IsZero() {
		return read.Code.KI()
	}
	return strings.TrimSpace(scan)
}

func evidenceListCommand(s streams) *cobra.Command {
	var c common
	var f evidenceFilter
	var limit int
	cmd := &cobra.Command{
		Use: "list", Short: "Show checks, the newest first; of the codes only the КИ", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, err := f.query()
			if err != nil {
				return err
			}
			if err := countOf("limit", limit); err != nil {
				return err
			}
			q.Limit = limit
			return c.withStore(cmd.Context(), func(_ *config.Config, db *store.Store) error {
				write := func(e journal.Evidence) error {
					_, word := texts.CheckWord(e.Verdict)
					_, err := fmt.Fprintf(s.out, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.At.Format(time.DateTime), e.KI, e.Item, word, texts.CheckHow(e), texts.CheckMarks(e))
					return err
				}
				if c.json {
					write = report.NewEvidenceJSON(s.out, report.Options{Zone: time.Local}).Write
				}
				return db.EachEvidence(cmd.Context(), q, write)
			})
		},
	}
	c.flags(cmd)
	f.flags(cmd)
	cmd.Flags().IntVar(&limit, "limit", 100, "how many at most; 0: all")
	return cmd
}

// withStore opens the data beside a till that may be running.
func (c *common) withStore(ctx context.Context, work func(*config.Config, *store.Store) error) error {
	conf, err := c.load()
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, conf.Path(conf.Data))
	if err != nil {
		return explain(err)
	}
	return explain(errors.Join(work(conf, db), db.Close()))
}

// person is who acts: --as, or the name in the settings, with the PIN from TILLCTL_PIN or the settings' file.
func (c *common) person(ctx context.Context, conf *config.Config, db *store.Store) (till.Person, error) {
	name := c.as
	if name == "" {
		name = conf.ActAs.Name
	}
	if name == "" {
		return till.Person{}, cli.Usage("nobody acts: name a person with --as or in the settings (act_as)")
	}
	pin := os.Getenv("TILLCTL_PIN")
	if pin == "" && conf.ActAs.PINFile != "" && name == conf.ActAs.Name {
		var err error
		if pin, err = conf.Secret(conf.ActAs.PINFile); err != nil {
			return till.Person{}, err
		}
	}
	p, _, err := db.Verify(ctx, name, pin, time.Now())
	return p, err
}

// evidenceExport is what `tillctl evidence export` is asked for.
type evidenceExport struct {
	common
	format, file string
	whole        bool
}

func evidenceExportCommand(s streams) *cobra.Command {
	var x evidenceExport
	var f evidenceFilter
	cmd := &cobra.Command{
		Use: "export", Short: "Write checks into a file for an inspector", Args: cobra.NoArgs,
		Long: "Writes checks, the newest first, as CSV for a spreadsheet or as JSON lines, with requests and answers word by word.\n" +
			"Marking codes are cut behind their КИ everywhere. With --whole they are whole: that needs a manager, a director\n" +
			"or an administrator. Every export is an entry of the till's journal.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, err := f.query()
			if err != nil {
				return err
			}
			if x.json {
				x.format = "json"
			}
			if x.format != "csv" && x.format != "json" {
				return cli.Usage("--format %q: csv or json", x.format)
			}
			if q.Before.IsZero() {
				q.Before = time.Now() // the journal tells how many rows there were: later ones are left out
			}
			return x.withStore(cmd.Context(), func(conf *config.Config, db *store.Store) error {
				return x.run(cmd.Context(), s, conf, db, q)
			})
		},
	}
	x.actFlags(cmd)
	f.flags(cmd)
	cmd.Flags().StringVar(&x.format, "format", "csv", "csv or json")
	cmd.Flags().StringVar(&x.file, "out", "", "file to write, mode 0600; empty: stdout")
	cmd.Flags().BoolVar(&x.whole, "whole", false, "write codes whole; needs the right")
	return cmd
}

// exportEntry is the body of the journal's entry.
type exportEntry struct {
	Rows   int
	Whole  bool
	Format string
	File   string `json:",omitempty"`
	Query  journal.EvidenceQuery
}

// run writes the journal's entry first: what has left the till is on record whatever happens then.
func (x *evidenceExport) run(ctx context.Context, s streams, conf *config.Config, db *store.Store, q journal.EvidenceQuery) error {
	var by till.Person
	if x.whole {
		var err error
		if by, err = x.person(ctx, conf, db); err != nil {
			return err
		}
		if !maySeeCodes(by.Role) {
			return &cli.Failure{What: by.Name + " has no right to see whole codes", Do: "name a manager, a director or an administrator with --as, or leave out --whole"}
		}
	}
	rows, err := db.CountEvidence(ctx, q)
	if err != nil {
		return err
	}
	entry := journal.Entry{At: time.Now(), Kind: "evidence-export", Person: by, Body: exportEntry{rows, x.whole, x.format, x.file, q}}
	if err := db.Commit(ctx, journal.Change{Entry: entry}); err != nil {
		return fmt.Errorf("note the export in the journal: %w", err)
	}
	if x.file == "" {
		return x.write(ctx, db, q, s.out)
	}
	if err := replaceFile(x.file, func(to io.Writer) error { return x.write(ctx, db, q, to) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.err, "%d rows in %s\n", rows, x.file)
	return err
}

// replaceFile makes a file of mode 0600, whole or not at all: rows stream into another one that takes its name in
// the end. (renameio streams on Unix only.)
func replaceFile(name string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), ".export-*")
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "name another file with --out"}
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name()) // what failed is said already
		}
	}()
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return os.Rename(file.Name(), name)
}

// maySeeCodes tells whether a role may see marking codes whole.
func maySeeCodes(r staff.Role) bool {
	return r == staff.Manager || r == staff.Director || r == staff.Administrator
}

func (x *evidenceExport) write(ctx context.Context, db *store.Store, q journal.EvidenceQuery, to io.Writer) error {
	out := bufio.NewWriterSize(to, 64<<10)
	options := report.Options{Whole: x.whole, Zone: time.Local, Reason: texts.ReasonWords, Fault: texts.Fault}
	var rows interface {
		Write(journal.Evidence) error
		Flush() error
	} = report.NewEvidenceCSV(out, options)
	if x.format == "json" {
		rows = report.NewEvidenceJSON(out, options)
	}
	if err := db.EachEvidence(ctx, q, rows.Write); err != nil {
		return err
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	return out.Flush()
}
