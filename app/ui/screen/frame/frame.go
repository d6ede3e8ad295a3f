package frame

import (
	"time"

	"fyne.io/fyne/v2"

	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/ui/layouts"
	"kassa/app/ui/screen"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

const (
	barHeight   = 56 // 14 mm
	frameHeight = 26
	bandHeight  = 30
	frameWidth  = 8
	stripText   = 360 // width of the words of news
	stripLines  = 5
)

// lamps are the lights in their order.
var lamps = []struct {
	kind texts.LampKind
	name string
	of   func(sale.Lights) sale.Light
}{
	{texts.LampPrinter, "lamp-printer", func(l sale.Lights) sale.Light { return l.Printer }},
	{texts.LampOnline, "lamp-online", func(l sale.Lights) sale.Light { return l.Online }},
	{texts.LampModule, "lamp-module", func(l sale.Lights) sale.Light { return l.Module }},
}

// Frame surrounds the screens.
type Frame struct {
	program screen.Program
	drawn   sale.Snapshot

	till, shift, cashier, clock *widgets.Text
	lamps                       []*widgets.Lamp
	queue                       *widgets.Lamp
	fake                        *fyne.Container // the words over the frame
	edges                       *fyne.Container
	fakeWord                    *widgets.Text
	band                        *fyne.Container // goods are sold without checks
	bandWords                   *widgets.Text
	strip                       *fyne.Container
	stripBox                    *widgets.Box
	stripSign                   *widgets.Sign
	stripText                   *widgets.Text
	stripUntil                  time.Time
	bar, content                *fyne.Container
}

// New makes the frame around content; over lies over everything but the status bar.
func New(p screen.Program, content, over fyne.CanvasObject) *Frame {
	f := &Frame{
		program: p,
		till:    widgets.NewText(theme.Small, "").Strong().Cut(),
		shift:   widgets.NewText(theme.Small, "").Cut(),
		cashier: widgets.NewText(theme.Small, "").Cut(),
		clock:   widgets.NewText(theme.Small, "00:00").Strong().To(fyne.TextAlignTrailing),
	}
	objects := []fyne.CanvasObject{f.till, f.shift, f.cashier}
	for _, l := range lamps {
		lamp := widgets.NewLamp(l.name, texts.LampName(l.kind), func() {
			p.Tell(texts.Lamp(l.kind, l.of(f.drawn.Lights), p.Now()))
		})
		f.lamps = append(f.lamps, lamp)
		objects = append(objects, lamp)
	}
	f.queue = widgets.NewLamp("lamp-queue", texts.Queue(0), func() { p.Tell(texts.QueueDetail(f.drawn.Lights.Queue)) })
	objects = append(objects, f.queue, f.clock)
	f.bar = &fyne.Container{Layout: barLayout{f}, Objects: objects}
	f.stripBox = widgets.NewBox(theme.OKGround, 10).Edged(theme.Hairline, 1)
	f.stripSign = widgets.NewSign(texts.OK, 40)
	f.stripText = widgets.NewText(theme.Small, "").Strong().Paragraph(stripText, stripLines)
	f.stripText.Top = false
	f.strip = &fyne.Container{Layout: stripLayout{}, Objects: []fyne.CanvasObject{
		layouts.Stack(f.stripBox, layouts.Pad(8, 3, layouts.Row(10, layouts.Fixed(f.stripSign), layouts.Fixed(f.stripText)))),
	}}
	f.strip.Hide()

	f.fakeWord = widgets.NewText(theme.Small, "").Strong().In(theme.OnFrame).To(fyne.TextAlignCenter).Cut()
	f.fake = layouts.Stack(widgets.NewBox(theme.Frame, 0), f.fakeWord)
	f.edges = &fyne.Container{Layout: edgesLayout{}, Objects: []fyne.CanvasObject{
		widgets.NewBox(theme.Frame, 0), widgets.NewBox(theme.Frame, 0), widgets.NewBox(theme.Frame, 0),
	}}
	f.bandWords = widgets.NewText(theme.Small, "").Strong().In(theme.Attention).Cut()
	f.band = layouts.Stack(widgets.NewBox(theme.AttGround, 0), layouts.Pad(14, 0, layouts.Row(10,
		layouts.Fixed(widgets.NewIcon("attention", 20, theme.Attention)), layouts.Grow(f.bandWords))))
	body := layouts.Column(0,
		layouts.Sized(f.fake, frameHeight),
		layouts.Sized(layouts.Stack(widgets.NewBox(theme.Surface, 0), f.bar), barHeight),
		layouts.Sized(f.band, bandHeight),
		layouts.Sized(widgets.NewBox(theme.Hairline, 0), 1),
		layouts.Grow(layouts.Stack(content, over, f.strip)),
	)
	f.content = layouts.Stack(widgets.NewBox(theme.Background, 0), &fyne.Container{Layout: insetLayout{f}, Objects: []fyne.CanvasObject{body}}, f.edges)
	return f
}

// Content is everything on the glass.
func (f *Frame) Content() *fyne.Container { return f.content }

// Draw shows a snapshot.
func (f *Frame) Draw(s sale.Snapshot) {
	f.drawn = s
	f.till.Set(s.TillName)
	name := ""
	if s.Cashier != nil {
		name = texts.ShortName(s.Cashier.Name)
	}
	f.cashier.Set(name)
	for i, l := range lamps {
		light := l.of(s.Lights)
		f.lamps[i].Set(texts.LampTone(light.State), texts.LampName(l.kind))
	}
	tone := texts.OK
	if s.Lights.Queue > 0 {
		tone = texts.Attention
	}
	f.queue.Set(tone, texts.Queue(s.Lights.Queue))
	word := ""
	switch {
	case s.Training:
		word = texts.FrameTraining
	case s.Emulated:
		word = texts.FrameEmulated
	}
	f.fakeWord.Set(word)
	layouts.Show(f.fake, word != "")
	layouts.Show(f.edges, word != "")
	band := texts.EmergencyBand(s.Emergency)
	f.bandWords.Set(band)
	layouts.Show(f.band, band != "")
	f.Tick()
	f.drawTime()
	layouts.Arrange(f.content)
}

// Say shows a line of news until a moment.
func (f *Frame) Say(tone texts.Tone, words string, until time.Time) {
	f.stripUntil = until
	f.stripSign.Set(tone)
	f.stripText.SetIn(words, widgets.ToneColor(tone))
	f.stripBox.SetFill(widgets.ToneGround(tone))
	f.strip.Show()
	layouts.Arrange(f.strip)
}

// Said is the line of news that is shown, empty when there is none.
func (f *Frame) Said() string {
	if !f.strip.Visible() {
		return ""
	}
	return f.stripText.Text()
}

// Tick redraws the clock, the age of the shift, and takes old news away.
func (f *Frame) Tick() {
	now := f.program.Now()
	if f.strip.Visible() && !now.Before(f.stripUntil) {
		f.strip.Hide()
	}
	// Arranging repaints the window, which is most of what an idle till does: only when a minute is over.
	if texts.Clock(now) != f.clock.Text() {
		f.drawTime()
	}
}

func (f *Frame) drawTime() {
	f.clock.Set(texts.Clock(f.program.Now()))
	f.bar.Layout.Layout(f.bar.Objects, f.bar.Size())
}

// shiftWords are what is said of the shift, the longest first.
func (f *Frame) shiftWords() []string {
	s := f.drawn.Shift
	switch {
	case !s.Known:
		return []string{""}
	case !s.Open:
		return []string{texts.ShiftIsClosed}
	}
	return []string{texts.ShiftAge(s, f.program.Now()), texts.ShiftNumber(s)}
}

// barLayout puts the lights and the clock at the right; what is left is for till, shift and cashier. Where it is
// too little the shift is told without its age.
type barLayout struct{ f *Frame }

const barGap = 14

// MinSize is what lights and clock need, and the shortest words at the left.
func (b barLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	gap := theme.U(barGap)
	width := 2*gap + b.f.clock.MinSize().Width + b.f.queue.MinSize().Width + gap
	for _, l := range b.f.lamps {
		width += l.MinSize().Width
	}
	return fyne.NewSize(width+3*theme.U(60), theme.U(barHeight))
}

// Layout places everything from both ends.
func (b barLayout) Layout(_ []fyne.CanvasObject, room fyne.Size) {
	f, gap := b.f, theme.U(barGap)
	right := room.Width - gap - theme.U(2)
	put := func(o fyne.CanvasObject) {
		width := o.MinSize().Width
		o.Resize(fyne.NewSize(width, room.Height))
		o.Move(fyne.NewPos(right-width, 0))
		right -= width
	}
	put(f.clock)
	right -= theme.U(2)
	put(f.queue)
	for i := len(f.lamps) - 1; i >= 0; i-- {
		put(f.lamps[i])
	}
	left := gap + theme.U(2)
	right -= gap
	till, cashier := natural(f.till, true), natural(f.cashier, false)
	words := f.shiftWords()
	chosen := words[len(words)-1]
	for _, w := range words {
		if left+till+cashier+2*gap+textWidth(w, false) <= right {
			chosen = w
			break
		}
	}
	f.shift.Set(chosen)
	for _, t := range []struct {
		text  *widgets.Text
		width float32
	}{{f.till, till}, {f.shift, textWidth(chosen, false)}, {f.cashier, cashier}} {
		width := max(0, min(t.width, right-left))
		t.text.Resize(fyne.NewSize(width, room.Height))
		t.text.Move(fyne.NewPos(left, 0))
		left += width + gap
	}
}

func natural(t *widgets.Text, bold bool) float32 { return textWidth(t.Text(), bold) }

func textWidth(s string, bold bool) float32 {
	return fyne.MeasureText(s, theme.Text(theme.Small), fyne.TextStyle{Bold: bold}).Width + theme.U(1)
}

// stripLayout puts the news into the upper left corner of the content, where a receipt has its number: nothing
// that is needed in the next seconds lies under it, unless the news is long.
type stripLayout struct{}

// MinSize is none: the strip lies over the content.
func (stripLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout makes the strip as large as its words.
func (stripLayout) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	objects[0].Resize(objects[0].MinSize())
	objects[0].Move(fyne.NewPos(theme.U(4), theme.U(3)))
}

// insetLayout keeps the screens off the frame while it is shown.
type insetLayout struct{ f *Frame }

func (i insetLayout) inset() float32 {
	if !i.f.edges.Visible() {
		return 0
	}
	return theme.U(frameWidth)
}

// MinSize is that of the body and the frame around it.
func (i insetLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().AddWidthHeight(2*i.inset(), i.inset())
}

// Layout puts the body inside; its upper edge is the strip with the words.
func (i insetLayout) Layout(o []fyne.CanvasObject, room fyne.Size) {
	o[0].Move(fyne.NewPos(i.inset(), 0))
	o[0].Resize(room.SubtractWidthHeight(2*i.inset(), i.inset()))
}

// edgesLayout draws a frame over left, right and lower edge.
type edgesLayout struct{}

// MinSize is none: insetLayout keeps the room.
func (edgesLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout places the three sides; the upper one is the strip with the words.
func (edgesLayout) Layout(o []fyne.CanvasObject, room fyne.Size) {
	width := theme.U(frameWidth)
	o[0].Resize(fyne.NewSize(width, room.Height))
	o[0].Move(fyne.Position{})
	o[1].Resize(fyne.NewSize(width, room.Height))
	o[1].Move(fyne.NewPos(room.Width-width, 0))
	o[2].Resize(fyne.NewSize(room.Width, width))
	o[2].Move(fyne.NewPos(0, room.Height-width))
}
