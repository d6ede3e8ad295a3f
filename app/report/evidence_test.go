package report

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

var update = flag.Bool("update", false, "write the golden files anew")

// moscow is a zone that needs no database of zones.
var moscow = time.FixedZone("MSK", 3*60*60)

// Codes of three forms, with the characters that JSON, URL and CSV escape.
const (
	milkKM = "0104612345678903215aB1?x<7\x1d93Kd4x"
	milkKI = "0104612345678903215aB1?x<7"
	packKM = "04612345678903aB\"?x;7ADc8Kd4x"
	packKI = "04612345678903aB\"?x;7"
	shoeKI = "010461234567890321qwErTyUiOpAsD"
	boxKI  = "010461234567890021boxSerial77"
)

// samples are rows of every kind: a yes of the centre, a no of the module over a gateway, a sale in an emergency.
func samples() []journal.Evidence {
	at := time.Date(2026, 11, 23, 9, 0, 0, 123_000_000, time.UTC)
	quoted := func(s string) string { return `"` + escaped(s) + `"` }
	tail := milkKM[strings.IndexByte(milkKM, marking.GS)+1:]
	return []journal.Evidence{{
		Seq: 3, At: at, ReceiptID: "0199f1c2-0000-7000-8000-000000000001", Line: 2, Item: "Молоко «Зелёное; 3,2 %»", Group: marking.Milk, GTIN: "04612345678903",
		KI: milkKI, Price: 89_90, Drive: "7380440700000001", Till: "Касса 1", Person: till.Person{Name: "Анна Орлова", INN: "500100732259"},
		Verdict: marking.Verdict{
			Decision: marking.Allow, MaySell: true, Source: marking.SourceOnline, Rules: "2026-11-01", Package: "UNIT", Parent: boxKI,
			Tag1265: "UUID=5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f&Time=1795300000123", DataAt: at.Add(-time.Second),
		},
		Online: marking.OnlineAnswer{
			Path: marking.PathTrueAPI, Site: "cdn-a.example", Latency: 412 * time.Millisecond, ReqID: "5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f", ReqTimestamp: 1795300000123,
			Sent: `{"codes":[` + quoted(milkKM) + `],"fiscalDriveNumber":"7380440700000001"}`,
			Got: `{"code":0,"codes":[{"cis":` + quoted(milkKI+tail) + `,"printView":` + quoted(milkKI) + `,"gtin":"04612345678903","parent":"` + boxKI +
				`","expireDate":"2027-03-01T00:00:00.000Z"}],"reqId":"5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f","reqTimestamp":1795300000123}`,
		},
		Module: marking.ModuleAnswer{
			API: "v2", Inst: "0f1e2d3c", Version: "a1b2c3d4", Latency: 9 * time.Millisecond, ReqID: "9b7e0c52", ReqTimestamp: 1795300000120, DataAt: at.Add(-time.Hour),
			Sent: `{"cis_list":[{"cis":` + quoted(milkKI) + `,"pg":8}]}`, Got: `{"results":[{"cis":` + quoted(milkKI) + `}]}`,
		},
		Elapsed: 430 * time.Millisecond, Document: 77,
	}, {
		Seq: 2, At: at.Add(-time.Minute), ReceiptID: "r1", Line: 1, Item: `=HYPERLINK("http://evil.example")`, Group: marking.Tobacco, GTIN: "04612345678903",
		KI: packKI, Price: 205_00, Till: "Касса 1",
		Verdict: marking.Verdict{
			Decision: marking.Forbid, Source: marking.SourceModule, Reason: marking.ReasonPriceNotMRP, Rule: "7", Rules: "2026-11-01", Limit: 210_00, Until: "2026-12-01",
			OnlineFault: marking.FaultTimeout,
		},
		Online: marking.OnlineAnswer{
			Path: marking.PathGateway, Site: "127.0.0.1:51401", Fault: marking.FaultTimeout, Detail: "no answer for " + packKI, Latency: 1500 * time.Millisecond,
			Sent: `{"codes":["` + base64.StdEncoding.EncodeToString([]byte(packKM)) + `"],"client_info":{"id":"1"}}`,
		},
		Module:  marking.ModuleAnswer{API: "v1", ReqID: "9b7e0c53", Got: "<html>\x1b " + packKI},
		Elapsed: 1501 * time.Millisecond, Overtime: true, Late: true,
	}, {
		Seq: 1, At: at.Add(-time.Hour), ReceiptID: "r1", Line: 1, Item: "Ботинки", GTIN: "04612345678903", KI: shoeKI, Price: marking.NoPrice, Till: "-Касса",
		Verdict:   marking.Verdict{Decision: marking.Unchecked, MaySell: true, Source: marking.SourceEmergency, Reason: marking.ReasonEmergency},
		Online:    marking.OnlineAnswer{Emergency: true},
		Module:    marking.ModuleAnswer{Fault: marking.FaultOff},
		Emergency: marking.Emergency{Since: at.Add(-2 * time.Hour), Until: at.Add(time.Hour), Manual: true, By: "Борис", Reason: "объявление на сайте"}, Risk: true,
	}}
}

