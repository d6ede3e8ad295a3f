package ui_test

import (
	"context"
	"errors"
	"image/color"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/till"
	"kassa/app/ui/theme"
	"kassa/app/ui/uitest"
	"kassa/app/ui/widgets"
)

// desk is a small light window on a snapshot.
func desk(t *testing.T, s sale.Snapshot) *uitest.Desk {
	t.Helper()
	d := uitest.New(t, light, uitest.Small)
	d.Show(s)
	return d
}

// asked are the commands of a desk once all have their results.
func asked(d *uitest.Desk) []sale.Command {
	d.Settle()
	return d.Till.Commands()
}

// The total of uitest.Sale.
const due = 511_50

func TestAPersonLogsInByNameAndPIN(t *testing.T) {
	t.Run("with the finger", func(t *testing.T) {
		d := desk(t, uitest.Login(6))
		d.Tap("person-Ким Ольга")
		require.True(t, d.Find("login").Dead(), "no digits yet")
		for _, key := range []string{"digit-4", "digit-7", "digit-1", "erase", "digit-1", "digit-9", "login"} {
			d.Tap(key)
		}
		require.Equal(t, []sale.Command{sale.Login{Person: "p3", PIN: "4719"}}, asked(d))
	})
	t.Run("by the numeric block", func(t *testing.T) {
		d := desk(t, uitest.Login(1)) // who is alone need not choose
		d.Type("123456")
		d.Key(fyne.KeyEnter)
		require.Equal(t, []sale.Command{sale.Login{Person: "p1", PIN: "123456"}}, asked(d))
	})
	t.Run("arrows choose the name", func(t *testing.T) {
		d := desk(t, uitest.Login(12))
		d.Key(fyne.KeyDown)
		d.Key(fyne.KeyUp)
		d.Type("9876")
		d.Key(fyne.KeyReturn)
		require.Equal(t, []sale.Command{sale.Login{Person: "p12", PIN: "9876"}}, asked(d))
	})
	t.Run("a wrong PIN is told, also after a pause", func(t *testing.T) {
		on := uitest.NewTill()
		on.Answer = func(context.Context, sale.Command) error { return till.Fail(till.LoginWrong, "2") }
		d := uitest.Open(t, light, uitest.Small, on)
		s := uitest.Login(1)
		s.LoginWait = uitest.Noon.Add(5 * time.Second)
		d.Show(s)
		d.Advance(6 * time.Second)
		d.Type("1234")
		d.Key(fyne.KeyReturn)
		d.Settle()
		d.Golden("login_light_1024_wrong")
	})
	t.Run("three digits are no PIN", func(t *testing.T) {
		d := desk(t, uitest.Login(1))
		d.Type("123")
		d.Key(fyne.KeyReturn)
		require.Empty(t, asked(d))
	})
	t.Run("while wrong PINs hold the till nothing is sent", func(t *testing.T) {
		s := uitest.Login(1)
		s.LoginWait = uitest.Noon.Add(30 * time.Second)
		d := desk(t, s)
		d.Type("1234")
		d.Key(fyne.KeyReturn)
		require.Empty(t, asked(d))
		d.Advance(30 * time.Second)
		d.Key(fyne.KeyReturn)
		require.Equal(t, []sale.Command{sale.Login{Person: "p1", PIN: "1234"}}, asked(d))
	})
}

