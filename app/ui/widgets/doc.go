// Package widgets holds the parts that all screens are made of: [Text], [Key], [Tile], [Person], [Lamp],
// [Field], [Rows], [Sign], [Box], [Dots] and the [Pad] of digits.
//
// None of them can take the keyboard focus, on purpose: keys and scans always reach the canvas, and the
// program decides by its state who they are for. They know the theme and the texts' tones, no screen, no
// engine. Whatever can be pressed is a [Target] with a name, so that tests and the probe can find it.
//
//	pay := widgets.NewKey("pay", texts.KeyPay, func() { … })
//	pay.Style, pay.Hint = widgets.Loud, "F9"
package widgets
