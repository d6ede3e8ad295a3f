package marking

import (
	"time"

	"kassa/app/money"
)

// Query is one question: may this item be sold at this price, now.
type Query struct {
	Code     MarkingCode
	Group    ProductGroup  // of the item in the catalogue; zero when not known, the online answer then tells
	Price    money.Kopecks // after discounts, for one unit; NoPrice when it is not known
	Drive    string        // ФН number, may be empty
	TimeZone int           // 1…11 as tag 1011; 0 = not given
	At       time.Time     // local time of the shop
}

// NoPrice is the price of a query that does not tell one; the price rules are then left out.
const NoPrice money.Kopecks = -1

// priced tells whether the query names a price. Zero is a price: a tobacco pack cannot be given away.
func (q Query) priced() bool { return q.Price >= 0 }

// Fault says why a source gave no usable answer. Zero: it answered.
type Fault uint8

const (
	FaultNone         Fault = 0
	FaultOff          Fault = 1  // switched off in the settings
	FaultNotBound     Fault = 2  // no address or no credentials
	FaultTimeout      Fault = 3  // no answer within the budget
	FaultUnreachable  Fault = 4  // no connection, reset, broken TLS
	FaultUnauthorised Fault = 5  // 401: wrong or expired key
	FaultGone         Fault = 6  // 410: this way of asking was switched off
	FaultBadRequest   Fault = 7  // other 4xx: our request is wrong
	FaultBusy         Fault = 8  // 429
	FaultServer       Fault = 9  // 5xx
	FaultOutside      Fault = 10 // 5xx with code 5000: a foreign issuer is silent, the site is fine
	FaultGarbage      Fault = 11 // an answer that cannot be read
	FaultBreaker      Fault = 12 // not asked: the breaker is open
	FaultNotReady     Fault = 13 // the module answers, but its data may not be used (4045)
	FaultStale        Fault = 14 // the module's data are older than 72 h (4050)
	FaultForeign      Fault = 15 // the module belongs to another legal entity
	FaultNotNeeded    Fault = 16 // asked, and not waited for: the other source had decided
)

var faultNames = [...]string{"none", "off", "not-bound", "timeout", "unreachable", "unauthorised", "gone", "bad-request",
	"busy", "server", "outside", "garbage", "breaker", "not-ready", "stale", "foreign", "not-needed"}

// String is the stable name for journals and JSON.
func (f Fault) String() string {
	if int(f) < len(faultNames) {
		return faultNames[f]
	}
	return "unknown"
}

// Path is the way by which the central system is asked. The names are public (settings, journals, JSON).
type Path string

const (
	PathTrueAPI Path = "trueapi" // A: codes/check of a CDN site with the key of the legal entity
	PathGateway Path = "gateway" // C: ТС ПИоТ / ЕСМ beside the fiscal printer's driver
)

// MaxExchange is how much of a request and of an answer is kept as evidence, in bytes each.
const MaxExchange = 16 << 10

// OnlineAnswer is what codes/check said of one code, by path A or C. Pointers: absent is not false.
// Source: guide to ПП 1944 v17 §1.5, ЕСМ notes (marking-check §2.6, §7).
type OnlineAnswer struct {
	Path Path
	Site string // host that was asked last
	// Sent and Got are request and answer as they were on the wire, MaxExchange bytes of each. They hold
	// whole codes and belong into the evidence only, never into a log.
	Sent, Got string

	Fault        Fault
	Detail       string // for the log, never for the cashier
	Emergency    bool   // HTTP 203: аварийная ситуация
	Latency      time.Duration
	ReqID        string
	ReqTimestamp int64 // ms, UTC

	Found, Valid, Verified, Realizable, Utilised *bool
	Blocked, Owner, Tracking, Sold, GreyZone     *bool
	Groups                                       []ProductGroup
	Authorities                                  []string // ogvs
	ExpireDate                                   string   // as sent: yyyy-MM-dd'T'HH:mm:ss.SSS and a zone letter that is ignored
	MRP, SMP                                     *money.Kopecks
	PackageQuantity                              int    // packs in a carton, 0 when absent
	PackageType                                  string // UNIT, GROUP, BUNDLE, PRODUCT_SET
	Parent                                       string // КИ of the aggregate that the unit is in
	ErrorCode                                    int
	Message                                      string

	// Offline is set when a gateway answered from its local module: then Sold, Blocked, GreyGTIN, MRP and SMP
	// alone count (marking-check §3.1), and the tag has four parts.
	Offline       bool
	Inst, Version string // of that module
	GreyGTIN      *bool
}

// Answered tells whether the facts may be used.
func (a OnlineAnswer) Answered() bool { return a.Fault == FaultNone && !a.Emergency }

