package devicesim_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
)

// state is mode and submode as 10h tells them.
func (b *bench) state() [2]byte {
	b.t.Helper()
	answer := b.done("10", cashier)
	return [2]byte{answer[3], answer[4]}
}

func (b *bench) slip() string { return strings.Join(b.sim.State().Slip, "\n") }

func TestWithoutPaperNothingThatPrintsIsExecuted(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults devicesim.Faults
		flags  uint64
	}{
		{"no paper", devicesim.Faults{PaperOut: true}, 0x0210},
		{"cover open", devicesim.Faults{CoverOpen: true}, 0x0692},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.openShift()
			b.done("8D", cashier, "00")
			b.done(item(1, 1_000_000, 100, "Товар"))
			b.faults(c.faults)
			require.Equal(t, [2]byte{8, 1}, b.state())
			require.Equal(t, c.flags, number(b.done("10", cashier)[1:3]))
			require.Equal(t, "6B", b.refused(closing(map[int]uint64{1: 100})))
			require.Equal(t, "6B", b.refused("B0", cashier))
			b.faults(devicesim.Faults{})
			b.done(closing(map[int]uint64{1: 100}))
			require.EqualValues(t, 3, b.last().FD)
		})
	}
}

func TestAReceiptCanBeCancelledWithoutPaper(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.faults(devicesim.Faults{PaperOut: true})
	b.done("88", cashier)
	require.Equal(t, [2]byte{2, 1}, b.state())
}

// Paper that ends within a slip: the document stands, the print goes 0 → 2 → 3 → 0 (§2.1, §3.1 p. 2).
func TestABrokenPrintIsContinuedAndIsNoSecondDocument(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 4200, "Хлеб"))
	b.faults(devicesim.Faults{BreakPrint: "FF45"})
	b.done(closing(map[int]uint64{1: 4200}))
	require.Equal(t, [2]byte{2, 2}, b.state())
	require.Contains(t, b.slip(), "ДОКУМЕНТ НЕДЕЙСТВИТЕЛЕН")
	require.NotContains(t, b.slip(), "ИТОГ")
	require.EqualValues(t, 1, b.done("10", cashier)[14], "last print: paper")
	require.Equal(t, "6B", b.refused("8D", cashier, "00"))
	b.faults(devicesim.Faults{})
	require.Equal(t, [2]byte{2, 3}, b.state())
	require.Equal(t, "58", b.refused("8D", cashier, "00"))
	b.done("B0", cashier)
	require.Equal(t, [2]byte{2, 0}, b.state())
	require.Contains(t, b.slip(), "42.00")
	require.NotContains(t, b.slip(), "НЕДЕЙСТВИТЕЛЕН")
	require.EqualValues(t, 3, b.sim.State().LastDocument)
}

func TestPaperThatEndsWhileASlipIsBeingPrintedBreaksIt(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{PrintMS: 5000})
	b.openShift()
	require.Equal(t, [2]byte{2, 5}, b.state())
	require.Equal(t, "50", b.refused("8D", cashier, "00"))
	b.faults(devicesim.Faults{PaperOut: true})
	require.Equal(t, [2]byte{2, 2}, b.state())
}

func TestASlowPrinterIsBusyUntilItsSlipIsOut(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{PrintMS: 5000})
	b.openShift()
	require.Equal(t, "50", b.refused("17", cashier, "02", win("строка")))
	b.clock.advance(5 * time.Second)
	require.Equal(t, [2]byte{2, 0}, b.state())
	b.done("8D", cashier, "00")
}

func TestPowerLostBeforeTheDriveHasTheDocument(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 100, "Товар"))
	b.faults(devicesim.Faults{DieBeforeCommit: "FF45"})
	b.send(closing(map[int]uint64{1: 100}))
	b.silent()
	require.Len(t, b.sim.Documents(), 1)
	b.faults(devicesim.Faults{})
	require.Equal(t, [2]byte{8, 0}, b.state(), "the printer still shows its receipt")
	status := b.done("FF01", admin)
	require.EqualValues(t, 0, status[1], "the drive has forgotten it (§3.1 p. 4)")
	require.EqualValues(t, 2, number(status[26:30]))
	require.Equal(t, "02", b.refused(closing(map[int]uint64{1: 100})))
	b.done("88", cashier)
	require.Equal(t, [2]byte{2, 0}, b.state())
	require.EqualValues(t, 3, b.sell(100, 100))
}

