package typed_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/ui/typed"
)

func TestAMomentIsTypedAsEightDigits(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 32, 0, 0, time.FixedZone("MSK", 3*3600))
	for _, c := range []struct {
		name, keys, text string
		want             string // as RFC 3339, empty when it is no moment
	}{
		{"nothing yet", "", "ДД.ММ ЧЧ:ММ", ""},
		{"a part of it", "25111", "25.11 1Ч:ММ", ""},
		{"all of it", "25111400", "25.11 14:00", "2026-11-25T14:00:00+03:00"},
		{"more digits are not taken", "251114009", "25.11 14:00", "2026-11-25T14:00:00+03:00"},
		{"other signs are not taken", "25.11 14:00", "25.11 14:00", "2026-11-25T14:00:00+03:00"},
		{"later today", "22111433", "22.11 14:33", "2026-11-22T14:33:00+03:00"},
		{"a day that is past is one of the next year", "02011000", "02.01 10:00", "2027-01-02T10:00:00+03:00"},
		{"now is not later", "22111432", "22.11 14:32", "2027-11-22T14:32:00+03:00"},
		{"no such day", "31111400", "31.11 14:00", ""},
		{"no such hour", "25112500", "25.11 25:00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m typed.Moment
			for _, r := range c.keys {
				m.Add(r)
			}
			require.Equal(t, c.text, m.Text())
			at, ok := m.After(now)
			require.Equal(t, c.want != "", ok)
			if ok {
				require.Equal(t, c.want, at.Format(time.RFC3339))
			}
		})
	}
	var m typed.Moment
	m.Add('2')
	m.Add('5')
	m.Erase()
	require.Equal(t, "2Д.ММ ЧЧ:ММ", m.Text())
	m.Clear()
	m.Erase()
	require.Equal(t, "ДД.ММ ЧЧ:ММ", m.Text())
}
