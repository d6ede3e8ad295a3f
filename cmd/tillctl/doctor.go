package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/fiscal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/store"
	"kassa/app/texts"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
)

// checkup is the state of one thing and the next step.
type checkup struct {
	Name  string `json:"name"`
	State string `json:"state"` // ok, warn, fail, off
	Text  string `json:"text"`
	Do    string `json:"do,omitempty"`
}

// Limits of the doctor.
const (
	doctorPatience = 10 * time.Second
	warnFree       = 1 << 30 // engine §6.1: warn from 1 GiB
	warnDrift      = 5 * time.Minute
	driveWarnDays  = 30
	keyWarnDays    = 14
)

func doctorCommand(s streams) *cobra.Command {
	var c common
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say how every part of the till is",
		Long:  "Looks at the settings, the table of rules, the shop's labels, the database, the disk, the fiscal printer, its clock, every way to the central system and the local module.\nExit code 1 when one of them fails.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := doctor{common: c, s: s}
			if !d.settings() {
				return d.report()
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), doctorPatience)
			defer cancel()
			d.run(ctx)
			return d.report()
		},
	}
	c.flags(cmd)
	return cmd
}

type doctor struct {
	c      *config.Config
	common common
	s      streams
	found  []checkup
}

func (d *doctor) add(name, state, text, do string) {
	d.found = append(d.found, checkup{name, state, text, do})
}

func (d *doctor) run(ctx context.Context) {
	d.rules()
	d.labels()
	d.database(ctx)
	d.disk()
	d.printer(ctx)
	d.online(ctx)
	d.module(ctx)
	for _, sc := range d.c.Scanners {
		d.scanner(sc)
	}
}

func (d *doctor) report() error {
	failed := 0
	for _, f := range d.found {
		if f.State == "fail" {
			failed++
		}
	}
	var err error
	if d.common.json {
		err = cli.Printer(d.s.out).Encode(map[string]any{"ok": failed == 0, "checks": d.found})
	} else {
		for _, f := range d.found {
			line := fmt.Sprintf("%-9s %-5s %s", f.Name, f.State, f.Text)
			if f.Do != "" {
				line += " - " + f.Do
			}
			if _, err = fmt.Fprintln(d.s.out, line); err != nil {
				break
			}
		}
	}
	if err == nil && failed > 0 {
		err = &cli.Failure{What: fmt.Sprintf("%d of %d parts do not work", failed, len(d.found)), Do: "follow the advice beside each"}
	}
	return err
}

// settings reads them; without them there is nothing else to look at.
func (d *doctor) settings() bool {
	conf, err := config.Load(d.common.config)
	if err != nil {
		d.refused("settings", err)
		return false
	}
	d.c = conf
	d.add("settings", "ok", conf.File(), "")
	return true
}

// refused is what a part of the settings is refused for.
func (d *doctor) refused(name string, err error) {
	var failure *cli.Failure
	if errors.As(explain(err), &failure) {
		d.add(name, "fail", failure.What, failure.Do)
		return
	}
	d.add(name, "fail", err.Error(), "correct the settings")
}

func (d *doctor) rules() {
	rules, err := d.c.Rules()
	if err != nil {
		d.refused("rules", err)
		return
	}
	from := "built in"
	if file := d.c.Marking.RulesFile; file != "" {
		from = d.c.Path(file)
	}
	d.add("rules", "ok", "version "+rules.Version()+", "+from, "")
}

// labels were found right when the settings were read.
func (d *doctor) labels() {
	text := "the usual ones"
	if n := len(d.c.Labels); n > 0 {
		text = fmt.Sprintf("%d of the shop's own", n)
	}
	d.add("labels", "ok", text, "")
}

func (d *doctor) database(ctx context.Context) {
	db, err := store.Open(ctx, d.c.Path(d.c.Data))
	if err == nil {
		err = errors.Join(db.Check(ctx), db.Close())
	}
	if err != nil {
		d.add("database", "fail", err.Error(), "do not sell; restore the last copy")
		return
	}
	d.add("database", "ok", "sound", "")
}

func (d *doctor) disk() {
	free, err := freeBytes(d.c.Path(d.c.Data))
	switch {
	case err != nil:
		d.add("disk", "warn", err.Error(), "")
	case free < warnFree:
		d.add("disk", "warn", fmt.Sprintf("%d MB free", free>>20), "free some space")
	default:
		d.add("disk", "ok", fmt.Sprintf("%d MB free", free>>20), "")
	}
}

