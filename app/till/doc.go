// Package till holds the words of a till: [Item], [Receipt] with its [Line]s and [Payment]s, [Shift],
// [CashMove], and [Error] with the [Code] of everything a cashier may be told.
//
// Plain values only: no rules that need a clock, a file or a device. The rules of a receipt that need
// nothing but the receipt (sums, what is due, what a discount leaves) are methods here, so that the
// engine, the screens and the reports count alike.
package till
