package emergency

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"kassa/app/texts"
	"kassa/app/ui/keys"
	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
	"kassa/app/ui/typed"
	"kassa/app/ui/widgets"
)

// maxReason bounds a typed reason, in characters.
const maxReason = 120

// reasons that a person can choose; another one is typed.
var reasons = []string{texts.EmergencySite, texts.EmergencyLetter, texts.EmergencyOffice}

// ends that a person can choose; another one is typed.
var ends = []struct {
	name, caption string
	after         time.Duration
}{
	{"emergency-3h", texts.EmergencyHours, 3 * time.Hour},
	{"emergency-1d", texts.EmergencyDay, 24 * time.Hour},
	{"emergency-3d", texts.EmergencyDays, 72 * time.Hour},
}

// none and other stand where a choice has not been made, or was typed.
const (
	none  = -1
	other = -2
)

// form asks for a reason and for an end.
type form struct {
	now     func() time.Time
	changed func()
	reason  int // index of reasons, none or other
	end     int // index of ends, none or other
	words   string
	until   time.Time // of a chosen end: the moment of the tap counts, not that of the declaration
	moment  typed.Moment
	typing  bool // the reason's field takes all characters; else it takes letters and the end takes digits

	reasonKeys []*widgets.Key
	own        *widgets.Field
	endKeys    []*widgets.Key
	at         *widgets.Text
	pad        *widgets.Pad
	warning    *widgets.Text
	content    *fyne.Container
}

func newForm(now func() time.Time, changed func()) *form {
	f := &form{now: now, changed: changed}
	chips := []fyne.CanvasObject{}
	for i, words := range reasons {
		chip := widgets.NewChip("reason-"+words, words, func() { f.chooseReason(i) })
		chip.Height = 54
		f.reasonKeys = append(f.reasonKeys, chip)
		chips = append(chips, chip)
	}
	f.own = widgets.NewField("emergency-reason", texts.EmergencyOwnReason, "", func() { f.chooseReason(other) })
	endChips := []fyne.CanvasObject{}
	endKey := func(i int, name, caption string) {
		chip := widgets.NewChip(name, caption, func() { f.chooseEnd(i) })
		chip.Height = 54
		f.endKeys = append(f.endKeys, chip)
		endChips = append(endChips, chip)
	}
	for i, e := range ends {
		endKey(i, e.name, e.caption)
	}
	endKey(other, "emergency-other", texts.EmergencyOther)
	f.at = widgets.NewText(theme.LineSum, "").Strong().To(fyne.TextAlignTrailing).Cut()
	f.pad = widgets.NewPad(widgets.BlankErase, nil)
	f.pad.OnDigit = func(r rune) {
		f.moment.Add(r)
		f.changed()
	}
	f.pad.OnErase = func() {
		f.moment.Erase()
		f.changed()
	}
	f.warning = widgets.NewText(theme.Body, texts.EmergencyWarning).In(theme.Muted)
	f.warning.Lines, f.warning.Elide, f.warning.Top = 6, true, true
	caption := func(words string) *widgets.Text { return widgets.NewText(theme.LineSum, words).Strong() }
	left := layouts.Column(12,
		layouts.Fixed(caption(texts.EmergencyReason)),
		layouts.Fixed(layouts.Grid(1, 8, chips...)),
		layouts.Fixed(f.own),
		layouts.Space(),
	)
	right := layouts.Column(12,
		layouts.Fixed(layouts.Row(8, layouts.Fixed(caption(texts.EmergencyUntil)), layouts.Grow(f.at))),
		layouts.Fixed(layouts.Grid(4, 8, endChips...)),
		layouts.Grow(layouts.Stack(f.pad.Container, f.warning)),
	)
	f.content = layouts.Row(32, layouts.Grow(left), layouts.Sized(right, 500))
	f.clear()
	return f
}

func (f *form) clear() {
	f.reason, f.end, f.words, f.typing = none, none, "", false
	f.moment.Clear()
}

func (f *form) chooseReason(i int) {
	f.reason, f.typing = i, i == other
	f.changed()
}

func (f *form) chooseEnd(i int) {
	f.end, f.typing = i, false
	if i >= 0 {
		f.until = f.now().Add(ends[i].after).Truncate(time.Minute)
	}
	f.changed()
}

// chosen is what was asked for; ok is false while something is missing.
func (f *form) chosen() (reason string, until time.Time, ok bool) {
	switch {
	case f.reason == other:
		reason = strings.TrimSpace(f.words)
	case f.reason >= 0:
		reason = reasons[f.reason]
	}
	until, known := f.until, f.end != none
	if f.end == other {
		until, known = f.moment.After(f.now())
	}
	return reason, until, reason != "" && known
}

func (f *form) draw() {
	for i, k := range f.reasonKeys {
		k.SetStyle(chip(i == f.reason))
	}
	f.own.Set(f.words, f.reason == other)
	for i, k := range f.endKeys {
		k.SetStyle(chip(i == f.end || i == len(ends) && f.end == other))
	}
	switch {
	case f.end == none:
		f.at.SetIn(texts.EmergencyNoEnd, theme.Muted)
	case f.end == other:
		f.at.SetIn(f.moment.Text(), theme.Ink)
	default:
		f.at.SetIn(texts.Moment(f.until), theme.Ink)
	}
	layouts.Show(f.pad.Container, f.end == other)
	layouts.Show(f.warning, f.end != other)
}

func chip(chosen bool) widgets.Style {
	if chosen {
		return widgets.Chosen
	}
	return widgets.Normal
}

// press types: letters begin a reason, digits go on with what was tapped last.
func (f *form) press(p keys.Press) {
	switch {
	case p.Action == keys.Erase && f.typing:
		if words := []rune(f.words); len(words) > 0 {
			f.words = string(words[:len(words)-1])
		}
	case p.Action == keys.Erase && f.end == other:
		f.moment.Erase()
	case p.Action == keys.Enter:
		f.typing = false
	case p.IsDigit() && !f.typing && f.end == other:
		f.moment.Add(p.Rune)
	case p.Rune != 0 && (f.typing || !p.IsDigit()):
		f.reason, f.typing = other, true
		if len([]rune(f.words)) < maxReason {
			f.words += string(p.Rune)
		}
	}
}
