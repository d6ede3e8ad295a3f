package theme_test

import (
	"image/color"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/sfnt"

	"kassa/app/ui/theme"
)

// looks are all looks there are.
var looks = map[string]theme.Theme{"light": {}, "dark": {Dark: true}}

// contrast is the ratio of WCAG 2.2, 1 to 21.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n.R) + 0.7152*linear(n.G) + 0.0722*linear(n.B)
}

func TestContrastIsComputedAsTheStandardSays(t *testing.T) {
	require.InDelta(t, 21, contrast(color.Black, color.White), 0.01)
	require.InDelta(t, 1, contrast(color.White, color.White), 0.01)
	require.InDelta(t, 4.54, contrast(color.NRGBA{R: 0x76, G: 0x76, B: 0x76, A: 255}, color.White), 0.01)
}

func TestTextCanBeReadOnEveryGroundItStandsOn(t *testing.T) {
	for _, pair := range [][2]fyne.ThemeColorName{
		{theme.Ink, theme.Background}, {theme.Ink, theme.Surface}, {theme.Ink, theme.Raised}, {theme.Ink, theme.Quiet},
		{theme.Ink, theme.QuietDown}, {theme.Ink, theme.Selected},
		{theme.Muted, theme.Background}, {theme.Muted, theme.Surface}, {theme.Muted, theme.Raised}, {theme.Muted, theme.Selected}, {theme.Muted, theme.Quiet},
		{theme.OnAccent, theme.Accent}, {theme.OnAccent, theme.AccentDown}, {theme.OnInk, theme.Ink}, {theme.OnFrame, theme.Frame},
		{theme.OK, theme.Surface}, {theme.OK, theme.Selected}, {theme.OK, theme.OKGround},
		{theme.Wait, theme.Surface}, {theme.Wait, theme.Selected}, {theme.Wait, theme.WaitGround},
		{theme.Attention, theme.Surface}, {theme.Attention, theme.Background}, {theme.Attention, theme.Selected}, {theme.Attention, theme.AttGround},
		{theme.Stop, theme.Surface}, {theme.Stop, theme.Selected}, {theme.Stop, theme.StopGround},
	} {
		for name, look := range looks {
			got := contrast(look.Color(pair[0], 0), look.Color(pair[1], 0))
			require.GreaterOrEqual(t, got, 4.5, "%s on %s, %s look", pair[0], pair[1], name)
		}
	}
}

func TestEdgesThatMatterCanBeSeen(t *testing.T) {
	for _, pair := range [][2]fyne.ThemeColorName{
		{theme.Edge, theme.Surface}, {theme.Accent, theme.Surface}, {theme.Accent, theme.Background}, {theme.Ink, theme.Background},
	} {
		for name, look := range looks {
			require.GreaterOrEqual(t, contrast(look.Color(pair[0], 0), look.Color(pair[1], 0)), 3.0, "%s on %s, %s look", pair[0], pair[1], name)
		}
	}
}

func TestTheDesktopDoesNotChooseTheLook(t *testing.T) {
	for _, look := range looks {
		require.Equal(t, look.Color(theme.Background, fynetheme.VariantDark), look.Color(theme.Background, fynetheme.VariantLight))
		require.Equal(t, look.Color(theme.Background, 0), look.Color(fynetheme.ColorNameBackground, 0), "Fyne's own names follow ours")
	}
}

func TestTextIsNeverSmallerThanTheReferenceAllows(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	for role, least := range map[theme.Role]float32{
		theme.Small: 16.8, theme.Body: 16.8, theme.LineName: 20, theme.LineSum: 24, theme.Total: 48, theme.Due: 64,
		theme.TileName: 16.8, theme.TilePrice: 16.8, theme.Headline: 16.8, theme.Title: 16.8, theme.KeyBig: 16.8,
	} {
		require.GreaterOrEqual(t, theme.Text(role), least, role)
	}
}

func TestLengthsFollowTheCalibratedGlass(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.Theme{Scale: 1.5, TextScale: 1.25})
	require.InDelta(t, 72, theme.U(48), 0.01, "12 mm")
	require.InDelta(t, 52*1.5*1.25, theme.Text(theme.Total), 0.01)
	app.Settings().SetTheme(theme.Theme{})
	require.InDelta(t, 48, theme.U(48), 0.01)
}

func TestEverySignOfTheTextsIsInTheEmbeddedFont(t *testing.T) {
	var fonts []*sfnt.Font
	for _, style := range []fyne.TextStyle{{}, {Bold: true}} {
		f, err := sfnt.Parse(theme.Theme{}.Font(style).Content())
		require.NoError(t, err)
		fonts = append(fonts, f)
	}
	seen := map[rune]bool{}
	err := filepath.WalkDir("../../texts", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, r := range string(source) {
			seen[r] = true
		}
		return err
	})
	require.NoError(t, err)
	require.True(t, seen['Я'])
	seen['\u202f'], seen['\u00a0'] = true, true
	for r := range seen {
		if r < ' ' {
			continue
		}
		for i, f := range fonts {
			glyph, err := f.GlyphIndex(nil, r)
			require.NoError(t, err)
			require.NotZero(t, glyph, "%q (%U) is not in font %d", r, r, i)
		}
	}
}
