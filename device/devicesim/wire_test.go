package devicesim_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
)

// zeros is n zero bytes in hex.
func zeros(n int) string {
	s := ""
	for range n {
		s += "00"
	}
	return s
}

// writeJournal makes a fiscal memory.
func writeJournal(t *testing.T, path string, entries ...devicesim.Entry) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	enc := json.NewEncoder(f)
	for _, e := range entries {
		require.NoError(t, enc.Encode(e))
	}
	require.NoError(t, f.Close())
}

// shiftOpenedAs is a memory whose last document opened a shift.
func shiftOpenedAs(fd uint32, drive string) func(*testing.T, *devicesim.ShtrihOptions) {
	return func(t *testing.T, o *devicesim.ShtrihOptions) {
		o.Drive = drive
		writeJournal(t, o.Journal, devicesim.Entry{
			FD: fd, Type: devicesim.TypeOpenShift, Shift: 5, Drive: drive,
			Time: time.Date(2026, time.March, 14, 12, 5, 0, 0, time.Local),
		})
	}
}

// step is one thing said by the host and what the printer must say to it.
type step struct{ say, hear string }

// The conversations of the reference, byte for byte: fiscal-printers §1.1, §2.3, §2.4, §2.5, §2.6, §2.7.
func TestConversationsOfTheReferenceComeOutByteForByte(t *testing.T) {
	const beer = "30 31 30 34 36 31 32 33 34 35 36 37 38 39 30 33 32 31 35 61 42 31 3F 78 37 1D 39 33 4B 64 34 78"
	opened := []step{
		{"05", "15"}, {"02 05 E0 01 00 00 00 E4", "06 02 03 E0 00 01 E2"}, {"06", ""},
		{"05", "15"}, {"02 06 8D 01 00 00 00 00 8A", "06 02 03 8D 00 01 8F"}, {"06", ""},
	}
	for _, c := range []struct {
		name    string
		options func(*testing.T, *devicesim.ShtrihOptions)
		steps   []step
	}{
		{"short status with a closed shift and paper", nil, []step{
			{"05", "15"},
			{"02 05 10 1E 00 00 00 0B", "06 02 11 10 00 1E 92 02 04 00 00 00 00 00 00 00 00 00 00 00 8B"},
			{"06", ""},
		}},
		{"a shift opened by the system administrator", nil, []step{
			{"05", "15"}, {"02 05 E0 1E 00 00 00 FB", "06 02 03 E0 00 1E FD"}, {"06", ""},
		}},
		{"an unknown FF command gets the short form of 37h", nil, []step{
			{"05", "15"}, {"02 06 FF EE 1E 00 00 00 09", "06 02 02 FF 37 CA"}, {"06", ""},
		}},
		{"FF46h in a shift over 24 hours by the printer's refusal", func(_ *testing.T, o *devicesim.ShtrihOptions) {
			o.Faults.Refuse = &devicesim.Refusal{Command: "FF46", Code: "4E"}
		}, []step{
			{"05", "15"},
			{"02 26 FF 46 01 00 00 00 01 80 84 1E 00 00 00 1E 23 00 00 00 FF FF FF FF FF FF FF FF FF FF 02 01 04 01 CC EE EB EE EA EE 9D",
				"06 02 03 FF 46 4E F4"},
		}},
		{"status of the drive", shiftOpenedAs(57, "9960440300000001"), []step{
			{"05", "15"},
			{"02 06 FF 01 1E 00 00 00 E6", "06 02 21 FF 01 00 03 00 00 01 00 1A 03 0E 0C 05 39 39 36 30 34 34 30 33 30 30 30 30 30 30 30 31 39 00 00 00 FE"},
			{"06", ""},
		}},
		{"B0h with nothing to continue is refused", nil, []step{
			{"05", "15"}, {"02 05 B0 01 00 00 00 B4", "06 02 02 B0 72 C0"}, {"06", ""},
		}},
		{"two pieces of milk with the buyer's phone", nil, append(opened[:len(opened):len(opened)],
			step{"05", "15"},
			step{"02 16 FF 0C 1E 00 00 00 F0 03 0C 00 2B 37 39 31 36 31 32 33 34 35 36 37 16", "06 02 03 FF 0C 00 F0"}, step{"06", ""},
			step{"05", "15"},
			step{"02 0B FF 4D 1E 00 00 00 3C 08 01 00 00 92", "06 02 03 FF 4D 00 B1"}, step{"06", ""},
			step{"05", "15"},
			step{"02 26 FF 46 01 00 00 00 01 80 84 1E 00 00 00 1E 23 00 00 00 FF FF FF FF FF FF FF FF FF FF 02 01 04 01 CC EE EB EE EA EE 9D",
				"06 02 03 FF 46 00 BA"}, step{"06", ""},
		)},
		{"a marked code checked and accepted", nil, append(opened[:len(opened):len(opened)],
			step{"05", "15"},
			step{"02 2A FF 61 01 00 00 00 01 00 20 00 " + beer + " B5", "06 02 09 FF 61 00 00 01 05 02 00 0F 9E"}, step{"06", ""},
			step{"05", "15"},
			step{"02 07 FF 69 01 00 00 00 01 91", "06 02 04 FF 69 00 0F 9D"}, step{"06", ""},
		)},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, func(o *devicesim.ShtrihOptions) {
				if c.options != nil {
					c.options(t, o)
				}
			})
			for _, s := range c.steps {
				b.say(bytesOf(t, s.say)...)
				want := bytesOf(t, s.hear)
				require.Equal(t, want, b.hear(len(want)), "to %s: %X", s.say, want)
			}
		})
	}
}

