package layouts

import "fyne.io/fyne/v2"

// Show shows or hides an object; where nothing changes nothing is drawn.
func Show(o fyne.CanvasObject, shown bool) {
	switch {
	case shown && !o.Visible():
		o.Show()
	case !shown && o.Visible():
		o.Hide()
	}
}

// Arrange lays a container and the containers in it out again, after words or visibility changed. Unlike
// a refresh of the container it draws nothing anew that stays as it is.
func Arrange(c *fyne.Container) {
	if c.Layout != nil {
		c.Layout.Layout(c.Objects, c.Size())
	}
	for _, o := range c.Objects {
		if child, ok := o.(*fyne.Container); ok && child.Visible() {
			Arrange(child)
		}
	}
}
