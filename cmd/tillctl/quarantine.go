package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/journal"
	"kassa/app/staff"
	"kassa/app/store"
	"kassa/app/texts"
	"kassa/cmd/internal/cli"
)

// suspectJSON is one unit of the list.
type suspectJSON struct {
	KI     string    `json:"ki"`
	GTIN   string    `json:"gtin"`
	Item   string    `json:"item,omitempty"`
	Origin string    `json:"origin"` // sale: refused at a till; precheck: advice of the check of the stock
	Reason string    `json:"reason"`
	Text   string    `json:"text"`            // the reason in words
	Until  string    `json:"until,omitempty"` // expiry date as sent
	At     time.Time `json:"at"`
	Till   string    `json:"till,omitempty"`
	Person string    `json:"person,omitempty"`
}

// originNames are the public names of who put a unit on the list.
var originNames = map[journal.SuspectOrigin]string{journal.FromSale: "sale", journal.FromPreCheck: "precheck"}

func originOf(name string) (journal.SuspectOrigin, error) {
	for o, n := range originNames {
		if n == name {
			return o, nil
		}
	}
	if name == "" {
		return 0, nil
	}
	return 0, cli.Usage("--origin %q: sale or precheck", name)
}

func quarantineCommand(s streams) *cobra.Command {
	quarantine := &cobra.Command{
		Use: "quarantine", Short: "Units that may not be sold («Карантин»)", Args: cobra.NoArgs,
		Long: "The list has units that a check refused at the till (origin sale) and units that the check of the stock in the\n" +
			"background speaks against (origin precheck). The second is advice: the check at the till decides.",
	}
	quarantine.AddCommand(quarantineListCommand(s), quarantineResolveCommand(s))
	return quarantine
}

func quarantineListCommand(s streams) *cobra.Command {
	var c common
	var q journal.SuspectQuery
	var origin string
	cmd := &cobra.Command{
		Use: "list", Short: "Show the list, the newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if q.Origin, err = originOf(origin); err != nil {
				return err
			}
			if err := errors.Join(countOf("limit", q.Limit), countOf("skip", q.Skip)); err != nil {
				return err
			}
			return c.withStore(cmd.Context(), func(_ *config.Config, db *store.Store) error {
				found, total, err := db.Suspects(cmd.Context(), q)
				if err != nil {
					return err
				}
				for _, v := range found {
					if err := printSuspect(s, c.json, v); err != nil {
						return fmt.Errorf("print: %w", err)
					}
				}
				if !c.json && q.Skip+len(found) < total {
					_, err = fmt.Fprintf(s.out, "… of %d\n", total)
				}
				return err
			})
		},
	}
	c.flags(cmd)
	cmd.Flags().StringVar(&q.Text, "text", "", "only those with this in name, GTIN or КИ")
	cmd.Flags().StringVar(&origin, "origin", "", "only sale or precheck")
	cmd.Flags().IntVar(&q.Limit, "limit", 100, "how many at most")
	cmd.Flags().IntVar(&q.Skip, "skip", 0, "how many to leave out first")
	return cmd
}

func printSuspect(s streams, asJSON bool, v journal.Suspect) error {
	if asJSON {
		return cli.Printer(s.out).Encode(suspectJSON{
			KI: v.KI, GTIN: v.GTIN, Item: v.Item, Origin: originNames[v.Origin], Reason: string(v.Reason), Text: texts.SuspectReason(v),
			Until: v.Until, At: v.At, Till: v.Till, Person: v.Person,
		})
	}
	_, err := fmt.Fprintf(s.out, "%s\t%s\t%s\t%s\t%s\n", v.At.Format(time.DateTime), originNames[v.Origin], v.KI, texts.ItemOr(v.Item, v.GTIN), texts.SuspectReason(v))
	return err
}

func quarantineResolveCommand(s streams) *cobra.Command {
	var c common
	var code, origin string
	cmd := &cobra.Command{
		Use: "resolve", Short: "Take a unit off the list («разобрано»)", Args: cobra.NoArgs,
		Long: "Takes a unit off the list; needs a senior cashier or above. Who did it, and what was said of the unit, stays in the till's journal.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, err := originOf(origin)
			if err != nil {
				return err
			}
			origins := []journal.SuspectOrigin{journal.FromSale, journal.FromPreCheck}
			if from != 0 {
				origins = []journal.SuspectOrigin{from}
			}
			return c.withStore(cmd.Context(), func(conf *config.Config, db *store.Store) error {
				by, err := c.person(cmd.Context(), conf, db)
				if err != nil {
					return err
				}
				if by.Role < staff.Senior {
					return &cli.Failure{What: by.Name + " has no right to take units off the list", Do: "name a senior cashier, a manager, a director or an administrator with --as"}
				}
				resolved := 0
				for _, o := range origins {
					switch err := db.ResolveSuspect(cmd.Context(), kiOf(code), o, by, time.Now()); {
					case err == nil:
						resolved++
					case !errors.Is(err, store.ErrNoSuspect):
						return err
					}
				}
				if resolved == 0 {
					return &cli.Failure{What: store.ErrNoSuspect.Error(), Do: "look at tillctl quarantine list"}
				}
				if c.json {
					return cli.Printer(s.out).Encode(map[string]any{"ok": true, "resolved": resolved})
				}
				_, err = fmt.Fprintf(s.out, "resolved %d\n", resolved)
				return err
			})
		},
	}
	c.actFlags(cmd)
	cmd.Flags().StringVar(&code, "code", "", "the unit: a scan or its КИ")
	cmd.Flags().StringVar(&origin, "origin", "", "only its entry of sale or of precheck")
	_ = cmd.MarkFlagRequired("code") // it exists
	return cmd
}
