package layouts

import (
	"fyne.io/fyne/v2"

	"kassa/app/ui/theme"
)

// Grid puts objects into equal cells, columns to a row; the cells fill the room.
func Grid(columns int, gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &gridLayout{columns, gap}, Objects: objects}
}

type gridLayout struct {
	columns int
	gap     float32
}

func (g *gridLayout) rows(n int) int { return (n + g.columns - 1) / g.columns }

// MinSize has room for the largest object in every cell.
func (g *gridLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	cell := fyne.Size{}
	for _, o := range objects {
		cell = cell.Max(o.MinSize())
	}
	rows := g.rows(len(objects))
	gap := theme.U(g.gap)
	return fyne.NewSize(
		cell.Width*float32(g.columns)+gap*float32(g.columns-1),
		cell.Height*float32(rows)+gap*float32(max(0, rows-1)))
}

// Layout makes the cells as large as the room allows.
func (g *gridLayout) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	rows := g.rows(len(objects))
	if rows == 0 {
		return
	}
	gap := theme.U(g.gap)
	cell := fyne.NewSize(
		(room.Width-gap*float32(g.columns-1))/float32(g.columns),
		(room.Height-gap*float32(rows-1))/float32(rows))
	for i, o := range objects {
		o.Resize(cell)
		o.Move(fyne.NewPos(float32(i%g.columns)*(cell.Width+gap), float32(i/g.columns)*(cell.Height+gap)))
	}
}