func TestPowerLostAfterTheDriveHasTheDocument(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 4200, "Товар"))
	b.faults(devicesim.Faults{DieAfterCommit: "next"})
	b.send(closing(map[int]uint64{1: 4200}))
	b.silent()
	require.Equal(t, devicesim.TypeSale, b.last().Type)
	require.NotContains(t, b.slip(), "42.00")
	b.faults(devicesim.Faults{})
	require.Equal(t, [2]byte{2, 0}, b.state())
	require.EqualValues(t, 3, number(b.done("FF01", admin)[26:30]))
	require.Contains(t, b.slip(), "42.00", "the print resumes by itself")
}

func TestEverySlipSaysWhatItIs(t *testing.T) {
	b := newBench(t, nil)
	slips := map[string]string{}
	keep := func(name string) { slips[name] = b.slip() }
	b.openShift()
	keep("open shift")
	b.done("50", cashier, le(500, 5))
	keep("cash in")
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 4200, strings.Repeat("Очень длинное имя ", 7)))
	b.done("17", cashier, "02", win("строка кассы"))
	b.done(closing(map[int]uint64{1: 5000}))
	keep("sale")
	b.done("8C", cashier)
	keep("copy")
	b.done("40", admin)
	keep("X")
	for name, command := range map[string]string{"sections": "42", "taxes": "43", "cashiers": "44"} {
		b.done(command, admin)
		keep(name)
	}
	b.done("51", cashier, le(500, 5))
	keep("cash out")
	b.done("41", admin)
	keep("Z")
	for name, slip := range slips {
		require.Contains(t, slip, "НЕ ЯВЛЯЕТСЯ ЧЕКОМ", name)
		require.Contains(t, slip, "ИМИТАТОР", name)
		for line := range strings.Lines(slip) {
			require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), 40, "%s: %q", name, line)
		}
	}
	require.Contains(t, slips["sale"], "строка кассы")
	require.Contains(t, slips["sale"], "СДАЧА                              =8.00")
	require.Contains(t, slips["copy"], "КОПИЯ")
}

func TestANameWithSlashesIsNotPrinted(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 4200, "//Молоко"))
	b.done(closing(map[int]uint64{1: 4200}))
	require.Equal(t, "Молоко", b.last().Lines[0].Name)
	require.NotContains(t, b.slip(), "Молоко")
	require.Contains(t, b.slip(), "42.00")
}

func TestTheTableSwitchesPrintingOff(t *testing.T) {
	b := newBench(t, nil)
	b.done("1E", admin, "11 0100 07 01")
	b.openShift()
	require.Empty(t, b.slip(), "one document skipped")
	b.sell(100, 100)
	require.NotEmpty(t, b.slip())
	b.done("1E", admin, "11 0100 07 02")
	b.faults(devicesim.Faults{PaperOut: true})
	b.sell(100, 100)
	require.Empty(t, b.slip(), "no paper is needed where none is used")
}

func TestSmallHardwareCommandsAnswer(t *testing.T) {
	b := newBench(t, nil)
	b.done("13", cashier)
	b.done("25", cashier, "01")
	b.done("28", cashier, "00")
	b.done("29", cashier, "02 03")
	b.done("12", cashier, "02", win("ЖИРНО"))
	b.done("2F", cashier, "02 03", win("ШРИФТ"))
	require.Equal(t, "33", b.refused("2F", cashier, "02 09", win("ШРИФТ")))
	require.Equal(t, "33", b.refused("28", cashier, "02"))
	require.Equal(t, 1, b.sim.State().DrawerOpens)
	require.Contains(t, b.slip(), "ЖИРНО\nШРИФТ")
}