func TestACodeOfFortyFourCharactersIsCheckedInTheDrive(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	code := append([]byte("010461234567890321abcdefghijklm\x1d91EE07\x1d92"), make([]byte, 44)...)
	for i := len(code) - 44; i < len(code); i++ {
		code[i] = 'x'
	}
	b.send(bytesOf(t, "FF61", cashier, "01 00", []byte{byte(len(code)), 0}, code))
	require.Equal(t, bytesOf(t, "02 09 FF 61 00 03 00 04 02 00 0F 9D"), b.hearFrame())
}

// The sale of §2.6: 2 × 89.90 for 200.00 in cash. ФД 1234 and the change 20.20 are the reference's; the sign is
// the simulator's own function.
func TestTheSaleOfTheReferenceGivesItsChangeAndDocument(t *testing.T) {
	b := newBench(t, func(o *devicesim.ShtrihOptions) { shiftOpenedAs(1233, devicesim.DefaultDrive)(t, o) })
	b.done("8D", cashier, "00")
	b.done("FF46 01000000 01 80841E000000 1E23000000 FFFFFFFFFF FFFFFFFFFF 02 01 04 01 CCEEEBEEEAEE")
	b.say(0x05)
	require.Equal(t, []byte{0x15}, b.hear(1))
	b.say(bytesOf(t, "02 76 FF 45 01 00 00 00 20 4E 00 00 00", zeros(15*5), "00", zeros(6*5), "01 A2")...)
	answer := b.hear(1 + 19)
	require.Equal(t, bytesOf(t, "06 02 10 FF 45 00 E4 07 00 00 00 D2 04 00 00"), answer[:15])
	documents := b.sim.Documents()
	last := documents[len(documents)-1]
	require.EqualValues(t, last.Sign, number(answer[15:19]))
	require.EqualValues(t, 17980, last.Total)
	require.EqualValues(t, 17980, last.Cash)
	require.EqualValues(t, 2020, last.Change)
	require.Equal(t, "10", last.Lines[0].VAT)
	require.EqualValues(t, 2000, last.Lines[0].Millis)
}
