package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/staff"
	"kassa/app/till"
)

// probed makes the engine look at the centre at every poll, and polls often.
func probed(w *world) {
	w.Settings.Poll, w.Settings.EmergencyProbe = time.Millisecond, time.Nanosecond
}

func inPhase(p marking.EmergencyPhase) func(sale.Snapshot) bool {
	return func(s sale.Snapshot) bool { return s.Emergency.Phase == p }
}

func TestA203BeginsAnEmergencyThatTheCentreEnds(t *testing.T) {
	w := newWorld(t)
	probed(w)
	x := w.Open(t)
	w.Online.Set(0, marking.OnlineAnswer{Emergency: true})
	w.Online.SetProbe(sale.OnlineState{Emergency: true, Confirmed: true})
	x.ScanUnit(saletest.Milk, 1)
	line := x.Receipt().Line(1)
	require.Equal(t, till.MarkAllowed, line.MarkState)
	require.Equal(t, marking.SourceEmergency, line.Verdict.Source)
	require.Empty(t, line.Verdict.Tag1265)
	s := x.Until("the probe's word", func(s sale.Snapshot) bool { return s.Emergency.Confirmed })
	require.Equal(t, marking.EmergencyOn, s.Emergency.Phase)
	require.Equal(t, sale.LightCodeEmergency, s.Lights.Online.Code)
	require.True(t, s.Emergency.Ends.IsZero(), "nobody knows its end")

	asked := w.Online.Asked()
	x.ScanUnit(saletest.Milk, 2)
	require.Equal(t, asked, w.Online.Asked(), "the centre is left alone")
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{Source: marking.SourceEmergency})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.False(t, rows[0].Emergency.Since.IsZero(), "every sale under it is written down")

	x = w.restart(t, x)
	x.Until("the emergency after a restart", inPhase(marking.EmergencyOn))
	w.Online.Set(0, saletest.OnlineYes())
	w.Clock.Advance(time.Hour)
	w.Online.SetProbe(sale.OnlineState{})
	s = x.Until("its end", inPhase(marking.EmergencyAfter))
	require.Equal(t, w.Clock.Now().Add(72*time.Hour).UTC(), s.Emergency.Ends.UTC())
	w.Clock.Advance(73 * time.Hour)
	x.Until("the end of the days after", inPhase(marking.EmergencyNone))
	require.Len(t, w.entries(t, "emergency-found"), 1)
	require.Len(t, w.entries(t, "emergency-over"), 1)
}

func TestA203ThatNobodyConfirmsIsForgotten(t *testing.T) {
	for name, probe := range map[string]sale.OnlineState{
		"the centre answers normally":                           {},
		"the centre cannot be reached for a quarter of an hour": {Fault: marking.FaultUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			probed(w)
			x := w.Open(t)
			w.Online.SetProbe(probe)
			w.Online.Set(0, marking.OnlineAnswer{Emergency: true})
			x.ScanUnit(saletest.Milk, 1)
			w.Clock.Advance(16 * time.Minute)
			x.Until("its end, with no days after it", inPhase(marking.EmergencyNone))
			w.Online.Set(0, saletest.OnlineSold())
			x.ScanUnit(saletest.Milk, 2)
			require.Equal(t, till.MarkRefused, x.Receipt().Line(2).MarkState)
		})
	}
}

func TestAnEmergencyIsDeclaredByWhoMay(t *testing.T) {
	w := newWorld(t)
	probed(w)
	senior := till.Person{ID: "p2", Name: "Борис", Role: staff.Senior}
	w.Staff = saletest.Staff{saletest.Cashier: saletest.PIN, senior: "5937"}
	x := w.Open(t)
	until := w.Clock.Now().Add(3 * time.Hour)
	x.Refused(till.RightMissing, sale.DeclareEmergency{Reason: "объявление оператора", Until: until})
	x.Must(sale.Logout{}, sale.Login{Person: "Борис", PIN: "5937"})
	for name, bad := range map[string]sale.DeclareEmergency{
		"no reason":        {Reason: " ", Until: until},
		"an end long ago":  {Reason: "объявление", Until: w.Clock.Now()},
		"an end next year": {Reason: "объявление", Until: w.Clock.Now().AddDate(1, 0, 0)},
	} {
		require.Equal(t, till.EmergencyBad, till.CodeOf(x.Try(bad)), name)
	}
	x.Must(sale.DeclareEmergency{Reason: "объявление оператора", Until: until})
	s := x.Latest()
	require.Equal(t, sale.EmergencyView{
		Phase: marking.EmergencyOn, Ends: until.Add(72 * time.Hour),
		Emergency: marking.Emergency{Since: w.Clock.Now(), Until: until, Manual: true, By: "Борис", Reason: "объявление оператора"},
	}, s.Emergency)
	require.Equal(t, sale.NoticeEmergency, s.Notice.Code)

	w.Online.Set(0, saletest.OnlineSold())
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, till.MarkAllowed, x.Receipt().Line(1).MarkState)
	x.PayAll()
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.Equal(t, "Борис", rows[0].Emergency.By)
	require.Equal(t, "объявление оператора", rows[0].Emergency.Reason)

	x.Must(sale.EndEmergency{})
	x.Until("its end", inPhase(marking.EmergencyAfter))
	x.ScanUnit(saletest.Milk, 2)
	require.Equal(t, till.MarkRefused, x.Receipt().Line(1).MarkState, "sold: no upload that is late explains it")
	require.Len(t, w.entries(t, "emergency-declare"), 1)
	require.Len(t, w.entries(t, "emergency-end"), 1)
}

