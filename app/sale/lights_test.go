package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/sale/saletest"
	"kassa/app/till"
)

func TestTheModulesLight(t *testing.T) {
	cases := map[string]struct {
		say   sale.ModuleState
		state sale.LightState
		code  string
	}{
		"ready":                        {sale.ModuleState{INN: saletest.INN}, sale.LightOK, "ready"},
		"another organisation's":       {sale.ModuleState{INN: "7700000017"}, sale.LightStop, "foreign"},
		"loading":                      {sale.ModuleState{Fault: marking.FaultNotReady}, sale.LightWait, "not-ready"},
		"data over 72 hours":           {sale.ModuleState{Fault: marking.FaultStale}, sale.LightStop, "stale"},
		"not there":                    {sale.ModuleState{Fault: marking.FaultUnreachable}, sale.LightWarn, "unreachable"},
		"data of yesterday":            {sale.ModuleState{DataAt: saletest.NewClock().Now().Add(-25 * time.Hour)}, sale.LightWarn, "old"},
		"data of this morning":         {sale.ModuleState{DataAt: saletest.NewClock().Now().Add(-3 * time.Hour)}, sale.LightOK, "ready"},
		"an organisation it keeps off": {sale.ModuleState{}, sale.LightOK, "ready"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Module.SetState(c.say)
			x := w.Open(t)
			s := x.Until("the module's word", func(s sale.Snapshot) bool { return s.Lights.Module.Code != sale.LightCodeAsking })
			require.Equal(t, c.state, s.Lights.Module.State)
			require.Equal(t, c.code, s.Lights.Module.Code)

			// An answer to a check shows that it is there, not that its data are fresh.
			x.ScanUnit(saletest.Milk, 1)
			if c.code == "old" {
				require.Equal(t, sale.LightWarn, x.Latest().Lights.Module.State)
			}
			if c.code == "foreign" {
				require.Equal(t, marking.FaultForeign, x.Receipt().Line(1).Verdict.ModuleFault, "and it is not asked")
			}
		})
	}
}

func TestTheCentresLight(t *testing.T) {
	w := newWorld(t)
	w.Online.SetProbe(sale.OnlineState{Fault: marking.FaultUnreachable})
	x := w.Open(t)
	x.Until("the probe", func(s sale.Snapshot) bool { return s.Lights.Online.Code == "unreachable" })
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, sale.LightOK, x.Latest().Lights.Online.State, "a check says more than a probe")
	w.Online.Set(0, saletest.OnlineFault(marking.FaultUnauthorised))
	x.ScanUnit(saletest.Milk, 2)
	require.Equal(t, sale.Light{State: sale.LightStop, Code: "unauthorised", Since: w.Clock.Now()}, x.Latest().Lights.Online)
	w.Online.Set(0, saletest.OnlineFault(marking.FaultServer))
	x.ScanUnit(saletest.Milk, 3)
	require.Equal(t, sale.LightWarn, x.Latest().Lights.Online.State)
}

func TestLightsOfWhatIsNotSetUpAreOff(t *testing.T) {
	w := newWorld(t)
	w.Online, w.Module = nil, nil
	x := w.Open(t)
	require.Equal(t, sale.LightUnset, x.Latest().Lights.Online.State)
	require.Equal(t, sale.LightUnset, x.Latest().Lights.Module.State)
	x.Must(scan(saletest.Bread))
	x.PayAll()
}

func TestAModuleThatGoesAwayIsToldOnce(t *testing.T) {
	w := newWorld(t)
	x := w.Open(t)
	x.Until("the module's word", func(s sale.Snapshot) bool { return s.Lights.Module.State == sale.LightOK })
	w.Module.Set(0, marking.FaultUnreachable)
	x.ScanUnit(saletest.Milk, 1)
	require.Equal(t, sale.NoticeModuleAway, x.Latest().Notice.Code)
	seq := x.Latest().Notice.Seq
	x.ScanUnit(saletest.Milk, 2)
	require.Equal(t, seq, x.Latest().Notice.Seq, "not at every scan")
}

func TestThePrintersLight(t *testing.T) {
	w := newWorld(t)
	w.Settings.Poll = time.Millisecond
	x := w.Open(t)
	light := func(state sale.LightState, code string) {
		t.Helper()
		x.Until(code, func(s sale.Snapshot) bool {
			return s.Lights.Printer.State == state && s.Lights.Printer.Code == code
		})
	}
	light(sale.LightOK, "ready")
	w.Printer.Silence(true)
	light(sale.LightStop, string(till.PrinterSilent))
	w.Printer.Silence(false)
	light(sale.LightOK, "ready")
	w.Printer.ReplaceDrive("9999078900002222")
	light(sale.LightStop, string(till.PrinterForeign))
}
