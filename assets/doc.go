// Package assets holds the drawings that the screens show: small icons of one colour as SVG, written with
// the colour «currentColor» for the screens to replace. It knows nobody.
//
//	svg, err := assets.Icon("check")
package assets
