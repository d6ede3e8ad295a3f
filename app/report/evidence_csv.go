package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
)

// bom makes spreadsheets read the file as UTF-8.
const bom = "\ufeff"

// csvTime is local time with milliseconds and the zone.
const csvTime = "2006-01-02T15:04:05.000Z07:00"

// csvRow is what the cells of a row are made of.
type csvRow struct {
	evidenceJSON // masked, in the zone
	words        Options
	raw          *journal.Evidence // for what is said in words
}

// columns are the headings and what stands under them; the order is public, columns may be added at the end.
var columns = []struct {
	heading string
	cell    func(r *csvRow) string
}{
	{"№", func(r *csvRow) string { return number(r.Seq) }},
	{"Время", func(r *csvRow) string { return moment(&r.At) }},
	{"Касса", func(r *csvRow) string { return r.Till }},
	{"Кассир", func(r *csvRow) string { return r.Person }},
	{"Чек", func(r *csvRow) string { return r.ReceiptID }},
	{"Строка чека", func(r *csvRow) string { return number(int64(r.Line)) }},
	{"ФД", func(r *csvRow) string { return number(int64(r.Document)) }},
	{"ФН", func(r *csvRow) string { return r.Drive }},
	{"Товар", func(r *csvRow) string { return r.Item }},
	{"Товарная группа", func(r *csvRow) string { return r.Group }},
	{"GTIN", func(r *csvRow) string { return r.GTIN }},
	{"Код идентификации", func(r *csvRow) string { return r.KI }},
	{"Цена, руб.", func(r *csvRow) string { return roubles(r.Price) }},
	{"Итог", func(r *csvRow) string { return decisions[r.raw.Verdict.Decision] }},
	{"Продажа допущена", func(r *csvRow) string { return yes(r.MaySell) }},
	{"Причина", func(r *csvRow) string { return r.words.reason(r.raw.Verdict.Reason) }},
	{"Решил", func(r *csvRow) string { return sources[r.raw.Verdict.Source] }},
	{"Правило", func(r *csvRow) string { return r.Rule }},
	{"Версия правил", func(r *csvRow) string { return r.Rules }},
	{"Тег 1265", func(r *csvRow) string { return r.Tag1265 }},
	{"Цена по правилу, руб.", func(r *csvRow) string { return roubles(r.Limit) }},
	{"Годен до", func(r *csvRow) string { return r.Until }},
	{"Данные от", func(r *csvRow) string { return moment(r.DataAt) }},
	{"В упаковке", func(r *csvRow) string { return r.Parent }},
	{"От сканирования до решения, мс", func(r *csvRow) string { return number(r.Elapsed) }},
	{"Ответ не уложился во время", func(r *csvRow) string { return yes(r.Overtime) }},
	{"Ответ после решения", func(r *csvRow) string { return yes(r.Late) }},
	{"Продано на риск магазина", func(r *csvRow) string { return yes(r.Risk) }},
	{"Аварийная ситуация", func(r *csvRow) string { return emergencyCell(r.Emergency) }},
	{"Честный знак: путь", func(r *csvRow) string { return r.Online.Path }},
	{"Честный знак: площадка", func(r *csvRow) string { return r.Online.Site }},
	{"Честный знак: сбой", func(r *csvRow) string { return r.words.fault(r.raw.Online.Fault) }},
	{"Честный знак: подробно", func(r *csvRow) string { return r.Online.Detail }},
	{"Честный знак: время ответа, мс", func(r *csvRow) string { return number(r.Online.Latency) }},
	{"Честный знак: reqId", func(r *csvRow) string { return r.Online.ReqID }},
	{"Честный знак: reqTimestamp", func(r *csvRow) string { return number(r.Online.ReqTimestamp) }},
	{"Честный знак: запрос", func(r *csvRow) string { return r.Online.Request }},
	{"Честный знак: ответ", func(r *csvRow) string { return r.Online.Answer }},
	{"Модуль: протокол", func(r *csvRow) string { return r.Module.API }},
	{"Модуль: inst", func(r *csvRow) string { return r.Module.Inst }},
	{"Модуль: version", func(r *csvRow) string { return r.Module.Version }},
	{"Модуль: данные от", func(r *csvRow) string { return moment(r.Module.DataAt) }},
	{"Модуль: сбой", func(r *csvRow) string { return r.words.fault(r.raw.Module.Fault) }},
	{"Модуль: подробно", func(r *csvRow) string { return r.Module.Detail }},
	{"Модуль: время ответа, мс", func(r *csvRow) string { return number(r.Module.Latency) }},
	{"Модуль: reqId", func(r *csvRow) string { return r.Module.ReqID }},
	{"Модуль: reqTimestamp", func(r *csvRow) string { return number(r.Module.ReqTimestamp) }},
	{"Модуль: запрос", func(r *csvRow) string { return r.Module.Request }},
	{"Модуль: ответ", func(r *csvRow) string { return r.Module.Answer }},
}

