// Package app is the map of what a till is. It holds no code of its own.
//
// Words (standard library only, no files, no network, no screens):
//
//	money    kopecks, thousandths, VAT rates
//	marking  what a scan means, and whether the item may be sold
//	till     receipt, line, payment, shift, item, and the errors a cashier may see
//	fiscal   the fiscal document of a receipt, its tags, the outcome of a device
//	scan     a burst of keys -> a scan
//	feed     the signed lists that the centre publishes
//	catalog  how goods are searched
//	staff    people, PIN, rights
//	journal  what the engine writes down in one transaction; the book of checks, the list «Карантин»
//	stock    units in stock that have a marking code, and what is known of them
//
// The engine and its surroundings:
//
//	sale     commands in, snapshots out: the only owner of a till's state
//	store    the till's SQLite files
//	config   till.yaml
//	texts    every sentence shown to a person, by code
//	report   the book of checks as a file for an inspector
//	ui       the Fyne screens
//
// Comments cite the project's reference texts by name and paragraph: marking-codes, marking-check (the guide to
// ПП 1944), fiscal-printers (the makers' protocols), till-ux (rules by id, SL-1, M-08 …), engine, devices. They are
// kept beside the repository and name the public document behind each fact.
//
// Arrows point inward: cmd -> ui -> sale -> words, and cmd -> store, device,
// localmodule, sync -> words. imports_test.go holds every arrow as a test.
//
// # Glossary
//
//	Receipt, Line      чек, позиция           MarkingCode   код маркировки (КМ)
//	Payment            оплата                 KI            код идентификации (КИ)
//	Shift              смена                  ProductGroup  товарная группа (ТГ)
//	Till               касса                  Verdict       итог проверки
//	Cashier            кассир                 LocalModule   локальный модуль (ЛМ ЧЗ)
//	CashMove           внесение, изъятие      FiscalPrinter ККТ
//	Return             возврат                Drive         ФН
//	Document, Sign     ФД, ФП                 Tag           реквизит ФФД
package app
