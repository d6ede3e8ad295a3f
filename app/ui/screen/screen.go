package screen

import (
	"time"

	"fyne.io/fyne/v2"

	"kassa/app/journal"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
)

// Screen is one picture of the till. All methods run on the UI goroutine.
type Screen interface {
	Content() fyne.CanvasObject
	// Draw shows a snapshot.
	Draw(s sale.Snapshot)
	// Press handles a key of the keyboard that is no part of a scan.
	Press(p keys.Press)
}

// Page is what a person has opened over the screen that the till's step shows.
type Page uint8

const (
	Own       Page = 0 // nothing: the step's own screen
	Payment   Page = 1
	More      Page = 2
	Suspended Page = 3
	CashIn    Page = 4
	CashOut   Page = 5
	Closing   Page = 6 // of the shift
	Cancel    Page = 7 // of the receipt
	Slip      Page = 8
	PayCard   Page = 9 // the payment page with the card question open

	Quarantine Page = 10 // units that a check speaks against
	Checks     Page = 11 // the book of checks
	Emergency  Page = 12 // of the national system
)

// Results of a search: the first items, and how many there are.
type Results struct {
	Items []till.Item
	Total int
	Err   error
}

// Suspects of the list «Карантин»: the first ones, and how many there are.
type Suspects struct {
	Units []journal.Suspect
	Total int
	Err   error
}

// CheckRows are rows of the book of checks, the newest first.
type CheckRows struct {
	Rows []journal.Evidence
	More bool // there are older ones that were not looked through
	Err  error
}

// Program is what a screen may ask for.
type Program struct {
	// Run sends commands one after another and ends at the first refusal, which it shows. done (it may be
	// nil) runs on the UI goroutine with that refusal or nil.
	Run func(done func(error), commands ...sale.Command)
	// Say shows a line of news for a short time.
	Say func(tone texts.Tone, words string)
	// Tell shows a message until it is closed.
	Tell func(m texts.Message)
	// Open goes to a page, Own back to the step's own screen.
	Open func(p Page)
	// Search looks goods up; done runs on the UI goroutine, for the newest query of all lists only.
	Search func(query string, done func(Results))
	// Suspects looks through the list «Карантин» and Checks through the book of checks; an empty query gives the
	// newest. done runs on the UI goroutine, for the newest query of all lists only.
	Suspects func(query string, done func(Suspects))
	Checks   func(query string, done func(CheckRows))
	// Resolve takes a unit off the list «Карантин»; done runs on the UI goroutine.
	Resolve func(s journal.Suspect, done func(error))
	// Now is the clock.
	Now func() time.Time
}
