package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/cmd/internal/cli"
)

// emergencyJSON is what `tillctl emergency` prints.
type emergencyJSON struct {
	Phase  string     `json:"phase"` // none, on, after
	Since  *time.Time `json:"since,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
	Ends   *time.Time `json:"ends,omitempty"` // when checks are due again
	Manual bool       `json:"manual"`
	By     string     `json:"by,omitempty"`
	Reason string     `json:"reason,omitempty"`
}

func emergencyCommand(s streams) *cobra.Command {
	emergency := &cobra.Command{
		Use: "emergency", Short: "An emergency of the marking system: goods are sold without checks", Args: cobra.NoArgs,
		Long: "The operator of the marking system announces emergencies. While one lasts, and three days after it, goods may be\n" +
			"sold without checks. One that the centre tells of itself (HTTP 203) is found and ended by the till.",
	}
	var c common
	var reason, until string
	declare := &cobra.Command{Use: "declare", Short: "Declare one that was announced", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			end, err := moment(until, time.Now())
			if err != nil {
				return cli.Usage("--until: %w", err)
			}
			return runEmergency(cmd, s, c, sale.DeclareEmergency{Reason: reason, Until: end})
		}}
	declare.Flags().StringVar(&reason, "reason", "", "why: the announcement")
	declare.Flags().StringVar(&until, "until", "", "its end: 2026-11-25T14:00, or how long from now: 24h")
	_ = declare.MarkFlagRequired("reason") // they exist
	_ = declare.MarkFlagRequired("until")
	end := &cobra.Command{Use: "end", Short: "End it now; the three days after it begin", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runEmergency(cmd, s, c, sale.EndEmergency{}) }}
	status := &cobra.Command{Use: "status", Short: "Say whether one is in force", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runEmergency(cmd, s, c, nil) }}
	for _, sub := range []*cobra.Command{declare, end, status} {
		c.actFlags(sub)
		emergency.AddCommand(sub)
	}
	return emergency
}

// moment reads a local date with time, or a time from now.
func moment(text string, now time.Time) (time.Time, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return now.Add(d), nil
	}
	for _, layout := range []string{"2006-01-02T15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither 2026-11-25T14:00 nor 24h", text)
}

func runEmergency(cmd *cobra.Command, s streams, c common, command sale.Command) (err error) {
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
	j := emergencyOf(t.Engine.Latest().Emergency)
	if c.json {
		return cli.Printer(s.out).Encode(j)
	}
	_, err = fmt.Fprintln(s.out, j.line())
	return err
}

func emergencyOf(v sale.EmergencyView) emergencyJSON {
	j := emergencyJSON{Phase: "none"}
	if v.Phase == marking.EmergencyNone {
		return j
	}
	j.Phase, j.Manual, j.By, j.Reason = "on", v.Manual, v.By, v.Reason
	if v.Phase == marking.EmergencyAfter {
		j.Phase = "after"
	}
	j.Since, j.Until, j.Ends = given(v.Since), given(v.Until), given(v.Ends)
	return j
}

// given leaves a moment that is not known out of the JSON.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (j emergencyJSON) line() string {
	switch {
	case j.Phase == "none":
		return "no emergency"
	case j.Ends == nil:
		return "emergency, found by the till; its end is not known"
	case j.Phase == "after":
		return "the emergency is over; checks are due again " + j.Ends.Local().Format(time.DateTime)
	}
	return "emergency, checks are due again " + j.Ends.Local().Format(time.DateTime)
}
