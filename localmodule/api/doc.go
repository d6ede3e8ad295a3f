// Package api holds the words of the local module's wire: the version 2 requests and answers of ЛМ ЧЗ
// as tills know them, those of version 1 that a till needs for old modules, and how a request is read
// within its limits.
//
// Server and client share it, so that both say the same. It knows no data, no passwords and no sockets.
//
// Words:
//   - КИ ("cis" on the wire) is a code without its check part; [OutCheckRequest] asks about several,
//     [OutCheckAnswer] has one [Result] for each, in the order asked, each with its own reqId;
//   - [Status] is the module's word about itself; members that are not in the guide stand at its end;
//   - [OutCheckAnswerV1] and [StatusV1] are the forms of version 1;
//   - [Error] is the body of every answer that is no success.
//
// Example:
//
//	asked, err := api.ReadOutCheck(r.Body) // *api.RequestError has the HTTP status to answer with
//
// Source: guide to ПП 1944 v17 §2.6–2.7 (marking-check §4.3–4.5).
package api
