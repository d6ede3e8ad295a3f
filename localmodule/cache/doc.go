// Package cache owns the data folder of a local module: whom it belongs to, the lists of blocked codes in
// force, the codes sold in this shop, and the trusted clock. Only one process has a folder at a time.
//
// It must not know HTTP, the centre or how lists travel: it takes verified heads and the entries that
// belong to them, and trusts its caller only so far that it compares every set with its head's digest.
//
// Words:
//   - a base is one version of one list: an SQLite file that is written once and never changed, beside it a
//     filter that answers nearly every look-up from memory;
//   - a generation is one consistent set of bases; [View] holds one for the time of a request;
//   - [Cache.Build] makes a base aside, [Cache.Apply] switches to it: one commit in control.db, then one
//     atomic pointer. Killed at any moment, the folder has the old version or the new one, whole;
//   - trusted time ([Cache.Now]) never runs behind what a signature has vouched for.
//
// The folder:
//
//	lock               held while a process has the folder
//	control.db         owner, root keys, which files are in force (WAL, FULL)
//	base-….db, .flt    bases and filters; what no row of control.db names is removed at the next start
//	local.db           sold codes, 30 days (WAL, FULL); it exists here only
//
// Keys are 64-bit hashes (feed.Hash); the folder holds no blocked code in clear. Reading needs no locks and
// no mmap: see openReadOnly for why not.
//
// Example:
//
//	c, err := cache.Open(ctx, dir, cache.Settings{Now: time.Now, Log: log})
//	built, err := c.Build(ctx, head, entries)
//	err = c.Apply(ctx, []cache.Step{{Head: head, Base: built}, …})
//	v, err := c.View()
//	defer v.Close()
//	facts, err := v.Look(ctx, "04600000000015", "5AbC!d9")
//
// Source: engine.md §2.4, §2.5, §4.4, §9.
package cache
