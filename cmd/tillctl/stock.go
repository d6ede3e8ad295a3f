package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/app/stock"
	"kassa/app/store"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
	"kassa/sync/precheck"
)

func stockCommand(s streams) *cobra.Command {
	command := &cobra.Command{Use: "stock", Short: "Units in stock and their marking codes", Args: cobra.NoArgs}
	command.AddCommand(stockAddCommand(s), stockPrecheckCommand(s))
	return command
}

func stockAddCommand(s streams) *cobra.Command {
	var c common
	var document string
	cmd := &cobra.Command{
		Use: "add", Short: "Read scans from stdin, one a line: units that came into stock", Args: cobra.NoArgs,
		Long: "Reads scans from stdin, one a line, КМ or КИ, as tillctl code parse does. Lines that are no marking codes are named\n" +
			"by their number and left out; the others are added. A unit that is known already is not added again.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withStore(cmd.Context(), func(_ *config.Config, db *store.Store) error {
				a := adder{db: db, document: document, print: func(r refusedLine) error { return printRefused(s, c.json, r) }}
				if err := a.run(cmd.Context(), s.in); err != nil {
					return err
				}
				if err := a.say(s, c.json); err != nil {
					return fmt.Errorf("print: %w", err)
				}
				if a.refused > 0 {
					return &cli.Failure{What: fmt.Sprintf("%d of %d scans are no marking codes", a.refused, a.scans), Do: "scan them again"}
				}
				return nil
			})
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&document, "document", "", "document that they came with, as people write it")
	return cmd
}

// refusedLine is a scan that is no marking code. What it reads as is told, the scan itself is not.
type refusedLine struct {
	Line  int          `json:"line"`
	Kind  marking.Kind `json:"kind"`
	Error string       `json:"error"`
}

func printRefused(s streams, asJSON bool, r refusedLine) error {
	if asJSON {
		return cli.Printer(s.out).Encode(r)
	}
	_, err := fmt.Fprintf(s.out, "line %d: %s\n", r.Line, r.Error)
	return err
}

// adder puts scans into stock.
type adder struct {
	db       *store.Store
	document string
	print    func(refusedLine) error

	scans, added, refused int
	waiting               []stock.Code
}

// addedAtOnce is how many units are kept before they are written.
const addedAtOnce = 500

func (a *adder) run(ctx context.Context, in io.Reader) error {
	r := bufio.NewReaderSize(in, 64<<10)
	for line := 1; ; line++ {
		raw, err := readScan(r)
		if len(raw) > 0 {
			if err := a.scan(ctx, line, raw); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return a.flush(ctx)
		}
		if err != nil {
			return fmt.Errorf("read scans: %w", err)
		}
	}
}

func (a *adder) scan(ctx context.Context, line int, raw []byte) error {
	a.scans++
	read, err := marking.Parse(raw)
	if err != nil || read.Code.IsZero() {
		a.refused++
		r := refusedLine{Line: line, Kind: read.Kind, Error: kindWords(read.Kind) + " is no marking code with a serial number"}
		if err != nil {
			r.Kind, r.Error = marking.KindUnknown, err.Error()
		}
		return a.print(r)
	}
	c := stock.Code{KI: read.Code.KI(), GTIN: read.Code.GTIN(), Arrived: time.Now(), Document: a.document}
	if read.Code.HasCheckPart() {
		c.KM = read.Code.KM()
	}
	switch item, err := a.db.ByGTIN(ctx, c.GTIN); {
	case err == nil:
		c.Item, c.Group = item.Name, item.Group
	case till.CodeOf(err) != till.ItemUnknown:
		return err
	}
	if a.waiting = append(a.waiting, c); len(a.waiting) == addedAtOnce {
		return a.flush(ctx)
	}
	return nil
}

func (a *adder) flush(ctx context.Context) error {
	n, err := a.db.AddStockCodes(ctx, a.waiting)
	a.added, a.waiting = a.added+n, a.waiting[:0]
	return err
}

func (a *adder) say(s streams, asJSON bool) error {
	known := a.scans - a.refused - a.added
	if asJSON {
		return cli.Printer(s.out).Encode(map[string]int{"added": a.added, "known": known, "refused": a.refused})
	}
	_, err := fmt.Fprintf(s.out, "added %d, known already %d, refused %d\n", a.added, known, a.refused)
	return err
}

