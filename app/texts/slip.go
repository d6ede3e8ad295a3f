package texts

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"kassa/app/fiscal"
	"kassa/app/money"
	"kassa/app/till"
)

// slipWidth is the number of characters in a line of the slip's text.
const slipWidth = 40

// SlipHeader is what stands above every slip.
type SlipHeader struct {
	Organisation, INN, Till string
	Emulated                bool // «НЕ ЯВЛЯЕТСЯ ЧЕКОМ»
}

var slipTitles = map[fiscal.Kind]string{
	fiscal.OpenShift: "Открытие смены", fiscal.CloseShift: "Закрытие смены", fiscal.Sale: "Приход", fiscal.Return: "Возврат прихода",
	fiscal.CashIn: "Внесение", fiscal.CashOut: "Изъятие", fiscal.XReport: "Отчёт без гашения (X)",
}

// Slip is the text of a document for the screen; r is nil for a document that is not of a receipt.
// The paper is the printer's: this text is for the cashier's eyes.
func Slip(h SlipHeader, r *till.Receipt, doc fiscal.Document, reg fiscal.Registered) []string {
	var s []string
	if h.Emulated {
		s = append(s, centre("НЕ ЯВЛЯЕТСЯ ЧЕКОМ"))
	}
	s = append(s, centre(h.Organisation), sides("ИНН "+h.INN, h.Till), centre(slipTitles[doc.Kind]))
	if r != nil {
		s = append(s, sides(fmt.Sprintf("Чек № %d", r.Number), "Кассир "+ShortName(r.Cashier.Name)))
	}
	s = append(s, rule())
	if r != nil {
		s = append(s, slipLines(r)...)
		s = append(s, rule(), sides("ИТОГ", "="+Sum(r.Total())))
		s = append(s, slipVAT(r)...)
		for _, p := range []struct {
			name string
			sum  money.Kopecks
		}{{"НАЛИЧНЫМИ", r.Given(till.Cash)}, {"БЕЗНАЛИЧНЫМИ", r.Given(0) - r.Given(till.Cash)}, {"СДАЧА", r.Change()}} {
			if p.sum != 0 {
				s = append(s, sides(p.name, "="+Sum(p.sum)))
			}
		}
	} else if doc.Sum != 0 {
		s = append(s, sides("СУММА", "="+Sum(doc.Sum)))
	}
	if !reg.At.IsZero() {
		s = append(s, sides(reg.At.Format("02.01.2006 15:04"), fmt.Sprintf("Смена %d", reg.Shift)))
	}
	if reg.Document != 0 {
		s = append(s, sides("ФН "+reg.Drive, fmt.Sprintf("ФД %d", reg.Document)), sides("", fmt.Sprintf("ФП %d", reg.Sign)))
	}
	return s
}

func slipLines(r *till.Receipt) []string {
	var s []string
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Removed {
			continue
		}
		name := l.Name
		if !l.Mark.IsZero() {
			name = "[М] " + name
		}
		s = append(s, wrap(name)...)
		s = append(s, sides("", Quantity(l.Quantity, l.Measure)+" × "+Sum(l.Price)+" ="+Sum(l.Full())))
		if l.Discount != 0 {
			s = append(s, sides("  скидка", "-"+Sum(l.Discount)))
		}
	}
	return s
}

// slipVAT adds the VAT of the lines by rate, as the printer counts it.
func slipVAT(r *till.Receipt) []string {
	sums := map[money.VATRate]money.Kopecks{}
	for i := range r.Lines {
		if l := &r.Lines[i]; !l.Removed {
			sums[l.VAT] += l.VAT.Included(l.Sum())
		}
	}
	var s []string
	for rate := money.VAT20; rate <= money.VAT22Calc; rate++ {
		if sums[rate] != 0 {
			s = append(s, sides("в т. ч. НДС "+rate.String()+" %", "="+Sum(sums[rate])))
		}
	}
	return s
}

func rule() string { return strings.Repeat("-", slipWidth) }

func centre(s string) string {
	return strings.Repeat(" ", max(0, slipWidth-utf8.RuneCountInString(s))/2) + s
}

// sides puts one text at each end of the line; a line that is too long keeps one space between.
func sides(left, right string) string {
	gap := slipWidth - utf8.RuneCountInString(left) - utf8.RuneCountInString(right)
	return left + strings.Repeat(" ", max(1, gap)) + right
}

// wrap breaks a name at spaces.
func wrap(s string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > slipWidth {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
