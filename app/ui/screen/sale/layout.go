package sale

import (
	"fyne.io/fyne/v2"

	"kassa/app/ui/theme"
)

const (
	margin    = 8    // u around the parts
	listShare = 0.42 // of the width
)

// arranged puts list and right side next to each other and the keys below both.
func arranged(list, right, keys fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &saleLayout{list, right, keys}, Objects: []fyne.CanvasObject{list, right, keys}}
}

type saleLayout struct{ list, right, keys fyne.CanvasObject }

// rightWidth is the room for the right side: its share, or more when it needs more.
func (l *saleLayout) rightWidth(room float32) float32 {
	return max(room*(1-listShare), l.right.MinSize().Width+2*theme.U(margin))
}

// MinSize is the sum of what the parts need.
func (l *saleLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	gap := theme.U(margin)
	list, right, keys := l.list.MinSize(), l.right.MinSize(), l.keys.MinSize()
	return fyne.NewSize(
		max(list.Width+right.Width+2*gap, keys.Width+2*gap),
		max(list.Height, right.Height+2*gap)+keys.Height+2*gap)
}

// Layout places the three parts.
func (l *saleLayout) Layout(_ []fyne.CanvasObject, room fyne.Size) {
	gap := theme.U(margin)
	rightWidth, keysHeight := l.rightWidth(room.Width), l.keys.MinSize().Height
	listWidth := room.Width - rightWidth
	below := keysHeight + 2*gap // the strip of keys
	place(l.right, listWidth+gap, gap, rightWidth-2*gap, room.Height-below-gap)
	place(l.list, 0, 0, listWidth, room.Height-below)
	place(l.keys, gap, room.Height-below+gap, room.Width-2*gap, keysHeight)
}

func place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
}
