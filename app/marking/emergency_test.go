package marking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

func TestPhasesOfAnEmergency(t *testing.T) {
	// marking-check §6: while it lasts and 3 days after.
	began, ended := noon, noon.Add(5*time.Hour)
	after := marking.DefaultRules().EmergencyAfter()
	manual := marking.Emergency{Since: began, Until: ended, Manual: true}
	for _, c := range []struct {
		name string
		e    marking.Emergency
		at   time.Time
		want marking.EmergencyPhase
	}{
		{"none was declared", marking.Emergency{}, began, marking.EmergencyNone},
		{"a clock that was put back", manual, began.Add(-time.Hour), marking.EmergencyOn},
		{"before it", manual, began.Add(-25 * time.Hour), marking.EmergencyNone},
		{"it begins", manual, began, marking.EmergencyOn},
		{"the last moment", manual, ended.Add(-time.Nanosecond), marking.EmergencyOn},
		{"it is over, the days after run", manual, ended, marking.EmergencyAfter},
		{"the end of the third day after", manual, ended.Add(72*time.Hour - time.Nanosecond), marking.EmergencyAfter},
		{"the days after are over", manual, ended.Add(72 * time.Hour), marking.EmergencyNone},
		{"an automatic one has no end yet", marking.Emergency{Since: began}, ended.Add(100 * time.Hour), marking.EmergencyOn},
		{"an automatic one that cdn/info confirmed", marking.Emergency{Since: began, Until: ended, Confirmed: true}, ended, marking.EmergencyAfter},
		{"a 203 that nobody confirmed has no days after", marking.Emergency{Since: began, Until: ended}, ended, marking.EmergencyNone},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, c.e.Phase(c.at, after)) })
	}
}
