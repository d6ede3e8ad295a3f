// Package layouts arranges parts by the sizes they need: [Row] and [Column] with gaps and growing parts,
// [Grid], [Stack], [Pad] and [Middle]. All lengths are in u (see theme.U). It knows the theme's measure only.
//
//	layouts.Column(8, layouts.Fixed(search), layouts.Grow(tiles), layouts.Fixed(keys))
package layouts
