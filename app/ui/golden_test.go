package ui_test

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/ui/theme"
	"kassa/app/ui/uitest"
)

var (
	light = theme.Theme{}
	dark  = theme.Theme{Dark: true}
	large = theme.Theme{TextScale: 1.25}
)

func TestPictures(t *testing.T) {
	for _, p := range []struct {
		name string
		look theme.Theme
		size fyne.Size
		play func(d *uitest.Desk)
	}{
		{"starting_light_1024", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Starting()) }},
		{"login_light_1366", light, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.Login(6))
			d.Tap("person-Иванова Анна")
			d.Type("12")
		}},
		{"login_dark_1024_many", dark, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Login(12))
			d.Tap("person-Константинопольская Александра")
			d.Type("123456")
		}},
		{"login_light_1024_paused", large, uitest.Small, func(d *uitest.Desk) {
			s := uitest.Login(3)
			s.LoginWait = uitest.Noon.Add(28 * time.Second)
			d.Show(s)
		}},
		{"shift_light_1024", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.ShiftClosed()) }},
		{"shift_dark_1024_expired", dark, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.ShiftExpired()) }},
		{"sale_light_1366", light, uitest.Wide, func(d *uitest.Desk) { d.Show(uitest.Sale()) }},
		{"sale_light_1024", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Sale()) }},
		{"sale_dark_1366_checking", dark, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.Checking())
			d.Advance(800 * time.Millisecond)
		}},
		{"sale_light_1024_empty", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Suspended()) }},
		{"sale_light_1024_long", large, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Long()) }},
		{"sale_dark_1024_done", dark, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Closed()) }},
		{"sale_light_1024_quantity", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Type("12")
		}},
		{"sale_dark_1366_discount", dark, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Key(fyne.KeyF3)
		}},
		{"sale_light_1024_search", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Type("до")
			d.Settle()
		}},
		{"sale_dark_1024_nothing_found", dark, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Type("щщ")
			d.Settle()
		}},
		{"stop_light_1366_sold", light, uitest.Wide, func(d *uitest.Desk) { d.Show(uitest.Refused()) }},
		{"stop_dark_1024_details", dark, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Refused())
			d.Tap("stop-details")
		}},
		{"stop_light_1024_wanted", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Wanted()) }},
		{"stop_light_1024_age", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.AskedAge()) }},
		{"stop_light_1024_unknown_item", large, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.UnknownItem()) }},
		{"payment_light_1366", light, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Tap("pay")
			d.Type("1000")
		}},
		{"payment_dark_1024", dark, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Tap("pay")
		}},
		{"payment_light_1024_card", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Type("*")
		}},
		{"payment_light_1024_part", large, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Part())
			d.Type("100")
		}},
		{"payment_light_1024_no_paper", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.PaidNotPrinted()) }},
		{"printing_light_1024", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Printing(4 * time.Second)) }},
		{"unknown_dark_1024", dark, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.Unclear()) }},
		{"more_light_1024", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Tap("more")
		}},
		{"cancel_light_1024", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Tap("more")
			d.Tap("cancel")
		}},
		{"suspended_dark_1024", dark, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Suspended())
			d.Key(fyne.KeyF6)
		}},
		{"cash_light_1024", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Tap("more")
			d.Tap("cash-out")
			d.Type("15000,50")
		}},
		{"closing_light_1024", large, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Suspended())
			d.Tap("more")
			d.Tap("shift-close")
		}},
		{"slip_light_1024", light, uitest.Small, func(d *uitest.Desk) {
			s := uitest.Closed()
			s.Notice = sale.Notice{}
			d.Show(s)
			d.Tap("show-slip")
		}},
		{"lamp_dark_1024", dark, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Checking())
			d.Tap("lamp-online")
		}},
		{"stop_light_1024_price", light, uitest.Small, func(d *uitest.Desk) { d.Show(uitest.WrongPrice()) }},
		{"stop_dark_1366_sold_here", dark, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.SoldHere())
			d.Tap("stop-details")
		}},
		{"lamp_light_1024_key", large, uitest.Small, func(d *uitest.Desk) {
			s := uitest.Sale()
			s.Lights.Online = sale.Light{State: sale.LightStop, Code: marking.FaultUnauthorised.String(), Since: uitest.Noon.Add(-30 * time.Minute)}
			d.Show(s)
			d.Tap("lamp-online")
		}},
		{"sale_light_1024_emergency", light, uitest.Small, func(d *uitest.Desk) {
			s := uitest.SoldWithoutChecks()
			s.Notice = sale.Notice{Seq: 1, Code: sale.NoticeQuarantine, Args: []string{"Вода «Родник» 0,5 л", string(marking.ReasonExpired)}}
			d.Show(s)
		}},
		{"sale_dark_1366_emergency", dark, uitest.Wide, func(d *uitest.Desk) { d.Show(uitest.SoldWithoutChecks()) }},
		{"emergency_light_1024", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Tap("more")
			d.Tap("emergency")
			d.Tap("reason-Письмо оператора")
			d.Tap("emergency-3h")
		}},
		{"emergency_dark_1366_typed", dark, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.Sale())
			d.Tap("more")
			d.Tap("emergency")
			d.Type("звонок из офиса")
			d.Tap("emergency-other")
			d.Type("25111")
		}},
		{"emergency_light_1366_on", light, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.SoldWithoutChecks())
			d.Tap("more")
			d.Tap("emergency")
		}},
		{"emergency_light_1024_after", large, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.InEmergency(uitest.Sale(), marking.EmergencyAfter))
			d.Tap("more")
			d.Tap("emergency")
		}},
		{"quarantine_light_1024", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Tap("more")
			d.Tap("quarantine")
			d.Settle()
			d.TapAt("quarantine-rows", 0.5, 0.2)
		}},
		{"quarantine_dark_1366", dark, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Tap("more")
			d.Tap("quarantine")
			d.Settle()
		}},
		{"quarantine_light_1024_nothing_found", large, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Tap("more")
			d.Tap("quarantine")
			d.Type("щука")
			d.Settle()
		}},
		{"checks_light_1366", light, uitest.Wide, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Tap("more")
			d.Tap("checks")
			d.Settle()
		}},
		{"checks_dark_1024", dark, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Tap("more")
			d.Tap("checks")
			d.Type("0460")
			d.Settle()
		}},
		{"checks_light_1024_details", light, uitest.Small, func(d *uitest.Desk) {
			d.Show(uitest.Empty())
			d.Tap("more")
			d.Tap("checks")
			d.Settle()
			d.TapAt("checks-rows", 0.5, 0.02)
		}},
	} {
		t.Run(p.name, func(t *testing.T) {
			d := uitest.Open(t, p.look, p.size, uitest.Marked())
			p.play(d)
			d.Golden(p.name)
		})
	}
}
