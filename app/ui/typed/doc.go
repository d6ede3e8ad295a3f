// Package typed holds what a person is typing on a block of digits: a [Number] with a comma and limits, a [PIN] and
// a [Moment]; and the sums a customer is likely to hand over ([LikelySums]). It knows no window.
//
//	n := typed.NewNumber(6, 2)
//	n.Add('1'); n.Add(','); n.Add('5')
//	sum, ok := n.Kopecks()   // 150, true
package typed
