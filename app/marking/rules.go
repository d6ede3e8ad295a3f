package marking

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Rules is the table of forbidden sales: which answers forbid which goods from when to when, from when the
// offline check is mandatory, how long an emergency has its days after. It comes from a file, [ParseRules],
// and never changes. A nil *Rules is the built-in table, rules.json.
type Rules struct {
	version, date string
	text          []byte
	rows          []row
	after         time.Duration
	offlineFrom   day
	offlineIn     map[ProductGroup]day
}

// Rule is one row of the table, for showing it.
type Rule struct {
	ID, Title, Source string
	Reason            Reason
	Groups            []ProductGroup // nil: all
	From, Until       string         // YYYY-MM-DD, both included; empty: no limit
}

// row is a rule made ready for judging.
type row struct {
	Rule
	from, until    day
	when           []condition
	exceptIn       []ProductGroup // the exception is for these groups, nil: all
	except         []condition    // empty: there is none
	answers        answers
	always, advice bool
	on, after      bool // still forbids in an emergency, in the days after it
	verdict        Decision
	told           conditionKind // what the sentence of the reason tells: the price or the date of that condition; 0: nothing
}

//go:embed rules.json
var builtInText []byte

var builtIn = sync.OnceValue(func() *Rules {
	r, err := ParseRules(builtInText)
	if err != nil {
		panic("rules.json: " + err.Error()) // cannot be: a test reads it
	}
	return r
})

// DefaultRules is the built-in table.
func DefaultRules() *Rules { return builtIn() }

func (r *Rules) orBuiltIn() *Rules {
	if r == nil {
		return builtIn()
	}
	return r
}

// Version names the table in verdicts and in the evidence. A table that is not the built-in one has a piece
// of its checksum behind its own version, so that two edits are never taken for each other.
func (r *Rules) Version() string { return r.orBuiltIn().version }

// Date is the day of the table, YYYY-MM-DD.
func (r *Rules) Date() string { return r.orBuiltIn().date }

// Text is the file that the table came from, to the byte.
func (r *Rules) Text() []byte { return slices.Clone(r.orBuiltIn().text) }

// List gives the rows in their order.
func (r *Rules) List() []Rule {
	r = r.orBuiltIn()
	list := make([]Rule, len(r.rows))
	for i := range r.rows {
		list[i] = r.rows[i].Rule
		list[i].Groups = slices.Clone(list[i].Groups)
	}
	return list
}

// EmergencyAfter is how long goods may go on being sold without checks when an emergency is over.
func (r *Rules) EmergencyAfter() time.Duration { return r.orBuiltIn().after }

// OfflineMandatory tells whether an item of the groups must be checked offline at least, at a local time.
// Of several groups one is enough; an item of no known group is treated as most goods are.
func (r *Rules) OfflineMandatory(at time.Time, groups ...ProductGroup) bool {
	r = r.orBuiltIn()
	today := localDay(at)
	if len(groups) == 0 {
		return today >= r.offlineFrom
	}
	return slices.ContainsFunc(groups, func(g ProductGroup) bool {
		from, named := r.offlineIn[g]
		if !named {
			from = r.offlineFrom
		}
		return today >= from
	})
}

// OfflineDay is from when the offline check is mandatory for a group; group zero stands for those not named.
type OfflineDay struct {
	Group ProductGroup
	From  string // YYYY-MM-DD, or never
}

// OfflineDays are the days that OfflineMandatory goes by: first that of most goods, then the named groups by
// their numbers.
func (r *Rules) OfflineDays() []OfflineDay {
	r = r.orBuiltIn()
	days := []OfflineDay{{From: r.offlineFrom.String()}}
	for _, g := range slices.Sorted(maps.Keys(r.offlineIn)) {
		days = append(days, OfflineDay{Group: g, From: r.offlineIn[g].String()})
	}
	return days
}

// day is a calendar day as the number yyyymmdd. Zero: none.
type day int

// never is later than any day.
const never day = 9999_99_99

func localDay(t time.Time) day {
	year, month, d := t.Date()
	return day(year*1_00_00 + int(month)*1_00 + d)
}

// String is YYYY-MM-DD, or the word never.
func (d day) String() string {
	if d == never {
		return "never"
	}
	return fmt.Sprintf("%04d-%02d-%02d", int(d)/1_00_00, int(d)/1_00%1_00, int(d)%1_00)
}

// holds tells whether a row speaks against the item, by what one statement tells.
func (r *row) holds(q *question, s *statement) bool {
	return r.answers&s.from != 0 &&
		q.today >= r.from && (r.until == 0 || q.today <= r.until) &&
		q.in(r.Groups) && allHold(r.when, q, s) &&
		!(len(r.except) > 0 && q.in(r.exceptIn) && allHold(r.except, q, s))
}

func allHold(conditions []condition, q *question, s *statement) bool {
	for i := range conditions {
		if !conditions[i].holds(q, s) {
			return false
		}
	}
	return true
}
