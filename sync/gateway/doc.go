// Package gateway is the till's online check of marking codes by path C: codes/check of the gateway
// ТС ПИоТ / ЕСМ that runs beside the fiscal printer's driver. It asks ГИС МТ and its local module at the
// same time and answers once.
//
// A [Client] asks one gateway. [Client.Check] is what the sale engine calls for a scan; whatever fails is a
// Fault in the answer, and the call ends with its context, however slow handshakes or bodies are. Codes are
// asked one after another, since the gateway works with the fiscal drive. [Client.Info] says how the gateway
// is and finds out which of the three versions of its protocol it speaks; a check does so too when nobody
// has asked before. The connection is kept for the codes of one receipt, [Client.CloseIdle] drops it.
//
// A gateway signs its certificate itself: [Certificate] reads it once, a person looks at its [Fingerprint],
// and from then on only this one is accepted.
//
// It must not know how a sale is decided (marking.Decide), nor keep anything between runs. An answer that
// the gateway took from its module is marked Offline and passed on as it is.
//
// Words: gateway = ТС ПИоТ (техническое средство получения информации о товаре), ЕСМ is the name of one;
// licence = лицензия, without it the gateway answers 403.
//
// Example:
//
//	g := gateway.New(gateway.Settings{URL: "https://127.0.0.1:51401", Fingerprint: pin, Now: time.Now,
//		Client: gateway.ClientInfo{Name: "Kassa", Version: "1.0", ID: id, Token: token}}, log)
//	answer := g.Check(ctx, marking.Query{Code: code})
//
// Source: observed clients and notes, marking-check §7; the answer's elements as guide to ПП 1944 v17 §1.5.
package gateway
