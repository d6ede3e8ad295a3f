package devicesim_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
)

func TestAShiftGoesThroughItsModes(t *testing.T) {
	b := newBench(t, nil)
	mode := func() byte { return b.done("10", cashier)[3] }
	require.EqualValues(t, 4, mode())
	b.openShift()
	require.EqualValues(t, 2, mode())
	b.done("8D", cashier, "00")
	require.EqualValues(t, 0x08, mode())
	b.done("88", cashier)
	b.done("8D", cashier, "02")
	require.EqualValues(t, 0x28, mode())
	b.done("88", cashier)
	b.clock.advance(24*time.Hour - 61*time.Second)
	require.EqualValues(t, 2, mode())
	b.clock.advance(time.Second) // field 17.8: one minute before the drive's 24 hours
	require.EqualValues(t, 3, mode())
	require.Equal(t, "4E", b.refused("8D", cashier, "00"))
	require.Equal(t, "4E", b.refused("50", cashier, le(100, 5)))
	b.done("40", admin)
	b.done("41", admin)
	require.EqualValues(t, 4, mode())
	require.Equal(t, devicesim.TypeZ, b.last().Type)
}

func TestADriveRefusesAReceiptThatOutlivedItsShift(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 100, "Товар"))
	b.clock.advance(24 * time.Hour)
	require.Equal(t, "16", b.refused(closing(map[int]uint64{1: 100})))
	b.done("88", cashier)
	b.done("41", admin)
}

func TestDocumentsAreNumberedWithoutGapsAndFoundAgain(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	require.Equal(t, append([]byte{1}, 1, 0), b.done("FF40", admin)[:3])
	b.done("50", cashier, le(50000, 5))
	first := b.sell(5000, 10000)
	second := b.sell(7000, 7000)
	b.done("40", admin)
	b.done("51", cashier, le(20000, 5))
	b.done("41", admin)
	require.EqualValues(t, 3, first)
	require.EqualValues(t, 4, second)
	var types []string
	for _, e := range b.sim.Documents() {
		types = append(types, e.Type)
	}
	require.Equal(t, []string{"open-shift", "cash-in", "sale", "sale", "x", "cash-out", "z"}, types)

	found := b.done("FF0A", admin, le(4, 4))
	e := b.sim.Documents()[3]
	require.EqualValues(t, 3, found[0], "type: receipt")
	require.Equal(t, []byte{26, 3, 14, 12, 5}, found[2:7])
	require.EqualValues(t, 4, number(found[7:11]))
	require.EqualValues(t, e.Sign, number(found[11:15]))
	require.EqualValues(t, 1, found[15], "kind: приход")
	require.EqualValues(t, 7000, number(found[16:21]))
	require.Len(t, found, 21)

	shift := b.done("FF0A", admin, le(5, 4))
	require.EqualValues(t, 5, shift[0], "type: closing a shift")
	require.EqualValues(t, 1, number(shift[15:]))

	registration := b.done("FF0A", admin, le(1, 4))
	require.EqualValues(t, 1, registration[0])
	require.Equal(t, "7700000009  ", string(registration[15:27]))
}

func TestRegistersFollowTheMoney(t *testing.T) {
	b := newBench(t, nil)
	register := func(n byte) uint64 { return number(b.done("1A", cashier, []byte{n})[1:]) }
	b.openShift()
	b.done("50", cashier, le(50000, 5))
	b.sell(5000, 10000)
	b.done("8D", cashier, "02")
	b.done(item(2, 1_000_000, 3000, "Хлеб"))
	b.done(closing(map[int]uint64{1: 3000}))
	b.done("51", cashier, le(20000, 5))
	require.EqualValues(t, 50000+5000-3000-20000, register(241))
	require.EqualValues(t, 50000, register(242))
	require.EqualValues(t, 20000, register(243))
	require.EqualValues(t, 5000, register(193), "sales for cash, net of change")
	operation := func(n byte) uint64 { return number(b.done("1B", cashier, []byte{n})[1:]) }
	require.EqualValues(t, 1, operation(148))
	require.EqualValues(t, 1, operation(150))
	require.EqualValues(t, 6, operation(152), "registration and five documents")
	require.Equal(t, "2E", b.refused("51", cashier, le(32001, 5)))
	b.done("41", admin)
	require.EqualValues(t, 32000, register(241), "the drawer keeps its money")
	b.openShift()
	require.EqualValues(t, 0, register(242))
	require.EqualValues(t, 0, register(193))
}

