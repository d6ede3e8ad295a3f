package ui_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/sale"
	"kassa/app/till"
	"kassa/app/ui/uitest"
)

// page is a small light window with one of the pages under «Ещё» open.
func page(t *testing.T, on *uitest.Till, s sale.Snapshot, name string) *uitest.Desk {
	t.Helper()
	d := uitest.Open(t, light, uitest.Small, on)
	d.Show(s)
	d.Tap("more")
	d.Tap(name)
	d.Settle()
	return d
}

// tapRow taps the middle of the i-th row of a list.
func tapRow(d *uitest.Desk, list string, i int) {
	const rowHeight = 62
	d.TapAt(list, 0.5, (float32(i)+0.5)*rowHeight/d.Find(list).Size().Height)
}

func TestAnEmergencyIsDeclaredWithAReasonAndAnEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(d *uitest.Desk)
		want sale.Command // nil: it cannot be declared
	}{
		{"both chosen", func(d *uitest.Desk) { d.Tap("reason-Письмо оператора"); d.Tap("emergency-3h") },
			sale.DeclareEmergency{Reason: "Письмо оператора", Until: uitest.Noon.Add(3 * time.Hour)}},
		{"for a day", func(d *uitest.Desk) { d.Tap("emergency-1d"); d.Tap("reason-Объявление на сайте") },
			sale.DeclareEmergency{Reason: "Объявление на сайте", Until: uitest.Noon.Add(24 * time.Hour)}},
		{"the last choice counts", func(d *uitest.Desk) {
			d.Tap("reason-Указание из офиса")
			d.Tap("emergency-1d")
			d.Tap("emergency-3d")
		},
			sale.DeclareEmergency{Reason: "Указание из офиса", Until: uitest.Noon.Add(72 * time.Hour)}},
		{"both typed: letters are the reason, digits the end", func(d *uitest.Desk) {
			d.Type("звонок")
			d.Tap("emergency-other")
			d.Type("25111409")
			d.Tap("erase")
			d.Tap("digit-0")
		}, sale.DeclareEmergency{Reason: "звонок", Until: time.Date(2026, 11, 25, 14, 0, 0, 0, uitest.Noon.Location())}},
		{"a reason with digits", func(d *uitest.Desk) {
			d.Tap("emergency-3h")
			d.Tap("emergency-reason")
			d.Type("письмо 1544")
			d.Key(fyne.KeyBackspace)
		}, sale.DeclareEmergency{Reason: "письмо 154", Until: uitest.Noon.Add(3 * time.Hour)}},
		{"without an end it cannot be", func(d *uitest.Desk) { d.Tap("reason-Письмо оператора") }, nil},
		{"without a reason it cannot be", func(d *uitest.Desk) { d.Tap("emergency-3h") }, nil},
		{"spaces are no reason", func(d *uitest.Desk) { d.Tap("emergency-3h"); d.Type("я"); d.Key(fyne.KeyBackspace); d.Type("  ") }, nil},
		{"a day that does not exist is no end", func(d *uitest.Desk) {
			d.Tap("reason-Письмо оператора")
			d.Tap("emergency-other")
			d.Type("31111400")
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := page(t, uitest.NewTill(), uitest.Sale(), "emergency")
			require.True(t, d.Find("emergency-declare").Dead(), "nothing is chosen by itself")
			c.play(d)
			d.Key(fyne.KeyReturn)
			require.Empty(t, asked(d), "it takes a tap of its own")
			d.Tap("emergency-declare")
			if c.want == nil {
				require.Empty(t, asked(d))
				require.True(t, d.Has("emergency-declare"))
				return
			}
			require.Equal(t, []sale.Command{c.want}, asked(d))
			require.True(t, d.Has("pay"), "back at the sale")
		})
	}
}

func TestADeclarationThatIsRefusedStaysOnTheGlass(t *testing.T) {
	on := uitest.NewTill()
	on.Answer = func(context.Context, sale.Command) error {
		return till.Fail(till.RightMissing, "аварийная ситуация")
	}
	d := page(t, on, uitest.Sale(), "emergency")
	d.Tap("reason-Письмо оператора")
	d.Tap("emergency-3h")
	d.Tap("emergency-declare")
	d.Settle()
	s := uitest.Sale()
	s.Notice = sale.Notice{Seq: 1, Code: sale.NoticeRefused, Args: []string{string(till.RightMissing), "аварийная ситуация"}}
	d.Show(s)
	require.Equal(t, "Нужно разрешение старшего: аварийная ситуация. Позовите старшего кассира.", d.UI.Said())
	require.False(t, d.Find("emergency-declare").Dead(), "a senior can go on from here")
	require.Len(t, d.Till.Commands(), 1)
}

