// Package stock holds the words of units in the shop's stock that have a marking code: a [Code] came in with
// a document, and [CodeState] is what the check of the stock in the background knows of it. It is advice for
// people: no sale is ever decided by it.
//
// It must not know where codes are kept (app/store) nor who asks about them (sync/precheck).
//
//	added, err := db.AddStockCodes(ctx, []stock.Code{{KI: code.KI(), KM: code.KM(), GTIN: code.GTIN(), Arrived: now, Document: "УПД 118"}})
//	due, err := db.DueStockCodes(ctx, now, 24*time.Hour, 50)
package stock
