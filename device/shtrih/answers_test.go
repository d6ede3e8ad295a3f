package shtrih

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
)

// body cuts an answer frame down to what the decoders get: STX, N, command, error and LRC are gone.
func body(t *testing.T, frame string) fields {
	t.Helper()
	b := unhex(t, frame)
	head := 3 // STX, N, command
	if b[2] == 0xFF {
		head = 4
	}
	require.Zero(t, b[head], "the answer is no refusal")
	require.Equal(t, lrc(b[1:len(b)-1]), b[len(b)-1], "LRC of the example")
	return fields{b: b[head+1 : len(b)-1]}
}

func TestAnswersOfTheReferenceAreUnderstood(t *testing.T) {
	t.Run("short status: shift closed, paper there, §1.1", func(t *testing.T) {
		s, err := decodeState(body(t, statusAnswer))
		require.NoError(t, err)
		require.Equal(t, state{flags: 0x0292, mode: modeShiftClosed}, s)
		require.False(t, s.paperOut())
		require.False(t, s.printing())
		require.NotZero(t, s.flags&flagReceiptPaper)
	})
	t.Run("drive status, §2.6", func(t *testing.T) {
		s, err := decodeDriveStatus(body(t, "02 21 FF 01 00 03 00 00 01 00 1A 03 0E 0C 05 39 39 36 30 34 34 30 33 30 30 30 30 30 30 30 31 39 00 00 00 FE"), time.UTC)
		require.NoError(t, err)
		require.Equal(t, driveStatus{
			shiftOpen: true, at: time.Date(2026, 3, 14, 12, 5, 0, 0, time.UTC), drive: "9960440300000001", last: 57,
		}, s)
	})
	t.Run("closed receipt: change 20.20, ФД 1234, §2.6", func(t *testing.T) {
		c, err := decodeClosed(body(t, "02 10 FF 45 00 E4 07 00 00 00 D2 04 00 00 EF BE AD DE BD"), time.UTC)
		require.NoError(t, err)
		require.Equal(t, closed{change: 2020, document: 1234, sign: 0xDEADBEEF}, c)
	})
	t.Run("closed receipt with the extended answer, F7h bit 50", func(t *testing.T) {
		f := fields{b: unhex(t, "E4 07 00 00 00 D2 04 00 00 EF BE AD DE 1A 03 0E 0C 05")}
		c, err := decodeClosed(f, time.UTC)
		require.NoError(t, err)
		require.Equal(t, time.Date(2026, 3, 14, 12, 5, 0, 0, time.UTC), c.at)
	})
	t.Run("code of 32 characters: the drive did not check, the server says yes, §2.7", func(t *testing.T) {
		c, err := decodeMarkCheck(body(t, "02 09 FF 61 00 00 01 05 02 00 0F 9E"))
		require.NoError(t, err)
		require.Equal(t, markCheck{online: true, result: 0x0F}, c)
		require.Empty(t, c.refusal())
	})
	t.Run("code of 44 characters: both checked, §2.7", func(t *testing.T) {
		c, err := decodeMarkCheck(body(t, "02 09 FF 61 00 03 00 04 02 00 0F 9D"))
		require.NoError(t, err)
		require.Equal(t, markCheck{drive: 3, online: true, result: 0x0F}, c)
	})
}

func TestAMarkCheckRefusesOnlyWhatIsCertain(t *testing.T) {
	for name, test := range map[string]struct {
		answer string // after the error byte
		want   string
	}{
		"autonomous, the drive has no key":           {"00 02 05 00", ""},
		"autonomous, the drive says genuine":         {"03 00 02 00", ""},
		"autonomous, the drive says forged":          {"01 00 02 00", "код проверен с отрицательным результатом (тег 2004 = 01h)"},
		"the server did not answer in time":          {"00 02 05 01 FF", ""},
		"the server did not answer, the drive knows": {"01 00 02 01 FF", "код проверен с отрицательным результатом (тег 2004 = 01h)"},
		"the drive refused the server's answer":      {"03 00 04 02 20 01", ""},
		"the server says forged":                     {"00 01 05 02 00 01", "код проверен с отрицательным результатом (тег 2106 = 01h)"},
		"genuine, wrong status":                      {"03 00 04 02 00 07", "статус товара не позволяет эту операцию (тег 2106 = 07h)"},
		"genuine, status not asked":                  {"03 00 04 02 00 03", ""},
		"genuine, status right":                      {"03 00 04 02 00 0F", ""},
		"genuine, turnover suspended":                {"03 00 04 07 00 0F 3D 08 01 00 03", "оборот товара приостановлен (тег 2106 = 0Fh)"},
		"formed in autonomous mode without a result": {"00 02 05 02 00 10", ""},
		"forged and of a wrong status":               {"00 01 05 02 00 05", "код проверен с отрицательным результатом, статус товара не позволяет эту операцию (тег 2106 = 05h)"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := decodeMarkCheck(fields{b: unhex(t, test.answer)})
			require.NoError(t, err)
			require.Equal(t, test.want, c.refusal())
		})
	}
}

