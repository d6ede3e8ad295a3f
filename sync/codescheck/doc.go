// Package codescheck reads what codes/check says of marking codes. The answer of a CDN site (path A) and
// each element of a gateway's answer (path C) have one form, so both clients read it here.
//
// Numbers may come as JSON numbers or as strings: version 1 of the gateway is a JSON view of gRPC and writes
// 64-bit numbers as text. Flags are booleans only, and absent is not false. Members that the till does not
// use are left out, unknown ones are ignored: the guide adds some with each release.
//
// Both also need the same of a failed call: what kind of failure it was, and foreign text that is fit for a log, on
// one line and without whole codes ([FaultOfError], [OneLine], [HideCode]).
//
// It must not know who was asked, nor how a sale is decided (marking.Decide).
//
// Words: [Answer] is one answer about one or several codes; [Facts] is an element of its codes[].
//
// Example:
//
//	var a codescheck.Answer
//	err := json.Unmarshal(body, &a)
//	facts, err := a.Read(1) // one code was asked about
//
// Source: guide to ПП 1944 v17 §1.5 (marking-check §2.6), ЕСМ notes (marking-check §7).
package codescheck
