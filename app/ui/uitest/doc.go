// Package uitest is a till for tests of the window: a [Till] that shows scripted snapshots and lists and
// remembers commands, a [Desk] with the whole window on the headless driver, a clock that the test moves, keys, taps and
// scans, and golden pictures.
//
//	d := uitest.New(t, theme.Theme{}, uitest.Small)
//	d.Show(uitest.Sale())
//	d.Tap("pay")
//	d.Golden("payment_light_1024")
//
// Golden pictures are written with «go test ./app/ui -update»; look at every one before it is committed.
package uitest
