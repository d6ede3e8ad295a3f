package sale_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

func TestAMarkedUnitIsJudgedByWhoeverAnswers(t *testing.T) {
	const allow, forbid = marking.NoAnswerAllow, marking.NoAnswerForbid
	fault := saletest.OnlineFault
	cases := map[string]struct {
		online marking.OnlineAnswer
		module marking.Fault
		policy marking.NoAnswer
		state  till.MarkState
		source marking.Source
		reason marking.Reason
	}{
		"the centre allows":                          {saletest.OnlineYes(), marking.FaultNone, forbid, till.MarkAllowed, marking.SourceOnline, marking.ReasonNone},
		"the centre allows, no module":               {saletest.OnlineYes(), marking.FaultUnreachable, forbid, till.MarkAllowed, marking.SourceOnline, marking.ReasonNone},
		"the centre forbids":                         {saletest.OnlineSold(), marking.FaultNone, allow, till.MarkRefused, marking.SourceOnline, marking.ReasonSold},
		"the centre is away, the module allows":      {fault(marking.FaultUnreachable), marking.FaultNone, forbid, till.MarkAllowed, marking.SourceModule, marking.ReasonNone},
		"the centre is broken, the module allows":    {fault(marking.FaultServer), marking.FaultNone, forbid, till.MarkAllowed, marking.SourceModule, marking.ReasonNone},
		"nobody answers, the shop forbids":           {fault(marking.FaultTimeout), marking.FaultStale, forbid, till.MarkRefused, marking.SourceNone, marking.ReasonNoAnswer},
		"nobody answers, the shop sells and records": {fault(marking.FaultTimeout), marking.FaultUnreachable, allow, till.MarkUnchecked, marking.SourceNone, marking.ReasonNoAnswer},
		"an emergency sells without a check":         {marking.OnlineAnswer{Emergency: true}, marking.FaultNone, forbid, till.MarkAllowed, marking.SourceEmergency, marking.ReasonEmergency},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Online.Set(0, c.online)
			w.Module.Set(0, c.module)
			w.Settings.Policy.NoAnswer = c.policy
			x := w.Open(t)
			x.Must(scan(saletest.Bread), unit(saletest.Milk, 1))
			s := x.Checked()
			line := s.Receipt.Line(2)
			require.Equal(t, c.state, line.MarkState)
			require.Equal(t, c.source, line.Verdict.Source)
			require.Equal(t, c.reason, line.Verdict.Reason)
			require.Equal(t, rounded(s.Receipt), rounded(w.onDisk(t)))
			sold := c.state != till.MarkRefused
			require.Equal(t, !sold, line.Removed)
			if sold {
				require.Nil(t, s.Stop)
			} else {
				require.Equal(t, till.MarkForbidden, s.Stop.Code)
				require.Equal(t, 2, s.Stop.Line)
				require.Equal(t, c.reason, s.Stop.Verdict.Reason)
				require.NotContains(t, s.Stop.Masked, "aB7z")
				x.Must(sale.Dismiss{})
			}
			require.Equal(t, c.state == till.MarkUnchecked, s.Notice.Code == sale.NoticeUnchecked)
			x.PayAll()
			doc := w.Printer.Of(fiscal.Sale)[0].Document
			if !sold {
				require.Len(t, doc.Lines, 1, "a refused unit is not in the document")
				return
			}
			checked := c.source == marking.SourceOnline || c.source == marking.SourceModule
			require.Equal(t, checked, doc.Lines[1].Industry != nil, "tag 1260 stands where somebody has answered")
		})
	}
}

func TestAMarkedUnitIsOnDiskBeforeItsCheckEnds(t *testing.T) {
	w := newWorld(t)
	w.Online.Set(saletest.Never, marking.OnlineAnswer{})
	w.Settings.Budget = time.Hour
	w.Module.Set(saletest.Never, marking.FaultNone)
	x := w.Open(t)
	x.Must(unit(saletest.Milk, 1))
	line := x.Receipt().Line(1)
	require.Equal(t, till.MarkChecking, line.MarkState)
	require.Equal(t, saletest.KI(saletest.Milk, 1), w.onDisk(t).Line(1).Mark.KI())
	x.Refused(till.ReceiptChecking, sale.Pay{Kind: till.Cash, Sum: 89_90})
	x.Refused(till.ReceiptChecking, sale.Suspend{})
	x.Must(sale.Remove{Line: 1})
	require.Zero(t, x.Receipt().Positions())
}

