package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// Tokens of colour. What each is for stands in the table below.
const (
	Background  fyne.ThemeColorName = "kassa-background"
	Surface     fyne.ThemeColorName = "kassa-surface"
	Raised      fyne.ThemeColorName = "kassa-raised"
	Ink         fyne.ThemeColorName = "kassa-ink"
	Muted       fyne.ThemeColorName = "kassa-muted"
	Hairline    fyne.ThemeColorName = "kassa-line"
	Quiet       fyne.ThemeColorName = "kassa-key"
	QuietDown   fyne.ThemeColorName = "kassa-key-down"
	Edge        fyne.ThemeColorName = "kassa-edge"
	Accent      fyne.ThemeColorName = "kassa-accent"
	AccentDown  fyne.ThemeColorName = "kassa-accent-down"
	OnAccent    fyne.ThemeColorName = "kassa-on-accent"
	OnInk       fyne.ThemeColorName = "kassa-on-ink"
	Selected    fyne.ThemeColorName = "kassa-selected"
	OK          fyne.ThemeColorName = "kassa-ok"
	OKGround    fyne.ThemeColorName = "kassa-ok-ground"
	Wait        fyne.ThemeColorName = "kassa-wait"
	WaitGround  fyne.ThemeColorName = "kassa-wait-ground"
	Attention   fyne.ThemeColorName = "kassa-attention"
	AttGround   fyne.ThemeColorName = "kassa-attention-ground"
	Stop        fyne.ThemeColorName = "kassa-stop"
	StopGround  fyne.ThemeColorName = "kassa-stop-ground"
	Veil        fyne.ThemeColorName = "kassa-veil"
	Frame       fyne.ThemeColorName = "kassa-frame"
	OnFrame     fyne.ThemeColorName = "kassa-on-frame"
	Transparent fyne.ThemeColorName = "kassa-transparent"
)

// pair is a token's colour in the light and in the dark look.
type pair struct{ light, dark color.NRGBA }

// palette is the whole look. The first sixteen rows are the design's tokens; the pressed keys, the
// edge (3:1 on the background), the veil under a dialog and the frame of a till that is no till are ours.
var palette = map[fyne.ThemeColorName]pair{
	Background: {hex(0xEEF1F4), hex(0x0E151C)},
	Surface:    {hex(0xFFFFFF), hex(0x16212B)},
	Raised:     {hex(0xF7F9FB), hex(0x1C2934)},
	Ink:        {hex(0x101C26), hex(0xEDF3F8)},
	Muted:      {hex(0x566776), hex(0x9FB2C2)},
	Hairline:   {hex(0xD3DBE2), hex(0x2C3B48)},
	Quiet:      {hex(0xE3E9EE), hex(0x24333F)},
	Accent:     {hex(0x0B57D0), hex(0x7CB0FF)},
	OnAccent:   {hex(0xFFFFFF), hex(0x06203F)},
	Selected:   {hex(0xE4EEFC), hex(0x1D3450)},
	OK:         {hex(0x14713F), hex(0x57D08D)},
	OKGround:   {hex(0xDFF3E7), hex(0x123524)},
	Wait:       {hex(0x1B5FB8), hex(0x86B8FF)},
	WaitGround: {hex(0xE1ECFB), hex(0x14304F)},
	Attention:  {hex(0x8A5300), hex(0xF4BE55)},
	AttGround:  {hex(0xFFF0D0), hex(0x3B2C0C)},
	Stop:       {hex(0xB3201A), hex(0xFF8B82)},
	StopGround: {hex(0xFCE3E1), hex(0x431A18)},

	QuietDown:   {hex(0xC3CED8), hex(0x3A4E5E)},
	AccentDown:  {hex(0x083F98), hex(0xB4D2FF)},
	OnInk:       {hex(0xFFFFFF), hex(0x0E151C)},
	Edge:        {hex(0x7A8B99), hex(0x6E8395)},
	Veil:        {color.NRGBA{R: 0x0E, G: 0x15, B: 0x1C, A: 0x8C}, color.NRGBA{A: 0xA6}},
	Frame:       {hex(0xF28C00), hex(0xF28C00)},
	OnFrame:     {hex(0x101C26), hex(0x101C26)},
	Transparent: {color.NRGBA{}, color.NRGBA{}},
}

// groupBands are the bands on the tiles of goods, one per group of goods, in their order. They are
// decoration: the group is named on its chip.
var groupBands = []color.NRGBA{
	hex(0xB8863B), hex(0x3B8C4B), hex(0x7A4A34), hex(0x4670A9), hex(0x8A5AA8), hex(0x2F8A8A), hex(0xB0524A), hex(0x6B7A3A),
}

// Band is the colour of the i-th group of goods.
func Band(i int) color.Color { return groupBands[i%len(groupBands)] }

func hex(rgb uint32) color.NRGBA {
	return color.NRGBA{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: 0xFF}
}
