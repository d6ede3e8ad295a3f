package ui_test

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/ui/theme"
	"kassa/app/ui/uitest"
	"kassa/app/ui/widgets"
)

// glasses are the windows that everything must fit: the smallest of the full profile (till-ux §1), and the
// usual ones, on which an emulated till shows its frame.
var glasses = []struct {
	size     fyne.Size
	emulated bool
}{{fyne.NewSize(1024, 720), false}, {uitest.Small, true}, {uitest.Wide, true}}

// plays bring every screen and every dialog onto the glass.
var plays = map[string]func(d *uitest.Desk, show shower){
	"starting": func(d *uitest.Desk, show shower) { show(uitest.Starting()) },
	"login":    func(d *uitest.Desk, show shower) { show(uitest.Login(12)) },
	"login, PIN": func(d *uitest.Desk, show shower) {
		show(uitest.Login(6))
		d.Tap("person-Ким Ольга")
		d.Type("1234")
	},
	"shift closed":     func(d *uitest.Desk, show shower) { show(uitest.ShiftClosed()) },
	"shift expired":    func(d *uitest.Desk, show shower) { show(uitest.ShiftExpired()) },
	"sale, empty":      func(d *uitest.Desk, show shower) { show(uitest.Suspended()) },
	"sale":             func(d *uitest.Desk, show shower) { show(uitest.Sale()) },
	"sale, long":       func(d *uitest.Desk, show shower) { show(uitest.Long()) },
	"sale, done":       func(d *uitest.Desk, show shower) { show(uitest.Closed()) },
	"sale, checking":   func(d *uitest.Desk, show shower) { show(uitest.Checking()); d.Advance(2 * time.Second) },
	"quantity":         func(d *uitest.Desk, show shower) { show(uitest.Sale()); d.Key(fyne.KeyF2) },
	"discount":         func(d *uitest.Desk, show shower) { show(uitest.Sale()); d.Key(fyne.KeyF3) },
	"search":           func(d *uitest.Desk, show shower) { show(uitest.Sale()); d.Type("о"); d.Settle() },
	"refused":          func(d *uitest.Desk, show shower) { show(uitest.Refused()) },
	"refused, details": func(d *uitest.Desk, show shower) { show(uitest.Refused()); d.Tap("stop-details") },
	"wanted":           func(d *uitest.Desk, show shower) { show(uitest.Wanted()) },
	"unknown item":     func(d *uitest.Desk, show shower) { show(uitest.UnknownItem()) },
	"age":              func(d *uitest.Desk, show shower) { show(uitest.AskedAge()) },
	"payment":          func(d *uitest.Desk, show shower) { show(uitest.Sale()); d.Tap("pay"); d.Type("1000") },
	"card":             func(d *uitest.Desk, show shower) { show(uitest.Sale()); d.Type("*") },
	"part":             func(d *uitest.Desk, show shower) { show(uitest.Part()) },
	"not printed":      func(d *uitest.Desk, show shower) { show(uitest.PaidNotPrinted()) },
	"printing":         func(d *uitest.Desk, show shower) { show(uitest.Printing(20 * time.Second)) },
	"unclear":          func(d *uitest.Desk, show shower) { show(uitest.Unclear()) },
	"more":             func(d *uitest.Desk, show shower) { show(uitest.Closed()); d.Tap("more") },
	"cancel":           func(d *uitest.Desk, show shower) { show(uitest.Sale()); d.Tap("more"); d.Tap("cancel") },
	"suspended":        func(d *uitest.Desk, show shower) { show(uitest.Suspended()); d.Key(fyne.KeyF6) },
	"cash in":          func(d *uitest.Desk, show shower) { show(uitest.Empty()); d.Tap("more"); d.Tap("cash-in") },
	"cash out": func(d *uitest.Desk, show shower) {
		show(uitest.Empty())
		d.Tap("more")
		d.Tap("cash-out")
		d.Type("1000000,99")
	},
	"closing":              func(d *uitest.Desk, show shower) { show(uitest.Suspended()); d.Tap("more"); d.Tap("shift-close") },
	"slip":                 func(d *uitest.Desk, show shower) { show(uitest.Closed()); d.Tap("show-slip") },
	"price":                func(d *uitest.Desk, show shower) { show(uitest.WrongPrice()) },
	"sold here, details":   func(d *uitest.Desk, show shower) { show(uitest.SoldHere()); d.Tap("stop-details") },
	"sale in an emergency": func(d *uitest.Desk, show shower) { show(uitest.SoldWithoutChecks()) },
	"payment in an emergency": func(d *uitest.Desk, show shower) {
		show(uitest.SoldWithoutChecks())
		d.Tap("pay")
	},
	"login in an emergency": func(d *uitest.Desk, show shower) {
		show(uitest.InEmergency(uitest.Login(12), marking.EmergencyOn))
		d.Tap("person-Ким Ольга")
	},
	"shift in an emergency": func(d *uitest.Desk, show shower) {
		show(uitest.InEmergency(uitest.ShiftExpired(), marking.EmergencyOn))
	},
	"quantity in an emergency": func(d *uitest.Desk, show shower) {
		show(uitest.SoldWithoutChecks())
		d.Tap("more")
		d.Tap("back")
		d.Key(fyne.KeyF3)
	},
	"cash in an emergency": func(d *uitest.Desk, show shower) {
		show(uitest.SoldWithoutChecks())
		d.Tap("more")
		d.Tap("cash-out")
	},
	"more in an emergency": func(d *uitest.Desk, show shower) { show(uitest.SoldWithoutChecks()); d.Tap("more") },
	"closing in an emergency": func(d *uitest.Desk, show shower) {
		show(uitest.InEmergency(uitest.Suspended(), marking.EmergencyOn))
		d.Tap("more")
		d.Tap("shift-close")
	},
	"emergency": func(d *uitest.Desk, show shower) { show(uitest.Sale()); d.Tap("more"); d.Tap("emergency") },
	"emergency, typed": func(d *uitest.Desk, show shower) {
		show(uitest.InEmergency(uitest.Sale(), marking.EmergencyAfter))
		d.Tap("more")
		d.Tap("emergency")
		d.Tap("emergency-again")
		d.Tap("emergency-other")
	},
	"emergency, on": func(d *uitest.Desk, show shower) { show(uitest.SoldWithoutChecks()); d.Tap("more"); d.Tap("emergency") },
	"quarantine": func(d *uitest.Desk, show shower) {
		show(uitest.SoldWithoutChecks())
		d.Tap("more")
		d.Tap("quarantine")
		d.Settle()
	},
	"checks": func(d *uitest.Desk, show shower) {
		show(uitest.SoldWithoutChecks())
		d.Tap("more")
		d.Tap("checks")
		d.Settle()
	},
	"checks, details": func(d *uitest.Desk, show shower) {
		show(uitest.SoldWithoutChecks())
		d.Tap("more")
		d.Tap("checks")
		d.Settle()
		d.TapAt("checks-rows", 0.5, 0.02)
	},
	"light": func(d *uitest.Desk, show shower) { show(uitest.Checking()); d.Tap("lamp-online") },
}

