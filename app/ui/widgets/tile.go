package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"kassa/app/ui/theme"
)

// Least size of a tile in u (till-ux SZ-4).
const (
	TileWidth  = 136
	TileHeight = 100
)

// Tile is a quick product: name, price, and the band of its group.
type Tile struct {
	press
	name  *Text
	price *Text
	band  int
}

// NewTile makes a tile; Show fills it.
func NewTile() *Tile {
	t := &Tile{name: NewText(theme.TileName, ""), price: NewText(theme.TilePrice, "").Strong()}
	t.name.Lines, t.name.Top, t.name.Squeeze = 2, true, true
	t.price.Shrink = true
	t.ExtendBaseWidget(t)
	return t
}

// Put fills the tile with a product.
func (t *Tile) Put(target, name, price string, band int, tap func()) {
	t.press.name, t.OnTap, t.band = target, tap, band
	t.name.Set(name)
	t.price.Set(price)
	t.Refresh()
}

// MinSize is fixed: keys of goods never move.
func (t *Tile) MinSize() fyne.Size { return fyne.NewSize(theme.U(TileWidth), theme.U(TileHeight)) }

// CreateRenderer is for Fyne.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	r := &tileRenderer{t: t, band: canvas.NewRectangle(color.Transparent), face: canvas.NewRectangle(color.Transparent), edge: canvas.NewRectangle(color.Transparent)}
	r.Refresh()
	return r
}

type tileRenderer struct {
	t                *Tile
	band, face, edge *canvas.Rectangle
}

func (r *tileRenderer) Layout(s fyne.Size) {
	bandHeight, margin := theme.U(6), theme.U(10)
	r.band.Resize(s)
	r.edge.Resize(s)
	r.face.Resize(s.SubtractWidthHeight(0, bandHeight))
	r.face.Move(fyne.NewPos(0, bandHeight))
	width := s.Width - 2*margin
	price := r.t.price.MinSize().Height
	r.t.price.Resize(fyne.NewSize(width, price))
	r.t.price.Move(fyne.NewPos(margin, s.Height-price-theme.U(5)))
	room := s.Height - bandHeight - price - theme.U(7)
	r.t.name.Lines = max(2, min(3, int(room/r.t.name.MinSize().Height)))
	r.t.name.Resize(fyne.NewSize(width, room))
	r.t.name.Move(fyne.NewPos(margin, bandHeight+theme.U(2)))
}

func (r *tileRenderer) MinSize() fyne.Size { return r.t.MinSize() }

func (r *tileRenderer) Refresh() {
	radius := theme.U(10)
	r.band.FillColor, r.band.CornerRadius = theme.Band(r.t.band), radius
	r.face.FillColor = theme.Color(theme.Surface)
	if r.t.down {
		r.face.FillColor = theme.Color(theme.QuietDown)
	}
	r.face.BottomLeftCornerRadius, r.face.BottomRightCornerRadius = radius, radius
	r.edge.FillColor = invisible(theme.Color(theme.Surface))
	r.edge.StrokeColor, r.edge.StrokeWidth, r.edge.CornerRadius = theme.Color(theme.Hairline), theme.U(1), radius
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *tileRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.band, r.face, r.edge, r.t.name, r.t.price}
}
func (r *tileRenderer) Destroy() {}

// invisible is a colour that cannot be seen. It keeps its shade: OpenGL mixes it into the edge of the line around it.
func invisible(c color.Color) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = 0
	return n
}
