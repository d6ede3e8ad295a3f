package feed

import "time"

// Limits of the age of the data, counted from Head.Issued of the head that is fully applied.
// The hard stop is the law's (rules of ПП 1944 п. 18; guide v17 §2.6.2: 72 h since the last sync);
// the soft one is operating advice: contact at least daily. Source: engine.md §4.6.
const (
	FreshFor  = 24 * time.Hour
	UsableFor = 72 * time.Hour
)

// Freshness says what data of an age are good for.
type Freshness uint8

const (
	Fresh   Freshness = 1 // younger than 24 h
	Stale   Freshness = 2 // 24 h and older: answer, and warn
	Expired Freshness = 3 // 72 h and older: no verdict
)

// String is the name for JSON: fresh, stale, expired.
func (f Freshness) String() string {
	switch f {
	case Fresh:
		return "fresh"
	case Stale:
		return "stale"
	case Expired:
		return "expired"
	}
	return ""
}

// FreshnessOf judges data issued at one time and looked at another, both by the trusted clock.
// Data that were never issued are expired.
func FreshnessOf(issued, now time.Time) Freshness {
	age := now.Sub(issued)
	switch {
	case issued.IsZero() || age >= UsableFor:
		return Expired
	case age >= FreshFor:
		return Stale
	}
	return Fresh
}