// shower shows a snapshot, with or without the frame.
type shower func(s sale.Snapshot)

// everywhere runs a check on every screen, at 100 % and 125 % text, in the smallest and in a wide window.
func everywhere(t *testing.T, check func(t *testing.T, d *uitest.Desk, size fyne.Size)) {
	for name, play := range plays {
		for scale, look := range map[string]theme.Theme{"100 %": {}, "125 %": {TextScale: 1.25}} {
			for _, glass := range glasses {
				t.Run(fmt.Sprintf("%s, %s, %.0fx%.0f", name, scale, glass.size.Width, glass.size.Height), func(t *testing.T) {
					d := uitest.Open(t, look, glass.size, uitest.Marked())
					play(d, func(s sale.Snapshot) {
						s.Emulated = glass.emulated
						d.Show(s)
					})
					check(t, d, glass.size)
				})
			}
		}
	}
}

func TestEveryScreenFitsItsWindow(t *testing.T) {
	everywhere(t, func(t *testing.T, d *uitest.Desk, size fyne.Size) {
		need := d.UI.Content().MinSize()
		require.LessOrEqual(t, need.Width, size.Width)
		require.LessOrEqual(t, need.Height, size.Height)
		targets := d.UI.Targets()
		for i, a := range targets {
			largeEnough(t, a)
			require.GreaterOrEqual(t, a.At.X, float32(0), a.TargetName())
			require.GreaterOrEqual(t, a.At.Y, float32(0), a.TargetName())
			require.LessOrEqual(t, a.At.X+a.Size().Width, size.Width+rounding, a.TargetName())
			require.LessOrEqual(t, a.At.Y+a.Size().Height, size.Height+rounding, a.TargetName())
			for _, b := range targets[i+1:] {
				require.False(t, overlap(a, b), "%s and %s", a.TargetName(), b.TargetName())
			}
		}
	})
}

