// Package centralsim is the central system as a library: what a till and a local module reach over the
// network in tests and in the lab. It follows the reference documents, never our own clients.
//
// [Central.Handler] answers as ГИС МТ does by path A (cdn/info, cdn/health/check, codes/check and its history; guide to
// ПП 1944 v17 §1, marking-check §2) and publishes the signed feed (engine.md §4.3). [Central.Control] is
// for the person or script who runs the lab: facts of codes, faults, the list of sites, new versions of the feed, the log
// of requests (design/contracts.md, «Control API of lab central»). It has no login: it belongs on a
// listener of its own that only the lab can reach.
//
// Facts, feed and keys are plain files in one folder and survive a restart; a file is replaced whole or
// not at all. Facts and feed are told apart on purpose: what is blocked in the feed and what codes/check
// answers are set separately, as they may differ in life.
//
// It knows words (app/feed) and HTTP; it must not know tills or modules.
//
// Example:
//
//	c, err := centralsim.New(centralsim.Options{Dir: t.TempDir(), Now: time.Now, Log: log})
//	server := httptest.NewServer(c.Handler())
//	control := httptest.NewServer(c.Control())
package centralsim
