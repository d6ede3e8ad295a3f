// Package keys says what a key of the keyboard means on a till (till-ux SC-9). It knows no window: names of
// keys are those that Fyne gives, as plain strings.
//
//	keys.Named("F9").Action   // keys.Pay
//	keys.Typed('+').Action    // keys.Pay: Num+
package keys
