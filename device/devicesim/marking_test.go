package devicesim_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
)

const (
	gs       = "\x1d"
	kmBeer   = "0104612345678903215aB1?x7" + gs + "93Kd4x"
	kmTobaco = "04612345678903aB1?x7yABCDKd4x"
)

func km(check int) string {
	return "010461234567890321abcdefghijklm" + gs + "91EE07" + gs + "92" + strings.Repeat("x", check)
}

func checkOf(status byte, code string) []byte {
	return append([]byte{0xFF, 0x61, 1, 0, 0, 0, status, 0, byte(len(code)), 0}, code...)
}

func TestTheCheckOfACodeDependsOnItsKind(t *testing.T) {
	for _, c := range []struct {
		name string
		code string
		want string // hex of the answer after the error
	}{
		{"check part of 88 characters: checked in the drive", km(88), "03 00 02 02 00 0F"},
		{"check part of 44 characters: checked in the drive", km(44), "03 00 04 02 00 0F"},
		{"check part of 4 characters: not the drive's", kmBeer, "00 01 05 02 00 0F"},
		{"pack of tobacco", kmTobaco, "00 01 01 02 00 0F"},
		{"no check part at all", "010461234567890321abcdefg" + gs + "3103000353", "00 03 00 02 00 0F"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.openShift()
			require.Equal(t, bytesOf(t, c.want), b.done(checkOf(1, c.code)))
			require.Equal(t, []byte{0x0F}, b.done("FF69", cashier, "01"))
		})
	}
}

func TestACodeWithoutStructureIsNotRecognised(t *testing.T) {
	for _, c := range []struct{ name, code string }{
		{"separator lost", "0104612345678903215aB1?x793Kd4x"},
		{"no serial", "010461234567890321" + gs + "93Kd4x"},
		{"letters in the GTIN", "010461234567890X215aB1?x7" + gs + "93Kd4x"},
		{"check part of a wrong length", km(43)},
		{"a GTIN alone", "4612345678903"},
		{"a separator at its head", gs + kmBeer},
		{"letters that no code has", "0104612345678903215aB1\xFFx7" + gs + "93Kd4x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.openShift()
			require.Equal(t, "D3", b.refused(checkOf(1, c.code)))
			b.done("8D", cashier, "00")
			require.Equal(t, "D3", b.refused("FF67", cashier, []byte{byte(len(c.code))}, []byte(c.code)))
			b.done("1E", admin, "01 0100 39 01")
			b.done(checkOf(1, c.code))
		})
	}
}

func TestAnswersWithoutTheServerSaySo(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults devicesim.Faults
		want   string
		t2106  byte
	}{
		{"autonomous: no second part", devicesim.Faults{Autonomous: true}, "03 00 04 00", 0x13},
		{"the server is silent", devicesim.Faults{MarkTimeout: true}, "03 00 04 01 FF", 0x03},
		{"a result of the test's own", devicesim.Faults{Mark2004: new(byte), Mark2106: new(byte(5))}, "00 00 04 02 00 05", 0x05},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.openShift()
			b.faults(c.faults)
			require.Equal(t, bytesOf(t, c.want), b.done(checkOf(1, km(44))))
			require.Equal(t, []byte{c.t2106}, b.done("FF69", cashier, "01"))
		})
	}
}

func TestAnUncheckedCodeIsCheckedWhenBound(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done("8D", cashier, "02")
	code := km(44)
	require.Equal(t, bytesOf(t, "44 4D 03 03 00 04 02 00 0F"), b.done("FF67", cashier, []byte{byte(len(code))}, []byte(code)))
	b.done(item(2, 1_000_000, 0, "Подарок"))
	b.done(closing(nil))
	tags, err := hex.DecodeString(b.last().Tags)
	require.NoError(t, err)
	line := mustFind(t, tags, 1059)
	require.Equal(t, []byte{3}, mustFind(t, line, 2110), "a piece returned")
	require.Equal(t, []byte{0x0F}, mustFind(t, line, 2106))
	require.Equal(t, "010461234567890321abcdefghijklm", string(mustFind(t, line, 1163, 1305)))
}

func TestAPackOfTobaccoHasAShortProductCode(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.done(checkOf(1, kmTobaco))
	b.done("FF69", cashier, "01")
	b.done("8D", cashier, "00")
	require.Equal(t, []byte{'D', 'M', 2}, b.done("FF67", cashier, []byte{29}, []byte(kmTobaco)))
	b.done(item(1, 1_000_000, 100, "Сигареты"))
	b.done(closing(map[int]uint64{1: 100}))
	tags, err := hex.DecodeString(b.last().Tags)
	require.NoError(t, err)
	require.Equal(t, kmTobaco[:21], string(mustFind(t, tags, 1059, 1163, 1306)))
}

func TestTheMarkingStatusFollowsTheCodes(t *testing.T) {
	b := newBench(t, func(o *devicesim.ShtrihOptions) { o.MarkTable = 2 })
	status := func() []byte { return b.done("FF70", admin) }
	b.openShift()
	require.Equal(t, bytesOf(t, "01 00 05 00 00 00 0000"), status())
	b.done(checkOf(1, km(44)))
	require.Equal(t, bytesOf(t, "04 00 06 00 00 00 0000"), status())
	b.done("FF69", cashier, "01")
	require.Equal(t, bytesOf(t, "01 00 05 01 00 00 0000"), status())
	b.done(checkOf(1, kmBeer))
	b.done("FF69", cashier, "00")
	require.Equal(t, bytesOf(t, "01 00 05 01 00 00 0000"), status(), "a rejected code is not kept")
	b.done(checkOf(1, kmBeer))
	b.done("FF69", cashier, "01")
	require.Equal(t, bytesOf(t, "00 00 04 02 00 00 0000"), status(), "the table is full")
	require.Equal(t, "A3", b.refused(checkOf(1, km(88))))

	b.done("8D", cashier, "00")
	b.done("FF67", cashier, []byte{byte(len(kmBeer))}, []byte(kmBeer))
	b.done(item(1, 1_000_000, 100, "Пиво"))
	require.Equal(t, bytesOf(t, "00 01 04 02 01 00 0000"), status())
	b.done(closing(map[int]uint64{1: 100}))
	require.Equal(t, bytesOf(t, "01 00 05 00 00 00 0100"), status(), "one notice waits")
	notice := b.done("FF68", admin)
	require.Equal(t, bytesOf(t, "00 0100 01000000 0E031A 0C05 00"), notice)
	b.done(checkOf(1, kmBeer))
	b.done("FF69", cashier, "02")
	require.Equal(t, bytesOf(t, "01 00 05 00 00 00 0100"), status(), "the buffer was cleared")
}
