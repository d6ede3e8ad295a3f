package wait

import (
	"time"

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

const (
	quiet  = time.Second      // till-ux ST-8: no words below
	silent = 15 * time.Second // FT-1: a printer may be slow, not before this it is called silent
)

// Wait is the dialog.
type Wait struct {
	program screen.Program
	drawn   sale.Snapshot
	seen    time.Time // when this wait was seen first, for a snapshot without its own time

	face    *dialog.Face
	settle  *widgets.Key
	content *fyne.Container
}

// New makes the dialog.
func New(p screen.Program) *Wait {
	w := &Wait{program: p, face: dialog.NewFace()}
	w.settle = widgets.NewKey("settle", texts.WaitSettle, w.ask)
	w.settle.Style, w.settle.Role, w.settle.Height = widgets.Loud, theme.LineSum, 72
	w.content = dialog.Over(layouts.Column(22, layouts.Fixed(w.face.Content()), layouts.Fixed(w.settle)))
	w.content.Hide()
	return w
}

// Content is the dialog as an object; it hides itself while there is nothing to say.
func (w *Wait) Content() *fyne.Container { return w.content }

// Draw shows what a snapshot waits for.
func (w *Wait) Draw(s sale.Snapshot) {
	if !waits(s) || !waits(w.drawn) || s.Step != w.drawn.Step {
		w.seen = w.program.Now()
	}
	w.drawn = s
	w.Tick()
}

func waits(s sale.Snapshot) bool { return s.Step == sale.StepPrinting || s.Step == sale.StepUnknown }

// Waiting tells that the time has to be redrawn.
func (w *Wait) Waiting() bool { return waits(w.drawn) }

// Tick redraws the time.
func (w *Wait) Tick() {
	since := w.drawn.Printing.Since
	if since.IsZero() {
		since = w.seen
	}
	waited := w.program.Now().Sub(since)
	unknown := w.drawn.Step == sale.StepUnknown
	layouts.Show(w.content, unknown || w.drawn.Step == sale.StepPrinting && waited >= quiet)
	if !w.content.Visible() {
		return
	}
	layouts.Show(w.settle, unknown)
	w.face.Set(message(w.drawn, waited), "")
	layouts.Arrange(w.content)
}

func message(s sale.Snapshot, waited time.Duration) texts.Message {
	if s.Step == sale.StepUnknown {
		m := texts.Refusal(till.PrinterUnclear)
		m.Headline += " " + texts.Seconds(waited)
		return m
	}
	m := texts.Message{Tone: texts.Wait, Headline: texts.Printing(s.Printing.Kind) + " " + texts.Seconds(waited)}
	if waited >= silent {
		m.Body = texts.WaitSilent
	}
	return m
}

// Press asks the printer again by Enter.
func (w *Wait) Press(p keys.Press) {
	if p.Action == keys.Enter && w.drawn.Step == sale.StepUnknown {
		w.settle.Tapped(nil)
	}
}

func (w *Wait) ask() {
	w.settle.SetDead(true)
	w.program.Run(func(error) { w.settle.SetDead(false) }, sale.Settle{})
}

// Starting is the screen while the till finds out what its last run left.
type Starting struct{ content *fyne.Container }

// NewStarting makes the screen.
func NewStarting() *Starting {
	return &Starting{layouts.Middle(layouts.Column(12,
		layouts.Fixed(layouts.Middle(widgets.NewSign(texts.Wait, 76))),
		layouts.Fixed(widgets.NewText(theme.Title, texts.StartingTitle).Strong().To(fyne.TextAlignCenter)),
		layouts.Fixed(widgets.NewText(theme.LineName, texts.StartingBody).In(theme.Muted).To(fyne.TextAlignCenter)),
	))}
}

// Content is the screen as an object.
func (s *Starting) Content() fyne.CanvasObject { return s.content }

// Draw shows nothing new: there is nothing to know yet.
func (s *Starting) Draw(sale.Snapshot) {}

// Press does nothing: there is nothing to do yet.
func (s *Starting) Press(keys.Press) {}
