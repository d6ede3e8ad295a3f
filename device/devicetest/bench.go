package devicetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/money"
	"kassa/device"
)

// Bench is one driver and the simulated printer behind it.
type Bench struct {
	Printer   device.FiscalPrinter
	Simulator Simulator

	// SaleCommands are the commands of one sale with a marked line, from opening to closing, as the
	// simulator's faults name them ("FF45").
	SaleCommands []string
	// Forming is the command that forms a document of each kind.
	Forming map[fiscal.Kind]string
	// Advance moves the clock of printer and drive forward.
	Advance func(time.Duration)
}

// Simulator is the printer's other side. devicesim fits through a JSON round trip: the names are those of the
// contract «Control API of lab printer» and of its journal.
type Simulator interface {
	// Documents are all that were formed, oldest first.
	Documents() ([]Entry, error)
	// ApplyFaults replaces the set.
	ApplyFaults(Faults) error
}

// Entry is a line of the simulator's journal.
type Entry struct {
	FD        uint32        `json:"fd"`
	Type      string        `json:"type"`
	Shift     int           `json:"shift"`
	Time      time.Time     `json:"time"`
	Sign      uint32        `json:"sign"`
	Total     money.Kopecks `json:"total_kopecks"`
	Cash      money.Kopecks `json:"cash_kopecks"`
	Card      money.Kopecks `json:"card_kopecks"`
	Lines     []EntryLine   `json:"lines"`
	ReceiptID string        `json:"receipt_id"`
}

// EntryLine is a line of a receipt in the journal.
type EntryLine struct {
	Name    string        `json:"name"`
	Price   money.Kopecks `json:"price_kopecks"`
	Millis  money.Millis  `json:"millis"`
	Sum     money.Kopecks `json:"sum_kopecks"`
	VAT     string        `json:"vat"`
	KM      string        `json:"km"`
	Tag1265 string        `json:"tag1265"`
}

// Faults of the simulated printer. What names a command or a number happens once or so often.
type Faults struct {
	On              string `json:"on,omitempty"`               // the command that DropAfterBytes and SlowMS wait for
	DropReply       string `json:"drop_reply,omitempty"`       // the answer is kept back until it is asked for
	DropAfterBytes  *int   `json:"drop_after_bytes,omitempty"` // the line breaks within the answer
	SlowMS          int    `json:"slow_ms,omitempty"`
	NAK             int    `json:"nak,omitempty"`
	GarbleLRC       int    `json:"garble_lrc,omitempty"`
	NoENQ           int    `json:"no_enq,omitempty"`
	DropACK         int    `json:"drop_ack,omitempty"`
	Stale           bool   `json:"stale,omitempty"`
	FFJunk          int    `json:"ff_junk,omitempty"`
	PowerOff        bool   `json:"power_off,omitempty"`
	DieBeforeCommit string `json:"die_before_commit,omitempty"`
	DieAfterCommit  string `json:"die_after_commit,omitempty"`
	PaperOut        bool   `json:"paper_out,omitempty"`
	CoverOpen       bool   `json:"cover_open,omitempty"`
	BreakPrint      string `json:"break_print,omitempty"` // the paper ends in the slip of this command
	PrintMS         int    `json:"print_ms,omitempty"`
	Mark2106        *byte  `json:"mark_2106,omitempty"` // result of the next check of a code
}

// FiscalPrinter checks a driver. bench gives a new driver and a new simulator each time: a closed shift, no
// documents but the registration, no faults. Time-outs should be short, as most behaviours wait for one.
func FiscalPrinter(t *testing.T, bench func(t *testing.T) Bench) {
	groups := map[string]map[string]func(*testing.T, Bench){
		"documents": documents,
		"state":     states,
		"line":      lines,
		"power":     power,
		"paper":     papers,
		"others":    others,
	}
	for group, behaviours := range groups {
		t.Run(group, func(t *testing.T) {
			for name, check := range behaviours {
				t.Run(name, func(t *testing.T) {
					t.Parallel() // most of the time goes by waiting for a silent printer
					check(t, bench(t))
				})
			}
		})
	}
}

// The codes have the check part of a 44-character code (AI 91, 92) and of a short one (AI 93).
const (
	longMark  = "0104612345678903215Kd7nQx2aB1?x\x1d91EE11\x1d92" + "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHQ9PT0x"
	shortMark = "0104612345678903215aB1?x7\x1d93Kd4x"
	permit    = "UUID=0a1b2c3d-0000-4000-8000-00000000000a&Time=1700000000000"
)