func TestOneUnitIsSoldOnce(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)

	x.Refused(till.MarkRepeated, unit(saletest.Milk, 1))
	require.Equal(t, []string{"1"}, x.Latest().Stop.Args, "it says in which line")
	x.Must(sale.Dismiss{}, sale.Suspend{})

	x.Refused(till.MarkInSuspended, unit(saletest.Milk, 1))
	x.Must(sale.Dismiss{})
	x.ScanUnit(saletest.Milk, 2)
	x.PayAll()

	// The module knows of the sale by now: it forbids whatever the centre says.
	x.Must(unit(saletest.Milk, 2))
	s := x.Checked()
	require.Equal(t, marking.ReasonSoldHere, s.Stop.Verdict.Reason)
	require.Equal(t, marking.SourceModule, s.Stop.Verdict.Source)
}

func TestARemovedUnitMayBeScannedAgain(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	x.Must(sale.Remove{Line: 1})
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, 1, x.Receipt().Positions())
	require.Len(t, x.Receipt().Lines, 2)
}

func TestWithoutTheCentreTheTillsOwnSalesCount(t *testing.T) {
	w := newWorld(t)
	w.Module = nil
	w.Settings.OfflineOn = false
	w.Settings.Policy.NoAnswer = marking.NoAnswerAllow
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 1)
	sold := x.Receipt().ID
	x.PayAll()
	require.Zero(t, x.Latest().Lights.Queue, "there is no module to tell")

	w.Online.Set(0, saletest.OnlineFault(marking.FaultUnreachable))
	x.Must(unit(saletest.Milk, 1))
	require.Equal(t, marking.ReasonSoldHere, x.Checked().Stop.Verdict.Reason)
	x.Must(sale.Dismiss{}, sale.Cancel{})

	x.Must(sale.StartReturn{ReceiptID: sold})
	x.PayAll()
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, till.MarkUnchecked, x.Receipt().Line(1).MarkState, "it came back: it may be sold again")
	x.Must(sale.Cancel{})

	w.Online.Set(0, saletest.OnlineYes())
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, till.MarkAllowed, x.Receipt().Line(1).MarkState)
}

func TestThePlainBarcodeOfAMarkedItemAsksForItsCode(t *testing.T) {
	cases := map[string]struct {
		scan   sale.Command
		code   till.Code // "" when the scan is taken
		stop   till.Code // what is shown afterwards
		notice sale.NoticeCode
	}{
		"its code closes the question":        {unit(saletest.Milk, 1), "", "", ""},
		"another item's code does not":        {unit(saletest.Water, 1), till.MarkOther, till.MarkOther, ""},
		"nor does its barcode":                {scan(saletest.Milk), till.MarkWanted, till.MarkWanted, ""},
		"nor another marked item's barcode":   {scan(saletest.Water), till.MarkWanted, till.MarkWanted, ""},
		"a plain item waits until it is over": {scan(saletest.Bread), till.StopShown, till.MarkWanted, sale.NoticeScanInStop},
		"so does an unknown barcode":          {scan("4609999999990"), till.StopShown, till.MarkWanted, sale.NoticeScanInStop},
		"half a code is asked for again":      {sale.Scan{Raw: []byte("0104612345678903215abCd;")}, till.MarkIncomplete, till.MarkIncomplete, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Refused(till.MarkWanted, scan(saletest.Milk))
			require.Nil(t, x.Latest().Receipt)
			before := x.Latest().Notice.Seq
			if c.code == "" {
				x.Must(c.scan)
				require.Nil(t, x.Latest().Stop)
				require.Equal(t, till.MarkAllowed, x.Checked().Receipt.Line(1).MarkState)
				return
			}
			x.Refused(c.code, c.scan)
			s := x.Latest()
			require.Nil(t, s.Receipt)
			require.Equal(t, c.stop, s.Stop.Code)
			require.Equal(t, "Молоко", s.Stop.Wanted.Name, "it is still the milk that is waited for")
			if c.notice != "" {
				require.Equal(t, c.notice, s.Notice.Code)
				require.Greater(t, s.Notice.Seq, before)
			}
			x.ScanUnit(saletest.Milk, 1)
			require.Nil(t, x.Latest().Stop)
		})
	}
}

