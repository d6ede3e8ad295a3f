package widgets_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/require"

	"kassa/app/texts"
	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
	"kassa/app/ui/widgets"
)

// shown are the lines of a text as they are drawn.
func shown(t *widgets.Text) []string {
	lines := []string{}
	for _, o := range test.WidgetRenderer(t).Objects() {
		if o.Visible() {
			lines = append(lines, o.(*canvas.Text).Text)
		}
	}
	return lines
}

func TestText(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	const long = "Сыр «Деревенский» полутвёрдый из топлёного молока"
	t.Run("words that have no room end in three dots", func(t *testing.T) {
		text := widgets.NewText(theme.LineName, long).Cut()
		text.Resize(fyne.NewSize(200, 30))
		require.Len(t, shown(text), 1)
		require.True(t, strings.HasSuffix(shown(text)[0], "…"))
		require.LessOrEqual(t, fyne.MeasureText(shown(text)[0], theme.Text(theme.LineName), fyne.TextStyle{}).Width, float32(200))
	})
	t.Run("lines break between words", func(t *testing.T) {
		text := widgets.NewText(theme.LineName, "Хлеб бородинский").Cut()
		text.Lines = 2
		text.Resize(fyne.NewSize(150, 60))
		require.Equal(t, []string{"Хлеб", "бородинский"}, shown(text))
	})
	t.Run("a paragraph is as high as its words need", func(t *testing.T) {
		one, many := widgets.NewText(theme.Body, "Да.").Paragraph(300, 5), widgets.NewText(theme.Body, long+" "+long).Paragraph(300, 5)
		require.Greater(t, many.MinSize().Height, 2*one.MinSize().Height)
		require.EqualValues(t, 300, many.MinSize().Width)
	})
	t.Run("a sum is never cut: it becomes smaller", func(t *testing.T) {
		sum := widgets.NewText(theme.Total, texts.Money(28_130_850_99))
		sum.Shrink = true
		sum.Resize(fyne.NewSize(200, 60))
		require.Equal(t, []string{texts.Money(28_130_850_99)}, shown(sum))
		line := test.WidgetRenderer(sum).Objects()[0].(*canvas.Text)
		require.Less(t, line.TextSize, theme.Text(theme.Total))
		require.LessOrEqual(t, line.MinSize().Width, float32(201))
	})
	t.Run("a text that may not be cut asks for its whole width", func(t *testing.T) {
		whole, cut := widgets.NewText(theme.Body, long), widgets.NewText(theme.Body, long).Cut()
		require.Greater(t, whole.MinSize().Width, float32(300))
		require.Less(t, cut.MinSize().Width, float32(50))
	})
	t.Run("an empty text has no letters and does not fail", func(t *testing.T) {
		text := widgets.NewText(theme.Body, "").Paragraph(100, 3)
		text.Resize(fyne.NewSize(0, 0))
		require.Equal(t, []string{""}, shown(text))
	})
}

func TestAKey(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	taps := 0
	k := widgets.NewKey("pay", "ОПЛАТА", func() { taps++ })
	ground := func() any { return test.WidgetRenderer(k).Objects()[0].(*canvas.Rectangle).FillColor }
	quiet := ground()
	k.MouseDown(&desktop.MouseEvent{})
	require.NotEqual(t, quiet, ground(), "pressed")
	k.MouseOut()
	require.Equal(t, quiet, ground(), "the finger slid away")
	k.Tapped(nil)
	require.Equal(t, 1, taps)
	k.SetDead(true)
	k.Tapped(nil)
	require.Equal(t, 1, taps, "a dead key does nothing")
	require.GreaterOrEqual(t, k.MinSize().Width, theme.U(80))
	require.GreaterOrEqual(t, k.MinSize().Height, theme.U(64))
}

func TestNothingCanTakeTheFocus(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	for _, o := range []fyne.CanvasObject{
		widgets.NewKey("k", "", nil), widgets.NewTile(), widgets.NewPerson("Иванова Анна", nil), widgets.NewLamp("l", "", nil),
		widgets.NewField("f", "", "", nil), widgets.NewRows("r", nil, nil), widgets.NewVeil(),
	} {
		_, focusable := o.(fyne.Focusable)
		require.False(t, focusable, "%T", o)
	}
}

