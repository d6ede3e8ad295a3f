package ui_test

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"kassa/app/sale"
	"kassa/app/till"
	"kassa/app/ui/uitest"
)

func TestAScanIsTakenOnEveryScreenAndNeverLandsInWhatIsTyped(t *testing.T) {
	const code = "4600000000015"
	scan := func(at time.Time) sale.Command { return sale.Scan{Raw: []byte(code), At: at} }
	for _, c := range []struct {
		name string
		s    sale.Snapshot
		play func(d *uitest.Desk)
		// after looks at the desk once the scan was taken.
		after func(t *testing.T, d *uitest.Desk)
	}{
		{"the sale", uitest.Sale(), func(*uitest.Desk) {}, func(*testing.T, *uitest.Desk) {}},
		{"a PIN that is being typed", uitest.Login(1), func(d *uitest.Desk) { d.Type("12") }, func(t *testing.T, d *uitest.Desk) {
			d.Type("34")
			d.Key(fyne.KeyReturn)
			require.Equal(t, sale.Login{Person: "p1", PIN: "1234"}, asked(d)[1], "only what was typed")
		}},
		{"a quantity that is being typed", uitest.Sale(), func(d *uitest.Desk) { d.Type("12") }, func(t *testing.T, d *uitest.Desk) {
			require.False(t, d.Has("apply"), "the digits were for another line")
		}},
		{"a search", uitest.Sale(), func(d *uitest.Desk) { d.Type("мол") }, func(t *testing.T, d *uitest.Desk) {
			require.False(t, d.Has("search-clear"))
		}},
		{"cash that is being counted", uitest.Sale(), func(d *uitest.Desk) { d.Tap("pay"); d.Type("1000") }, func(t *testing.T, d *uitest.Desk) {
			require.True(t, d.Has("pay"), "back at the lines: there is one more")
		}},
		{"the page of rarer things", uitest.Sale(), func(d *uitest.Desk) { d.Tap("more") }, func(t *testing.T, d *uitest.Desk) {
			require.True(t, d.Has("pay"))
		}},
		{"money being put in", uitest.Sale(), func(d *uitest.Desk) { d.Tap("more"); d.Tap("cash-in"); d.Type("5") }, func(t *testing.T, d *uitest.Desk) {
			require.True(t, d.Has("pay"))
		}},
		{"a reason that is being typed", uitest.Sale(), func(d *uitest.Desk) { d.Tap("more"); d.Tap("emergency"); d.Type("письмо") }, func(t *testing.T, d *uitest.Desk) {
			require.True(t, d.Has("pay"))
		}},
		{"a search in the book of checks", uitest.Sale(), func(d *uitest.Desk) { d.Tap("more"); d.Tap("checks"); d.Type("мол") }, func(t *testing.T, d *uitest.Desk) {
			require.True(t, d.Has("pay"))
		}},
		{"a stop: the till itself refuses it", uitest.Refused(), func(*uitest.Desk) {}, func(t *testing.T, d *uitest.Desk) {
			require.True(t, d.Has("stop-main"), "the suffix of a scan presses no key")
		}},
		{"the request for a marking code", uitest.Wanted(), func(*uitest.Desk) {}, func(*testing.T, *uitest.Desk) {}},
		{"the words about a light", uitest.Sale(), func(d *uitest.Desk) { d.Tap("lamp-module") }, func(t *testing.T, d *uitest.Desk) {
			require.False(t, d.Has("told-close"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := desk(t, c.s)
			c.play(d)
			d.Settle()
			d.Scan(code)
			require.Equal(t, []sale.Command{scan(d.Now())}, asked(d))
			c.after(t, d)
		})
	}
}

func TestAScanIsRefusedWhereItCouldChangeWhatTheCustomerPays(t *testing.T) {
	for name, play := range map[string]func(d *uitest.Desk){
		"while the bank's terminal may be charging the card": func(d *uitest.Desk) { d.Type("*") },
		"while a receipt is about to be cancelled":           func(d *uitest.Desk) { d.Tap("more"); d.Tap("cancel") },
	} {
		t.Run(name, func(t *testing.T) {
			d := desk(t, uitest.Sale())
			play(d)
			d.Scan("4600000000015")
			require.Empty(t, asked(d))
			require.NotEmpty(t, d.UI.Said(), "it is not lost silently")
		})
	}
}

func TestAMarkingCodeArrivesWithItsSeparator(t *testing.T) {
	d := desk(t, uitest.Sale())
	press := func(name fyne.KeyName, code int, held fyne.KeyModifier) {
		d.UI.KeyDown(&fyne.KeyEvent{Name: name, Physical: fyne.HardwareKey{ScanCode: code}}, held)
	}
	// The X11 places of «01», Ctrl+], «93ab», as a Russian layout gives them: runes are Cyrillic, names empty.
	for _, digit := range []struct {
		r    rune
		code int
	}{{'0', 19}, {'1', 10}, {'2', 11}, {'1', 10}} {
		press(fyne.KeyName(string(digit.r)), digit.code, 0)
		d.UI.TypedRune(digit.r)
	}
	press("LeftControl", 37, 0)
	press("", 35, fyne.KeyModifierControl)
	press("9", 18, 0)
	d.UI.TypedRune('9')
	press("", 38, 0)
	d.UI.TypedRune('ф')
	press("", 56, 0)
	d.UI.TypedRune('и')
	press(fyne.KeyReturn, 36, 0)
	require.Equal(t, []sale.Command{sale.Scan{Raw: []byte("0121\x1d9ab"), At: d.Now()}}, asked(d))
}

func TestScansDuringADocumentBelongToTheNextReceipt(t *testing.T) {
	printed := make(chan struct{})
	on := uitest.NewTill()
	on.Answer = func(ctx context.Context, c sale.Command) error {
		if _, ok := c.(sale.Close); ok {
			select {
			case <-printed:
			case <-ctx.Done():
			}
		}
		return nil
	}
	d := uitest.Open(t, light, uitest.Small, on)
	d.Show(uitest.Sale())
	d.Tap("pay")
	d.Tap("cash-exact")
	d.Scan("4600000000001")
	first := d.Now()
	d.Scan("4600000000002")
	second := d.Now()
	require.Len(t, d.Asked(2), 2, "the scans wait behind the document")
	close(printed)
	require.Equal(t, []sale.Command{
		sale.Pay{Kind: till.Cash, Sum: due}, sale.Close{},
		sale.Scan{Raw: []byte("4600000000001"), At: first}, sale.Scan{Raw: []byte("4600000000002"), At: second},
	}, asked(d))
}

func TestTwentyScansInARowAreTakenInTheirOrder(t *testing.T) {
	d := desk(t, uitest.Empty())
	want := []string{}
	for i := range 20 {
		code := "46000000000" + string(rune('0'+i/10)) + string(rune('0'+i%10))
		want = append(want, code)
		d.Scan(code)
		d.Advance(150 * time.Millisecond)
	}
	got := []string{}
	for _, c := range asked(d) {
		got = append(got, string(c.(sale.Scan).Raw))
	}
	require.Equal(t, want, got)
}

func TestAReceiptThatChangedUnderAnOpenPaymentIsShownAgain(t *testing.T) {
	d := desk(t, uitest.Sale())
	d.Type("*")
	more := uitest.Sale()
	more.Receipt.Lines = append(more.Receipt.Lines, uitest.Checking().Receipt.Lines[6])
	d.Show(more)
	require.False(t, d.Has("card-done"))
	require.True(t, d.Has("pay"))
	require.NotEmpty(t, d.UI.Said())
}

func TestAFullQueueIsToldAndTakesNoMore(t *testing.T) {
	blocked := make(chan struct{})
	on := uitest.NewTill()
	on.Answer = func(ctx context.Context, _ sale.Command) error {
		select {
		case <-blocked:
		case <-ctx.Done():
		}
		return nil
	}
	d := uitest.Open(t, light, uitest.Small, on)
	d.Show(uitest.Empty())
	for range 200 {
		d.Scan("4600000000015")
		d.Advance(time.Second)
	}
	require.Contains(t, d.UI.Said(), "не успевает")
	close(blocked)
	taken := len(asked(d))
	require.Greater(t, taken, 100)
	require.Less(t, taken, 200)
}