func TestAStopHoldsTheScreen(t *testing.T) {
	held := map[string]sale.Command{
		"a scan": scan(saletest.Bread), "a tile": sale.AddItem{ItemID: "item-" + saletest.Bread}, "quantity": sale.SetQuantity{Line: 1, Quantity: 2000},
		"discount": sale.Discount{Line: 1, Percent: 100}, "payment": sale.Pay{Kind: till.Cash, Sum: 45_50}, "suspending": sale.Suspend{},
		"selection": sale.Select{Line: 1}, "an X report": sale.ReportX{}, "closing the shift": sale.CloseShift{}, "an answer to no question": sale.ConfirmAge{Yes: true},
	}
	for name, c := range held {
		t.Run(name+" is refused while it shows", func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Must(scan(saletest.Bread))
			x.Refused(till.ItemUnknown, scan("4609999999990"))
			shown := x.Latest()
			x.Refused(till.StopShown, c)
			s := x.Latest()
			require.Equal(t, shown.Stop, s.Stop)
			require.Equal(t, shown.Receipt, s.Receipt)
			if _, isScan := c.(sale.Scan); isScan {
				require.Equal(t, sale.NoticeScanInStop, s.Notice.Code, "and the cashier is told")
				require.Greater(t, s.Notice.Seq, shown.Notice.Seq)
			}
		})
	}
	let := map[string]sale.Command{"dismissing": sale.Dismiss{}, "removing a line": sale.Remove{Line: 1}, "cancelling": sale.Cancel{}, "locking the till": sale.Logout{}}
	for name, c := range let {
		t.Run(name+" works while it shows", func(t *testing.T) {
			w := newWorld(t)
			x := w.Open(t)
			x.Must(scan(saletest.Bread))
			x.Refused(till.ItemUnknown, scan("4609999999990"))
			x.Must(c)
		})
	}
}

func TestUnitsRefusedTogetherAreEachShown(t *testing.T) {
	w := newWorld(t)
	w.Online.Set(0, saletest.OnlineSold())
	x := w.Open(t)
	x.Refused(till.MarkWanted, scan(saletest.Water))
	x.Must(unit(saletest.Water, 1))
	first := x.Until("the first refusal", func(s sale.Snapshot) bool { return s.Stop != nil })
	require.Equal(t, 1, first.Stop.Line)
	x.Must(sale.Dismiss{})
	require.Nil(t, x.Latest().Stop)

	// Two checks run, their results come while a question is shown.
	release := holdOnline(w)
	x.Must(unit(saletest.Milk, 2), unit(saletest.Milk, 3))
	x.Refused(till.MarkWanted, scan(saletest.Water))
	release()
	s := x.Checked()
	require.Equal(t, till.MarkWanted, s.Stop.Code, "the question stays where it is")
	x.Must(sale.Dismiss{})
	require.Equal(t, till.MarkForbidden, x.Latest().Stop.Code)
	seen := x.Latest().Stop.Line
	x.Must(sale.Dismiss{})
	require.Equal(t, till.MarkForbidden, x.Latest().Stop.Code)
	require.NotEqual(t, seen, x.Latest().Stop.Line)
	x.Must(sale.Dismiss{})
	require.Nil(t, x.Latest().Stop)
}

// holdOnline keeps the centre's answers (sold) back until the function is called.
func holdOnline(w *world) func() {
	gate := make(chan struct{})
	w.Online.SetFunc(func(marking.Query) marking.OnlineAnswer { <-gate; return saletest.OnlineSold() })
	return func() { close(gate) }
}

func TestTobaccoHasNoDiscount(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.ScanUnit(saletest.Cigar, 1)
	x.Refused(till.DiscountBad, sale.Discount{Line: 1, Percent: 100})
	x.Refused(till.LineMarked, sale.SetQuantity{Line: 1, Quantity: 2000})
}

