// Package client is what a till uses to ask the local module: over the LAN, versions 2 and 1 of the protocol
// of ЛМ ЧЗ, so that an official module, new or old, answers it as well as ours.
//
// Which version a module speaks is found out and remembered: [Client.State], which the engine asks every few
// seconds, looks for version 2 and falls back to 1; a check that meets a method which is not there goes on
// with the next form at once, and once only, since the engine's budget is one scan. Otherwise nothing is
// repeated.
//
// It must not decide anything: whatever the module says, and whatever goes wrong, becomes the facts of a
// marking.ModuleAnswer with a marking.Fault.
//
// Words: КИ is the code without its check part (marking.MarkingCode.KI); form is the way in which outCheck is
// asked; State is the module's own word about itself.
//
// Example:
//
//	module := client.New(client.Settings{URL: "http://shop-pc:5995", Login: l, Password: p, Now: time.Now}, log)
//	answer := module.Check(ctx, marking.Query{Code: code, Group: marking.Milk})
//	if answer.Answered() && answer.Blocked { … }
//
// Source: guide to ПП 1944 v17 §2.6–2.8 (marking-check §3.4, §4).
package client