var decisions = map[marking.Decision]string{
	marking.Allow: "можно продавать", marking.Forbid: "нельзя продавать", marking.Unchecked: "не проверен",
}

var sources = map[marking.Source]string{
	marking.SourceOnline: "Честный знак", marking.SourceModule: "локальный модуль",
	marking.SourceEmergency: "аварийная ситуация", marking.SourceNone: "никто не ответил",
}

// EvidenceCSV writes rows as CSV for a spreadsheet: UTF-8 with a mark, semicolons, CRLF, headings in Russian.
type EvidenceCSV struct {
	to      io.Writer
	out     *csv.Writer
	options Options
	begun   bool
}

// NewEvidenceCSV writes to w; it does not close it.
func NewEvidenceCSV(w io.Writer, o Options) *EvidenceCSV {
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	return &EvidenceCSV{w, out, o, false}
}

// Write adds a row.
func (w *EvidenceCSV) Write(e journal.Evidence) error {
	if err := w.begin(); err != nil {
		return err
	}
	r := csvRow{w.options.row(e), w.options, &e}
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = defused(c.cell(&r))
	}
	if err := w.out.Write(cells); err != nil {
		return fmt.Errorf("write row %d: %w", e.Seq, err)
	}
	return nil
}

// Flush ends the file: until then it may lack its last rows. A file without rows has its headings.
func (w *EvidenceCSV) Flush() error {
	if err := w.begin(); err != nil {
		return err
	}
	w.out.Flush()
	if err := w.out.Error(); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return nil
}

// begin writes the mark and the headings, once.
func (w *EvidenceCSV) begin() error {
	if w.begun {
		return nil
	}
	w.begun = true
	if _, err := io.WriteString(w.to, bom); err != nil {
		return fmt.Errorf("write headings: %w", err)
	}
	headings := make([]string, len(columns))
	for i, c := range columns {
		headings[i] = c.heading
	}
	if err := w.out.Write(headings); err != nil {
		return fmt.Errorf("write headings: %w", err)
	}
	return nil
}

// defused keeps a spreadsheet from running a cell as a formula: names of goods and answers come from outside.
func defused(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// roubles are kopecks with a comma, as spreadsheets here read them; nothing for a price that is not known.
func roubles(kopecks *int64) string {
	if kopecks == nil {
		return ""
	}
	return strings.Replace(money.Kopecks(*kopecks).String(), ".", ",", 1)
}

func yes(is bool) string {
	if is {
		return "да"
	}
	return ""
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(csvTime)
}

func emergencyCell(e *emergencyJSON) string {
	if e == nil {
		return ""
	}
	said := "с " + moment(&e.Since)
	if e.Until != nil {
		said += " до " + moment(e.Until)
	}
	for _, more := range []string{e.By, e.Reason} {
		if more != "" {
			said += ", " + more
		}
	}
	return said
}

func (o Options) reason(r marking.Reason) string {
	if o.Reason == nil || r == marking.ReasonNone {
		return string(r)
	}
	return o.Reason(r)
}

func (o Options) fault(f marking.Fault) string {
	switch {
	case f == marking.FaultNone:
		return ""
	case o.Fault == nil:
		return f.String()
	}
	return o.Fault(f)
}