func TestOtherAnswers(t *testing.T) {
	zone := time.FixedZone("shop", 3*3600)
	t.Run("full status: clock and number", func(t *testing.T) {
		f := fields{b: unhex(t, "1E 33 30 01 00 01 01 18 01 05 00 92 02 02 00 80 00000000000000 0E 03 1A 0C 05 3B 00 39 30 00 00 07 00 0000 01 09 09 C9 5E CA 01 00")}
		c, err := decodeClock(f, zone)
		require.NoError(t, err)
		require.Equal(t, clock{at: time.Date(2026, 3, 14, 12, 5, 59, 0, zone), serial: 12345}, c)
	})
	t.Run("shift", func(t *testing.T) {
		s, err := decodeShift(fields{b: unhex(t, "01 0C 00 2B 01")})
		require.NoError(t, err)
		require.Equal(t, shift{open: true, number: 12, receipt: 299}, s)
	})
	t.Run("nothing unsent has no date", func(t *testing.T) {
		u, err := decodeUnsent(fields{b: unhex(t, "00 00 0000 00000000 1A030E0C05")}, zone)
		require.NoError(t, err)
		require.Equal(t, unsent{}, u)
	})
	t.Run("unsent documents and the oldest of them", func(t *testing.T) {
		u, err := decodeUnsent(fields{b: unhex(t, "02 00 0301 39000000 1A030E0C05")}, zone)
		require.NoError(t, err)
		require.Equal(t, unsent{count: 259, since: time.Date(2026, 3, 14, 12, 5, 0, 0, zone)}, u)
	})
	t.Run("end of the drive's life, in the long form", func(t *testing.T) {
		day, err := decodeDay(fields{b: unhex(t, "1B 0C 1F 1D 01")}, zone)
		require.NoError(t, err)
		require.Equal(t, time.Date(2027, 12, 31, 0, 0, 0, 0, zone), day)
	})
	t.Run("money register", func(t *testing.T) {
		sum, err := decodeRegister(fields{b: unhex(t, "1E 40E2 01 000000")})
		require.NoError(t, err)
		require.EqualValues(t, 123456, sum)
	})
	t.Run("device type", func(t *testing.T) {
		name, err := decodeDeviceType(fields{b: append(unhex(t, "00 00 02 00 FA 00"), commandText("ШТРИХ-М-01Ф", 20)...)})
		require.NoError(t, err)
		require.Equal(t, "ШТРИХ-М-01Ф", name)
	})
	t.Run("capabilities of a new printer tell where the format stands", func(t *testing.T) {
		f := fields{b: unhex(t, "0000800000080000 2430010A0A0A0A 00000000 1E000000 0000 FF00 24 24 C800 12 13 14 0A 26")}
		c, err := decodeCapabilities(f)
		require.NoError(t, err)
		require.True(t, c.has(capCashCore))
		require.False(t, c.has(capCover))
		require.Equal(t, byte(10), c.ffdTable)
		require.Equal(t, byte(38), c.ffdField)
	})
	t.Run("capabilities of an old printer do not", func(t *testing.T) {
		f := fields{b: unhex(t, "1800000000080000 2430010A0A0A0A 00000000 1E000000 0000 FF00 24")}
		c, err := decodeCapabilities(f)
		require.NoError(t, err)
		require.True(t, c.has(capCover))
		require.Zero(t, c.ffdTable)
	})
	t.Run("a table with 38 fields", func(t *testing.T) {
		n, err := decodeTableFields(fields{b: append(make([]byte, 40), 1, 0, 38)})
		require.NoError(t, err)
		require.Equal(t, 38, n)
	})
	at := time.Date(2026, 3, 14, 12, 5, 0, 0, zone)
	for name, test := range map[string]struct {
		answer string
		want   fiscal.Record
	}{
		"found: sale":              {"03 01 1A030E0C05 39000000 EFBEADDE 01 3C46000000", fiscal.Record{Kind: fiscal.Sale, Document: 57, Sign: 0xDEADBEEF, At: at, Sum: 17980}},
		"found: return":            {"03 01 1A030E0C05 39000000 EFBEADDE 02 3C46000000", fiscal.Record{Kind: fiscal.Return, Document: 57, Sign: 0xDEADBEEF, At: at, Sum: 17980}},
		"found: expense, not ours": {"03 01 1A030E0C05 39000000 EFBEADDE 03 3C46000000", fiscal.Record{Document: 57, Sign: 0xDEADBEEF, At: at, Sum: 17980}},
		"found: shift opened":      {"02 00 1A030E0C05 39000000 EFBEADDE 0C00", fiscal.Record{Kind: fiscal.OpenShift, Document: 57, Sign: 0xDEADBEEF, At: at, Shift: 12}},
		"found: shift closed":      {"05 00 1A030E0C05 39000000 EFBEADDE 0C00", fiscal.Record{Kind: fiscal.CloseShift, Document: 57, Sign: 0xDEADBEEF, At: at, Shift: 12}},
		"found: correction":        {"1F 00 1A030E0C05 39000000 EFBEADDE 01 3C46000000", fiscal.Record{Kind: fiscal.Correction, Document: 57, Sign: 0xDEADBEEF, At: at, Sum: 17980}},
		"found: registration":      {"01 00 1A030E0C05 39000000 EFBEADDE 3737303030303030303039202020", fiscal.Record{Document: 57, Sign: 0xDEADBEEF, At: at}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := decodeRecord(fields{b: unhex(t, test.answer)}, zone)
			require.NoError(t, err)
			require.Equal(t, test.want, r)
		})
	}
}

