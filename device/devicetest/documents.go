package devicetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/money"
)

var documents = map[string]func(*testing.T, Bench){
	"a shift opens": shiftOpens,
	"a sale of plain, weighed and marked lines":        saleOfEverything,
	"a return of a marked item":                        returnOfMarked,
	"receipts are counted within the shift":            receiptsAreCounted,
	"a document is found by its number":                documentIsFound,
	"a document that does not exist is not found":      nothingIsFound,
	"cash goes in and out":                             cashMoves,
	"more cash than there is does not go out":          drawerIsShort,
	"an X report changes nothing":                      xReport,
	"a Z report closes the shift":                      zReport,
	"prepaid and credit are no card":                   otherPayments,
	"a name of the greatest length and odd characters": oddNames,
	"a receipt of a hundred lines":                     longReceipt,
	"a correction is refused before anything is sent":  noCorrection,
	"a receipt that cannot be paid so is refused":      badPayments,
	"a code that the drive does not know is refused":   unreadableMark,
	"a code that fails the check cancels the receipt":  refusedMark,
	"a code without its server is sold as not checked": autonomousMark,
}

func shiftOpens(t *testing.T, b Bench) {
	mark := b.mark(t)
	require.False(t, mark.ShiftOpen)
	reg, err := b.Printer.Register(t.Context(), fiscal.Document{Kind: fiscal.OpenShift}, mark)
	require.NoError(t, err)
	require.Equal(t, mark.Document+1, reg.Document)
	require.Equal(t, mark.Shift+1, reg.Shift)
	require.Equal(t, mark.Drive, reg.Drive)
	require.NotZero(t, reg.Sign)
	require.False(t, reg.PaperOwed)
	require.Equal(t, "open-shift", b.newest(t).Type)
	requireSame(t, b.newest(t), reg)
	after := b.mark(t)
	require.True(t, after.ShiftOpen)
	require.Equal(t, reg.Shift, after.Shift)
	require.Equal(t, reg.Document, after.Document)
}

func saleOfEverything(t *testing.T, b Bench) {
	b.openShift(t)
	mark := b.mark(t)
	doc := sale(idA)
	reg, err := b.Printer.Register(t.Context(), doc, mark)
	require.NoError(t, err)
	require.Equal(t, mark.Document+1, reg.Document)
	require.Equal(t, mark.Drive, reg.Drive)
	require.Equal(t, mark.ReceiptNumber+1, reg.ReceiptNumber)
	require.EqualValues(t, 9010, reg.Change)
	require.False(t, reg.PaperOwed)

	got := b.newest(t)
	requireSame(t, got, reg)
	require.Equal(t, "sale", got.Type)
	require.Equal(t, idA, got.ReceiptID)
	require.EqualValues(t, 140990, got.Total)
	require.EqualValues(t, 40990, got.Cash, "net of change")
	require.EqualValues(t, 100000, got.Card)
	require.Equal(t, []EntryLine{
		{Name: "Молоко", Price: 16990, Millis: 2000, Sum: 33980, VAT: "10"},
		{Name: "Сыр весовой", Price: 65000, Millis: 1254, Sum: 81510, VAT: "22"},
		{Name: "Пиво", Price: 12750, Millis: 1000, Sum: 12750, VAT: "22", KM: shortMark, Tag1265: permit},
		{Name: "Вода", Price: 12750, Millis: 1000, Sum: 12750, VAT: "22", KM: longMark, Tag1265: permit},
	}, got.Lines)
	require.Equal(t, mark.CashInDrawer+40990, b.mark(t).CashInDrawer)
}

func returnOfMarked(t *testing.T, b Bench) {
	b.openShift(t)
	b.register(t, sale(idA))
	back := sale(idB)
	back.Kind = fiscal.Return
	back.Lines = back.Lines[2:3]
	back.Lines[0].Industry = nil
	back.Lines[0].Marked.Status = fiscal.PieceReturned
	back.Payments = fiscal.Payments{Cash: 12750}
	reg := b.register(t, back)
	got := b.newest(t)
	requireSame(t, got, reg)
	require.Equal(t, "return", got.Type)
	require.EqualValues(t, 12750, got.Total)
	require.Equal(t, idB, got.ReceiptID)
	require.Equal(t, []EntryLine{{Name: "Пиво", Price: 12750, Millis: 1000, Sum: 12750, VAT: "22", KM: shortMark}}, got.Lines)
}

func receiptsAreCounted(t *testing.T, b Bench) {
	b.openShift(t)
	for n := 1; n <= 3; n++ {
		reg := b.register(t, purchase(idA, money.Kopecks(100*n)))
		require.Equal(t, n, reg.ReceiptNumber)
	}
	require.Len(t, b.ofType(t, "sale"), 3)
}

func documentIsFound(t *testing.T, b Bench) {
	b.openShift(t)
	opened := b.newest(t)
	sold := b.register(t, sale(idA))
	r, err := b.Printer.Find(t.Context(), sold.Document)
	require.NoError(t, err)
	require.Equal(t, fiscal.Sale, r.Kind)
	require.Equal(t, sold.Document, r.Document)
	require.Equal(t, sold.Sign, r.Sign)
	require.EqualValues(t, 140990, r.Sum)
	require.Equal(t, idA, r.ReceiptID)
	require.WithinDuration(t, b.newest(t).Time, r.At, time.Minute)

	r, err = b.Printer.Find(t.Context(), opened.FD)
	require.NoError(t, err)
	require.Equal(t, fiscal.OpenShift, r.Kind)
	require.Equal(t, opened.Shift, r.Shift)
}

func nothingIsFound(t *testing.T, b Bench) {
	_, err := b.Printer.Find(t.Context(), b.mark(t).Document+1)
	require.Error(t, err)
	require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err))
}

