package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Theme is one look. It is a value: change it by setting another one in Fyne's settings.
type Theme struct {
	Dark bool
	// Scale is Fyne units per u (0.25 mm), from the calibration of the glass. Zero means 1: a 15-inch
	// screen of 1024x768 shows a unit about 0.3 mm wide.
	Scale float32
	// TextScale makes all text larger: 1 to 1.5. Zero means 1.
	TextScale float32
}

var _ fyne.Theme = Theme{}

// Role is what a text is for; it decides its size.
type Role uint8

const (
	Small     Role = 1  // secondary text, the smallest there is
	Body      Role = 2  // sentences and keys
	LineName  Role = 3  // name of a line
	LineSum   Role = 4  // sum of a line, bold
	KeyBig    Role = 5  // digits, the key that moves the sale on
	Headline  Role = 6  // of a dialog, bold
	Total     Role = 7  // bold
	Due       Role = 8  // sum to pay and change, bold
	Title     Role = 9  // of a screen, bold
	TileName  Role = 10 // name on a tile
	TilePrice Role = 11 // bold
)

// sizes of text in u. Till-ux SZ-8 gives the least: 16.8 (4.2 mm) for any text, 20 for a line's name,
// 24 for its sum, 48 for the total, and PY-1 64 for the sum due; the design's pictures give the rest.
var sizes = map[Role]float32{
	Small: 17, Body: 19, LineName: 20, LineSum: 24, KeyBig: 30, Headline: 34, Total: 52, Due: 64, Title: 30, TileName: 18, TilePrice: 20,
}

// UnitMM is the length of a u on the glass in millimetres: a calibration of k Fyne units to the millimetre
// makes Theme.Scale k·UnitMM.
const UnitMM = 0.25

// U is a length of n u in Fyne units.
func U(n float32) float32 { return n * current().scale() }

// Text is the size of a role's text in Fyne units.
func Text(r Role) float32 {
	t := current()
	return sizes[r] * t.scale() * t.textScale()
}

// Smallest is the size of the smallest text that may be shown (till-ux SZ-8).
func Smallest() float32 { return U(16.8) }

// Color is the colour of a token in the theme in force.
func Color(token fyne.ThemeColorName) color.Color { return current().Color(token, 0) }

func current() Theme {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(Theme); ok {
			return t
		}
	}
	return Theme{}
}

func (t Theme) scale() float32 {
	if t.Scale == 0 {
		return 1
	}
	return t.Scale
}

func (t Theme) textScale() float32 {
	if t.TextScale == 0 {
		return 1
	}
	return t.TextScale
}

// Color gives our tokens, and Fyne's own names by the token that means the same. The variant that the
// desktop asks for is ignored: a till looks the same whatever the desktop does.
func (t Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	p, ok := palette[name]
	if !ok {
		p, ok = palette[standard[name]]
	}
	if !ok {
		p = palette[Ink]
	}
	if t.Dark {
		return p.dark
	}
	return p.light
}

// standard says which token stands for a colour name of Fyne.
var standard = map[fyne.ThemeColorName]fyne.ThemeColorName{
	fynetheme.ColorNameBackground:        Background,
	fynetheme.ColorNameForeground:        Ink,
	fynetheme.ColorNamePrimary:           Accent,
	fynetheme.ColorNameSeparator:         Hairline,
	fynetheme.ColorNameScrollBar:         Muted,
	fynetheme.ColorNameOverlayBackground: Surface,
	fynetheme.ColorNameShadow:            Transparent,
}

// Font is the embedded Noto Sans.
func (t Theme) Font(s fyne.TextStyle) fyne.Resource { return fynetheme.DefaultTheme().Font(s) }

// Icon is Fyne's: our own icons come from assets.
func (t Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return fynetheme.DefaultTheme().Icon(n) }

// Size serves Fyne's own widgets, of which we show none but the scroller; our own ask [U] and [Text].
func (t Theme) Size(n fyne.ThemeSizeName) float32 {
	if n == fynetheme.SizeNameText {
		return sizes[Body] * t.scale() * t.textScale()
	}
	return fynetheme.DefaultTheme().Size(n) * t.scale()
}
