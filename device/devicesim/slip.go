package devicesim

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"kassa/app/money"
)

// Sentences that stand on every slip, so that none can pass for a fiscal one.
const (
	slipSimulator = "ИМИТАТОР"
	slipNoReceipt = "НЕ ЯВЛЯЕТСЯ ЧЕКОМ"
)

var slipTitles = map[string]string{
	TypeOpenShift: "ОТЧЁТ ОБ ОТКРЫТИИ СМЕНЫ", TypeZ: "ОТЧЁТ О ЗАКРЫТИИ СМЕНЫ", TypeX: "СУТОЧНЫЙ ОТЧЁТ БЕЗ ГАШЕНИЯ",
	TypeCashIn: "ВНЕСЕНИЕ", TypeCashOut: "ВЫПЛАТА",
}

var kindTitles = map[byte]string{1: "ПРИХОД", 2: "ВОЗВРАТ ПРИХОДА", 3: "РАСХОД", 4: "ВОЗВРАТ РАСХОДА"}

// slipOf is the paper of a document, in lines of at most 40 characters. The journal holds everything that it
// shows, but the lines that the host printed of its own.
func (s *Shtrih) slipOf(e *Entry) []string {
	title, body := slipTitles[e.Type], []string(nil)
	if e.isReceipt() {
		title = kindTitles[e.Kind]
		if e.Type == TypeCorrection {
			title = "КОРРЕКЦИЯ: " + title
		}
		body = receiptBody(e)
	} else if e.Type != TypeOpenShift {
		body = append(body, pair("ИТОГО", e.Total.String()))
		if e.Type == TypeX || e.Type == TypeZ {
			body = append(body, pair("НАЛИЧНЫМИ", e.Cash.String()), pair("ЭЛЕКТРОННЫМИ", e.Card.String()))
		}
	}
	if e.Cashier != "" {
		body = append(body, wrap("Кассир: "+e.Cashier)...)
	}
	body = append(body, fmt.Sprintf("СМЕНА %d", e.Shift))
	if e.numbered() {
		body = append(body, pair(fmt.Sprintf("ФД %d", e.FD), fmt.Sprintf("ФП %010d", e.Sign)))
	}
	return s.slipWith(title, e.Time, body)
}

// slipWith puts the fixed lines around a body.
func (s *Shtrih) slipWith(title string, at time.Time, body []string) []string {
	slip := []string{center(slipSimulator), center(slipNoReceipt)}
	for row := 4; row <= s.table(4).rows; row++ {
		if text := strings.TrimSpace(s.text(4, row, 1)); text != "" {
			slip = append(slip, center(text))
		}
	}
	slip = append(slip, center(title), pair("ИНН "+s.opts.INN, at.Format("02.01.06 15:04")))
	slip = append(slip, body...)
	slip = append(slip, pair("ФН "+s.opts.Drive, "ЗН "+s.opts.Serial))
	for row := 1; row <= 3; row++ {
		if text := strings.TrimSpace(s.text(4, row, 1)); text != "" {
			slip = append(slip, center(text))
		}
	}
	return append(slip, center(slipNoReceipt))
}

func receiptBody(e *Entry) []string {
	var body []string
	for i := range e.Lines {
		l := &e.Lines[i]
		name := l.Name
		if l.KM != "" {
			name += " [М]"
		}
		if !l.Hidden {
			body = append(body, wrap(name)...)
		}
		body = append(body, pair("", fmt.Sprintf("%s x %s = %s", l.quantity(), l.Price, l.Sum)))
		body = append(body, pair("", "НДС "+l.VAT))
	}
	body = append(body, strings.Repeat("-", columns), pair("ИТОГ", "="+e.Total.String()))
	for _, p := range []struct {
		name string
		sum  money.Kopecks
	}{
		{"НАЛИЧНЫМИ", e.Cash + e.Change}, {"ЭЛЕКТРОННЫМИ", e.Card}, {"ПРЕДОПЛАТА", paymentAt(e, payPrepaid)},
		{"ПОСТОПЛАТА", paymentAt(e, payPostpaid)}, {"ВСТРЕЧНОЕ ПРЕДОСТАВЛЕНИЕ", paymentAt(e, payCounter)}, {"СДАЧА", e.Change},
	} {
		if p.sum != 0 {
			body = append(body, pair(p.name, "="+p.sum.String()))
		}
	}
	return append(body, fmt.Sprintf("ЧЕК %d", e.Receipt))
}

func (l *EntryLine) quantity() string {
	if l.Micros != 0 {
		return fmt.Sprintf("%d.%06d", l.Micros/1_000_000, l.Micros%1_000_000)
	}
	return l.Millis.String()
}

// center puts a text into the middle of a line; too long a text is cut.
func center(text string) string {
	text = clip(text)
	return strings.Repeat(" ", (columns-utf8.RuneCountInString(text))/2) + text
}

// pair puts one text to the left and one to the right of a line.
func pair(left, right string) string {
	gap := columns - utf8.RuneCountInString(left) - utf8.RuneCountInString(right)
	return clip(left + strings.Repeat(" ", max(1, gap)) + right)
}

func clip(text string) string {
	if r := []rune(text); len(r) > columns {
		return string(r[:columns])
	}
	return text
}

// wrap breaks a text into lines of 40 characters.
func wrap(text string) []string {
	r := []rune(text)
	if len(r) == 0 {
		return []string{""}
	}
	var lines []string
	for len(r) > 0 {
		n := min(columns, len(r))
		lines = append(lines, string(r[:n]))
		r = r[n:]
	}
	return lines
}
