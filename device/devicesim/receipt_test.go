package devicesim_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/money"
	"kassa/device/devicesim"
)

func (b *bench) last() devicesim.Entry {
	b.t.Helper()
	documents := b.sim.Documents()
	require.NotEmpty(b.t, documents)
	return documents[len(documents)-1]
}

func TestASaleLandsInTheJournalAsItWasTold(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done("FF0C", admin, tag(1021, dos("Иванова А.")))
	b.done("FF0C", admin, tag(1084, append(tag(1085, []byte("receipt_id")), tag(1086, []byte("0190-abc"))...)))
	km := "0104612345678903215aB1?x7\x1d93Kd4x"
	b.done("FF61", cashier, "01 00", []byte{byte(len(km)), 0}, []byte(km))
	b.done("FF69", cashier, "01")
	b.done("FF4D", admin, tag(1260, append(tag(1262, []byte("030")), tag(1265, []byte("UUID=1&Time=2"))...)))
	require.Equal(t, []byte{'D', 'M', 1}, b.done("FF67", cashier, []byte{byte(len(km))}, []byte(km)))
	b.done("FF46", cashier, "01", le(1_000_000, 6), le(12050, 5), le(12050, 5), "FFFFFFFFFF", "CB 01 04 21", win("Пиво"))
	b.done("FF46", cashier, "01", le(1_254_000, 6), le(8990, 5), le(11273, 5), "FFFFFFFFFF", "02 01 04 01", win("Яблоки"))
	require.Equal(t, append([]byte{1}, le(23323, 5)...), b.done("89", cashier))
	answer := b.done(closing(map[int]uint64{1: 15000, 2: 10000}))
	require.EqualValues(t, 1677, number(answer[:5]))

	e := b.last()
	require.Equal(t, devicesim.TypeSale, e.Type)
	require.EqualValues(t, number(answer[5:9]), e.FD)
	require.EqualValues(t, number(answer[9:13]), e.Sign)
	require.Equal(t, 1, e.Shift)
	require.EqualValues(t, 23323, e.Total)
	require.EqualValues(t, 13323, e.Cash)
	require.EqualValues(t, 10000, e.Card)
	require.Equal(t, "0190-abc", e.ReceiptID)
	require.Equal(t, "Иванова А.", e.Cashier)
	tag2106 := byte(0x0F)
	require.Equal(t, []devicesim.EntryLine{
		{Name: "Пиво", Price: 12050, Millis: 1000, Sum: 12050, VAT: "22", KM: km, Tag1265: "UUID=1&Time=2", Tag2106: &tag2106},
		{Name: "Яблоки", Price: 8990, Millis: 1254, Sum: 11273, VAT: "10"},
	}, e.Lines)
	entries, err := devicesim.ReadJournal(b.journal)
	require.NoError(t, err)
	documents := b.sim.Documents()
	require.Len(t, entries, len(documents))
	for i := range entries {
		require.True(t, entries[i].Time.Equal(documents[i].Time))
		entries[i].Time = documents[i].Time
	}
	require.Equal(t, documents, entries)
}

func TestVATIsComputedByTheDevice(t *testing.T) {
	for _, c := range []struct {
		name     string
		code     string
		wantRate string
		wantTag  uint16 // the receipt's tag, or 1115
		wantVAT  uint64 // of 120.00
	}{
		{"20 %", "01", "20", 1102, 2000}, {"10 %", "02", "10", 1103, 1091}, {"0 % is the turnover", "04", "0", 1104, 12000},
		{"without VAT is the turnover", "08", "none", 1105, 12000}, {"20/120", "10", "20/120", 1106, 2000}, {"10/110", "20", "10/110", 1107, 1091},
		{"5 %", "81", "5", 1115, 571}, {"7 %", "82", "7", 1115, 785}, {"22 %", "CB", "22", 1115, 2164}, {"22/122", "CC", "22/122", 1115, 2164},
		{"the generic code of 20 %", "C1", "20", 1102, 2000},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.openShift()
			b.done("8D", cashier, "00")
			b.done("FF46", cashier, "01", le(1_000_000, 6), le(12000, 5), "FFFFFFFFFF FFFFFFFFFF", c.code, "01 04 01", win("Товар"))
			b.done(closing(map[int]uint64{2: 12000}))
			require.Equal(t, c.wantRate, b.last().Lines[0].VAT)
			tags, err := hex.DecodeString(b.last().Tags)
			require.NoError(t, err)
			value := mustFind(t, tags, c.wantTag)
			if c.wantTag == 1115 {
				value = mustFind(t, value, 1119, 1120)
			}
			require.Equal(t, c.wantVAT, number(value))
		})
	}
}