type writer interface {
	Write(journal.Evidence) error
	Flush() error
}

func export(t *testing.T, make func(*bytes.Buffer) writer, rows []journal.Evidence) []byte {
	t.Helper()
	var out bytes.Buffer
	w := make(&out)
	for _, e := range rows {
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Flush())
	return out.Bytes()
}

func asJSON(o Options) func(*bytes.Buffer) writer {
	return func(b *bytes.Buffer) writer { return NewEvidenceJSON(b, o) }
}

func asCSV(o Options) func(*bytes.Buffer) writer {
	return func(b *bytes.Buffer) writer { return NewEvidenceCSV(b, o) }
}

func TestAnExportIsByteByByteTheGoldenFile(t *testing.T) {
	words := Options{
		Zone:   moscow,
		Reason: func(r marking.Reason) string { return "причина " + string(r) },
		Fault:  func(f marking.Fault) string { return "сбой " + f.String() },
	}
	whole := words
	whole.Whole = true
	for file, make := range map[string]func(*bytes.Buffer) writer{
		"masked.jsonl": asJSON(words), "whole.jsonl": asJSON(whole), "masked.csv": asCSV(words), "whole.csv": asCSV(whole),
	} {
		t.Run(file, func(t *testing.T) {
			got := export(t, make, samples())
			path := filepath.Join("testdata", file)
			if *update {
				require.NoError(t, os.WriteFile(path, got, 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		})
	}
}

// What must not be in a masked export: the check parts, in any spelling. What must: every КИ.
func TestAMaskedExportHasNoTailAndEveryKI(t *testing.T) {
	for name, make := range map[string]func(Options) func(*bytes.Buffer) writer{"json": asJSON, "csv": asCSV} {
		t.Run(name, func(t *testing.T) {
			masked := string(export(t, make(Options{}), samples()))
			whole := string(export(t, make(Options{Whole: true}), samples()))
			for _, secret := range []string{"Kd4x", base64.StdEncoding.EncodeToString([]byte(packKM))[28:]} {
				require.NotContains(t, masked, secret)
				require.Contains(t, whole, secret)
			}
			for _, shown := range []string{milkKI, shoeKI, boxKI} {
				require.Contains(t, masked, shown)
			}
			require.Contains(t, masked, "5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f", "ids are no codes")
			require.Contains(t, masked, "7380440700000001", "the ФН is no code")
			require.Contains(t, masked, "2027-03-01T00:00:00.000Z", "what is no code stays in the answers")
		})
	}
}

func TestEveryRowOfTheJSONIsWhole(t *testing.T) {
	lines := bytes.Split(bytes.TrimSpace(export(t, asJSON(Options{Zone: moscow}), samples())), []byte("\n"))
	require.Len(t, lines, 3)
	for _, l := range lines {
		require.True(t, json.Valid(l), "%s", l)
	}
	var first struct {
		At     time.Time
		Masked bool
		Online struct{ Request, Answer string }
	}
	require.NoError(t, json.Unmarshal(lines[0], &first))
	require.True(t, first.Masked)
	require.Equal(t, samples()[0].At, first.At.UTC())
	require.True(t, json.Valid([]byte(first.Online.Request)), first.Online.Request)
	require.True(t, json.Valid([]byte(first.Online.Answer)), first.Online.Answer)
}

func TestTheCSVOpensInASpreadsheet(t *testing.T) {
	body := export(t, asCSV(Options{Whole: true, Zone: moscow}), samples())
	require.True(t, bytes.HasPrefix(body, []byte("\xef\xbb\xbf№;Время;")))
	require.Equal(t, 4, bytes.Count(body, []byte("\r\n")), "a line each")
	r := csv.NewReader(bytes.NewReader(body))
	r.Comma = ';'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 4)
	cell := func(row int, heading string) string {
		for i, h := range rows[0] {
			if strings.TrimPrefix(h, bom) == heading {
				return rows[row][i]
			}
		}
		require.FailNow(t, "no column", heading)
		return ""
	}
	require.Equal(t, "2026-11-23T12:00:00.123+03:00", cell(1, "Время"))
	require.Equal(t, "89,90", cell(1, "Цена, руб."))
	require.Equal(t, "Молоко «Зелёное; 3,2 %»", cell(1, "Товар"))
	require.Equal(t, packKI, cell(2, "Код идентификации"))
	require.Equal(t, `'=HYPERLINK("http://evil.example")`, cell(2, "Товар"), "a formula is defused")
	require.Equal(t, "'-Касса", cell(3, "Касса"))
	require.Empty(t, cell(3, "Цена, руб."), "a price that was not known")
	require.Equal(t, "да", cell(2, "Ответ не уложился во время"))
	require.Equal(t, "timeout", cell(2, "Честный знак: сбой"), "without words the name")
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r"} {
		require.Equal(t, "'"+begin+"1", defused(begin+"1"))
	}
	for _, plain := range []string{"", "1", "'=1", "молоко =1"} {
		require.Equal(t, plain, defused(plain))
	}
}

func TestAnExportWithoutRowsHasItsHeadings(t *testing.T) {
	body := export(t, asCSV(Options{}), nil)
	require.Equal(t, 1, bytes.Count(body, []byte("\r\n")))
	require.Contains(t, string(body), "Код идентификации")
	require.Empty(t, export(t, asJSON(Options{}), nil))
}

// full is a disk without room.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAFullDiskIsSaid(t *testing.T) {
	e := samples()[0]
	require.ErrorIs(t, NewEvidenceJSON(&full{}, Options{}).Write(e), errFull)
	for _, room := range []int{0, 100} {
		w := NewEvidenceCSV(&full{room}, Options{})
		err := w.Write(e)
		if err == nil {
			err = w.Flush()
		}
		require.ErrorIs(t, err, errFull)
	}
}

