package marking

import "time"

// EmergencyPhase is where a moment stands to an emergency («аварийная ситуация», ПП 515 п. 55–64).
type EmergencyPhase uint8

const (
	EmergencyNone  EmergencyPhase = 0
	EmergencyOn    EmergencyPhase = 1 // in force: goods are sold without a check
	EmergencyAfter EmergencyPhase = 2 // over, and the days that follow it still run
)

// Emergency is one emergency as the till knows it. The zero value is none.
//
// One that a 203 began lasts until a probe is answered normally. A single 203 may also come from a proxy:
// only one that cdn/info confirmed, or that a person declared, is followed by the days after it.
type Emergency struct {
	Since     time.Time
	Until     time.Time // the end; zero while an automatic one lasts
	Manual    bool      // declared by a person: By, Reason and Until are set
	Confirmed bool      // cdn/info answered 203 too
	By        string    // name
	Reason    string
}

// clockSlack: a clock that was put back by less does not end an emergency.
const clockSlack = 24 * time.Hour

// Phase of a moment; after is how long sales without checks may go on when it is over.
func (e Emergency) Phase(at time.Time, after time.Duration) EmergencyPhase {
	switch {
	case e.Since.IsZero() || e.Since.Sub(at) > clockSlack:
		return EmergencyNone
	case e.Until.IsZero() || at.Before(e.Until):
		return EmergencyOn
	case (e.Manual || e.Confirmed) && at.Before(e.Until.Add(after)):
		return EmergencyAfter
	}
	return EmergencyNone
}
