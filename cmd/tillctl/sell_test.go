package main

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/config"
)

// usePTY moves the till from TCP to the printer's serial line.
func (w *world) usePTY() {
	w.t.Helper()
	file := filepath.Join(w.dir, "till.yaml")
	body, err := os.ReadFile(file)
	require.NoError(w.t, err)
	changed := strings.Replace(string(body), "tcp:"+w.ends.PrinterTCP, "serial:"+w.ends.PrinterPTY+"?baud=115200", 1)
	require.NotEqual(w.t, string(body), changed)
	require.NoError(w.t, os.WriteFile(file, []byte(changed), 0o600))
}

func TestASaleOfPlainAndMarkedLinesBecomesOneDocument(t *testing.T) {
	for _, link := range []string{"tcp", "pty"} {
		t.Run(link, func(t *testing.T) {
			w := newWorld(t)
			if link == "pty" {
				w.usePTY()
			}
			require.Equal(t, 0, w.tillctl("shift", "open").code)
			plain := []good{w.plain(0), w.plain(1), w.plain(2)}
			marked := []good{w.marked(0), w.marked(1)}
			first, _ := w.code(marked[0], nil)
			second, _ := w.code(marked[1], nil)
			sold := w.tillctl("sell", "--script", w.script(
				scan(plain[0].barcode), scan(first), scan(plain[1].barcode), scan(second), scan(plain[2].barcode),
				`{"do":"quantity","line":1,"millis":2000}`, `{"do":"discount","line":3,"percent":"5"}`,
				`{"do":"pay","kind":"cash","kopecks":100000}`, `{"do":"close"}`))
			require.Equal(t, 0, sold.code, sold.stderr)
			closed := sold.last()
			require.Equal(t, "closed", closed["receipt_state"])

			documents := w.documents("sale")
			require.Len(t, documents, 1)
			d := documents[0]
			require.Equal(t, closed["receipt_id"], d.ReceiptID)
			require.EqualValues(t, closed["fiscal_document"], d.FD)
			require.EqualValues(t, closed["fiscal_sign"], d.Sign)
			require.EqualValues(t, closed["total_kopecks"], d.Total)
			require.Len(t, d.Lines, 5)
			total := int64(0)
			for i, g := range []good{plain[0], marked[0], plain[1], marked[1], plain[2]} {
				line := d.Lines[i]
				require.Equal(t, g.name, line.Name)
				require.Equal(t, g.vat, line.VAT, g.name)
				price, err := strconv.ParseInt(g.price, 10, 64)
				require.NoError(t, err)
				switch i {
				case 0:
					require.Equal(t, int64(2000), line.Millis)
					require.Equal(t, 2*price, line.Sum)
				case 2:
					require.Equal(t, price-(price*5+50)/100, line.Sum)
				default:
					require.Equal(t, price, line.Sum)
				}
				total += line.Sum
			}
			require.Equal(t, total, d.Total)
			require.Equal(t, total, d.Cash, "cash in the journal is net of the change")
			require.Equal(t, first, d.Lines[1].KM, "tag 2000 is the code as scanned")
			require.Equal(t, second, d.Lines[3].KM)
			for _, i := range []int{1, 3} {
				require.Regexp(t, `^UUID=[0-9a-f-]{36}&Time=\d{13}$`, d.Lines[i].Tag1265)
			}
			for _, i := range []int{0, 2, 4} {
				require.Empty(t, d.Lines[i].KM)
				require.Empty(t, d.Lines[i].Tag1265)
			}
			w.requireTruth("after the sale")
		})
	}
}

func TestRefusedCodesAreNotSold(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, 0, w.tillctl("shift", "open").code)
	for name, c := range map[string]struct {
		facts  map[string]any
		reason string
		code   string
		why    string
	}{
		"blocked":             {map[string]any{"isBlocked": true, "ogvs": []string{"RPN"}}, "blocked", "M-04", "Продажа этой партии запрещена"},
		"sold elsewhere":      {map[string]any{"sold": true, "realizable": false}, "sold", "M-02", "Этот экземпляр уже продан"},
		"not yet in turnover": {map[string]any{"realizable": false}, "not-in-trade", "M-05", "Код ещё не введён в оборот"},
		"expired":             {map[string]any{"expireDate": "2020-01-01T00:00:00.000Z"}, "expired", "M-03", "Истёк срок годности: 01.01.2020"},
		"unknown":             {map[string]any{"found": false}, "not-found", "M-01", "Код не найден в Честном знаке"},
	} {
		t.Run(name, func(t *testing.T) {
			km, _ := w.code(w.marked(0), c.facts)
			r := w.tillctl("sell", "--script", w.script(scan(km), `{"do":"expect","code":"`+c.code+`","reason":"`+c.reason+`","positions":0}`, `{"do":"cancel"}`))
			require.Equal(t, 0, r.code, "%v %s", r.out, r.stderr)

			r = w.tillctl("sell", "--script", w.script(scan(km)))
			require.Equal(t, 1, r.code)
			require.True(t, strings.HasPrefix(r.stderr, "error: script line 1: Продавать нельзя ("+c.code+") - "+c.why), r.stderr)
			require.Equal(t, 1, strings.Count(r.stderr, "\n"), r.stderr)
		})
	}
	require.Empty(t, w.documents("sale"))
}