// rounding is what a layout may be off.
const rounding = 0.5

// largeEnough: no target is under 12 mm, and a key has room for its words.
func largeEnough(t *testing.T, f widgets.Found) {
	t.Helper()
	least := fyne.NewSquareSize(theme.U(widgets.LeastTarget))
	if key, ok := f.Target.(*widgets.Key); ok {
		least = key.MinSize()
	}
	require.GreaterOrEqual(t, f.Size().Width+rounding, least.Width, f.TargetName())
	require.GreaterOrEqual(t, f.Size().Height+rounding, least.Height, f.TargetName())
}

func overlap(a, b widgets.Found) bool {
	return a.At.X+a.Size().Width > b.At.X+rounding && b.At.X+b.Size().Width > a.At.X+rounding &&
		a.At.Y+a.Size().Height > b.At.Y+rounding && b.At.Y+b.Size().Height > a.At.Y+rounding
}

func TestNoKeyIsSmallerThanItsCaptionNeeds(t *testing.T) {
	everywhere(t, func(t *testing.T, d *uitest.Desk, _ fyne.Size) {
		for _, f := range d.UI.Targets() {
			key, ok := f.Target.(*widgets.Key)
			if !ok {
				continue
			}
			least := key.MinSize()
			require.GreaterOrEqual(t, key.Size().Width+0.5, least.Width, f.TargetName())
			require.GreaterOrEqual(t, key.Size().Height+0.5, least.Height, f.TargetName())
		}
	})
}

func TestSizesOfTheMainKeys(t *testing.T) {
	d := uitest.New(t, light, uitest.Small)
	d.Show(uitest.Sale())
	pay := d.Find("pay").Size()
	require.GreaterOrEqual(t, pay.Width, theme.U(240))
	require.GreaterOrEqual(t, pay.Height, theme.U(80))
	tile := d.Find("item-g1").Size()
	require.GreaterOrEqual(t, tile.Width, theme.U(136))
	require.GreaterOrEqual(t, tile.Height, theme.U(100))
	remove, payAt := d.Find("remove"), d.Find("pay").At
	require.GreaterOrEqual(t, payAt.X-remove.At.X-remove.Size().Width, theme.U(48), "a key that destroys stands 12 mm away from «ОПЛАТА»")
	d.Key(fyne.KeyF2)
	for _, name := range []string{"digit-0", "digit-1", "digit-5", "digit-9", "erase"} {
		key := d.Find(name).Size()
		require.GreaterOrEqual(t, key.Width, theme.U(80), name)
		require.GreaterOrEqual(t, key.Height, theme.U(64), name)
	}
	zero := d.Find("digit-0")
	remove = d.Find("remove")
	require.GreaterOrEqual(t, remove.At.Y-zero.At.Y-zero.Size().Height, theme.U(48), "and from digits")
}