// mustFind walks down a path of tags.
func mustFind(t *testing.T, tags []byte, path ...uint16) []byte {
	t.Helper()
	for len(tags) > 0 {
		n := int(number(tags[2:4]))
		if uint16(number(tags[:2])) == path[0] {
			if len(path) == 1 {
				return tags[4 : 4+n]
			}
			return mustFind(t, tags[4:4+n], path[1:]...)
		}
		tags = tags[4+n:]
	}
	t.Fatalf("no tag %d", path[0])
	return nil
}

func TestTwentyPercentBecomesTwentyTwoWhereTheFirmwareSaysSo(t *testing.T) {
	for _, c := range []struct {
		name    string
		setting string
		want    string
	}{
		{"by default", "", "22"}, {"not after 17.71 = 2", "02", "20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, func(o *devicesim.ShtrihOptions) { o.VAT20As22 = true })
			if c.setting != "" {
				b.done("1E", admin, "11 0100 47", c.setting)
			}
			b.openShift()
			b.done("8D", cashier, "00")
			b.done("FF46", cashier, "01", le(1_000_000, 6), le(100, 5), "FFFFFFFFFF FFFFFFFFFF", "01 01 04 01", win("Товар"))
			b.done(closing(map[int]uint64{1: 100}))
			require.Equal(t, c.want, b.last().Lines[0].VAT)
		})
	}
}

func TestReturnsGiveNoMoreThanTheDrawerHolds(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.sell(5000, 10000)
	b.done("8D", cashier, "02")
	b.done(item(2, 1_000_000, 6000, "Хлеб"))
	require.Equal(t, "46", b.refused(closing(map[int]uint64{1: 6000})))
	b.done("88", cashier)
	b.done("8D", cashier, "02")
	b.done(item(2, 1_000_000, 5000, "Хлеб"))
	b.done(closing(map[int]uint64{1: 5000}))
	require.Equal(t, devicesim.TypeReturn, b.last().Type)
	require.Zero(t, b.sim.State().Cash)
}

func TestACorrectionNeedsItsTags(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "80")
	require.EqualValues(t, 0x14, b.done("FF01", admin)[1])
	b.done(item(1, 1_000_000, 5000, "Хлеб"))
	require.Equal(t, "AA", b.refused(closing(map[int]uint64{1: 5000})))
	b.done("FF0C", admin, tag(1173, []byte{0}), tag(1174, tag(1178, le(1772323200, 4))))
	b.done(closing(map[int]uint64{1: 5000}))
	require.Equal(t, devicesim.TypeCorrection, b.last().Type)
	require.EqualValues(t, 31, b.done("FF0A", admin, le(uint64(b.last().FD), 4))[0])
}

