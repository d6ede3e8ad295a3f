package wire

import (
	"context"
	"time"

	"kassa/app/journal"
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
	p := t.Config.Marking.PreCheck
	if p.Off || t.centre.Sites == nil {
		return
	}
	rules, err := t.Config.Rules()
	if err != nil {
		t.log.Error("check of the stock", "error", err)
		return
	}
	saved, err := t.Store.Load(ctx)
	if err != nil {
		t.log.Error("check of the stock", "error", err)
		return
	}
	worker := precheck.New(precheck.Settings{
		Batch: p.Batch, Every: p.Every, Again: p.Again, Drive: saved.State.Drive, Zone: t.Config.Till.TimeZone, Rules: rules,
		Idle: func() bool { return t.Engine.Latest().Receipt == nil },
		Key:  SecretOf(t.Config, t.Config.Marking.Online.TokenFile, t.log),
		Now:  time.Now, Log: t.log.With("component", "precheck"),
	}, t.Store, t.centre.Sites)
	_ = worker.Run(ctx) // it ends with ctx
}

// Checks reads the book of checks, the newest first.
func (t *Till) Checks(ctx context.Context, q journal.EvidenceQuery) ([]journal.Evidence, error) {
	return t.Store.Evidence(ctx, q)
}

// Suspects are the units on the list «Карантин» that hold the text, and how many there are.
func (t *Till) Suspects(ctx context.Context, text string, limit int) ([]journal.Suspect, int, error) {
	return t.Store.Suspects(ctx, journal.SuspectQuery{Text: text, Limit: limit})
}

// ResolveSuspect takes a unit off the list in the name of who stands at the till.
func (t *Till) ResolveSuspect(ctx context.Context, ki string, origin journal.SuspectOrigin) error {
	cashier := t.Engine.Latest().Cashier
	if cashier == nil {
		return till.Fail(till.LoginNeeded)
	}
	return t.Store.ResolveSuspect(ctx, ki, origin, *cashier, time.Now())
}
