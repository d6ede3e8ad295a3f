package marking

import (
	"fmt"
	"log/slog"

	"kassa/app/money"
)

// GS is the group separator that ends an element of variable length.
const GS = 0x1D

// MaxScan is the longest scan that is looked at, in bytes.
const MaxScan = 4096

// MaxCandidates bounds the list of equally good readings.
const MaxCandidates = 8

// Kind says what a scan is. The names are public (tillctl code parse).
type Kind string

const (
	KindMarking   Kind = "marking"
	KindGTIN      Kind = "gtin"   // EAN-13/8, UPC, ITF-14
	KindWeight    Kind = "weight" // in-store code with weight, price or count inside
	KindSSCC      Kind = "sscc"
	KindExcise68  Kind = "excise68"
	KindExcise150 Kind = "excise150"
	KindFur       Kind = "fur"
	KindURL       Kind = "url"
	KindUnknown   Kind = "unknown"
)

// Repair names what had to be mended before a scan could be read.
type Repair string

const (
	RepairLayout       Repair = "layout"        // typed in the Russian layout
	RepairCaps         Repair = "caps"          // typed under Caps Lock
	RepairGSRestored   Repair = "gs-restored"   // GS was lost and its place was found
	RepairGSSubstitute Repair = "gs-substitute" // another character stood for GS or FNC1
	RepairEscape       Repair = "escape"        // GS was written out: \x1d, <GS>; or the AIs stood in brackets
	RepairAIM          Repair = "aim"           // symbology prefix taken off
)

// Element is one AI with its value.
type Element struct{ AI, Value string }

// Scan is what the bytes of one scan mean. Fields that do not apply are zero.
type Scan struct {
	Raw       []byte // as it came
	Kind      Kind
	Text      string // the scan after all repairs, GS kept, symbology prefix gone
	Symbology string // AIM identifier with the bracket, "]d2"
	GTIN      string // 14 digits
	Barcode   string // digits as printed under the bars, for KindGTIN and KindWeight
	PLU       string // the item's number inside an in-store label
	Elements  []Element
	Code      MarkingCode   // set for KindMarking; for a KindURL that holds a serial number too, without a check part
	Price     money.Kopecks // the maximum retail price of tobacco, or the price on an in-store label
	HasPrice  bool
	Weight    money.Millis // kilograms in thousandths = grams
	HasWeight bool
	Volume    money.Millis // litres in thousandths
	HasVolume bool
	Pieces    int64 // on an in-store label
	HasPieces bool
	Expiry    string // YYYY-MM-DD or YYYY-MM-DDThh:mm
	// AlcoholCode is the алкокод of KindExcise68, 19 digits.
	AlcoholCode string
	Tag1162     []byte
	Repairs     []Repair
	Warnings    []string // Warn… codes
	// Candidates are the readings that are as good as each other, when nothing tells which one is right: whole
	// codes, or GTINs of a barcode. Never more than [MaxCandidates], and never one alone. They are whole codes: not for logs.
	Candidates []string
}

// MarkingCode is a code that was read and understood. The zero value is no code.
type MarkingCode struct {
	gtin, serial, ki, km, check, key string
	mrp                              money.Kopecks
	hasMRP                           bool
	crc                              crcState // of check
}

// IsZero tells that there is no code.
func (c MarkingCode) IsZero() bool { return c.ki == "" }

// GTIN is 14 digits.
func (c MarkingCode) GTIN() string { return c.gtin }

// Serial is the item's own number.
func (c MarkingCode) Serial() string { return c.serial }

// KI is the code without its check part: 01+GTIN+21+serial, or the first 21 characters of a tobacco pack.
func (c MarkingCode) KI() string { return c.ki }

// KM is the whole code as the fiscal printer and the checks want it (tag 2000): GS kept, no symbology prefix.
func (c MarkingCode) KM() string { return c.km }

// Check is the check part (AI 92 or 93, or the last four characters of a tobacco pack), Key the AI 91.
func (c MarkingCode) Check() string { return c.check }
func (c MarkingCode) Key() string   { return c.key }

// HasCheckPart tells a КМ from a bare КИ, which is not enough to sell goods.
func (c MarkingCode) HasCheckPart() bool { return c.check != "" }

// MRP is the maximum retail price printed inside a tobacco code.
func (c MarkingCode) MRP() (money.Kopecks, bool) { return c.mrp, c.hasMRP }

// Identity compares two scans of one item whatever the channel: GTIN-14 and serial.
func (c MarkingCode) Identity() string {
	if c.IsZero() {
		return ""
	}
	return c.gtin + "/" + c.serial
}

// Masked is the code for logs and screens: without its check part and with most of the serial hidden.
func (c MarkingCode) Masked() string {
	if c.IsZero() {
		return ""
	}
	if len(c.serial) <= 3 {
		return c.gtin + "/…"
	}
	return c.gtin + "/" + c.serial[:3] + "…"
}

// String is Masked, so that a code never gets whole into a log by accident.
func (c MarkingCode) String() string { return c.Masked() }

// GoString is Masked too (%#v).
func (c MarkingCode) GoString() string { return c.Masked() }

// LogValue keeps slog from taking MarshalText, which is whole.
func (c MarkingCode) LogValue() slog.Value { return slog.StringValue(c.Masked()) }

// MarshalText keeps the whole code, for the journal.
func (c MarkingCode) MarshalText() ([]byte, error) { return []byte(c.km), nil }

// UnmarshalText parses what MarshalText wrote.
func (c *MarkingCode) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = MarkingCode{}
		return nil
	}
	s, err := Parse(b)
	if err != nil {
		return err
	}
	if s.Code.IsZero() {
		return fmt.Errorf("stored marking code is a %s", s.Kind)
	}
	*c = s.Code
	return nil
}
