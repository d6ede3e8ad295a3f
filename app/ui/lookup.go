package ui

import (
	"context"
	"errors"
	"strings"

	"kassa/app/journal"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/screen"
)

// How much the lists show; each says how many there are in all.
const (
	searchLimit   = 50
	suspectsLimit = 200
	checksLimit   = 100
)

// The book of checks is looked through from its newest end by pages, and no further than this.
const (
	checksPage   = 200
	checksLooked = 4000
)

// lookup is a question to the till's lists; the number tells a newer one from an older one. ask runs in the
// worker and gives what shall be shown on the UI goroutine.
type lookup struct {
	number uint64
	ask    func(ctx context.Context) (show func())
}

// look asks; a question that has not begun gives way to a newer one, and the answer of an older one is not shown.
func (u *UI) look(ask func(ctx context.Context) (show func())) {
	u.looked++
	l := lookup{u.looked, ask}
	for {
		select {
		case u.lookups <- l:
			u.pending++
			return
		default:
		}
		select {
		case <-u.lookups:
			u.pending--
		default:
		}
	}
}

// search asks for goods.
func (u *UI) search(text string, done func(screen.Results)) {
	u.look(func(ctx context.Context) func() {
		items, total, err := u.options.Till.Search(ctx, text, searchLimit)
		u.note(ctx, "search", err)
		return func() { done(screen.Results{Items: items, Total: total, Err: err}) }
	})
}

// suspects asks for the list «Карантин».
func (u *UI) suspects(text string, done func(screen.Suspects)) {
	u.look(func(ctx context.Context) func() {
		units, total, err := u.options.Till.Suspects(ctx, text, suspectsLimit)
		u.note(ctx, "list of suspects", err)
		return func() { done(screen.Suspects{Units: units, Total: total, Err: err}) }
	})
}

// resolve takes a unit off the list, in its order among the commands. It is no command of the sale, so no snapshot
// tells a refusal.
func (u *UI) resolve(s journal.Suspect, done func(error)) {
	work := func(ctx context.Context) error { return u.options.Till.ResolveSuspect(ctx, s.KI, s.Origin) }
	u.send(ordered, job{work, func(err error) {
		var refusal *till.Error
		if errors.As(err, &refusal) {
			m := texts.Error(err)
			u.say(m.Tone, m.Line())
		}
		done(err)
	}})
}

// checks asks for the book of checks.
func (u *UI) checks(text string, done func(screen.CheckRows)) {
	u.look(func(ctx context.Context) func() {
		rows, more, err := u.findChecks(ctx, text)
		u.note(ctx, "book of checks", err)
		return func() { done(screen.CheckRows{Rows: rows, More: more, Err: err}) }
	})
}

// findChecks reads the book until enough rows have the text in their item's name or in their GTIN. more tells that
// older rows were not looked through.
func (u *UI) findChecks(ctx context.Context, text string) (found []journal.Evidence, more bool, err error) {
	text = strings.ToLower(strings.TrimSpace(text))
	q := journal.EvidenceQuery{Limit: checksPage}
	if isGTIN(text) {
		q.GTIN = text
	}
	for looked := 0; looked < checksLooked; {
		page, err := u.options.Till.Checks(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for i := range page {
			if !strings.Contains(page[i].GTIN, text) && !strings.Contains(strings.ToLower(page[i].Item), text) {
				continue
			}
			if len(found) == checksLimit {
				return found, true, nil
			}
			found = append(found, page[i])
		}
		if len(page) < checksPage {
			return found, false, nil
		}
		looked += len(page)
		q.Under = page[len(page)-1].Seq
	}
	return found, true, nil
}

func isGTIN(s string) bool { return len(s) == 14 && strings.Trim(s, "0123456789") == "" }

// note logs an error of a lookup; its list says that it cannot be read.
func (u *UI) note(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		u.log.Error(what, "error", err)
	}
}

// reloadTiles asks for the quick goods.
func (u *UI) reloadTiles() {
	select {
	case u.reload <- struct{}{}:
		u.pending++
	default: // one is waiting already
	}
}

// serveLookups reads the till's lists, the newest question only, and the quick goods.
func (u *UI) serveLookups(ctx context.Context) {
	for {
		select {
		case l := <-u.lookups:
			show := l.ask(ctx)
			u.options.Post(func() {
				u.pending--
				if l.number == u.looked {
					show()
				}
			})
		case <-u.reload:
			items, err := u.options.Till.Tiles(ctx)
			u.note(ctx, "quick goods", err)
			u.options.Post(func() {
				u.pending--
				if err == nil {
					u.sale.SetItems(items)
				}
			})
		case <-ctx.Done():
			return
		}
	}
}
