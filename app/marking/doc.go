// Package marking knows what a scan means and whether a marked item may be sold.
//
// Reading: [Parse] turns the bytes of a scan into a [Scan]; a [MarkingCode] (код маркировки, КМ)
// can only be made by parsing. The raw bytes are kept: the fiscal printer and the checks get the
// code exactly as it was read, unless a repair was needed, and every repair is named.
//
// Judging: the online answer and the local module's answer are facts; [Decide] turns facts and the
// shop's [Policy] into a [Verdict]. It is a pure function: no clock, no network.
//
// Words: КМ = the full code with its check part; КИ (KI) = the code without it; GS = byte 1D.
// Sentences for people are not here: a [Reason] is a code, app/texts has the words.
package marking