func TestClosingAShiftEmptiesTheDrawerWhereTheTableSaysSo(t *testing.T) {
	b := newBench(t, nil)
	b.done("1E", admin, "01 0100 02 01")
	b.openShift()
	b.done("50", cashier, le(50000, 5))
	b.done("41", admin)
	require.Zero(t, b.sim.State().Cash)
	require.True(t, b.last().CashZeroed)
}

func TestAShiftReportCarriesItsTags(t *testing.T) {
	b := newBench(t, nil)
	b.done("FF41", admin)
	require.EqualValues(t, 2, b.done("FF01", admin)[1])
	b.done("FF0C", admin, tag(1021, dos("Иванова А.")))
	answer := b.done("FF0B", admin)
	require.Equal(t, []byte{1, 0, 2, 0, 0, 0}, answer[:6])
	require.EqualValues(t, b.last().Sign, number(answer[6:10]))
	require.Equal(t, "Иванова А.", b.last().Cashier)
	b.done("FF42", admin)
	require.EqualValues(t, 8, b.done("FF01", admin)[1])
	require.Equal(t, "02", b.refused("FF0B", admin))
	b.done("FF08", admin)
	b.done("FF42", admin)
	require.Equal(t, []byte{1, 0, 3, 0, 0, 0}, b.done("FF43", admin)[:6])
}

func TestAnOpenReceiptOpensTheShiftOnModelsThatDoSo(t *testing.T) {
	b := newBench(t, func(o *devicesim.ShtrihOptions) { o.AutoOpenShift, o.ExtendedAnswers = true, true })
	b.done("8D", cashier, "00")
	require.Equal(t, devicesim.TypeOpenShift, b.last().Type)
	b.done(item(1, 1_000_000, 100, "Товар"))
	answer := b.done(closing(map[int]uint64{1: 100}))
	require.Equal(t, []byte{26, 3, 14, 12, 5}, answer[13:], "the extended answer ends with the time")
}

func TestADocumentIsReadFromTheDriveInBlocks(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	for range 5 {
		b.done(item(1, 1_000_000, 100, strings.Repeat("Молоко ", 10)))
	}
	b.done(closing(map[int]uint64{1: 500}))
	head := b.done("FF3A", admin, le(3, 4))
	require.EqualValues(t, 3, number(head[:2]))
	var document []byte
	for len(document) < int(number(head[2:4])) {
		block := b.done("FF3B", admin)
		require.NotEmpty(t, block)
		document = append(document, block...)
	}
	require.Equal(t, "08", b.refused("FF3B", admin))
	require.Equal(t, b.last().Tags, hex.EncodeToString(document))
	require.Equal(t, []byte(devicesim.DefaultDrive), mustFind(t, document, 1041))
	require.EqualValues(t, 3, number(mustFind(t, document, 1040)))
	sign := mustFind(t, document, 1077)
	require.Len(t, sign, 6)
	require.EqualValues(t, b.last().Sign, uint32(sign[2])<<24|uint32(sign[3])<<16|uint32(sign[4])<<8|uint32(sign[5]))
}

