package till

import (
	"kassa/app/marking"
	"kassa/app/money"
)

// Measure is the unit an item is counted in, by its number in tag 2108.
type Measure uint8

const (
	Piece    Measure = 0
	Gram     Measure = 10
	Kilogram Measure = 11
	Metre    Measure = 22
	Litre    Measure = 41
)

// Whole tells whether only whole quantities make sense.
func (m Measure) Whole() bool { return m == Piece }

// Item is an article of the catalogue (товар).
type Item struct {
	ID       string // made by us, UUIDv7 or the exchange's own key
	Code     string // article number a person may type (PLU), may be empty
	Name     string
	Price    money.Kopecks
	HasPrice bool
	VAT      money.VATRate // zero: not set, cannot be sold
	Group    marking.ProductGroup
	Measure  Measure
	Category string // group of goods on the tiles
	Barcodes []string
	MinAge   int           // 18 for alcohol and tobacco, else 0
	MinPrice money.Kopecks // the shop's own price floor, 0 = none
	Tile     bool          // stands among the quick tiles
	NoPieces bool          // sold only with a weight (from scales or a label)
}

// Marked tells whether each unit must be sold by its own code.
func (i Item) Marked() bool { return i.Group != 0 }
