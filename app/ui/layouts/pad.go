package layouts

import (
	"fyne.io/fyne/v2"

	"kassa/app/ui/theme"
)

// Pad keeps room around an object: left and right, above and below.
func Pad(sides, ends float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &padLayout{sides, ends}, Objects: []fyne.CanvasObject{o}}
}

type padLayout struct{ sides, ends float32 }

// MinSize is that of the object and the room around it.
func (p *padLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(2*theme.U(p.sides), 2*theme.U(p.ends))
}

// Layout puts the object inside.
func (p *padLayout) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	objects[0].Resize(room.SubtractWidthHeight(2*theme.U(p.sides), 2*theme.U(p.ends)))
	objects[0].Move(fyne.NewPos(theme.U(p.sides), theme.U(p.ends)))
}

// Middle puts an object of its own size into the middle of the room.
func Middle(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: middleLayout{}, Objects: []fyne.CanvasObject{o}}
}

type middleLayout struct{}

// MinSize is that of the object.
func (middleLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// Layout centres the object.
func (middleLayout) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	size := objects[0].MinSize().Min(room)
	objects[0].Resize(size)
	objects[0].Move(fyne.NewPos((room.Width-size.Width)/2, (room.Height-size.Height)/2))
}

// Stack puts objects on each other, each as large as the room.
func Stack(objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: stackLayout{}, Objects: objects}
}

type stackLayout struct{}

// MinSize is the largest of the objects that are shown.
func (stackLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.Size{}
	for _, o := range objects {
		if o.Visible() {
			size = size.Max(o.MinSize())
		}
	}
	return size
}

// Layout makes all as large as the room.
func (stackLayout) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	for _, o := range objects {
		o.Resize(room)
		o.Move(fyne.Position{})
	}
}