func TestTheRegistrationIsReadInEveryWay(t *testing.T) {
	b := newBench(t, nil)
	require.Equal(t, "9999000000000001", string(b.done("FF02", admin)))
	require.Equal(t, []byte{28, 9, 1, 29, 1}, b.done("FF03", admin))
	require.Len(t, b.done("FF04", admin), 17)
	totals := b.done("FF09", admin)
	require.Equal(t, "7700000009  ", string(totals[5:17]))
	require.Equal(t, tag(1018, []byte("7700000009  ")), b.done("FF60", admin, "01", le(1018, 2)))
	require.Equal(t, "08", b.refused("FF60", admin, "01", le(1054, 2)))
	require.Equal(t, "9999000000000001", string(b.done("1F", admin, "12 0100 04")))
	require.Equal(t, "7700000009", string(bytes.TrimRight(b.done("1F", admin, "12 0100 02"), "\x00")))
	require.EqualValues(t, 230_000-1, number(b.done("FF63", admin)[:4]))
}

func TestTheOFDQueueGrowsAndDrains(t *testing.T) {
	b := newBench(t, nil)
	count := func() uint64 { return number(b.done("FF39", admin)[2:4]) }
	b.openShift()
	require.EqualValues(t, 1, count())
	b.clock.advance(31 * time.Second)
	require.Zero(t, count())
	require.EqualValues(t, 1, b.done("FF0A", admin, le(2, 4))[1], "its ticket is there")

	b.faults(devicesim.Faults{OFDOffline: true})
	b.sell(100, 100)
	b.clock.advance(time.Hour)
	require.EqualValues(t, 1, count())
	status := b.done("FF39", admin)
	require.EqualValues(t, 0b10, status[0], "no transport, a message waits")
	require.EqualValues(t, 3, number(status[4:8]))
	require.EqualValues(t, 0, b.done("FF0A", admin, le(3, 4))[1], "no ticket yet")
	require.EqualValues(t, 1, number(b.done("FF3F", admin)))
	require.EqualValues(t, 1, number(b.done("1F", admin, "14 0100 03")))
	b.faults(devicesim.Faults{})
	require.Zero(t, count())
}

func TestADriveBlocksAfterThirtyDaysWithoutOFD(t *testing.T) {
	b := newBench(t, func(o *devicesim.ShtrihOptions) { o.Faults.OFDOffline = true })
	b.openShift()
	b.clock.advance(6 * 24 * time.Hour)
	require.EqualValues(t, 8, b.done("FF01", admin)[4], "warning: the ОФД is overdue")
	b.done("41", admin)
	b.clock.advance(25 * 24 * time.Hour)
	require.Equal(t, "15", b.refused("E0", cashier))
	b.faults(devicesim.Faults{})
	b.openShift()
}

func TestADriveNearsItsEndAndExpires(t *testing.T) {
	c := newClock()
	b := newBench(t, func(o *devicesim.ShtrihOptions) { o.Expires = c.at.AddDate(0, 0, 40) })
	warnings := func() byte { return b.done("FF01", admin)[4] }
	require.EqualValues(t, 0, warnings())
	b.clock.advance(20 * 24 * time.Hour)
	require.EqualValues(t, 2, warnings())
	b.clock.advance(18 * 24 * time.Hour)
	require.EqualValues(t, 3, warnings())
	b.clock.advance(3 * 24 * time.Hour)
	require.Equal(t, "05", b.refused("E0", cashier))
}

func TestAFullDriveTakesNoMoreReceipts(t *testing.T) {
	b := newBench(t, func(o *devicesim.ShtrihOptions) { o.Capacity = 3 })
	b.openShift()
	require.EqualValues(t, 0, b.done("FF01", admin)[4]&4)
	b.sell(100, 100)
	require.EqualValues(t, 4, b.done("FF01", admin)[4]&4)
	require.Equal(t, "06", b.refused("8D", cashier, "00"))
	b.done("41", admin)
}

func TestTheDriveNoticesAClockThatWasMoved(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("21", admin, "0C 08 00") // 12:08, three minutes on
	b.sell(100, 100)
	b.done("21", admin, "0C 0B 00")
	require.Equal(t, "17", b.refused("8D", cashier, "00"))
	b.done("21", admin, "0B 00 00")
	require.Equal(t, "07", b.refused("8D", cashier, "00"), "before the last document")
}

