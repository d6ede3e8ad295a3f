package sale

import (
	"strconv"

	"fyne.io/fyne/v2"

	engine "kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/screen"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// actions is the row of keys. The key that removes a line stands two keys away from «ОПЛАТА» (till-ux SZ-6).
type actions struct {
	quantity, discount, remove, suspend, more, pay *widgets.Key
	content                                        *fyne.Container
}

func newActions(s *Sale) *actions {
	a := &actions{
		quantity: widgets.NewKey("quantity", texts.KeyQuantity, func() { s.openPad(padQuantity) }),
		discount: widgets.NewKey("discount", texts.KeyDiscount, func() { s.openPad(padDiscount) }),
		remove:   widgets.NewKey("remove", texts.KeyRemove, s.remove),
		suspend:  widgets.NewKey("suspend", texts.KeySuspend, s.suspend),
		more:     widgets.NewKey("more", texts.KeyMore, func() { s.program.Open(screen.More) }),
		pay:      widgets.NewKey("pay", texts.KeyPay, func() { s.pay(screen.Payment) }),
	}
	a.quantity.Hint, a.discount.Hint, a.remove.Hint = keys.Cap(keys.Quantity), keys.Cap(keys.Discount), keys.Cap(keys.Remove)
	for _, k := range []*widgets.Key{a.quantity, a.discount, a.remove, a.suspend, a.more} {
		k.Bold, k.Height = false, 80
	}
	a.pay.Style, a.pay.Role, a.pay.Width, a.pay.Height = widgets.Loud, theme.KeyBig, 240, 80
	a.pay.Hint = keys.Cap(keys.Pay)
	a.content = &fyne.Container{Layout: &keysLayout{}, Objects: []fyne.CanvasObject{a.quantity, a.discount, a.remove, a.suspend, a.more, a.pay}}
	return a
}

// draw switches off what a receipt without a selected line cannot do.
func (a *actions) draw(s engine.Snapshot) {
	lines := s.Receipt != nil && s.Receipt.Positions() > 0
	selected := lines && s.Receipt.Line(s.Selected) != nil && !s.Receipt.Line(s.Selected).Removed
	a.quantity.SetDead(!selected)
	a.discount.SetDead(!selected)
	a.remove.SetDead(!selected)
	a.pay.SetDead(!lines)
	caption, hint := texts.KeySuspend, keys.Cap(keys.Suspend)
	if !lines && len(s.Suspended) > 0 {
		caption, hint = texts.KeySuspended, keys.Cap(keys.Suspended)
	}
	if n := len(s.Suspended); n > 0 {
		hint += " · " + strconv.Itoa(n)
	}
	a.suspend.SetDead(!lines && len(s.Suspended) == 0)
	a.suspend.Label(caption, hint)
}

func (s *Sale) remove() {
	if line := s.selected(); line != nil {
		s.program.Run(nil, engine.Remove{Line: line.No})
	} else {
		s.program.Say(texts.Attention, texts.SelectFirst)
	}
}

// suspend puts the receipt aside in one tap; without lines it opens the list of those put aside.
func (s *Sale) suspend() {
	if s.drawn.Receipt == nil || s.drawn.Receipt.Positions() == 0 {
		s.program.Open(screen.Suspended)
		return
	}
	s.Leave()
	s.program.Run(nil, engine.Suspend{})
}

// pay opens the payment, or shows the first line that is not ready (till-ux SL-3).
func (s *Sale) pay(page screen.Page) {
	r := s.drawn.Receipt
	if r == nil || r.Positions() == 0 {
		s.refuse(till.ReceiptEmpty)
		return
	}
	for _, l := range r.Lines {
		switch {
		case l.Removed:
		case l.MarkState == till.MarkNeeded:
			s.selectLine(l.No)
			s.refuse(till.ReceiptIncomp)
			return
		case l.MarkState == till.MarkChecking:
			s.selectLine(l.No)
			s.refuse(till.ReceiptChecking)
			return
		}
	}
	s.Leave()
	s.program.Open(page)
}

func (s *Sale) refuse(code till.Code) {
	m := texts.Refusal(code)
	s.program.Say(m.Tone, m.Line())
}

// keysLayout puts the keys in a row: the last one («ОПЛАТА») takes at least its own width and a third of the row.
type keysLayout struct{}

const (
	keyGap   = 8
	payShare = 0.32
)

// MinSize is the sum of what the keys need.
func (keysLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	small := fyne.Size{}
	last := objects[len(objects)-1]
	for _, o := range objects[:len(objects)-1] {
		small = small.Max(o.MinSize())
	}
	n := float32(len(objects) - 1)
	return fyne.NewSize(small.Width*n+theme.U(keyGap)*n+last.MinSize().Width, max(small.Height, last.MinSize().Height))
}

// Layout gives the small keys equal widths.
func (keysLayout) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	last := objects[len(objects)-1]
	n := float32(len(objects) - 1)
	gap := theme.U(keyGap)
	pay := max(last.MinSize().Width, room.Width*payShare)
	least := keysLayout{}.MinSize(objects).Width - last.MinSize().Width
	pay = max(last.MinSize().Width, min(pay, room.Width-least))
	width := (room.Width - pay - n*gap) / n
	for i, o := range objects[:len(objects)-1] {
		place(o, float32(i)*(width+gap), 0, width, room.Height)
	}
	place(last, room.Width-pay, 0, pay, room.Height)
}