func TestASaleAtTheShopsRiskSaysSo(t *testing.T) {
	w := newWorld(t)
	w.changeSettings(func(c *config.Config) {
		c.Marking.NoAnswer, c.Marking.Online.Entry = "allow", "http://127.0.0.1:1" // nobody is there
	})
	km, _ := w.code(w.marked(0), nil)
	r := w.tillctl("sell", "--script", w.script(scan(km), scan(w.plain(0).barcode)))
	require.Equal(t, 0, r.code, r.stderr)
	lines := r.last()["lines"].([]any)
	risky, plain := lines[0].(map[string]any), lines[1].(map[string]any)
	require.Equal(t, "no-answer", risky["reason"])
	require.Equal(t, true, risky["risk"])
	require.Equal(t, "Проверить код не удалось. Продажа разрешена правилами магазина, запись сделана.", risky["text"])
	require.NotContains(t, plain, "risk")
	require.NotContains(t, plain, "text")
}

func TestAReturnGivesBackNoMoreThanWasSold(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, 0, w.tillctl("shift", "open").code)
	km, _ := w.code(w.marked(0), nil)
	sold := w.tillctl("sell", "--script", w.script(scan(w.plain(0).barcode), scan(km), `{"do":"pay","kind":"card","kopecks":`+sum(w.plain(0), w.marked(0))+`}`, `{"do":"close"}`))
	require.Equal(t, 0, sold.code, sold.stderr)
	id := sold.last()["receipt_id"].(string)

	back := w.tillctl("sell", "--script", w.script(`{"do":"return","receipt_id":"`+id+`","lines":[2]}`, `{"do":"pay","kind":"card","kopecks":`+w.marked(0).price+`}`, `{"do":"close"}`))
	require.Equal(t, 0, back.code, back.stderr)
	again := w.tillctl("sell", "--script", w.script(`{"do":"return","receipt_id":"`+id+`","lines":[2]}`))
	require.Equal(t, 1, again.code)
	require.Equal(t, "R-02", again.last()["code"])

	returns := w.documents("return")
	require.Len(t, returns, 1)
	require.Equal(t, km, returns[0].Lines[0].KM)
	w.requireTruth("after the return")
}

func sum(goods ...good) string {
	total := 0
	for _, g := range goods {
		n, err := strconv.Atoi(g.price)
		if err != nil {
			panic(err) // the lab wrote it
		}
		total += n
	}
	return strconv.Itoa(total)
}

func TestTheDayOfAScript(t *testing.T) {
	w := newWorld(t)
	r := w.tillctl("sell", "--script", w.script(
		`{"story":"cash, a suspended receipt, reports","rules":["SU-1","CS-1"]}`,
		`{"do":"cash-in","kopecks":100000}`,
		scan(w.plain(0).barcode), `{"do":"suspend"}`, `{"do":"expect","suspended":1}`,
		scan(w.plain(1).barcode), `{"do":"pay","kind":"cash","kopecks":`+w.plain(1).price+`}`, `{"do":"close"}`,
		`{"do":"cash-out","kopecks":50000}`, `{"do":"report-x"}`))
	require.Equal(t, 0, r.code, "%v %s", r.out, r.stderr)
	require.Len(t, w.documents("open-shift"), 1, "a closed shift is opened by the script")
	require.Len(t, w.documents("cash-in"), 1)
	require.Len(t, w.documents("cash-out"), 1)
	require.Len(t, w.documents("x"), 1)

	suspended := w.tillctl("receipts").out[0]
	require.Equal(t, "suspended", suspended["receipt_state"])
	r = w.tillctl("sell", "--script", w.script(`{"do":"resume","id":"`+suspended["receipt_id"].(string)+`"}`,
		`{"do":"pay","kind":"cash","kopecks":`+w.plain(0).price+`}`, `{"do":"close"}`))
	require.Equal(t, 0, r.code, "%v %s", r.out, r.stderr)

	require.Equal(t, 0, w.tillctl("shift", "close").code)
	require.Len(t, w.documents("z"), 1)
	require.Equal(t, "closed", w.tillctl("shift", "status").last()["state"])
	w.requireTruth("after the day")
}

func TestARefusedCommandEndsTheScript(t *testing.T) {
	w := newWorld(t)
	r := w.tillctl("sell", "--script", w.script(scan("4600000999999"), scan(w.plain(0).barcode)))
	require.Equal(t, 1, r.code)
	require.Len(t, r.out, 1)
	require.Equal(t, "item-unknown", r.last()["code"])
	require.Regexp(t, `^error: .+ - .+\n$`, r.stderr)
}

func TestALogOfTheDayHoldsNoSecrets(t *testing.T) {
	w := newWorld(t)
	km, _ := w.code(w.marked(0), nil)
	config := filepath.Join(w.dir, "till.yaml")
	r := w.run(nil, "sell", "--config", config, "--verbose", "--json", "--script", w.script(scan(km),
		`{"do":"pay","kind":"cash","kopecks":`+w.marked(0).price+`}`, `{"do":"close"}`))
	require.Equal(t, 0, r.code, r.stderr)
	require.Contains(t, r.stderr, "decision=allow", "there is a log")
	token, err := os.ReadFile(filepath.Join(w.dir, "token"))
	require.NoError(t, err)
	require.NotContains(t, r.stderr, strings.TrimSpace(string(token)))
	require.NotContains(t, r.stderr, "93Zz9Q", "the check part of a marking code")
	require.NotContains(t, r.stderr, hex.EncodeToString([]byte("93Zz9Q")), "the same on the wire")
	require.NotContains(t, strings.ToLower(r.stderr), strings.ToLower(spaced("93Zz9Q")))
}

// spaced is the hex of a text as a wire log writes it.
func spaced(s string) string {
	var b []string
	for _, c := range []byte(s) {
		b = append(b, hex.EncodeToString([]byte{c}))
	}
	return strings.Join(b, " ")
}
