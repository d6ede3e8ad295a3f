package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/marking"
	"kassa/cmd/internal/cli"
)

func rulesCommand(s streams) *cobra.Command {
	rules := &cobra.Command{Use: "rules", Short: "The table of forbidden sales of marked goods", Args: cobra.NoArgs}
	var c common
	show := &cobra.Command{
		Use:   "show",
		Short: "Print the table in force",
		Long: "Prints the table that the till's settings name, or the built-in one.\n" +
			"With --json it is the file itself, its notes explain it: the beginning of a table of one's own\n" +
			"(then: tillctl rules check FILE, and marking.rules_file in the settings).",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			table, err := c.rulesInForce()
			if err != nil {
				return err
			}
			if c.json {
				_, err := s.out.Write(table.Text())
				return err
			}
			return printRules(s.out, table)
		},
	}
	show.Flags().StringVar(&c.config, "config", "", "settings of the till; without them the built-in table is printed")
	show.Flags().BoolVar(&c.json, "json", false, "print the file, one JSON object over many lines, and nothing else")
	var asJSON bool
	check := &cobra.Command{
		Use:   "check FILE",
		Short: "Prove that a file of rules can be used",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			table, err := readRules(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return cli.Printer(s.out).Encode(map[string]any{"ok": true, "version": table.Version(), "date": table.Date(), "rules": len(table.List())})
			}
			_, err = fmt.Fprintf(s.out, "the table is good: version %s, %d rules\n", table.Version(), len(table.List()))
			return err
		},
	}
	check.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	rules.AddCommand(show, check)
	return rules
}

// rulesInForce is the table that the settings name, or the built-in one.
func (c *common) rulesInForce() (*marking.Rules, error) {
	if c.config == "" {
		return marking.DefaultRules(), nil
	}
	conf, err := c.load()
	if err != nil {
		return nil, err
	}
	if conf.Marking.RulesFile == "" {
		return marking.DefaultRules(), nil
	}
	return readRules(conf.Path(conf.Marking.RulesFile))
}

func readRules(file string) (*marking.Rules, error) {
	table, err := config.ReadRules(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &cli.Failure{What: err.Error(), Do: "name a file of rules; tillctl rules show --json writes one"}
	}
	if err != nil {
		return nil, &cli.Failure{What: err.Error(), Do: "correct the file; tillctl rules show --json prints one that is right"}
	}
	return table, nil
}

// printRules writes the table for a person.
func printRules(out io.Writer, table *marking.Rules) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0) // keeps everything until Flush
	fmt.Fprintf(w, "version %s of %s\n", table.Version(), table.Date())
	fmt.Fprintf(w, "days without checks after an emergency: %d\n", table.EmergencyAfter()/(24*time.Hour))
	for _, d := range table.OfflineDays() {
		fmt.Fprintf(w, "offline check mandatory, %s: %s\n", nameOf(d.Group, "all groups"), d.From)
	}
	fmt.Fprint(w, "\nid\ttitle\tdays\tsource\tgroups\n")
	for _, r := range table.List() {
		groups := "all"
		if r.Groups != nil {
			names := make([]string, len(r.Groups))
			for i, g := range r.Groups {
				names[i] = nameOf(g, "")
			}
			groups = strings.Join(names, " ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Title, daysOf(r), r.Source, groups)
	}
	return w.Flush()
}

// nameOf is what a file of rules calls a group; zero has a word of its own.
func nameOf(g marking.ProductGroup, zero string) string {
	switch {
	case g == 0:
		return zero
	case g.String() == "":
		return strconv.Itoa(int(g))
	}
	return g.String()
}

func daysOf(r marking.Rule) string {
	switch {
	case r.From == "" && r.Until == "":
		return "any"
	case r.Until == "":
		return "from " + r.From
	case r.From == "":
		return "until " + r.Until
	}
	return r.From + " to " + r.Until
}
