package stock

import (
	"time"

	"kassa/app/marking"
)

// Code is a unit that came into stock with its marking code.
type Code struct {
	KI       string // whole; one row a unit
	KM       string // with its check part; empty when a document told the КИ only
	GTIN     string
	Group    marking.ProductGroup // of the item in the catalogue, zero when it is not known
	Item     string               // name, empty when it is not known
	Arrived  time.Time
	Document string // that it came with: number and date as people write them
}

// HasTail tells that the code is known with its check part; without it nobody can say whether that is right.
func (c Code) HasTail() bool { return c.KM != "" }

// Ask is the code as the centre is to be asked: КМ, else КИ.
func (c Code) Ask() string {
	if c.HasTail() {
		return c.KM
	}
	return c.KI
}

// CodeState is a unit with what the newest check of the stock said of it.
type CodeState struct {
	Code
	Asked  time.Time      // zero: never
	Reason marking.Reason // against selling it; ReasonNone: nothing, or never asked
	Until  string         // expiry date for marking.ReasonExpired, as the source sent it
}
