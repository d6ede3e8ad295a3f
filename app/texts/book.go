package texts

import (
	"strconv"
	"strings"

	"kassa/app/journal"
	"kassa/app/marking"
)

// CheckWord is the verdict of a row of the book of checks: the tone and a few words.
func CheckWord(v marking.Verdict) (Tone, string) {
	switch {
	case v.Decision == marking.Forbid:
		return Forbidden, "нельзя: " + ReasonWords(v.Reason)
	case v.Decision == marking.Allow && v.Source == marking.SourceEmergency:
		return Attention, "без проверки: авария"
	case v.Decision == marking.Allow:
		return OK, "можно"
	case v.Decision == marking.Unchecked && v.MaySell:
		return Attention, "не проверен, разрешён"
	case v.Decision == marking.Unchecked:
		return Forbidden, "не проверен, запрещён"
	}
	return Attention, "нет решения"
}

// CheckRow is the small print of a row: code, when, who answered, how fast.
func CheckRow(e journal.Evidence) string {
	return joined([]string{MaskedKI(e.KI, e.GTIN), Moment(e.At), CheckHow(e)})
}

// CheckHow is who answered, and how fast.
func CheckHow(e journal.Evidence) string { return joined([]string{checkSource(e), checkTime(e)}) }

// CheckMarks are what must catch the eye in a row: an answer that came too late, a sale at the shop's own risk.
func CheckMarks(e journal.Evidence) string {
	parts := []string{}
	if e.Late {
		parts = append(parts, "поздний ответ")
	}
	if e.Overtime {
		parts = append(parts, "онлайн не успел")
	}
	if e.Risk {
		parts = append(parts, "риск магазина")
	}
	return joined(parts)
}

// checkSource says who decided, and by which way.
func checkSource(e journal.Evidence) string {
	gateway := e.Online.Path == marking.PathGateway
	switch e.Verdict.Source {
	case marking.SourceOnline:
		if gateway {
			return "Честный знак через ТС ПИоТ"
		}
		return "Честный знак"
	case marking.SourceModule:
		if gateway && e.Online.Offline && e.Online.Answered() {
			return "модуль через ТС ПИоТ"
		}
		return "модуль магазина"
	case marking.SourceEmergency:
		return "аварийная ситуация"
	}
	return "никто не ответил"
}

// checkTime is how long the verdict took; a check that nobody had to be asked for took none.
func checkTime(e journal.Evidence) string {
	if e.Elapsed <= 0 {
		return ""
	}
	return Tenths(max(e.Elapsed, shortest))
}

// Fact is a line of details: what it is, and what it says.
type Fact struct{ Name, Words string }

// CheckFacts are the details of a row of the book of checks, for a person and for a call to the support. The
// code is masked; what the answers said word by word is in the export only.
func CheckFacts(e journal.Evidence) []Fact {
	facts := []Fact{
		{"Код", MaskedKI(e.KI, e.GTIN)},
		{"Проверен", joined([]string{e.At.Format("02.01.2006 15:04:05"), e.Till, ShortName(e.Person.Name)})},
		{"Решил", joined([]string{checkSource(e), checkTime(e), CheckMarks(e)})},
		{"Честный знак", answerWords(e.Online.ReqID != "", e.Online.Emergency, e.Verdict.OnlineFault, e.Online.Site)},
		{"Модуль", answerWords(e.Module.ReqID != "", false, e.Verdict.ModuleFault, dataOf(e.Module))},
		{"Правило", ruleOf(e.Verdict)},
		{"Тег 1265", strings.ReplaceAll(e.Verdict.Tag1265, "&", " &")}, // where a line may be broken
		{"Чек", documentOf(e)},
		{"Авария", emergencyOf(e.Emergency)},
	}
	said := facts[:0]
	for _, f := range facts {
		if f.Words != "" {
			said = append(said, f)
		}
	}
	return said
}

// answerWords say that a source answered, or why it did not; nothing of one that was not asked.
func answerWords(answered, emergency bool, fault marking.Fault, more string) string {
	words := ""
	switch {
	case emergency:
		words = "аварийная ситуация"
	case fault != marking.FaultNone:
		words = Fault(fault)
	case answered:
		words = "ответил"
	}
	if words == "" {
		return ""
	}
	return joined([]string{words, more})
}

func dataOf(a marking.ModuleAnswer) string {
	if a.DataAt.IsZero() {
		return ""
	}
	return "данные " + Moment(a.DataAt)
}

func documentOf(e journal.Evidence) string {
	price := ""
	if e.Price >= 0 {
		price = "цена " + Money(e.Price)
	}
	if e.Document == 0 {
		return joined([]string{"документа нет", price})
	}
	return joined([]string{"ФД " + strconv.FormatUint(uint64(e.Document), 10), "строка " + strconv.Itoa(e.Line), price})
}

func emergencyOf(e marking.Emergency) string {
	if e.Since.IsZero() {
		return ""
	}
	return joined([]string{"с " + Moment(e.Since), fill("[до {0}]", []string{endOf(e.Until)}), trimPoint(e.Reason), ShortName(e.By)})
}

// ChecksFound says how many rows of the book are shown; more tells that older ones were not looked through.
func ChecksFound(shown int, more bool) string {
	if more {
		return "Показано " + strconv.Itoa(shown) + ", более ранние – в выгрузке"
	}
	return Count(shown, "проверка", "проверки", "проверок")
}
