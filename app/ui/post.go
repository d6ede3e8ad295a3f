package ui

import "fyne.io/fyne/v2"

// post is the one border to Fyne: everything that is not a callback of Fyne's own reaches the screens through
// it. Tests put a queue in its place (Options.Post).
func post(f func()) { fyne.Do(f) }
