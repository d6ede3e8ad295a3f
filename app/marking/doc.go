// Package marking knows what a scan means and whether a marked item may be sold.
//
// Reading: [Parse] turns the bytes of a scan into a [Scan]; a [MarkingCode] (код маркировки, КМ)
// can only be made by parsing. The raw bytes are kept: the fiscal printer and the checks get the
// code exactly as it was read, unless a repair was needed, and every repair is named.
//
// A scan that reads as a marking code but lost its check part is KindMarking with HasCheckPart() false; one
// of which only the beginning makes sense is KindUnknown with its GTIN and a warning: scan it once more.
//
//	s, err := marking.Parse([]byte("]d20104612345678903215abCd;\x1d93aB7z"))
//	s.Kind                // marking.KindMarking
//	s.Code.KI()           // 0104612345678903215abCd;
//	s.Code.KM()           // the same with \x1d93aB7z
//	s.Repairs, s.Warnings // [aim] []
//
// Where nothing tells which of several readings is right, a warning says so and Candidates lists them. A shop
// with labels of its own reads by a [Parser]; what is printed on labels is made by [ElementString] and tested
// by [CheckElements], with more rules than a scan has to keep.
//
// How a scan is read, a file each: keyboard (Russian layout, Caps Lock), separator (GS written out or
// replaced), classify (what it is), forms (marking codes), excise, barcode, label (scales), link, restore (GS
// lost on the way), glued (two scans in one); identifiers (the table of GS1), ai, values, iso (what it says); tag1162, tag1163 (what goes
// into fiscal documents).
//
// Judging: the online answer and the local module's answer are facts; [Decide] turns facts and the
// shop's [Policy] into a [Verdict]. It is a pure function: no clock, no network. Its table is the
// dated data of rules.json, each rule with the paragraph it comes from; an administrator may replace it by a
// file of the same form ([ParseRules]). [Advise] looks at the stock by the same table and decides nothing.
//
//	v := marking.Decide(query, online, module, marking.Policy{})
//	v.Decision, v.Reason // forbid, expired
//	v.Rule, v.Rules      // "expired", "17.1": the row that forbade and the version of the table
//
// Words: КМ = the full code with its check part; КИ (KI) = the code without it; GS = byte 1D.
// Sentences for people are not here: a [Reason] is a code, app/texts has the words.
package marking
