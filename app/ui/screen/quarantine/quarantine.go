package quarantine

import (
	"fyne.io/fyne/v2"

	"kassa/app/journal"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/ui/keys"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/listing"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// Quarantine is the page.
type Quarantine struct {
	program screen.Program
	units   []journal.Suspect // in the order of the entries; a heading has a zero one
	busy    bool

	page *listing.Page
	done *widgets.Key
}

// New makes the page.
func New(p screen.Program) *Quarantine {
	q := &Quarantine{program: p}
	q.done = widgets.NewKey("quarantine-done", texts.QuarantineDone, q.resolve)
	q.done.Role, q.done.Style = theme.LineSum, widgets.Chosen
	q.page = listing.New(p, listing.Options{
		Name: "quarantine", Title: texts.QuarantineTitle, Hint: texts.QuarantineHint, Empty: texts.QuarantineNone,
		Find: func(query string) { p.Suspects(query, q.show) }, OnRow: func(int) { q.draw() }, Keys: []fyne.CanvasObject{q.done},
	})
	q.draw()
	return q
}

// Content is the page as an object.
func (q *Quarantine) Content() fyne.CanvasObject { return q.page.Content() }

// Enter reads the list.
func (q *Quarantine) Enter() {
	q.page.Enter()
	q.draw()
}

// Draw shows nothing of a snapshot: the list is read when it is entered.
func (q *Quarantine) Draw(sale.Snapshot) {}

// Press is a key of the keyboard; taking an entry off takes a tap of its own.
func (q *Quarantine) Press(p keys.Press) {
	q.page.Press(p)
	q.draw()
}

func (q *Quarantine) draw() { q.done.SetDead(q.busy || q.page.Chosen() < 0) }

// show puts refusals above advice, each under its heading.
func (q *Quarantine) show(found screen.Suspects) {
	if found.Err != nil {
		q.units = nil
		q.page.Fail()
		q.draw()
		return
	}
	q.units = nil
	var entries []listing.Entry
	for _, part := range []struct {
		origin      journal.SuspectOrigin
		name, about string
	}{
		{journal.FromSale, texts.QuarantineRefused, texts.QuarantineOfficial},
		{journal.FromPreCheck, texts.QuarantineAdvice, texts.QuarantineNoWord},
	} {
		headed := false
		for _, s := range found.Units {
			if s.Origin != part.origin {
				continue
			}
			if !headed {
				headed = true
				entries = append(entries, listing.Entry{Heading: true, Name: part.name, Small: part.about})
				q.units = append(q.units, journal.Suspect{})
			}
			entries = append(entries, entry(s))
			q.units = append(q.units, s)
		}
	}
	words := ""
	if found.Total > 0 {
		words = texts.SuspectsFound(len(found.Units), found.Total)
	}
	q.page.Show(entries, words)
	q.draw()
}

func entry(s journal.Suspect) listing.Entry {
	tone, origin := texts.SuspectOrigin(s)
	return listing.Entry{
		Tone: tone, Name: texts.ItemOr(s.Item, s.GTIN), Small: texts.SuspectRow(s), Word: texts.SuspectReason(s), More: origin,
	}
}

// resolve takes the chosen entry off. Whatever came of it, the list is read again: it may be gone already.
func (q *Quarantine) resolve() {
	i := q.page.Chosen()
	if i < 0 {
		return
	}
	q.busy = true
	q.draw()
	q.program.Resolve(q.units[i], func(error) {
		q.busy = false
		q.page.Choose(-1)
		q.page.Again()
		q.draw()
	})
}
