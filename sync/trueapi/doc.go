// Package trueapi is the till's online check of marking codes by path A: codes/check of a CDN site of
// ГИС МТ («Честный ЗНАК») with the legal entity's key.
//
// [Sites] is what a till uses: it asks the best of the sites that cdn/info lists, by its own measure of
// their health, keeps list and ranks in a file, puts a site that fails or is silent out for 15 minutes and
// looks after it. A first scan waits for no list: the kept or the built-in one is used at once.
// [Sites.Check] is what the sale engine calls for a scan: whatever fails is a Fault in the answer, and the
// call ends with its context, however slow names, handshakes or bodies are. The connection is kept for the
// codes of one receipt, [Sites.CloseIdle] drops it after the receipt. [Sites.CheckMany] is for work in the
// background. A [Client] asks one site: to verify a key ([Client.Info]), or where the settings name a site.
//
// It must not know how a sale is decided (marking.Decide), nor when the centre is left alone (that is the
// engine's breaker): it answers every question as well as it can.
//
// Words: site = площадка CDN; entry = the host that lists the sites; token, key = what is sent as X-API-KEY,
// one per ИНН, never logged; out = a site that is left alone for a while; miss = a scan that a site left
// without an answer for 1.5 s.
//
// Example:
//
//	sites := trueapi.NewSites(trueapi.SitesSettings{Entry: trueapi.ProductionEntry, File: "data/sites.json", Token: token, Now: time.Now}, log)
//	go sites.Serve(ctx) // until ctx ends; then sites.Close()
//	answer := sites.Check(scan, marking.Query{Code: code})
//
// Source: guide to ПП 1944 v17 («Руководство…»), restated in marking-check §2.
package trueapi
