// Package ui is the window of the till: one content object that shows the engine's snapshots and turns taps,
// keys and scans into commands. The screens stand in screen/…, their parts in widgets, layouts and theme.
//
// It knows the engine's words, not the engine: a [Till] is all it needs. It never waits: commands run one
// after another in a worker, and every result comes back through one border, post.go. A scan is told from
// typing by package scan and is directed by the state of the till, not by a focus: nothing here has one.
//
//	u := ui.New(ui.Options{Till: till, Now: time.Now, Log: log})
//	window.SetContent(u.Content())
//	u.Attach(window.Canvas())
//	go u.Serve(ctx)
package ui
