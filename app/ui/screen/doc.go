// Package screen says what every screen of the till is, and what it may ask of the program. The screens
// themselves stand in the packages below: login, shift, sale, payment, stop, wait, more, suspended, cash, slip,
// frame, and receipt, the list of lines that two of them show.
//
// A screen draws snapshots and turns presses into commands. It keeps no state of the till, only what a
// person is doing on it right now (digits being typed, the page of tiles). Nothing in it waits.
//
//	type Login struct{ … }
//	func (l *Login) Content() fyne.CanvasObject
//	func (l *Login) Draw(s sale.Snapshot)
//	func (l *Login) Press(p keys.Press)
package screen