func TestMasking(t *testing.T) {
	cases := map[string]struct{ in, want string }{
		"a КМ in JSON":                      {`{"cis":"0104612345678903215aB1?x<7\u001d93Kd4x"}`, `{"cis":"0104612345678903215aB1?x<7…"}`},
		"with every escape":                 {`["0104612345678903215aB1?x\u003c7\u001d93Kd\/x"]`, `["0104612345678903215aB1?x<7…"]`},
		"without its GS":                    {`["0104612345678903215aB1?x<793Kd4x"]`, `["0104612345678903215aB1?x<7…"]`},
		"a КИ":                              {`["0104612345678903215aB1?x<7"]`, `["0104612345678903215aB1?x<7"]`},
		"a КИ as it was escaped":            {`["0104612345678903215aB1?x\u003c7"]`, `["0104612345678903215aB1?x\u003c7"]`},
		"a tobacco pack":                    {`["04612345678903aB1?x;7ADc8Kd4x"]`, `["04612345678903aB1?x;7…"]`},
		"in base64":                         {`["` + base64.StdEncoding.EncodeToString([]byte(milkKM)) + `"]`, `["0104612345678903215aB1?x<7…"]`},
		"in a sentence":                     {`{"message":"код 0104612345678903215aB1?x<793Kd4x не найден"}`, `{"message":"код 0104612345678903215aB1?x<7… не найден"}`},
		"in brackets":                       {`{"message":"код (01)04612345678903(21)5aB1?x(93)Kd4x плох"}`, `{"message":"код (01)04612345678903(21)5aB1?x… плох"}`},
		"of another unit":                   {`["` + boxKI + `"]`, `["` + boxKI + `"]`},
		"of another unit, whole":            {`["` + shoeKI + `\u001d91EE06\u001d92abcd"]`, `["` + shoeKI + `…"]`},
		"of another unit, without its GS":   {`<p>0104612345678903215bB1?x793Kd4x`, `<p>0104612345678903215bB1?x7…`},
		"with a long check part":            {`<p>` + milkKI + "91EE0692" + strings.Repeat("k", 44), `<p>` + milkKI + "…"},
		"in an URL":                         {`GET /cis/outCheck?cis=0104612345678903215aB1%3Fx%3C7%1D93Kd4x HTTP/1.1`, `GET /cis/outCheck?cis=0104612345678903215aB1%3Fx%3C7… HTTP/1.1`},
		"cut in the middle":                 {`{"cis":"0104612345678903215aB1?x<7\u001d93K`, `{"cis":"0104612345678903215aB1?x<7…`},
		"cut inside an escape":              {`{"cis":"0104612345678903215aB1?x<7\u00`, `{"cis":"0104612345678903215aB1?x<7\u00`},
		"a pack in a page that is no JSON":  {`<p>04612345678903aB1?x<7Kd4x</p>`, `<p>04612345678903aB1?x<7…`},
		"a page that shows the check part":  {milkKM + ` and Kd4x`, hidden},
		"numbers, ids, GTINs stay":          {`{"gtin":"04612345678903","n":1795300000123,"id":"5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f"}`, `{"gtin":"04612345678903","n":1795300000123,"id":"5d0c1c0e-0a4e-4a55-9a0b-6f0f7c1d2e3f"}`},
		"spelling of what is no code stays": {`{"description":"\u043e\u043a \"ok\" \/"}`, `{"description":"\u043e\u043a \"ok\" \/"}`},
		"nothing":                           {``, ``},
		"a quote without an end":            {`"`, `"`},
		"a backslash at the end":            {`"a\`, `"a\`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, newMasker(milkKI, false).text(c.in))
			require.Equal(t, c.in, newMasker(milkKI, true).text(c.in), "with the right nothing changes")
		})
	}
	require.Equal(t, "04612345678903/…", newMasker("no code", false).code("no code", "04612345678903"), "what cannot be read is hidden")
	require.Empty(t, newMasker("", false).code("", ""))
	require.Equal(t, milkKI, newMasker(milkKI, false).code(milkKM, ""))
}

