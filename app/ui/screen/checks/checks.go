package checks

import (
	"fyne.io/fyne/v2"

	"kassa/app/journal"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/listing"
)

// Checks is the page.
type Checks struct {
	program screen.Program
	rows    []journal.Evidence

	page    *listing.Page
	details *details
	content *fyne.Container
}

// New makes the page.
func New(p screen.Program) *Checks {
	c := &Checks{program: p}
	c.page = listing.New(p, listing.Options{
		Name: "checks", Title: texts.ChecksTitle, Hint: texts.ChecksHint, Empty: texts.ChecksNone,
		Find: func(query string) { p.Checks(query, c.show) }, OnRow: func(i int) { c.details.show(c.rows[i]) },
	})
	c.details = newDetails()
	c.content = layouts.Stack(c.page.Content(), c.details.content)
	return c
}

// Content is the page as an object.
func (c *Checks) Content() fyne.CanvasObject { return c.content }

// Enter reads the newest rows.
func (c *Checks) Enter() {
	c.details.hide()
	c.page.Enter()
}

// Draw shows nothing of a snapshot: the book is read when it is entered.
func (c *Checks) Draw(sale.Snapshot) {}

// Press is a key of the keyboard; open details are closed by Enter and Esc.
func (c *Checks) Press(p keys.Press) {
	if !c.details.content.Visible() {
		c.page.Press(p)
		return
	}
	if p.Action == keys.Enter || p.Action == keys.Back {
		c.details.hide()
	}
}

func (c *Checks) show(found screen.CheckRows) {
	if found.Err != nil {
		c.rows = nil
		c.page.Fail()
		return
	}
	c.rows = found.Rows
	entries := make([]listing.Entry, len(c.rows))
	for i, e := range c.rows {
		tone, word := texts.CheckWord(e.Verdict)
		entries[i] = listing.Entry{
			Tone: tone, Name: texts.ItemOr(e.Item, e.GTIN), Small: texts.CheckRow(e), Word: word, More: texts.CheckMarks(e),
		}
	}
	words := ""
	if len(entries) > 0 {
		words = texts.ChecksFound(len(entries), found.More)
	}
	c.page.Show(entries, words)
}
