package marking

// Warnings of a Scan: stable codes, app/texts has the sentences. A warning never stops a scan by itself.
const (
	WarnNoCheckPart = "no-check-part" // a КИ without its check part: typed, copied or cut
	WarnCheckForm   = "check-form"    // AI 91, 92 or 93 of a length that no known group has
	WarnCRC         = "crc"           // AI 92 of 44 characters whose own check sum is wrong, or that is no Base64: scan it once more
	WarnGSLost      = "gs-lost"       // the separators are lost and their places cannot be told; Candidates, if any, are the possible ones
	WarnGSGuessed   = "gs-guessed"    // a lost separator was put where no known group has it
	WarnCheckDigit  = "check-digit"   // the check digit of a barcode or GTIN is wrong
	WarnCharacters  = "characters"    // characters that no code has
	WarnElement     = "element"       // an element that breaks the rule of its AI
	WarnTwoScans    = "two-scans"     // two scans came glued together
	WarnMixedScript = "mixed-script"  // Latin and Russian letters in one code, two readings
	WarnUPCE        = "upc-e-or-ean8" // eight digits that are right as both; read as EAN-8
	WarnNotGS1      = "not-gs1"       // a marking code in a symbol without FNC1
	WarnNoWeight    = "no-weight"     // a weight label with zero
	WarnMRP         = "mrp"           // the price part of a tobacco pack cannot be read
	WarnLogistic    = "logistic"      // a label of a box, not of goods
	WarnNoValue     = "no-value"      // a price or count label with zero
	WarnUnknownAI   = "unknown-ai"    // an element whose AI is in no table; it is kept
	WarnPairing     = "pairing"       // elements that exclude each other, two weights too
	WarnLink        = "link"          // a GS1 Digital Link with an element in a wrong place
	WarnAmbiguous   = "ambiguous"     // the separators may stand in two ways
)
