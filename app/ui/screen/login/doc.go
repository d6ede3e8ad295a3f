// Package login is the screen where a person chooses a name and types a PIN (till-ux §4.1). The PIN is
// shown as dots and forgotten when it is sent.
//
// It knows the people of a snapshot and sends one command, the login; it checks nothing itself.
//
//	s := login.New(program)
//	s.Draw(snapshot)   // who may log in
//	s.Press(keys.Typed('1'))
package login
