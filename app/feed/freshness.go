package feed

import "time"

// Limits of the age of the data, counted from Head.Issued of the head that is fully applied.
// The hard stop is the law's (rules of ПП 1944 п. 18; guide v17 §2.6.2: 72 h since the last sync);
// the soft one is operating advice: contact at least daily. Source: engine.md §4.6.
const (
	FreshFor  = 24 * time.Hour
	UsableFor = 72 * time.Hour
)