func TestTheWrongLayoutIsSaidOnce(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	russian := "0104612345678903215фиСвж" + "\x1d" + "93фИ7я" // typed with the Russian layout on
	x.Must(sale.Scan{Raw: []byte(russian)})
	x.Checked()
	require.Equal(t, sale.NoticeLayout, x.Latest().Notice.Code)
	seq := x.Latest().Notice.Seq
	x.Must(sale.Scan{Raw: []byte("0104612345678903215фиСтж" + "\x1d" + "93фИ7я")})
	x.Checked()
	require.Equal(t, seq, x.Latest().Notice.Seq)
	require.Equal(t, "0104612345678903215abCd;", x.Receipt().Line(1).Mark.KI())
}

func TestAgeIsAskedOncePerReceipt(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Refused(till.ItemNeedsAge, scan(saletest.Energy))
	s := x.Latest()
	require.Equal(t, []string{"Энергетик", "18"}, s.Stop.Args)
	require.Equal(t, "Энергетик", s.Stop.Asked.Name)
	require.Nil(t, s.Stop.Wanted)
	x.Refused(till.StopShown, scan(saletest.Bread))

	x.Must(sale.ConfirmAge{Yes: false})
	require.Nil(t, x.Latest().Stop)
	require.Nil(t, x.Latest().Receipt, "no drops it")
	x.Refused(till.NotSupported, sale.ConfirmAge{Yes: true})

	x.Refused(till.ItemNeedsAge, unit(saletest.Beer, 1))
	x.Must(sale.ConfirmAge{Yes: true})
	require.Equal(t, till.MarkAllowed, x.Checked().Receipt.Line(1).MarkState, "yes adds the unit and checks it")
	require.Equal(t, 18, x.Receipt().Age)
	x.Must(scan(saletest.Energy))

	x.Must(sale.Suspend{})
	id := x.Latest().Suspended[0].ID
	x.Refused(till.ItemNeedsAge, scan(saletest.Energy))
	x.Must(sale.Dismiss{}) // is a no
	x = w.restart(t, x)
	x.Recovered()
	x.Must(sale.Login{Person: saletest.Cashier.ID, PIN: saletest.PIN}, sale.Resume{ID: id})
	x.Checked()
	x.ScanUnit(saletest.Beer, 2)
	require.Len(t, x.Receipt().Lines, 3, "the suspended receipt remembers the answer")
	require.Equal(t, []string{"no", "yes", "no"}, answers(t, w))
}

// answers are the journalled answers about age.
func answers(t *testing.T, w *world) []string {
	t.Helper()
	var found []string
	for _, body := range w.entries(t, "confirm-age") {
		var a struct{ Yes bool }
		decode(t, body, &a)
		found = append(found, map[bool]string{true: "yes", false: "no"}[a.Yes])
	}
	return found
}

func TestTheEvidenceOfACheckIsKept(t *testing.T) {
	w := newWorld(t)
	w.Settings.Budget = 20 * time.Millisecond
	w.Online.Set(saletest.Never, marking.OnlineAnswer{})
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 7)
	require.Len(t, w.entries(t, "check"), 1)
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	e := rows[0]
	require.Equal(t, saletest.KI(saletest.Milk, 7), e.KI, "whole: the book of checks is the place for it")
	require.True(t, e.Overtime)
	require.NotEmpty(t, e.Module.ReqID)
	require.Equal(t, saletest.Cashier, e.Person)
	require.Equal(t, x.Latest().Receipt.ID, e.ReceiptID)
}

func TestNoCodeGetsWholeIntoALog(t *testing.T) {
	w := newWorld(t)
	var log logged
	w.Settings.Log = log.logger()
	w.Online.Set(0, saletest.OnlineSold())
	x := w.Open(t)
	x.ScanUnit(saletest.Milk, 8)
	x.Must(sale.Dismiss{})
	x.Refused(till.ItemUnknown, unit("4609999999990", 8))
	x.Must(sale.Dismiss{}, scan(saletest.Bread))
	x.PayAll()
	require.NotEmpty(t, log.String())
	for _, secret := range []string{fmt.Sprintf("5%05d", 8), "aB7z", saletest.PIN} {
		require.NotContains(t, log.String(), secret)
	}
}
