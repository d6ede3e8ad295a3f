package layouts_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"kassa/app/ui/layouts"
	"kassa/app/ui/theme"
)

// block is an object of a least size.
func block(width, height float32) *canvas.Rectangle {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(width, height))
	return r
}

func TestARowSharesWhatIsLeftAmongItsGrowingParts(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	a, b, c, d := block(50, 20), block(5, 30), block(10, 10), block(5, 5)
	row := layouts.Row(10, layouts.Fixed(a), layouts.Grow(b), layouts.Sized(c, 40), layouts.Grow(d))
	require.Equal(t, fyne.NewSize(50+5+40+5+30, 30), row.MinSize())
	row.Resize(fyne.NewSize(320, 60))
	require.Equal(t, []float32{50, 100, 40, 100}, []float32{a.Size().Width, b.Size().Width, c.Size().Width, d.Size().Width})
	require.Equal(t, []float32{0, 60, 170, 220}, []float32{a.Position().X, b.Position().X, c.Position().X, d.Position().X})
	require.EqualValues(t, 60, a.Size().Height, "as high as the row")
}

func TestAHiddenPartTakesNoRoomNorGap(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	a, b, c := block(10, 10), block(10, 10), block(10, 10)
	column := layouts.Column(5, layouts.Fixed(a), layouts.Fixed(b), layouts.Fixed(c))
	require.Equal(t, fyne.NewSize(10, 40), column.MinSize())
	layouts.Show(b, false)
	require.Equal(t, fyne.NewSize(10, 25), column.MinSize())
	column.Resize(fyne.NewSize(10, 100))
	layouts.Arrange(column)
	require.EqualValues(t, 15, c.Position().Y)
	layouts.Show(b, true)
	layouts.Arrange(column)
	require.EqualValues(t, 30, c.Position().Y)
}

func TestAGridHasEqualCells(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	cells := []fyne.CanvasObject{block(80, 64), block(10, 10), block(10, 10), block(10, 10)}
	grid := layouts.Grid(3, 10, cells...)
	require.Equal(t, fyne.NewSize(3*80+2*10, 2*64+10), grid.MinSize())
	grid.Resize(fyne.NewSize(320, 210))
	require.Equal(t, fyne.NewSize(100, 100), cells[3].Size())
	require.Equal(t, fyne.NewPos(0, 110), cells[3].Position())
}

func TestLengthsAreInUnitsOfTheGlass(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Scale: 2})
	padded := layouts.Pad(10, 5, block(100, 100))
	require.Equal(t, fyne.NewSize(140, 120), padded.MinSize())
}

func TestMiddleNeverGrowsOverTheRoom(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	b := block(100, 100)
	m := layouts.Middle(b)
	m.Resize(fyne.NewSize(300, 60))
	require.Equal(t, fyne.NewSize(100, 60), b.Size())
	require.Equal(t, fyne.NewPos(100, 0), b.Position())
}