func TestACheckPartThatTheRequestShowedIsHiddenInEveryText(t *testing.T) {
	m := newMasker(milkKI, false, `{"codes":["`+escaped(milkKM[:len(milkKM)-4])+`K+/="]}`)
	for _, text := range []string{`K+/=`, `{"check":"K+\/="}`, `check=K%2B%2F%3D`} {
		require.Equal(t, hidden, m.text(text), text)
	}
	require.Equal(t, milkKI, m.text(milkKI))
}

func FuzzMaskedTextsShowNoTail(f *testing.F) {
	for _, e := range samples() {
		for _, text := range []string{e.Online.Sent, e.Online.Got, e.Module.Sent, e.Module.Got, e.Online.Detail} {
			f.Add(text, "5AbC!d9Xyz", "Zz9Q")
		}
	}
	f.Add(`{"a":"\ud800","b":"\u00`, "1234567", "0000")
	f.Add(`93ab/=`, "5aB1?x<", "ab/=")
	f.Fuzz(func(t *testing.T, text, serial, check string) {
		ki := "010461234567890321" + serial
		km := ki + "\x1d93" + check
		s, err := marking.Parse([]byte(km))
		if err != nil || s.Code.KM() != km || s.Code.KI() != ki || s.Code.Check() != check || len(check) < leastTail || strings.Contains(ki, check) {
			return
		}
		sent := `["` + escaped(km) + `"]`
		m := newMasker(ki, false, sent)
		masked := m.text(text)
		require.NotContains(t, masked, check)
		for _, around := range []string{sent, text + ` "` + escaped(km), `["` + base64.StdEncoding.EncodeToString([]byte(km)) + `"]`, `["` + escaped(ki+"93"+check) + `"]`} {
			require.NotContains(t, m.text(around), "93"+check)
			require.NotContains(t, newMasker(ki, false).text(around), "93"+check, "also with nothing known before")
		}
		if json.Valid([]byte(text)) && masked != hidden { // what was JSON stays JSON
			require.True(t, json.Valid([]byte(masked)), masked)
		}
	})
}

func TestMoneyIsExact(t *testing.T) {
	for kopecks, want := range map[money.Kopecks]string{0: "0,00", 5: "0,05", 123_45: "123,45"} {
		n := int64(kopecks)
		require.Equal(t, want, roubles(&n))
	}
	require.Empty(t, roubles(nil))
}
