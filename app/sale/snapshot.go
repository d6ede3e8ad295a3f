package sale

import (
	"time"

	"kassa/app/journal"
	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// Step is what the till is waiting for: it decides which screen is shown.
type Step uint8

const (
	StepStarting Step = 1 // recovery is running
	StepLogin    Step = 2
	StepShift    Step = 3 // logged in, the shift is closed (or over 24 h: see Shift.Expired)
	StepSale     Step = 4 // lines; an empty receipt counts
	StepPayment  Step = 5 // a part is paid, or Paid and refused by the printer (Receipt.Failure)
	StepPrinting Step = 6 // a fiscal document is on its way; Printing says which and since when
	StepUnknown  Step = 7 // a document's fate is not known: Settle
)

// Snapshot is the whole state of the till for whoever shows it. It is immutable.
type Snapshot struct {
	Seq  uint64
	At   time.Time
	Step Step

	TillName     string
	Organisation string
	Emulated     bool // frame «ИМИТАТОРЫ, НЕ КАССА»
	Training     bool

	People  []till.Person // who may log in here
	Cashier *till.Person  // nil: locked
	// LoginWait is set while wrong PINs hold the till: no login before this moment.
	LoginWait time.Time

	Shift ShiftView

	// Receipt being made, nil when there is none. Shared with nobody.
	Receipt  *till.Receipt
	Selected int // line number, 0 = none

	// Stop holds the screen until Dismiss. Commands other than Dismiss, Remove, Cancel and Logout, and those
	// that answer it, are refused with StopShown.
	Stop *Stop
	// Notice is news that does not hold anything; Seq grows with each.
	Notice Notice

	Printing Printing
	// Last closed receipt or other document of this run: change and slip stay until the next one.
	Last *LastDocument

	Suspended []SuspendedView
	Lights    Lights
	Emergency EmergencyView

	// Recovered says what the start found unfinished; nil while it is being found out.
	Recovered *Recovered
}

// ShiftView of the fiscal printer's shift.
type ShiftView struct {
	Known    bool // the printer or the journal has told
	Open     bool
	Expired  bool // over 24 h: only close it
	Number   int
	OpenedAt time.Time
	Totals   till.Shift
}

// Stop is a refusal that must be read.
type Stop struct {
	Code    till.Code
	Args    []string
	Item    string // name of the item it is about
	Line    int    // the removed line, 0 when none
	Verdict *marking.Verdict
	Masked  string // masked marking code
	Elapsed time.Duration
	// Wanted is set for till.MarkWanted: a scan of this item's code closes the stop by itself.
	Wanted *till.Item
	// SoldHere says where this till sold the unit, for a verdict that it was sold; zero when not here (M-02).
	SoldHere journal.SoldHere
	// TakesLimit: TakeLimitPrice answers it (M-07).
	TakesLimit bool
	// Asked is set for till.ItemNeedsAge: ConfirmAge answers for this item. Args: name, years.
	Asked *till.Item

	asked *wish // what a yes adds
}

// Notice is a short message: code and the gaps of its sentence.
type Notice struct {
	Seq  uint64
	Good bool // ok sound and colour, else attention
	Code NoticeCode
	Args []string
}

// NoticeCode names a notice; app/texts has the sentence.
type NoticeCode string

const (
	NoticeReceiptClosed NoticeCode = "receipt-closed" // args: number, change
	NoticeShiftOpened   NoticeCode = "shift-opened"   // args: number
	NoticeShiftClosed   NoticeCode = "shift-closed"
	NoticeCashMoved     NoticeCode = "cash-moved"
	NoticeSuspended     NoticeCode = "suspended"
	NoticeRestored      NoticeCode = "restored"      // after a restart: the receipt is as it was
	NoticeCompleted     NoticeCode = "completed"     // after a restart: a paid receipt was printed
	NoticeFoundPrinted  NoticeCode = "found-printed" // it had been printed already
	NoticeLayout        NoticeCode = "layout"        // scanner types in the Russian layout, repaired
	NoticeUnchecked     NoticeCode = "unchecked"     // M-19: sold without a check by policy
	NoticeUnknownItem   NoticeCode = "unknown-item"  // args: barcode
	NoticeScanInStop    NoticeCode = "scan-in-stop"
	NoticeModuleAway    NoticeCode = "module-away" // M-15
	NoticePaperOwed     NoticeCode = "paper-owed"  // formed; paper follows
	NoticeRefused       NoticeCode = "refused"     // a command was refused: args[0] is its till.Code
	NoticeQuarantine    NoticeCode = "quarantine"  // the check of the stock speaks against the unit; advice. args: item, marking.Reason
	NoticeEmergency     NoticeCode = "emergency"   // an emergency of ГИС МТ began: goods are sold without checks
	NoticeEmergencyOver NoticeCode = "emergency-over"
	NoticeLateRefused   NoticeCode = "late-refused" // the centre's answer came after the verdict and after the receipt: args: item
)

// Printing says which document is on its way.
type Printing struct {
	Active bool
	Kind   string // fiscal.Kind as text
	Since  time.Time
}

// LastDocument is the newest fiscal document of this run.
type LastDocument struct {
	Kind      string
	ReceiptID string
	Number    int // receipt number
	Total     money.Kopecks
	Given     money.Kopecks
	Change    money.Kopecks
	Fiscal    till.Fiscal
	Slip      []string // lines of text, as printed
	PaperOwed bool
}

// EmergencyView is an emergency of ГИС МТ («аварийная ситуация») at the moment of the snapshot.
type EmergencyView struct {
	Phase marking.EmergencyPhase
	marking.Emergency
	// Ends is when checks are due again, the days after it included; zero while the end is not known.
	Ends time.Time
}

// SuspendedView is a row of the list of suspended receipts.
type SuspendedView struct {
	ID      string
	Number  int
	At      time.Time
	Cashier string
	Total   money.Kopecks
	First   string // names of the first items
	Comment string
}

// LightState is one of the four states of till-ux ST-2; zero: not set up.
type LightState uint8

const (
	LightUnset LightState = 0
	LightOK    LightState = 1
	LightWait  LightState = 2
	LightWarn  LightState = 3
	LightStop  LightState = 4
)

// Light is one of the lights of the status bar. Code says why, app/texts has the sentence.
type Light struct {
	State LightState
	Code  string
	Args  []string
	Since time.Time
}

// Lights of the status bar.
type Lights struct {
	Printer Light
	Online  Light // «Честный знак»
	Module  Light
	Queue   int // sold codes that the module has not been told yet
}

// Codes of lights beside till.Code and marking.Fault names.
const (
	LightCodeReady    = "ready"
	LightCodeNotSetUp = "not-set-up"
	LightCodeAsking   = "asking"
	// LightCodeOld: the module's data are older than a day (till-ux LM-2, M-16). Args: when they were issued,
	// RFC 3339, and the whole hours left until the module stops.
	LightCodeOld = "old"
	// LightCodeKeyEnds: the key of path A ends soon. Args: its last day, YYYY-MM-DD.
	LightCodeKeyEnds = "key-ends"
	// LightCodeEmergency and LightCodeAfterEmergency: goods are sold without checks. Args: when checks are
	// due again, RFC 3339, none when it is not known.
	LightCodeEmergency      = "emergency"
	LightCodeAfterEmergency = "after-emergency"
)
