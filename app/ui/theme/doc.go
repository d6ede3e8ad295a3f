// Package theme is the look of all screens from one table: colours by token for the light and the dark
// look, type by role, and sizes in u = 0.25 mm on the glass.
//
// It knows Fyne and no screen. A screen never writes a colour or a raw Fyne size: it asks [Color] for a
// token, [U] for a length and [Text] for the size of a role.
//
//	rect.FillColor = theme.Color(theme.Surface)
//	gap := theme.U(8)                    // 2 mm
//	name.TextSize = theme.Text(theme.LineName)
//
// The theme in force is the one set in Fyne's settings; before any is set, the light one at scale 1.
package theme
