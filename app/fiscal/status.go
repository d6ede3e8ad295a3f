package fiscal

import (
	"time"

	"kassa/app/money"
)

// ShiftState of the drive.
type ShiftState uint8

const (
	ShiftClosed  ShiftState = 1
	ShiftIsOpen  ShiftState = 2
	ShiftExpired ShiftState = 3 // over 24 h
)

// Status of a fiscal printer.
type Status struct {
	Model        string
	Serial       string
	INN          string
	Drive        string // ФН
	DriveEnds    time.Time
	LastDocument uint32
	Shift        int
	ShiftState   ShiftState
	ReceiptOpen  bool
	Paper        bool // paper present
	CoverOpen    bool
	PrintWaits   bool // an interrupted print waits to be continued
	Clock        time.Time
	CashInDrawer money.Kopecks
	Unsent       int       // documents not sent to the ОФД
	UnsentSince  time.Time // of the oldest, zero when none
	FFD          string    // "1.2"
}