func TestADateHasToBeConfirmed(t *testing.T) {
	b := newBench(t, nil)
	require.Equal(t, "7D", b.refused("22", admin, "1E 02 1A"))
	b.done("22", admin, "0F 03 1A")
	require.EqualValues(t, 6, b.done("10", cashier)[3])
	require.Equal(t, "C0", b.refused("E0", cashier))
	require.Equal(t, "7C", b.refused("23", admin, "10 03 1A"))
	b.done("23", admin, "0F 03 1A")
	require.EqualValues(t, 4, b.done("10", cashier)[3])
	status := b.done("11", cashier)
	require.Equal(t, []byte{15, 3, 26, 12, 5, 0}, status[23:29])
}

func TestFullStatusNamesTheSimulatedPrinter(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	status := b.done("11", cashier)
	require.Len(t, status, 52-2)
	require.EqualValues(t, 0x0292, number(status[11:13]))
	require.EqualValues(t, 2, status[13])
	require.EqualValues(t, 128, status[15], "port: TCP")
	require.EqualValues(t, 1, number(status[30:34]), "low half of the serial number")
	require.EqualValues(t, 7700000009, number(status[40:46]))
	kind := b.done("FC")
	require.Equal(t, win("ИМИТАТОР ШТРИХ-М"), kind[6:])
	require.Equal(t, byte(0), kind[0])
	parameters := b.done("F7 01")
	bits := number(parameters[:8])
	require.EqualValues(t, 1, bits>>43&1, "a drive is inside")
	require.EqualValues(t, 0, bits>>28&1, "no protocol 2")
	require.Equal(t, []byte{10, 38}, parameters[len(parameters)-2:])
	require.Equal(t, "04", hex.EncodeToString(b.done("1F", admin, "0A 0100 26")), "ФФД 1.2")
	require.Equal(t, win("Нет чековой ленты"), b.done("6B 6B"))
	require.Equal(t, []byte{224, 1, 12, 24, 7}, b.done("26", admin, "01"))
}

func TestEveryTableIsDescribed(t *testing.T) {
	b := newBench(t, nil)
	var numbers []byte
	for n := byte(1); n < 30; n++ {
		answer := b.ask(bytesOf(t, "2D", admin, []byte{n}))
		if answer[1] == 0x5D {
			continue
		}
		require.Zero(t, answer[1])
		numbers = append(numbers, n)
		rows, fields := number(answer[42:44]), answer[44]
		for f := byte(1); f <= fields; f++ {
			structure := b.done("2E", admin, []byte{n, f})
			size := int(structure[41])
			value := b.done("1F", admin, []byte{n}, le(rows, 2), []byte{f})
			require.Len(t, value, size, "table %d field %d", n, f)
			if structure[40] == 1 {
				require.Len(t, structure, 42)
				continue
			}
			require.Len(t, structure, 42+2*size)
			require.GreaterOrEqual(t, number(value), number(structure[42:42+size]))
			require.LessOrEqual(t, number(value), number(structure[42+size:]))
		}
	}
	require.Equal(t, []byte{1, 2, 4, 5, 6, 10, 17, 18, 19, 20, 21}, numbers)
	require.EqualValues(t, 12, number(b.done("2D", admin, "06")[40:42]), "rows of tax rates")
}

func TestAWrittenTableIsReadBack(t *testing.T) {
	b := newBench(t, nil)
	b.done("1E", admin, "02 0500 02", win("ПЕТРОВА"))
	require.Equal(t, append(win("ПЕТРОВА"), make([]byte, 14)...), b.done("1F", admin, "02 0500 02"))
	b.done("1E", admin, "02 0500 01", le(4321, 4))
	require.Equal(t, "4F", b.refused("10", "05000000"))
	require.EqualValues(t, 5, b.done("10", le(4321, 4))[0])
}
