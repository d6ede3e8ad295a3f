package widgets

import (
	"fyne.io/fyne/v2"

	"kassa/app/texts"
	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
)

// Pad is a block of digits. It keeps nothing: every key is reported.
type Pad struct {
	*fyne.Container
	// OnDigit gets '0' to '9' or a comma, OnErase the erase key.
	OnDigit func(r rune)
	OnErase func()
	comma   *Key
}

// SetComma switches the comma off where there are no fractions.
func (p *Pad) SetComma(on bool) { p.comma.SetDead(!on) }

// Corner says what stands in the pad's lower right corner and lower left corner.
type Corner uint8

const (
	CommaErase Corner = 1 // comma left of 0, erase right of it
	EraseEnter Corner = 2 // erase left, the given key right
	BlankErase Corner = 3 // nothing left of 0, erase right of it
)

// NewPad makes the block as a telephone has it (1 on top) for a PIN, as a calculator has it (7 on top)
// for numbers. enter stands in the corner for EraseEnter.
func NewPad(corner Corner, enter *Key) *Pad {
	p := &Pad{}
	digits := "789456123"
	if corner == EraseEnter {
		digits = "123456789"
	}
	keys := []fyne.CanvasObject{}
	for _, d := range digits {
		keys = append(keys, p.digit(d))
	}
	erase := NewKey("erase", texts.KeyErase, func() { p.OnErase() })
	switch corner {
	case EraseEnter:
		keys = append(keys, erase, p.digit('0'), enter)
	case BlankErase:
		keys = append(keys, &fyne.Container{}, p.digit('0'), erase)
	default:
		p.comma = p.digit(',')
		keys = append(keys, p.comma, p.digit('0'), erase)
	}
	p.Container = layouts.Grid(3, 10, keys...)
	return p
}

func (p *Pad) digit(d rune) *Key {
	name := "digit-" + string(d)
	if d == ',' {
		name = "comma"
	}
	k := NewKey(name, string(d), func() { p.OnDigit(d) })
	k.Role = theme.KeyBig
	return k
}
