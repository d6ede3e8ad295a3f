package marking

import (
	"slices"
	"strconv"
	"time"

	"kassa/app/money"
)

// Decide turns the answers and the policy into a verdict. Pure: same arguments, same verdict.
//
// The order is the guide's §5 (marking-check §5.1): what the till itself can see, the module's sold base,
// an emergency, the online answer, the module's answer, nobody's answer. An answer without its id
// (reqId) and without facts is no answer, so that a forgotten zero value never sells anything.
func Decide(q Query, online OnlineAnswer, module ModuleAnswer, policy Policy) Verdict {
	v := Verdict{OnlineFault: onlineFault(online), ModuleFault: moduleFault(module)}
	onlineAnswered := v.OnlineFault == FaultNone && !online.Emergency
	moduleAnswered := v.ModuleFault == FaultNone

	f := facts{query: q, policy: policy, groups: groupsOf(q, online)}
	if !q.Code.HasCheckPart() {
		return v.end(Forbid, ReasonStructure, SourceNone)
	}
	if moduleAnswered && module.Sold {
		return v.of(module).end(Forbid, ReasonSoldHere, SourceModule)
	}
	switch {
	case online.Emergency:
		return v.judge(ownRows, &f, SourceEmergency, ReasonEmergency)
	case onlineAnswered:
		f.online = online
		f.mrp, f.smp = online.MRP, online.SMP
		f.packs = max(1, money.Kopecks(online.PackageQuantity))
		v.Tag1265 = "UUID=" + online.ReqID + "&Time=" + strconv.FormatInt(online.ReqTimestamp, 10)
		if online.ReqID == "" {
			v.Tag1265 = ""
		}
		if online.ReqTimestamp != 0 {
			v.DataAt = time.UnixMilli(online.ReqTimestamp)
		}
		return v.judge(onlineRows, &f, SourceOnline, ReasonNone)
	case moduleAnswered:
		f.module = module
		f.mrp, f.smp = module.MRP, module.SMP
		f.packs = 1
		v = v.of(module).judge(moduleRows, &f, SourceModule, ReasonNone)
		if v.Decision == Allow && module.Blocked && module.GreyGTIN {
			return v.unchecked(policy.NoAnswer == NoAnswerAllow, ReasonOnlineOnly, SourceModule)
		}
		return v
	}
	v = v.judge(ownRows, &f, SourceNone, ReasonNoAnswer)
	if v.Decision == Forbid {
		return v
	}
	maySell := policy.NoAnswer == NoAnswerAllow || f.inGroup(policy.OfflineOptional)
	return v.unchecked(maySell, ReasonNoAnswer, SourceNone)
}

// facts is what the rows look at.
type facts struct {
	query    Query
	policy   Policy
	groups   []ProductGroup
	online   OnlineAnswer
	module   ModuleAnswer
	mrp, smp *money.Kopecks // of the answer that decides
	packs    money.Kopecks  // consumer packs in what is sold
}

// inGroup tells whether the item is of one of the groups.
func (f *facts) inGroup(groups []ProductGroup) bool {
	return slices.ContainsFunc(f.groups, func(g ProductGroup) bool { return slices.Contains(groups, g) })
}

// groupsOf: the catalogue's word goes first, the online answer's fills its gap.
func groupsOf(q Query, online OnlineAnswer) []ProductGroup {
	if q.Group != 0 {
		return []ProductGroup{q.Group}
	}
	return online.Groups
}

func onlineFault(a OnlineAnswer) Fault {
	if a.Answered() && a.ReqID == "" && a.Found == nil && a.Verified == nil && a.Realizable == nil && a.Utilised == nil {
		return FaultGarbage
	}
	return a.Fault
}

func moduleFault(a ModuleAnswer) Fault {
	if a.Answered() && a.ReqID == "" {
		return FaultGarbage
	}
	return a.Fault
}

// of notes that the module's answer decides: the four-part value of tag 1265 and the age of its data.
// Source: guide v17 §3 (marking-check §5.2).
func (v Verdict) of(m ModuleAnswer) Verdict {
	v.Tag1265 = "UUID=" + m.ReqID + "&Time=" + strconv.FormatInt(m.ReqTimestamp, 10) + "&Inst=" + m.Inst + "&Ver=" + m.Version
	v.DataAt = m.DataAt
	return v
}

func (v Verdict) end(d Decision, r Reason, s Source) Verdict {
	v.Decision, v.Reason, v.Source = d, r, s
	v.MaySell = d == Allow
	return v
}

func (v Verdict) unchecked(maySell bool, r Reason, s Source) Verdict {
	v = v.end(Unchecked, r, s)
	v.MaySell = maySell
	return v
}

// judge forbids by the first row that holds; otherwise it allows for the given reason.
func (v Verdict) judge(rows []row, f *facts, s Source, otherwise Reason) Verdict {
	for i := range rows {
		r := &rows[i]
		if r.groups != nil && !f.inGroup(r.groups) || !r.holds(f) {
			continue
		}
		v = v.end(Forbid, r.reason, s)
		if r.limit != nil {
			v.Limit = r.limit(f)
		}
		if r.reason == ReasonExpired {
			v.Until = f.online.ExpireDate
		}
		return v
	}
	return v.end(Allow, otherwise, s)
}