func TestAnEmergencyInForce(t *testing.T) {
	on := uitest.InEmergency(uitest.Sale(), marking.EmergencyOn)
	t.Run("is ended", func(t *testing.T) {
		d := page(t, uitest.NewTill(), on, "emergency")
		require.False(t, d.Has("emergency-declare"))
		d.Type("причина")
		d.Key(fyne.KeyReturn)
		require.Empty(t, asked(d), "it takes a tap of its own")
		d.Tap("emergency-end")
		require.Equal(t, []sale.Command{sale.EndEmergency{}}, asked(d))
		require.True(t, d.Has("pay"))
	})
	t.Run("ends by itself: the form is there", func(t *testing.T) {
		d := page(t, uitest.NewTill(), on, "emergency")
		d.Show(uitest.Sale())
		require.False(t, d.Has("emergency-end"))
		require.True(t, d.Has("emergency-declare"))
	})
	t.Run("in the days after it a new one is declared", func(t *testing.T) {
		d := page(t, uitest.NewTill(), uitest.InEmergency(uitest.Sale(), marking.EmergencyAfter), "emergency")
		require.False(t, d.Has("emergency-end"), "there is nothing to end")
		d.Tap("emergency-again")
		d.Tap("reason-Письмо оператора")
		d.Tap("emergency-3h")
		d.Tap("emergency-declare")
		require.Len(t, asked(d), 1)
	})
}

func TestAWrongPriceIsPutRightByTheMainKey(t *testing.T) {
	for name, c := range map[string]struct {
		play func(d *uitest.Desk)
		want []sale.Command
	}{
		"by a tap":       {func(d *uitest.Desk) { d.Tap("stop-main") }, []sale.Command{sale.TakeLimitPrice{}}},
		"by Enter":       {func(d *uitest.Desk) { d.Key(fyne.KeyReturn) }, []sale.Command{sale.TakeLimitPrice{}}},
		"or taken out":   {func(d *uitest.Desk) { d.Tap("stop-second") }, []sale.Command{sale.Dismiss{}}},
		"or left by Esc": {func(d *uitest.Desk) { d.Key(fyne.KeyEscape) }, []sale.Command{sale.Dismiss{}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := desk(t, uitest.WrongPrice())
			c.play(d)
			require.Equal(t, c.want, asked(d))
		})
	}
	t.Run("not when the till cannot", func(t *testing.T) {
		s := uitest.WrongPrice()
		s.Stop.TakesLimit = false
		d := desk(t, s)
		d.Tap("stop-main")
		require.Equal(t, []sale.Command{sale.Dismiss{}}, asked(d))
	})
}

func TestTheListOfSuspects(t *testing.T) {
	t.Run("refusals stand above advice, and an entry is taken off by its key", func(t *testing.T) {
		d := page(t, uitest.Marked(), uitest.Empty(), "quarantine")
		require.True(t, d.Find("quarantine-done").Dead(), "nothing is chosen")
		tapRow(d, "quarantine-rows", 0) // a heading
		require.True(t, d.Find("quarantine-done").Dead())
		tapRow(d, "quarantine-rows", 2)
		d.Tap("quarantine-done")
		d.Settle()
		tapRow(d, "quarantine-rows", 3) // heading, refusal, heading, advice
		d.Tap("quarantine-done")
		d.Settle()
		units := uitest.Units()
		require.Equal(t, []journal.Suspect{units[2], units[1]}, d.Till.Resolved())
		require.Empty(t, asked(d), "no command of the sale")
	})
	t.Run("keys choose entries and not headings", func(t *testing.T) {
		d := page(t, uitest.Marked(), uitest.Empty(), "quarantine")
		for range 3 {
			d.Key(fyne.KeyDown)
		}
		d.Key(fyne.KeyReturn)
		require.Empty(t, d.Till.Resolved(), "it takes a tap of its own")
		d.Tap("quarantine-done")
		d.Settle()
		require.Equal(t, []journal.Suspect{uitest.Units()[1]}, d.Till.Resolved())
		d.Key(fyne.KeyUp)
		require.True(t, d.Find("quarantine-done").Dead(), "what was chosen is gone")
	})
	t.Run("is searched as one types, Esc ends the search and then the page", func(t *testing.T) {
		d := page(t, uitest.Marked(), uitest.Empty(), "quarantine")
		d.Type("сырр")
		d.Key(fyne.KeyBackspace)
		d.Settle()
		tapRow(d, "quarantine-rows", 1)
		d.Tap("quarantine-done")
		d.Settle()
		require.Equal(t, []journal.Suspect{uitest.Units()[2]}, d.Till.Resolved())
		d.Key(fyne.KeyEscape)
		d.Settle()
		require.True(t, d.Has("quarantine-rows"))
		d.Key(fyne.KeyEscape)
		require.True(t, d.Has("pay"))
	})
	for said, err := range map[string]error{"Не получилось": errors.New("disk"), "Сначала войдите": till.Fail(till.LoginNeeded)} {
		t.Run("an entry that could not be taken off is told: "+said, func(t *testing.T) {
			on := uitest.Marked()
			d := page(t, on, uitest.Empty(), "quarantine")
			tapRow(d, "quarantine-rows", 1)
			on.Break(err)
			d.Tap("quarantine-done")
			d.Settle()
			require.Contains(t, d.UI.Said(), said)
			require.True(t, d.Find("quarantine-done").Dead())
			require.Empty(t, on.Resolved())
		})
	}
	t.Run("a list that cannot be read says so, and is read again when it is opened again", func(t *testing.T) {
		on := uitest.Marked()
		on.Break(errors.New("disk"))
		d := page(t, on, uitest.Empty(), "quarantine")
		d.Golden("quarantine_light_1024_broken")
		on.Break(nil)
		d.Tap("back")
		d.Tap("more")
		d.Tap("quarantine")
		d.Settle()
		tapRow(d, "quarantine-rows", 1)
		require.False(t, d.Find("quarantine-done").Dead())
	})
	t.Run("an empty list says what it is for", func(t *testing.T) {
		page(t, uitest.NewTill(), uitest.Empty(), "quarantine").Golden("quarantine_light_1024_empty")
	})
	t.Run("a scan leaves it for the sale", func(t *testing.T) {
		d := page(t, uitest.Marked(), uitest.Empty(), "quarantine")
		d.Scan("4600000000015")
		require.Len(t, asked(d), 1)
		require.True(t, d.Has("pay"))
	})
}