// sale is a receipt of a plain line, a weighed one and two marked ones; 1409.90 in all, 1000 by card.
func sale(id string) fiscal.Document {
	marked := func(name, code string, subject uint8) fiscal.Line {
		return fiscal.Line{
			Name: name, Price: 12750, Quantity: money.Unit, Sum: 12750, VAT: money.VAT22, Subject: subject, Method: fiscal.MethodFull,
			Marked:   &fiscal.MarkedUnit{Code: []byte(code), Status: fiscal.PieceSold},
			Industry: &fiscal.Industry{Authority: "030", Date: "21.11.2023", Number: "1944", Value: permit},
		}
	}
	return fiscal.Document{
		Kind: fiscal.Sale, ReceiptID: id, TaxSystem: fiscal.TaxGeneral,
		Operator: fiscal.Operator{Name: "Иванова А. П.", INN: "770000000900"},
		Lines: []fiscal.Line{
			{Name: "Молоко", Price: 16990, Quantity: 2 * money.Unit, Sum: 33980, VAT: money.VAT10, Subject: fiscal.SubjectGoods, Method: fiscal.MethodFull},
			{Name: "Сыр весовой", Price: 65000, Quantity: 1254, Sum: 81510, VAT: money.VAT22, Subject: fiscal.SubjectGoods, Method: fiscal.MethodFull, Measure: 11},
			marked("Пиво", shortMark, fiscal.SubjectExciseMark),
			marked("Вода", longMark, fiscal.SubjectMarkedGoods),
		},
		Payments: fiscal.Payments{Cash: 50000, Card: 100000},
	}
}

// purchase is the smallest receipt.
func purchase(id string, price money.Kopecks) fiscal.Document {
	return fiscal.Document{
		Kind: fiscal.Sale, ReceiptID: id, TaxSystem: fiscal.TaxGeneral,
		Lines: []fiscal.Line{{
			Name: "Хлеб", Price: price, Quantity: money.Unit, Sum: price, VAT: money.VAT10, Subject: fiscal.SubjectGoods, Method: fiscal.MethodFull,
		}},
		Payments: fiscal.Payments{Cash: price},
	}
}

const (
	idA = "0198c0de-0000-7000-8000-00000000000a"
	idB = "0198c0de-0000-7000-8000-00000000000b"
)

func (b Bench) faults(t *testing.T, f Faults) {
	t.Helper()
	require.NoError(t, b.Simulator.ApplyFaults(f))
}

func (b Bench) journal(t *testing.T) []Entry {
	t.Helper()
	list, err := b.Simulator.Documents()
	require.NoError(t, err)
	return list
}

// ofType are the journal's documents of one type.
func (b Bench) ofType(t *testing.T, kind string) []Entry {
	t.Helper()
	var list []Entry
	for _, e := range b.journal(t) {
		if e.Type == kind {
			list = append(list, e)
		}
	}
	return list
}

func (b Bench) newest(t *testing.T) Entry {
	t.Helper()
	list := b.journal(t)
	require.NotEmpty(t, list)
	return list[len(list)-1]
}

func (b Bench) mark(t *testing.T) fiscal.Mark {
	t.Helper()
	m, err := b.Printer.Mark(t.Context())
	require.NoError(t, err)
	return m
}

func (b Bench) status(t *testing.T) fiscal.Status {
	t.Helper()
	s, err := b.Printer.Status(t.Context())
	require.NoError(t, err)
	return s
}

// register registers a document that nothing stands against.
func (b Bench) register(t *testing.T, doc fiscal.Document) fiscal.Registered {
	t.Helper()
	reg, err := b.Printer.Register(t.Context(), doc, b.mark(t))
	require.NoError(t, err)
	return reg
}

func (b Bench) openShift(t *testing.T) { b.register(t, fiscal.Document{Kind: fiscal.OpenShift}) }

// refused registers a document that must not be formed now.
func (b Bench) refused(t *testing.T, doc fiscal.Document, why fiscal.Problem) {
	t.Helper()
	before := len(b.journal(t))
	_, err := b.Printer.Register(t.Context(), doc, b.mark(t))
	requireFailure(t, err, fiscal.NotDone, why)
	require.Len(t, b.journal(t), before, "nothing was formed")
	require.False(t, b.status(t).ReceiptOpen, "nothing is left open")
}

// surely does what a till does: Register, Settle while the fate is unknown, Register again after a certain
// «not done». It tells how often the document was sent.
func (b Bench) surely(t *testing.T, doc fiscal.Document) (fiscal.Registered, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for try := 1; try <= 5; try++ {
		mark := b.mark(t)
		reg, err := b.Printer.Register(ctx, doc, mark)
		for fiscal.OutcomeOf(err) == fiscal.Unknown {
			require.NoError(t, ctx.Err())
			reg, err = b.Printer.Settle(ctx, doc, mark)
		}
		if err == nil {
			return reg, try
		}
	}
	require.Fail(t, "not registered at the fifth time")
	return fiscal.Registered{}, 0
}

// requireFailure checks the answer to the three questions that every error of a driver gives.
func requireFailure(t *testing.T, err error, outcome fiscal.Outcome, problem fiscal.Problem) {
	t.Helper()
	require.Error(t, err)
	var e *fiscal.Error
	require.ErrorAs(t, err, &e, "every error is a *fiscal.Error")
	require.Equal(t, outcome.String(), e.Outcome.String(), "outcome of: %v", err)
	require.Equal(t, problem, e.Problem, "problem of: %v", err)
}

// requireSame compares what the driver says with what the simulator has formed.
func requireSame(t *testing.T, want Entry, got fiscal.Registered) {
	t.Helper()
	require.Equal(t, want.FD, got.Document)
	require.Equal(t, want.Sign, got.Sign)
	require.Equal(t, want.Shift, got.Shift)
	require.WithinDuration(t, want.Time, got.At, time.Minute, "the drive tells minutes")
}
