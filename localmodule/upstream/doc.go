// Package upstream keeps a module's lists up to date from outside.
//
// [Feed] is the centre's signed feed: heads are verified before anything in them is believed, objects are
// resumed where a broken download ended, and a new version serves only after the cache has compared the
// whole set with the signed digest. Whatever goes wrong, the old data serve on.
// [Runner] does this again and again: at the centre's pace, with jitter, and with growing pauses after
// failures. An [Upstream] of another kind fits the same runner.
//
// The package must not know HTTP towards tills, nor what a listed code means.
//
// Words: a part is an unfinished download (part-<SHA-256> in the data folder); to pin is to take the root
// keys of the first contact, whose fingerprint a person compares.
//
// Example:
//
//	source, err := upstream.NewFeed(upstream.FeedSettings{URL: "http://centre", Cache: c, Log: log})
//	runner := upstream.NewRunner(source, log)
//	go runner.Serve(ctx)
//	result, err := runner.Sync(ctx, false, nil) // one now; the new version answers when it returns
//
// Source: engine.md §4.3, §4.4.
package upstream