func cashMoves(t *testing.T, b Bench) {
	b.openShift(t)
	reg := b.register(t, fiscal.Document{Kind: fiscal.CashIn, Sum: 500000})
	require.Zero(t, reg.Document, "cash moves have no number")
	require.Equal(t, "cash-in", b.newest(t).Type)
	require.EqualValues(t, 500000, b.mark(t).CashInDrawer)
	b.register(t, fiscal.Document{Kind: fiscal.CashOut, Sum: 120000})
	require.Equal(t, "cash-out", b.newest(t).Type)
	m := b.mark(t)
	require.EqualValues(t, 380000, m.CashInDrawer)
	require.EqualValues(t, 500000, m.CashIn)
	require.EqualValues(t, 120000, m.CashOut)
	require.EqualValues(t, 380000, b.status(t).CashInDrawer)
}

func drawerIsShort(t *testing.T, b Bench) {
	b.openShift(t)
	b.register(t, fiscal.Document{Kind: fiscal.CashIn, Sum: 100})
	b.refused(t, fiscal.Document{Kind: fiscal.CashOut, Sum: 101}, fiscal.ProblemDrawerShort)
}

func xReport(t *testing.T, b Bench) {
	b.openShift(t)
	b.register(t, purchase(idA, 5000))
	before := b.mark(t)
	reg := b.register(t, fiscal.Document{Kind: fiscal.XReport})
	require.Zero(t, reg.Document)
	require.Equal(t, "x", b.newest(t).Type)
	after := b.mark(t)
	after.PrinterClock = before.PrinterClock
	require.Equal(t, before, after)
}

func zReport(t *testing.T, b Bench) {
	b.openShift(t)
	b.register(t, purchase(idA, 5000))
	mark := b.mark(t)
	reg := b.register(t, fiscal.Document{Kind: fiscal.CloseShift})
	require.Equal(t, mark.Document+1, reg.Document)
	require.Equal(t, mark.Shift, reg.Shift)
	require.Equal(t, "z", b.newest(t).Type)
	requireSame(t, b.newest(t), reg)
	require.Equal(t, fiscal.ShiftClosed, b.status(t).ShiftState)
	require.False(t, b.mark(t).ShiftOpen)
}

func otherPayments(t *testing.T, b Bench) {
	b.openShift(t)
	doc := purchase(idA, 60000)
	doc.Payments = fiscal.Payments{Cash: 10000, Card: 10000, Prepaid: 20000, Credit: 20000}
	b.register(t, doc)
	got := b.newest(t)
	require.EqualValues(t, 60000, got.Total)
	require.EqualValues(t, 10000, got.Cash)
	require.EqualValues(t, 10000, got.Card)
}

func oddNames(t *testing.T, b Bench) {
	b.openShift(t)
	doc := purchase(idA, 100)
	doc.Lines[0].Name = "//Сок «Ёжик» №5 — 0,2 л\n中"
	long := make([]rune, 128)
	for i := range long {
		long[i] = 'ж'
	}
	line := doc.Lines[0]
	line.Name = string(long)
	doc.Lines = append(doc.Lines, line)
	doc.Payments.Cash = 200
	b.register(t, doc)
	got := b.newest(t)
	require.Len(t, got.Lines, 2)
	require.Contains(t, got.Lines[0].Name, "Сок")
	require.Contains(t, got.Lines[0].Name, "5")
	require.NotContains(t, got.Lines[0].Name, "\n")
	require.Equal(t, string(long), got.Lines[1].Name)
}

func longReceipt(t *testing.T, b Bench) {
	b.openShift(t)
	doc := purchase(idA, 100)
	for len(doc.Lines) < 100 {
		doc.Lines = append(doc.Lines, doc.Lines[0])
	}
	doc.Payments.Cash = 10000
	reg := b.register(t, doc)
	require.Len(t, b.newest(t).Lines, 100)
	r, err := b.Printer.Find(t.Context(), reg.Document)
	require.NoError(t, err)
	require.Equal(t, idA, r.ReceiptID, "a document of many blocks is read whole")
}

func noCorrection(t *testing.T, b Bench) {
	b.openShift(t)
	doc := purchase(idA, 100)
	doc.Kind = fiscal.Correction
	b.refused(t, doc, fiscal.ProblemUnsupported)
}

func badPayments(t *testing.T, b Bench) {
	b.openShift(t)
	for name, p := range map[string]fiscal.Payments{
		"too little":     {Cash: 99},
		"nothing":        {},
		"card too large": {Card: 101},
		"negative":       {Cash: 200, Card: -100},
	} {
		t.Run(name, func(t *testing.T) {
			doc := purchase(idA, 100)
			doc.Payments = p
			b.refused(t, doc, fiscal.ProblemRefused)
		})
	}
}

func unreadableMark(t *testing.T, b Bench) {
	b.openShift(t)
	doc := sale(idA)
	doc.Lines[3].Marked.Code = []byte("0104612345678903215Kd7nQx2aB1?x91EE1192short") // its GS was lost
	b.refused(t, doc, fiscal.ProblemMark)
	b.register(t, sale(idA))
}

func refusedMark(t *testing.T, b Bench) {
	b.openShift(t)
	forged := byte(0b01)
	b.faults(t, Faults{Mark2106: &forged})
	b.refused(t, sale(idA), fiscal.ProblemMark)
	b.register(t, sale(idA))
	require.Len(t, b.ofType(t, "sale"), 1)
}

func autonomousMark(t *testing.T, b Bench) {
	b.openShift(t)
	notChecked := byte(0)
	b.faults(t, Faults{Mark2106: &notChecked})
	b.register(t, sale(idA))
	require.Len(t, b.ofType(t, "sale"), 1)
}
