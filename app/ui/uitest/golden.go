package uitest

import (
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// Tolerances of a golden picture: how far a channel of a pixel may be off, and how many pixels may be further off.
const (
	maxOff    = 24
	maxPixels = 40
)

// Golden compares what is on the glass with testdata/<name>.png of the calling test's package.
func (d *Desk) Golden(name string) {
	d.t.Helper()
	got := d.Window.Canvas().Capture()
	path := filepath.Join("testdata", name+".png")
	if *update {
		require.NoError(d.t, os.MkdirAll("testdata", 0o755))
		write(d, path, got)
		return
	}
	f, err := os.Open(path)
	require.NoError(d.t, err, "run the test with -update and look at the picture")
	defer f.Close()
	want, err := png.Decode(f)
	require.NoError(d.t, err)
	require.Equal(d.t, want.Bounds(), got.Bounds())
	if off := different(want, got); off > maxPixels {
		failed := filepath.Join("testdata", "failed", name+".png")
		require.NoError(d.t, os.MkdirAll(filepath.Dir(failed), 0o755))
		write(d, failed, got)
		require.Failf(d.t, "the picture changed", "%d pixels of %s differ; see %s", off, path, failed)
	}
}

func write(d *Desk, path string, img image.Image) {
	d.t.Helper()
	f, err := os.Create(path)
	require.NoError(d.t, err)
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	require.NoError(d.t, encoder.Encode(f, lighter(img)))
	require.NoError(d.t, f.Close())
}

// flat is how many pixels a colour of a surface has at least; rarer ones are the edges of letters.
const flat = 150

// lighter makes a picture smaller on disk: surfaces keep their colours, the edges of letters get fewer shades,
// within the tolerance.
func lighter(img image.Image) image.Image {
	bounds := img.Bounds()
	count := map[color.NRGBA]int{}
	out := image.NewNRGBA(bounds)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			out.SetNRGBA(x, y, c)
			count[c]++
		}
	}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if c := out.NRGBAAt(x, y); count[c] < flat {
				out.SetNRGBA(x, y, color.NRGBA{R: shade(c.R), G: shade(c.G), B: shade(c.B), A: 0xFF})
			}
		}
	}
	return out
}

// shade rounds a channel to a multiple of 24.
func shade(c uint8) uint8 { return uint8(min(255, (int(c)+12)/24*24)) }

// different counts the pixels that are further apart than the tolerance.
func different(a, b image.Image) int {
	n := 0
	bounds := a.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			p, q := color.RGBAModel.Convert(a.At(x, y)).(color.RGBA), color.RGBAModel.Convert(b.At(x, y)).(color.RGBA)
			if far(p.R, q.R) || far(p.G, q.G) || far(p.B, q.B) {
				n++
			}
		}
	}
	return n
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > maxOff }
