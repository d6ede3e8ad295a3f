package marking

import (
	"slices"
	"strconv"
	"time"
)

// Decide turns the answers and the policy into a verdict, by the policy's table. Pure: same arguments, same verdict.
//
// The order is the guide's §5 (marking-check §5.1): the rules that hold always (a damaged code, the module's
// sold base), an emergency, the centre's answer, the module's answer, nobody's answer. An answer without its id
// (reqId) and without facts is no answer, so that a forgotten zero value never sells anything.
//
// An answer that a gateway took from its module is a module's answer. In the days after an emergency an answer
// forbids only by the rules that say so: the others may rest on uploads that the failure delayed.
func Decide(q Query, online OnlineAnswer, module ModuleAnswer, policy Policy) Verdict {
	rules := policy.Rules.orBuiltIn()
	v := Verdict{Rules: rules.version, OnlineFault: onlineFault(online), ModuleFault: moduleFault(module)}

	// Who says something, in the order of weight; the code itself last.
	var said [3]statement
	n := 0
	if v.OnlineFault == FaultNone && !online.Emergency {
		said[n] = onlineStatement(&online)
		n++
		if !online.Offline {
			v.Package, v.Parent = online.PackageType, online.Parent
		}
	}
	if v.ModuleFault == FaultNone {
		said[n] = moduleStatement(&module)
		n++
	}
	own := &said[n]
	*own = statement{from: byOwn, source: SourceNone}

	ask := question{Query: &q, policy: &policy, today: localDay(q.At), groups: groupsOf(&q, &online)}
	for i := range rules.rows {
		for k := range said[:n+1] {
			if r := &rules.rows[i]; r.always && r.holds(&ask, &said[k]) {
				return v.of(&said[k]).by(r, &ask, &said[k])
			}
		}
	}

	phase := policy.Emergency
	if online.Emergency {
		phase = EmergencyOn
	}
	s := &said[0]
	if phase == EmergencyOn {
		s = own
		s.source = SourceEmergency
	}
	r, excused := rules.first(phase, &ask, s)
	switch {
	case r != nil && r.verdict == Forbid:
		return v.of(s).by(r, &ask, s)
	case r != nil:
		v = v.of(s).end(Unchecked, r.Reason, s.source)
		v.Rule, v.MaySell = r.ID, policy.sells(ask.groups)
		return v
	case excused, s == own && phase != EmergencyNone:
		return v.end(Allow, ReasonEmergency, SourceEmergency)
	case s == own:
		v = v.end(Unchecked, ReasonNoAnswer, SourceNone)
		v.MaySell = policy.sells(ask.groups) || !rules.OfflineMandatory(q.At, ask.groups...)
		return v
	}
	return v.of(s).end(Allow, ReasonNone, s.source)
}

// first finds the first row that speaks against the item in a phase. excused: there was one, but it does not
// count in this phase.
func (r *Rules) first(phase EmergencyPhase, q *question, s *statement) (found *row, excused bool) {
	for i := range r.rows {
		row := &r.rows[i]
		counts := phase == EmergencyNone || phase == EmergencyOn && row.on || phase == EmergencyAfter && row.after
		switch {
		case !row.holds(q, s):
		case counts:
			return row, false
		default:
			excused = true
		}
	}
	return nil, excused
}

// sells tells whether goods of the groups are sold when nobody can tell: the strictest word counts.
func (p *Policy) sells(groups []ProductGroup) bool {
	word := func(g ProductGroup) NoAnswer {
		if own, ok := p.NoAnswerIn[g]; ok {
			return own
		}
		return p.NoAnswer
	}
	if len(groups) == 0 {
		return p.NoAnswer == NoAnswerAllow
	}
	return !slices.ContainsFunc(groups, func(g ProductGroup) bool { return word(g) != NoAnswerAllow })
}

// tobaccoByCode is the group of a code that nobody told one of and that has a maximum price inside: only packs and
// blocks of tobacco have (marking-codes §2.2).
var tobaccoByCode = []ProductGroup{Tobacco}

