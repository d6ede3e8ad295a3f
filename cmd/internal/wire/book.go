package wire

import (
	"context"
	"log/slog"
	"time"

	"kassa/app/config"
	"kassa/app/journal"
	"kassa/app/staff"
	"kassa/app/store"
	"kassa/app/till"
	"kassa/sync/precheck"
)

// What the window shows of the checks beside the sale: the book of checks and the list «Карантин».

const (
	// evidenceDays is how long the book of checks is kept when the settings do not tell: the law names no
	// time; claims about a sale may be raised for three years.
	evidenceDays = 3 * 365
	trimEvery    = time.Hour
	// trimStep is few enough rows that a sale never waits for them.
	trimStep = 200
	trimRest = 100 * time.Millisecond
)

// trimEvidence drops what is older than the settings say, a little at a time, until ctx ends.
func (t *Till) trimEvidence(ctx context.Context) {
	days := t.Config.Marking.EvidenceDays
	if days == 0 {
		days = evidenceDays
	}
	for pause := trimRest; ; {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		n, err := t.Store.TrimEvidence(ctx, time.Now().AddDate(0, 0, -days), trimStep)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			t.log.Error("trim the book of checks", "error", err)
			pause = trimEvery
		case n < trimStep:
			pause = trimEvery
		default:
			pause = trimRest
		}
	}
}

// checkStock asks the centre about the stock while no receipt is being made, until ctx ends. It needs path A with
// its list of sites: a gateway answers one code at a time, for a sale.
func (t *Till) checkStock(ctx context.Context) {
	if t.Config.Marking.PreCheck.Off || t.centre.Sites == nil {
		return
	}
	set, err := PreCheckSettings(ctx, t.Config, t.Store, t.log)
	if err != nil {
		t.log.Error("check of the stock", "error", err)
		return
	}
	set.Idle = func() bool { return t.Engine.Latest().Receipt == nil }
	set.Key = SecretOf(t.Config, t.Config.Marking.Online.TokenFile, t.log)
	_ = precheck.New(set, t.Store, t.centre.Sites).Run(ctx) // it ends with ctx
}

// PreCheckSettings are those of the till's settings; who tells when nobody buys, and whether the key is
// another one, is left open.
func PreCheckSettings(ctx context.Context, c *config.Config, db *store.Store, log *slog.Logger) (precheck.Settings, error) {
	rules, err := c.Rules()
	if err != nil {
		return precheck.Settings{}, err
	}
	saved, err := db.Load(ctx)
	if err != nil {
		return precheck.Settings{}, err
	}
	p := c.Marking.PreCheck
	return precheck.Settings{
		Batch: p.Batch, Every: p.Every, Again: p.Again, Drive: saved.State.Drive, Zone: c.Till.TimeZone, Rules: rules,
		Now: time.Now, Log: log.With("component", "precheck"),
	}, nil
}

// Checks reads the book of checks, the newest first.
func (t *Till) Checks(ctx context.Context, q journal.EvidenceQuery) ([]journal.Evidence, error) {
	return t.Store.Evidence(ctx, q)
}

// Suspects are the units on the list «Карантин» that hold the text, and how many there are.
func (t *Till) Suspects(ctx context.Context, text string, limit int) ([]journal.Suspect, int, error) {
	return t.Store.Suspects(ctx, journal.SuspectQuery{Text: text, Limit: limit})
}

// ResolveSuspect takes a unit off the list in the name of who stands at the till; seniors and above.
func (t *Till) ResolveSuspect(ctx context.Context, ki string, origin journal.SuspectOrigin) error {
	cashier := t.Engine.Latest().Cashier
	switch {
	case cashier == nil:
		return till.Fail(till.LoginNeeded)
	case cashier.Role < staff.Senior:
		return till.Fail(till.RightMissing)
	}
	return t.Store.ResolveSuspect(ctx, ki, origin, *cashier, time.Now())
}
