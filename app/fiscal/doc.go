// Package fiscal holds the words of a fiscal document: [Document] (what the till wants registered),
// [Registered] (what the fiscal drive made of it), [Mark] (where the drive stood before), and [Outcome].
//
// Everything a fiscal printer is told is a Document, opening a shift and paying cash in included, so that
// the engine has one way to journal, send and recover them all: the Mark is journalled before the
// command, and after silence Settle compares the drive with it. `unknown` is an outcome of its own,
// never a text.
//
// [FromReceipt] turns a receipt into its document; it is the one place where lines become fiscal lines.
// Source of the tags: order ФНС ЕД-7-20/662@ as restated in fiscal-printers §7.
package fiscal
