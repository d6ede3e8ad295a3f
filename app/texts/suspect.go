package texts

import (
	"strings"

	"kassa/app/journal"
	"kassa/app/marking"
)

// MaskedKI is a stored КИ as a screen may show it; one that is no code any more is told by its GTIN alone.
func MaskedKI(ki, gtin string) string {
	var c marking.MarkingCode
	if err := c.UnmarshalText([]byte(ki)); err != nil || c.IsZero() {
		return gtin + "/…"
	}
	return c.Masked()
}

// origins say who put a unit on the list «Карантин», and how an official refusal and an advice look.
var origins = map[journal.SuspectOrigin]struct {
	tone  Tone
	words string
}{
	journal.FromSale:     {Forbidden, "отказ на кассе"},
	journal.FromPreCheck: {Attention, "проверка склада (совет)"},
}

// SuspectOrigin is who put a unit on the list, with the tone of its word.
func SuspectOrigin(s journal.Suspect) (Tone, string) {
	o := origins[s.Origin]
	return o.tone, o.words
}

// SuspectReason says why in a few words: «истёк срок годности: 12.03.2026».
func SuspectReason(s journal.Suspect) string {
	words := ReasonWords(s.Reason)
	if s.Until != "" {
		words += ": " + day(s.Until)
	}
	return words
}

// SuspectRow is the small print of a row: code, when, which till, who.
func SuspectRow(s journal.Suspect) string {
	return joined([]string{MaskedKI(s.KI, s.GTIN), Moment(s.At), s.Till, ShortName(s.Person)})
}

// ItemOr is the name of an item, or its GTIN when the shop has no name for it.
func ItemOr(name, gtin string) string {
	if name != "" {
		return name
	}
	return "GTIN " + gtin
}

// SuspectsFound says how many units are on the list, and how many of them are shown.
func SuspectsFound(shown, total int) string {
	if shown < total {
		return Found(shown, total)
	}
	return Count(total, "экземпляр", "экземпляра", "экземпляров")
}

// joined puts the parts that say something side by side.
func joined(parts []string) string {
	said := []string{}
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, " · ")
}

// trimPoint takes the point off a sentence that another one follows.
func trimPoint(s string) string { return strings.TrimRight(s, ". ") }
