package texts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kassa/app/money"
	"kassa/app/till"
)

const (
	thin = "\u202f" // between thousands: narrow and never broken
	nbsp = "\u00a0" // between a number and its unit
)

// Money is a sum with its currency: «1 234,56 ₽».
func Money(k money.Kopecks) string { return Sum(k) + nbsp + "₽" }

// Sum is a sum where the currency is clear: «1 234,56».
func Sum(k money.Kopecks) string {
	sign, u := "", uint64(k)
	if k < 0 {
		sign, u = "–", uint64(-k)
	}
	return fmt.Sprintf("%s%s,%02d", sign, grouped(u/100), u%100)
}

// Banknote is a sum for a key: kopecks only when there are any, «1 000 ₽».
func Banknote(k money.Kopecks) string {
	if k%100 != 0 || k < 0 {
		return Money(k)
	}
	return grouped(uint64(k/100)) + nbsp + "₽"
}

// grouped writes a number with thin spaces between thousands.
func grouped(u uint64) string {
	s := strconv.FormatUint(u, 10)
	head := len(s) % 3
	parts := []string{}
	if head > 0 {
		parts = append(parts, s[:head])
	}
	for i := head; i < len(s); i += 3 {
		parts = append(parts, s[i:i+3])
	}
	return strings.Join(parts, thin)
}

// Number is a quantity without its unit: «2», «1,254».
func Number(m money.Millis) string { return comma(m.String()) }

// Percent is a share: «5 %», «7,5 %».
func Percent(p money.HundredthsOfPercent) string {
	s := strconv.FormatInt(int64(p)/100, 10)
	if rest := int64(p) % 100; rest != 0 {
		s += strings.TrimRight(fmt.Sprintf(",%02d", rest), "0")
	}
	return s + nbsp + "%"
}

// Quantity is a number with its unit; pieces have none: «2», «1,254 кг».
func Quantity(m money.Millis, unit till.Measure) string {
	if u := Unit(unit); u != "" {
		return Number(m) + nbsp + u
	}
	return Number(m)
}

var units = map[till.Measure]string{
	till.Piece: "", till.Gram: "г", till.Kilogram: "кг", till.Metre: "м", till.Litre: "л",
}

// Unit is the short word of a measure; pieces have none.
func Unit(m till.Measure) string { return units[m] }

// Seconds is a wait in whole seconds: «4 с».
func Seconds(d time.Duration) string {
	return strconv.FormatInt(int64(d/time.Second), 10) + nbsp + "с"
}

// WaitSeconds is what is left of a wait, rounded up: «1 с» until it is over.
func WaitSeconds(d time.Duration) string { return Seconds(d + time.Second - 1) }

// Tenths is a short time: «0,4 с».
func Tenths(d time.Duration) string {
	tenths := int64((d + 50*time.Millisecond) / (100 * time.Millisecond))
	return fmt.Sprintf("%d,%d%sс", tenths/10, tenths%10, nbsp)
}

// Age is a long time: «10 мин», «3 ч 10 мин», «2 сут 4 ч».
func Age(d time.Duration) string {
	minutes := int64(max(0, d) / time.Minute)
	hours, days := minutes/60, minutes/(24*60)
	switch {
	case hours == 0:
		return fmt.Sprintf("%d%sмин", minutes, nbsp)
	case days == 0:
		return fmt.Sprintf("%d%sч %d%sмин", hours, nbsp, minutes%60, nbsp)
	}
	return fmt.Sprintf("%d%sсут %d%sч", days, nbsp, hours%24, nbsp)
}

// Clock is the time of a day: «14:32».
func Clock(t time.Time) string { return t.Format("15:04") }

// Moment is a day and a time: «21.11 08:40».
func Moment(t time.Time) string { return t.Format("02.01 15:04") }

// Plural picks the form that stands with a number: 1 позиция, 2 позиции, 5 позиций.
func Plural(n int, one, few, many string) string {
	if n < 0 {
		n = -n
	}
	switch ten, hundred := n%10, n%100; {
	case ten == 1 && hundred != 11:
		return one
	case ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14):
		return few
	}
	return many
}

// Count is a number and the word counted by it, in its form.
func Count(n int, one, few, many string) string {
	return strconv.Itoa(n) + nbsp + Plural(n, one, few, many)
}

// ShortName is how a person is called on a narrow place: «Иванова А.».
func ShortName(full string) string {
	words := strings.Fields(full)
	if len(words) < 2 {
		return full
	}
	short := words[0]
	for _, w := range words[1:] {
		short += nbsp + string([]rune(w)[:1]) + "."
	}
	return short
}

// Initials are the first letters of the first two words of a name: «ИА».
func Initials(full string) string {
	out := ""
	for i, w := range strings.Fields(full) {
		if i < 2 {
			out += strings.ToUpper(string([]rune(w)[:1]))
		}
	}
	return out
}

// comma writes a decimal number the Russian way.
func comma(s string) string { return strings.ReplaceAll(s, ".", ",") }
