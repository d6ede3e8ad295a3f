// Command demo is `make demo` and `make gui-test`: it starts the emulated world, the local module and the till,
// and where there is no display (or with -virtual) performs a demonstration in a real window under a virtual one:
// real key and mouse events, pictures and slips into -out. Every step is checked; the first that does not come
// true ends it with exit code 1. It is not a program of the product.
//
//	demo.go     what is shown, step by step
//	process.go  the programs it starts
//	hand.go     the hand: xdotool, pictures, and what the window says it shows (till --probe)
package main
