package devicesim_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
)

func TestEverythingComesBackFromTheJournal(t *testing.T) {
	var before devicesim.State
	var status, registers, shift, document []byte
	look := func(b *bench) (devicesim.State, []byte, []byte, []byte, []byte) {
		var sums []byte
		for _, n := range []byte{193, 194, 241, 242, 243} {
			sums = append(sums, b.done("1A", cashier, []byte{n})...)
		}
		for _, n := range []byte{148, 149, 150, 151, 152} {
			sums = append(sums, b.done("1B", cashier, []byte{n})...)
		}
		return b.sim.State(), b.done("FF01", admin), sums, b.done("FF40", admin), b.done("FF0A", admin, le(3, 4))
	}
	dir := t.TempDir()
	c := newClock()
	options := func(o *devicesim.ShtrihOptions) { o.Journal, o.Now = filepath.Join(dir, "j"), c.now }
	t.Run("first life", func(t *testing.T) {
		b := newBench(t, options)
		b.openShift()
		b.sell(5000, 10000)
		b.done("41", admin)
		b.openShift()
		b.done("50", cashier, le(100000, 5))
		b.sell(7000, 7000)
		b.done("8D", cashier, "02")
		b.done(item(2, 1_000_000, 3000, "Хлеб"))
		b.done(closing(map[int]uint64{2: 3000}))
		b.done("51", cashier, le(500, 5))
		before, status, registers, shift, document = look(b)
		b.done("8D", cashier, "00") // a receipt open at the end is gone
		b.done(item(1, 1_000_000, 3000, "Хлеб"))
	})
	t.Run("second life", func(t *testing.T) {
		b := newBench(t, options)
		after, status2, registers2, shift2, document2 := look(b)
		require.Equal(t, before, after)
		require.Equal(t, status, status2)
		require.Equal(t, registers, registers2)
		require.Equal(t, shift, shift2)
		require.Equal(t, document, document2)
		require.EqualValues(t, before.LastDocument+1, b.sell(100, 100))
	})
}

func TestATornLastLineIsDropped(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.sell(100, 100)
	whole, err := os.ReadFile(b.journal)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(whole), "\n")
	path := filepath.Join(t.TempDir(), "torn")
	for cut := 1; cut < len(lines[1]); cut += 7 {
		require.NoError(t, os.WriteFile(path, whole[:len(lines[0])+cut], 0o600))
		sim, err := devicesim.NewShtrih(devicesim.ShtrihOptions{Journal: path, Now: b.clock.now})
		require.NoError(t, err)
		require.EqualValues(t, 2, sim.State().LastDocument)
		require.NoError(t, sim.Close())
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, lines[0], string(left))
	}
}

func TestAMemoryThatNoDriveCouldHoldIsRefused(t *testing.T) {
	good := func(fd uint32, drive string) string {
		line, err := json.Marshal(devicesim.Entry{FD: fd, Type: "open-shift", Shift: 1, Drive: drive})
		require.NoError(t, err)
		return string(line) + "\n"
	}
	for _, c := range []struct{ name, journal, want string }{
		{"a gap between documents", good(2, devicesim.DefaultDrive) + good(4, devicesim.DefaultDrive), "document 4 after 2"},
		{"a document twice", good(2, devicesim.DefaultDrive) + good(2, devicesim.DefaultDrive), "document 2 after 2"},
		{"two drives", good(2, devicesim.DefaultDrive) + good(3, "9999000000000002"), "drive 9999000000000002"},
		{"another drive than the options say", good(2, "9999000000000002"), "belongs to drive"},
		{"a line that is no JSON", "hello\n", "line 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "j")
			require.NoError(t, os.WriteFile(path, []byte(c.journal), 0o600))
			_, err := devicesim.NewShtrih(devicesim.ShtrihOptions{Journal: path})
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestOneSimulatorAtATimeUsesAJournal(t *testing.T) {
	b := newBench(t, nil)
	_, err := devicesim.NewShtrih(devicesim.ShtrihOptions{Journal: b.journal})
	require.ErrorContains(t, err, "another simulator")
}

func TestAJournalIsForItsOwnerOnly(t *testing.T) {
	b := newBench(t, nil)
	info, err := os.Stat(b.journal)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
}

func TestJournalLinesHaveTheMembersOfTheContract(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.sell(5000, 10000)
	text, err := os.ReadFile(b.journal)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Len(t, lines, 2)
	var sale map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &sale))
	require.Equal(t, 3.0, sale["fd"])
	require.Equal(t, "sale", sale["type"])
	require.Equal(t, 1.0, sale["shift"])
	require.Equal(t, 5000.0, sale["total_kopecks"])
	require.Equal(t, 5000.0, sale["cash_kopecks"])
	require.Equal(t, 0.0, sale["card_kopecks"])
	require.NotZero(t, sale["sign"])
	require.Equal(t, []any{map[string]any{"name": "Хлеб", "price_kopecks": 5000.0, "millis": 1000.0, "sum_kopecks": 5000.0, "vat": "10"}}, sale["lines"])
	var opened map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &opened))
	require.Equal(t, []any{}, opened["lines"])
}

func TestBadOptionsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		options devicesim.ShtrihOptions
		want    string
	}{
		{"no journal", devicesim.ShtrihOptions{}, "journal"},
		{"a short drive number", devicesim.ShtrihOptions{Journal: "x", Drive: "123"}, "drive"},
		{"letters in the INN", devicesim.ShtrihOptions{Journal: "x", INN: "77000000O9"}, "INN"},
		{"a serial number that could be a real one", devicesim.ShtrihOptions{Journal: "x", Serial: "12345678"}, "serial"},
		{"a fault that there is not", devicesim.ShtrihOptions{Journal: "x", Faults: devicesim.Faults{DropReply: "zz"}}, "drop_reply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			_, err := devicesim.NewShtrih(c.options)
			require.ErrorContains(t, err, c.want)
		})
	}
}
