package typed

import (
	"strconv"
	"strings"
	"time"
)

// momentMask is a moment that nothing has been typed of: day, month, hour, minute.
const momentMask = "ДД.ММ ЧЧ:ММ"

const momentDigits = 8

// Moment is a day and a time of day being typed as eight digits.
type Moment struct{ digits string }

// Add takes '0' to '9' while there is room.
func (m *Moment) Add(r rune) {
	if r >= '0' && r <= '9' && len(m.digits) < momentDigits {
		m.digits += string(r)
	}
}

// Erase takes the last digit off.
func (m *Moment) Erase() {
	if m.digits != "" {
		m.digits = m.digits[:len(m.digits)-1]
	}
}

// Clear empties the moment.
func (m *Moment) Clear() { m.digits = "" }

// Text is what was typed, with letters in the places that are still to come: «25.11 1Ч:ММ».
func (m *Moment) Text() string {
	var out strings.Builder
	left := m.digits
	for _, r := range momentMask {
		if r == '.' || r == ' ' || r == ':' || left == "" {
			out.WriteRune(r)
			continue
		}
		out.WriteByte(left[0])
		left = left[1:]
	}
	return out.String()
}

// After is the typed moment in the year that makes it the next one after now, in now's time zone; ok is false while
// it is incomplete, and for a day or a time that does not exist.
func (m *Moment) After(now time.Time) (at time.Time, ok bool) {
	if len(m.digits) < momentDigits {
		return time.Time{}, false
	}
	for _, year := range []int{now.Year(), now.Year() + 1} {
		at, err := time.ParseInLocation("02.01 15:04 2006", m.Text()+" "+strconv.Itoa(year), now.Location())
		if err == nil && at.After(now) {
			return at, true
		}
	}
	return time.Time{}, false
}