func TestTheBookOfChecks(t *testing.T) {
	t.Run("a tap opens what a verdict rests on", func(t *testing.T) {
		d := page(t, uitest.Marked(), uitest.Empty(), "checks")
		tapRow(d, "checks-rows", 2)
		require.True(t, d.Has("check-close"))
		require.False(t, d.Has("checks-rows"), "the list lies under the card")
		d.Tap("check-close")
		require.True(t, d.Has("checks-rows"))
		d.Key(fyne.KeyReturn)
		require.True(t, d.Has("check-close"), "Enter opens the chosen row again")
		d.Key(fyne.KeyEscape)
		require.True(t, d.Has("checks-rows"))
		d.Key(fyne.KeyEscape)
		require.True(t, d.Has("pay"))
	})
	t.Run("a sale at the shop's risk", func(t *testing.T) {
		d := uitest.Open(t, dark, uitest.Wide, uitest.Marked())
		d.Show(uitest.Empty())
		d.Tap("more")
		d.Tap("checks")
		d.Settle()
		tapRow(d, "checks-rows", 3)
		d.Golden("checks_dark_1366_risk")
	})
	t.Run("an empty book says what it is for", func(t *testing.T) {
		page(t, uitest.NewTill(), uitest.Empty(), "checks").Golden("checks_light_1024_empty")
	})
	t.Run("the whole book is never read for one screen", func(t *testing.T) {
		on := uitest.NewTill()
		for i := range 5000 {
			on.Book = append(on.Book, journal.Evidence{Seq: int64(5000 - i), Item: fmt.Sprintf("Товар %d", i), GTIN: "04600000000022", At: uitest.Noon})
		}
		d := page(t, on, uitest.Empty(), "checks")
		require.Len(t, on.Queries(), 1, "the newest page is enough")
		d.Type("Товар 3999")
		d.Settle()
		tapRow(d, "checks-rows", 0)
		require.True(t, d.Has("check-close"), "twenty pages back it is found")
		d.Tap("check-close")
		for range 4 {
			d.Key(fyne.KeyBackspace)
		}
		d.Type("4000")
		d.Settle()
		tapRow(d, "checks-rows", 0)
		require.False(t, d.Has("check-close"), "beyond that it is not looked for")
	})
	t.Run("a whole GTIN is asked for as such", func(t *testing.T) {
		on := uitest.Marked()
		d := page(t, on, uitest.Empty(), "checks")
		d.Type("04600000000046")
		d.Settle()
		queries := on.Queries()
		require.Equal(t, "04600000000046", queries[len(queries)-1].GTIN)
		require.Empty(t, queries[len(queries)-2].GTIN, "a part of it is looked for")
		tapRow(d, "checks-rows", 1)
		require.False(t, d.Has("check-close"), "there is one row only")
		tapRow(d, "checks-rows", 0)
		require.True(t, d.Has("check-close"))
	})
}
