package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/config"
	"kassa/app/marking"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	examplesFile = "../../testdata/codes/examples.json" // written by the tests of app/marking
	parsedFile   = "../../testdata/codes/parsed.jsonl"  // what the command prints of each, a line each
)

// example is what this test needs of a line of examplesFile.
type example struct{ Name, Scan, ScanHex string }

func examples(t testing.TB) (all []example) {
	t.Helper()
	text, err := os.ReadFile(examplesFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &all))
	for i := range all {
		if all[i].ScanHex != "" {
			raw, err := hex.DecodeString(all[i].ScanHex)
			require.NoError(t, err)
			all[i].Scan = string(raw)
		}
	}
	return all
}

// codeParse runs the command over scans, one a line, and gives its lines.
func codeParse(t testing.TB, scans ...string) []string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, parseCodes(marking.Parser{}, strings.NewReader(strings.Join(scans, "\n")+"\n"), &out))
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestEveryExampleIsPrintedAsRecorded(t *testing.T) {
	all := examples(t)
	scans := make([]string, len(all))
	for i, e := range all {
		scans[i] = strings.TrimSuffix(e.Scan, "\r\n") // a line end of its own would make two lines
	}
	got := codeParse(t, scans...)
	if *update {
		require.NoError(t, os.WriteFile(parsedFile, []byte(strings.Join(got, "\n")+"\n"), 0o644))
	}
	file, err := os.ReadFile(parsedFile)
	require.NoError(t, err)
	want := strings.Split(strings.TrimSuffix(string(file), "\n"), "\n")
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i], got[i], all[i].Name)
	}
}