// Where FF4Dh and FF67h belong depends on the firmware; in the wrong order they are lost without a word (§2.6).
func TestTagsAndMarksBelongToTheItemThatTheFirmwareSays(t *testing.T) {
	km := "0104612345678903215aB1?x7\x1d93Kd4x"
	for _, c := range []struct {
		name     string
		cashCore bool
		before   bool // the host sends tags and mark before the item
		want     []string
	}{
		{"cash core, sent before", true, true, []string{km, ""}},
		{"cash core, sent after the first item: the second gets them", true, false, []string{"", km}},
		{"older firmware, sent after", false, false, []string{km, ""}},
		{"older firmware, sent before the first item: lost", false, true, []string{"", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, func(o *devicesim.ShtrihOptions) { o.CashCore = c.cashCore })
			bit23 := number(b.done("F7 01")[:8]) >> 23 & 1
			require.Equal(t, c.cashCore, bit23 == 1)
			b.openShift()
			b.done("8D", cashier, "00")
			mark := func() {
				b.done("FF4D", admin, tag(1260, tag(1265, []byte("UUID=1"))))
				b.done("FF67", cashier, []byte{byte(len(km))}, []byte(km))
			}
			if c.before {
				mark()
			}
			b.done(item(1, 1_000_000, 100, "Первый"))
			if !c.before {
				mark()
			}
			b.done(item(1, 1_000_000, 100, "Второй"))
			b.done(closing(map[int]uint64{1: 200}))
			for i, want := range c.want {
				require.Equal(t, want, b.last().Lines[i].KM)
				require.Equal(t, want != "", b.last().Lines[i].Tag1265 == "UUID=1")
			}
		})
	}
}

func TestAMarkSentAfterTheOnlyItemOfACashCoreIsLost(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 100, "Пиво"))
	km := "0104612345678903215aB1?x7\x1d93Kd4x"
	b.done("FF67", cashier, []byte{byte(len(km))}, []byte(km))
	b.done(closing(map[int]uint64{1: 100}))
	require.Empty(t, b.last().Lines[0].KM)
}

func TestSumsAreCheckedToAKopeck(t *testing.T) {
	for _, c := range []struct {
		name          string
		micros, price uint64
		sum           uint64
		want          string // error, empty: taken
	}{
		{"exact", 1_254_000, 8990, 11273, ""},
		{"a kopeck more", 1_254_000, 8990, 11274, ""},
		{"a kopeck less", 1_254_000, 8990, 11272, ""},
		{"two kopecks more", 1_254_000, 8990, 11275, "33"},
		{"two kopecks less", 1_254_000, 8990, 11271, "33"},
		{"no quantity", 0, 8990, 0, "62"},
		{"a product that overflows", 1<<48 - 1, 1<<40 - 2, 1<<40 - 1, "60"},
		{"a price that overflows", 1_000_000, 1<<40 - 1, 1<<40 - 1, "61"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.openShift()
			b.done("8D", cashier, "00")
			message := bytesOf(t, "FF46", cashier, "01", le(c.micros, 6), le(c.price, 5), le(c.sum, 5), "FFFFFFFFFF 02 01 04 01")
			if c.want != "" {
				require.Equal(t, c.want, b.refused(message))
				return
			}
			b.done(message)
			require.Equal(t, c.sum, number(b.done("89", cashier)[1:]))
		})
	}
}

func TestSixDecimalsOfAQuantityAreKept(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 333_333, 30000, "Ткань"))
	b.done(closing(map[int]uint64{1: 10000}))
	l := b.last().Lines[0]
	require.EqualValues(t, 333_333, l.Micros)
	require.EqualValues(t, 333, l.Millis)
	require.Equal(t, money.Kopecks(10000), l.Sum)
}

