package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"kassa/app/ui/theme"
)

const ellipsis = "…"

// hair is what a text is made smaller beyond what it needs by calculation: letters sit on whole pixels.
const hair = 0.97

// Text shows words of one role and colour. Words that do not fit end in «…»; sums, which may never be cut,
// become smaller instead (Shrink).
type Text struct {
	widget.BaseWidget
	Role  theme.Role
	Token fyne.ThemeColorName
	Bold  bool
	Mono  bool
	Align fyne.TextAlign
	// Lines is how many lines may be used, at least 1.
	Lines int
	// Wrap, in u, is the width at which a paragraph is broken; its height then follows its words. Zero:
	// the text takes the room it gets.
	Wrap float32
	// Elide lets the text be narrower than its words; else its smallest width is that of the words.
	Elide bool
	// Shrink makes the text smaller until it fits.
	Shrink bool
	// Low lets a text that shrinks be given half of its height.
	Low bool
	// Squeeze lets the text become smaller, down to the smallest text there is, when its longest word is wider
	// than the room.
	Squeeze bool
	// Top puts the words at the upper edge instead of the middle.
	Top bool

	text string
}

// NewText makes a text of one line in ink.
func NewText(role theme.Role, text string) *Text {
	t := &Text{Role: role, Token: theme.Ink, Lines: 1, text: text}
	t.ExtendBaseWidget(t)
	return t
}

// Cut lets the text end in «…» where there is no room.
func (t *Text) Cut() *Text { t.Elide = true; return t }

// In sets the colour.
func (t *Text) In(token fyne.ThemeColorName) *Text { t.Token = token; return t }

// Strong makes the text bold.
func (t *Text) Strong() *Text { t.Bold = true; return t }

// To sets the alignment.
func (t *Text) To(align fyne.TextAlign) *Text { t.Align = align; return t }

// Paragraph breaks the text into at most lines lines of width u.
func (t *Text) Paragraph(width float32, lines int) *Text {
	t.Wrap, t.Lines, t.Top = width, lines, true
	return t
}

// Text is what is shown.
func (t *Text) Text() string { return t.text }

// Set changes the words.
func (t *Text) Set(text string) { t.SetIn(text, t.Token) }

// SetIn changes words and colour.
func (t *Text) SetIn(text string, token fyne.ThemeColorName) {
	if t.text == text && t.Token == token {
		return
	}
	t.text, t.Token = text, token
	t.Refresh()
}

func (t *Text) style() fyne.TextStyle { return fyne.TextStyle{Bold: t.Bold, Monospace: t.Mono} }

func (t *Text) measure(s string, size float32) fyne.Size {
	return fyne.MeasureText(s, size, t.style())
}

// lineHeight is the height of one line at the role's size.
func (t *Text) lineHeight(size float32) float32 { return t.measure("Ж", size).Height }

// MinSize is the room the words need, or may be squeezed into (see Elide, Shrink, Wrap).
func (t *Text) MinSize() fyne.Size {
	size := theme.Text(t.Role)
	height := t.lineHeight(size)
	switch {
	case t.Wrap > 0:
		return fyne.NewSize(theme.U(t.Wrap), height*float32(len(t.broken(theme.U(t.Wrap), size))))
	case t.Elide:
		return fyne.NewSize(theme.U(24), height)
	case t.Shrink:
		if t.Low {
			height /= 2
		}
		return fyne.NewSize(t.measure(t.text, size/2).Width, height)
	}
	return fyne.NewSize(t.measure(t.text, size).Width, height)
}

// broken gives the lines that fit into width: words are kept whole where possible, the last line ends in «…».
func (t *Text) broken(width, size float32) []string {
	fits := func(s string) bool { return t.measure(s, size).Width <= width }
	words := strings.Split(t.text, " ")
	lines := []string{}
	line := ""
	for i, w := range words {
		joined := w
		if line != "" {
			joined = line + " " + w
		}
		if fits(joined) {
			line = joined
			continue
		}
		if len(lines) == t.Lines-1 || line == "" {
			// No further line, or a word longer than a line: cut what is left.
			rest := strings.Join(words[i:], " ")
			if line != "" {
				rest = line + " " + rest
			}
			return append(lines, t.cut(rest, fits))
		}
		lines = append(lines, line)
		line = w
		if !fits(line) {
			return append(lines, t.cut(strings.Join(words[i:], " "), fits))
		}
	}
	return append(lines, line)
}

// squeezed is the size at which the longest word fits, not under that of the smallest text.
func (t *Text) squeezed(width, size float32) float32 {
	longest := float32(0)
	for _, w := range strings.Split(t.text, " ") {
		longest = max(longest, t.measure(w, size).Width)
	}
	if longest <= width || longest == 0 {
		return size
	}
	return min(size, max(theme.Smallest(), size*hair*width/longest))
}

// cut shortens s until it fits with «…» behind it.
func (t *Text) cut(s string, fits func(string) bool) string {
	if fits(s) {
		return s
	}
	runes := []rune(s)
	low, high := 0, len(runes)
	for low < high {
		middle := (low + high + 1) / 2
		if fits(strings.TrimRight(string(runes[:middle]), " ,.") + ellipsis) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ,.") + ellipsis
}

// CreateRenderer is for Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{t: t}
	r.Refresh()
	return r
}

type textRenderer struct {
	t     *Text
	lines []fyne.CanvasObject
}

func (r *textRenderer) Layout(room fyne.Size) {
	t := r.t
	size := theme.Text(t.Role)
	texts := []string{t.text}
	switch {
	case t.Shrink:
		if natural := t.measure(t.text, size); natural.Width > room.Width || natural.Height > room.Height {
			size *= hair * min(room.Width/natural.Width, room.Height/natural.Height)
		}
	case t.Lines > 1 || t.Elide:
		if t.Squeeze {
			size = t.squeezed(room.Width, size)
		}
		texts = t.broken(room.Width, size)
	}
	for len(r.lines) < len(texts) {
		r.lines = append(r.lines, canvas.NewText("", theme.Color(t.Token)))
	}
	height := t.lineHeight(size)
	top := float32(0)
	if !t.Top {
		top = (room.Height - height*float32(len(texts))) / 2
	}
	for i, o := range r.lines {
		line := o.(*canvas.Text)
		if i >= len(texts) {
			line.Hide()
			continue
		}
		line.Show()
		line.Resize(fyne.NewSize(room.Width, height))
		line.Move(fyne.NewPos(0, top+height*float32(i)))
		// A refresh draws the words anew, which costs more than everything else here.
		if color := theme.Color(t.Token); line.Text != texts[i] || line.TextSize != size || line.Color != color ||
			line.TextStyle != t.style() || line.Alignment != t.Align {
			line.Text, line.TextSize, line.TextStyle, line.Alignment, line.Color = texts[i], size, t.style(), t.Align, color
			line.Refresh()
		}
	}
}

func (r *textRenderer) MinSize() fyne.Size           { return r.t.MinSize() }
func (r *textRenderer) Refresh()                     { r.Layout(r.t.Size()) }
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.lines }
func (r *textRenderer) Destroy()                     {}