// groupsOf: the catalogue's word goes first, the online answer's fills its gap, then the code speaks for itself.
func groupsOf(q *Query, online *OnlineAnswer) []ProductGroup {
	if q.Group != 0 {
		return []ProductGroup{q.Group}
	}
	if _, priced := q.Code.MRP(); priced && len(online.Groups) == 0 {
		return tobaccoByCode
	}
	return online.Groups
}

func onlineFault(a OnlineAnswer) Fault {
	if !a.Answered() || a.ReqID != "" {
		return a.Fault
	}
	facts := []*bool{a.Found, a.Verified, a.Realizable, a.Utilised}
	if a.Offline {
		facts = []*bool{a.Sold, a.Blocked}
	}
	if !slices.ContainsFunc(facts, func(b *bool) bool { return b != nil }) {
		return FaultGarbage
	}
	return FaultNone
}

func moduleFault(a ModuleAnswer) Fault {
	if a.Answered() && a.ReqID == "" {
		return FaultGarbage
	}
	return a.Fault
}

// onlineStatement is what the centre says, or a gateway's module in its place: of that one the facts of
// marking-check §3.1 alone are taken.
func onlineStatement(a *OnlineAnswer) statement {
	s := statement{from: byOnline, source: SourceOnline, mrp: a.MRP, smp: a.SMP, packs: 1}
	s.facts[factBlocked], s.facts[factSold] = knownOf(a.Blocked), knownOf(a.Sold)
	s.reqID, s.reqTime = a.ReqID, a.ReqTimestamp
	if a.Offline {
		s.from, s.source = byOffline, SourceModule
		s.facts[factGreyGTIN] = knownOf(a.GreyGTIN)
		s.inst, s.version = a.Inst, a.Version
		return s
	}
	s.facts[factFound], s.facts[factValid], s.facts[factVerified] = knownOf(a.Found), knownOf(a.Valid), knownOf(a.Verified)
	s.facts[factRealizable], s.facts[factUtilised] = knownOf(a.Realizable), knownOf(a.Utilised)
	s.facts[factOwner], s.facts[factTracking], s.facts[factGreyZone] = knownOf(a.Owner), knownOf(a.Tracking), knownOf(a.GreyZone)
	s.authorities, s.expireDate = a.Authorities, a.ExpireDate
	s.packs = max(1, a.PackageQuantity)
	if a.ReqTimestamp != 0 {
		s.dataAt = time.UnixMilli(a.ReqTimestamp)
	}
	return s
}

func moduleStatement(a *ModuleAnswer) statement {
	s := statement{from: byOffline, source: SourceModule, mrp: a.MRP, smp: a.SMP, packs: 1, dataAt: a.DataAt}
	s.facts[factBlocked], s.facts[factSold], s.facts[factGreyGTIN] = knownOf(&a.Blocked), knownOf(&a.Sold), knownOf(&a.GreyGTIN)
	s.reqID, s.reqTime, s.inst, s.version = a.ReqID, a.ReqTimestamp, a.Inst, a.Version
	return s
}

// tag1265 is the value of the tag, empty when the answer has no id: two parts online, four offline.
// Source: guide v17 §3 (marking-check §5.2).
func (s *statement) tag1265() string {
	if s.reqID == "" {
		return ""
	}
	tag := "UUID=" + s.reqID + "&Time=" + strconv.FormatInt(s.reqTime, 10)
	if s.from == byOffline {
		tag += "&Inst=" + s.inst + "&Ver=" + s.version
	}
	return tag
}

// of notes whose statement decides: the value of tag 1265 and the age of its data.
func (v Verdict) of(s *statement) Verdict {
	v.Tag1265, v.DataAt = s.tag1265(), s.dataAt
	return v
}

// by forbids by a row.
func (v Verdict) by(r *row, q *question, s *statement) Verdict {
	v = v.end(Forbid, r.Reason, s.source)
	v.Rule = r.ID
	if r.told == onExpiry {
		v.Until = s.expireDate
	}
	v.Limit, _ = r.told.limit(q, s)
	return v
}

func (v Verdict) end(d Decision, r Reason, s Source) Verdict {
	v.Decision, v.Reason, v.Source = d, r, s
	v.MaySell = d == Allow
	return v
}
