// Package report turns rows into files for people outside the shop. So far: the book of checks for an
// inspector (ПП 1944 п. 11, 11(1)), as JSON lines and as CSV for a spreadsheet, a row at a time, so that
// three years of checks need no more memory than one.
//
// Without [Options.Whole] every marking code is cut behind its КИ, «…» stands for the check part, also inside the
// requests and answers word by word: the unit can be found by its КИ, its code cannot be made from it. Who may see
// whole codes is decided by the caller.
//
// It knows words only: not where rows are kept, nor who asks. Column headings are its own; the words of reasons
// and faults are given to it, app/texts has them.
//
//	w := report.NewEvidenceCSV(file, report.Options{Zone: time.Local, Reason: texts.ReasonWords, Fault: texts.Fault})
//	err := db.EachEvidence(ctx, query, w.Write)
//	err = w.Flush()
package report