func TestEveryIconCanBeDrawn(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	icons := 0
	require.NoError(t, filepath.WalkDir("../../../assets/icons", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		icons++
		i := widgets.NewIcon(strings.TrimSuffix(d.Name(), ".svg"), 48, theme.Ink)
		w := test.NewTempWindow(t, i)
		w.SetPadded(false)
		w.Resize(fyne.NewSize(48, 48))
		picture := w.Canvas().Capture()
		drawn := false
		for x := range 48 {
			for y := range 48 {
				drawn = drawn || picture.At(x, y) != picture.At(0, 0)
			}
		}
		require.True(t, drawn, "%s is empty", d.Name())
		return nil
	}))
	require.Positive(t, icons)
}

// entry is a row that remembers what it shows.
type entry struct {
	widget.BaseWidget
	i      int
	chosen bool
}

func (e *entry) Fill(i int, chosen bool) { e.i, e.chosen = i, chosen }
func (e *entry) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}

func newRows(t *testing.T, count int) (rows *widgets.Rows, seen func() []int, tapped *[]int) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	var made []*entry
	tapped = &[]int{}
	rows = widgets.NewRows("rows", func() widgets.Row {
		e := &entry{}
		e.ExtendBaseWidget(e)
		made = append(made, e)
		return e
	}, func(i int) { *tapped = append(*tapped, i) })
	test.NewTempWindow(t, rows)
	rows.Resize(fyne.NewSize(400, theme.U(widgets.RowHeight)*5+20)) // five rows and a bit
	rows.List(count, -1)
	return rows, func() []int {
		out := []int{}
		for _, e := range made {
			if e.Visible() {
				out = append(out, e.i)
			}
		}
		return out
	}, tapped
}

func TestRowsShowWholeRowsOnly(t *testing.T) {
	rows, seen, _ := newRows(t, 12)
	require.Equal(t, []int{0, 1, 2, 3, 4}, seen())
	rows.Reveal(11)
	require.Equal(t, []int{7, 8, 9, 10, 11}, seen())
	rows.Page(-1)
	require.Equal(t, []int{2, 3, 4, 5, 6}, seen())
	rows.Page(-5)
	require.Equal(t, []int{0, 1, 2, 3, 4}, seen())
	rows.List(3, 1)
	require.Equal(t, []int{0, 1, 2}, seen())
}

func TestRowsMoveWithTheFingerAndATremblingFingerIsATap(t *testing.T) {
	rows, seen, tapped := newRows(t, 100_000)
	height := theme.U(widgets.RowHeight)
	at := func(y float32) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(10, y)}}
	}
	rows.MouseDown(at(height * 3.5))
	for range 30 {
		rows.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -height/10)})
	}
	rows.MouseUp(at(height / 2))
	rows.DragEnd()
	require.Equal(t, []int{3, 4, 5, 6, 7}, seen())
	require.Empty(t, *tapped, "a drag chooses nothing")

	rows.MouseDown(at(height * 1.5))
	rows.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -4)})
	rows.DragEnd()
	require.Equal(t, []int{4}, *tapped, "a few pixels are a tap")
	require.Equal(t, []int{3, 4, 5, 6, 7}, seen())

	rows.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -10)})
	require.Equal(t, 4, rows.First())
	rows.Tapped(&fyne.PointEvent{Position: fyne.NewPos(399, height*4.9)})
	require.Equal(t, []int{4, 8}, *tapped, "the whole row is the target")
	rows.Tapped(&fyne.PointEvent{Position: fyne.NewPos(10, height*5+10)})
	require.Len(t, *tapped, 2, "below the last row there is none")
}

func TestRowsTellWhenNotAllAreSeen(t *testing.T) {
	rows, _, _ := newRows(t, 3)
	var told []bool
	rows.OnFit = func(over bool) { told = append(told, over) }
	rows.List(6, -1)
	rows.List(7, -1)
	rows.List(5, -1)
	require.Equal(t, []bool{true, false}, told)
}

func TestTargetsUnderAVeilAreNotThere(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	below, above, bar := widgets.NewKey("below", "", nil), widgets.NewKey("above", "", nil), widgets.NewKey("bar", "", nil)
	hidden := widgets.NewKey("hidden", "", nil)
	hidden.Hide()
	root := layouts.Column(0, layouts.Sized(bar, 100), layouts.Grow(layouts.Stack(below, hidden, widgets.NewVeil(), layouts.Middle(above))))
	root.Resize(fyne.NewSize(400, 400))
	names := []string{}
	for _, f := range widgets.Targets(root) {
		names = append(names, f.TargetName())
	}
	require.Equal(t, []string{"bar", "above"}, names)
	require.Equal(t, fyne.NewPos(160, 218), widgets.Targets(root)[1].At)
}