// precheckJSON is what `tillctl stock precheck` prints.
type precheckJSON struct {
	Asked    int                    `json:"asked"`
	Suspects map[marking.Reason]int `json:"suspects"` // by reason
}

func stockPrecheckCommand(s streams) *cobra.Command {
	var c common
	var once, all bool
	cmd := &cobra.Command{
		Use: "precheck", Short: "Ask the central system about the units in stock", Args: cobra.NoArgs,
		Long: "Asks the central system (path A) about units that came into stock and were not asked about for a day, many at a\n" +
			"time and with pauses, never while the till makes a receipt. Units that it speaks against join the list\n" +
			"«Карантин» as an advice. A till does this by itself; without --once the command goes on until it is interrupted.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withStore(cmd.Context(), func(conf *config.Config, db *store.Store) error {
				return c.precheck(cmd.Context(), s, conf, db, once, all)
			})
		},
	}
	c.flags(cmd)
	cmd.Flags().BoolVar(&once, "once", false, "one pass now: ask about what is due, print what was found, and end")
	cmd.Flags().BoolVar(&all, "all", false, "with --once: about units that were asked about today, too")
	return cmd
}

func (c *common) precheck(ctx context.Context, s streams, conf *config.Config, db *store.Store, once, all bool) error {
	if all && !once {
		return cli.Usage("--all goes with --once")
	}
	if o := conf.Marking.Online; o.URL == "" && o.Entry == "" {
		return &cli.Failure{What: "the settings name no central system", Do: "set marking.online.entry, and the key with tillctl token set"}
	}
	sites := wire.SitesOf(conf, wire.SecretOf(conf, conf.Marking.Online.TokenFile, c.log(s)), c.log(s))
	defer sites.Close()
	set, err := c.precheckSettings(ctx, s, conf, db)
	if err != nil {
		return err
	}
	if all {
		set.Again = time.Millisecond
	}
	worker := precheck.New(set, db, sites)
	if !once {
		if err := worker.Run(ctx); ctx.Err() == nil {
			return err
		}
		return nil
	}
	result, err := worker.Once(ctx)
	if err != nil {
		return &cli.Failure{What: fmt.Sprintf("asked about %d units, then: %v", result.Asked, err), Do: precheckAdvice(err)}
	}
	if c.json {
		return cli.Printer(s.out).Encode(precheckJSON(result))
	}
	_, err = fmt.Fprintln(s.out, precheckLine(result))
	return err
}

// precheckLine tells what was found, the commonest first.
func precheckLine(r precheck.Result) string {
	reasons := slices.SortedFunc(maps.Keys(r.Suspects), func(a, b marking.Reason) int {
		return cmp.Or(cmp.Compare(r.Suspects[b], r.Suspects[a]), cmp.Compare(a, b))
	})
	found := make([]string, len(reasons))
	for i, reason := range reasons {
		found[i] = fmt.Sprintf("%s: %d", texts.ReasonWords(reason), r.Suspects[reason])
	}
	line := fmt.Sprintf("asked about %d units, ", r.Asked)
	if len(found) == 0 {
		return line + "no suspects"
	}
	return line + "suspects: " + strings.Join(found, ", ")
}

// precheckAdvice is what a person does about a pass that broke off.
func precheckAdvice(err error) string {
	if errors.Is(err, precheck.ErrEmergency) {
		return "nothing can be asked in an emergency: try again when it is over (tillctl emergency status)"
	}
	return tokenAdvice(faultOf(err))
}

// precheckSettings are the till's own, but for who may be buying: that a running till knows, by its journal. A
// receipt that was left open by one that does not run is no reason to wait.
func (c *common) precheckSettings(ctx context.Context, s streams, conf *config.Config, db *store.Store) (precheck.Settings, error) {
	set, err := wire.PreCheckSettings(ctx, conf, db, c.log(s))
	if err != nil || !wire.Runs(conf) {
		return set, err
	}
	set.Idle = func() bool {
		saved, err := db.Load(ctx)
		return err == nil && saved.State.ReceiptID == ""
	}
	return set, nil
}