// decoders are all that read bytes of the printer, for the tests that treat them alike.
var decoders = map[string]func(fields) error{
	"10h":   func(f fields) error { _, err := decodeState(f); return err },
	"11h":   func(f fields) error { _, err := decodeClock(f, time.UTC); return err },
	"1Ah":   func(f fields) error { _, err := decodeRegister(f); return err },
	"2Dh":   func(f fields) error { _, err := decodeTableFields(f); return err },
	"F7h":   func(f fields) error { _, err := decodeCapabilities(f); return err },
	"FCh":   func(f fields) error { _, err := decodeDeviceType(f); return err },
	"FF01h": func(f fields) error { _, err := decodeDriveStatus(f, time.UTC); return err },
	"FF03h": func(f fields) error { _, err := decodeDay(f, time.UTC); return err },
	"FF0Ah": func(f fields) error { _, err := decodeRecord(f, time.UTC); return err },
	"FF39h": func(f fields) error { _, err := decodeUnsent(f, time.UTC); return err },
	"FF40h": func(f fields) error { _, err := decodeShift(f); return err },
	"FF45h": func(f fields) error { _, err := decodeClosed(f, time.UTC); return err },
	"FF61h": func(f fields) error { _, err := decodeMarkCheck(f); return err },
}

func TestAnAnswerThatEndsTooSoonIsAnError(t *testing.T) {
	for name, decode := range decoders {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, decode(fields{}), errShort)
			require.ErrorIs(t, decode(fields{b: []byte{3}}), errShort)
		})
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{3, 0, 4, 7, 0, 15, 0x3D, 8, 1, 0, 3})
	f.Add([]byte{31, 0, 26, 3, 14, 12, 5, 57, 0, 0, 0, 1, 2, 3, 4, 1, 1, 0, 0, 0, 0})
	f.Add(make([]byte, 60))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, decode := range decoders {
			_ = decode(fields{b: b}) // must not panic and must end
		}
	})
}

func FuzzDocumentTags(f *testing.F) {
	f.Add(receiptIDTLV("0198c0de-0000-7000-8000-000000000001"))
	f.Add([]byte{0x3C, 4, 0xFF, 0xFF, 1})
	f.Add([]byte{0x3C, 4, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := parseTLV(b)
		if err != nil {
			require.ErrorIs(t, err, errTLV)
			return
		}
		_ = receiptID(list)
		var again []byte
		for _, e := range list {
			again = append(again, tlv(e.tag, e.value...)...)
		}
		require.Equal(t, len(b), len(again))
		require.Equal(t, string(b), string(again), "what was read is what was written")
	})
}