// ModuleAnswer is what the local module said of one code.
// Source: guide v17 §2.6.3 (marking-check §4.4).
type ModuleAnswer struct {
	API       string // "v1" or "v2", the form of the protocol it spoke
	Sent, Got string // as in OnlineAnswer

	Fault        Fault
	Detail       string
	Latency      time.Duration
	ReqID        string
	ReqTimestamp int64
	Inst         string // instance of the module
	Version      string // version of its black list
	Blocked      bool
	GreyGTIN     bool
	Sold         bool
	MRP, SMP     *money.Kopecks
	DataAt       time.Time // when its data were issued; zero when it does not tell
}

// Answered tells whether the facts may be used.
func (a ModuleAnswer) Answered() bool { return a.Fault == FaultNone }

// NoAnswer is the shop's policy when neither source answered and the offline check is mandatory.
type NoAnswer uint8

const (
	NoAnswerForbid NoAnswer = 1 // the cautious default
	NoAnswerAllow  NoAnswer = 2 // sell, write the risk into the journal
)

// Policy is what the shop has decided where the law leaves a choice, and where the till stands.
type Policy struct {
	Rules      *Rules                    // the table of forbidden sales; nil is the built-in one
	NoAnswer   NoAnswer                  // zero is treated as NoAnswerForbid
	NoAnswerIn map[ProductGroup]NoAnswer // groups with a word of their own; of several the stricter one wins
	// RefuseForeignOwner forbids isOwner=false too (not in the official table).
	RefuseForeignOwner bool
	// Emergency is where the till stands to an emergency of ГИС МТ at the moment of the check.
	Emergency EmergencyPhase
}

// Decision of a verdict. A verdict is never a bool.
type Decision uint8

const (
	Allow     Decision = 1
	Forbid    Decision = 2
	Unchecked Decision = 3 // nobody could tell; Verdict.MaySell says what the policy makes of it
)

// String is the contract's name: allow, forbid, unchecked.
func (d Decision) String() string {
	switch d {
	case Allow:
		return "allow"
	case Forbid:
		return "forbid"
	case Unchecked:
		return "unchecked"
	}
	return ""
}

// Source of the answer that decided.
type Source uint8

const (
	SourceNone      Source = 1
	SourceOnline    Source = 2
	SourceModule    Source = 3
	SourceEmergency Source = 4
)

// String is the contract's name: none, online, module, emergency.
func (s Source) String() string {
	switch s {
	case SourceNone:
		return "none"
	case SourceOnline:
		return "online"
	case SourceModule:
		return "module"
	case SourceEmergency:
		return "emergency"
	}
	return ""
}

// Reason says why, as a stable code; app/texts has the sentence of each.
type Reason string

const (
	ReasonNone         Reason = ""               // allowed, nothing to say
	ReasonStructure    Reason = "structure"      // the code is damaged or no marking code
	ReasonNotFound     Reason = "not-found"      // row 1: found=false
	ReasonNotApplied   Reason = "not-applied"    // row 1: utilised=false
	ReasonBadCheck     Reason = "bad-check"      // row 2: verified=false
	ReasonBlocked      Reason = "blocked"        // row 4
	ReasonPermitVoid   Reason = "permit-void"    // row 11: ogvs RD
	ReasonVetVoid      Reason = "vet-void"       // row 12: ogvs VETRF
	ReasonSold         Reason = "sold"           // row 3
	ReasonSoldHere     Reason = "sold-here"      // the module's sold base
	ReasonNotInTrade   Reason = "not-in-trade"   // row 5
	ReasonExpired      Reason = "expired"        // row 6
	ReasonPriceNotMRP  Reason = "price-not-mrp"  // row 7
	ReasonPriceBelowSM Reason = "price-below-sm" // rows 8: ЕМЦ
	ReasonPriceBelowMP Reason = "price-below-mp" // rows 9, 10: МЦ
	ReasonForeignOwner Reason = "foreign-owner"  // by policy only
	ReasonOnlineOnly   Reason = "online-only"    // module: blocked by GTIN of the grey list; only online can tell
	ReasonNoAnswer     Reason = "no-answer"      // neither source answered
	ReasonEmergency    Reason = "emergency"      // 203, or declared
	ReasonInPackage    Reason = "in-package"     // a package and a unit of it in one receipt (guide §6)
)

// Verdict is the end of a check (итог проверки).
type Verdict struct {
	Decision Decision
	// MaySell is what the till does: true for Allow, false for Forbid, the policy's word for Unchecked.
	MaySell bool
	Reason  Reason
	Source  Source
	// Rule is the id of the row that decided, empty when none did; Rules is the version of the table, always.
	Rule, Rules string
	// Tag1265 is the value for the industry attribute of the line, empty when there was no check (then tag 1260 is omitted).
	Tag1265 string
	// Limit is the price that the rule wants, for the price reasons; else 0.
	Limit money.Kopecks
	// Until is the expiry date for ReasonExpired, as sent.
	Until string
	// DataAt is when the data behind the verdict were issued: the module's data, or the online answer's time. Zero: not known.
	DataAt time.Time
	// Package and Parent are packageType and parent of the online answer, when it had them.
	Package, Parent string
	// OnlineFault and ModuleFault say why a source did not decide.
	OnlineFault, ModuleFault Fault
}
