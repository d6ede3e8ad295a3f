package screen

import (
	"time"

	"fyne.io/fyne/v2"

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
)

// Results of a search: the first items, and how many there are.
type Results struct {
	Items []till.Item
	Total int
	Err   error
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
	// Search looks goods up; done runs on the UI goroutine, for the newest query only.
	Search func(query string, done func(Results))
	// Now is the clock.
	Now func() time.Time
}
