// Package dialog is the card over a dimmed screen: for stops and for questions, nothing else is modal.
//
// It knows no snapshot: a message is put into it.
//
//	face := dialog.NewFace()
//	content := dialog.Over(layouts.Column(22, layouts.Fixed(face.Content()), layouts.Fixed(key)))
//	face.Set(message, item.Name)
package dialog