func TestRefusalsHaveTheCodesOfTheReference(t *testing.T) {
	open := func(b *bench) { b.openShift() }
	receipt := func(b *bench) { b.openShift(); b.done("8D", cashier, "00") }
	hundred := func(b *bench) { receipt(b); b.done(item(1, 1_000_000, 10000, "Товар")) }
	second := "02000000"
	for _, c := range []struct {
		name    string
		state   func(*bench)
		message []any
		want    string
	}{
		{"a password that nobody has", nil, []any{"10", "FFFFFF00"}, "4F"},
		{"a cashier asking the drive", nil, []any{"FF01", cashier}, "4F"},
		{"a cashier closing the shift", open, []any{"41", cashier}, "4F"},
		{"a command that is not modelled", nil, []any{"80", cashier}, "37"},
		{"an FF command that is not modelled", nil, []any{"FF36", admin}, "37"},
		{"a message too short", nil, []any{"10", "0100"}, "7E"},
		{"a message too long", nil, []any{"10", cashier, "00"}, "7E"},
		{"a receipt with the shift closed", nil, []any{"8D", cashier, "00"}, "3D"},
		{"a receipt of no kind", open, []any{"8D", cashier, "04"}, "33"},
		{"closing a closed shift", nil, []any{"41", admin}, "3D"},
		{"opening an open shift", open, []any{"E0", cashier}, "3C"},
		{"cash in with the shift closed", nil, []any{"50", cashier, le(100, 5)}, "3D"},
		{"cash out of an empty drawer", open, []any{"51", cashier, le(100, 5)}, "2E"},
		{"a receipt in a receipt", receipt, []any{"8D", cashier, "00"}, "4A"},
		{"closing the shift in a receipt", receipt, []any{"41", admin}, "4A"},
		{"X report in a receipt", receipt, []any{"40", admin}, "4A"},
		{"cash in within a receipt", receipt, []any{"50", cashier, le(100, 5)}, "4A"},
		{"an item without a receipt", open, []any{item(1, 1_000_000, 100, "Товар")}, "55"},
		{"a close without a receipt", open, []any{closing(map[int]uint64{1: 100})}, "55"},
		{"a cancel without a receipt", open, []any{"88", cashier}, "55"},
		{"a tag without a document", open, []any{"FF0C", admin, tag(1021, dos("И"))}, "02"},
		{"a tag that is no TLV", receipt, []any{"FF0C", admin, "F003FF00 00"}, "09"},
		{"an item of another kind", receipt, []any{item(2, 1_000_000, 100, "Товар")}, "49"},
		{"an item with an unknown tax", receipt, []any{"FF46", cashier, "01", le(1_000_000, 6), le(100, 5), "FFFFFFFFFF FFFFFFFFFF 03 01 04 01"}, "33"},
		{"an item with an unknown subject", receipt, []any{"FF46", cashier, "01", le(1_000_000, 6), le(100, 5), "FFFFFFFFFF FFFFFFFFFF 02 01 04 22"}, "33"},
		{"an item by another operator", receipt, []any{"FF46", second, "01", le(1_000_000, 6), le(100, 5), "FFFFFFFFFF FFFFFFFFFF 02 01 04 01"}, "59"},
		{"a cancel by another operator", receipt, []any{"88", second}, "59"},
		{"a cancel by the system administrator", receipt, []any{"88", admin}, "59"},
		{"an empty receipt", receipt, []any{closing(map[int]uint64{1: 100})}, "8E"},
		{"cash less than the total", hundred, []any{closing(map[int]uint64{1: 9999})}, "26"},
		{"payments less than the total", hundred, []any{closing(map[int]uint64{1: 5000, 2: 4999})}, "45"},
		{"a card over the total", hundred, []any{closing(map[int]uint64{2: 10001})}, "4D"},
		{"two tax systems", hundred, []any{append(closing(map[int]uint64{1: 10000})[:117], 3)}, "33"},
		{"nothing to copy", open, []any{"8C", cashier}, "56"},
		{"a shift report begun twice", func(b *bench) { b.done("FF41", admin) }, []any{"FF41", admin}, "02"},
		{"a drive document that there is not", nil, []any{"FF0A", admin, le(99, 4)}, "08"},
		{"the drive told to cancel nothing", open, []any{"FF08", admin}, "02"},
		{"a table that there is not", nil, []any{"2D", admin, "63"}, "5D"},
		{"a field that there is not", nil, []any{"1F", admin, "12 0100 63"}, "33"},
		{"a field of the registration written", nil, []any{"1E", admin, "12 0100 02", []byte("7700000001")}, "7A"},
		{"a tax rate written in an open shift", open, []any{"1E", admin, "06 0100 01 D007"}, "C7"},
		{"a number out of its range", nil, []any{"1E", admin, "11 0100 07 09"}, "33"},
		{"tech reset outside its mode", nil, []any{"16"}, "73"},
		{"a code checked twice without a decision", func(b *bench) {
			open(b)
			b.done("FF61", cashier, "01 00 20 00", []byte("0104612345678903215aB1?x7\x1d93Kd4x"))
		}, []any{"FF61", cashier, "01 00 20 00", []byte("0104612345678903215aB1?x7\x1d93Kd4x")}, "A1"},
		{"a receipt closed with a code undecided", func(b *bench) {
			hundred(b)
			b.done("FF61", cashier, "01 00 20 00", []byte("0104612345678903215aB1?x7\x1d93Kd4x"))
		}, []any{closing(map[int]uint64{1: 10000})}, "A1"},
		{"a decision about no code", open, []any{"FF69", cashier, "01"}, "A1"},
		{"a code that has lost its separator", open, []any{"FF61", cashier, "01 00 1F 00", []byte("0104612345678903215aB1?x793Kd4x")}, "D3"},
		{"half a pack without a measure", open, []any{"FF61", cashier, "02 00 20 00", []byte("0104612345678903215aB1?x7\x1d93Kd4x")}, "AA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			if c.state != nil {
				c.state(b)
			}
			before := len(b.sim.Documents())
			require.Equal(t, c.want, b.refused(c.message...))
			require.Len(t, b.sim.Documents(), before, "a refused command formed a document")
		})
	}
}