// A stray 203 in the days after a declared emergency takes these days away.
func TestAStray203DoesNotEndTheDaysAfter(t *testing.T) {
	w := newWorld(t)
	senior := till.Person{ID: "p2", Name: "Борис", Role: staff.Senior}
	w.Staff = saletest.Staff{senior: saletest.PIN}
	x := w.Start(t)
	x.Recovered()
	x.Must(sale.Login{Person: "Борис", PIN: saletest.PIN}, sale.OpenShift{},
		sale.DeclareEmergency{Reason: "объявление", Until: w.Clock.Now().Add(time.Hour)}, sale.EndEmergency{})
	require.Equal(t, marking.EmergencyAfter, x.Latest().Emergency.Phase)
	w.Clock.Advance(time.Minute)
	w.Online.Set(0, marking.OnlineAnswer{Emergency: true}) // one site, or a proxy; the probe answers normally
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, marking.EmergencyAfter, x.Latest().Emergency.Phase, "three days after were declared, seconds are over")
}

// A confirmed emergency must end when the key runs out or the line is gone for good.
func TestAConfirmedEmergencyDoesNotLastForEver(t *testing.T) {
	for name, probe := range map[string]sale.OnlineState{
		"the key ran out": {Fault: marking.FaultUnauthorised}, "the line is gone": {Fault: marking.FaultUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			probed(w)
			x := w.Open(t)
			w.Online.SetProbe(sale.OnlineState{Emergency: true, Confirmed: true})
			x.Until("it", func(s sale.Snapshot) bool { return s.Emergency.Confirmed })
			w.Online.SetProbe(probe)
			w.Clock.Advance(60 * 24 * time.Hour)
			x.Until("two months on the till sells everything unchecked", func(s sale.Snapshot) bool { return s.Emergency.Phase != marking.EmergencyOn })
		})
	}
}

// A till whose paths were taken out of the settings has nobody to probe.
func TestAnEmergencyEndsWhenNobodyCanBeAsked(t *testing.T) {
	w := newWorld(t)
	probed(w)
	x := w.Open(t)
	w.Online.SetProbe(sale.OnlineState{Emergency: true, Confirmed: false})
	x.Until("it", inPhase(marking.EmergencyOn))
	x.Kill()
	w.Online = nil // the settings name no path any more
	x = w.Open(t)
	w.Clock.Advance(time.Hour)
	x.Until("its end: an unconfirmed 203 holds a quarter of an hour", inPhase(marking.EmergencyNone))
}

// The unit that met the 203 was sold under it too.
func TestTheFirstSaleUnderA203NamesItsEmergency(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	w.Online.Set(0, marking.OnlineAnswer{Emergency: true})
	w.Online.SetProbe(sale.OnlineState{Emergency: true, Confirmed: true})
	x.ScanUnit(saletest.Milk, 1)
	rows, err := w.Store.Evidence(ctx, journal.EvidenceQuery{})
	require.NoError(t, err)
	require.Equal(t, marking.SourceEmergency, rows[0].Verdict.Source)
	require.False(t, rows[0].Emergency.Since.IsZero())
}

// A till that is started again after its clock was put right.
func TestADeclaredEmergencySurvivesAClockThatIsPutBack(t *testing.T) {
	w := newWorld(t)
	senior := till.Person{ID: "p2", Name: "Борис", Role: staff.Senior}
	w.Staff = saletest.Staff{senior: saletest.PIN}
	x := w.Start(t)
	x.Recovered()
	x.Must(sale.Login{Person: "Борис", PIN: saletest.PIN}, sale.OpenShift{}, sale.DeclareEmergency{Reason: "объявление", Until: w.Clock.Now().Add(3 * time.Hour)})
	w.Clock.Advance(-10 * time.Minute)
	w.Online.Set(0, marking.OnlineAnswer{Emergency: true})
	x.ScanUnit(saletest.Milk, 1)
	require.True(t, x.Latest().Emergency.Manual, "what the senior declared, with its end, is overwritten by «found»")
}
