// Package trueapi is the till's online check of marking codes by path A: codes/check of a CDN site of
// ГИС МТ («Честный ЗНАК») with the legal entity's key.
//
// A [Client] asks one site. [Client.Check] is what the sale engine calls for a scan; whatever fails is a
// Fault in the answer, and the call ends with its context, however slow names, handshakes or bodies
// are. The connection is kept for the codes of one receipt, [Client.CloseIdle] drops it after the
// receipt. [Client.Info] and [Client.Health] verify a key and a site.
//
// It must not know how a sale is decided (marking.Decide), nor keep anything between runs. Which site is
// asked is one value here; a list of sites with ranks and blocks belongs in front of it.
//
// Words: site = площадка CDN; token = the key sent as X-API-KEY, one per ИНН, never logged.
//
// Example:
//
//	c := trueapi.New(trueapi.Settings{URL: "https://cdn-a.example", Token: token, Drive: "7380440700000001", Now: time.Now}, log)
//	ctx, cancel := context.WithTimeout(ctx, 1500*time.Millisecond)
//	answer := c.Check(ctx, marking.Query{Code: code})
//
// Source: guide to ПП 1944 v17 («Руководство…»), restated in marking-check §2.
package trueapi
