package stop

import (
	"fyne.io/fyne/v2"

	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/screen/dialog"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// Stop is the dialog.
type Stop struct {
	program screen.Program
	search  func()
	stop    *sale.Stop
	inLine  bool // the refused line still stands in the receipt
	details bool

	face    *dialog.Face
	drawing *fyne.Container
	main    *widgets.Key
	second  *widgets.Key
	third   *widgets.Key
	small   *widgets.Text
	rule    *fyne.Container
	born    *widgets.Text // the latest day of birth, for goods with an age limit
	content *fyne.Container
}

// New makes the dialog; search opens the search of the sale screen.
func New(p screen.Program, search func()) *Stop {
	s := &Stop{program: p, search: search, face: dialog.NewFace()}
	s.main = widgets.NewKey("stop-main", "", s.answer)
	s.main.Style, s.main.Role, s.main.Height, s.main.Width = widgets.Loud, theme.LineSum, 76, 260
	s.second = widgets.NewKey("stop-second", "", s.takeOut)
	s.third = widgets.NewKey("stop-details", texts.StopDetails, s.toggle)
	s.small = widgets.NewText(theme.Small, "").In(theme.Muted).Paragraph(dialog.Width-64, 5)
	place := widgets.NewText(theme.LineSum, texts.StopWantedPlace).In(theme.Muted).Paragraph(dialog.TextWidth-60, 3)
	place.Top = false
	s.drawing = layouts.Row(24, layouts.Fixed(widgets.NewIcon("datamatrix", 120, theme.Ink)), layouts.Grow(place))
	s.born = widgets.NewText(theme.Total, "").Strong().To(fyne.TextAlignCenter)
	s.rule = layouts.Column(10, layouts.Sized(widgets.NewBox(theme.Hairline, 0), 1), layouts.Fixed(s.small))
	s.content = dialog.Over(layouts.Column(22,
		layouts.Fixed(s.face.Content()),
		layouts.Fixed(s.drawing),
		layouts.Fixed(s.born),
		layouts.Fixed(layouts.Row(12, layouts.Grow(s.main), layouts.Fixed(s.second), layouts.Fixed(s.third))),
		layouts.Fixed(s.rule),
	))
	return s
}

// Content is the dialog as an object.
func (s *Stop) Content() fyne.CanvasObject { return s.content }

// Draw shows the stop of a snapshot, which must have one.
func (s *Stop) Draw(snap sale.Snapshot) {
	if s.stop == nil || s.stop.Code != snap.Stop.Code || s.stop.Line != snap.Stop.Line || s.stop.Masked != snap.Stop.Masked {
		s.details = false
	}
	s.stop, s.inLine = snap.Stop, false
	if snap.Receipt != nil {
		line := snap.Receipt.Line(snap.Stop.Line)
		s.inLine = line != nil && !line.Removed
	}
	s.draw()
}

func (s *Stop) draw() {
	wanted := s.stop.Code == till.MarkWanted
	message := texts.Stop(*s.stop)
	if s.stop.Asked != nil {
		var born string
		message, born = texts.AskAge(s.stop.Args, s.program.Now())
		s.born.Set(born)
	}
	layouts.Show(s.born, s.stop.Asked != nil)
	s.face.Set(message, s.stop.Item)
	layouts.Show(s.drawing, wanted)
	main, second := texts.KeyClose, ""
	switch {
	case s.takesLimit():
		main, second = texts.LimitKey(*s.stop.Verdict), texts.StopNoMark
	case s.stop.Code == till.MarkForbidden:
		main, second = texts.StopTakeOther, texts.StopTakeOut
	case s.stop.Asked != nil:
		main, second = texts.StopAgeYes, texts.StopAgeNo
	case s.stop.Wanted != nil:
		main = texts.StopNoMark
	case s.stop.Code == till.ItemUnknown:
		main, second = texts.StopFind, texts.KeyClose
	}
	s.main.Label(main, "")
	s.main.SetStyle(widgets.Loud)
	if s.stop.Wanted != nil {
		s.main.SetStyle(widgets.Normal) // the scan is what moves on, the key only gives up
	}
	s.second.Label(second, "")
	layouts.Show(s.second, second != "")
	layouts.Show(s.third, s.stop.Code == till.MarkForbidden)
	small := texts.Details(*s.stop)
	if s.details {
		small += " · " + texts.Technical(*s.stop)
	}
	s.small.Set(small)
	layouts.Show(s.rule, small != "")
	layouts.Arrange(s.content)
}

// Press answers by Enter and Esc.
func (s *Stop) Press(p keys.Press) {
	switch p.Action {
	case keys.Enter:
		s.answer()
	case keys.Back:
		s.dismiss()
	}
}

// takesLimit tells that the till can put the price that the rule wants (M-07).
func (s *Stop) takesLimit() bool { return s.stop.TakesLimit && s.stop.Verdict != nil }

// answer is the main key: the stop is read. An unknown item is looked for by its name; the question about the
// customer's age gets its yes; a wrong price becomes the right one.
func (s *Stop) answer() {
	switch {
	case s.stop.Asked != nil:
		s.program.Run(nil, sale.ConfirmAge{Yes: true})
		return
	case s.takesLimit():
		s.program.Run(nil, sale.TakeLimitPrice{})
		return
	}
	find := s.stop.Code == till.ItemUnknown
	s.dismiss()
	if find {
		s.search()
	}
}

func (s *Stop) dismiss() { s.program.Run(nil, sale.Dismiss{}) }

// takeOut is the second key: the refused line goes, if the till has not taken it out by itself.
func (s *Stop) takeOut() {
	if s.stop.Asked != nil {
		s.program.Run(nil, sale.ConfirmAge{Yes: false})
		return
	}
	if s.inLine {
		s.program.Run(nil, sale.Remove{Line: s.stop.Line}, sale.Dismiss{})
		return
	}
	s.dismiss()
}

func (s *Stop) toggle() {
	s.details = !s.details
	s.draw()
}
