// Package wire joins engine, store, devices, module and centre into one till, for the window and for tillctl
// alike, without Fyne. It holds the compile-time checks that every adapter fits its port.
//
//	t, err := wire.Open(ctx, "shop/till.yaml", log)
//	defer t.Close()
//	err = t.Do(ctx, sale.Scan{Raw: code})
package wire
