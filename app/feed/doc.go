// Package feed holds the words of the signed feed: the lists of blocked codes that a centre publishes
// and that a local module keeps. The module, its upstream client and the centre's simulator share it,
// so that one code has one key everywhere.
//
// Words:
//   - a [List] is a named set of [Entry] (key and value); a key is the [Hash] of a canonical text
//     ([Canonical], [CanonicalGTIN], [CanonicalPrice]), salted by the head;
//   - a [Head] says what a list is now: version (epoch, seq), [State] (count and [Digest]) and where the
//     segment files are; it travels as [Signed] bytes, verified first and parsed after ([VerifyHead]);
//   - [Keys] say who may sign heads; they are signed by root keys, the first of which are pinned as a
//     [Trust] (feed-root.json), the later ones by their predecessors ([VerifyKeys]);
//   - a segment is a file of entries ([SegmentWriter], [SegmentReader]): a snapshot (from 0) or a delta.
//
// The package knows no network, no files and no clock. Everything it reads comes from outside and is
// limited; everything it refuses has an error of its own.
//
// Example, what a client does with an answer of /feed/v1/blocked_cis/head:
//
//	head, err := feed.VerifyHead(signed, keys, now, feed.Trusted{Feed: "lab", List: feed.BlockedCIS})
//	if errors.Is(err, feed.ErrKeysOutdated) { … fetch /feed/v1/keys first … }
//	blocked := lookup(feed.Hash(head.Salt, head.List, feed.Canonical(gtin, serial)))
//
// Source: engine.md §2.4 (key), §4 (feed).
package feed