func TestMembersOfTheContract(t *testing.T) {
	for _, c := range []struct{ name, scan, want string }{
		{"a marking code", "]d20104612345678903215abCd;\x1d93aB7z\x1d3103001250", `{"kind":"marking","gtin":"04612345678903","serial":"5abCd;",
			"ki":"0104612345678903215abCd;","km":"0104612345678903215abCd;\u001d93aB7z\u001d3103001250",
			"ais":{"01":"04612345678903","21":"5abCd;","93":"aB7z","3103":"001250"},"check":"aB7z","weight_grams":1250,"symbology":"]d2",
			"tag1162":"444d0431e539cc3735616243643b","tag1163":{"tag":1305,"value":"0104612345678903215abCd;"},"km_type":5,
			"repairs":["aim"],"warnings":[]}`},
		{"a tobacco pack", "04612345678903aB1?x<7ADc8Kd4x", `{"kind":"marking","gtin":"04612345678903","serial":"aB1?x<7",
			"ki":"04612345678903aB1?x<7","km":"04612345678903aB1?x<7ADc8Kd4x","check":"Kd4x","mrp_kopecks":21500,
			"tag1162":"444d0431e539cc376142313f783c37414463382020","tag1163":{"tag":1306,"value":"010461234567890321aB1?x<7"},"km_type":1,
			"repairs":[],"warnings":[]}`},
		{"an ambiguous one", "010461234567890321A10B93Kd4x", `{"kind":"marking","gtin":"04612345678903","serial":"A10B93Kd4x",
			"ki":"010461234567890321A10B93Kd4x","km":"010461234567890321A10B93Kd4x","ais":{"01":"04612345678903","21":"A10B93Kd4x"},
			"tag1162":"444d0431e539cc374131304239334b643478","tag1163":{"tag":1305,"value":"010461234567890321A10B93Kd4x"},"km_type":0,
			"repairs":[],"warnings":["no-check-part","gs-lost"],
			"candidates":["010461234567890321A\u001d10B\u001d93Kd4x","010461234567890321A10B\u001d93Kd4x"]}`},
		{"nothing but blanks", "  ", `{"kind":"unknown","repairs":[],"warnings":[],"error":"scan is empty"}`},
		{"nothing", "", `{"kind":"unknown","repairs":[],"warnings":[],"error":"scan is empty"}`},
		{"a lone GS", "\x1d", `{"kind":"unknown","repairs":[],"warnings":[],"error":"scan is empty"}`},
		{"two values of one AI", "0104612345678903215abCd;\x1d93aB7z\x1d93aB7q", `{"kind":"marking","gtin":"04612345678903","serial":"5abCd;",
			"ki":"0104612345678903215abCd;","km":"0104612345678903215abCd;\u001d93aB7z\u001d93aB7q",
			"ais":{"01":"04612345678903","21":"5abCd;","93":"aB7z"},
			"tag1162":"444d0431e539cc3735616243643b","tag1163":{"tag":1305,"value":"0104612345678903215abCd;"},"km_type":0,
			"repairs":[],"warnings":["element","no-check-part"]}`},
		{"a scan over the limit", strings.Repeat("1", marking.MaxScan+10), `{"kind":"unknown","repairs":[],"warnings":[],"error":"scan is longer than any code"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := codeParse(t, c.scan)
			require.Len(t, got, 1)
			require.JSONEq(t, c.want, got[0])
		})
	}
}

// codeJSON is the same object for encoding/json: what appendScan is compared with.
type codeJSON struct {
	Kind         marking.Kind      `json:"kind"`
	GTIN         string            `json:"gtin,omitempty"`
	Serial       string            `json:"serial,omitempty"`
	KI           string            `json:"ki,omitempty"`
	KM           string            `json:"km,omitempty"`
	AIs          map[string]string `json:"ais,omitempty"`
	Key          string            `json:"key,omitempty"`
	Check        string            `json:"check,omitempty"`
	MRPKopecks   *int64            `json:"mrp_kopecks,omitempty"`
	WeightGrams  *int64            `json:"weight_grams,omitempty"`
	VolumeML     *int64            `json:"volume_ml,omitempty"`
	PriceKopecks *int64            `json:"price_kopecks,omitempty"`
	Pieces       *int64            `json:"pieces,omitempty"`
	PLU          string            `json:"plu,omitempty"`
	AlcoholCode  string            `json:"alcocode,omitempty"`
	Expiry       string            `json:"expiry,omitempty"`
	Symbology    string            `json:"symbology,omitempty"`
	Tag1162      string            `json:"tag1162,omitempty"`
	Tag1163      *tag1163JSON      `json:"tag1163,omitempty"`
	KMType       *marking.CodeType `json:"km_type,omitempty"`
	Repairs      []marking.Repair  `json:"repairs"`
	Warnings     []string          `json:"warnings"`
	Candidates   []string          `json:"candidates,omitempty"`
	Error        string            `json:"error,omitempty"`
}

type tag1163JSON struct {
	Tag   uint16 `json:"tag"`
	Value string `json:"value"`
}

func codeOf(s marking.Scan, err error) codeJSON {
	number := func(n int64, has bool) *int64 {
		if !has {
			return nil
		}
		return &n
	}
	mrp, hasMRP := s.Code.MRP()
	j := codeJSON{
		Kind: s.Kind, GTIN: s.GTIN, Serial: s.Code.Serial(), KI: s.Code.KI(), KM: s.Code.KM(), Key: s.Code.Key(), Check: s.Code.Check(),
		MRPKopecks: number(int64(mrp), hasMRP), WeightGrams: number(int64(s.Weight), s.HasWeight), VolumeML: number(int64(s.Volume), s.HasVolume),
		PriceKopecks: number(int64(s.Price), s.HasPrice && !hasMRP), Pieces: number(s.Pieces, s.HasPieces), PLU: s.PLU, AlcoholCode: s.AlcoholCode,
		Expiry: s.Expiry, Symbology: s.Symbology, Tag1162: hex.EncodeToString(s.Tag1162),
		Repairs: append([]marking.Repair{}, s.Repairs...), Warnings: append([]string{}, s.Warnings...), Candidates: s.Candidates,
	}
	if len(s.Elements) > 0 {
		j.AIs = map[string]string{}
	}
	for _, e := range slices.Backward(s.Elements) { // of two values the first one stays
		j.AIs[e.AI] = e.Value
	}
	if !s.Code.IsZero() {
		kind := s.Code.Type()
		j.KMType = &kind
	}
	if err != nil {
		j.Kind, j.Error = marking.KindUnknown, err.Error()
		return j
	}
	tag, value := s.Tag1163()
	j.Tag1163 = &tag1163JSON{tag, value}
	return j
}

// byEncodingJSON is what encoding/json prints of the same scan.
func byEncodingJSON(t require.TestingT, s marking.Scan, err error) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(codeOf(s, err)))
	return b.String()
}

var labels = marking.Parser{Labels: []marking.Label{
	{Prefix: "21", ItemDigits: 5, ValueDigits: 5, Kind: marking.LabelKopecks},
	{Prefix: "22", ItemDigits: 5, ValueDigits: 5, Kind: marking.LabelPieces},
}}

func TestTheFastEncoderPrintsWhatEncodingJSONDoes(t *testing.T) {
	t.Run("of every example", func(t *testing.T) {
		scans := []string{"", strings.Repeat("1", marking.MaxScan+1), "0104612345678903215abCd;\x1d93aB7z\x1d93Kd4x\x1d05x"}
		for _, e := range examples(t) {
			scans = append(scans, e.Scan)
		}
		for _, scan := range scans {
			s, err := labels.Parse([]byte(scan))
			require.Equal(t, byEncodingJSON(t, s, err), string(appendScan(nil, &s, err)), "%q", scan)
		}
	})
	t.Run("of any characters", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			scan := rapid.OneOf(
				rapid.SliceOfN(rapid.Byte(), 0, 60),
				rapid.Map(rapid.String(), func(s string) []byte { return []byte(s) }),
				rapid.Map(rapid.StringOf(rapid.SampledFrom([]rune("\x00\b\f\n\r\t\x1d\x1f\"\\<>&\x7f\u2028\u2029\ufffdяA1"))), func(s string) []byte { return []byte(s) }),
			).Draw(t, "scan")
			s, err := labels.Parse(scan)
			require.Equal(t, byEncodingJSON(t, s, err), string(appendScan(nil, &s, err)))
		})
	})
	t.Run("of any members", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.String()
			s := marking.Scan{
				Kind: marking.KindUnknown, Text: text.Draw(t, "text"), GTIN: text.Draw(t, "gtin"), PLU: text.Draw(t, "plu"),
				Pieces: rapid.Int64().Draw(t, "pieces"), HasPieces: rapid.Bool().Draw(t, "has pieces"),
				Warnings: rapid.SliceOf(text).Draw(t, "warnings"), Candidates: rapid.SliceOf(text).Draw(t, "candidates"),
				Tag1162: rapid.SliceOfN(rapid.Byte(), 1, 32).Draw(t, "tag"),
			}
			for range rapid.IntRange(0, 5).Draw(t, "elements") {
				ai := rapid.StringMatching(`[0-9]{2,4}`).Draw(t, "ai")
				s.Elements = append(s.Elements, marking.Element{AI: ai, Value: text.Draw(t, "value")})
			}
			require.Equal(t, byEncodingJSON(t, s, nil), string(appendScan(nil, &s, nil)))
		})
	})
}

func TestScansComeOneALine(t *testing.T) {
	for _, c := range []struct {
		name, in string
		kinds    []string
	}{
		{"line ends of both sorts, the last one missing", "4612345678903\n46012340\r\n0104612345678903215abCd;\x1d93aB7z", []string{"gtin", "gtin", "marking"}},
		{"an empty line is a scan of nothing", "\n\n4612345678903\n\r\n", []string{"unknown", "unknown", "gtin", "unknown"}},
		{"a line of what is taken off", "\r\r\n\x00\n\ufeff\n  \n\x1d\n4612345678903\n", []string{"unknown", "unknown", "unknown", "unknown", "unknown", "gtin"}},
		{"a last line of nothing but a CR", "4612345678903\n\r", []string{"gtin", "unknown"}},
		{"a line longer than the buffer", strings.Repeat("x", 200_000) + "\n4612345678903\n", []string{"unknown", "gtin"}},
		{"nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, parseCodes(marking.Parser{}, strings.NewReader(c.in), &out))
			var kinds []string
			for d := json.NewDecoder(&out); ; {
				var line struct{ Kind string }
				if err := d.Decode(&line); err == io.EOF {
					break
				} else {
					require.NoError(t, err)
				}
				kinds = append(kinds, line.Kind)
			}
			require.Equal(t, c.kinds, kinds)
		})
	}
}

func TestEachScanIsAnsweredBeforeTheNextOne(t *testing.T) {
	in, typed := io.Pipe()
	printed, out := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- parseCodes(marking.Parser{}, in, out) }()
	answers := json.NewDecoder(printed)
	for range 3 {
		_, err := io.WriteString(typed, "4612345678903\n")
		require.NoError(t, err)
		var line codeJSON
		require.NoError(t, answers.Decode(&line))
		require.Equal(t, marking.KindGTIN, line.Kind)
	}
	require.NoError(t, typed.Close())
	require.NoError(t, <-done)
}

func TestAReaderOrAWriterThatFailsIsSaid(t *testing.T) {
	require.ErrorContains(t, parseCodes(marking.Parser{}, failing{}, io.Discard), "read scans: broken")
	require.ErrorContains(t, parseCodes(marking.Parser{}, strings.NewReader("4612345678903\n"), failing{}), "print: broken")
	require.ErrorContains(t, parseCodes(marking.Parser{}, strings.NewReader(strings.Repeat("4612345678903\n", 10_000)), failing{}), "print: broken")
}

var errBroken = errors.New("broken")

type failing struct{}

func (failing) Read([]byte) (int, error)  { return 0, errBroken }
func (failing) Write([]byte) (int, error) { return 0, errBroken }

// BenchmarkCodeParse is the whole way of a scan: line in, JSON out. Codes a second are 1e9 / ns.
func BenchmarkCodeParse(b *testing.B) {
	for _, c := range []struct{ name, scan string }{
		{"milk", "0104612345678903215abCd;\x1d93aB7z"},
		{"clothes", "0104612345678903215abCdEfGhIjKl\x1d91EE11\x1d92S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk="},
		{"clothes without GS", "0104612345678903215abCdEfGhIjKl91EE1192S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk="},
		{"milk in the Russian layout", "ъв20104612345678903215фиСвж\x1d93фИ7я"},
	} {
		b.Run(c.name, func(b *testing.B) {
			lines := strings.Repeat(c.scan+"\n", 1000)
			b.ReportAllocs()
			codes := 0
			for b.Loop() {
				require.NoError(b, parseCodes(marking.Parser{}, strings.NewReader(lines), io.Discard))
				codes += 1000
			}
			b.ReportMetric(float64(codes)/b.Elapsed().Seconds(), "codes/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(codes), "ns/code")
		})
	}
}

func TestLabelsOfScalesAreReadAsTheSettingsSay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "till.yaml")
	conf := config.Config{Version: config.Version, Data: "data", Till: config.Till{Name: "Касса 1"},
		Labels: []config.Label{{Prefix: "22", ItemDigits: 4, ValueDigits: 6, Kind: "kopecks"}}}
	require.NoError(t, conf.Save(file))
	const label = "2200123012340\n" // 22, item 0012, 3012.34 roubles; or item 00123, 1234 grams
	read := func(args ...string) (parsed map[string]any) {
		t.Helper()
		var out bytes.Buffer
		command := newRoot(strings.NewReader(label), &out, io.Discard)
		command.SetArgs(append([]string{"code", "parse"}, args...))
		require.NoError(t, command.Execute())
		require.NoError(t, json.Unmarshal(out.Bytes(), &parsed))
		return parsed
	}
	require.Equal(t, 1234.0, read()["weight_grams"])
	ours := read("--config", file)
	require.Equal(t, 301234.0, ours["price_kopecks"])
	require.Equal(t, "0012", ours["plu"])

	conf.Labels[0].ValueDigits = 5
	require.NoError(t, conf.Save(file))
	command := newRoot(strings.NewReader(label), io.Discard, io.Discard)
	command.SetArgs([]string{"code", "parse", "--config", file})
	require.ErrorContains(t, command.Execute(), "12, not 13")
}

func TestLabelsAreProvedByTheWholeTable(t *testing.T) {
	for name, c := range map[string]struct {
		label string
		want  labelJSON
	}{
		"a box with a batch and a date": {"(01)04612345678903(10)A17(17)271231", labelJSON{OK: true, Text: "010461234567890310A17\x1d17271231"}},
		"a pallet":                      {"]C100460123456789000014", labelJSON{OK: true, Text: "00460123456789000014"}},
		"contents without a count":      {"]C10204612345678903", labelJSON{AI: "02", Rule: "needs"}},
		"a day that is none":            {"]C1010461234567890317271331", labelJSON{AI: "17", Rule: "value"}},
		"a GTIN with a count":           {"]C101046123456789033712", labelJSON{AI: "01", Rule: "excludes"}},
		"no label":                      {"hello", labelJSON{Rule: "no-elements"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, labelOf([]byte(c.label))) })
	}
	var out bytes.Buffer
	require.NoError(t, checkLabels(strings.NewReader("]C100460123456789000014\n"), &out))
	require.JSONEq(t, `{"ok":true,"text":"00460123456789000014"}`, out.String())
	require.ErrorContains(t, checkLabels(strings.NewReader("hello\n]C100460123456789000014\n"), io.Discard), "1 of 2 labels")
}