func TestMoneyKeysAreDeadFromTheFirstTapUntilTheResult(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(d *uitest.Desk)
		key  string
		want []sale.Command
	}{
		{"exact cash", func(d *uitest.Desk) { d.Tap("pay") }, "cash-exact", []sale.Command{sale.Pay{Kind: till.Cash, Sum: due}}},
		{"a likely sum", func(d *uitest.Desk) { d.Tap("pay") }, "cash-sum-3", []sale.Command{sale.Pay{Kind: till.Cash, Sum: 1000_00}}},
		{"the card", func(d *uitest.Desk) { d.Type("*") }, "card-done", []sale.Command{sale.Pay{Kind: till.Card, Sum: due}}},
		{"a typed sum", func(d *uitest.Desk) { d.Tap("pay"); d.Type("600") }, "close", []sale.Command{sale.Pay{Kind: till.Cash, Sum: 600_00}}},
		{"money taken out", func(d *uitest.Desk) { d.Tap("more"); d.Tap("cash-out"); d.Type("50") }, "cash-done",
			[]sale.Command{sale.MoveCash{Kind: till.CashOut, Sum: 50_00, Reason: "Выручка в сейф"}}},
		{"the X report", func(d *uitest.Desk) { d.Tap("more") }, "report-x", []sale.Command{sale.ReportX{}}},
		{"cancelling", func(d *uitest.Desk) { d.Tap("more"); d.Tap("cancel") }, "cancel-yes", []sale.Command{sale.Cancel{Reason: "cashier"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := make(chan error)
			on := uitest.NewTill()
			on.Answer = func(ctx context.Context, _ sale.Command) error {
				select {
				case err := <-result:
					return err
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			d := uitest.Open(t, light, uitest.Small, on)
			d.Show(uitest.Sale())
			c.play(d)
			d.Tap(c.key)
			require.True(t, d.Find(c.key).Dead())
			d.Tap(c.key)
			d.Key(fyne.KeyReturn)
			result <- till.Fail(till.PrinterSilent)
			require.Equal(t, c.want, asked(d), "one tap, one command; after a refusal nothing follows it")
		})
	}
}

func TestASaleWithTheNumericBlockAlone(t *testing.T) {
	for _, c := range []struct {
		name string
		keys string
		want []sale.Command
	}{
		{"Num+ and Enter take exact cash", "+", []sale.Command{sale.Pay{Kind: till.Cash, Sum: due}, sale.Close{}}},
		{"Num/ and Enter as well", "/", []sale.Command{sale.Pay{Kind: till.Cash, Sum: due}, sale.Close{}}},
		{"Num* and Enter confirm the card", "*", []sale.Command{sale.Pay{Kind: till.Card, Sum: due}, sale.Close{}}},
		{"a typed sum gives change", "+1000", []sale.Command{sale.Pay{Kind: till.Cash, Sum: 1000_00}, sale.Close{}}},
		{"kopecks after the point of the block", "+511.50", []sale.Command{sale.Pay{Kind: till.Cash, Sum: due}, sale.Close{}}},
		{"less than is due is a part", "+100", []sale.Command{sale.Pay{Kind: till.Cash, Sum: 100_00}}},
		{"a part by card: the sum, then Num*", "+200*", []sale.Command{sale.Pay{Kind: till.Card, Sum: 200_00}}},
		{"digits are the quantity of the selected line", "12", []sale.Command{sale.SetQuantity{Line: 6, Quantity: 12 * money.Unit}}},
		{"more than four digits are a code", "4600000000015", []sale.Command{sale.Scan{Raw: []byte("4600000000015")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := desk(t, uitest.Sale())
			d.Type(c.keys)
			d.Settle()
			d.Key(fyne.KeyEnter)
			require.Equal(t, c.want, asked(d))
		})
	}
}

func TestQuantityAndDiscountOfTheSelectedLine(t *testing.T) {
	apples := uitest.Sale()
	apples.Selected = 4
	milk := uitest.Sale()
	milk.Selected = 1
	for _, c := range []struct {
		name string
		s    sale.Snapshot
		play func(d *uitest.Desk)
		want []sale.Command
	}{
		{"kilograms have a comma", apples, func(d *uitest.Desk) {
			d.Tap("quantity")
			d.Tap("digit-0")
			d.Tap("comma")
			d.Tap("digit-5")
			d.Tap("apply")
		},
			[]sale.Command{sale.SetQuantity{Line: 4, Quantity: 500}}},
		{"pieces have none", uitest.Sale(), func(d *uitest.Desk) { d.Key(fyne.KeyF2); d.Type("1,5"); d.Tap("apply") },
			[]sale.Command{sale.SetQuantity{Line: 6, Quantity: 15 * money.Unit}}},
		{"a marked unit cannot be typed", milk, func(d *uitest.Desk) { d.Tap("quantity"); d.Type("5") }, nil},
		{"a discount by one tap", uitest.Sale(), func(d *uitest.Desk) { d.Tap("discount"); d.Tap("percent-5") },
			[]sale.Command{sale.Discount{Line: 6, Percent: 500}}},
		{"a typed discount", uitest.Sale(), func(d *uitest.Desk) { d.Key(fyne.KeyF3); d.Type("7,5"); d.Key(fyne.KeyReturn) },
			[]sale.Command{sale.Discount{Line: 6, Percent: 750}}},
		{"a discount is taken away", uitest.Sale(), func(d *uitest.Desk) { d.Tap("discount"); d.Tap("percent-0") },
			[]sale.Command{sale.Discount{Line: 6}}},
		{"Esc does nothing", uitest.Sale(), func(d *uitest.Desk) { d.Tap("quantity"); d.Type("5"); d.Key(fyne.KeyEscape); d.Key(fyne.KeyReturn) }, nil},
		{"F8 takes the line out", uitest.Sale(), func(d *uitest.Desk) { d.Key(fyne.KeyF8) }, []sale.Command{sale.Remove{Line: 6}}},
		{"arrows choose a line", uitest.Sale(), func(d *uitest.Desk) { d.Key(fyne.KeyUp) }, []sale.Command{sale.Select{Line: 5}}},
		{"without lines nothing happens", uitest.Empty(), func(d *uitest.Desk) { d.Key(fyne.KeyF8); d.Key(fyne.KeyF2); d.Key(fyne.KeyF9); d.Key(fyne.KeyF3) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := desk(t, c.s)
			c.play(d)
			require.Equal(t, c.want, asked(d))
		})
	}
}

func TestSearch(t *testing.T) {
	t.Run("letters search without a tap before", func(t *testing.T) {
		d := desk(t, uitest.Sale())
		d.Type("домик")
		d.Settle()
		d.TapAt("found", 0.5, 0.02)
		require.Equal(t, []sale.Command{sale.AddItem{ItemID: "g17"}}, asked(d))
		require.False(t, d.Has("found"), "the tiles are back")
	})
	t.Run("Enter adds the only one", func(t *testing.T) {
		d := desk(t, uitest.Sale())
		d.Key(fyne.KeyF1)
		d.Type("огур")
		d.Settle()
		d.Key(fyne.KeyReturn)
		require.Equal(t, []sale.Command{sale.AddItem{ItemID: "g8"}}, asked(d))
	})
	t.Run("Enter does not guess among several", func(t *testing.T) {
		d := desk(t, uitest.Sale())
		d.Type("домик")
		d.Settle()
		d.Key(fyne.KeyReturn)
		require.Empty(t, asked(d))
	})
	t.Run("without a selected line digits search", func(t *testing.T) {
		d := desk(t, uitest.Empty())
		d.Type("46")
		d.Settle()
		require.True(t, d.Has("found"))
	})
	t.Run("Backspace takes letters away, Esc all", func(t *testing.T) {
		d := desk(t, uitest.Sale())
		d.Type("огурщ")
		d.Key(fyne.KeyBackspace)
		d.Settle()
		d.Key(fyne.KeyReturn)
		require.Len(t, asked(d), 1)
		d.Type("огур")
		d.Key(fyne.KeyEscape)
		d.Key(fyne.KeyReturn)
		require.Len(t, asked(d), 1)
	})
	t.Run("the tiles stay where they are when goods are read again", func(t *testing.T) {
		d := desk(t, uitest.Sale())
		d.Tap("group-Кофе")
		d.Till.Items[10].Price++
		d.Show(uitest.Closed())
		d.Tap("item-g11")
		require.False(t, d.Has("item-g1"))
		require.Equal(t, []sale.Command{sale.AddItem{ItemID: "g11"}}, asked(d))
	})
	t.Run("a tap on a tile adds its item", func(t *testing.T) {
		d := desk(t, uitest.Empty())
		d.Tap("group-Кофе")
		d.Tap("item-g11")
		require.Equal(t, []sale.Command{sale.AddItem{ItemID: "g11"}}, asked(d))
		require.False(t, d.Has("item-g1"), "another group")
	})
}

func TestPaymentOpensOnlyWhenEveryLineIsReady(t *testing.T) {
	d := desk(t, uitest.Checking())
	d.Tap("pay")
	require.Equal(t, []sale.Command{sale.Select{Line: 7}}, asked(d), "it shows the line")
	require.Contains(t, d.UI.Said(), "проверяется")
	require.False(t, d.Has("cash-exact"))
}

func TestAPaidReceiptThatWasNotPrinted(t *testing.T) {
	t.Run("is tried again", func(t *testing.T) {
		d := desk(t, uitest.PaidNotPrinted())
		require.False(t, d.Has("cash-exact"), "no second payment")
		d.Key(fyne.KeyReturn)
		require.Equal(t, []sale.Command{sale.Close{}}, asked(d))
	})
	t.Run("may be cancelled when it was cash", func(t *testing.T) {
		d := desk(t, uitest.PaidNotPrinted())
		d.Tap("back")
		d.Tap("cancel-yes")
		require.Equal(t, []sale.Command{sale.Cancel{Reason: "cashier"}}, asked(d))
	})
	t.Run("cannot be cancelled when a card has paid", func(t *testing.T) {
		s := uitest.PaidNotPrinted()
		s.Receipt.Payments[0].Kind = till.Card
		require.False(t, desk(t, s).Has("back"))
	})
}

func TestPartsOfAPayment(t *testing.T) {
	d := desk(t, uitest.Part())
	d.Tap("cash-exact")
	require.Equal(t, []sale.Command{sale.Pay{Kind: till.Cash, Sum: due - 200_00}, sale.Close{}}, asked(d), "the rest")
	d = desk(t, uitest.Part())
	d.Tap("unpay")
	require.Equal(t, []sale.Command{sale.Unpay{}}, asked(d))
}

func TestStops(t *testing.T) {
	for _, c := range []struct {
		name string
		s    sale.Snapshot
		play func(d *uitest.Desk)
		want []sale.Command
	}{
		{"another unit", uitest.Refused(), func(d *uitest.Desk) { d.Tap("stop-main") }, []sale.Command{sale.Dismiss{}}},
		{"by Enter", uitest.Refused(), func(d *uitest.Desk) { d.Key(fyne.KeyReturn) }, []sale.Command{sale.Dismiss{}}},
		{"taken out", uitest.Refused(), func(d *uitest.Desk) { d.Tap("stop-second") }, []sale.Command{sale.Dismiss{}}},
		{"other keys wait", uitest.Refused(), func(d *uitest.Desk) { d.Key(fyne.KeyF9); d.Key(fyne.KeyF8); d.Type("5+") }, nil},
		{"no code at hand", uitest.Wanted(), func(d *uitest.Desk) { d.Tap("stop-main") }, []sale.Command{sale.Dismiss{}}},
		{"old enough", uitest.AskedAge(), func(d *uitest.Desk) { d.Tap("stop-main") }, []sale.Command{sale.ConfirmAge{Yes: true}}},
		{"too young", uitest.AskedAge(), func(d *uitest.Desk) { d.Tap("stop-second") }, []sale.Command{sale.ConfirmAge{Yes: false}}},
		{"an unknown item is closed", uitest.UnknownItem(), func(d *uitest.Desk) { d.Tap("stop-second") }, []sale.Command{sale.Dismiss{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := desk(t, c.s)
			c.play(d)
			require.Equal(t, c.want, asked(d))
		})
	}
	t.Run("a refused line that still stands is taken out", func(t *testing.T) {
		s := uitest.Refused()
		s.Stop.Line = 5
		d := desk(t, s)
		d.Tap("stop-second")
		require.Equal(t, []sale.Command{sale.Remove{Line: 5}, sale.Dismiss{}}, asked(d))
	})
	t.Run("an unknown item is looked for by its name", func(t *testing.T) {
		d := desk(t, uitest.UnknownItem())
		d.Tap("stop-main")
		d.Settle()
		d.Show(uitest.Sale())
		d.Type("о")
		require.Equal(t, []sale.Command{sale.Dismiss{}}, asked(d))
		require.True(t, d.Has("found"))
	})
	t.Run("nothing under a stop can be pressed", func(t *testing.T) {
		d := desk(t, uitest.Refused())
		require.False(t, d.Has("pay"))
		require.False(t, d.Has("item-g1"))
		require.True(t, d.Has("lamp-online"), "the lights stay")
	})
}

func TestSuspendedReceipts(t *testing.T) {
	t.Run("one tap puts aside", func(t *testing.T) {
		d := desk(t, uitest.Sale())
		d.Tap("suspend")
		require.Equal(t, []sale.Command{sale.Suspend{}}, asked(d))
	})
	t.Run("two take up again", func(t *testing.T) {
		d := desk(t, uitest.Suspended())
		d.Tap("suspend")
		d.TapAt("suspended-rows", 0.5, 0.02)
		require.Equal(t, []sale.Command{sale.Resume{ID: "s1"}}, asked(d))
		require.True(t, d.Has("pay"))
	})
}

func TestTheShift(t *testing.T) {
	for _, c := range []struct {
		name string
		s    sale.Snapshot
		play func(d *uitest.Desk)
		want []sale.Command
	}{
		{"is opened", uitest.ShiftClosed(), func(d *uitest.Desk) { d.Tap("shift-open") }, []sale.Command{sale.OpenShift{}}},
		{"is opened by Enter", uitest.ShiftClosed(), func(d *uitest.Desk) { d.Key(fyne.KeyReturn) }, []sale.Command{sale.OpenShift{}}},
		{"can only be closed after 24 hours", uitest.ShiftExpired(), func(d *uitest.Desk) { d.Key(fyne.KeyReturn) }, []sale.Command{sale.CloseShift{}}},
		{"is left", uitest.ShiftClosed(), func(d *uitest.Desk) { d.Tap("lock") }, []sale.Command{sale.Logout{}}},
		{"is closed", uitest.Suspended(), func(d *uitest.Desk) { d.Tap("more"); d.Tap("shift-close"); d.Tap("shift-close") }, []sale.Command{sale.CloseShift{}}},
		{"is not closed over a receipt", uitest.Sale(), func(d *uitest.Desk) { d.Tap("more"); d.Tap("shift-close"); d.Tap("shift-close"); d.Key(fyne.KeyReturn) }, nil},
		{"the till is locked", uitest.Sale(), func(d *uitest.Desk) { d.Tap("more"); d.Tap("lock") }, []sale.Command{sale.Logout{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := desk(t, c.s)
			c.play(d)
			require.Equal(t, c.want, asked(d))
		})
	}
}

func TestTheXReportIsShown(t *testing.T) {
	d := desk(t, uitest.Closed())
	d.Tap("more")
	d.Tap("report-x")
	require.Equal(t, []sale.Command{sale.ReportX{}}, asked(d))
	require.True(t, d.Has("slip-rows"))
	d.Key(fyne.KeyEscape)
	require.True(t, d.Has("pay"))
}

func TestAWaitSaysNothingInItsFirstSecond(t *testing.T) {
	d := desk(t, uitest.Printing(0))
	require.True(t, d.Has("pay"), "no words yet")
	d.Advance(900 * time.Millisecond)
	require.True(t, d.Has("pay"))
	d.Advance(200 * time.Millisecond)
	require.False(t, d.Has("pay"), "what is waited for lies over the screen")
	d.Show(uitest.Empty())
	require.True(t, d.Has("item-g1"), "and it is gone with the document")
}

func TestKeysWaitWhileADocumentIsOnItsWay(t *testing.T) {
	d := desk(t, uitest.Printing(0))
	d.Key(fyne.KeyF9)
	d.Key(fyne.KeyF8)
	d.Type("5")
	require.Empty(t, asked(d))
}

func TestTheFateOfADocumentIsAskedPastTheCommandThatWaitsForIt(t *testing.T) {
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
	d.Show(uitest.PaidNotPrinted())
	d.Key(fyne.KeyReturn)
	d.Asked(1)
	d.ShowBusy(uitest.Unclear())
	d.Tap("settle")
	require.Equal(t, []sale.Command{sale.Close{}, sale.Settle{}}, d.Asked(2))
	close(printed)
	d.Settle()
}

func TestNewsGoesByItself(t *testing.T) {
	d := desk(t, uitest.Closed())
	require.Equal(t, "Чек 118 пробит · сдача 488,50\u00a0₽", d.UI.Said())
	d.Advance(1900 * time.Millisecond)
	require.NotEmpty(t, d.UI.Said())
	d.Advance(200 * time.Millisecond)
	require.Empty(t, d.UI.Said(), "good news is gone after two seconds")
	d.Show(uitest.Closed())
	require.Empty(t, d.UI.Said(), "the same news is not told twice")
	s := uitest.Empty()
	s.Notice = sale.Notice{Seq: 2, Code: sale.NoticeRefused, Args: []string{string(till.ReceiptOpenStill)}}
	d.Show(s)
	require.Equal(t, "Сначала закончите чек. Пробейте его, отложите или отмените.", d.UI.Said())
	d.Advance(4900 * time.Millisecond)
	require.NotEmpty(t, d.UI.Said())
	d.Advance(200 * time.Millisecond)
	require.Empty(t, d.UI.Said())
}

func TestAnErrorThatIsNoRefusalIsShown(t *testing.T) {
	on := uitest.NewTill()
	on.Answer = func(context.Context, sale.Command) error { return errors.New("boom") }
	d := uitest.Open(t, light, uitest.Small, on)
	d.Show(uitest.Sale())
	d.Tap("suspend")
	d.Settle()
	require.Contains(t, d.UI.Said(), "Не получилось")
}

// BenchmarkASnapshotOfThreeHundredLines is the cost of showing one more line on a long receipt (till-ux SL-12).
func BenchmarkASnapshotOfThreeHundredLines(b *testing.B) {
	d := uitest.New(b, light, uitest.Small)
	s := uitest.Long()
	for no := 41; no <= 300; no++ {
		l := s.Receipt.Lines[10]
		l.No = no
		s.Receipt.Lines = append(s.Receipt.Lines, l)
	}
	one, two := s, s
	one.Selected, two.Selected = 299, 300
	d.Show(one)
	b.ResetTimer()
	for i := range b.N {
		if i%2 == 0 {
			d.Show(two)
		} else {
			d.Show(one)
		}
	}
}

func TestANewLineFlashesOnce(t *testing.T) {
	few := uitest.Sale()
	few.Receipt.Lines = few.Receipt.Lines[:5]
	few.Selected = 5
	d := desk(t, few)
	d.Show(uitest.Sale())
	ground := func() color.Color {
		rows := d.Find("lines")
		// Between the name and the sum of the sixth row.
		return d.Window.Canvas().Capture().At(int(rows.At.X)+330, int(rows.At.Y+theme.U(widgets.RowHeight)*5.2))
	}
	require.Equal(t, light.Color(theme.OKGround, 0), color.NRGBAModel.Convert(ground()))
	d.Advance(200 * time.Millisecond)
	require.Equal(t, light.Color(theme.Selected, 0), color.NRGBAModel.Convert(ground()))
}
