// Package client is what a till uses to ask the local module: over the LAN, version 2 of the protocol of
// ЛМ ЧЗ, so that an official module answers it as well as ours.
//
// It must not decide anything: whatever the module says, and whatever goes wrong, becomes the facts of a
// marking.ModuleAnswer with a marking.Fault. It does not retry: the engine's budget is one scan.
//
// Words: КИ is the code without its check part (marking.MarkingCode.KI); State is the module's own word
// about itself.
//
// Example:
//
//	module := client.New(client.Settings{URL: "http://shop-pc:5995", Login: l, Password: p, Now: time.Now}, log)
//	answer := module.Check(ctx, marking.Query{Code: code, Group: marking.Milk})
//	if answer.Answered() && answer.Blocked { … }
//
// Source: guide to ПП 1944 v17 §2.6–2.8 (marking-check §3.4, §4).
package client