func TestACancelledReceiptLeavesNothing(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	require.EqualValues(t, 4, b.done("FF01", admin)[1])
	b.done(item(1, 1_000_000, 10000, "Товар"))
	b.done("88", cashier)
	require.EqualValues(t, 0, b.done("FF01", admin)[1])
	require.EqualValues(t, 2, b.done("10", cashier)[3])
	require.Len(t, b.sim.Documents(), 1)
}

func TestRoundingMayNotTouchWholeRoubles(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 10035, "Товар"))
	rounded := closing(map[int]uint64{1: 10000})
	rounded[2+4+80] = 36
	require.Equal(t, "33", b.refused(rounded))
	rounded[2+4+80] = 35
	b.done(rounded)
	require.EqualValues(t, 10000, b.last().Total)
}

func TestADiscountOnTheReceiptLowersItsTotal(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 10000, "Товар"))
	require.Equal(t, "5F", b.refused("FF4B", admin, le(10001, 5), le(0, 5), "00"))
	b.done("FF4B", admin, le(500, 5), le(0, 5), "00", win("Скидка"))
	b.done(closing(map[int]uint64{1: 9500}))
	require.EqualValues(t, 9500, b.last().Total)
}

func TestTheLongFormOfTheCloseIsRead(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 10000, "Товар"))
	long := append(closing(map[int]uint64{2: 10000}), make([]byte, 64+4*5)...)
	require.Len(t, long, 202)
	b.done(long)
	require.EqualValues(t, 10000, b.last().Card)
}

func TestPaymentsGoToTheirTags(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 10000, "Товар"))
	b.done(closing(map[int]uint64{1: 1000, 2: 2000, 13: 500, 14: 3000, 15: 2500, 16: 1000}))
	e := b.last()
	require.EqualValues(t, 1000, e.Cash)
	require.EqualValues(t, 2500, e.Card)
	tags, err := hex.DecodeString(e.Tags)
	require.NoError(t, err)
	for n, want := range map[uint16]uint64{1031: 1000, 1081: 2500, 1215: 3000, 1216: 2500, 1217: 1000, 1020: 10000} {
		require.Equal(t, want, number(mustFind(t, tags, n)), "tag %d", n)
	}
}