func (d *doctor) printer(ctx context.Context) {
	printer, err := wire.OpenPrinter(d.c, d.common.log(d.s))
	if err != nil {
		d.add("printer", "off", err.Error(), "")
		return
	}
	status, err := printer.Status(ctx)
	if err := errors.Join(err, printer.Close()); err != nil {
		m := texts.Error(sale.Reason(&fiscal.Error{Op: "status", Outcome: fiscal.NotDone, Problem: max(fiscal.ProblemOf(err), fiscal.ProblemSilent), Err: err}))
		d.add("printer", "fail", m.Headline+": "+err.Error(), m.Body)
		return
	}
	what := fmt.Sprintf("%s, ФН %s, document %d, shift %d", status.Model, status.Drive, status.LastDocument, status.Shift)
	switch {
	case status.INN != "" && status.INN != d.c.Organisation.INN:
		d.add("printer", "fail", what+", ИНН "+status.INN, "this printer belongs to another organisation: connect the right one")
	case status.CoverOpen || !status.Paper:
		d.add("printer", "warn", what, "close the cover, put in paper")
	case !status.DriveEnds.IsZero() && time.Until(status.DriveEnds) < driveWarnDays*24*time.Hour:
		d.add("printer", "warn", what+", the ФН ends "+status.DriveEnds.Format(time.DateOnly), "order a new ФН")
	default:
		d.add("printer", "ok", what, "")
	}
	if drift := time.Since(status.Clock).Abs(); !status.Clock.IsZero() && drift > warnDrift {
		d.add("clock", "warn", fmt.Sprintf("the printer's clock differs by %s", drift.Round(time.Second)), "set the clock that is wrong")
	} else {
		d.add("clock", "ok", "agrees with the printer's", "")
	}
}

// online looks at every path to the centre.
func (d *doctor) online(ctx context.Context) {
	centre, err := wire.OpenCentre(d.c, d.common.log(d.s))
	if err != nil {
		d.refused("online", err)
		return
	}
	defer centre.Close()
	if len(centre.Paths) == 0 {
		d.add("online", "off", "no central system in the settings", "set marking.online.entry or marking.gateway.url")
		return
	}
	for i, path := range wire.PathsOf(d.c) {
		if path == marking.PathTrueAPI {
			if key, err := d.c.Secret(d.c.Marking.Online.TokenFile); err != nil || key == "" {
				d.add(string(path), "fail", "there is no key", "run tillctl token set")
				continue
			}
		}
		if path == marking.PathGateway {
			d.gateway(ctx)
			continue
		}
		prober, ok := centre.Paths[i].(sale.Prober)
		if !ok {
			continue
		}
		d.path(string(path), prober.Probe(ctx))
	}
}

// gateway asks for more than a probe does: the advice names the service that is to blame.
func (d *doctor) gateway(ctx context.Context) {
	g := wire.GatewayOf(d.c, d.common.log(d.s))
	defer g.CloseIdle()
	name := string(marking.PathGateway)
	info, err := g.Info(ctx)
	if err != nil {
		d.refused(name, gatewayFailure(err))
		return
	}
	if next := gatewayNext(d.c.Organisation.INN, info); len(next) > 0 {
		d.add(name, "warn", "answers", strings.Join(next, "; "))
		return
	}
	d.add(name, "ok", "answers", "")
}

func (d *doctor) path(name string, s sale.OnlineState) {
	left := int(time.Until(s.KeyUntil) / (24 * time.Hour))
	switch {
	case s.Emergency:
		d.add(name, "warn", "an emergency is in force: goods are sold without checks", "")
	case s.Fault == marking.FaultUnauthorised:
		d.add(name, "fail", s.Detail, "the key is not accepted: make a new one and run tillctl token set")
	case s.Fault == marking.FaultGone:
		d.add(name, "fail", s.Detail, "this way of asking was switched off: set up the gateway (ТС ПИоТ)")
	case s.Fault != marking.FaultNone:
		d.add(name, "fail", s.Detail, "check the internet and the address")
	case !s.KeyUntil.IsZero() && left < keyWarnDays:
		d.add(name, "warn", "answers; its key ends "+s.KeyUntil.Format(time.DateOnly), "make a new key and run tillctl token set")
	default:
		d.add(name, "ok", "answers", "")
	}
}

func (d *doctor) module(ctx context.Context) {
	if !d.c.Marking.Offline.Enabled {
		d.add("module", "off", "the offline check is switched off", "set marking.offline.enabled")
		return
	}
	module, err := wire.Module(d.c, d.common.log(d.s))
	if err != nil {
		d.refused("module", err)
		return
	}
	if module == nil {
		d.add("module", "warn", "the offline check is on, but no module is bound", "set marking.offline.url, login and password_file")
		return
	}
	state := module.State(ctx)
	switch {
	case state.Fault != marking.FaultNone:
		d.add("module", "fail", state.Fault.String()+" "+state.Detail, texts.Fault(state.Fault))
	case state.INN != d.c.Organisation.INN:
		d.add("module", "fail", "the module belongs to ИНН "+state.INN, "bind the module of this organisation")
	default:
		d.add("module", "ok", "ready, data of "+state.DataAt.Local().Format(time.DateTime), "")
	}
}

func (d *doctor) scanner(c config.Scanner) {
	err := scannerPresent(c.Address)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.add("scanner", "fail", c.Name+" is not connected", "plug it in")
	case err != nil:
		d.add("scanner", "warn", c.Name+": "+err.Error(), "")
	default:
		d.add("scanner", "ok", c.Name+" is connected", "")
	}
}
